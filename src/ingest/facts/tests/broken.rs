//! Every line that is not as it should be: its code, its field, its sentence.

use super::*;
use crate::base::kind::Kind;
use crate::base::limit::{
    FACT_LINE_BYTES_MAX, FACT_LINES_MAX, FACT_TEXT_BYTES_MAX, ID_BYTES_MAX, TEXT_BYTES_MAX,
};

/// Two customers, and of each kind whose faults differ one field.
fn world() -> World {
    let mut schema = testing::schema();
    let mut number = schema.attributes[0].clone();
    (number.name, number.kind, number.label) = ("rate".into(), Kind::Number, Some("利率".into()));
    let mut seen = number.clone();
    (seen.name, seen.kind, seen.label) = ("seen".into(), Kind::Time, None);
    let mut codes = seen.clone();
    (codes.name, codes.kind) = ("codes".into(), Kind::Set(Arc::new(Kind::Int)));
    schema.attributes.extend([number, seen, codes]);
    schema.relations[0].inverse = Some("known_by".into());
    let mut world = World::of(schema);
    world.send(Customers, PEOPLE);
    world
}

/// The answers to some lines, under the lines; nothing is written by any of them.
fn told(kind: IncomingKind, lines: &[&str]) -> String {
    let mut world = world();
    let position = world.snapshot.position();
    let mut text = String::new();
    for line in lines {
        let answer = world.send(kind, line);
        text.push_str(&format!("{line}\n  {}\n", answer.join("\n  ")));
    }
    assert_eq!(world.snapshot.position(), position);
    text
}

#[test]
fn lines_that_are_no_customers() {
    let text = told(
        Customers,
        &[
            r#"{"id":"a","name":"x""#,
            r#"["id","a"]"#,
            r#"{"name":"x"}"#,
            r#"{"id":""}"#,
            r#"{"id":null}"#,
            r#"{"id":42}"#,
            r#"{"id":["a"]}"#,
            r#"{"id":"a\u0000b"}"#,
            r#"{"id":"a\u0085b"}"#,
            r#"{"id":"a","id":"b"}"#,
            r#"{"id":"a","since":"soon"}"#,
            r#"{"id":"a","since":20260101}"#,
            r#"{"id":"a","since":"9999-12-31T23:59:59-12:00"}"#,
            r#"{"id":"a","nmae":"x"}"#,
            r#"{"id":"a","rate":1,"利率":1}"#,
            r#"{"id":"a","name":7}"#,
            r#"{"id":"a","name":["x"]}"#,
            r#"{"id":"a","name":{"first":"x"}}"#,
            r#"{"id":"a","name":"\ud83d"}"#,
            r#"{"id":"a","born":"1990-02-30"}"#,
            r#"{"id":"a","born":19900201}"#,
            r#"{"id":"a","wealth":"12,50"}"#,
            r#"{"id":"a","wealth":0.00001}"#,
            r#"{"id":"a","wealth":922337203685477.5808}"#,
            r#"{"id":"a","wealth":1e400}"#,
            r#"{"id":"a","wealth":true}"#,
            r#"{"id":"a","rate":1e400}"#,
            r#"{"id":"a","rate":"NaN"}"#,
            r#"{"id":"a","rate":"a lot"}"#,
            r#"{"id":"a","vip":"yes"}"#,
            r#"{"id":"a","vip":1}"#,
            r#"{"id":"a","tags":"x"}"#,
            r#"{"id":"a","tags":["x",null]}"#,
            r#"{"id":"a","tags":["x",["y"]]}"#,
            r#"{"id":"a","codes":[1,9223372036854775808]}"#,
            r#"{"id":"a","seen":"2026-01-01T25:00:00Z"}"#,
            r#"{"id":"a","seen":1767225600}"#,
        ],
    );
    insta::assert_snapshot!("no_customers", text);
}

#[test]
fn lines_that_are_no_events() {
    let text = told(
        Events,
        &[
            r#"{"customer":"a","at":"2026-01-01"}"#,
            r#"{"event":"buys","customer":"a","at":"2026-01-01"}"#,
            r#"{"event":"x","customer":"a","at":"2026-01-01"}"#,
            r#"{"event":"buy","at":"2026-01-01"}"#,
            r#"{"event":"buy","customer":"a"}"#,
            r#"{"event":"buy","customer":"a","at":null}"#,
            r#"{"event":"buy","customer":"a","at":""}"#,
            r#"{"event":"buy","customer":"a","at":1767225600}"#,
            r#"{"event":"buy","customer":"a","at":"0001-01-01T00:00:00+23:59"}"#,
            r#"{"event":"buy","customer":"a","at":"2026-01-01","id":7}"#,
            r#"{"event":"buy","customer":"a","at":"2026-01-01","id":"\n"}"#,
            r#"{"event":"buy","customer":"a","at":"2026-01-01","amuont":7}"#,
            r#"{"event":"buy","customer":"a","at":"2026-01-01","amount":1.5}"#,
            r#"{"event":"buy","customer":"a","at":"2026-01-01","amount":1e19}"#,
            r#"{"event":"buy","customer":"a","at":"2026-01-01","way":"brnach"}"#,
            r#"{"event":"buy","customer":"a","at":"2026-01-01","way":"post"}"#,
            r#"{"event":"buy","customer":"a","at":"2026-01-01","way":1}"#,
            r#"{"event":"buy","customer":"z","at":"2026-01-01"}"#,
        ],
    );
    insta::assert_snapshot!("no_events", text);
}

#[test]
fn lines_that_are_no_holdings_and_no_relations() {
    let holdings = told(
        Holdings,
        &[
            r#"{"holding":"laon","customer":"a","key":"L"}"#,
            r#"{"holding":"loan","customer":"a"}"#,
            r#"{"holding":"loan","customer":"z","key":"L"}"#,
            r#"{"holding":"loan","customer":"a","key":"L","amount":"?"}"#,
            r#"{"holding":"loan","customer":"a","key":"L","total":1}"#,
        ],
    );
    let relations = told(
        Relations,
        &[
            r#"{"relation":"konws","from":"a","to":"b"}"#,
            r#"{"relation":"known_by","from":"a","to":"b"}"#,
            r#"{"relation":"knows","from":"a"}"#,
            r#"{"relation":"knows","from":"z","to":"a"}"#,
            r#"{"relation":"knows","from":"a","to":"z"}"#,
            r#"{"relation":"knows","from":"a","to":"b","weight":1}"#,
            r#"{"relation":"manager","from":"a","to":"x\ty"}"#,
        ],
    );
    insta::assert_snapshot!("no_holdings_no_relations", format!("{holdings}{relations}"));
}

#[test]
fn sizes_are_bounded() {
    let mut world = world();
    let mut code = |body: String| world.send(Customers, &body).join("|");
    let long = |length: usize| "x".repeat(length);
    let id = |length| format!(r#"{{"id":"{}"}}"#, long(length));
    assert_eq!(code(id(ID_BYTES_MAX)), "accepted");
    assert!(code(id(ID_BYTES_MAX + 1)).starts_with("I110 id: "));
    let name = |length| format!(r#"{{"id":"a","name":"{}"}}"#, long(length));
    assert_eq!(code(name(TEXT_BYTES_MAX)), "accepted");
    assert!(code(name(TEXT_BYTES_MAX + 1)).starts_with("I110 name: "));
    let texts = FACT_TEXT_BYTES_MAX / TEXT_BYTES_MAX;
    let tags: Vec<String> = (0..texts)
        .map(|at| format!("\"{at}{}\"", long(TEXT_BYTES_MAX - 1)))
        .collect();
    let tags = format!(r#"{{"id":"a","tags":[{}]}}"#, tags.join(","));
    assert!(code(tags).starts_with("I110 the texts of one fact"));
    let line = |length: usize| format!("{{\"id\":\"a\"{}}}", " ".repeat(length - 10));
    assert_eq!(code(line(FACT_LINE_BYTES_MAX)), "repeated");
    let answer = code(line(FACT_LINE_BYTES_MAX + 1));
    assert!(
        answer.starts_with("I103 the line has 524289 bytes"),
        "{answer}"
    );
}

#[test]
fn a_request_of_too_many_lines_is_refused_as_a_whole() {
    let lines = |count: usize| "{\"id\":\"a\"}\n\n".repeat(count);
    let most = parse_lines(Customers, lines(FACT_LINES_MAX).as_bytes()).unwrap();
    assert_eq!(most.len(), FACT_LINES_MAX);
    assert_eq!(most.last().unwrap().0, 2 * FACT_LINES_MAX as u64 - 1);
    let fault = parse_lines(Customers, lines(FACT_LINES_MAX + 1).as_bytes()).unwrap_err();
    assert_eq!(fault.code, fault::TOO_MANY_LINES);
}

#[test]
fn bytes_that_are_no_text_spoil_only_their_line() {
    let body = b"\xef\xbb\xbf{\"id\":\"a\"}\r\n\xff\n \t\n{\"id\":\"b\xc3\x28\"}\n{\"id\":\"c\"}";
    let lines = parse_lines(Customers, body).unwrap();
    let shown: Vec<(u64, Option<&str>)> = lines
        .iter()
        .map(|(number, line)| (*number, line.as_ref().err().map(|fault| fault.code)))
        .collect();
    let bad = Some(fault::INVALID_TEXT);
    assert_eq!(shown, [(1, None), (2, bad), (4, bad), (5, None)]);
    assert_eq!(parse_lines(Customers, b"").unwrap(), []);
}

#[test]
fn ids_hold_any_character_and_are_one_in_each_form() {
    let mut world = World::new();
    for id in [
        "a b",
        "/../\\\\",
        "<script>",
        "客户😀",
        "%00",
        "\\\"quoted\\\"",
        "e\\u0301",
        "\\u202e",
    ] {
        assert_eq!(
            world.send(Customers, &format!(r#"{{"id":"{id}"}}"#)),
            ["accepted"],
            "{id}"
        );
        let event = format!(r#"{{"event":"buy","customer":"{id}","at":"2026-01-01","id":"{id}"}}"#);
        assert_eq!(world.send(Events, &event), ["accepted"], "{id}");
    }
    assert_eq!(world.send(Customers, r#"{"id":"é"}"#), ["repeated"]);
    assert!(world.snapshot.row("/../\\").is_some());
}

#[test]
fn what_is_said_of_a_sensitive_field_names_no_value() {
    let mut world = World::new();
    for value in [r#""secret""#, r#"["secret"]"#, r#""9999-99-99""#] {
        let answer = world
            .send(Customers, &format!(r#"{{"id":"a","born":{value}}}"#))
            .remove(0);
        assert!(
            !answer.contains("secret") && !answer.contains("9999"),
            "{answer}"
        );
        assert!(answer.contains(" born: "), "{answer}");
    }
}

#[test]
fn numbers_are_read_from_their_digits() {
    let mut world = world();
    for (sent, kept) in [
        ("0.1", "0.1"),
        ("922337203685477.5807", "922337203685477.5807"),
        ("\"-922337203685477.5808\"", "-922337203685477.5808"),
        ("900719925474099.3001", "900719925474099.3001"),
        ("1.2E+3", "1200"),
        ("12500e-3", "12.5"),
        ("-0.0", "0"),
    ] {
        world.send(Customers, &format!(r#"{{"id":"a","wealth":{sent}}}"#));
        let person = world.person("a");
        let held = person.attributes[2].last().unwrap().value.clone().unwrap();
        assert_eq!(held.display(&Kind::Money, &world.zone), kept, "{sent}");
    }
    let event = |amount: &str| {
        format!(
            r#"{{"event":"buy","customer":"a","at":"2026-01-01","id":"{amount}","amount":{amount}}}"#
        )
    };
    for amount in ["9223372036854775807", "-9223372036854775808", "7.00", "1e3"] {
        assert_eq!(world.send(Events, &event(amount)), ["accepted"], "{amount}");
    }
}
