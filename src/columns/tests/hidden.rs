//! Customers nobody sees: what is gone with them, what stays of what they did.

use std::sync::Arc;

use super::facts::{at, prague, schema};
use crate::base::calendar::Instant;
use crate::columns::builder::Builder;
use crate::columns::person::Person;
use crate::columns::snapshot::Snapshot;
use crate::schema::{HoldingId, RelationId};
use crate::store::fact::{Fact, Row, Target};

fn customer(row: u32) -> Fact {
    Fact::Customer {
        row: Row(row),
        id: format!("c{row:05}").into(),
    }
}

fn edge(from: u32, to: u32) -> Fact {
    Fact::Relation {
        relation: RelationId(0),
        from: Row(from),
        to: Target::Customer(Row(to)),
        since: None,
    }
}

fn owned(row: u32, since: Instant) -> Fact {
    Fact::Holding {
        holding: HoldingId(0),
        row: Row(row),
        key: "k".into(),
        since: Some(since),
        fields: vec![None, None, None],
    }
}

/// 70,000 customers in two chunks; 1 and 69,999 know 5, and 5 knows 2.
fn base() -> Snapshot {
    let mut facts: Vec<Fact> = (0..70_000).map(customer).collect();
    facts.extend([edge(1, 5), edge(69_999, 5), edge(5, 2), edge(3, 4)]);
    let mut builder = Builder::new(&schema(), prague());
    builder.apply(0, &facts).unwrap();
    builder.finish()
}

fn refreshed(snapshot: &Snapshot, facts: &[Fact]) -> Snapshot {
    snapshot.refresh(snapshot.position(), facts).unwrap()
}

#[test]
fn nobody_is_related_to_a_hidden_customer() {
    let now = at("2024-06-30");
    let whole = base();
    let hidden = whole.hide([5]);
    let edges = hidden.edges(RelationId(0), now);
    assert_eq!(edges.pairs().collect::<Vec<_>>(), [(3, 4)]);
    assert_eq!(edges.pairs_back().collect::<Vec<_>>(), [(4, 3)]);
    assert_eq!(edges.count, 1);
    assert!(hidden.neighbours(RelationId(0), true, 5).is_empty());
    assert!(hidden.neighbours(RelationId(0), false, 69_999).is_empty());
    let later = refreshed(&hidden, &[edge(7, 5), edge(5, 8), edge(7, 8)]);
    let edges = later.edges(RelationId(0), now);
    assert_eq!(edges.pairs().collect::<Vec<_>>(), [(3, 4), (7, 8)]);
    assert_eq!(later.position(), whole.position() + 3);
    assert_eq!(
        whole.edges(RelationId(0), now).count,
        4,
        "the one before is as it was"
    );
}

#[test]
fn no_id_leads_to_a_hidden_customer_and_it_stays_hidden() {
    let whole = base();
    let hidden = whole.hide([5, 69_999, 70_000]).hide([5]);
    assert_eq!((hidden.rows(), hidden.living()), (70_000, 69_998));
    assert_eq!((hidden.row("c00005"), hidden.id(5)), (None, ""));
    assert_eq!(hidden.person(5), Person::default());
    assert_eq!(hidden.standing(5), Person::default());
    assert!(hidden.hides("c00005") && !hidden.hides("c00006") && !hidden.hides("nobody"));
    assert_eq!(hidden.by_id().len(), 69_998);
    let later = refreshed(&hidden, &[customer(70_000)]);
    assert_eq!((later.living(), later.by_id().len()), (69_999, 69_999));
    assert_eq!(
        later.row("c70000"),
        Some(70_000),
        "its row was not there to be hidden"
    );
    assert!(later.is_hidden(5) && later.is_hidden(69_999));
    assert!(!later.by_id().contains(&5));
    assert_eq!(whole.living(), 70_000);
}

#[test]
fn what_a_hidden_customer_took_over_does_not_go_back() {
    let whole = refreshed(
        &base(),
        &[owned(1, at("2024-01-01")), owned(5, at("2024-03-01"))],
    );
    let now = at("2024-06-30");
    let held = |snapshot: &Snapshot, row: u32, now: Instant| {
        let holdings = snapshot.holdings(HoldingId(0), now);
        holdings.of(row).map_or(0, |(_, range)| range.len())
    };
    let hidden = whole.hide([5]);
    assert_eq!(held(&hidden, 1, now), 0);
    assert_eq!(held(&hidden, 1, at("2024-02-01")), 1);
    assert_eq!(hidden.owners(HoldingId(0), "k"), [1]);
}

#[test]
fn chunks_without_its_relatives_are_shared() {
    let whole = refreshed(&base(), &[edge(69_998, 69_997)]);
    let hidden = whole.hide([4]);
    let now = at("2024-06-30");
    let (before, after) = (
        whole.edges(RelationId(0), now),
        hidden.edges(RelationId(0), now),
    );
    let chunk = |edges: &crate::columns::edge::Edges, at: usize| {
        Arc::clone(edges.out[at].as_ref().unwrap())
    };
    assert!(Arc::ptr_eq(&chunk(&before, 1), &chunk(&after, 1)));
    assert!(!Arc::ptr_eq(&chunk(&before, 0), &chunk(&after, 0)));
}
