//! The control socket: verbs find a running server there and say the same as without it.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;

use crate::answers::shop;
use crate::place::{Place, Ran};

/// Times pass between two runs, and clocks go on.
fn steady(ran: Ran) -> Ran {
    let out = ran
        .out
        .split("\"elapsed_us\":")
        .enumerate()
        .map(|(at, part)| match at {
            0 => part.to_owned(),
            _ => format!(
                "\"elapsed_us\":0{}",
                part.trim_start_matches(|c: char| c.is_ascii_digit())
            ),
        })
        .collect();
    Ran { out, ..ran }
}

#[test]
fn verbs_say_the_same_with_a_server_and_without() {
    let place = Place::shop();
    let server = place.serve();
    shop(&server);
    server.stop();
    let as_of = ["--as-of", "2024-02-01"];
    let asked: Vec<Vec<&str>> = vec![
        vec!["query", "rich"],
        vec!["query", "资产 >= 1000", "--format", "json"],
        vec!["query", "rich", "--ids"],
        vec!["query", "rich", "--ids", "--format", "json"],
        vec![
            "query",
            "not buyers",
            "--show",
            "assets, joined, tier",
            "--order-by",
            "assets desc",
            "--limit",
            "2",
        ],
        vec!["query", "rich", "--show", "assets", "--format", "csv"],
        vec!["query", "rich", "--show", "assets", "--format", "ndjson"],
        vec!["query", "rich", "--show", "assets", "--format", "json"],
        vec!["query", "asets > 3 and 年龄 = 1"],
        vec!["query", "rich", "--show", "asets"],
        vec!["why", "2", "rich"],
        vec!["why", "张/三 \"?", "富裕客户", "--words", "en"],
        vec!["why", "nobody", "rich"],
        vec!["why", "2", "asets"],
        vec!["report", "nothing"],
        vec!["explain", "rich and buyers"],
        vec!["explain", "rich and buyers", "--words", "zh"],
    ];
    let run = |arguments: &[&str]| {
        let arguments: Vec<&str> = arguments.iter().chain(&as_of).copied().collect();
        match arguments.first() {
            Some(&"explain") => steady(place.run(&arguments)),
            _ => steady(place.run(&arguments)),
        }
    };
    let without: Vec<Ran> = asked.iter().map(|arguments| run(arguments)).collect();
    let wrong = ["query", "rich", "--as-of", "yesterday"];
    let wrong_without = place.run(&wrong);
    let server = place.serve();
    for (arguments, without) in asked.iter().zip(without) {
        assert_eq!(run(arguments), without, "{arguments:?}");
    }
    assert_eq!(place.run(&wrong), wrong_without);
    let analyzed = place.run(&["explain", "rich", "--analyze"]);
    assert!(
        analyzed.out.contains("2 of 4 customers match"),
        "{analyzed:?}"
    );
    let import = place.run(&["import"]);
    assert_eq!(import.code, 4, "{import:?}");
    assert!(
        import.err.contains("a server holds the store"),
        "{import:?}"
    );
    same_plan(
        &place.run(&["explain", "rich and buyers"]),
        &place.run(&["explain", "rich and buyers", "--analyze"]),
    );
    drop(server);
    same_plan(
        &place.run(&["explain", "rich and buyers"]),
        &place.run(&["explain", "rich and buyers", "--analyze"]),
    );
}

/// Each operation of a plan with its estimates stands in the one that was run.
fn same_plan(plan: &Ran, analyzed: &Ran) {
    assert_eq!((plan.code, analyzed.code), (0, 0), "{plan:?} {analyzed:?}");
    assert!(!plan.out.contains("without data"), "{plan:?}");
    let head = plan.out.lines().next().unwrap();
    let width = head.find("stands for").unwrap();
    for line in plan.out.lines().take_while(|line| *line != "outputs") {
        let operation = line.get(..width).unwrap().trim_end();
        assert!(
            analyzed.out.contains(operation),
            "{operation}: {analyzed:?}"
        );
    }
    for said in ["\ncolumns\n  rows", "\ntook "] {
        assert!(analyzed.out.contains(said), "{said}: {analyzed:?}");
    }
}

#[test]
fn a_plan_that_is_run_says_how_long_it_took() {
    let place = Place::shop();
    let empty = place.run(&["explain", "rich"]);
    assert!(
        empty
            .out
            .ends_with("made without data: order and cost are guessed\n"),
        "{empty:?}"
    );
    let server = place.serve();
    shop(&server);
    let body = r#"{"filter":"rich","analyze":true}"#;
    let json = [("content-type", "application/json")];
    let said = server
        .ask("POST", "/v1/explain", &json, body.as_bytes())
        .json();
    let elapsed = said["answer"]["elapsed_us"].as_u64().unwrap();
    assert!(elapsed > 0, "{said}");
    let told = format!("\ntook {elapsed} us; ");
    assert!(said["plan"].as_str().unwrap().contains(&told), "{said}");
}

#[test]
fn the_socket_is_private_and_one_left_behind_is_replaced() {
    let place = Place::shop();
    let server = place.serve();
    shop(&server);
    let socket = place.data().join("control.sock");
    let mode = std::fs::metadata(&socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    server.kill();
    assert!(socket.exists());
    let ran = place.run(&["query", "rich", "--count", "--format", "csv"]);
    assert!(ran.out.contains("\n2,"), "{ran:?}");
    let server = place.serve();
    let ran = place.run(&["query", "rich", "--count", "--format", "csv"]);
    assert!(ran.out.contains("\n2,"), "{ran:?}");
    assert!(server.log().contains("/v1/query"), "{}", server.log());
}

#[test]
fn a_second_server_and_other_rules_are_refused_by_name() {
    let place = Place::shop();
    let server = place.serve();
    let second = place.run(&["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(second.code, 4, "{second:?}");
    assert!(
        second
            .err
            .contains(&format!("in use by process {}", server.pid())),
        "{second:?}"
    );
    assert_eq!(server.get("/healthz").status, 200);
    let other = Place::shop();
    let mut command = other.command(&["query", "rich"]);
    let ran = Ran::of(command.arg("--data").arg(place.data()).output().unwrap());
    assert_eq!(ran.code, 2, "{ran:?}");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tamis"));
    let ran = Ran::of(
        command
            .env_remove("TAMIS_RULES")
            .arg("--data")
            .arg(place.data())
            .arg("--rules")
            .arg(other.rules())
            .args(["query", "rich"])
            .output()
            .unwrap(),
    );
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("a server with the rules of"), "{ran:?}");
}

#[test]
fn another_version_is_refused_by_name() {
    let place = Place::shop();
    std::fs::create_dir(place.data()).unwrap();
    let listener = UnixListener::bind(place.data().join("control.sock")).unwrap();
    let other = std::thread::spawn(move || {
        use std::io::{BufRead, BufReader, Write};
        // The first connection only looks whether somebody listens.
        drop(listener.accept().unwrap());
        let (mut connection, _) = listener.accept().unwrap();
        let mut lines = BufReader::new(connection.try_clone().unwrap()).lines();
        while !lines.next().unwrap().unwrap().is_empty() {}
        let body = "{\"status\":\"ok\"}";
        write!(
            connection,
            "HTTP/1.1 200 OK\r\ntamis-version: 9.9.9\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
    });
    let ran = place.run(&["query", "rich"]);
    other.join().unwrap();
    assert_eq!(ran.code, 4, "{ran:?}");
    assert!(ran.err.contains("9.9.9"), "{ran:?}");
}

#[test]
fn a_preview_is_the_same_through_a_server() {
    let place = Place::shop();
    let server = place.serve();
    shop(&server);
    let draft = place.rules().join("../draft.tamis");
    std::fs::write(
        &draft,
        "筛选 富人：资产 >= 1000\nfilter poor: assets < 1000\n",
    )
    .unwrap();
    std::fs::create_dir(place.rules().join("more")).unwrap();
    let own = place.rules().join("more/own.tamis");
    std::fs::write(&own, "filter extra: assets >= 2000\n").unwrap();
    server.until("/v1/rules", |rules| {
        rules["files"].as_array().unwrap().len() == 2
    });
    let tried = place.rules().join("more/own.tamis");
    let (draft, tried) = (draft.display().to_string(), tried.display().to_string());
    let ask = || {
        let verbs: [&[&str]; 4] = [
            &["preview", &draft],
            &["preview", &draft, "--samples", "1"],
            &["preview", &tried, "--format", "json"],
            &["preview", "nowhere.tamis"],
        ];
        verbs.map(|verb| {
            let ran = place.run(verb);
            // The clock goes on meanwhile.
            let out = match ran.out.split_once("\"changed\"") {
                Some((_, rest)) => rest.to_owned(),
                None => ran.out,
            };
            (ran.code, out, ran.err)
        })
    };
    let served = ask();
    let many = server.post(
        "/v1/rules/preview",
        "{\"text\":\"filter a: assets > 1\",\"samples\":1001}",
    );
    assert_eq!(many.code(), "A002");
    server.stop();
    assert_eq!(served, ask());
    assert!(served[0].1.contains("poor: new"), "{served:?}");
    assert_eq!(served[3].0, 3);
}
