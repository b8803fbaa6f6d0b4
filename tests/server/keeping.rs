//! Looking after a store: backups while facts come, restoring, erasing for good, verifying; and
//! what starts and ends leave of its columns.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::place::{Place, RULES, Ran, Server};

/// The shop with a plan that greets whoever is rich on paper.
fn greeting() -> Place {
    let plan = "care hello { for rich  when enters  step greet: send paper \"hi\" }";
    let place = Place::with(&format!("{RULES}\n{plan}\n"));
    fs::create_dir(place.rules().join("templates")).unwrap();
    let letter = "Subject: Hello\n\nGood day, {{ name }}.\n";
    fs::write(place.rules().join("templates/hi.txt"), letter).unwrap();
    let settings = "[channel.paper]\nkind = \"recorder\"\n";
    fs::write(place.rules().join("tamis.toml"), settings).unwrap();
    place
}

fn customer(id: &str) -> String {
    format!("{{\"id\":\"{id}\",\"assets\":\"5000\",\"name\":\"Name of {id}\"}}\n")
}

fn purchase(id: &str, number: u64) -> String {
    format!(
        "{{\"event\":\"purchase\",\"customer\":\"{id}\",\"at\":\"2024-01-20T10:00:00\",\"id\":\"{id}-{number}\",\"amount\":\"10\"}}\n"
    )
}

/// A verb with a summary for programs.
fn json(place: &Place, arguments: &[&str]) -> Value {
    let ran = place.run(&[arguments, &["--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{ran:?}");
    serde_json::from_str(&ran.out).unwrap()
}

/// The same over another data folder.
fn elsewhere(place: &Place, data: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tamis"));
    command.arg("--data").arg(data);
    command.arg("--rules").arg(place.rules()).args(arguments);
    Ran::of(command.output().unwrap())
}

/// Files below a folder that hold a text.
fn holding(folder: &Path, text: &str) -> Vec<String> {
    let found = Command::new("grep")
        .args(["-rlaF", "--", text])
        .arg(folder)
        .output()
        .unwrap();
    // 1: in none; more: it did not look.
    assert!(found.status.code().unwrap() < 2, "{found:?}");
    let found = String::from_utf8(found.stdout).unwrap();
    found.lines().map(str::to_owned).collect()
}

fn filled(server: &Server) {
    let started = server.ask("POST", "/v1/care/hello/start", &[], b"");
    assert_eq!(started.status, 200, "{}", started.text());
    for id in ["ada", "zerlinda", "eva"] {
        server.take("/v1/customers", &customer(id));
        server.take("/v1/events", &(purchase(id, 1) + &purchase(id, 2)));
    }
    let account =
        "{\"holding\":\"account\",\"key\":\"ZK-77\",\"customer\":\"zerlinda\",\"balance\":\"1\"}\n";
    server.take("/v1/holdings", account);
    let spouse = "{\"relation\":\"spouse\",\"from\":\"ada\",\"to\":\"zerlinda\"}\n";
    server.take("/v1/relations", spouse);
    // The recorder has a line for each before anybody stops the server.
    server.until("/v1/care/hello", |plan| {
        plan["recipients"] == 3
            && plan["messages"]
                .as_object()
                .is_some_and(|all| all.is_empty())
    });
}

#[test]
fn a_server_is_backed_up_while_facts_come() {
    let place = greeting();
    let server = place.serve();
    filled(&server);
    let kept = place.rules().with_file_name("kept");
    let to = kept.to_str().unwrap().to_owned();
    let done = AtomicBool::new(false);
    let mut last = String::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 10.. {
                if done.load(Ordering::SeqCst) {
                    return;
                }
                server.take("/v1/events", &purchase("ada", number));
            }
        });
        for round in 0..4 {
            let more = if round == 0 {
                None
            } else {
                Some("--incremental")
            };
            let arguments: Vec<&str> = ["backup", &to].into_iter().chain(more).collect();
            let made = json(&place, &arguments);
            last = made["file"].as_str().unwrap().to_owned();
            assert_eq!(made["from"] == 0, round == 0, "{made}");
        }
        done.store(true, Ordering::SeqCst);
    });
    // Nobody who comes over the network may have files written.
    let refused = server.post(
        "/control/backup",
        "{\"to\":\"/tmp/x\",\"incremental\":false}",
    );
    assert_eq!(refused.status, 404, "{}", refused.text());
    let inside = place.data().join("kept");
    let refused = place.run(&["backup", inside.to_str().unwrap()]);
    assert_eq!(refused.code, 2, "{refused:?}");
    server.stop();
    let restored = place.rules().with_file_name("restored");
    let ran = elsewhere(&place, &restored, &["restore", &last]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let ran = elsewhere(
        &place,
        &restored,
        &["query", "count(purchase) >= 2", "--ids"],
    );
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "ada\neva\nzerlinda\n"),
        "{ran:?}"
    );
    let ran = elsewhere(&place, &restored, &["verify"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    // A folder that holds something is left alone.
    let ran = elsewhere(&place, &restored, &["restore", &last]);
    assert_eq!(ran.code, 4, "{ran:?}");
}

#[test]
fn nothing_of_an_erased_customer_is_left_in_the_folder() {
    let place = greeting();
    let server = place.serve();
    filled(&server);
    let kept = place.rules().with_file_name("kept");
    let before = json(&place, &["backup", kept.to_str().unwrap()]);
    let erased = server.ask("DELETE", "/v1/customers/zerlinda", &[], b"");
    assert_eq!(erased.status, 204, "{}", erased.text());
    let told = server.get("/v1/filters/rich/members").text();
    server.stop();
    let rejects = place.data().join("rejects");
    fs::create_dir(&rejects).unwrap();
    let text = "file,line,column,code,reason,record\na.csv,3,x,I1,bad,\"zerlinda,1\"\na.csv,4,x,I1,bad,eva\n";
    fs::write(rejects.join("people.csv"), text).unwrap();
    // What a killed server was just taking in.
    let incoming = place.data().join("incoming");
    fs::create_dir_all(&incoming).unwrap();
    fs::write(incoming.join("half"), "zerlinda,5\n").unwrap();
    assert!(!holding(&place.data(), "zerlinda").is_empty());
    let done = json(&place, &["compact"]);
    assert_eq!(
        (&done["erased"], &done["lines_forgotten"]),
        (&1.into(), &2.into()),
        "{done}"
    );
    assert!(done["facts_forgotten"].as_u64().unwrap() >= 6, "{done}");
    for secret in ["zerlinda", "ZK-77"] {
        assert_eq!(holding(&place.data(), secret), Vec::<String>::new());
    }
    let verified = json(&place, &["verify"]);
    assert_eq!(
        (&verified["sound"], &verified["customers"]),
        (&true.into(), &2.into())
    );
    let server = place.serve();
    assert_eq!(server.get("/v1/filters/rich/members").text(), told);
    assert_eq!(server.get("/v1/customers/zerlinda").status, 404);
    assert_eq!(server.get("/v1/customers/eva").status, 200);
    let again = server.send("/v1/customers", &customer("zerlinda")).text();
    assert!(again.contains("erased"), "{again}");
    // The history goes on without gaps, and says nothing of the erased.
    let records = place.run(&["watch", "--after", "0", "--count", "5", "--format", "json"]);
    assert_eq!(records.code, 0, "{records:?}");
    let said = &records.out;
    assert!(
        said.contains("\"ada\"") && !said.contains("zerlinda"),
        "{said}"
    );
    server.stop();
    // The backup from before knows the person; the store knows whom to keep out.
    let (file, data) = (before["file"].as_str().unwrap(), place.data());
    let restored = place.rules().with_file_name("restored");
    let arguments = ["restore", file, "--erased-in", data.to_str().unwrap()];
    let ran = elsewhere(&place, &restored, &arguments);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(
        ran.err.contains("1 customers of the backup were erased"),
        "{ran:?}"
    );
    let ran = elsewhere(&place, &restored, &["query", "assets > 0", "--ids"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, "ada\neva\n"), "{ran:?}");
    let ran = elsewhere(&place, &restored, &["compact"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(holding(&restored, "zerlinda"), Vec::<String>::new());
}

#[test]
fn a_damaged_store_is_named_and_what_can_be_read_is_had() {
    let place = greeting();
    let server = place.serve();
    filled(&server);
    server.stop();
    let kept = place.rules().with_file_name("kept");
    let made = json(&place, &["backup", kept.to_str().unwrap()]);
    let sound = json(&place, &["verify"]);
    assert_eq!(
        (&sound["sound"], &sound["columns"]),
        (&true.into(), &"equal".into())
    );
    // Damaged columns are made anew by every start; verifying tells of them.
    let mut columns = Vec::new();
    for entry in fs::read_dir(place.data().join("columns")).unwrap() {
        let files = fs::read_dir(entry.unwrap().path()).unwrap();
        columns.extend(files.map(|entry| entry.unwrap().path()));
    }
    assert!(columns.len() >= 3, "{columns:?}");
    for path in columns {
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).unwrap();
    }
    let ran = place.run(&["verify"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.out.contains("saved columns: "), "{ran:?}");
    assert!(ran.err.contains("the log is sound"), "{ran:?}");
    fs::remove_dir_all(place.data().join("columns")).unwrap();
    let ran = place.run(&["verify"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("no saved columns to compare"), "{ran:?}");
    assert_eq!(json(&place, &["verify"])["columns"], "absent");
    fs::write(place.data().join("sled/db"), [0x5a; 50_000]).unwrap();
    let ran = place.run(&["verify"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    let had = place.rules().with_file_name("had");
    let to = had.to_str().unwrap();
    let ran = place.run(&["verify", "--salvage", to]);
    assert_eq!(ran.code, 4, "{ran:?}");
    let file = made["file"].as_str().unwrap();
    let ran = place.run(&["verify", "--salvage", to, "--backup", file]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.out.contains("as old as the backup"), "{ran:?}");
    let ran = elsewhere(&place, &had, &["query", "assets > 0", "--ids"]);
    assert_eq!(
        (ran.code, ran.out.as_str()),
        (0, "ada\neva\nzerlinda\n"),
        "{ran:?}"
    );
}

#[test]
fn a_salvage_keeps_out_whom_the_store_erased() {
    let place = greeting();
    let server = place.serve();
    filled(&server);
    let kept = place.rules().with_file_name("kept");
    let older = json(&place, &["backup", kept.to_str().unwrap()]);
    let erased = server.ask("DELETE", "/v1/customers/zerlinda", &[], b"");
    assert_eq!(erased.status, 204, "{}", erased.text());
    let newer = json(&place, &["backup", kept.to_str().unwrap()]);
    server.stop();
    fs::write(place.data().join("sled/db"), [0x5a; 50_000]).unwrap();
    let (older, newer) = (
        older["file"].as_str().unwrap(),
        newer["file"].as_str().unwrap(),
    );
    for (name, more) in [("blind", None), ("knowing", Some(newer))] {
        let had = place.rules().with_file_name(name);
        let salvage = [
            "verify",
            "--salvage",
            had.to_str().unwrap(),
            "--backup",
            older,
        ];
        let more = more.map_or(vec![], |newer| vec!["--erased-in", newer]);
        let ran = place.run(&[&salvage[..], &more[..]].concat());
        assert_eq!(ran.code, 0, "{ran:?}");
        let is_told = ran.err.contains("--erased-in");
        assert_eq!(is_told, name == "blind", "{ran:?}");
        let ran = elsewhere(&place, &had, &["query", "assets > 0", "--ids"]);
        let ids = if is_told {
            "ada\neva\nzerlinda\n"
        } else {
            "ada\neva\n"
        };
        assert_eq!((ran.code, ran.out.as_str()), (0, ids), "{ran:?}");
    }
    // A folder that is not there is no store to salvage, and is not made.
    let nowhere = place.rules().with_file_name("nowhere");
    let had = place.rules().with_file_name("none");
    let salvage = [
        "verify",
        "--salvage",
        had.to_str().unwrap(),
        "--backup",
        older,
    ];
    let ran = elsewhere(&place, &nowhere, &salvage);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(!nowhere.exists() && !had.exists());
}

#[test]
fn two_processes_never_hold_one_store() {
    let place = greeting();
    let server = place.serve();
    filled(&server);
    let pid = format!("process {}", server.pid());
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    for verb in [&serve[..], &["import"], &["compact"], &["verify"]] {
        let ran = place.run(verb);
        assert_eq!(ran.code, 4, "{verb:?} {ran:?}");
        assert!(ran.err.contains(&pid), "{verb:?} {ran:?}");
    }
    // Killed, it holds nothing: a backup is made without it, and the next one starts.
    server.kill();
    let kept = place.rules().with_file_name("kept");
    let made = json(&place, &["backup", kept.to_str().unwrap()]);
    assert!(made["position"].as_u64().unwrap() > 0, "{made}");
    for _ in 0..3 {
        let server = place.serve();
        assert_eq!(server.get("/v1/customers/eva").status, 200);
        server.kill();
    }
}

/// Backups of a shop from before and after somebody was erased; the server is stopped.
fn erased_between(place: &Place) -> (String, String) {
    let server = place.serve();
    filled(&server);
    let kept = place.rules().with_file_name("kept");
    let file = |made: Value| made["file"].as_str().unwrap().to_owned();
    let before = file(json(place, &["backup", kept.to_str().unwrap()]));
    let erased = server.ask("DELETE", "/v1/customers/zerlinda", &[], b"");
    assert_eq!(erased.status, 204, "{}", erased.text());
    let after = file(json(place, &["backup", kept.to_str().unwrap()]));
    server.stop();
    (before, after)
}

/// Another shop that erased a customer of the same id; a backup is of the time before.
fn another_shop(other: &Place) -> String {
    let server = other.serve();
    server.take("/v1/customers", &customer("zerlinda"));
    server.take("/v1/customers", &customer("ada"));
    let kept = other.rules().with_file_name("kept");
    let before = json(other, &["backup", kept.to_str().unwrap()]);
    let erased = server.ask("DELETE", "/v1/customers/ada", &[], b"");
    assert_eq!(erased.status, 204, "{}", erased.text());
    server.stop();
    before["file"].as_str().unwrap().to_owned()
}

#[test]
fn an_erased_person_is_not_brought_back_by_erasures_of_another_store() {
    let place = greeting();
    let (before, after) = erased_between(&place);
    let other = greeting();
    let without = another_shop(&other);
    let (data, strange) = (place.data(), other.data());
    let kept = place.rules().with_file_name("kept");
    let to = place.rules().with_file_name("restored");
    let restore = |from: &str, named: &str| {
        let arguments = ["restore", from, "--erased-in", named];
        elsewhere(&place, &to, &arguments)
    };
    for (named, code) in [
        (strange.to_str().unwrap(), "error[S064]"),
        (&without, "error[S064]"),
        (&before, "error[S069]"),
        (kept.to_str().unwrap(), "error[S002]"),
    ] {
        let ran = restore(&before, named);
        assert_eq!(ran.code, 4, "{named} {ran:?}");
        assert!(ran.err.contains(code), "{named} {ran:?}");
        assert!(!to.exists());
    }
    for named in [after.as_str(), data.to_str().unwrap()] {
        let ran = restore(&before, named);
        assert_eq!(ran.code, 0, "{ran:?}");
        let said = "1 customers of the backup were erased since";
        assert!(ran.err.contains(said), "{ran:?}");
        let ran = elsewhere(&place, &to, &["query", "assets > 0", "--ids"]);
        assert_eq!((ran.code, ran.out.as_str()), (0, "ada\neva\n"), "{ran:?}");
        fs::remove_dir_all(&to).unwrap();
    }
    // Nobody was erased since the newer one: that is said, and how many are known.
    let ran = restore(&after, data.to_str().unwrap());
    assert_eq!(ran.code, 0, "{ran:?}");
    for said in [
        "no customer of the backup was erased since",
        ": 1)",
        "later than that are back",
    ] {
        assert!(ran.err.contains(said), "{ran:?}");
    }
    // A salvage is no other way in.
    fs::write(data.join("sled/db"), [0x5a; 50_000]).unwrap();
    let had = place.rules().with_file_name("had");
    let salvage = ["verify", "--salvage", had.to_str().unwrap()];
    let more = [
        "--backup",
        &before,
        "--erased-in",
        strange.to_str().unwrap(),
    ];
    let ran = place.run(&[&salvage[..], &more[..]].concat());
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.err.contains("error[S064]") && !had.exists(), "{ran:?}");
}

#[test]
fn a_new_store_lies_in_no_other_one() {
    let place = greeting();
    let server = place.serve();
    filled(&server);
    let kept = place.rules().with_file_name("kept");
    let made = json(&place, &["backup", kept.to_str().unwrap()]);
    server.stop();
    let inside = place.data().join("deep").join("new");
    let to = inside.to_str().unwrap();
    let restore = ["restore", made["file"].as_str().unwrap()];
    for ran in [
        elsewhere(&place, &inside, &restore),
        place.run(&["verify", "--salvage", to]),
    ] {
        assert_eq!(ran.code, 2, "{ran:?}");
        assert!(
            ran.err.contains("lies in the folder of the store"),
            "{ran:?}"
        );
    }
    // Also where the file is gone that says what it is.
    fs::remove_file(place.data().join("FORMAT")).unwrap();
    let ran = place.run(&["verify", "--salvage", to]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(!place.data().join("deep").exists());
    let ran = place.run(&["query", "assets > 0"]);
    assert!(
        ran.code == 4 && ran.err.contains("--salvage NEW"),
        "{ran:?}"
    );
}

#[test]
fn files_beside_a_sound_log_are_told_of() {
    let place = greeting();
    let server = place.serve();
    filled(&server);
    server.stop();
    let witness = fs::OpenOptions::new()
        .write(true)
        .open(place.data().join("WITNESS"))
        .unwrap();
    witness.set_len(100).unwrap();
    let ran = place.run(&["verify"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.out.contains("slot 2 of 2"), "{ran:?}");
    assert!(ran.err.contains("the log is sound"), "{ran:?}");
}
