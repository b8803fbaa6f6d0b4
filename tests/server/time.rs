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
