//! Names and labels of a schema, and what was probably meant by one that it lacks.

use std::collections::HashMap;

use super::fault::{self, LineFault};
use crate::language::suggest;
use crate::schema::{AttributeId, EventId, Field, HoldingId, RelationId, Schema};

/// Names that a message lists.
const NAMES_SHOWN_MAX: usize = 8;

/// First names and labels; a first name wins over another's label.
pub struct Names<'s> {
    schema: &'s Schema,
    attributes: HashMap<&'s str, u16>,
    events: HashMap<&'s str, u16>,
    holdings: HashMap<&'s str, u16>,
    relations: HashMap<&'s str, u16>,
}

/// A name with its label.
type Called<'s> = (&'s str, Option<&'s str>);

fn places<'s>(called: impl Iterator<Item = Called<'s>> + Clone) -> HashMap<&'s str, u16> {
    let names = (0u16..)
        .zip(called.clone())
        .map(|(at, (name, _))| (name, at));
    let mut places: HashMap<&str, u16> = names.collect();
    for (at, (_, label)) in (0u16..).zip(called) {
        if let Some(label) = label {
            places.entry(label).or_insert(at);
        }
    }
    places
}

fn of_field(field: &Field) -> Called<'_> {
    (&field.name, field.label.as_deref())
}

impl<'s> Names<'s> {
    /// Of a schema.
    pub fn new(schema: &'s Schema) -> Self {
        let events = schema.events.iter();
        let holdings = schema.holdings.iter();
        let relations = schema.relations.iter();
        Self {
            attributes: places(schema.attributes.iter().map(of_field)),
            events: places(events.map(|kind| (&*kind.name, kind.label.as_deref()))),
            holdings: places(holdings.map(|kind| (&*kind.name, kind.label.as_deref()))),
            relations: places(relations.map(|kind| (&*kind.name, kind.label.as_deref()))),
            schema,
        }
    }

    /// The attribute of that name.
    pub fn attribute(&self, name: &str) -> Result<(AttributeId, &'s Field), LineFault> {
        let schema = self.schema;
        let found = self.attributes.get(name).map(|at| AttributeId(*at));
        found
            .and_then(|id| Some((id, schema.attribute(id)?)))
            .ok_or_else(|| unknown_field("customers", name, &schema.attributes))
    }

    /// The attribute of that id.
    pub fn described(&self, id: AttributeId) -> Option<&'s Field> {
        self.schema.attribute(id)
    }

    /// The event kind of that name.
    pub fn event(&self, name: &str) -> Result<(EventId, &'s crate::schema::Event), LineFault> {
        let found = self.events.get(name).map(|at| EventId(*at));
        found
            .and_then(|id| Some((id, self.schema.event(id)?)))
            .ok_or_else(|| {
                let kinds = self.schema.events.iter();
                let called = kinds.map(|kind| (&*kind.name, kind.label.as_deref()));
                unknown_kind("event", name, called)
            })
    }

    /// The holding kind of that name.
    pub fn holding(
        &self,
        name: &str,
    ) -> Result<(HoldingId, &'s crate::schema::Holding), LineFault> {
        let found = self.holdings.get(name).map(|at| HoldingId(*at));
        found
            .and_then(|id| Some((id, self.schema.holding(id)?)))
            .ok_or_else(|| {
                let kinds = self.schema.holdings.iter();
                let called = kinds.map(|kind| (&*kind.name, kind.label.as_deref()));
                unknown_kind("holding", name, called)
            })
    }

    /// The relation of that name; the name of its other direction is told as such.
    pub fn relation(
        &self,
        name: &str,
    ) -> Result<(RelationId, &'s crate::schema::Relation), LineFault> {
        let found = self.relations.get(name).map(|at| RelationId(*at));
        if let Some(found) = found.and_then(|id| Some((id, self.schema.relation(id)?))) {
            return Ok(found);
        }
        let mut kinds = self.schema.relations.iter();
        let turned = kinds.find(|kind| {
            [&kind.inverse, &kind.inverse_label]
                .into_iter()
                .any(|other| other.as_deref() == Some(name))
        });
        Err(match turned {
            Some(kind) => LineFault::key(
                fault::UNKNOWN_KIND,
                "relation",
                format!(
                    "`{name}` is the other direction of `{}`: write that, with `from` and `to` changed about",
                    kind.name
                ),
            ),
            None => {
                let kinds = self.schema.relations.iter();
                let called = kinds.map(|kind| (&*kind.name, kind.label.as_deref()));
                unknown_kind("relation", name, called)
            }
        })
    }
}

/// The field of that name among those of an event or a holding.
pub fn field<'s>(
    owner: &str,
    name: &str,
    fields: &'s [Field],
) -> Result<(usize, &'s Field), LineFault> {
    let by_name = fields.iter().position(|field| &*field.name == name);
    let by_label = || {
        let mut fields = fields.iter();
        fields.position(|field| field.label.as_deref() == Some(name))
    };
    by_name
        .or_else(by_label)
        .and_then(|at| Some((at, fields.get(at)?)))
        .ok_or_else(|| unknown_field(owner, name, fields))
}

fn unknown_field(owner: &str, name: &str, fields: &[Field]) -> LineFault {
    let help = help(name, fields.iter().map(of_field));
    LineFault::key(
        fault::UNKNOWN_FIELD,
        name,
        format!("`{owner}` has no such field; {help}"),
    )
}

fn unknown_kind<'s>(
    what: &str,
    name: &str,
    called: impl Iterator<Item = Called<'s>> + Clone,
) -> LineFault {
    let shown = crate::ingest::fault::excerpt(name);
    let help = help(name, called);
    LineFault::key(
        fault::UNKNOWN_KIND,
        what,
        format!("there is no {what} `{shown}`; {help}"),
    )
}

fn help<'s>(name: &str, called: impl Iterator<Item = Called<'s>> + Clone) -> String {
    let mut names = called.clone().map(|(name, _)| name).peekable();
    if names.peek().is_none() {
        return "the schema names none".to_owned();
    }
    let shown = format!("it has {}", suggest::some_of(names, NAMES_SHOWN_MAX));
    let words = called
        .flat_map(|(name, label)| [Some(name), label])
        .flatten();
    suggest::help(name, words, &shown)
}
