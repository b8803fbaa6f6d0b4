//! Whether a schema knows any of the kinds of facts in a log: one that knows none belongs to another data set.

use super::block::{self, body};
use super::catalog::Tables;
use super::engine::{Engine, Order};
use super::error::StoreError;
use super::fact::Fact;
use super::key;
use super::salvage::says_nothing;
use super::tally::Tally;
use crate::base::limit;
use crate::schema::Schema;

/// Which numbers on disk a schema has names for.
struct Known {
    attributes: Vec<bool>,
    events: Vec<bool>,
    holdings: Vec<bool>,
    relations: Vec<bool>,
}

/// Refuses a schema that names none of the kinds of which there are facts; customers are of no kind. Reads on
/// until it finds one: as a rule the first block has it.
///
/// # Errors
/// [`StoreError::OtherKinds`]; the log cannot be read.
pub fn check(
    engine: &Engine,
    tally: &Tally,
    tables: &Tables,
    schema: &Schema,
) -> Result<(), StoreError> {
    let known = Known::of(tables, schema);
    let catalog = tables.whole();
    let (mut is_known, mut is_of_kinds) = (false, false);
    let (from, until) = (key::facts(0), key::facts(tally.position));
    engine.scan(&from, &until, Order::Rising, &mut |_, value| {
        // Damage is told of by whoever reads it for its facts.
        let facts = block::open(value).ok().and_then(|(head, bytes, _)| {
            body::decode(bytes, head.summary.count as usize, &catalog).ok()
        });
        for fact in facts.iter().flatten() {
            if !says_nothing(fact) && !matches!(fact, Fact::Customer { .. }) {
                is_of_kinds = true;
                is_known |= known.has(fact);
            }
        }
        Ok(!is_known)
    })?;
    match is_known || !is_of_kinds {
        true => Ok(()),
        false => Err(StoreError::OtherKinds {
            facts: tally.position,
            kinds: names(tables),
        }),
    }
}

impl Known {
    fn of(tables: &Tables, schema: &Schema) -> Self {
        let attributes = tables.attributes.iter();
        let relations = tables.relations.iter();
        Self {
            attributes: attributes
                .map(|disk| schema.attributes.iter().any(|own| *own.name == *disk.name))
                .collect(),
            events: tables
                .events
                .iter()
                .map(|disk| schema.events.iter().any(|own| *own.name == *disk.name))
                .collect(),
            holdings: tables
                .holdings
                .iter()
                .map(|disk| schema.holdings.iter().any(|own| *own.name == *disk.name))
                .collect(),
            relations: relations
                .map(|(name, _)| schema.relations.iter().any(|own| *own.name == **name))
                .collect(),
        }
    }

    fn has(&self, fact: &Fact) -> bool {
        let is = |known: &[bool], number: u16| known.get(usize::from(number)) == Some(&true);
        match fact {
            Fact::Customer { .. } => false,
            Fact::Attributes { fields, .. } => {
                fields.iter().any(|(id, _)| is(&self.attributes, id.0))
            }
            Fact::Event { event, .. } => is(&self.events, event.0),
            Fact::Holding { holding, .. } => is(&self.holdings, holding.0),
            Fact::Relation { relation, .. } => is(&self.relations, relation.0),
        }
    }
}

/// Some of the names that a catalog has, events first.
fn names(tables: &Tables) -> String {
    let events = tables.events.iter().map(|event| &event.name);
    let holdings = tables.holdings.iter().map(|holding| &holding.name);
    let attributes = tables.attributes.iter().map(|attribute| &attribute.name);
    let names = events.chain(holdings).chain(attributes);
    let names: Vec<&str> = names
        .take(limit::KINDS_NAMED_MAX)
        .map(String::as_str)
        .collect();
    names.join(", ")
}
