//! A line whose names are ids and whose values have kinds, and then the same with rows
//! for customers. What holds already is not asked here.

use std::sync::Arc;

use super::calendar::instant;
use super::fault::{self, LineFault};
use super::names::{self, Names};
use super::{Incoming, Sent, value};
use crate::base::calendar::{Instant, Zone};
use crate::base::value::Value;
use crate::columns::Snapshot;
use crate::ingest::fault::{Fault, UNKNOWN_CUSTOMER, excerpt};
use crate::ingest::register::Register;
use crate::ingest::state::Key;
use crate::ingest::weight;
use crate::schema::{AttributeId, EventId, Field, HoldingId, RelationEnd, RelationId, Schema};
use crate::store::fact::{Row, Target};

/// A line by ids of kinds and fields. What stands for a customer is of type `C`.
#[derive(Clone, Debug, PartialEq)]
pub enum Line<C, T> {
    /// A customer.
    Customer {
        /// Who.
        customer: C,
        /// From when.
        since: Option<Instant>,
        /// Attributes by rising id; `None` clears.
        fields: Vec<(AttributeId, Option<Value>)>,
    },
    /// An event.
    Event {
        /// Which kind.
        event: EventId,
        /// Whose.
        customer: C,
        /// When.
        at: Instant,
        /// Order within the instant.
        sequence: Option<i64>,
        /// Its id.
        id: Option<Arc<str>>,
        /// What makes it the same, where that has been found already.
        identity: Option<u64>,
        /// By field.
        fields: Vec<Option<Value>>,
    },
    /// A state of a holding.
    Holding {
        /// Which kind.
        holding: HoldingId,
        /// Whose.
        customer: C,
        /// Its key.
        key: Arc<str>,
        /// From when.
        since: Option<Instant>,
        /// By field.
        fields: Vec<Option<Value>>,
    },
    /// An edge.
    Relation {
        /// Which.
        relation: RelationId,
        /// From whom.
        from: C,
        /// To whom or what.
        to: T,
        /// From when.
        since: Option<Instant>,
    },
}

/// Customers are ids.
pub type Read = Line<Arc<str>, Arc<str>>;
/// Customers are rows; of one that enters its id is told apart.
pub type Placed = Line<Row, Target>;

/// Holds names and values of a line against the schema.
pub fn read(incoming: Incoming, names: &Names<'_>, zone: &Zone) -> Result<Read, LineFault> {
    Ok(match incoming {
        Incoming::Customer { id, since, fields } => Line::Customer {
            customer: id,
            since: since_of(since.as_deref(), zone)?,
            fields: attributes(&fields, names, zone)?,
        },
        Incoming::Event {
            event,
            customer,
            at,
            id,
            fields,
        } => {
            let (event, kind) = names.event(&event)?;
            Line::Event {
                event,
                customer,
                at: instant(&at, zone).map_err(|fault| within("at", *fault))?,
                sequence: None,
                id,
                identity: None,
                fields: values(&kind.name, &kind.fields, &fields, zone)?,
            }
        }
        Incoming::Holding {
            holding,
            customer,
            key,
            since,
            fields,
        } => {
            let (holding, kind) = names.holding(&holding)?;
            Line::Holding {
                holding,
                customer,
                key,
                since: since_of(since.as_deref(), zone)?,
                fields: values(&kind.name, &kind.fields, &fields, zone)?,
            }
        }
        Incoming::Relation {
            relation,
            from,
            to,
            since,
        } => Line::Relation {
            relation: names.relation(&relation)?.0,
            from,
            to,
            since: since_of(since.as_deref(), zone)?,
        },
        Incoming::Made(made) => made.into_line(),
    })
}

fn within(key: &str, fault: Fault) -> LineFault {
    LineFault::from(fault.within(Some(&Arc::from(excerpt(key)))))
}

fn since_of(text: Option<&str>, zone: &Zone) -> Result<Option<Instant>, LineFault> {
    let read = text.map(|text| instant(text, zone)).transpose();
    read.map_err(|fault| within("since", *fault))
}

fn attributes(
    sent: &[Sent],
    names: &Names<'_>,
    zone: &Zone,
) -> Result<Vec<(AttributeId, Option<Value>)>, LineFault> {
    let mut fields: Vec<(AttributeId, Option<Value>)> = Vec::with_capacity(sent.len());
    for (name, json) in sent {
        let (id, field) = names.attribute(name)?;
        let value = value::of_field(field, json, zone).map_err(|fault| within(name, *fault))?;
        fields.push((id, value));
    }
    fields.sort_by_key(|(id, _)| *id);
    let mut pairs = fields.iter().zip(fields.iter().skip(1));
    if let Some(((id, _), _)) = pairs.find(|(a, b)| a.0 == b.0) {
        let field = names.described(*id);
        return Err(twice(field));
    }
    weight::check(fields.iter().filter_map(|(_, value)| value.as_ref()))?;
    Ok(fields)
}

fn values(
    owner: &str,
    described: &[Field],
    sent: &[Sent],
    zone: &Zone,
) -> Result<Vec<Option<Value>>, LineFault> {
    let mut values: Vec<Option<Value>> = vec![None; described.len()];
    let mut given = vec![false; described.len()];
    for (name, json) in sent {
        let (at, field) = names::field(owner, name, described)?;
        let value = value::of_field(field, json, zone).map_err(|fault| within(name, *fault))?;
        if let (Some(place), Some(given)) = (values.get_mut(at), given.get_mut(at)) {
            if std::mem::replace(given, true) {
                return Err(twice(Some(field)));
            }
            *place = value;
        }
    }
    weight::check(values.iter().flatten())?;
    Ok(values)
}

/// One field under its name and its label.
fn twice(field: Option<&Field>) -> LineFault {
    let name = field.map_or("", |field| &*field.name);
    let label = field.and_then(|field| field.label.as_deref());
    LineFault::key(
        fault::REPEATED_KEY,
        name,
        match label {
            Some(label) => format!("`{name}` and `{label}` are one field; give it once"),
            None => format!("`{name}` is given twice"),
        },
    )
}

/// Gives customers their rows. A customer that the line itself makes gets one; its id comes back.
pub fn place(
    read: Read,
    register: &mut Register,
    snapshot: &Snapshot,
    schema: &Schema,
) -> Result<(Placed, Option<Arc<str>>), LineFault> {
    match read {
        Line::Customer {
            customer,
            since,
            fields,
        } => {
            let (row, new) = register
                .enter(&customer, snapshot)
                .map_err(|fault| within("id", *fault))?;
            let placed = Line::Customer {
                customer: row,
                since,
                fields,
            };
            Ok((placed, new))
        }
        other => place_known(other, register, snapshot, schema).map(|placed| (placed, None)),
    }
}

/// The same of a line whose customers must all be there.
fn place_known(
    read: Read,
    register: &Register,
    snapshot: &Snapshot,
    schema: &Schema,
) -> Result<Placed, LineFault> {
    let known = |id: &str, key| known(register, snapshot, id, key);
    Ok(match read {
        Line::Customer {
            customer,
            since,
            fields,
        } => Line::Customer {
            customer: known(&customer, "id")?,
            since,
            fields,
        },
        Line::Event {
            event,
            customer,
            at,
            sequence,
            id,
            identity,
            fields,
        } => Line::Event {
            event,
            customer: known(&customer, "customer")?,
            at,
            sequence,
            id,
            identity,
            fields,
        },
        Line::Holding {
            holding,
            customer,
            key,
            since,
            fields,
        } => Line::Holding {
            holding,
            customer: known(&customer, "customer")?,
            key,
            since,
            fields,
        },
        Line::Relation {
            relation,
            from,
            to,
            since,
        } => {
            let end = schema.relation(relation).map(|kind| kind.end);
            Line::Relation {
                relation,
                from: known(&from, "from")?,
                to: match end {
                    Some(RelationEnd::Customer) => Target::Customer(known(&to, "to")?),
                    _ => Target::Text(to),
                },
                since,
            }
        }
    })
}

/// The row of a customer that must be there.
fn known(register: &Register, snapshot: &Snapshot, id: &str, key: &str) -> Result<Row, LineFault> {
    register.known(id, snapshot).map_err(|mut fault| {
        if fault.code == UNKNOWN_CUSTOMER {
            fault.problem = "is no customer yet; send it to `/v1/customers` first".to_owned();
        }
        within(key, *fault)
    })
}

impl Placed {
    /// What it is about, where a later line may say otherwise; events never change.
    pub fn key(&self) -> Option<Key> {
        match self {
            Line::Customer { customer, .. } => Some(Key::Customer(*customer)),
            Line::Event { .. } => None,
            Line::Holding { holding, key, .. } => Some(Key::Holding(*holding, Arc::clone(key))),
            Line::Relation {
                relation, from, to, ..
            } => Some(Key::Edge(*relation, *from, to.clone())),
        }
    }
}
