//! A file that still speaks of a customer who was erased.

use super::*;
use crate::base::calendar::Instant;
use crate::ingest::erasure::{self, Erasures};
use crate::ingest::fault::ERASED;
use crate::store::fact::Row;

pub fn erase(bank: &Bank, id: &str, row: u32) {
    let store = Store::open(&bank.path("data"), &bank.rules.schema).unwrap();
    let before: Erasures = erasure::load(&store).unwrap();
    let (_, records) = erasure::records_for(&before, id, Row(row), Instant(0)).unwrap();
    store.append_with(Vec::new(), records).unwrap();
    store.close().unwrap();
}

#[test]
fn nothing_is_taken_of_whom_was_erased_and_no_reject_keeps_it() {
    let bank = Bank::new(vec![buys(true), links(), clients()]);
    bank.write(
        "clients.csv",
        "id;name;born;wealth\nc1;Ann;1970-01-02;10.5\nc2;Bob;;20\n",
    );
    bank.write(
        "buys.csv",
        "who;at;amount;way;id\nc1;2024-01-01;5;web;1\nc2;2024-01-02;7;web;1\n",
    );
    bank.write("links.csv", "a;b\nc1;c2\nc2;c1\n");
    bank.import().unwrap();
    erase(&bank, "c1", 0);
    let position = bank.position();
    bank.write(
        "clients.csv",
        "id;name;born;wealth\nc1;Ann;;11\nc2;Bob;;21\n",
    );
    let reports = bank.import().unwrap();
    let told: Vec<_> = reports
        .iter()
        .map(|report| (counts(report), report.erased, report.rejects_file.clone()))
        .collect();
    assert_eq!(
        told,
        [
            ([0, 1, 1, 0], 1, None),
            ([0, 0, 2, 0], 2, None),
            ([1, 0, 1, 0], 1, None)
        ]
    );
    assert_eq!(reports[0].reasons, [(ERASED, 1)]);
    assert_eq!(bank.position(), position + 1, "what is new of c2");
    let store = Store::open(&bank.path("data"), &bank.rules.schema).unwrap();
    let zone = crate::base::calendar::Zone::utc();
    let living = erasure::snapshot(&store, &bank.rules.schema, zone).unwrap();
    assert_eq!((living.living(), living.row("c1")), (1, None));
    assert_eq!(living.person(1).relations_in[0], []);
}

#[test]
fn whatever_else_is_wrong_with_a_record_nothing_of_whom_was_erased_is_kept() {
    let mut lines = clients();
    lines.name = "lines".into();
    lines.file = "lines.ndjson".to_owned();
    lines.format = crate::language::typed::Format::Ndjson;
    let bank = Bank::new(vec![buys(true), links(), clients(), lines]);
    let empty = ["who;at;amount;way;id\n", "a;b\n", "{\"id\":\"r\u{e9}\"}\n"];
    for (name, text) in ["buys.csv", "links.csv", "lines.ndjson"].iter().zip(empty) {
        bank.write(name, text);
    }
    bank.write(
        "clients.csv",
        "id;name;born;wealth\nc1;Ann;;\nc2;Bob;;\nc 3;Cyd;;\n",
    );
    bank.import().unwrap();
    for (row, id) in [(0, "c1"), (2, "c 3"), (3, "r\u{e9}")] {
        erase(&bank, id, row);
    }
    bank.write(
        "clients.csv",
        "id;name;born;wealth\nc1;Ann;yesterday;\nc2;Bob;yesterday;\nc1;Ann\n\"c 3;Cyd;;\nc2;Eve\n",
    );
    bank.write(
        "buys.csv",
        "who;at;amount;way;id\nc1;2024-02-30;5;web;1\nc2;2024-02-30;5;web;1\nc2;c1\n",
    );
    bank.write(
        "lines.ndjson",
        "{\"id\":\"re\u{301}\",\"wealth\":\"x\"}\n{\"id\":\"r\\u00e9\"\n{\"id\":\"r\"\n",
    );
    let reports = bank.import().unwrap();
    let told: Vec<_> = reports
        .iter()
        .map(|report| (&*report.source, report.rejected, report.erased))
        .collect();
    assert_eq!(
        told,
        [
            ("buys", 3, 2),
            ("links", 0, 0),
            ("clients", 5, 3),
            ("lines", 3, 2)
        ]
    );
    let kept = reports
        .iter()
        .filter_map(|report| report.mend_file.as_ref());
    let kept: String = kept
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    assert_eq!(
        kept,
        "who;at;amount;way;id\nc2;2024-02-30;5;web;1\n\
         id;name;born;wealth\nc2;Bob;yesterday;\nc2;Eve\n\
         {\"id\":\"r\"\n"
    );
}

#[test]
fn ids_that_hold_signs_are_found_in_records_that_cannot_be_cut() {
    let mut lines = clients();
    lines.name = "lines".into();
    lines.file = "lines.ndjson".to_owned();
    lines.format = crate::language::typed::Format::Ndjson;
    let bank = Bank::new(vec![clients(), lines]);
    let ids = ["CZ:7", "O'Neil", "a;b", "O\"Q", "{x}", "c 3", "[1|2], 3"];
    let mut text = String::from("id;name;born;wealth\n");
    for id in ids {
        text.push_str(&format!("\"{}\";;;\n", id.replace('"', "\"\"")));
    }
    bank.write("clients.csv", text);
    bank.write("lines.ndjson", "{\"id\":\"c2\"}\n");
    bank.import().unwrap();
    for (row, id) in (0..).zip(ids) {
        erase(&bank, id, row);
    }
    bank.write(
        "clients.csv",
        "id;name;born;wealth\nCZ:7;x\nO'Neil;x\n\"a;b\";x\n\"O\"\"Q\";x\nx; {x} \n\
         \"x: c 3\";x\n[1|2], 3;x\nCZ:71;O'Neill;x\n",
    );
    bank.write(
        "lines.ndjson",
        "{\"id\":\"CZ:7\"\n{\"id\":\"O'Neil\"\n{\"id\":\"a;b\"\n{\"id\":\"O\\\"Q\"\n{\"id\":\"{x}\"\n\
         {\"id\":\"c\\u00203\"\n{\"id\":\"[1|2], 3\"\n{\"id\":\"CZ:71\"\n",
    );
    let reports = bank.import().unwrap();
    let told: Vec<_> = reports
        .iter()
        .map(|report| (report.rejected, report.erased))
        .collect();
    assert_eq!(told, [(8, 7), (8, 7)]);
}

#[test]
fn a_record_of_more_pieces_than_are_looked_at_is_not_kept() {
    let bank = Bank::new(vec![clients()]);
    bank.write("clients.csv", "id;name;born;wealth\nc1;;;\n");
    bank.import().unwrap();
    erase(&bank, "c1", 0);
    let words = |sign: &str| -> String {
        let words = (0..60_000).map(|word| format!("w{word}{sign}"));
        words.collect()
    };
    for (record, erased) in [
        (words(",") + "c1", 1),
        (words(" ") + "c1", 1),
        (words("; "), 1),
        ("w ".repeat(60_000), 0),
    ] {
        bank.write("clients.csv", format!("id;name;born;wealth\n{record}\n"));
        let report = bank.import().unwrap().remove(0);
        assert_eq!((report.rejected, report.erased), (1, erased));
    }
}

#[test]
fn a_source_that_is_only_looked_up_keeps_nothing_of_whom_was_erased() {
    let [mut births, clients] = super::look::births("born");
    let born = read(column(1), Kind::Date);
    let is_missing = Node::IsMissing {
        value: Box::new(born),
        negated: false,
    };
    births.skip = vec![typed(is_missing, Kind::Bool)];
    let bank = Bank::new(vec![births, clients]);
    bank.write("births.csv", "id;born\nc1;1970-01-02\nc2;1970-01-02\n");
    bank.write("clients.csv", "id\nc1\nc2\n");
    bank.import().unwrap();
    erase(&bank, "c1", 0);
    bank.write(
        "births.csv",
        "id;born\nc1;yesterday\nc2;yesterday\n\" c1 \";-\n",
    );
    let report = bank.import().unwrap().remove(0);
    assert_eq!((report.rejected, report.erased), (3, 2));
    let kept = std::fs::read_to_string(report.mend_file.unwrap()).unwrap();
    assert_eq!(kept, "id;born\nc2;yesterday\n");
}
