//! What good files become, once and again.

use super::*;
use crate::base::calendar::{Date, Instant};
use crate::base::value::Value;
use crate::columns::person::{Held, Person};
use crate::ingest::testing::{NAME, WEALTH, call, is, literal};
use crate::language::typed::{Delimiter, Format, Function, SourceFileId};
use crate::store::fact::{Row, Target};

const CLIENTS: &str = "id;name;born;wealth\nc1;Ann;1970-01-02;10.5\nc2;Bob;;20\n";
const BUYS: &str =
    "who;at;amount;way;id\nc1;2024-01-01;5;web;1\nc1;2024-01-01;5;web;2\nc2;2024-01-02;7;柜面;1\n";

fn person(bank: &Bank, id: &str) -> Person {
    let snapshot = bank.snapshot();
    snapshot.person(snapshot.row(id).unwrap())
}

fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.into()))
}

#[test]
fn an_import_and_its_repetition() {
    let bank = Bank::new(vec![buys(true), loans(), links(), clients()]);
    bank.write("clients.csv", CLIENTS);
    bank.write("buys.csv", BUYS);
    bank.write(
        "loans.csv",
        "key;who;since;amount\nl1;c1;2024-01-01;100\nl1;c1;2024-02-01;90\nl2;c2;;50\n",
    );
    bank.write("links.csv", "a;b\nc1;c2\nc1;c2\nc2;\n");
    let reports = bank.import().unwrap();
    let names: Vec<&str> = reports.iter().map(|report| &*report.source).collect();
    assert_eq!(names, ["buys", "loans", "links", "clients"]);
    let first: Vec<_> = reports.iter().map(counts).collect();
    assert_eq!(
        first,
        [[3, 0, 0, 0], [3, 0, 0, 0], [2, 0, 0, 1], [2, 0, 0, 0]]
    );
    let ann = person(&bank, "c1");
    assert_eq!(
        ann.attributes[0],
        [Held {
            since: None,
            value: text("Ann")
        }]
    );
    assert_eq!(
        ann.attributes[1],
        [Held {
            since: None,
            value: Some(Value::Date(Date(1)))
        }]
    );
    assert_eq!(ann.events[0].len(), 2);
    assert_eq!(
        ann.events[0][0].fields,
        [Some(Value::Int(5)), Some(Value::Enum(0))]
    );
    assert_eq!(ann.holdings[0][0].states.len(), 2);
    assert_eq!(ann.relations_out[0].len(), 1, "a repeated edge counts once");
    assert_eq!(ann.relations_out[0][0].other, Target::Customer(Row(1)));
    assert_eq!(
        person(&bank, "c2").events[0][0].fields[1],
        Some(Value::Enum(1)),
        "by label"
    );
    let position = bank.position();
    let again: Vec<_> = bank.import().unwrap().iter().map(counts).collect();
    assert_eq!(
        again,
        [[0, 3, 0, 0], [0, 3, 0, 0], [0, 2, 0, 1], [0, 2, 0, 0]]
    );
    assert_eq!(
        bank.position(),
        position,
        "repeating an import changes nothing"
    );
    assert!(is_empty(&bank.path("data/rejects")));
}

#[test]
fn equal_lines_without_an_id_are_separate_events() {
    let bank = Bank::new(vec![clients(), buys(false)]);
    bank.write("clients.csv", CLIENTS);
    let line = "c1;2024-01-01;5;web\n";
    bank.write("buys.csv", format!("who;at;amount;way\n{}", line.repeat(3)));
    assert_eq!(counts(&bank.import().unwrap()[1]), [3, 0, 0, 0]);
    assert_eq!(counts(&bank.import().unwrap()[1]), [0, 3, 0, 0]);
    bank.write("buys.csv", format!("who;at;amount;way\n{}", line.repeat(4)));
    assert_eq!(counts(&bank.import().unwrap()[1]), [1, 3, 0, 0]);
    assert_eq!(person(&bank, "c1").events[0].len(), 4);
}

#[test]
fn a_repeated_customer_updates_the_fields_it_gives() {
    let bank = Bank::new(vec![clients()]);
    bank.write(
        "clients.csv",
        "id;name;born;wealth\nc1;Ann;;1\nc1;;;2\nc1;Eve;;\n",
    );
    assert_eq!(counts(&bank.import().unwrap()[0]), [3, 0, 0, 0]);
    let held = |value| [Held { since: None, value }];
    let eve = person(&bank, "c1");
    assert_eq!(eve.attributes[NAME.0 as usize], held(text("Eve")));
    assert_eq!(
        eve.attributes[WEALTH.0 as usize][0].value,
        Some(Value::Money(crate::base::money::Money(20_000)))
    );
    let position = bank.position();
    assert_eq!(
        counts(&bank.import().unwrap()[0]),
        [0, 3, 0, 0],
        "the last word is what is held"
    );
    assert_eq!(bank.position(), position);
    bank.write("clients.csv", "id;name;born;wealth\nc1;Eve;;3\n");
    assert_eq!(counts(&bank.import().unwrap()[0]), [1, 0, 0, 0]);
    assert_eq!(bank.position(), position + 1);
}

#[test]
fn clear_assigns_missing() {
    let mut file = clients();
    if let RouteTarget::Customer { fields, .. } = &mut file.routes[0].target {
        fields[0].1 = typed(
            Node::If {
                condition: Box::new(is(column(1), literal("-"))),
                then: Box::new(typed(Node::Clear, Kind::Text)),
                otherwise: Box::new(column(1)),
            },
            Kind::Text,
        );
    }
    let bank = Bank::new(vec![file]);
    bank.write("clients.csv", "id;name;born;wealth\nc1;Ann;;1\n");
    bank.import().unwrap();
    bank.write("clients.csv", "id;name;born;wealth\nc1;-;;1\n");
    assert_eq!(counts(&bank.import().unwrap()[0]), [1, 0, 0, 0]);
    assert!(
        person(&bank, "c1").attributes[0]
            .iter()
            .all(|held| held.value.is_none())
    );
    assert_eq!(counts(&bank.import().unwrap()[0]), [0, 1, 0, 0]);
}

#[test]
fn lookups_nest_and_report_repeated_keys() {
    let mut inner = source("inner", "inner.csv", "k v");
    inner.key = Some((column(0), None));
    let mut outer = source("outer", "outer.csv", "k v");
    let lookup = |source, key| {
        typed(
            Node::Lookup {
                source: SourceFileId(source),
                column: 1,
                key: Box::new(key),
            },
            Kind::Text,
        )
    };
    outer.key = Some((lookup(1, column(0)), Some(is(column(1), literal("Ann")))));
    let mut clients = clients();
    if let RouteTarget::Customer { fields, .. } = &mut clients.routes[0].target {
        fields[0].1 = lookup(2, column(1));
    }
    let bank = Bank::new(vec![clients, inner, outer]);
    bank.write("clients.csv", CLIENTS.replace("Ann", "x"));
    bank.write("inner.csv", "k;v\n1;x\n2;y\n1;z\n");
    bank.write("outer.csv", "k;v\n1;Ann\n1;Bob\n2;Ann\n");
    let reports = bank.import().unwrap();
    assert_eq!(person(&bank, "c1").attributes[0][0].value, text("Ann"));
    assert!(
        person(&bank, "c2").attributes[0].is_empty(),
        "no record is missing"
    );
    assert_eq!(
        counts(&reports[1]),
        [0, 0, 0, 3],
        "a source that is only looked up is skipped"
    );
    let note = &reports[1].notes[0];
    assert_eq!(
        (note.code, note.count, note.lines.as_slice()),
        ("I202", 1, &[4][..])
    );
}

#[test]
fn records_go_through_every_route_and_customers_come_first() {
    let mut file = source("both", "both.csv", "id at");
    file.skip = vec![is(column(0), literal("none"))];
    file.routes = vec![
        route(
            RouteTarget::Event {
                event: EventId(0),
                customer: column(0),
                at: call(
                    Function::ToDate,
                    vec![column(1), literal("dd.MM.yyyy")],
                    Kind::Date,
                ),
                id: None,
                sequence: None,
                fields: vec![],
            },
            Some(typed(
                Node::IsMissing {
                    value: Box::new(column(1)),
                    negated: true,
                },
                Kind::Bool,
            )),
        ),
        route(
            RouteTarget::Customer {
                id: column(0),
                since: None,
                fields: vec![],
            },
            None,
        ),
    ];
    let bank = Bank::new(vec![file]);
    bank.write(
        "both.csv",
        "id;at\na;05.01.2024\nb;\nnone;05.01.2024\nc;30.02.2024\n",
    );
    let report = bank.import().unwrap().remove(0);
    assert_eq!(counts(&report), [2, 0, 1, 1]);
    assert_eq!(
        bank.snapshot().rows(),
        3,
        "the facts of a record stand or fall alone"
    );
    assert_eq!(counts(&bank.import().unwrap()[0]), [0, 2, 1, 1]);
}

#[test]
fn dress_makes_no_difference() {
    let with = |encoding: &str, delimiter, header: Option<&[&str]>| {
        let mut file = clients();
        file.format = Format::Csv {
            delimiter: match delimiter {
                Some(character) => Delimiter::Character(character),
                None => Delimiter::Blanks,
            },
            quote: Some(b'"'),
            header: header.map(|names| names.iter().map(|name| name.to_string()).collect()),
            encoding: encoding.to_owned(),
        };
        file
    };
    let wide: Vec<u8> = "id;name;born;wealth\r\nc1;客户;;1\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let cases: Vec<(SourceFile, Vec<u8>)> = vec![
        (
            with("utf-8", Some(b';'), None),
            "\u{feff}wealth;id;born;name;more\n1;c1;;客户;x".into(),
        ),
        (
            with("gb18030", Some(b';'), None),
            b"id;name;born;wealth\nc1;\xbf\xcd\xbb\xa7;;1\n".to_vec(),
        ),
        (with("utf-16le", Some(b';'), None), wide),
        (
            with("utf-8", None, Some(&["id", "name", "born", "wealth"])),
            "  c1 客户\t1970-01-01  1\n\n".into(),
        ),
        (
            with("utf-8", Some(b','), None),
            "id,name,born,wealth\r\n\"c1\",\"客户\",,1\r\n".into(),
        ),
    ];
    for (file, bytes) in cases {
        let bank = Bank::new(vec![file]);
        bank.write("clients.csv", &bytes);
        assert_eq!(counts(&bank.import().unwrap()[0]), [1, 0, 0, 0]);
        assert_eq!(person(&bank, "c1").attributes[0][0].value, text("客户"));
    }
}

#[test]
fn only_sources_named_by_hand_are_imported_with_what_they_look_up() {
    let bank = Bank::new(vec![clients(), buys(true)]);
    bank.write("clients.csv", CLIENTS);
    bank.write("buys.csv", BUYS);
    bank.write("more.csv", "who;at;amount;way;id\nc2;2024-03-01;1;web;9\n");
    bank.import().unwrap();
    let files = Files {
        given: vec![("buys".to_owned(), bank.path("more.csv"))],
        ..bank.files()
    };
    let reports = bank.import_with(&files).unwrap();
    assert_eq!(reports.len(), 1);
    assert_eq!(counts(&reports[0]), [1, 0, 0, 0]);
    assert_eq!(reports[0].file, bank.path("more.csv"));
    let unknown = Files {
        given: vec![("bys".to_owned(), bank.path("more.csv"))],
        ..bank.files()
    };
    let error = bank.import_with(&unknown).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no source is called `bys`; there are `clients`, `buys`"
    );
}

#[test]
fn rounds_do_not_change_the_outcome() {
    let bank = Bank::new(vec![clients(), buys(false)]);
    bank.write("clients.csv", CLIENTS);
    let count = 2 * crate::base::limit::IMPORT_ROUND_EVENTS_MAX as u64 + 10;
    let mut lines = String::from("who;at;amount;way\n");
    for at in 0..count {
        lines.push_str(&format!(
            "c{};2024-01-0{};{};web\n",
            at % 2 + 1,
            at % 9 + 1,
            at % 1_000
        ));
    }
    bank.write("buys.csv", lines);
    assert_eq!(counts(&bank.import().unwrap()[1]), [count, 0, 0, 0]);
    assert_eq!(counts(&bank.import().unwrap()[1]), [0, count, 0, 0]);
    assert_eq!(
        person(&bank, "c1").events[0].first().map(|event| event.at),
        Some(Instant(1_704_063_600))
    );
}

#[test]
fn an_event_said_again_in_a_later_round_is_repeated() {
    let bank = Bank::new(vec![clients(), buys(true)]);
    bank.write("clients.csv", CLIENTS);
    let count = crate::base::limit::IMPORT_ROUND_EVENTS_MAX;
    let mut lines = vec!["who;at;amount;way;id".to_owned()];
    for at in 0..count {
        lines.push(format!("c1;2024-01-0{};5;web;{at}", at % 9 + 1));
    }
    // Once more at the end, in the round after; and two of another id and another day.
    lines.extend_from_within(1..6);
    lines.push("c1;2024-01-01;5;web;new".to_owned());
    lines.push("c1;2024-02-01;5;web;0".to_owned());
    bank.write("buys.csv", lines.join("\n"));
    let accepted = count as u64 + 2;
    assert_eq!(counts(&bank.import().unwrap()[1]), [accepted, 5, 0, 0]);
    assert_eq!(counts(&bank.import().unwrap()[1]), [0, accepted + 5, 0, 0]);
}

#[test]
fn an_event_that_comes_again_with_other_values_is_noted() {
    let bank = Bank::new(vec![clients(), buys(true)]);
    bank.write("clients.csv", CLIENTS);
    let head = "who;at;amount;way;id";
    let count = crate::base::limit::IMPORT_ROUND_EVENTS_MAX;
    let mut lines = vec![head.to_owned(), "c1;2024-01-01;5;web;7".to_owned()];
    for at in 0..count {
        lines.push(format!("c1;2024-01-0{};5;web;x{at}", at % 8 + 2));
    }
    // In the first round, and in the round after.
    lines.insert(2, "c1;2024-01-01;6;web;7".to_owned());
    lines.extend(["c1;2024-01-01;5;web;7", "c1;2024-01-01;8;web;7"].map(str::to_owned));
    bank.write("buys.csv", lines.join("\n"));
    let report = bank.import().unwrap().remove(1);
    assert_eq!(counts(&report), [count as u64 + 1, 3, 0, 0]);
    assert_eq!(report.notes.len(), 1, "{:?}", report.notes);
    let note = &report.notes[0];
    let last = lines.len() as u64;
    assert_eq!((note.code, note.lines.as_slice()), ("I208", &[3, last][..]));
    // In another import, beside others of its instant.
    let again = ["c1;2024-01-01;5;web;7", "c1;2024-01-01;9;web;7"];
    bank.write("buys.csv", format!("{head}\n{}\n", again.join("\n")));
    let report = bank.import().unwrap().remove(1);
    assert_eq!(counts(&report), [0, 2, 0, 0]);
    let note = &report.notes[0];
    assert_eq!((note.code, note.lines.as_slice()), ("I208", &[3][..]));
}

#[test]
fn an_id_that_stands_elsewhere_is_noted() {
    let bank = Bank::new(vec![clients(), buys(true)]);
    bank.write("clients.csv", CLIENTS);
    let lines = [
        "who;at;amount;way;id",
        "c1;2024-01-01;5;web;7",
        "c1;2024-01-02;5;web;7",
        "c2;2024-01-02;5;web;7",
        "c2;2024-01-02;5;web;8",
    ];
    bank.write("buys.csv", lines.join("\n"));
    let report = bank.import().unwrap().remove(1);
    assert_eq!(counts(&report), [4, 0, 0, 0]);
    let notes = report.notes.iter();
    let said: Vec<_> = notes
        .map(|note| {
            (
                note.code,
                note.message.contains("same customer"),
                note.lines[0],
            )
        })
        .collect();
    assert_eq!(said, [("I209", true, 3), ("I209", false, 4)]);
}

#[test]
fn ids_that_look_alike_are_noted() {
    let bank = Bank::new(vec![clients()]);
    bank.write("clients.csv", "id;name;born;wealth\nc1;;;\nＣ1;;;\n");
    let report = bank.import().unwrap().remove(0);
    assert_eq!(report.notes[0].code, "I203");
    assert_eq!(
        bank.import().unwrap()[0].notes,
        [],
        "it is said when they come"
    );
}

#[test]
fn a_holding_changes_hands_and_its_history_is_read_again() {
    let bank = Bank::new(vec![clients(), loans()]);
    bank.write("clients.csv", CLIENTS);
    bank.write(
        "loans.csv",
        "key;who;since;amount\nl1;c1;2024-01-01;100\nl1;c2;2024-02-01;90\nl1;c1;2024-03-01;80\nl2;c2;;5\n",
    );
    assert_eq!(counts(&bank.import().unwrap()[1]), [4, 0, 0, 0]);
    let owners = |bank: &Bank| -> Vec<u32> {
        let history = &person(bank, "c2").holdings[0][0];
        history.states.iter().map(|state| state.owner.0).collect()
    };
    assert_eq!(owners(&bank), [0, 1, 0]);
    let position = bank.position();
    assert_eq!(counts(&bank.import().unwrap()[1]), [0, 4, 0, 0]);
    assert_eq!(bank.position(), position);
    bank.write(
        "loans.csv",
        "key;who;since;amount\nl1;c1;2024-02-01;90\nl2;c1;;5\n",
    );
    assert_eq!(
        counts(&bank.import().unwrap()[1]),
        [2, 0, 0, 0],
        "the owner counts"
    );
    assert_eq!(person(&bank, "c2").holdings[0].len(), 0);
}
