//! Facts that were made of records by a source of the rules: kinds, fields and values are
//! found already, customers are ids still.

use std::sync::Arc;

use super::place::{Line, Read};
use crate::ingest::route::Mapped;
use crate::schema::Schema;

/// One fact, with the schema whose ids it speaks in.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    shape: Arc<Schema>,
    line: Read,
}

impl Made {
    /// What a route made of a record. `identity` is that of an event; `shape` is [`Schema::shape`] of the rules that the
    /// route is of.
    pub fn new(mapped: Mapped<'_>, identity: Option<u64>, shape: &Arc<Schema>) -> Self {
        let line = match mapped {
            Mapped::Customer {
                id,
                since,
                mut fields,
            } => {
                fields.sort_by_key(|(attribute, _)| *attribute);
                Line::Customer {
                    customer: Arc::from(&*id),
                    since,
                    fields,
                }
            }
            Mapped::Event {
                event,
                customer,
                at,
                sequence,
                id: _,
                fields,
            } => Line::Event {
                event,
                customer: Arc::from(&*customer),
                at,
                sequence,
                // As in a file: what comes again under an id is the same event.
                id: None,
                identity,
                fields,
            },
            Mapped::Holding {
                holding,
                customer,
                key,
                since,
                fields,
            } => Line::Holding {
                holding,
                customer: Arc::from(&*customer),
                key: Arc::from(&*key),
                since,
                fields,
            },
            Mapped::Relation {
                relation,
                from,
                to,
                since,
            } => Line::Relation {
                relation,
                from: Arc::from(&*from),
                to: Arc::from(&*to),
                since,
            },
        };
        Self {
            shape: Arc::clone(shape),
            line,
        }
    }

    /// The schema whose ids it speaks in, without what only describes.
    pub fn shape(&self) -> &Arc<Schema> {
        &self.shape
    }

    pub(super) fn into_line(self) -> Read {
        self.line
    }
}
