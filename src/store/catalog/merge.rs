//! A schema laid over the catalog of a store: what must be added, what contradicts facts that
//! may be there, and the tables for both directions.

use std::collections::{HashMap, HashSet};

use super::entry::{DiskFacts, DiskField, DiskKind, Entry, Owner, Tables};
use super::{Catalog, FactNames, FactSlots, FieldName, FieldSlot};
use crate::base::kind::{EnumKind, Kind};
use crate::schema::{Field, RelationEnd, RelationId, Schema};
use crate::store::error::StoreError;

/// Where a contradiction lies, in numbers on disk.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// Values of a field.
    Field {
        /// Whose.
        owner: Owner,
        /// Which.
        slot: u16,
        /// Its kind on disk.
        kind: DiskKind,
    },
    /// Facts of a relation.
    Relation {
        /// Which.
        slot: u16,
        /// Where it ends on disk.
        end: RelationEnd,
    },
}

/// The schema says otherwise than the catalog; an error if any fact is affected.
#[derive(Clone, PartialEq, Debug)]
pub struct Conflict {
    /// What to count.
    pub subject: Subject,
    /// Only facts with one of these list values are affected (code, name); empty = all.
    pub values: Vec<(u16, String)>,
    /// In messages: `age`, `purchase.amount`, `relation spouse`.
    pub field: String,
    /// On disk.
    pub was: String,
    /// In the schema.
    pub is: String,
}

impl Conflict {
    /// The refusal, given how many facts are affected.
    pub fn refusal(self, facts: u64) -> StoreError {
        if self.values.is_empty() {
            return StoreError::KindChanged {
                field: self.field,
                was: self.was,
                is: self.is,
                facts,
            };
        }
        StoreError::ValuesRemoved {
            field: self.field,
            values: self.values.into_iter().map(|(_, name)| name).collect(),
            facts,
        }
    }
}

impl Tables {
    /// What of the schema contradicts the catalog.
    pub fn conflicts(&self, schema: &Schema) -> Vec<Conflict> {
        let mut found = Vec::new();
        let attributes = (Owner::Customer, &self.attributes);
        conflicts_of_fields(attributes, &schema.attributes, "", &mut found);
        for event in &schema.events {
            if let Some(slot) = find_facts(&self.events, &event.name)
                && let Some(facts) = self.events.get(slot as usize)
            {
                let disk = (Owner::Event(slot), &facts.fields);
                conflicts_of_fields(disk, &event.fields, &event.name, &mut found);
            }
        }
        for holding in &schema.holdings {
            if let Some(slot) = find_facts(&self.holdings, &holding.name)
                && let Some(facts) = self.holdings.get(slot as usize)
            {
                let disk = (Owner::Holding(slot), &facts.fields);
                conflicts_of_fields(disk, &holding.fields, &holding.name, &mut found);
            }
        }
        for relation in &schema.relations {
            if let Some((slot, end)) = find_relation(self, &relation.name)
                && end != relation.end
            {
                found.push(Conflict {
                    subject: Subject::Relation { slot, end },
                    values: Vec::new(),
                    field: format!("relation {}", relation.name),
                    was: describe_end(end).to_owned(),
                    is: describe_end(relation.end).to_owned(),
                });
            }
        }
        found
    }

    /// Adds what the schema has and the catalog has not, and gives the new entries in order.
    /// Call it when no conflict affects a fact: what contradicts gets a new number, the old one
    /// stays hidden. `None`: more than 65,536 of one thing.
    pub fn merge(&mut self, schema: &Schema) -> Option<Vec<Entry>> {
        let mut added = Added {
            tables: self,
            entries: Vec::new(),
        };
        added.fields(Owner::Customer, &schema.attributes)?;
        for event in &schema.events {
            let slot = match find_facts(&added.tables.events, &event.name) {
                Some(slot) => slot,
                None => {
                    let name = event.name.to_string();
                    added.push(Entry::Event { name })?;
                    last(added.tables.events.len())?
                }
            };
            added.fields(Owner::Event(slot), &event.fields)?;
        }
        for holding in &schema.holdings {
            let slot = match find_facts(&added.tables.holdings, &holding.name) {
                Some(slot) => slot,
                None => {
                    let name = holding.name.to_string();
                    added.push(Entry::Holding { name })?;
                    last(added.tables.holdings.len())?
                }
            };
            added.fields(Owner::Holding(slot), &holding.fields)?;
        }
        for relation in &schema.relations {
            let known = find_relation(added.tables, &relation.name);
            if known.is_none_or(|(_, end)| end != relation.end) {
                added.push(Entry::Relation {
                    name: relation.name.to_string(),
                    to_customer: relation.end == RelationEnd::Customer,
                })?;
            }
        }
        Some(added.entries)
    }

    /// Both directions for a schema that was merged before; `None` when it was not.
    pub fn catalog(&self, schema: &Schema) -> Option<Catalog> {
        let of_facts = |disk: &[DiskFacts], name: &str, fields: &[Field]| {
            let slot = find_facts(disk, name)?;
            let fields = field_slots(&disk.get(slot as usize)?.fields, fields)?;
            Some(FactSlots { slot, fields })
        };
        let attribute_slots = field_slots(&self.attributes, &schema.attributes)?;
        let events = schema.events.iter();
        let event_slots: Option<Vec<FactSlots>> = events
            .map(|event| of_facts(&self.events, &event.name, &event.fields))
            .collect();
        let holdings = schema.holdings.iter();
        let holding_slots: Option<Vec<FactSlots>> = holdings
            .map(|holding| of_facts(&self.holdings, &holding.name, &holding.fields))
            .collect();
        let relations = schema.relations.iter();
        let relation_slots: Option<Vec<u16>> = relations
            .map(|relation| Some(find_relation(self, &relation.name)?.0))
            .collect();
        let (event_slots, holding_slots) = (event_slots?, holding_slots?);
        let relation_slots = relation_slots?;
        let mut relation_names = vec![None; self.relations.len()];
        for (id, slot) in (0_u16..).zip(&relation_slots) {
            *relation_names.get_mut(*slot as usize)? = Some(RelationId(id));
        }
        Some(Catalog {
            attribute_names: field_names(&self.attributes, &attribute_slots)?,
            attribute_slots,
            event_names: fact_names(&self.events, &event_slots)?,
            event_slots,
            holding_names: fact_names(&self.holdings, &holding_slots)?,
            holding_slots,
            relation_slots,
            relation_names,
            schema: schema.clone(),
        })
    }
}

struct Added<'a> {
    tables: &'a mut Tables,
    entries: Vec<Entry>,
}

impl Added<'_> {
    fn push(&mut self, entry: Entry) -> Option<()> {
        self.tables.add(&entry)?;
        self.entries.push(entry);
        Some(())
    }

    fn fields(&mut self, owner: Owner, fields: &[Field]) -> Option<()> {
        for field in fields {
            let kind = DiskKind::of(&field.kind);
            let known = find_field(self.tables.fields(owner)?, &field.name);
            let slot = match known {
                Some((slot, disk)) if disk.kind == kind => slot,
                _ => {
                    self.push(Entry::Field {
                        owner,
                        name: field.name.to_string(),
                        kind: kind.code(),
                    })?;
                    last(self.tables.fields(owner)?.len())?
                }
            };
            let disk = self.tables.fields(owner)?.get(slot as usize)?;
            let known: HashSet<String> = disk.values.iter().cloned().collect();
            for name in list_values(&field.kind) {
                if !known.contains(name) {
                    self.push(Entry::ListValue {
                        owner,
                        field: slot,
                        name: name.to_owned(),
                    })?;
                }
            }
        }
        Some(())
    }
}

fn conflicts_of_fields(
    (owner, disk): (Owner, &Vec<DiskField>),
    fields: &[Field],
    of: &str,
    found: &mut Vec<Conflict>,
) {
    for field in fields {
        let Some((slot, known)) = find_field(disk, &field.name) else {
            continue;
        };
        let kind = DiskKind::of(&field.kind);
        let listed: HashSet<&str> = list_values(&field.kind).into_iter().collect();
        let removed: Vec<(u16, String)> = (0_u16..)
            .zip(&known.values)
            .filter(|(_, name)| !listed.contains(name.as_str()))
            .map(|(code, name)| (code, name.clone()))
            .collect();
        let changed = known.kind != kind;
        if !changed && removed.is_empty() {
            continue;
        }
        let dot = if of.is_empty() { "" } else { "." };
        found.push(Conflict {
            subject: Subject::Field {
                owner,
                slot,
                kind: known.kind,
            },
            values: if changed { Vec::new() } else { removed },
            field: format!("{of}{dot}{}", field.name),
            was: known.kind.describe(),
            is: kind.describe(),
        });
    }
}

/// Names of a list's values, also of a set of them.
fn list_values(kind: &Kind) -> Vec<&str> {
    list(kind).map_or_else(Vec::new, |list| {
        list.values.iter().map(|value| &*value.name).collect()
    })
}

fn list(kind: &Kind) -> Option<&EnumKind> {
    match kind {
        Kind::Enum(list) => Some(list),
        Kind::Set(item) => list(item),
        _ => None,
    }
}

/// The newest of that name: an older one was given up for a change of kind.
fn find_field<'a>(fields: &'a [DiskField], name: &str) -> Option<(u16, &'a DiskField)> {
    let at = fields.iter().rposition(|field| field.name == name)?;
    Some((u16::try_from(at).ok()?, fields.get(at)?))
}

fn find_facts(facts: &[DiskFacts], name: &str) -> Option<u16> {
    let at = facts.iter().rposition(|facts| facts.name == name)?;
    u16::try_from(at).ok()
}

fn find_relation(tables: &Tables, name: &str) -> Option<(u16, RelationEnd)> {
    let relations = &tables.relations;
    let at = relations.iter().rposition(|(known, _)| known == name)?;
    Some((u16::try_from(at).ok()?, relations.get(at)?.1))
}

fn last(count: usize) -> Option<u16> {
    u16::try_from(count.checked_sub(1)?).ok()
}

fn describe_end(end: RelationEnd) -> &'static str {
    match end {
        RelationEnd::Customer => "a relation to customers",
        RelationEnd::Text => "a relation to texts",
    }
}

fn field_slots(disk: &[DiskField], fields: &[Field]) -> Option<Vec<FieldSlot>> {
    let slot_of = |field: &Field| {
        let (slot, known) = find_field(disk, &field.name)?;
        let code_of: HashMap<&str, u16> =
            known.values.iter().map(String::as_str).zip(0..).collect();
        let codes = list(&field.kind).map(|list| {
            let values = list.values.iter();
            values
                .map(|value| code_of.get(&*value.name).copied())
                .collect::<Option<Vec<u16>>>()
        });
        let codes = match codes {
            Some(codes) => Some(codes?),
            None => None,
        };
        Some(FieldSlot {
            slot,
            kind: known.kind,
            codes,
        })
    };
    fields.iter().map(slot_of).collect()
}

fn field_names(disk: &[DiskField], slots: &[FieldSlot]) -> Option<Vec<FieldName>> {
    let mut names: Vec<FieldName> = disk
        .iter()
        .map(|field| FieldName {
            id: None,
            kind: field.kind,
            codes: vec![None; field.values.len()],
        })
        .collect();
    for (id, slot) in (0_u16..).zip(slots) {
        let name = names.get_mut(slot.slot as usize)?;
        name.id = Some(id);
        for (index, code) in (0_u16..).zip(slot.codes.iter().flatten()) {
            *name.codes.get_mut(*code as usize)? = Some(index);
        }
    }
    Some(names)
}

fn fact_names(disk: &[DiskFacts], slots: &[FactSlots]) -> Option<Vec<FactNames>> {
    let names = (0_u16..).zip(disk).map(|(number, facts)| {
        let known = (0_u16..).zip(slots).find(|(_, found)| found.slot == number);
        let empty = Vec::new();
        let fields = known.map_or(&empty, |(_, found)| &found.fields);
        Some(FactNames {
            id: known.map(|(id, _)| id),
            fields: field_names(&facts.fields, fields)?,
            width: fields.len(),
        })
    });
    names.collect()
}
