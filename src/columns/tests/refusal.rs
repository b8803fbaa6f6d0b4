//! Facts that contradict the schema or the rows are named, and leave the builder a prefix of the log.

use super::facts::{prague, schema};
use crate::base::calendar::Instant;
use crate::base::value::Value;
use crate::columns::builder::Builder;
use crate::columns::error::ColumnsError;
use crate::schema::{AttributeId, EventId, HoldingId, RelationId};
use crate::store::fact::{Fact, Row, Target};

fn customer(row: u32) -> Fact {
    Fact::Customer {
        row: Row(row),
        id: format!("c{row}").into(),
    }
}

fn attribute(row: u32, id: u16, value: Value) -> Fact {
    Fact::Attributes {
        row: Row(row),
        since: None,
        fields: vec![(AttributeId(id), Some(value))],
    }
}

fn login(row: u32, at: i64, fields: Vec<Option<Value>>) -> Fact {
    Fact::Event {
        event: EventId(0),
        row: Row(row),
        at: Instant(at),
        sequence: None,
        identity: 0,
        fields,
    }
}

fn edge(relation: u16, to: Target) -> Fact {
    Fact::Relation {
        relation: RelationId(relation),
        from: Row(0),
        to,
        since: None,
    }
}

#[test]
fn customers_and_attributes_that_contradict_have_their_names() {
    refused(vec![
        (customer(2), "the next customer should have row 1, not 2"),
        (
            Fact::Customer {
                row: Row(1),
                id: "c0".into(),
            },
            "the customer id `c0` enters twice",
        ),
        (
            attribute(1, 0, Value::Bool(true)),
            "a fact of row 1, but there are 1 customers",
        ),
        (
            attribute(0, 99, Value::Bool(true)),
            "the schema has no attribute with number 99",
        ),
        (
            attribute(0, 0, Value::Int(1)),
            "a value of `vip` is not yes or no that it can hold",
        ),
        (
            attribute(0, 2, Value::Number(f64::NAN)),
            "a value of `income` is not a number that it can hold",
        ),
        (
            attribute(0, 5, Value::Enum(3)),
            "a value of `channel` is not one of a list that it can hold",
        ),
        (
            attribute(0, 8, Value::Set([Value::Int(1)].into())),
            "a value of `tags` is not a set that it can hold",
        ),
    ]);
}

#[test]
fn events_holdings_and_edges_that_contradict_have_their_names() {
    refused(vec![
        (
            login(0, 0, vec![None]),
            "`login` has 0 fields, a fact of it has 1",
        ),
        (
            login(0, i64::MAX, vec![]),
            "an event `login` lies outside the years 1 to 9999 (9223372036854775807 seconds from 1970)",
        ),
        (
            Fact::Event {
                event: EventId(7),
                row: Row(0),
                at: Instant(0),
                sequence: None,
                identity: 0,
                fields: vec![],
            },
            "the schema has no event with number 7",
        ),
        (
            Fact::Holding {
                holding: HoldingId(0),
                row: Row(0),
                key: "k".into(),
                since: None,
                fields: vec![None, Some(Value::Bool(true)), None],
            },
            "a value of `loan.status` is not text that it can hold",
        ),
        (
            edge(0, Target::Customer(Row(5))),
            "a fact of row 5, but there are 1 customers",
        ),
        (
            edge(0, Target::Text("x".into())),
            "an edge of `spouse` leads to the wrong sort of end",
        ),
        (
            edge(1, Target::Customer(Row(0))),
            "an edge of `manager` leads to the wrong sort of end",
        ),
        (
            edge(9, Target::Customer(Row(0))),
            "the schema has no relation with number 9",
        ),
    ]);
}

fn refused(wrong: Vec<(Fact, &str)>) {
    for (fact, message) in wrong {
        let mut builder = Builder::new(&schema(), prague());
        let facts = [
            customer(0),
            attribute(0, 1, Value::Int(3)),
            fact,
            customer(1),
        ];
        let error = builder.apply(0, &facts).unwrap_err();
        assert_eq!(error.to_string(), message);
        assert_eq!(builder.position(), 2);
        let snapshot = builder.finish();
        assert_eq!((snapshot.rows(), snapshot.position()), (1, 2));
        let children = snapshot.attribute(AttributeId(1), Instant(0));
        assert_eq!(children.get(0), Some(Value::Int(3)));
        assert_eq!(snapshot.refresh(2, &[customer(1)]).unwrap().rows(), 2);
    }
}

#[test]
fn facts_go_on_where_the_last_ones_ended() {
    let mut builder = Builder::new(&schema(), prague());
    assert_eq!(
        builder.apply(5, &[]),
        Err(ColumnsError::Position {
            expected: 0,
            found: 5
        })
    );
    let empty = builder.finish();
    assert_eq!(
        empty.refresh(1, &[customer(0)]).unwrap_err(),
        ColumnsError::Position {
            expected: 0,
            found: 1
        }
    );
    assert_eq!(
        (empty.id(0), empty.row("c0"), empty.by_id().len()),
        ("", None, 0)
    );
    assert_eq!(empty.person(3).events.len(), 0);
}
