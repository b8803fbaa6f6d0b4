//! Packing: sizes, damaged bytes, any values.

use std::time::Instant as Clock;

use proptest::prelude::*;

use super::*;
use crate::base::calendar::Instant;
use crate::base::kind::Kind;
use crate::base::money::Money;
use crate::base::value::Value;
use crate::schema::{EventId, Schema};
use crate::store::catalog::{Catalog, Tables};
use crate::store::fact::{Fact, Row};
use crate::store::tests::{event, facts_of, field, list, schema};

fn catalog_of(schema: &Schema) -> Catalog {
    let mut tables = Tables::default();
    tables.merge(schema).unwrap();
    tables.catalog(schema).unwrap()
}

fn next(state: &mut u64) -> u64 {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

/// Purchases in order of their date: customer of a million, an amount in cents, a channel.
fn narrow(count: u64) -> (Catalog, Vec<Fact>) {
    let amount = field("amount", Kind::Money);
    let channel = field("channel", list(&["shop", "web", "phone", "agent"]));
    let schema = Schema {
        events: vec![event("purchase", vec![amount, channel])],
        ..Schema::default()
    };
    let mut state = 7;
    let facts = (0..count).map(|n| Fact::Event {
        event: EventId(0),
        row: Row((next(&mut state) % 1_000_000) as u32),
        at: Instant(1_600_000_000 - 57_600 + (n / 500) as i64 * 86_400),
        sequence: None,
        identity: crate::base::checksum::xxh3(&n.to_le_bytes()),
        fields: vec![
            Some(Value::Money(Money(
                (next(&mut state) % 50_000) as i64 * 100,
            ))),
            Some(Value::Enum((next(&mut state) % 4) as u16)),
        ],
    });
    (catalog_of(&schema), facts.collect())
}

#[test]
#[expect(
    clippy::print_stdout,
    reason = "the measured sizes and times are the point of it"
)]
fn narrow_events_take_at_most_sixteen_bytes() {
    let (catalog, facts) = narrow(50_000);
    let before = Clock::now();
    let bodies = pack::pack(&facts, &catalog).unwrap();
    let packed = before.elapsed();
    let bytes: usize = bodies
        .iter()
        .map(|body| body.bytes.len() + HEAD_BYTES)
        .sum();
    let each = bytes as f64 / facts.len() as f64;
    println!(
        "{each:.2} bytes an event, {} blocks, packed in {packed:?}",
        bodies.len()
    );
    assert!(each <= 16.0, "{each} bytes an event");
    let mean = bytes / bodies.len();
    assert!((6_000..=10_100).contains(&mean), "blocks of {mean} bytes");
    let before = Clock::now();
    let read: Vec<Fact> = bodies
        .iter()
        .flat_map(|body| body::decode(&body.bytes, body.summary.count as usize, &catalog).unwrap())
        .collect();
    println!("read in {:?}", before.elapsed());
    assert!(read == facts);
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    let catalog = catalog_of(&schema());
    let facts: Vec<Fact> = (0..3).flat_map(facts_of).collect();
    let body = body::encode(&facts, &catalog).unwrap();
    let (bytes, checksum) = seal(&body, 40, 9);
    let (head, read, sum) = open(&bytes).unwrap();
    assert_eq!((head.first, head.before, sum), (40, 9, checksum));
    assert_eq!(head.summary, body.summary);
    assert!(body::decode(read, 21, &catalog).unwrap() == facts);
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(open(&changed).is_err(), "bit {bit}");
    }
    for length in 0..bytes.len() {
        assert!(open(&bytes[..length]).is_err(), "cut at {length}");
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the seed")]
fn damaged_bodies_behind_a_sound_checksum_never_panic() {
    let catalog = catalog_of(&schema());
    let facts: Vec<Fact> = (0..40).flat_map(facts_of).collect();
    let body = body::encode(&facts, &catalog).unwrap();
    let (mut state, mut refused) = (1, 0);
    println!("seed {state}");
    for _ in 0..20_000 {
        let mut bytes = body.bytes.clone();
        for _ in 0..=next(&mut state) % 4 {
            let at = next(&mut state) as usize % bytes.len();
            bytes[at] = next(&mut state) as u8;
        }
        if next(&mut state).is_multiple_of(8) {
            bytes.truncate(next(&mut state) as usize % bytes.len());
        }
        match body::decode(&bytes, facts.len(), &catalog) {
            Ok(read) => assert_eq!(read.len(), facts.len()),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 5_000, "{refused} refused");
}

proptest! {
    #[test]
    fn any_bytes_are_a_body_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300), count in 1_usize..50) {
        let catalog = catalog_of(&schema());
        if let Ok(facts) = body::decode(&bytes, count, &catalog) {
            prop_assert_eq!(facts.len(), count);
        }
    }

    #[test]
    fn any_fields_come_back(
        rows in proptest::collection::vec(0_u32..2_000, 1..60),
        instants in proptest::collection::vec(any::<i64>(), 60),
        numbers in proptest::collection::vec(any::<f64>(), 60),
        wholes in proptest::collection::vec(any::<Option<i64>>(), 60),
    ) {
        let catalog = catalog_of(&schema());
        let facts: Vec<Fact> = rows.iter().enumerate().map(|(at, row)| Fact::Event {
            event: EventId(0),
            row: Row(*row),
            at: Instant(instants[at]),
            sequence: wholes[at],
            identity: instants[at] as u64,
            fields: vec![
                wholes[at].map(|whole| Value::Money(Money(whole))),
                wholes[at].map(|whole| Value::Enum((whole & 1) as u16)),
                numbers[at].is_finite().then_some(Value::Number(numbers[at])),
                wholes[at].map(|whole| Value::Time(Instant(whole))),
            ],
        }).collect();
        let body = body::encode(&facts, &catalog).unwrap();
        prop_assert!(body::decode(&body.bytes, facts.len(), &catalog).unwrap() == facts);
    }
}
