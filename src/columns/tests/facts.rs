//! A schema with a field of every kind, and random facts of it.

use std::sync::Arc;

use proptest::prelude::*;

use crate::base::calendar::{Date, Instant, Zone};
use crate::base::kind::{EnumKind, EnumValue, Kind};
use crate::base::money::Money;
use crate::base::span::Span;
use crate::base::value::Value;
use crate::schema::{
    AttributeId, Event, EventId, Field, Holding, HoldingId, Relation, RelationEnd, RelationId,
    Schema,
};
use crate::store::fact::{Fact, Row, Target};

pub fn prague() -> Zone {
    Zone::load("Europe/Prague").unwrap()
}

/// An instant as the clock of Prague shows it.
pub fn at(text: &str) -> Instant {
    prague().parse(text).unwrap()
}

pub fn field(name: &str, kind: Kind) -> Field {
    Field {
        name: name.into(),
        label: None,
        description: None,
        kind,
        sensitive: false,
        part: None,
        span: Span::default(),
    }
}

fn channels() -> Kind {
    let values = ["mobile", "branch", "web"].into_iter();
    Kind::Enum(Arc::new(EnumKind {
        values: values
            .map(|name| EnumValue {
                name: name.into(),
                label: None,
            })
            .collect(),
    }))
}

fn set(inner: Kind) -> Kind {
    Kind::Set(Arc::new(inner))
}

pub fn event(name: &str, fields: Vec<Field>) -> Event {
    Event {
        name: name.into(),
        label: None,
        description: None,
        fields,
        span: Span::default(),
    }
}

pub fn schema() -> Schema {
    let relation = |name: &str, end| Relation {
        name: name.into(),
        label: None,
        description: None,
        inverse: None,
        inverse_label: None,
        end,
        span: Span::default(),
    };
    Schema {
        attributes: vec![
            field("vip", Kind::Bool),
            field("children", Kind::Int),
            field("income", Kind::Number),
            field("assets", Kind::Money),
            field("city", Kind::Text),
            field("channel", channels()),
            field("opened_on", Kind::Date),
            field("seen", Kind::Time),
            field("tags", set(Kind::Text)),
            field("ratings", set(Kind::Number)),
        ],
        events: vec![
            event("login", vec![]),
            event(
                "purchase",
                vec![
                    field("amount", Kind::Money),
                    field("channel", channels()),
                    field("product", Kind::Text),
                    field("tags", set(Kind::Text)),
                    field("rate", Kind::Number),
                ],
            ),
        ],
        holdings: vec![Holding {
            name: "loan".into(),
            label: None,
            description: None,
            key: "loan_id".into(),
            fields: vec![
                field("amount", Kind::Money),
                field("status", Kind::Text),
                field("marks", set(Kind::Date)),
            ],
            span: Span::default(),
        }],
        relations: vec![
            relation("spouse", RelationEnd::Customer),
            relation("manager", RelationEnd::Text),
        ],
        ..Schema::default()
    }
}

/// A value of a kind; the same kind gives narrow and wide values.
fn value(kind: &Kind) -> BoxedStrategy<Value> {
    let wide = prop_oneof![4 => -3i64..300, 1 => any::<i64>(), 1 => Just(70_000), 1 => Just(5_000_000_000)];
    match kind {
        Kind::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Kind::Int => wide.prop_map(Value::Int).boxed(),
        Kind::Money => wide.prop_map(|key| Value::Money(Money(key))).boxed(),
        Kind::Number => prop_oneof![Just(-0.0), Just(0.1), -1e9..1e9f64]
            .prop_map(Value::Number)
            .boxed(),
        Kind::Text => (0u32..90)
            .prop_map(|at| Value::Text(format!("t{at}").into()))
            .boxed(),
        Kind::Enum(list) => (0..list.values.len() as u16).prop_map(Value::Enum).boxed(),
        Kind::Date => prop_oneof![-9_000i32..20_000, 0i32..5]
            .prop_map(|day| Value::Date(Date(day)))
            .boxed(),
        Kind::Time => instant().prop_map(Value::Time).boxed(),
        Kind::Set(inner) => prop_oneof![
            5 => prop::collection::vec(value(inner), 0..4),
            1 => prop::collection::vec(value(inner), 60..90),
        ]
        .prop_map(|mut members| {
            members.sort_by(Value::order);
            members.dedup_by(|a, b| a.order(b).is_eq());
            Value::Set(members.into())
        })
        .boxed(),
    }
}

/// Instants around clock changes, date starts, cell borders and 1970, with many equal ones.
pub fn instant() -> BoxedStrategy<Instant> {
    let around = [
        "2024-03-31T00:00",
        "2024-03-31T03:00",
        "2024-10-27T02:30",
        "2024-10-28T00:00",
        "1969-12-31T23:30",
        "1970-01-01T00:00",
        "1938-05-01T12:00",
        "2024-06-30T09:30:07",
    ];
    let around: Vec<Instant> = around.into_iter().map(at).collect();
    let step = prop_oneof![
        Just(0i64),
        Just(-1),
        Just(1),
        Just(1_800),
        Just(3_600),
        Just(86_400),
        -3_000_000i64..3_000_000
    ];
    (prop::sample::select(around), step)
        .prop_map(|(base, step)| Instant(base.0 + step))
        .boxed()
}

fn values(fields: &[Field]) -> BoxedStrategy<Vec<Option<Value>>> {
    let each: Vec<_> = fields
        .iter()
        .map(|field| prop::option::weighted(0.8, value(&field.kind)))
        .collect();
    each.boxed()
}

/// A fact whose rows are seeds still: they are cut to the customers there are.
fn fact() -> BoxedStrategy<Fact> {
    let schema = schema();
    let row = || any::<u32>().prop_map(Row);
    let since = || prop::option::of(instant());
    let given: Vec<_> = (0u16..)
        .zip(&schema.attributes)
        .map(|(id, field)| {
            (
                Just(AttributeId(id)),
                prop::option::weighted(0.9, value(&field.kind)),
            )
                .boxed()
        })
        .collect();
    let fields = prop::collection::vec(proptest::strategy::Union::new(given), 1..4);
    let attributes = (row(), since(), fields).prop_map(|(row, since, fields)| Fact::Attributes {
        row,
        since,
        fields,
    });
    let events: Vec<_> = (0u16..)
        .zip(&schema.events)
        .map(|(id, kind)| (Just(EventId(id)), values(&kind.fields)).boxed())
        .collect();
    let sequence = prop::option::of(-2i64..40);
    let events = (
        row(),
        instant(),
        sequence,
        any::<u64>(),
        proptest::strategy::Union::new(events),
    )
        .prop_map(
            |(row, at, sequence, identity, (event, fields))| Fact::Event {
                event,
                row,
                at,
                sequence,
                identity,
                fields,
            },
        );
    let loan = values(&schema.holdings[0].fields);
    let holding =
        (row(), 0u32..12, since(), loan).prop_map(|(row, key, since, fields)| Fact::Holding {
            holding: HoldingId(0),
            row,
            key: format!("loan {key}").into(),
            since,
            fields,
        });
    let to = prop_oneof![
        any::<u32>().prop_map(|row| (RelationId(0), Target::Customer(Row(row)))),
        (0u32..80).prop_map(|at| (RelationId(1), Target::Text(format!("m{at}").into()))),
    ];
    let relation = (row(), to, since()).prop_map(|(from, (relation, to), since)| Fact::Relation {
        relation,
        from,
        to,
        since,
    });
    let customer = Just(Fact::Customer {
        row: Row(0),
        id: "".into(),
    });
    prop_oneof![4 => attributes, 5 => events, 3 => holding, 3 => relation, 2 => customer].boxed()
}

/// Rows that lie at the borders of blocks and chunks.
pub fn telling_rows(rows: u32) -> Vec<u32> {
    let near = [0, 1, 2, 63, 64, 4_095, 4_096, 65_535, 65_536];
    let mut telling: Vec<u32> = near
        .into_iter()
        .chain(rows.saturating_sub(3)..rows)
        .filter(|row| *row < rows)
        .collect();
    telling.sort_unstable();
    telling.dedup();
    telling
}

/// A log of `before` customers, then random facts with more customers between them.
pub fn log(before: u32, facts: std::ops::Range<usize>) -> BoxedStrategy<Vec<Fact>> {
    prop::collection::vec(fact(), facts)
        .prop_map(move |facts| placed(before, facts))
        .boxed()
}

fn placed(before: u32, facts: Vec<Fact>) -> Vec<Fact> {
    let customer = |row: u32| Fact::Customer {
        row: Row(row),
        id: format!("c{}", row.reverse_bits()).into(),
    };
    let mut log: Vec<Fact> = (0..before).map(customer).collect();
    let mut rows = before;
    for mut fact in facts {
        let telling = telling_rows(rows);
        let cut = |row: &mut Row| row.0 = telling[row.0 as usize % telling.len()];
        match &mut fact {
            Fact::Customer { .. } => {
                fact = customer(rows);
                rows += 1;
            }
            Fact::Attributes { row, .. } | Fact::Event { row, .. } | Fact::Holding { row, .. } => {
                cut(row)
            }
            Fact::Relation { from, to, .. } => {
                cut(from);
                if let Target::Customer(row) = to {
                    cut(row);
                }
            }
        }
        log.push(fact);
    }
    log
}
