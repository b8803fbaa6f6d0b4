//! The catalog as it lies on disk, nothing hidden and nothing renamed: for whoever writes facts
//! anew without knowing any schema. Numbers in facts are then those on disk.

use super::entry::{DiskFacts, DiskField, Tables};
use super::{Catalog, FactNames, FactSlots, FieldName, FieldSlot};
use crate::schema::{RelationId, Schema};

impl Tables {
    /// Both directions, each number its own.
    pub fn whole(&self) -> Catalog {
        Catalog {
            schema: Schema::default(),
            attribute_slots: slots(&self.attributes),
            attribute_names: names(&self.attributes),
            event_slots: fact_slots(&self.events),
            event_names: fact_names(&self.events),
            holding_slots: fact_slots(&self.holdings),
            holding_names: fact_names(&self.holdings),
            relation_slots: numbers(self.relations.len()).collect(),
            relation_names: numbers(self.relations.len())
                .map(|number| Some(RelationId(number)))
                .collect(),
        }
    }
}

/// Of at most 65,535 things: the catalog takes no more.
fn numbers(count: usize) -> impl Iterator<Item = u16> {
    (0..=u16::MAX).take(count)
}

fn slots(fields: &[DiskField]) -> Vec<FieldSlot> {
    let fields = numbers(fields.len()).zip(fields);
    fields
        .map(|(slot, field)| FieldSlot {
            slot,
            kind: field.kind,
            codes: Some(numbers(field.values.len()).collect()),
        })
        .collect()
}

fn names(fields: &[DiskField]) -> Vec<FieldName> {
    let fields = numbers(fields.len()).zip(fields);
    fields
        .map(|(slot, field)| FieldName {
            id: Some(slot),
            kind: field.kind,
            codes: numbers(field.values.len()).map(Some).collect(),
        })
        .collect()
}

fn fact_slots(facts: &[DiskFacts]) -> Vec<FactSlots> {
    let facts = numbers(facts.len()).zip(facts);
    facts
        .map(|(slot, facts)| FactSlots {
            slot,
            fields: slots(&facts.fields),
        })
        .collect()
}

fn fact_names(facts: &[DiskFacts]) -> Vec<FactNames> {
    let facts = numbers(facts.len()).zip(facts);
    facts
        .map(|(slot, facts)| FactNames {
            id: Some(slot),
            fields: names(&facts.fields),
            width: facts.fields.len(),
        })
        .collect()
}
