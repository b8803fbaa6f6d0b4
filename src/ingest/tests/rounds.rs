//! Rounds of events that are made ready, written and counted beside each other.

use std::sync::atomic::Ordering;

use super::*;
use crate::base::limit::IMPORT_ROUND_EVENTS_MAX;
use crate::ingest::account::Account;
use crate::ingest::route::Mapped;
use crate::ingest::sink::{Origin, Refused, Sink};
use crate::ingest::source::Source;
use crate::store::StoreError;
use crate::store::fact::Fact;

const CLIENTS: &str = "id;name;born;wealth\nc1;Ann;;1\nc2;Bob;;2\n";

/// Lines without an id, equal ones among them, and some that are refused or quoted.
fn lines(count: usize) -> String {
    let mut lines = String::from("who;at;amount;way\n");
    for at in 0..count {
        let line = match at % 997 {
            500 => "c9;2024-01-01;1;web\n".to_owned(),
            600 => "\"c1\";2024-01-01;\"1\";web\n".to_owned(),
            _ => format!(
                "c{};2024-01-0{};{};web\n",
                at % 2 + 1,
                at % 9 + 1,
                at % 1_000
            ),
        };
        lines.push_str(&line);
    }
    lines
}

/// Everything in the log, and how it lies there.
fn log(bank: &Bank) -> (Vec<Fact>, u64, u64) {
    let store = Store::open(&bank.path("data"), &bank.rules.schema).unwrap();
    let mut facts = Vec::new();
    store
        .scan(0, &mut |_, block| {
            facts.extend(block);
            Ok(())
        })
        .unwrap();
    let size = store.size().unwrap();
    store.close().unwrap();
    (facts, size.blocks, size.block_bytes)
}

#[test]
fn the_same_files_make_the_same_log() {
    let count = 3 * IMPORT_ROUND_EVENTS_MAX + 10;
    let [one, other] = [0, 1].map(|_| {
        let bank = Bank::new(vec![clients(), buys(false)]);
        bank.write("clients.csv", CLIENTS);
        bank.write("buys.csv", lines(count));
        let report = bank.import().unwrap().remove(1);
        assert_eq!(report.accepted + report.rejected, count as u64);
        bank
    });
    assert!(log(&one) == log(&other));
}

#[test]
fn a_line_of_two_files_is_one_event() {
    let mut more = buys(false);
    more.name = "more".into();
    more.file = "more.csv".to_owned();
    let bank = Bank::new(vec![clients(), buys(false), more]);
    bank.write("clients.csv", CLIENTS);
    bank.write("buys.csv", lines(10));
    bank.write("more.csv", lines(12));
    let first: Vec<_> = bank.import().unwrap().iter().map(counts).collect();
    assert_eq!(first[1..], [[10, 0, 0, 0], [2, 10, 0, 0]]);
    let again: Vec<_> = bank.import().unwrap().iter().map(counts).collect();
    assert_eq!(again[1..], [[0, 10, 0, 0], [0, 12, 0, 0]]);
}

#[test]
fn two_events_of_one_line_are_two() {
    let mut file = buys(false);
    let route = file.routes[0].clone();
    file.routes.push(route);
    let bank = Bank::new(vec![clients(), file]);
    bank.write("clients.csv", CLIENTS);
    bank.write("buys.csv", lines(3));
    assert_eq!(counts(&bank.import().unwrap()[1]), [3, 0, 0, 0]);
    assert_eq!(log(&bank).0.iter().filter(is_event).count(), 6);
    assert_eq!(counts(&bank.import().unwrap()[1]), [0, 3, 0, 0]);
}

fn is_event(fact: &&Fact) -> bool {
    matches!(fact, Fact::Event { .. })
}

#[test]
fn what_an_earlier_import_stored_is_repeated_in_every_round() {
    let bank = Bank::new(vec![clients(), buys(false)]);
    bank.write("clients.csv", CLIENTS);
    let stored = IMPORT_ROUND_EVENTS_MAX / 2;
    let count = IMPORT_ROUND_EVENTS_MAX + 10;
    bank.write("buys.csv", lines(stored));
    let first = counts(&bank.import().unwrap()[1]);
    bank.write("buys.csv", lines(count));
    let all = counts(&bank.import().unwrap()[1]);
    assert_eq!(all[1], first[0], "what was there is there");
    assert_eq!(all.iter().sum::<u64>(), count as u64);
    assert_eq!(counts(&bank.import().unwrap()[1])[0], 0);
}

/// Keeps nothing, and notes at each flush whether every record is said to be read.
struct Watching {
    is_read: Arc<AtomicBool>,
    seen: Vec<bool>,
}

impl Sink for Watching {
    fn take(&mut self, _: Mapped<'_>, _: Origin<'_>) -> Result<(), Refused> {
        Ok(())
    }

    fn is_full(&self) -> bool {
        false
    }

    fn flush(
        &mut self,
        _: &[Option<Source<'_>>],
        _: &mut [Option<Account>],
        _: bool,
    ) -> Result<(), ImportError> {
        self.seen.push(self.is_read.load(Ordering::Relaxed));
        Ok(())
    }

    fn stored(&mut self) -> (u64, Result<(), ImportError>) {
        (3, Err(ImportError::Store(StoreError::Stopped)))
    }
}

fn watching() -> Watching {
    Watching {
        is_read: Arc::default(),
        seen: Vec::new(),
    }
}

#[test]
fn every_record_is_read_before_the_last_round_is_written() {
    let bank = Bank::new(vec![clients(), buys(false)]);
    bank.write("clients.csv", CLIENTS);
    bank.write("buys.csv", lines(3));
    for (given, wanted) in [
        (vec![], [false, true]),
        (vec!["clients"], [true, true]),
        (vec!["buys"], [false, true]),
    ] {
        let mut sink = watching();
        let given = given.into_iter();
        let files = Files {
            is_read: Some(Arc::clone(&sink.is_read)),
            given: given
                .map(|name| (name.to_owned(), bank.path(&format!("{name}.csv"))))
                .collect(),
            ..bank.files()
        };
        run::dry(&bank.rules, &files, &|_| {}, &mut sink, 0).unwrap();
        assert_eq!(sink.seen, wanted);
    }
}

#[test]
fn whoever_stops_an_import_is_told_that_the_store_refused() {
    let bank = Bank::new(vec![clients()]);
    bank.write("clients.csv", CLIENTS);
    let files = Files {
        cancel: Some(Arc::new(AtomicBool::new(true))),
        ..bank.files()
    };
    let told = run::dry(&bank.rules, &files, &|_| {}, &mut watching(), 0);
    let ImportError::Partly { stored: 3, error } = told.unwrap_err() else {
        panic!("three facts were stored");
    };
    assert!(matches!(*error, ImportError::Store(StoreError::Stopped)));
}
