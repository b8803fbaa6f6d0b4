//! A care plan from the order to begin to the message that went out and the task that is done.

use std::time::Instant;

use serde_json::{Value, json};

use crate::http::PATIENCE;
use crate::place::{Place, RULES, Server};

fn place() -> Place {
    let place = place_without_channels();
    let settings = "[channel.email]\nkind = \"recorder\"\n";
    std::fs::write(place.rules().join("tamis.toml"), settings).unwrap();
    place
}

fn place_without_channels() -> Place {
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

#[test]
fn a_channel_that_the_settings_lack_is_told_everywhere() {
    let place = place_without_channels();
    let ran = place.run(&["care", "status"]);
    assert_eq!(ran.code, 4, "{ran:?}");
    let server = place.serve();
    let told = |server: &Server| server.log().matches("\"code\":\"W709\"").count();
    assert_eq!(told(&server), 1, "{}", server.log());
    let rules = server.get("/v1/rules").json();
    assert_eq!(rules["warnings"][0]["code"], "W709", "{rules}");
    assert_eq!(rules["warnings"][0]["places"][0]["file"], "shop.tamis");
    for path in ["/v1/care/hello", "/v1/care"] {
        let answer = server.get(path).json();
        let plan = answer["plans"].get(0).unwrap_or(&answer);
        assert_eq!(plan["warnings"][0]["code"], "W709", "{answer}");
    }
    let served = place.run(&["care", "status"]);
    assert_eq!(served.code, 0, "{served:?}");
    assert!(
        served.err.starts_with("warning[W709]: shop.tamis:"),
        "{served:?}"
    );
    let started = place.run(&["care", "start", "hello"]);
    assert_eq!(
        started.out,
        "hello is running: 0 entered, 0 held out, 0 wait for an approval\n"
    );
    assert!(started.err.contains("W709"), "{started:?}");
    // Another set that serves is held against the settings too.
    let more = place.rules().join("more.tamis");
    std::fs::write(
        &more,
        "care more { for rich  when enters  step a: send paper \"hi\" }\n",
    )
    .unwrap();
    let rules = server.until("/v1/rules", |rules| rules["serving"]["sequence"] == 2);
    assert_eq!(rules["warnings"].as_array().unwrap().len(), 2, "{rules}");
    let deadline = Instant::now() + PATIENCE;
    while told(&server) < 3 {
        assert!(Instant::now() < deadline, "{}", server.log());
    }
    server.stop();
    let alone = place.run(&["care", "preview", "more"]);
    assert_eq!(alone.code, 0, "{alone:?}");
    assert!(
        alone.err.contains("there is no channel `paper`"),
        "{alone:?}"
    );
}

#[test]
fn answers_are_the_same_with_a_server_and_without() {
    let plan = "care watch { for rich  when enters including those already in  holdout 50%  goal any(purchase) within 1 days  step call: task advisors \"call\" }";
    let place = Place::with(&format!("{RULES}\n{plan}\n"));
    let server = place.serve();
    let lines: Vec<String> = (0..20)
        .map(|number| format!("{{\"id\":\"c{number}\",\"assets\":\"5000\"}}"))
        .collect();
    server.take("/v1/customers", &lines.join("\n"));
    let preview = server
        .ask("POST", "/v1/care/watch/preview", &[], b"")
        .json();
    let of = |name: &str| preview[name].as_u64().unwrap();
    assert_eq!(of("members"), 20, "{preview}");
    let suppressed: u64 = preview["suppressed"]
        .as_object()
        .unwrap()
        .values()
        .filter_map(Value::as_u64)
        .sum();
    assert_eq!(
        of("recipients") + of("held_out") + suppressed,
        20,
        "{preview}"
    );
    assert_eq!(
        server.ask("POST", "/v1/care/watch/start", &[], b"").status,
        200
    );
    let asked = [
        vec!["care", "status"],
        vec!["care", "preview", "watch"],
        vec!["care", "report", "watch"],
        vec!["care", "messages"],
        vec!["care", "preview", "nobody"],
    ];
    let all = || -> Vec<_> {
        let forms = asked.iter().flat_map(|verb| {
            let json = [&verb[..], &["--format", "json"]].concat();
            [verb.clone(), json]
        });
        forms.map(|verb| place.run(&verb)).collect()
    };
    let report = server.get("/v1/care/watch/report").json();
    assert_eq!(
        report["treated"]["still_running"].as_u64(),
        Some(of("recipients")),
        "{report}"
    );
    let served = all();
    server.stop();
    for (with, without) in served.iter().zip(all()) {
        // The clock goes on meanwhile.
        let still = |text: &str| {
            let parts = text.split("2024-02-01T12:");
            let tail = |part: &str| {
                part.get("00:00+08:00".len()..)
                    .unwrap_or_default()
                    .to_owned()
            };
            let mut parts = parts.map(str::to_owned);
            let first = parts.next().unwrap_or_default();
            first + &parts.map(|part| tail(&part)).collect::<String>()
        };
        assert_eq!(with.code, without.code, "{with:?}\n{without:?}");
        assert_eq!(still(&with.out), still(&without.out));
        assert_eq!(with.err, without.err);
    }
    assert_eq!(
        served.iter().map(|ran| ran.code).collect::<Vec<_>>(),
        [0, 0, 0, 0, 0, 0, 0, 0, 2, 2]
    );
    let order = place.run(&["care", "start", "watch"]);
    assert_eq!(order.code, 4);
    assert!(order.err.contains("no server runs"), "{order:?}");
}

#[test]
fn a_message_that_was_given_up_is_listed_and_settled() {
    let place = place();
    let letter = "Subject: Hello\n\nGood day, {{ name }}.\n";
    std::fs::write(place.rules().join("templates/hi.txt"), letter).unwrap();
    let server = place.serve();
    assert_eq!(
        server.ask("POST", "/v1/care/hello/start", &[], b"").status,
        200
    );
    let nameless = "{\"id\":\"张/三\",\"assets\":\"5000\",\"mail\":\"one@example.com\"}\n";
    server.take("/v1/customers", nameless);
    let list = server.until("/v1/messages", |list| list["count"] == 1);
    let message = &list["messages"][0];
    let of = |name: &str| message[name].as_str().unwrap();
    assert_eq!(
        (of("plan"), of("standing"), of("customer")),
        ("hello", "dead", "张/三")
    );
    assert!(of("reason").contains("name"), "{list}");
    let path = format!("/v1/messages/{}", of("id"));
    assert_eq!(
        server.get("/v1/messages?plan=%E9%97%AE%E5%80%99").json()["count"],
        1
    );
    assert_eq!(server.get("/v1/messages?plan=other").json()["count"], 0);
    assert_eq!(server.get("/v1/care/hello").json()["messages"]["dead"], 1);
    assert_eq!(server.post(&path, "{}").code(), "A002");
    // Sent once more it fails for the same reason, and is counted as tried again.
    assert_eq!(server.post(&path, "{\"again\":true}").status, 204);
    let attempts = message["attempts"].as_u64().unwrap();
    server.until("/v1/messages", |list| {
        list["messages"][0]["attempts"]
            .as_u64()
            .is_some_and(|now| now > attempts)
    });
    let ran = place.run(&["care", "messages", "问候"]);
    assert!(ran.out.starts_with(of("id")), "{ran:?}");
    let ran = place.run(&["care", "settle", of("id"), "--drop"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(
        server.get("/v1/messages").json(),
        json!({"messages": [], "count": 0})
    );
    assert_eq!(server.post(&path, "{\"again\":true}").code(), "A025");
    assert_eq!(
        server.post("/v1/messages/x", "{\"again\":true}").code(),
        "A025"
    );
    assert_eq!(place.run(&["care", "settle", of("id"), "--again"]).code, 3);
    assert_eq!(place.run(&["care", "settle", of("id")]).code, 2);
}

#[test]
fn what_a_plan_cannot_answer_is_a_conflict() {
    let place = place();
    let server = place.serve();
    let report = server.get("/v1/care/hello/report");
    assert_eq!((report.status, report.code().as_str()), (409, "A026"));
    let enter = server.ask("POST", "/v1/care/hello/enter", &[], b"");
    assert_eq!((enter.status, enter.code().as_str()), (409, "not_by_hand"));
    let nobody = server.ask("POST", "/v1/care/nobody/preview", &[], b"");
    assert_eq!((nobody.status, nobody.code().as_str()), (404, "A023"));
    assert_eq!(server.get("/v1/care/hello/start").code(), "A005");
    let ran = place.run(&["care", "report", "hello"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("has no goal"), "{ran:?}");
    assert_eq!(place.run(&["care", "start", "nobody"]).code, 2);
    assert_eq!(
        place.run(&["care", "pause", "问候"]).out.split(':').next(),
        Some("hello is paused")
    );
}
