//! Time does not run backwards over what the store has recorded.

use crate::place::{Place, RULES, Server};

const FACT: &str = "{\"id\":\"1\",\"assets\":\"5000\"}\n";

fn set_back(place: &Place) {
    let text = RULES.replace(
        "clock starts 2024-02-01T12:00",
        "clock starts 2024-01-15T09:00",
    );
    assert_ne!(text, RULES);
    std::fs::write(place.rules().join("shop.tamis"), text).unwrap();
}

fn now(server: &Server) -> String {
    let answer = server.post("/v1/query", "{\"filter\":\"rich\",\"count_only\":true}");
    answer.json()["as_of"].as_str().unwrap().to_owned()
}

#[test]
fn a_clock_that_starts_earlier_goes_on_from_what_was_recorded() {
    let place = Place::shop();
    let server = place.serve();
    server.take("/v1/customers", FACT);
    let before = now(&server);
    assert!(before.starts_with("2024-02-01T12:"), "{before}");
    server.stop();
    set_back(&place);
    // Both instants have the same offset, so that texts compare as they do.
    let alone = place.run(&["query", "rich", "--format", "json"]);
    let said = &alone.err;
    assert!(
        said.contains("the clock goes on from 2024-02-01T12:") && said.contains("help: --as-of"),
        "{said}"
    );
    let dated = place.run(&["query", "rich", "--as-of", "2024-01-15"]);
    assert!(!dated.err.contains("goes on"), "{dated:?}");
    let alone: serde_json::Value = serde_json::from_str(&alone.out).unwrap();
    assert!(alone["as_of"].as_str() >= Some(&before), "{alone}");
    let server = place.serve();
    assert!(now(&server) >= before);
    assert!(
        server
            .log()
            .contains("the clock goes on from 2024-02-01T12:"),
        "{}",
        server.log()
    );
    let set = server.get("/v1/rules").json()["serving"]["at"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(set >= before, "{set}");
    server.stop();
}

#[test]
fn nor_after_an_end_without_warning() {
    let place = Place::shop();
    let server = place.serve();
    server.take("/v1/customers", FACT);
    let records = server.get("/v1/rules").json();
    server.kill();
    set_back(&place);
    let server = place.serve();
    let before = records["serving"]["at"].as_str().unwrap();
    assert!(now(&server).as_str() >= before, "{records}");
    // A store that nothing was served from begins where the rules say.
    let fresh = Place::with(&RULES.replace("2024-02-01T12:00", "2024-01-15T09:00"));
    let server = fresh.serve();
    assert!(now(&server).starts_with("2024-01-15T09:"));
    assert!(!server.log().contains("goes on from"), "{}", server.log());
}

#[test]
fn rules_of_another_data_set_do_not_begin() {
    let place = Place::shop();
    let server = place.serve();
    server.take("/v1/customers", FACT);
    let before = now(&server);
    server.stop();
    let other = Place::with(
        "settings { clock starts 2031-01-01T00:00 }\ncustomer { cohort: text }\nfilter early: cohort = \"1\"\n",
    );
    let rules = other.rules().to_str().unwrap();
    let data = place.data();
    let begin = |more: &[&str]| {
        let named = ["--data", data.to_str().unwrap(), "--rules", rules];
        let serve = ["serve", "--listen", "127.0.0.1:0"];
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tamis"));
        command.args(named).args(serve).args(more);
        command
    };
    let refused = begin(&[]).output().unwrap();
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(4), "{said}");
    let parts = ["error[S032]", "purchase", "--other-kinds"];
    assert!(parts.iter().all(|part| said.contains(part)), "{said}");
    // Nothing of it was written: the clock stands where it stood, and the rules are those from before.
    let alone = place.run(&["query", "rich", "--format", "json"]);
    let alone: serde_json::Value = serde_json::from_str(&alone.out).unwrap();
    assert!(
        alone["as_of"].as_str().unwrap().starts_with(&before[..13]),
        "{alone}"
    );
    let server = place.serve();
    let sets = server.get("/v1/rules").json();
    assert!(!sets.to_string().contains("cohort"), "{sets}");
    server.stop();
    let mut child = begin(&["--other-kinds"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.starts_with("listening on"), "{line}");
}
