//! Figures of one run, for people: how fast durable appends are, what an event takes on the
//! disk, how long the first and the second opening take. Asserts nothing about speed.

use std::time::Instant as Clock;

use tamis::base::calendar::{Instant, Zone};
use tamis::base::kind::Kind;
use tamis::base::money::Money;
use tamis::base::value::Value;
use tamis::columns::Snapshot;
use tamis::schema::EventId;
use tamis::store::Store;
use tamis::store::fact::{Fact, Row};

use crate::model::{self, mix, times};

/// Narrow events in order of their date: customer, an amount in cents, a number of two digits.
fn events(from: u64, count: u64, customers: u64) -> Vec<Fact> {
    let event = |n: u64| {
        let random = mix(n as u32, (n >> 32) as u32);
        Fact::Event {
            event: EventId(0),
            row: Row((random % customers) as u32),
            at: Instant(1_500_000_000 + (n / 20_000) as i64 * 86_400),
            sequence: None,
            identity: random,
            fields: vec![
                Some(Value::Money(Money((random >> 20 & 0xffff) as i64 * 100))),
                Some(Value::Int((random >> 40 & 63) as i64)),
            ],
        }
    };
    (from..from + count).map(event).collect()
}

#[test]
#[ignore = "prints figures; cargo test --test store measure -- --ignored --nocapture"]
fn measure() {
    let count = times("TAMIS_EVENTS", 2_000_000) as u64;
    let (customers, portion) = (100_000, 50_000);
    let folder = tempfile::tempdir().unwrap();
    let mut schema = model::schema();
    schema.events[0].fields[0].kind = Kind::Money;
    let store = Store::open(folder.path(), &schema).unwrap();
    let rows = (0..customers).map(|row| Fact::Customer {
        row: Row(row),
        id: format!("C{row:08}").into(),
    });
    store.append(rows.collect()).unwrap();
    let before = store.size().unwrap();
    let (mut from, mut taken) = (0, 0.0);
    while from < count {
        let facts = events(from, portion, u64::from(customers));
        let clock = Clock::now();
        store.append(facts).unwrap();
        taken += clock.elapsed().as_secs_f64();
        from += portion;
    }
    let size = store.size().unwrap();
    let bytes = (size.block_bytes - before.block_bytes) as f64 / from as f64;
    println!(
        "{from} events, one sender: {:.0} facts/s durable",
        from as f64 / taken
    );
    println!(
        "{bytes:.2} bytes an event in blocks, {:.2} on the disk, {} commits",
        size.disk_bytes as f64 / from as f64,
        size.commits
    );
    let clock = Clock::now();
    std::thread::scope(|scope| {
        for sender in 0..16_u64 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..100 {
                    let one = events(count + sender * 100 + n, 1, u64::from(customers));
                    store.append(one).unwrap();
                }
            });
        }
    });
    println!(
        "16 senders of single events: {:.0} appends/s durable",
        1_600.0 / clock.elapsed().as_secs_f64()
    );
    store.close().unwrap();
    for opening in ["first", "second", "third"] {
        let clock = Clock::now();
        let store = Store::open(folder.path(), &schema).unwrap();
        let opened = clock.elapsed();
        let clock = Clock::now();
        let mut read = 0;
        store
            .scan(0, &mut |_, facts| {
                read += facts.len();
                Ok(())
            })
            .unwrap();
        println!(
            "{opening} opening {opened:?}, {read} facts read in {:?}",
            clock.elapsed()
        );
        store.close().unwrap();
    }
}

#[test]
#[ignore = "prints figures; cargo test --test store a_start -- --ignored --nocapture"]
fn a_start_with_saved_columns() {
    let count = times("TAMIS_EVENTS", 2_000_000) as u64;
    let customers = times("TAMIS_CUSTOMERS", 100_000) as u64;
    let folder = tempfile::tempdir().unwrap();
    let mut schema = model::schema();
    schema.events[0].fields[0].kind = Kind::Money;
    let store = Store::open(folder.path(), &schema).unwrap();
    let rows = (0..customers as u32).map(|row| Fact::Customer {
        row: Row(row),
        id: format!("C{row:08}").into(),
    });
    store.append(rows.collect()).unwrap();
    let mut from = 0;
    while from < count {
        let portion = 50_000.min(count - from);
        store.append(events(from, portion, customers)).unwrap();
        from += portion;
    }
    let made = |told: &str| {
        let clock = Clock::now();
        let (snapshot, saved) = Snapshot::from_store_telling(&store, &schema, Zone::utc()).unwrap();
        println!("{told}: {:?}, {saved:?}", clock.elapsed());
        snapshot
    };
    let snapshot = made("from the log");
    let clock = Clock::now();
    let written = snapshot.save(&store).unwrap();
    println!("saved in {:?}: {written:?}", clock.elapsed());
    drop(snapshot);
    let mut last = made("from files");
    last = last
        .refresh(last.position(), &events(count, 1_000, customers))
        .unwrap();
    let clock = Clock::now();
    let written = last.save(&store).unwrap();
    println!(
        "1,000 events later saved in {:?}: {written:?}",
        clock.elapsed()
    );
}
