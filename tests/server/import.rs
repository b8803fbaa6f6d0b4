//! Whole files of a source, sent to a running server.

use std::io::Write;
use std::net::TcpStream;
use std::time::Instant;

use serde_json::Value;

use crate::http::{Answer, PATIENCE};
use crate::place::{Place, RULES, Server};

const SOURCES: &str = r#"
source people "客户表" "people.csv" {
  format csv
  customer { id = id  assets = assets  name = name  joined = joined }
  event purchase when amount is present { customer = id  at = day  amount = amount }
}
source buys "buys.csv" {
  format csv, delimiter ";"
  event purchase { customer = who  at = day  amount = amount  channel = "web" }
}
source sales "sales.csv" {
  format csv
  event purchase when amount is present { customer = who  at = day  amount = amount }
}
source lines "lines.ndjson" { customer { id = id  assets = assets  name = name } }
source table "table.parquet" { customer { id = id  assets = wealth  name = name } }
"#;

const PEOPLE: &str = "id,assets,name,joined,day,amount
1,5000,Ada,2020-01-01,2024-01-20,10
2,10,Ben,2020-01-02,2024-01-21,11
2,10,Ben,2020-01-02,2024-01-21,11
3,x,Cyd,2020-01-03,,
4,7,Dan,yesterday,,
5,2000,Eve,,,
";

pub fn place() -> Place {
    Place::with(&format!("{RULES}{SOURCES}"))
}

pub fn send(server: &Server, source: &str, file: &[u8]) -> Answer {
    send_as(server, source, "text/csv", file)
}

pub fn send_as(server: &Server, source: &str, kind: &str, file: &[u8]) -> Answer {
    let kind = ("content-type", kind);
    server.ask("POST", &format!("/v1/import/{source}"), &[kind], file)
}

pub fn figures(answer: &Value) -> [u64; 5] {
    ["rows", "accepted", "repeated", "rejected_count", "skipped"]
        .map(|name| answer[name].as_u64().unwrap())
}

#[test]
fn a_file_becomes_facts_and_refused_records_are_told_by_line() {
    let place = place();
    let server = place.serve();
    let answer = send(&server, "people", PEOPLE.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let taken = answer.json();
    assert_eq!(figures(&taken), [6, 4, 0, 2, 0], "{taken}");
    let told: Vec<String> = taken["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| format!("{} {} {}", one["line"], one["code"], one["field"]))
        .collect();
    assert_eq!(told, ["5 \"I106\" \"assets\"", "6 \"I107\" \"joined\""]);
    assert_eq!(server.count("rich"), 2);
    // Equal lines are separate events, and the file again adds none.
    assert_eq!(server.count("count(purchase, last 30 days) = 2"), 1);
    let again = send(&server, "%E5%AE%A2%E6%88%B7%E8%A1%A8", PEOPLE.as_bytes()).json();
    assert_eq!(figures(&again), [6, 0, 4, 2, 0], "{again}");
    assert_eq!(again["source"], "people");
    assert_eq!(server.count("count(purchase, last 30 days) = 2"), 1);
    // What matched is told like any other change.
    let history = server.get("/v1/filters/rich/members").json();
    assert_eq!(history["members"].as_array().unwrap().len(), 2);
    // Gone is gone, also for files.
    assert_eq!(
        server.ask("DELETE", "/v1/customers/5", &[], b"").status,
        204
    );
    let erased = send(
        &server,
        "people",
        b"id,assets,name,joined,day,amount\n5,1,E,,,\n",
    );
    assert_eq!((erased.status, erased.code().as_str()), (422, "A019"));
    assert_eq!(erased.json()["rejected"][0]["code"], "I115");
    let unknown = send(
        &server,
        "buys",
        b"who;day;amount\n5;2024-01-02;1\nnobody;2024-01-02;1\n1;2024-01-30;3\n",
    );
    let unknown = unknown.json();
    assert_eq!(figures(&unknown), [3, 1, 0, 2, 0], "{unknown}");
    assert_eq!(unknown["rejected"][1]["code"], "I112");
    assert_eq!(unknown["rejected"][1]["field"], "who");
    server.stop();
    let server = place.serve();
    assert_eq!(server.count("rich"), 1);
}

#[test]
fn a_file_that_was_imported_before_brings_nothing_new() {
    let place = place();
    std::fs::write(place.rules().join("people.csv"), PEOPLE).unwrap();
    let ran = place.run(&[
        "import",
        &format!("people={}", place.rules().join("people.csv").display()),
    ]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let server = place.serve();
    let answer = send(&server, "people", PEOPLE.as_bytes()).json();
    assert_eq!(figures(&answer), [6, 0, 4, 2, 0], "{answer}");
}

#[test]
fn files_of_many_rounds_are_taken_beyond_the_limit_of_bodies() {
    let place = place();
    let settings = "[limits]\nbody_bytes_max = 10_000\n";
    std::fs::write(place.rules().join("tamis.toml"), settings).unwrap();
    let server = place.serve();
    let mut file = String::from("id,assets,name,joined,day,amount\n");
    for number in 0..21_000 {
        file.push_str(&format!("c{number},{number},,,,\n"));
    }
    let answer = send(&server, "people", file.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(figures(&answer.json()), [21_000, 21_000, 0, 0, 0]);
    assert_eq!(server.count("rich"), 20_000);
    assert_eq!(
        std::fs::read_dir(place.data().join("incoming"))
            .unwrap()
            .count(),
        0
    );
    let metrics = server.get("/metrics").text();
    assert!(
        metrics.contains("kind=\"records\",outcome=\"accepted\"} 21000"),
        "{metrics}"
    );
}

#[test]
fn files_that_are_none_are_refused_by_name() {
    let place = place();
    let server = place.serve();
    let cases: &[(&str, &[u8], u16, &str)] = &[
        ("nothing", b"a\n1\n", 404, "A027"),
        ("people", b"", 422, "I006"),
        ("people", b"id,assets\n1,2\n", 422, "I007"),
        (
            "people",
            b"id,id,assets,name,joined,day,amount\n",
            422,
            "I008",
        ),
        ("people", b"\x1f\x8bno gzip", 422, "I004"),
    ];
    for (source, file, status, code) in cases {
        let answer = send(&server, source, file);
        let told = answer.text();
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (*status, *code),
            "{told}"
        );
        assert!(!told.contains("incoming"), "{told}");
    }
    let json = server.post("/v1/import/people", "{}");
    assert_eq!(json.code(), "A009");
    let kind = ("content-type", "text/csv");
    let packed = ("content-encoding", "br");
    let answer = server.ask("POST", "/v1/import/people", &[kind, packed], b"x");
    assert_eq!(answer.code(), "A009");
    let shop = Place::shop();
    let answer = send(&shop.serve(), "people", b"x");
    assert!(
        answer.text().contains("the rules have no source"),
        "{}",
        answer.text()
    );
}

#[test]
fn one_file_at_a_time_and_one_that_breaks_off_leaves_nothing() {
    let place = place();
    let server = place.serve();
    let mut slow = TcpStream::connect(&server.address).unwrap();
    let head = "POST /v1/import/people HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/csv\r\ncontent-length: 100000\r\n\r\nid,assets,name,joined,day,amount\n9,9,,,,\n";
    slow.write_all(head.as_bytes()).unwrap();
    let folder = place.data().join("incoming");
    let files = || std::fs::read_dir(&folder).map_or(0, |files| files.count());
    let deadline = Instant::now() + PATIENCE;
    while files() == 0 {
        assert!(Instant::now() < deadline, "{}", server.log());
    }
    let busy = send(&server, "people", PEOPLE.as_bytes());
    assert_eq!((busy.status, busy.code().as_str()), (503, "A013"));
    drop(slow);
    loop {
        let answer = send(&server, "people", PEOPLE.as_bytes());
        if answer.status == 200 {
            break;
        }
        assert!(Instant::now() < deadline, "{}", answer.text());
    }
    assert_eq!(files(), 0);
    assert_eq!(server.get("/v1/customers/9").code(), "A006");
}

#[test]
fn json_lines_and_parquet_are_taken_as_their_sources_say() {
    let place = place();
    let server = place.serve();
    let lines = b"{\"id\":\"l1\",\"assets\":12.5}\n{\"id\":\"l2\",\n";
    let taken = send_as(&server, "lines", "application/x-ndjson", lines).json();
    assert_eq!(figures(&taken), [2, 1, 0, 1, 0], "{taken}");
    assert_eq!(taken["rejected"][0]["code"], "I301");
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/ingest/parquet/tests/files"
    );
    let table = std::fs::read(format!("{folder}/people_zstd_2.parquet")).unwrap();
    let kind = "application/vnd.apache.parquet";
    let taken = send_as(&server, "table", kind, &table).json();
    assert_eq!(figures(&taken), [1_000, 1_000, 0, 0, 0], "{taken}");
    let cut = send_as(&server, "table", kind, &table[..9_000.min(table.len() - 1)]);
    assert_eq!(
        (cut.status, cut.json()["code"].as_str()),
        (422, Some("I010"))
    );
    let other = send_as(&server, "table", "image/png", &table);
    assert_eq!(other.status, 415);
}

/// What a file is sent as is what its source reads, and whatever is wrong with it is told as it is.
#[test]
fn a_file_that_is_not_taken_is_told_as_it_is() {
    let place = place();
    let server = place.serve();
    let file = b"id,assets,name,joined,day,amount\n9,1,Z,,,\n";
    let lines = send_as(&server, "people", "application/x-ndjson", file);
    assert_eq!((lines.status, lines.code().as_str()), (415, "A009"));
    let said = lines.json()["detail"].as_str().unwrap().to_owned();
    assert_eq!(
        said,
        "the body must be text/csv or application/vnd.apache.parquet"
    );
    let csv = send_as(&server, "lines", "text/csv", b"{\"id\":\"9\"}\n");
    assert_eq!(csv.status, 415, "{}", csv.text());
    let columns = send(&server, "people", b"who,assets\n9,1\n");
    assert_eq!((columns.status, columns.code().as_str()), (422, "I007"));
    let help = columns.json()["help"].as_str().unwrap().to_owned();
    assert!(help.contains("Correct the names in the source"), "{help}");
    let file = b"who,day,amount\nnobody,2024-01-02,1\n1,2024-01-02,\nnobody,2024-01-02,2\n";
    let none = send(&server, "sales", file).json();
    assert_eq!(
        none["detail"],
        "none of the 3 records was taken: 2 rejected, 1 skipped"
    );
}

/// Packed in one stored block after the other, without an end.
pub fn cut_gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    for block in bytes.chunks(60_000) {
        let length = u16::try_from(block.len()).unwrap();
        out.push(0);
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&(!length).to_le_bytes());
        out.extend_from_slice(block);
    }
    out
}

/// A file of people of so many lines.
pub fn people(count: usize) -> String {
    let mut file = String::from("id,assets,name,joined,day,amount\n");
    for number in 0..count {
        file.push_str(&format!("c{number},{number},,,,\n"));
    }
    file
}

#[test]
fn an_import_that_the_end_of_the_server_stops_is_known_until_it_was_sent_whole() {
    let place = place();
    let warned = || place.run(&["query", "assets >= 0", "--count"]).err;
    let lines = 160_000;
    let file = people(lines);
    let server = place.serve();
    let answer = std::thread::scope(|scope| {
        let sender = scope.spawn(|| send(&server, "people", file.as_bytes()));
        while server.count("assets >= 0") == 0 {
            assert!(!sender.is_finished(), "{}", server.log());
        }
        server.signal("TERM");
        sender.join().unwrap()
    });
    assert_eq!((answer.status, answer.code().as_str()), (503, "A021"));
    let told = answer.text();
    assert!(told.contains("facts of the file are taken"), "{told}");
    assert_eq!(server.ended(), Some(0));
    assert!(
        warned().contains("an import of people was cut off"),
        "{}",
        warned()
    );
    assert!(!warned().contains("incoming"), "{}", warned());
    let server = place.serve();
    let taken = server.count("assets >= 0");
    assert!((1..lines as u64).contains(&taken), "{taken}");
    // Another file of the source, then the one that begins with what came.
    assert_eq!(send(&server, "people", PEOPLE.as_bytes()).status, 200);
    server.stop();
    assert!(warned().contains("was cut off"), "{}", warned());
    let server = place.serve();
    let more = format!("{file}last,1,,,,\n");
    let whole = send(&server, "people", more.as_bytes());
    assert_eq!(whole.status, 200, "{}", whole.text());
    let whole = figures(&whole.json());
    assert_eq!((whole[0], whole[3]), (lines as u64 + 1, 0), "{whole:?}");
    assert!(whole[2] >= taken, "{whole:?}");
    server.stop();
    assert!(!warned().contains("was cut off"), "{}", warned());
}

/// An import of the command line that was cut off lies in the store when the server starts.
#[test]
fn what_was_cut_off_before_is_not_served_and_goes_with_the_first_fact() {
    let place = place();
    // More than the head of a file, which is looked at before anything is written.
    let mut file = String::from("id,assets,name,joined,day,amount\n");
    let mut buys = String::from("who;day;amount\n");
    for number in 0..5_000 {
        file.push_str(&format!("c{number},{number},,,2024-01-20,1\n"));
        buys.push_str(&format!("c{number};2024-01-21;2\n"));
    }
    let path = |name: &str| place.data().with_file_name(name);
    std::fs::write(path("people.csv"), &file).unwrap();
    std::fs::write(path("buys.csv.gz"), cut_gzip(buys.as_bytes())).unwrap();
    let people = format!("people={}", path("people.csv").display());
    let buys = format!("buys={}", path("buys.csv.gz").display());
    let cut = place.run(&["import", &people, &buys]);
    assert_eq!(cut.code, 3, "{}", cut.err);
    assert!(cut.err.contains("shown to nobody"), "{}", cut.err);
    let server = place.serve();
    assert_eq!(server.count("id is present"), 0);
    server.stop();
    let server = place.serve();
    assert_eq!(server.count("id is present"), 0);
    let sent = send(
        &server,
        "people",
        b"id,assets,name,joined,day,amount\nc7,5,Ann,,,\n",
    );
    assert_eq!((sent.status, figures(&sent.json())), (200, [1, 1, 0, 0, 0]));
    assert_eq!(server.count("id is present"), 1);
    server.stop();
    let warned = place.run(&["query", "assets >= 0", "--count"]);
    assert!(
        warned.err.contains("an import of buys, people was cut off"),
        "{}",
        warned.err
    );
    assert!(warned.out.starts_with("1 of 1 customers"), "{}", warned.out);
    assert_eq!(place.run(&["verify"]).code, 0);
    let server = place.serve();
    assert_eq!(send(&server, "people", file.as_bytes()).status, 200);
    assert_eq!(server.count("id is present"), 5_000);
    server.stop();
}
