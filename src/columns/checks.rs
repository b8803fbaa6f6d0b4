//! Whether a fact may follow those before it: rows, kinds, values, limits. What
//! passes can be gathered without fail.

use std::sync::Arc;

use super::attribute::AttributeStore;
use super::builder::{Builder, members};
use super::code;
use super::dictionary::Dictionary;
use super::error::ColumnsError;
use crate::base::limit::{
    CUSTOMERS_MAX, DICTIONARY_TEXTS_MAX, FACTS_OF_KIND_MAX, SET_MEMBERS_MAX,
    SET_MEMBERS_OF_KIND_MAX,
};
use crate::base::value::Value;
use crate::schema::{AttributeId, EventId, Field, HoldingId, RelationEnd, RelationId};
use crate::store::fact::{Fact, Row, Target};

type Checked = Result<(), ColumnsError>;

impl Builder {
    /// Whether the fact may come next.
    pub(super) fn check(&self, fact: &Fact) -> Checked {
        match fact {
            Fact::Customer { row, id } => self.check_customer(*row, id),
            Fact::Attributes { row, fields, .. } => {
                self.check_row(*row)?;
                for (id, value) in fields {
                    self.check_attribute(*id, value.as_ref())?;
                }
                Ok(())
            }
            Fact::Event {
                event, row, fields, ..
            } => {
                self.check_row(*row)?;
                self.check_event(*event, fields)
            }
            Fact::Holding {
                holding,
                row,
                fields,
                ..
            } => {
                self.check_row(*row)?;
                self.check_holding(*holding, fields)
            }
            Fact::Relation {
                relation, from, to, ..
            } => {
                self.check_row(*from)?;
                self.check_edge(*relation, to)
            }
        }
    }

    fn check_customer(&self, row: Row, id: &Arc<str>) -> Checked {
        if self.base.rows >= CUSTOMERS_MAX {
            return Err(full("customers", u64::from(CUSTOMERS_MAX)));
        }
        if row.0 != self.base.rows {
            return Err(ColumnsError::CustomerOrder {
                expected: self.base.rows,
                found: row.0,
            });
        }
        if self.base.ids.code(id).is_some() {
            return Err(ColumnsError::CustomerRepeated { id: Arc::clone(id) });
        }
        Ok(())
    }

    fn check_row(&self, row: Row) -> Checked {
        if row.0 < self.base.rows {
            return Ok(());
        }
        Err(ColumnsError::UnknownRow {
            row: row.0,
            rows: self.base.rows,
        })
    }

    fn check_attribute(&self, id: AttributeId, value: Option<&Value>) -> Checked {
        let (Some(field), Some(store)) = (
            self.base.schema.attribute(id),
            self.base.attributes.get(usize::from(id.0)),
        ) else {
            return Err(unknown("attribute", id.0));
        };
        if value.is_some_and(|value| !code::fits(value, &field.kind)) {
            return Err(mismatch(field.name.to_string(), field));
        }
        let stage = self.attributes.get(&id.0);
        let staged = stage.map_or(0, |stage| stage.count);
        room("values", &field.name, store.dated() + staged)?;
        let dictionary = match stage {
            Some(stage) => stage.dictionary.as_deref(),
            None => AttributeStore::dictionary(store).map(|texts| &**texts),
        };
        texts_room(&field.name, dictionary)
    }

    fn check_event(&self, id: EventId, values: &[Option<Value>]) -> Checked {
        let (Some(kind), Some(store)) = (
            self.base.schema.event(id),
            self.base.events.get(usize::from(id.0)),
        ) else {
            return Err(unknown("event", id.0));
        };
        check_values(&kind.name, &kind.fields, values)?;
        let stage = self.events.get(&id.0);
        room(
            "events",
            &kind.name,
            store.count + stage.map_or(0, |stage| stage.count),
        )?;
        let staged = stage.map_or(0, |stage| stage.members);
        members_room(&kind.name, store.members + staged, values)?;
        let dictionaries = stage.map_or(&store.dictionaries, |stage| &stage.dictionaries);
        dictionaries
            .iter()
            .try_for_each(|texts| texts_room(&kind.name, texts.as_deref()))
    }

    fn check_holding(&self, id: HoldingId, values: &[Option<Value>]) -> Checked {
        let (Some(kind), Some(store)) = (
            self.base.schema.holding(id),
            self.base.holdings.get(usize::from(id.0)),
        ) else {
            return Err(unknown("holding", id.0));
        };
        check_values(&kind.name, &kind.fields, values)?;
        let stage = self.holdings.get(&id.0);
        room(
            "states",
            &kind.name,
            store.count + stage.map_or(0, |stage| stage.count()),
        )?;
        let staged = stage.map_or(0, |stage| stage.members);
        members_room(&kind.name, store.members + staged, values)?;
        let dictionaries = stage.map_or(&store.dictionaries, |stage| &stage.dictionaries);
        let keys = stage.map_or(&store.keys, |stage| &stage.keys);
        texts_room(&kind.key, Some(keys))?;
        dictionaries
            .iter()
            .try_for_each(|texts| texts_room(&kind.name, texts.as_deref()))
    }

    fn check_edge(&self, id: RelationId, to: &Target) -> Checked {
        let (Some(kind), Some(store)) = (
            self.base.schema.relation(id),
            self.base.relations.get(usize::from(id.0)),
        ) else {
            return Err(unknown("relation", id.0));
        };
        match (to, kind.end) {
            (Target::Customer(row), RelationEnd::Customer) => self.check_row(*row)?,
            (Target::Text(_), RelationEnd::Text) => {}
            _ => {
                return Err(ColumnsError::EndMismatch {
                    relation: Arc::clone(&kind.name),
                });
            }
        }
        let stage = self.relations.get(&id.0);
        room(
            "edges",
            &kind.name,
            store.count + stage.map_or(0, |stage| stage.count),
        )?;
        let texts = stage.map_or(store.texts(), |stage| stage.texts.as_deref());
        texts_room(&kind.name, texts)
    }
}

fn check_values(kind: &Arc<str>, fields: &[Field], values: &[Option<Value>]) -> Checked {
    if fields.len() != values.len() {
        return Err(ColumnsError::FieldCount {
            kind: Arc::clone(kind),
            expected: fields.len(),
            found: values.len(),
        });
    }
    let wrong = fields.iter().zip(values).find(|(field, value)| {
        let value = value.as_ref();
        value.is_some_and(|value| !code::fits(value, &field.kind))
    });
    match wrong {
        Some((field, _)) => Err(mismatch(format!("{kind}.{}", field.name), field)),
        None => Ok(()),
    }
}

fn unknown(what: &'static str, id: u16) -> ColumnsError {
    ColumnsError::UnknownKind { what, id }
}

fn mismatch(field: String, described: &Field) -> ColumnsError {
    ColumnsError::Mismatch {
        field,
        expected: described.kind.describe(),
    }
}

fn full(what: impl Into<String>, max: u64) -> ColumnsError {
    ColumnsError::Full {
        what: what.into(),
        max,
    }
}

fn room(what: &str, name: &str, count: u64) -> Checked {
    if count < FACTS_OF_KIND_MAX {
        return Ok(());
    }
    Err(full(format!("{what} of `{name}`"), FACTS_OF_KIND_MAX))
}

fn members_room(name: &str, known: u64, values: &[Option<Value>]) -> Checked {
    let new: usize = values.iter().map(|value| members(value.as_ref())).sum();
    if known + new as u64 <= SET_MEMBERS_OF_KIND_MAX {
        return Ok(());
    }
    Err(full(
        format!("members of sets of `{name}`"),
        SET_MEMBERS_OF_KIND_MAX,
    ))
}

/// Whether the largest set of new texts still fits.
fn texts_room(name: &str, dictionary: Option<&Dictionary>) -> Checked {
    let known = dictionary.map_or(0, Dictionary::len);
    if known + SET_MEMBERS_MAX <= DICTIONARY_TEXTS_MAX {
        return Ok(());
    }
    Err(full(
        format!("texts of `{name}`"),
        DICTIONARY_TEXTS_MAX as u64,
    ))
}
