//! The contract's answers, as they are written.

use serde_json::Value;

use crate::place::{Place, Server};
use crate::receivers::wait_until;

/// Four customers of whom something is known.
pub fn shop(server: &Server) {
    server.take(
        "/v1/customers",
        r#"{"id":"1","assets":"2500.50","joined":"2020-05-01","tier":"gold","name":"甲"}
{"id":"2","assets":999.99,"joined":"2023-12-31","tier":"普通","name":"x"}
"#
        .replace("普通", "plain")
        .as_str(),
    );
    server.take(
        "/v1/customers",
        "{\"id\":\"张/三 \\\"?\",\"assets\":\"1000\"}\n{\"id\":\"4\"}\n",
    );
    server.take(
        "/v1/events",
        r#"{"event":"purchase","customer":"1","at":"2024-01-20T10:00:00+08:00","id":"p1","amount":"12.34","channel":"web"}
{"event":"购买","customer":"1","at":"2024-01-31","金额":1e2}
{"event":"purchase","customer":"2","at":"2023-01-31","amount":"5"}
"#,
    );
    server.take(
        "/v1/holdings",
        "{\"holding\":\"account\",\"customer\":\"1\",\"key\":\"A-1\",\"balance\":\"77\"}\n",
    );
    server.take(
        "/v1/relations",
        "{\"relation\":\"spouse\",\"from\":\"2\",\"to\":\"1\"}\n{\"relation\":\"manager\",\"from\":\"1\",\"to\":\"王经理\"}\n",
    );
}

/// The answer with what differs between runs named instead; `*` stands for every entry of a list.
fn masked(mut answer: Value, places: &[(&str, &str)]) -> Value {
    fn mask(value: &mut Value, path: &[&str], name: &str) {
        match (path, value) {
            ([], value) => *value = Value::from(name),
            (["*", rest @ ..], Value::Array(list)) => {
                list.iter_mut().for_each(|entry| mask(entry, rest, name));
            }
            ([field, rest @ ..], value) => mask(&mut value[*field], rest, name),
        }
    }
    for (place, name) in places {
        mask(&mut answer, &place.split('/').collect::<Vec<_>>(), name);
    }
    answer
}

fn steady(mut answer: Value) -> Value {
    if let Some(object) = answer.as_object_mut() {
        for name in ["elapsed_us", "as_of"] {
            if object.contains_key(name) {
                object.insert(name.to_owned(), Value::from(format!("[{name}]")));
            }
        }
    }
    answer
}

#[test]
fn questions_and_customers() {
    let place = Place::shop();
    let server = place.serve();
    shop(&server);
    let asked = |body: &str| steady(server.post("/v1/query", body).json());
    insta::assert_json_snapshot!("count", asked(r#"{"filter":"rich","count_only":true}"#));
    insta::assert_json_snapshot!(
        "rows",
        asked(
            r#"{"filter":"富裕客户","show":["assets","joined","tier","assets >= 2000"],"order_by":"assets desc"}"#
        )
    );
    insta::assert_json_snapshot!(
        "a_text_with_faults",
        server
            .post("/v1/query", r#"{"filter":"aset > 3 且 x = "}"#)
            .json()
    );
    insta::assert_json_snapshot!("customer", steady(server.get("/v1/customers/1").json()));
    let why = server.get("/v1/customers/2/why?rule=rich");
    insta::assert_json_snapshot!("why", masked(steady(why.json()), &[("text", "[text]")]));
    insta::assert_json_snapshot!(
        "checked",
        server
            .post("/v1/check", r#"{"text":"filter x: assets > \"a\"\n"}"#)
            .json()
    );
    let odd = server.get("/v1/customers/%E5%BC%A0%2F%E4%B8%89%20%22%3F");
    assert_eq!(odd.json()["id"], "张/三 \"?", "{}", odd.text());
    for (path, code) in [
        ("/v1/customers/nobody", "A006"),
        ("/v1/filters/nothing", "A007"),
        ("/v1/nothing", "A004"),
        ("/v1/query", "A005"),
    ] {
        assert_eq!(server.get(path).code(), code, "{path}");
    }
}

#[test]
fn filters_and_members() {
    let place = Place::shop();
    let server = place.serve();
    shop(&server);
    insta::assert_json_snapshot!("filters", steady(server.get("/v1/filters").json()));
    let page = |path: &str| steady(server.get(path).json());
    insta::assert_json_snapshot!(
        "members",
        page("/v1/filters/rich/members?show=assets,tier&limit=1")
    );
    let rest = page("/v1/filters/rich/members?after=1");
    assert_eq!(rest["members"][0]["id"], "张/三 \"?");
    assert_eq!(rest["next"], Value::Null);
    let csv = server.ask(
        "GET",
        "/v1/filters/%E5%AF%8C%E8%A3%95%E5%AE%A2%E6%88%B7/members?show=assets",
        &[("accept", "text/csv")],
        b"",
    );
    assert_eq!(csv.text(), "id,assets\n1,2500.5\n\"张/三 \"\"?\",1000\n");
    let ndjson = server.ask(
        "GET",
        "/v1/filters/spouse_buys/members",
        &[("accept", "application/x-ndjson")],
        b"",
    );
    assert_eq!(ndjson.text(), "{\"id\":\"2\"}\n");
}

#[test]
fn schema_rules_and_figures() {
    let place = Place::shop();
    let server = place.serve();
    insta::assert_json_snapshot!("schema", server.get("/v1/schema").json());
    insta::assert_json_snapshot!(
        "rules",
        masked(
            server.get("/v1/rules").json(),
            &[
                ("serving/revision", "[revision]"),
                ("serving/at", "[at]"),
                ("history/*/revision", "[revision]"),
                ("history/*/at", "[at]"),
                ("last_attempt", "[attempt]"),
            ]
        )
    );
    let figures = server.get("/metrics");
    assert!(figures.headers["content-type"].starts_with("application/openmetrics-text"));
    for line in [
        "tamis_customers 0",
        "tamis_writing 1",
        "tamis_disk_full 0",
        "tamis_rules_refused 0",
        "tamis_columns_unsaved 0",
        "tamis_members{filter=\"rich\"} 0",
        "# EOF",
    ] {
        assert!(figures.text().contains(line), "{line}: {}", figures.text());
    }
    let ready = server.get("/readyz").json();
    assert_eq!(ready["status"], "ready");
    assert!(
        ready["now"]
            .as_str()
            .unwrap()
            .starts_with("2024-02-01T12:0")
    );
}

#[test]
fn a_long_answer_is_streamed_whole_and_a_reader_may_go() {
    let place = Place::shop();
    let server = place.serve();
    for part in 0..3 {
        let lines: String = (part * 10_000..(part + 1) * 10_000)
            .map(|at| format!("{{\"id\":\"customer-{at:05}\",\"assets\":\"{at}.25\"}}\n"))
            .collect();
        server.take("/v1/customers", &lines);
    }
    let accept = [("accept", "text/csv")];
    let path = "/v1/filters/rich/members?show=assets";
    let csv = server.ask("GET", path, &accept, b"");
    assert_eq!(csv.text().lines().count(), 29_001);
    assert!(csv.text().ends_with("customer-29999,29999.25\n"));
    assert_eq!(csv.headers["transfer-encoding"], "chunked");
    // Readers that take the head and go: each would hold a place if its going were not seen.
    for _ in 0..100 {
        use std::io::{Read, Write};
        let mut reader = std::net::TcpStream::connect(&server.address).unwrap();
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {}\r\naccept: text/csv\r\n\r\n",
            server.address
        );
        reader.write_all(request.as_bytes()).unwrap();
        reader.read_exact(&mut [0; 12]).unwrap();
    }
    let again = server.ask("GET", path, &accept, b"");
    assert_eq!(again.body, csv.body);
}

/// A check is told what the data say, and a page what a code means.
#[test]
fn checks_know_the_data_and_codes_have_pages() {
    let place = Place::shop();
    let server = place.serve();
    shop(&server);
    let codes = |body: &str| -> Vec<String> {
        let answer = server.post("/v1/check", body).json();
        assert_eq!(answer["sound"], true, "{answer}");
        let found = answer["diagnostics"].as_array().unwrap();
        let code = |each: &Value| each["code"].as_str().unwrap().to_owned();
        found.iter().map(code).collect()
    };
    assert_eq!(codes(r#"{"expression":"tier != gold"}"#), ["W605"]);
    assert_eq!(
        codes(r#"{"expression":"none(purchase, last 5 years)"}"#),
        ["W612"]
    );
    assert_eq!(
        codes(r#"{"expression":"none(purchase, last 30 days)"}"#),
        [""; 0]
    );
    assert_eq!(
        codes(r#"{"text":"filter a: tier != gold\nmetric idle: 5\n"}"#),
        ["W605", "W613"]
    );
    let page = server.get("/v1/diagnostics/w605").json();
    assert_eq!(
        (&page["code"], &page["refuses"]),
        (&"W605".into(), &false.into())
    );
    assert!(page["answer"].as_str().unwrap().contains("missing in 30 %"));
    let headers = [("accept", "text/plain")];
    let text = server.ask("GET", "/v1/diagnostics/E203", &headers, b"");
    assert!(text.text().starts_with("E203: "), "{}", text.text());
    assert_eq!(server.get("/v1/diagnostics/rich").code(), "A040");
}

/// The figures tell that an earlier set serves, for as long as it does.
#[test]
fn figures_tell_that_rules_are_refused() {
    let place = Place::shop();
    let server = place.serve();
    let broken = place.rules().join("broken.tamis");
    std::fs::write(&broken, "filter poor: asets <\n").unwrap();
    let says = |figure: &str| {
        let page = server.get("/metrics").text();
        page.lines().any(|line| line == figure)
    };
    wait_until("a refusal", || says("tamis_rules_refused 1"));
    assert_eq!(server.get("/readyz").status, 200);
    std::fs::remove_file(&broken).unwrap();
    wait_until("a sound set", || says("tamis_rules_refused 0"));
}

#[test]
fn a_verb_is_helped_in_words_of_the_command_line() {
    let place = Place::shop();
    let server = place.serve();
    shop(&server);
    let asked = place.run(&["report", "nope"]);
    server.stop();
    let alone = place.run(&["report", "nope"]);
    assert_eq!((asked.code, &asked.err), (alone.code, &alone.err));
    assert!(!asked.err.contains("/v1/"), "{asked:?}");
}
