//! What one record makes: a fact whose customers are still ids. Whether the customer
//! exists and whether the fact is new is asked in [`super::run`].

mod compile;

use std::borrow::Cow;
use std::sync::Arc;

use super::expression::{Cell, Code, Evaluator};
use super::fault::{self, Fault};
use super::quick::Quick;
use super::weight;
use crate::base::calendar::Instant;
use crate::base::kind::Kind;
use crate::base::limit::{ID_BYTES_MAX, TEXT_BYTES_MAX};
use crate::base::text::has_control;
use crate::base::value::Value;
use crate::schema::{AttributeId, EventId, HoldingId, RelationId};

/// A compiled route.
#[derive(Debug)]
pub struct Route {
    when: Option<Code>,
    target: Target,
    columns: Columns,
}

/// The columns from which the parts come that a fact cannot do without, for messages.
#[derive(Debug, Default)]
struct Columns {
    customer: Option<Arc<str>>,
    at: Option<Arc<str>>,
    name: Option<Arc<str>>,
}

#[derive(Debug)]
enum Target {
    Customer {
        id: Code,
        since: Option<When>,
        fields: Vec<(AttributeId, Given)>,
    },
    Event {
        event: EventId,
        customer: Code,
        at: When,
        id: Option<Code>,
        sequence: Option<Code>,
        fields: Fields,
    },
    Holding {
        holding: HoldingId,
        customer: Code,
        key: Code,
        since: Option<When>,
        fields: Fields,
    },
    Relation {
        relation: RelationId,
        from: Code,
        to: Code,
        since: Option<When>,
    },
}

/// What a route assigns.
#[derive(Debug)]
struct Given {
    code: Code,
    /// The same, where it is a plain reading of a column.
    quick: Option<Quick>,
    kind: Kind,
    sensitive: bool,
}

/// When something is.
#[derive(Debug)]
struct When {
    code: Code,
    /// The same, where it is a plain reading of a column.
    quick: Option<Quick>,
}

/// Assignments to fields of an event or a holding, and how many fields it has.
#[derive(Debug)]
struct Fields {
    given: Vec<(usize, Given)>,
    count: usize,
}

/// A fact by ids.
#[derive(Debug)]
pub enum Mapped<'r> {
    /// A customer and what is known of it.
    Customer {
        /// Its id.
        id: Cow<'r, str>,
        /// From when.
        since: Option<Instant>,
        /// Attributes given; `None` clears.
        fields: Vec<(AttributeId, Option<Value>)>,
    },
    /// An event.
    Event {
        /// Which kind.
        event: EventId,
        /// Whose.
        customer: Cow<'r, str>,
        /// When.
        at: Instant,
        /// Order within the instant.
        sequence: Option<i64>,
        /// Its id.
        id: Option<Cow<'r, str>>,
        /// By field.
        fields: Vec<Option<Value>>,
    },
    /// A holding.
    Holding {
        /// Which kind.
        holding: HoldingId,
        /// Whose.
        customer: Cow<'r, str>,
        /// Its key.
        key: Cow<'r, str>,
        /// From when.
        since: Option<Instant>,
        /// By field.
        fields: Vec<Option<Value>>,
    },
    /// An edge.
    Relation {
        /// Which kind.
        relation: RelationId,
        /// From whom.
        from: Cow<'r, str>,
        /// To whom or what.
        to: Cow<'r, str>,
        /// From when.
        since: Option<Instant>,
    },
}

impl Route {
    /// The column from which the customer comes, where a fact has one.
    pub fn customer_column(&self) -> Option<&Arc<str>> {
        self.columns.customer.as_ref()
    }

    /// Whether it makes customers; such routes go first.
    pub fn makes_customers(&self) -> bool {
        matches!(self.target, Target::Customer { .. })
    }

    /// Ids of the customers that a record names here, as far as they can be read.
    pub fn customers<'r>(&'r self, see: &Evaluator<'r>) -> Vec<Cow<'r, str>> {
        let codes = match &self.target {
            Target::Customer { id: customer, .. }
            | Target::Event { customer, .. }
            | Target::Holding { customer, .. } => vec![customer],
            Target::Relation { from, to, .. } => vec![from, to],
        };
        let ids = codes.into_iter();
        ids.filter_map(|code| see.text(code).ok().flatten())
            .collect()
    }

    /// The fact that a record makes; `None` when the route does not take it.
    pub fn map<'r>(&'r self, see: &Evaluator<'r>) -> Result<Option<Mapped<'r>>, Box<Fault>> {
        if let Some(when) = &self.when
            && see.verdict(when)? != Some(true)
        {
            return Ok(None);
        }
        let column = self.columns.customer.as_ref();
        Ok(Some(match &self.target {
            Target::Customer { id, since, fields } => Mapped::Customer {
                id: name(see, id, "the customer has no id", column)?,
                since: instant(see, since.as_ref())?,
                fields: attributes(see, fields)?,
            },
            event @ Target::Event { .. } => return self.event(see, event),
            Target::Holding {
                holding,
                customer,
                key,
                since,
                fields,
            } => Mapped::Holding {
                holding: *holding,
                customer: name(see, customer, "the holding has no customer", column)?,
                key: name(
                    see,
                    key,
                    "the holding has no key",
                    self.columns.name.as_ref(),
                )?,
                since: instant(see, since.as_ref())?,
                fields: fields.values(see)?,
            },
            Target::Relation {
                relation,
                from,
                to,
                since,
            } => Mapped::Relation {
                relation: *relation,
                from: name(
                    see,
                    from,
                    "the relation has no customer to begin from",
                    None,
                )?,
                to: name(see, to, "the relation leads to nobody", None)?,
                since: instant(see, since.as_ref())?,
            },
        }))
    }

    fn event<'r>(
        &'r self,
        see: &Evaluator<'r>,
        target: &'r Target,
    ) -> Result<Option<Mapped<'r>>, Box<Fault>> {
        let Target::Event {
            event,
            customer,
            at,
            id,
            sequence,
            fields,
        } = target
        else {
            return Ok(None);
        };
        let Columns {
            customer: column,
            at: at_column,
            name: id_column,
        } = &self.columns;
        Ok(Some(Mapped::Event {
            event: *event,
            customer: name(see, customer, "the event has no customer", column.as_ref())?,
            at: instant(see, Some(at))?.ok_or_else(|| {
                let fault = Fault::record(fault::NO_INSTANT, "the event has no date");
                Box::new(fault.within(at_column.as_ref()))
            })?,
            sequence: match sequence {
                Some(code) => whole(see, code)?,
                None => None,
            },
            id: match id {
                Some(code) => Some(name(see, code, "the event has no id", id_column.as_ref())?),
                None => None,
            },
            fields: fields.values(see)?,
        }))
    }
}

/// Attributes given; `clear` gives missing, a missing cell gives nothing.
fn attributes<'r>(
    see: &Evaluator<'r>,
    fields: &'r [(AttributeId, Given)],
) -> Result<Vec<(AttributeId, Option<Value>)>, Box<Fault>> {
    let mut known = Vec::with_capacity(fields.len());
    for (attribute, given) in fields {
        if let Some(value) = given.quick.as_ref().and_then(|quick| quick.value(see)) {
            known.extend(value.map(|value| (*attribute, Some(value))));
            continue;
        }
        match given.value(see)? {
            None => {}
            Some(Cell::Clear) => known.push((*attribute, None)),
            Some(cell) => known.push((*attribute, cell.kept(see.texts))),
        }
    }
    weight::check(known.iter().filter_map(|(_, value)| value.as_ref()))?;
    Ok(known)
}

impl Fields {
    fn values<'r>(&'r self, see: &Evaluator<'r>) -> Result<Vec<Option<Value>>, Box<Fault>> {
        let mut values = see.texts.list();
        values.resize(self.count, None);
        for (at, given) in &self.given {
            let quick = given.quick.as_ref().and_then(|quick| quick.value(see));
            let value = match quick {
                Some(value) => value,
                None => given.value(see)?.and_then(|cell| cell.kept(see.texts)),
            };
            if let Some(place) = values.get_mut(*at) {
                *place = value;
            }
        }
        weight::check(values.iter().flatten())?;
        Ok(values)
    }
}

impl Given {
    /// Of the field's kind. What it says of a sensitive field names no value.
    fn value<'r>(&'r self, see: &Evaluator<'r>) -> Result<Option<Cell<'r>>, Box<Fault>> {
        let before = see.unknown.borrow().len();
        let result = self.unguarded(see);
        if !self.sensitive {
            return result;
        }
        for word in see.unknown.borrow_mut().iter_mut().skip(before) {
            word.word.clear();
        }
        result.map_err(|fault| Box::new(fault.redacted()))
    }

    fn unguarded<'r>(&'r self, see: &Evaluator<'r>) -> Result<Option<Cell<'r>>, Box<Fault>> {
        match (see.value(&self.code)?, &self.kind) {
            (Some(Cell::Text(text)), Kind::Text) if text.len() > TEXT_BYTES_MAX => {
                Err(Box::new(Fault::cell(
                    fault::LONG_TEXT,
                    &text,
                    format!("is longer than {TEXT_BYTES_MAX} bytes"),
                )))
            }
            (Some(cell @ Cell::Int(_)), Kind::Money | Kind::Number | Kind::Text)
            | (Some(cell @ Cell::Number(_)), Kind::Money | Kind::Int | Kind::Text)
            | (Some(cell @ Cell::Money(_)), Kind::Number | Kind::Text)
            | (Some(cell @ Cell::Date(_)), Kind::Time)
            | (Some(cell @ Cell::Time(_)), Kind::Date) => {
                cell.convert(&self.kind, see.zone).map(Some).ok_or_else(|| {
                    Box::new(Fault::record(
                        fault::OVERFLOW,
                        "a result does not fit its kind",
                    ))
                })
            }
            (cell, _) => Ok(cell),
        }
    }
}

/// An id or a key.
fn name<'r>(
    see: &Evaluator<'r>,
    code: &'r Code,
    without: &str,
    column: Option<&Arc<str>>,
) -> Result<Cow<'r, str>, Box<Fault>> {
    if let Some(number) = Quick::int(code, see) {
        return Ok(Cow::Owned(number.to_string()));
    }
    let fault = match see.text(code)? {
        Some(name) if name.len() > ID_BYTES_MAX => Fault::cell(
            fault::LONG_TEXT,
            &name,
            format!("is longer than {ID_BYTES_MAX} bytes, as an id"),
        ),
        Some(name) if has_control(&name) => Fault::cell(
            fault::CONTROL,
            &name,
            "has a control character, which no id may have",
        ),
        Some(name) if !name.is_empty() => return Ok(name),
        _ => Fault::record(fault::NO_ID, without),
    };
    Err(Box::new(fault.within(column)))
}

fn instant<'r>(see: &Evaluator<'r>, when: Option<&'r When>) -> Result<Option<Instant>, Box<Fault>> {
    let Some(When { code, quick }) = when else {
        return Ok(None);
    };
    match quick.as_ref().and_then(|quick| quick.value(see)) {
        Some(Some(Value::Time(at))) => Ok(Some(at)),
        Some(Some(Value::Date(date))) => Ok(Some(see.zone.start_of(date))),
        Some(None) => Ok(None),
        _ => Ok(see.value(code)?.and_then(|cell| cell.instant(see.zone))),
    }
}

fn whole<'r>(see: &Evaluator<'r>, code: &'r Code) -> Result<Option<i64>, Box<Fault>> {
    match see.value(code)? {
        None | Some(Cell::Clear) => Ok(None),
        Some(cell) => cell.int().map(Some).ok_or_else(|| {
            Box::new(Fault::record(
                fault::NO_NUMBER,
                "the sequence is not a whole number that fits",
            ))
        }),
    }
}
