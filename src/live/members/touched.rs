//! What a batch of facts touches: which customers, in which kind of fact. Who
//! depends on them through a relation is found by what the filters read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::columns::Snapshot;
use crate::engine::next_change::Reads;
use crate::language::typed::Subject;
use crate::schema::{AttributeId, EventId, HoldingId, RelationId, Schema};
use crate::store::fact::{Fact, Target};

/// A kind of fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Touch {
    /// The customer entered.
    Customer,
    /// An attribute.
    Attribute(AttributeId),
    /// Events of one kind.
    Event(EventId),
    /// Holdings of one kind.
    Holding(HoldingId),
    /// Edges of one relation, from the customer or to it.
    Relation(RelationId),
}

impl Touch {
    /// The name of the kind in its schema; `customer` for one that enters.
    pub fn name(self, schema: &Schema) -> Arc<str> {
        let name = match self {
            Touch::Customer => None,
            Touch::Attribute(id) => schema.attributes.get(usize::from(id.0)).map(|it| &it.name),
            Touch::Event(id) => schema.events.get(usize::from(id.0)).map(|it| &it.name),
            Touch::Holding(id) => schema.holdings.get(usize::from(id.0)).map(|it| &it.name),
            Touch::Relation(id) => schema.relations.get(usize::from(id.0)).map(|it| &it.name),
        };
        name.map_or_else(|| "customer".into(), Arc::clone)
    }
}

/// Customers by what was said of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Touched {
    rows: BTreeMap<Touch, BTreeSet<u32>>,
}

impl Touched {
    /// What the facts between two snapshots touch; an owner that a holding leaves is touched too.
    pub fn of(facts: &[Fact], before: &Snapshot, after: &Snapshot) -> Self {
        let mut touched = Self::default();
        for fact in facts {
            match fact {
                Fact::Customer { row, .. } => touched.add(Touch::Customer, row.0),
                Fact::Attributes { row, fields, .. } => {
                    for (id, _) in fields {
                        touched.add(Touch::Attribute(*id), row.0);
                    }
                }
                Fact::Event { event, row, .. } => touched.add(Touch::Event(*event), row.0),
                Fact::Holding {
                    holding, row, key, ..
                } => {
                    let touch = Touch::Holding(*holding);
                    touched.add(touch, row.0);
                    for snapshot in [before, after] {
                        for owner in snapshot.owners(*holding, key) {
                            touched.add(touch, owner);
                        }
                    }
                }
                Fact::Relation {
                    relation, from, to, ..
                } => {
                    touched.add(Touch::Relation(*relation), from.0);
                    if let Target::Customer(to) = to {
                        touched.add(Touch::Relation(*relation), to.0);
                    }
                }
            }
        }
        touched
    }

    /// Adds one.
    pub fn add(&mut self, touch: Touch, row: u32) {
        self.rows.entry(touch).or_default().insert(row);
    }

    /// Whether nothing is touched.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Customers whose answer may differ, for something that reads this, with the first kind of fact that
    /// is to blame. Those that depend on a touched customer through an edge, old or new, are among them.
    pub(super) fn reach(
        &self,
        reads: &Reads,
        before: &Snapshot,
        after: &Snapshot,
    ) -> BTreeMap<u32, Touch> {
        let mut found = BTreeMap::new();
        for (touch, rows) in &self.rows {
            if concerns(reads, *touch) {
                for row in rows {
                    found.entry(*row).or_insert(*touch);
                }
            }
        }
        for (kinds, other) in &reads.relations {
            for (far, touch) in self.reach(other, before, after) {
                for (step, snapshot) in kinds.iter().flat_map(|it| [(it, before), (it, after)]) {
                    for near in snapshot.neighbours(step.relation, !step.inverse, far) {
                        found.entry(near).or_insert(touch);
                    }
                }
            }
        }
        found
    }
}

fn concerns(reads: &Reads, touch: Touch) -> bool {
    match touch {
        // All that enter are new rows, whatever is read.
        Touch::Customer => false,
        Touch::Attribute(id) => reads.attributes.contains(&id),
        Touch::Event(id) => reads.facts.contains_key(&Subject::Event(id)),
        Touch::Holding(id) => reads.facts.contains_key(&Subject::Holding(id)),
        Touch::Relation(id) => {
            let mut steps = reads.relations.iter().flat_map(|(kinds, _)| kinds);
            reads.texts.contains(&id) || steps.any(|step| step.relation == id)
        }
    }
}
