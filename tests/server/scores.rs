//! Scores, scorecards and stages of a running server: figures, parts, sets, and the same
//! bytes from the command line with a server and without.

use serde_json::{Value, json};

use crate::answers::shop;
use crate::matches::Stream;
use crate::place::{Place, RULES, Server};

const SCORES: &str = r#"
score worth "价值" range 0..40: assets / 100 + 10 * count(purchase, last 30 days)

scorecard card "评分" base 5 range 0..100 {
  assets: < 1000 -> 1 | >= 1000 -> 10.5 "a thousand or more" | missing -> 0
  tier:   gold -> 4 | plain -> 2 | missing -> -1
  when any(purchase, last 30 days) -> 2.25 "bought lately"
}

stages phase "阶段名" {
  vip "贵宾":   assets >= 2000 and tier = gold
  buyer:        any(purchase)
  quiet "沉默": none(purchase)
}
"#;

const QUIET: &str = "phase%20%3D%20quiet";
const NOON: &str = "2024-02-01T12:00";

fn scored() -> (Place, Server) {
    let place = Place::with(&format!("{RULES}{SCORES}"));
    let server = place.serve();
    shop(&server);
    (place, server)
}

fn steady(mut answer: Value) -> Value {
    answer["elapsed_us"] = Value::Null;
    answer
}

fn asked(server: &Server, path: &str) -> Value {
    let sign = if path.contains('?') { '&' } else { '?' };
    let answer = server.get(&format!("/v1/scores/{path}{sign}as_of={NOON}"));
    assert_eq!(answer.status, 200, "{}", answer.text());
    steady(answer.json())
}

#[test]
fn a_score_says_how_it_spreads_and_who_has_none() {
    let (_place, server) = scored();
    assert_eq!(
        asked(&server, "worth"),
        json!({
            "score": "worth", "label": "价值",
            "count": 3, "missing": 1, "total": 4,
            "missing_because": [{"field": "assets", "count": 1}],
            "as_of": "2024-02-01T12:00:00+08:00", "elapsed_us": null,
            "lowest": 9.9999, "highest": 40.0, "mean": 19.999967,
            "range": {"low": 0.0, "high": 40.0, "raised": 0, "lowered": 1},
        })
    );
    let top = asked(&server, "worth?top=2");
    assert_eq!(
        top["top"],
        json!([{"rank": 1, "id": "1", "score": 40.0}, {"rank": 2, "id": "张/三 \"?", "score": 10.0}])
    );
    assert_eq!(top["tied_beyond"], 0);
    let spread = asked(&server, "%E4%BB%B7%E5%80%BC/histogram");
    let buckets = spread["histogram"].as_array().unwrap();
    let filled: Vec<Value> = buckets
        .iter()
        .filter(|one| one["count"] != 0)
        .map(|one| json!([one["from"], one["to"], one["count"]]))
        .collect();
    assert_eq!(
        (buckets.len(), filled),
        (
            20,
            vec![
                json!([8.0, 10.0, 1]),
                json!([10.0, 12.0, 1]),
                json!([38.0, 40.0, 1])
            ]
        )
    );
    assert_eq!(
        asked(&server, "phase")["classes"],
        json!([
            {"name": "vip", "label": "贵宾", "count": 1, "passed_over": 1},
            {"name": "buyer", "label": null, "count": 1, "passed_over": 0},
            {"name": "quiet", "label": "沉默", "count": 2, "passed_over": 0},
        ])
    );
}

/// A JSON number as so many millionths, by its digits.
fn millionths(number: &Value) -> i128 {
    let text = number.to_string();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.as_str()),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    assert!(part.len() <= 6, "{number}");
    sign * format!("{whole}{part:0<6}").parse::<i128>().unwrap()
}

#[test]
fn the_parts_of_a_score_add_up_to_it() {
    let (_place, server) = scored();
    let mut roles = std::collections::BTreeSet::new();
    for customer in ["1", "2", "%E5%BC%A0%2F%E4%B8%89%20%22%3F", "4"] {
        for score in ["worth", "card"] {
            let path = format!("/v1/customers/{customer}/why?rule={score}&as_of={NOON}");
            let root = server.get(&path).json()["root"].clone();
            let parts = root["parts"].as_array().unwrap();
            let parts: Vec<&Value> = parts
                .iter()
                .filter(|part| !part["adds"].is_null())
                .collect();
            assert!(!parts.is_empty(), "{root}");
            roles.extend(
                parts
                    .iter()
                    .map(|part| part["adds"].as_str().unwrap().to_owned()),
            );
            if root["value"].is_null() {
                assert_eq!((customer, score), ("4", "worth"));
                assert!(parts.iter().any(|part| part["value"].is_null()), "{root}");
                continue;
            }
            let sum: i128 = parts.iter().map(|part| millionths(&part["value"])).sum();
            assert_eq!(sum, millionths(&root["value"]), "{root}");
        }
    }
    let expected = ["base", "range", "row", "summand", "when"];
    assert_eq!(
        roles.iter().map(String::as_str).collect::<Vec<_>>(),
        expected
    );
}

#[test]
fn a_stage_is_a_set_that_one_can_watch() {
    let (_place, server) = scored();
    let settled = server.get(&format!("/v1/filters/{QUIET}/members"));
    assert_eq!(settled.json()["count"], 2, "{}", settled.text());
    let mut stream = Stream::open(&server, "/v1/matches", "").unwrap();
    let mut quiet = Stream::open(&server, &format!("/v1/matches?rule={QUIET}"), "").unwrap();
    server.take(
        "/v1/customers",
        "{\"id\":\"4\",\"assets\":\"5000\",\"tier\":\"gold\"}\n",
    );
    let told: Vec<String> = (0..3)
        .map(|_| {
            let record = stream.next().unwrap();
            format!(
                "{} {} {}",
                record["rule"], record["customer"], record["what"]
            )
            .replace('"', "")
        })
        .collect();
    assert_eq!(
        told,
        [
            "rich 4 entered",
            "phase = vip 4 entered",
            "phase = quiet 4 left"
        ]
    );
    let left = quiet.next().unwrap();
    assert_eq!(
        (&left["what"], &left["cause"]),
        (&json!("left"), &json!("fact"))
    );
    // By label too: 阶段名 = 贵宾.
    let vip = "%E9%98%B6%E6%AE%B5%E5%90%8D%20%3D%20%E8%B4%B5%E5%AE%BE";
    let members = server.get(&format!("/v1/filters/{vip}/members")).json();
    assert_eq!(members["members"], json!([{"id": "1"}, {"id": "4"}]));
    let listed = server.get("/v1/filters").json();
    let names: Vec<&Value> = listed["stages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["phase = vip", "phase = buyer", "phase = quiet"]);
    assert_eq!(server.count("phase = vip and card > 10"), 2);
}

#[test]
fn members_by_rank_say_of_when_their_ranks_are() {
    let place = Place::with(&format!("{RULES}\nfilter richest: top 1 by assets\n"));
    let server = place.serve();
    shop(&server);
    let page = server.get("/v1/filters/richest/members").json();
    assert!(page["ranks_at"].is_string(), "{page}");
    // Who is not chosen by a place has none.
    let other = server.get("/v1/filters/rich/members").json();
    assert!(other.get("ranks_at").is_none(), "{other}");
}

#[test]
fn names_that_are_no_scores() {
    let (place, server) = scored();
    let wrong = server.get("/v1/scores/wroth");
    assert_eq!((wrong.status, &wrong.json()["code"]), (404, &json!("A030")));
    assert_eq!(wrong.json()["help"], "did you mean `worth`?");
    let filter = server.get("/v1/scores/rich").json();
    assert_eq!(filter["detail"], "`rich` is a filter, not a score");
    let ordered = server.get("/v1/scores/phase?top=3").json();
    assert_eq!(
        ordered["detail"],
        "`phase` is a list of stages, whose classes have no order"
    );
    assert_eq!(server.get("/v1/scores/worth?top=10001").status, 422);
    let ran = place.run(&["score", "wroth"]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.err.contains("did you mean `worth`?"), "{}", ran.err);
}

#[test]
fn the_same_bytes_with_a_server_and_without() {
    let (place, server) = scored();
    let questions: [&[&str]; 8] = [
        &["score", "worth", "--top", "2"],
        &["score", "价值", "--histogram"],
        &["score", "card"],
        &["score", "phase"],
        &["score", "worth", "--top", "3", "--format", "csv"],
        &["score", "phase", "--format", "csv"],
        &["why", "1", "card"],
        &["why", "4", "评分", "--words", "zh"],
    ];
    let ask = |question: &[&str]| {
        let mut words = question.to_vec();
        words.extend(["--as-of", NOON]);
        let ran = place.run(&words);
        assert_eq!(ran.code, 0, "{}", ran.err);
        ran.out
    };
    let before: Vec<String> = questions.iter().map(|question| ask(question)).collect();
    insta::assert_snapshot!("scores", before.join("\n"));
    server.signal("TERM");
    assert_eq!(server.ended(), Some(0));
    let after: Vec<String> = questions.iter().map(|question| ask(question)).collect();
    assert_eq!(before, after);
}
