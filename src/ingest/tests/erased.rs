//! A file that still speaks of a customer who was erased.

use super::*;
use crate::base::calendar::Instant;
use crate::ingest::erasure::{self, Erasures};
use crate::ingest::fault::ERASED;
use crate::store::fact::Row;

fn erase(bank: &Bank, id: &str, row: u32) {
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
