//! One log gives one snapshot, in whatever pieces it comes, and what the model says.

use proptest::prelude::*;

use super::facts::{at, instant, log, prague, schema, telling_rows};
use super::model::Model;
use super::observed::observe;
use crate::base::calendar::Instant;
use crate::base::value::Value;
use crate::columns::builder::Builder;
use crate::columns::column::CHUNK_ROWS;
use crate::columns::packed::Packed;
use crate::columns::snapshot::Snapshot;
use crate::schema::{AttributeId, EventId, HoldingId, RelationId};
use crate::store::fact::{Fact, Row};

fn at_once(log: &[Fact]) -> Snapshot {
    let mut builder = Builder::new(&schema(), prague());
    builder.apply(0, log).unwrap();
    builder.finish()
}

/// Built from the pieces between the cuts, looked at in between so that versions are kept.
fn in_pieces(log: &[Fact], cuts: &[usize], instants: &[Instant]) -> Vec<Snapshot> {
    let mut snapshots = vec![Builder::new(&schema(), prague()).finish()];
    let mut ends: Vec<usize> = cuts.iter().map(|cut| cut % (log.len() + 1)).collect();
    ends.push(log.len());
    ends.sort_unstable();
    let mut start = 0;
    for end in ends {
        let before = snapshots.last().unwrap();
        observe(before, &telling_rows(before.rows()), instants);
        last_instants(before);
        snapshots.push(before.refresh(start as u64, &log[start..end]).unwrap());
        start = end;
    }
    snapshots
}

/// Works out the last instants of all events.
fn last_instants(snapshot: &Snapshot) -> Vec<Option<Packed>> {
    let chunks = 0..snapshot.rows().div_ceil(CHUNK_ROWS);
    let asked = (0..2).flat_map(|id| chunks.clone().map(move |chunk| (id, chunk)));
    let latest = |(id, chunk)| {
        let events = snapshot.events(EventId(id));
        let latest = events.latest(chunk, Instant(i64::MAX));
        let last = latest.flatten().and_then(|latest| Some(latest.bounds?.1));
        if let Some(last) = last {
            assert_eq!(events.latest(chunk, Instant(last)), latest);
            assert_eq!(events.latest(chunk, Instant(last - 1)), None);
        }
        latest.flatten().cloned()
    };
    asked.map(latest).collect()
}

/// Not only the same values: the same layout.
fn assert_same_layout(a: &Snapshot, b: &Snapshot, instants: &[Instant]) {
    for id in 0..2 {
        assert_eq!(a.events(EventId(id)), b.events(EventId(id)));
    }
    assert_eq!(last_instants(a), last_instants(b));
    for instant in instants {
        for id in 0..10 {
            assert_eq!(
                a.attribute(AttributeId(id), *instant),
                b.attribute(AttributeId(id), *instant)
            );
        }
        assert_eq!(
            a.holdings(HoldingId(0), *instant),
            b.holdings(HoldingId(0), *instant)
        );
        for id in 0..2 {
            assert_eq!(
                a.edges(RelationId(id), *instant),
                b.edges(RelationId(id), *instant)
            );
        }
        assert_eq!(
            a.relation_texts(RelationId(1), *instant),
            b.relation_texts(RelationId(1), *instant)
        );
    }
}

fn hold_together(log: &[Fact], cuts: &[usize], asked: &[Instant]) {
    let mut instants = asked.to_vec();
    instants.extend([at("2024-10-27T02:30"), Instant(i64::MAX), Instant(i64::MIN)]);
    let whole = at_once(log);
    let rows = telling_rows(whole.rows());
    let expected = Model::new(&schema(), log).observe(&rows, &instants);
    assert_eq!(observe(&whole, &rows, &instants), expected);
    let snapshots = in_pieces(log, cuts, &instants);
    let refreshed = snapshots.last().unwrap();
    assert_eq!(observe(refreshed, &rows, &instants), expected);
    assert_same_layout(&whole, refreshed, &instants);
    // Snapshots taken on the way stay what they were.
    let middle = &snapshots[snapshots.len() / 2];
    let rows = telling_rows(middle.rows());
    let known = Model::new(&schema(), &log[..middle.position() as usize]);
    assert_eq!(
        observe(middle, &rows, &instants),
        known.observe(&rows, &instants)
    );
}

#[test]
fn a_holding_moves_between_owners_of_different_chunks() {
    let mut log: Vec<Fact> = (0..65_540)
        .map(|row| Fact::Customer {
            row: Row(row),
            id: format!("c{row}").into(),
        })
        .collect();
    let dates = [
        "2024-01-01",
        "2024-02-01",
        "2024-03-01",
        "2024-02-01",
        "2024-04-01",
    ];
    for (row, since) in [2, 65_539, 2, 3, 65_538].into_iter().zip(dates) {
        log.push(Fact::Holding {
            holding: HoldingId(0),
            row: Row(row),
            key: "loan".into(),
            since: Some(at(since)),
            fields: vec![None, Some(Value::Text(since.into())), None],
        });
    }
    log.push(Fact::Holding {
        holding: HoldingId(0),
        row: Row(65_539),
        key: "loan".into(),
        since: None,
        fields: vec![None; 3],
    });
    let asked = dates.map(at);
    for length in 65_541..=log.len() {
        let cuts: Vec<usize> = (65_541..length).collect();
        hold_together(&log[..length], &cuts, &asked);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    #[test]
    fn few_customers(
        log in log(5, 0..160),
        cuts in prop::collection::vec(any::<usize>(), 0..6),
        asked in prop::collection::vec(instant(), 3),
    ) {
        hold_together(&log, &cuts, &asked);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 200, ..ProptestConfig::default() })]
    #[test]
    fn customers_beyond_a_block(
        log in log(4_094, 40..120),
        cuts in prop::collection::vec(4_000usize..4_200, 0..4),
        asked in prop::collection::vec(instant(), 2),
    ) {
        hold_together(&log, &cuts, &asked);
    }

    #[test]
    fn customers_beyond_a_chunk(
        log in log(65_534, 40..120),
        cuts in prop::collection::vec(65_530usize..65_600, 0..4),
        asked in prop::collection::vec(instant(), 2),
    ) {
        hold_together(&log, &cuts, &asked);
    }
}
