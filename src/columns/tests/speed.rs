//! Prints how fast events become cells and how many bytes they take.

use std::time::Instant as Watch;

use super::facts::{event, field, prague};
use crate::base::calendar::Instant;
use crate::base::kind::Kind;
use crate::base::money::Money;
use crate::base::value::Value;
use crate::columns::builder::Builder;
use crate::schema::{EventId, Schema};
use crate::store::fact::{Fact, Row};

const CUSTOMERS: u32 = 40_000;
const EVENTS: u64 = 400_000;

fn schema() -> Schema {
    let fields = vec![
        field("amount", Kind::Money),
        field("channel", Kind::Int),
        field("product", Kind::Text),
    ];
    Schema {
        events: vec![event("purchase", fields)],
        ..Schema::default()
    }
}

/// Events of two years in order of time, spread over the customers.
fn events(start: u64, count: u64) -> Vec<Fact> {
    let products: Vec<std::sync::Arc<str>> =
        (0..200).map(|at| format!("product {at}").into()).collect();
    let make = |at: u64| {
        let mixed = (start + at).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16;
        Fact::Event {
            event: EventId(0),
            row: Row((mixed % u64::from(CUSTOMERS)) as u32),
            at: Instant(1_650_000_000 + ((start + at) * 63_000_000 / EVENTS) as i64),
            sequence: None,
            identity: mixed,
            fields: vec![
                Some(Value::Money(Money((mixed % 1_000_000) as i64 * 100))),
                Some(Value::Int((mixed >> 7) as i64 % 6)),
                Some(Value::Text(products[(mixed >> 11) as usize % 200].clone())),
            ],
        }
    };
    (0..count).map(make).collect()
}

#[test]
#[expect(clippy::print_stdout, reason = "the figures are what it is for")]
fn events_take_few_bytes_and_little_time() {
    let customers: Vec<Fact> = (0..CUSTOMERS)
        .map(|row| Fact::Customer {
            row: Row(row),
            id: format!("customer {row}").into(),
        })
        .collect();
    let mut builder = Builder::new(&schema(), prague());
    builder.apply(0, &customers).unwrap();
    let mut taken = std::time::Duration::ZERO;
    for start in (0..EVENTS).step_by(50_000) {
        let batch = events(start, 50_000);
        let watch = Watch::now();
        builder.apply(u64::from(CUSTOMERS) + start, &batch).unwrap();
        taken += watch.elapsed();
    }
    let watch = Watch::now();
    let snapshot = builder.finish();
    taken += watch.elapsed();
    let memory = snapshot.memory();
    let batch = events(EVENTS - 1_000, 1_000);
    let watch = Watch::now();
    let refreshed = snapshot.refresh(snapshot.position(), &batch).unwrap();
    let refresh = watch.elapsed();
    println!(
        "{EVENTS} events: {:.2} million a second, {:.1} bytes each, {} cells; refresh of 1,000 in {refresh:?}",
        EVENTS as f64 / taken.as_secs_f64() / 1e6,
        memory.event_bytes(),
        snapshot.events(EventId(0)).cells.len(),
    );
    assert_eq!(refreshed.events(EventId(0)).count, EVENTS + 1_000);
    // Row 2, day 1, second 2 and a bit, sequence 2, amount 4, channel 1, product 1.
    assert!(memory.event_bytes() < 13.5, "{}", memory.event_bytes());
}
