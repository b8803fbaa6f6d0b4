//! What a refresh leaves alone: whatever its facts do not touch.

use std::sync::Arc;

use super::facts::{at, prague, schema};
use crate::base::calendar::Instant;
use crate::base::value::Value;
use crate::columns::builder::Builder;
use crate::columns::snapshot::Snapshot;
use crate::schema::{AttributeId, EventId, HoldingId, RelationId};
use crate::store::fact::{Fact, Row, Target};

const NOW: Instant = Instant(1_719_000_000);

fn login(row: u32, at: Instant) -> Fact {
    Fact::Event {
        event: EventId(0),
        row: Row(row),
        at,
        sequence: None,
        identity: 0,
        fields: vec![],
    }
}

fn children(row: u32, since: Option<Instant>, count: i64) -> Fact {
    Fact::Attributes {
        row: Row(row),
        since,
        fields: vec![(AttributeId(1), Some(Value::Int(count)))],
    }
}

fn customers(from: u32, to: u32) -> impl Iterator<Item = Fact> {
    (from..to).map(|row| Fact::Customer {
        row: Row(row),
        id: format!("c{row}").into(),
    })
}

fn base() -> Snapshot {
    let mut facts: Vec<Fact> = customers(0, 70_000).collect();
    for day in 0..120 {
        for row in [3, 4_096, 66_000] {
            facts.push(login(row, Instant(NOW.0 + day * 86_400)));
        }
    }
    for row in [1, 2, 69_999] {
        facts.push(children(row, None, 2));
        facts.push(children(row, Some(NOW), 3));
        facts.push(Fact::Holding {
            holding: HoldingId(0),
            row: Row(row),
            key: format!("k{row}").into(),
            since: Some(NOW),
            fields: vec![None, None, None],
        });
        facts.push(Fact::Relation {
            relation: RelationId(0),
            from: Row(row),
            to: Target::Customer(Row(1)),
            since: Some(NOW),
        });
    }
    let mut builder = Builder::new(&schema(), prague());
    builder.apply(0, &facts).unwrap();
    builder.finish()
}

fn refreshed(snapshot: &Snapshot, facts: &[Fact]) -> Snapshot {
    snapshot.refresh(snapshot.position(), facts).unwrap()
}

#[test]
fn a_late_event_makes_its_own_cell_anew_and_no_other() {
    let before = base();
    let late = at("2024-07-03T12:00");
    let after = refreshed(&before, &[login(3, late)]);
    let (old, new) = (
        &before.events(EventId(0)).cells,
        &after.events(EventId(0)).cells,
    );
    assert_eq!(old.len(), new.len());
    let changed: Vec<_> = old
        .iter()
        .zip(new)
        .filter(|(a, b)| !Arc::ptr_eq(a, b))
        .collect();
    assert_eq!(changed.len(), 1);
    assert_eq!(changed[0].1.chunk, 0);
    assert!(changed[0].1.starts.place(late).is_some());
    assert_eq!(changed[0].0.len() + 1, changed[0].1.len());
    assert!(after.events(EventId(0)).contains(3, late));
    assert!(!before.events(EventId(0)).contains(3, late));
}

/// After all events.
const LATER: Instant = Instant(i64::MAX);

fn after_days(days: i64) -> Instant {
    Instant(NOW.0 + days * 86_400)
}

#[test]
fn last_instants_are_kept_where_no_event_came() {
    let before = base();
    let kept = before.events(EventId(0)).latest(0, LATER).unwrap().unwrap();
    assert_eq!(kept.key(3), Some(after_days(119).0));
    assert_eq!(kept.key(5), None);
    // One event after all others, and a late one that changes nothing.
    let more = [
        login(66_000, after_days(200)),
        login(69_000, after_days(-3)),
    ];
    let after = refreshed(&before, &more);
    let events = after.events(EventId(0));
    assert!(std::ptr::eq(
        kept,
        events.latest(0, LATER).unwrap().unwrap()
    ));
    let anew = events.latest(1, LATER).unwrap().unwrap();
    assert_eq!(anew.key(66_000 - 65_536), Some(after_days(200).0));
    assert_eq!(anew.key(69_000 - 65_536), Some(after_days(-3).0));
    assert_eq!(events.latest(2, LATER), None);
}

#[test]
fn last_instants_take_in_the_events_that_come() {
    let before = base();
    let known = before.events(EventId(0)).latest(0, LATER).unwrap().unwrap();
    // Two of one customer in two months, the first one of another, and one that is not its customer's last.
    let more = [
        login(3, after_days(200)),
        login(3, after_days(150)),
        login(4, after_days(-7)),
        login(4_096, after_days(5)),
    ];
    let after = refreshed(&before, &more);
    let events = after.events(EventId(0));
    assert!(events.latest.is_known(0) && !events.latest.is_known(1));
    let taken = events.latest(0, LATER).unwrap().unwrap();
    let expected = [200, -7, 119].map(|days| Some(after_days(days).0));
    assert_eq!([3, 4, 4_096].map(|row| taken.key(row)), expected);
    assert_eq!(
        [3, 4].map(|row| known.key(row)),
        [Some(after_days(119).0), None]
    );
    assert_eq!(events.latest(0, after_days(199)), None);
    // However many wait, and however many there are.
    let one_by_one = (0..9).fold(after.clone(), |snapshot, day| {
        refreshed(
            &snapshot,
            &[login(3 + day, after_days(210 + i64::from(day)))],
        )
    });
    let many: Vec<Fact> = (0..5_000).map(|row| login(row, after_days(220))).collect();
    for snapshot in [&one_by_one, &refreshed(&one_by_one, &many)] {
        let events = snapshot.events(EventId(0));
        assert!(events.latest.is_known(0));
        let expected = |row| {
            let cells = events.cells_of(0).iter().rev();
            let mut lasts =
                cells.filter_map(|cell| Some(cell.instant(cell.row_range(row).last()?)));
            lasts.next().map(|last| last.0)
        };
        let latest = events.latest(0, LATER).unwrap().unwrap();
        for row in (0..5_010).chain([65_535]) {
            assert_eq!(latest.key(usize::from(row)), expected(row), "{row}");
        }
    }
    // None that is the last of its customer: shared.
    let late = refreshed(&after, &[login(3, after_days(-9))]);
    let late = late.events(EventId(0)).latest(0, LATER).unwrap().unwrap();
    assert!(std::ptr::eq(taken, late));
}

#[test]
fn last_instants_are_not_worked_out_for_an_instant_before_them() {
    let snapshot = base();
    let events = snapshot.events(EventId(0));
    // In a month with later events, and in one before the last.
    for days in [118, 20] {
        assert_eq!(events.latest(1, after_days(days)), None);
        assert!(!events.latest.is_known(1));
    }
    assert!(events.latest(1, after_days(119)).is_some());
    assert!(events.latest.is_known(1));
}

#[test]
fn a_fact_makes_its_own_chunk_anew_and_no_other() {
    let before = base();
    let old = before.attribute(AttributeId(1), NOW);
    let edges = before.edges(RelationId(0), NOW);
    let holdings = before.holdings(HoldingId(0), NOW);
    let after = refreshed(&before, &[children(5, None, 1)]);
    let new = after.attribute(AttributeId(1), NOW);
    let shared = |a: &Option<Arc<_>>, b: &Option<Arc<_>>| {
        Arc::ptr_eq(a.as_ref().unwrap(), b.as_ref().unwrap())
    };
    assert!(!shared(&old.chunks[0], &new.chunks[0]));
    assert!(
        shared(&old.chunks[1], &new.chunks[1]),
        "the version at that instant is kept"
    );
    let after = refreshed(
        &after,
        &[Fact::Relation {
            relation: RelationId(0),
            from: Row(7),
            to: Target::Customer(Row(8)),
            since: None,
        }],
    );
    let later = after.edges(RelationId(0), NOW);
    assert!(Arc::ptr_eq(
        edges.out[1].as_ref().unwrap(),
        later.out[1].as_ref().unwrap()
    ));
    assert!(!Arc::ptr_eq(
        edges.out[0].as_ref().unwrap(),
        later.out[0].as_ref().unwrap()
    ));
    let after = after.holdings(HoldingId(0), NOW);
    assert!(Arc::ptr_eq(
        holdings.chunks[0].as_ref().unwrap(),
        after.chunks[0].as_ref().unwrap()
    ));
}

#[test]
fn more_customers_touch_the_last_chunk_alone() {
    let before = base();
    let facts: Vec<Fact> = customers(70_000, 70_003).collect();
    let after = refreshed(&before, &facts);
    let (old, new) = (
        before.attribute(AttributeId(1), NOW),
        after.attribute(AttributeId(1), NOW),
    );
    assert!(Arc::ptr_eq(
        old.chunks[0].as_ref().unwrap(),
        new.chunks[0].as_ref().unwrap()
    ));
    assert_eq!(new.chunks[1].as_ref().unwrap().len(), 70_003 - 65_536);
    assert_eq!(
        (new.get(69_999), new.get(70_002)),
        (Some(Value::Int(3)), None)
    );
    assert!(Arc::ptr_eq(
        &before.events(EventId(0)).cells[0],
        &after.events(EventId(0)).cells[0]
    ));
    assert_eq!(after.row("c70002"), Some(70_002));
    assert_eq!(before.row("c70002"), None);
}

#[test]
fn memory_is_counted_by_part() {
    let snapshot = base();
    snapshot.attribute(AttributeId(1), NOW);
    let memory = snapshot.memory();
    assert_eq!(memory.events, 360);
    assert!(memory.versions_bytes > 0 && memory.ids_bytes > 70_000 * 8);
    assert!(memory.total_bytes() > memory.ids_bytes + memory.events_bytes);
}
