//! A care plan from the order to begin to the message that went out and the task that is done.

use std::time::Instant;

use crate::http::PATIENCE;
use crate::place::{Place, RULES};

fn place() -> Place {
    let plan = "care hello \"问候\" { for rich  when enters  step greet: send email \"hi\"  step call: task advisors \"call\" }";
    let place = Place::with(
        &format!("{RULES}\n{plan}\n")
            .replace("tier: one of", "mail: text, as email\n  tier: one of"),
    );
    std::fs::create_dir(place.rules().join("templates")).unwrap();
    std::fs::write(
        place.rules().join("templates/hi.txt"),
        "Subject: Hello\n\nGood day.\n",
    )
    .unwrap();
    let settings = "[channel.email]\nkind = \"recorder\"\n";
    std::fs::write(place.rules().join("tamis.toml"), settings).unwrap();
    place
}

#[test]
fn a_plan_is_started_sends_and_sets_tasks() {
    let place = place();
    let server = place.serve();
    let plan = server.get("/v1/care/hello").json();
    assert_eq!(
        (plan["running"].as_bool(), plan["recipients"].as_u64()),
        (Some(false), Some(0)),
        "{plan}"
    );
    assert_eq!(
        server
            .ask("POST", "/v1/care/nothing/start", &[], b"")
            .code(),
        "A023"
    );
    assert_eq!(
        server.ask("POST", "/v1/care/hello/dance", &[], b"").code(),
        "A004"
    );
    let started = server.ask("POST", "/v1/care/%E9%97%AE%E5%80%99/start", &[], b"");
    assert_eq!(started.status, 200, "{}", started.text());
    server.take(
        "/v1/customers",
        "{\"id\":\"1\",\"assets\":\"5000\",\"mail\":\"one@example.com\"}\n",
    );
    let deadline = Instant::now() + PATIENCE;
    let recorded = place.data().join("recorded.ndjson");
    while std::fs::read_to_string(&recorded)
        .unwrap_or_default()
        .lines()
        .count()
        == 0
    {
        assert!(
            Instant::now() < deadline,
            "{}\n{}",
            server.get("/v1/care/hello").text(),
            server.log()
        );
    }
    while server.get("/v1/tasks").json()["tasks"]
        .as_array()
        .unwrap()
        .is_empty()
    {
        assert!(
            Instant::now() < deadline,
            "{}",
            server.get("/v1/care/hello").text()
        );
    }
    let plan = server.get("/v1/care").json()["plans"][0].clone();
    assert_eq!(
        (plan["running"].as_bool(), plan["recipients"].as_u64()),
        (Some(true), Some(1)),
        "{plan}"
    );
    let tasks = server.get("/v1/tasks?queue=advisors").json();
    let task = &tasks["tasks"][0];
    assert_eq!(
        (task["customer"].as_str(), task["plan"].as_str()),
        (Some("1"), Some("hello")),
        "{tasks}"
    );
    assert_eq!(
        server.get("/v1/tasks?queue=others").json()["tasks"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
    let path = format!("/v1/tasks/{}", task["id"].as_str().unwrap());
    assert_eq!(server.post(&path, "{\"done\":true}").status, 204);
    assert_eq!(server.post(&path, "{\"done\":true}").code(), "A024");
    assert_eq!(
        server.ask("POST", "/v1/care/hello/pause", &[], b"").status,
        200
    );
    server.stop();
    let server = place.serve();
    let plan = server.get("/v1/care/hello").json();
    assert_eq!(
        (plan["running"].as_bool(), plan["recipients"].as_u64()),
        (Some(false), Some(1)),
        "{plan}"
    );
    assert_eq!(plan["tasks"], 0);
    assert_eq!(
        std::fs::read_to_string(&recorded).unwrap().lines().count(),
        1
    );
}
