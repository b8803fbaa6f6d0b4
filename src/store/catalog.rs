//! Names of the schema ↔ stable numbers on disk. Facts on disk know kinds of facts, fields and
//! list values by these numbers alone, so that a schema may grow, change its order and its
//! labels, and hide what it no longer names. Entries are only ever added.

mod entry;
mod merge;
mod whole;

use std::sync::Arc;

pub use entry::{DiskKind, Entry, Owner, Scalar, Tables};
pub use merge::{Conflict, Subject};

use super::error::StoreError;
use super::fact::{Fact, Row, Target};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::schema::{AttributeId, EventId, Field, HoldingId, RelationEnd, RelationId, Schema};

/// A field of the schema with its number on disk.
#[derive(Clone, Debug)]
pub struct FieldSlot {
    /// Number on disk, within its owner.
    pub slot: u16,
    /// Kind on disk.
    pub kind: DiskKind,
    /// For lists: code on disk by index in the schema.
    pub codes: Option<Vec<u16>>,
}

/// A field on disk with what the schema calls it.
#[derive(Clone, Debug)]
pub struct FieldName {
    /// Its number in the schema; `None` = hidden.
    pub id: Option<u16>,
    /// Kind on disk.
    pub kind: DiskKind,
    /// Of lists: index in the schema by code on disk; `None` = no longer listed.
    pub codes: Vec<Option<u16>>,
}

/// Numbers on disk for one kind of fact of the schema.
#[derive(Clone, Debug)]
pub struct FactSlots {
    /// Number on disk.
    pub slot: u16,
    /// By `FieldId`.
    pub fields: Vec<FieldSlot>,
}

/// One kind of fact on disk with what the schema calls it.
#[derive(Clone, Debug)]
pub struct FactNames {
    /// Its number in the schema; `None` = hidden.
    pub id: Option<u16>,
    /// By number on disk.
    pub fields: Vec<FieldName>,
    /// Fields that the schema gives it.
    pub width: usize,
}

/// Both directions for one schema over one store.
#[derive(Clone, Debug)]
pub struct Catalog {
    schema: Schema,
    /// By `AttributeId`.
    pub attribute_slots: Vec<FieldSlot>,
    /// By number on disk.
    pub attribute_names: Vec<FieldName>,
    /// By `EventId`.
    pub event_slots: Vec<FactSlots>,
    /// By number on disk.
    pub event_names: Vec<FactNames>,
    /// By `HoldingId`.
    pub holding_slots: Vec<FactSlots>,
    /// By number on disk.
    pub holding_names: Vec<FactNames>,
    /// By `RelationId`.
    pub relation_slots: Vec<u16>,
    /// By number on disk; `None` = hidden.
    pub relation_names: Vec<Option<RelationId>>,
}

impl Catalog {
    /// Number on disk of an event kind.
    pub fn event_slot(&self, event: EventId) -> Option<u16> {
        Some(self.event_slots.get(event.0 as usize)?.slot)
    }

    /// Whether the fact fits the schema: known kinds, values of their kind, all fields there.
    pub fn check(&self, fact: &Fact) -> Result<(), StoreError> {
        match fact {
            Fact::Customer { .. } => Ok(()),
            Fact::Attributes { fields, .. } => fields.iter().try_for_each(|(id, value)| {
                let field = self.schema.attribute(*id);
                let field = field.ok_or_else(|| unknown("attribute", id.0))?;
                check_value(field, value.as_ref())
            }),
            Fact::Event { event, fields, .. } => {
                let kind = self.schema.event(*event);
                let kind = kind.ok_or_else(|| unknown("event", event.0))?;
                check_values(&kind.name, &kind.fields, fields)
            }
            Fact::Holding {
                holding, fields, ..
            } => {
                let kind = self.schema.holding(*holding);
                let kind = kind.ok_or_else(|| unknown("holding", holding.0))?;
                check_values(&kind.name, &kind.fields, fields)
            }
            Fact::Relation { relation, to, .. } => {
                let kind = self.schema.relation(*relation);
                let kind = kind.ok_or_else(|| unknown("relation", relation.0))?;
                match (kind.end, to) {
                    (RelationEnd::Customer, Target::Customer(_))
                    | (RelationEnd::Text, Target::Text(_)) => Ok(()),
                    _ => Err(StoreError::bad(format!(
                        "the relation {} ends otherwise",
                        kind.name
                    ))),
                }
            }
        }
    }
}

/// What a fact is called in messages.
pub fn describe(fact: &Fact) -> String {
    match fact {
        Fact::Customer { id, .. } => format!("customer {id}"),
        Fact::Attributes { row, .. } => format!("attributes of customer number {}", row.0),
        Fact::Event { row, at, .. } => {
            format!("an event of customer number {} at second {}", row.0, at.0)
        }
        Fact::Holding { key, .. } => format!("holding {key}"),
        Fact::Relation { from, .. } => format!("a relation of customer number {}", from.0),
    }
}

/// Rows a fact names beside the one a customer brings.
pub fn rows(fact: &Fact) -> [Option<Row>; 2] {
    match fact {
        Fact::Customer { .. } => [None, None],
        Fact::Attributes { row, .. } | Fact::Event { row, .. } | Fact::Holding { row, .. } => {
            [Some(*row), None]
        }
        Fact::Relation { from, to, .. } => match to {
            Target::Customer(to) => [Some(*from), Some(*to)],
            Target::Text(_) => [Some(*from), None],
        },
    }
}

fn unknown(what: &str, id: u16) -> StoreError {
    StoreError::bad(format!("the schema has no {what} number {id}"))
}

fn check_values(
    name: &Arc<str>,
    fields: &[Field],
    values: &[Option<Value>],
) -> Result<(), StoreError> {
    if fields.len() != values.len() {
        return Err(StoreError::bad(format!(
            "{name} has {} fields, given were {}",
            fields.len(),
            values.len()
        )));
    }
    fields
        .iter()
        .zip(values)
        .try_for_each(|(field, value)| check_value(field, value.as_ref()))
}

fn check_value(field: &Field, value: Option<&Value>) -> Result<(), StoreError> {
    if value.is_none_or(|value| fits(&field.kind, value)) {
        return Ok(());
    }
    Err(StoreError::bad(format!(
        "{} is {}, given was another kind or a value that is none",
        field.name,
        field.kind.describe()
    )))
}

fn fits(kind: &Kind, value: &Value) -> bool {
    match (kind, value) {
        (Kind::Bool, Value::Bool(_))
        | (Kind::Int, Value::Int(_))
        | (Kind::Money, Value::Money(_))
        | (Kind::Text, Value::Text(_))
        | (Kind::Date, Value::Date(_))
        | (Kind::Time, Value::Time(_)) => true,
        (Kind::Number, Value::Number(number)) => number.is_finite(),
        (Kind::Enum(list), Value::Enum(code)) => (*code as usize) < list.values.len(),
        (Kind::Set(item), Value::Set(values)) => {
            !matches!(**item, Kind::Set(_)) && values.iter().all(|value| fits(item, value))
        }
        _ => false,
    }
}

impl FactNames {
    /// The event kind it is, unless hidden.
    pub fn event(&self) -> Option<EventId> {
        self.id.map(EventId)
    }

    /// The holding kind it is, unless hidden.
    pub fn holding(&self) -> Option<HoldingId> {
        self.id.map(HoldingId)
    }
}

impl FieldName {
    /// The attribute it is, unless hidden.
    pub fn attribute(&self) -> Option<AttributeId> {
        self.id.map(AttributeId)
    }
}
