//! Folding and comparing, against people made by hand.

use super::*;
use crate::columns::person::{Edge, Held, HoldingHistory, HoldingState};

const NAME: AttributeId = AttributeId(0);
const CITY: AttributeId = AttributeId(1);
const LOAN: HoldingId = HoldingId(0);
const KNOWS: RelationId = RelationId(0);

fn ticket(record: u64) -> Ticket {
    Ticket { source: 0, record }
}

fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.into()))
}

fn person() -> Person {
    Person {
        id: "c0".into(),
        attributes: vec![
            vec![Held {
                since: None,
                value: text("Ann"),
            }],
            vec![
                Held {
                    since: None,
                    value: text("Brno"),
                },
                Held {
                    since: Some(Instant(5)),
                    value: text("Praha"),
                },
            ],
        ],
        holdings: vec![vec![HoldingHistory {
            key: "l1".into(),
            states: vec![HoldingState {
                since: None,
                owner: Row(0),
                fields: vec![text("A")],
            }],
        }]],
        relations_out: vec![vec![Edge {
            other: Target::Customer(Row(1)),
            since: Some(Instant(9)),
        }]],
        ..Person::default()
    }
}

fn flush(states: &mut States, last: bool) -> (Vec<Fact>, Vec<(u64, Outcome)>) {
    let flushed = states.flush(2, &|_| person(), last);
    let outcomes = flushed
        .outcomes
        .into_iter()
        .map(|(ticket, outcome)| (ticket.record, outcome));
    (flushed.facts, outcomes.collect())
}

#[test]
fn what_is_held_is_written_no_second_time() {
    let mut states = States::new(true);
    states.customer(
        Row(0),
        None,
        None,
        vec![(NAME, text("Ann")), (CITY, text("Brno"))],
        ticket(1),
    );
    states.customer(
        Row(0),
        None,
        Some(Instant(5)),
        vec![(CITY, text("Praha"))],
        ticket(2),
    );
    states.holding(
        LOAN,
        "l1".into(),
        Row(0),
        None,
        vec![text("A"), None],
        ticket(3),
    );
    states.edge(
        KNOWS,
        Row(0),
        Target::Customer(Row(1)),
        Some(Instant(9)),
        ticket(4),
    );
    states.edge(
        KNOWS,
        Row(0),
        Target::Customer(Row(1)),
        Some(Instant(11)),
        ticket(5),
    );
    let (facts, outcomes) = flush(&mut states, true);
    assert_eq!(facts, []);
    assert_eq!(outcomes.len(), 5);
    assert!(
        outcomes
            .iter()
            .all(|(_, outcome)| *outcome == Outcome::Repeated)
    );
}

#[test]
fn only_differences_are_written_and_missing_cells_leave_values() {
    let mut states = States::new(true);
    states.customer(
        Row(0),
        None,
        None,
        vec![(NAME, text("Bob")), (CITY, text("Brno"))],
        ticket(1),
    );
    states.customer(
        Row(0),
        None,
        Some(Instant(5)),
        vec![(CITY, None)],
        ticket(2),
    );
    states.holding(LOAN, "l1".into(), Row(1), None, vec![text("A")], ticket(3));
    states.edge(KNOWS, Row(0), Target::Customer(Row(1)), None, ticket(4));
    let (facts, outcomes) = flush(&mut states, true);
    assert_eq!(
        facts,
        [
            Fact::Attributes {
                row: Row(0),
                since: None,
                fields: vec![(NAME, text("Bob"))]
            },
            Fact::Attributes {
                row: Row(0),
                since: Some(Instant(5)),
                fields: vec![(CITY, None)]
            },
            Fact::Holding {
                holding: LOAN,
                row: Row(1),
                key: "l1".into(),
                since: None,
                fields: vec![text("A")]
            },
            Fact::Relation {
                relation: KNOWS,
                from: Row(0),
                to: Target::Customer(Row(1)),
                since: None
            },
        ]
    );
    assert!(
        outcomes
            .iter()
            .all(|(_, outcome)| *outcome == Outcome::Accepted)
    );
}

#[test]
fn the_last_record_about_one_thing_decides_also_over_rounds() {
    let mut states = States::new(true);
    states.customer(Row(0), None, None, vec![(NAME, text("Bob"))], ticket(1));
    states.customer(Row(5), Some("c5".into()), None, vec![], ticket(2));
    let (facts, outcomes) = flush(&mut states, false);
    assert_eq!(
        facts,
        [Fact::Customer {
            row: Row(5),
            id: "c5".into()
        }]
    );
    assert_eq!(outcomes, [(2, Outcome::Accepted)]);
    assert_eq!(states.waiting(), 0, "the change is held back");
    states.customer(Row(0), None, None, vec![(NAME, text("Ann"))], ticket(3));
    let (facts, outcomes) = flush(&mut states, true);
    assert_eq!(facts, [], "the file ends where the store is");
    assert_eq!(outcomes, [(1, Outcome::Repeated), (3, Outcome::Repeated)]);
}

#[test]
fn an_undated_record_takes_away_dated_ones_before_it() {
    let mut states = States::new(false);
    states.customer(
        Row(7),
        Some("c7".into()),
        Some(Instant(1)),
        vec![(NAME, text("x"))],
        ticket(1),
    );
    states.customer(Row(7), None, None, vec![(NAME, text("y"))], ticket(2));
    states.customer(
        Row(7),
        None,
        Some(Instant(3)),
        vec![(NAME, text("z"))],
        ticket(3),
    );
    states.holding(
        LOAN,
        "l9".into(),
        Row(7),
        Some(Instant(1)),
        vec![],
        ticket(4),
    );
    states.holding(LOAN, "l9".into(), Row(7), None, vec![text("B")], ticket(5));
    let (facts, _) = flush(&mut states, true);
    assert_eq!(
        facts,
        [
            Fact::Customer {
                row: Row(7),
                id: "c7".into()
            },
            Fact::Attributes {
                row: Row(7),
                since: None,
                fields: vec![(NAME, text("y"))]
            },
            Fact::Attributes {
                row: Row(7),
                since: Some(Instant(3)),
                fields: vec![(NAME, text("z"))]
            },
            Fact::Holding {
                holding: LOAN,
                row: Row(7),
                key: "l9".into(),
                since: None,
                fields: vec![text("B")]
            },
        ]
    );
}

#[test]
fn clearing_what_was_never_held_changes_nothing() {
    let mut states = States::new(true);
    states.customer(Row(0), None, None, vec![(AttributeId(2), None)], ticket(1));
    assert_eq!(flush(&mut states, true).0, []);
    states.customer(Row(0), None, None, vec![(NAME, None)], ticket(2));
    assert_eq!(flush(&mut states, true).0.len(), 1);
}

#[test]
fn an_undated_change_brings_the_dated_facts_along() {
    let mut states = States::new(true);
    let since = Some(Instant(5));
    states.customer(Row(0), None, None, vec![(CITY, text("Plzen"))], ticket(1));
    states.customer(Row(0), None, since, vec![(CITY, text("Praha"))], ticket(2));
    let attribute = |since, city| Fact::Attributes {
        row: Row(0),
        since,
        fields: vec![(CITY, text(city))],
    };
    assert_eq!(
        flush(&mut states, true).0,
        [attribute(None, "Plzen"), attribute(since, "Praha")]
    );
    let state = |states: &mut States, since, status| {
        let fields = vec![text(status)];
        states.holding(LOAN, "l1".into(), Row(0), since, fields, ticket(3));
    };
    state(&mut states, None, "C");
    state(&mut states, since, "D");
    assert_eq!(flush(&mut states, true).0.len(), 2);
    state(&mut states, None, "A");
    state(&mut states, since, "D");
    assert_eq!(
        flush(&mut states, true).0.len(),
        1,
        "the undated one is held"
    );
}

#[test]
fn clearing_before_a_dated_fact_is_held_with_it() {
    let mut person = person();
    person.attributes[1].remove(0);
    let mut states = States::new(true);
    states.customer(Row(0), None, None, vec![(CITY, None)], ticket(1));
    states.customer(
        Row(0),
        None,
        Some(Instant(5)),
        vec![(CITY, text("Praha"))],
        ticket(2),
    );
    assert_eq!(states.flush(2, &|_| person.clone(), true).facts, []);
    states.customer(Row(0), None, None, vec![(CITY, None)], ticket(3));
    assert_eq!(
        states.flush(2, &|_| person.clone(), true).facts.len(),
        1,
        "alone it clears"
    );
}
