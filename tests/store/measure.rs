//! Figures of one run, for people: how fast durable appends are, what an event takes on the
//! disk, how long the first and the second opening take, and starts with and without saved columns;
//! that overwritten records settle. Asserts nothing about speed.

use std::os::unix::fs::FileExt;
use std::time::Instant as Clock;

use tamis::base::calendar::{Instant, Zone};
use tamis::base::kind::Kind;
use tamis::base::money::Money;
use tamis::base::value::Value;
use tamis::columns::Snapshot;
use tamis::schema::EventId;
use tamis::store::fact::{Fact, Row};
use tamis::store::{Record, Shelf, Store};

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

#[test]
#[ignore = "prints figures; cargo test --test store overwritten -- --ignored --nocapture"]
fn overwritten_records_settle() {
    let keys = times("TAMIS_KEYS", 100_000) as u32;
    let rounds = 10;
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), &model::schema()).unwrap();
    let record = |key: u32, round: u32| Record {
        shelf: Shelf::Due,
        key: mix(key, 5).to_be_bytes().to_vec(),
        value: Some([mix(key, round); 14].map(u64::to_le_bytes).concat()),
    };
    let live = u64::from(keys) * (9 + 112);
    let clock = Clock::now();
    for round in 0..=rounds {
        for first in (0..keys).step_by(500) {
            let last = keys.min(first + 500);
            let records = (first..last).map(|key| record(key, round));
            store.append_with(Vec::new(), records.collect()).unwrap();
        }
    }
    let disk = store.size().unwrap().disk_bytes;
    println!(
        "{keys} records overwritten {rounds} times: {:.1} of {:.1} MB live, {:.1} times, in {:?}",
        disk as f64 / 1e6,
        live as f64 / 1e6,
        disk as f64 / live as f64,
        clock.elapsed()
    );
    assert!(disk < 8 * live);
}

#[test]
#[ignore = "prints figures; cargo test --test store senders -- --ignored --nocapture"]
fn senders_share_fsyncs() {
    let folder = tempfile::tempdir().unwrap();
    let bare = std::fs::File::create(folder.path().join("bare")).unwrap();
    let clock = Clock::now();
    for at in 0..200 {
        bare.write_all_at(&[7; 4_096], at * 4_096).unwrap();
        bare.sync_all().unwrap();
    }
    let rate = |count: u64, clock: Clock| count as f64 / clock.elapsed().as_secs_f64();
    println!("bare pwrite and fsync: {:.0} a second", rate(200, clock));
    let mut schema = model::schema();
    schema.events[0].fields[0].kind = Kind::Money;
    let store = Store::open(&folder.path().join("data"), &schema).unwrap();
    model::bring_customers(&store).unwrap();
    for senders in [1, 16, 64] {
        let clock = Clock::now();
        std::thread::scope(|scope| {
            for sender in 0..senders {
                let store = &store;
                scope.spawn(move || {
                    for n in 0..100 {
                        let one = events(sender * 1_000 + n, 1, 16);
                        store.append(one).unwrap();
                    }
                });
            }
        });
        println!(
            "{senders} senders: {:.0} appends a second",
            rate(senders * 100, clock)
        );
    }
}
