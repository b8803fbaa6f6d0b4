//! Customers, holdings and edges on their way into the log: folded by key, so that the
//! last record about each decides, then compared with what is held. What is held already
//! is written no second time, however often a file is read.

mod compare;

pub(super) use compare::same_fields;

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::outcome::Outcome;
use crate::base::calendar::Instant;
use crate::base::limit::IMPORT_CHANGES_MAX;
use crate::base::value::Value;
use crate::columns::person::Person;
use crate::schema::{AttributeId, HoldingId, RelationId};
use crate::store::fact::{Fact, Row, Target};

/// A record of a source of this import.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket {
    /// Index of the source.
    pub source: usize,
    /// Number of the record.
    pub record: u64,
}

/// An attribute given by a record.
#[derive(Clone, Debug, PartialEq)]
struct Given {
    attribute: AttributeId,
    since: Option<Instant>,
    value: Option<Value>,
}

/// A state of a holding given by a record.
#[derive(Clone, Debug, PartialEq)]
struct State {
    row: Row,
    since: Option<Instant>,
    fields: Vec<Option<Value>>,
}

/// What a change is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// A customer's attributes.
    Customer(Row),
    /// A holding.
    Holding(HoldingId, Arc<str>),
    /// An edge.
    Edge(RelationId, Row, Target),
}

#[derive(Debug)]
enum Change {
    Customer {
        id: Option<Arc<str>>,
        given: Vec<Given>,
    },
    Holding {
        states: Vec<State>,
    },
    Edge {
        since: Option<Instant>,
    },
}

#[derive(Debug)]
struct Entry {
    key: Key,
    change: Change,
    tickets: Vec<Ticket>,
}

/// What a flush gives.
#[derive(Debug, Default)]
pub struct Flushed {
    /// To be written, in this order.
    pub facts: Vec<Fact>,
    /// What the records came to.
    pub outcomes: Vec<(Ticket, Outcome)>,
}

/// Changes gathered.
#[derive(Debug, Default)]
pub struct States {
    entries: Vec<Entry>,
    places: HashMap<Key, usize>,
    /// Entries from here on have not been compared yet.
    compared: usize,
    /// The log may hold holdings and edges.
    may_hold: bool,
}

impl States {
    /// `may_hold`: whether the store holds anything yet.
    pub fn new(may_hold: bool) -> Self {
        Self {
            may_hold,
            ..Self::default()
        }
    }

    /// Entries not compared yet; those held back are bounded apart.
    pub fn waiting(&self) -> usize {
        self.entries.len() - self.compared
    }

    /// A customer; `id` when it is new.
    pub fn customer(
        &mut self,
        row: Row,
        id: Option<Arc<str>>,
        since: Option<Instant>,
        fields: Vec<(AttributeId, Option<Value>)>,
        ticket: Ticket,
    ) {
        let entry = self.entry(Key::Customer(row), ticket, || Change::Customer {
            id,
            given: Vec::new(),
        });
        if let Change::Customer { given, .. } = &mut entry.change {
            for (attribute, value) in fields {
                given.retain(|old| {
                    old.attribute != attribute || (since.is_some() && old.since != since)
                });
                given.push(Given {
                    attribute,
                    since,
                    value,
                });
            }
        }
    }

    /// A state of a holding.
    pub fn holding(
        &mut self,
        holding: HoldingId,
        key: Arc<str>,
        row: Row,
        since: Option<Instant>,
        fields: Vec<Option<Value>>,
        ticket: Ticket,
    ) {
        let entry = self.entry(Key::Holding(holding, key), ticket, || Change::Holding {
            states: Vec::new(),
        });
        if let Change::Holding { states } = &mut entry.change {
            states.retain(|old| since.is_some() && old.since != since);
            states.push(State { row, since, fields });
        }
    }

    /// An edge.
    pub fn edge(
        &mut self,
        relation: RelationId,
        from: Row,
        to: Target,
        since: Option<Instant>,
        ticket: Ticket,
    ) {
        let entry = self.entry(Key::Edge(relation, from, to), ticket, || Change::Edge {
            since,
        });
        if let Change::Edge { since: earliest } = &mut entry.change {
            *earliest = (*earliest).min(since);
        }
    }

    fn entry(&mut self, key: Key, ticket: Ticket, make: impl FnOnce() -> Change) -> &mut Entry {
        let next = self.entries.len();
        let place = *self.places.entry(key.clone()).or_insert(next);
        if place == next {
            self.entries.push(Entry {
                key,
                change: make(),
                tickets: Vec::new(),
            });
        }
        #[expect(
            clippy::indexing_slicing,
            reason = "a place is below the number of entries"
        )]
        let entry = &mut self.entries[place];
        if entry.tickets.last() != Some(&ticket) {
            entry.tickets.push(ticket);
        }
        entry
    }

    /// Compares with what is held. Changes of what is held are kept back until `last`, so that a later
    /// record about the same may still undo them; when they grow too many they are given out earlier.
    pub fn flush(&mut self, rows: u32, person: &dyn Fn(Row) -> Person, last: bool) -> Flushed {
        let entries = std::mem::take(&mut self.entries);
        self.places.clear();
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by_key(|at| entries.get(*at).map(Entry::row));
        let mut known: Option<(Row, Rc<Person>)> = None;
        let mut written: Vec<Option<Vec<Fact>>> = (0..entries.len()).map(|_| None).collect();
        for at in order {
            let (Some(entry), Some(place)) = (entries.get(at), written.get_mut(at)) else {
                continue;
            };
            let mut held = |row: Row| match &known {
                Some((of, person)) if *of == row => Rc::clone(person),
                _ => Rc::clone(&known.insert((row, Rc::new(person(row)))).1),
            };
            *place = Some(self.compare(entry, rows, &mut held));
        }
        let changed = entries
            .iter()
            .zip(&written)
            .filter(|(entry, facts)| {
                !entry.is_new(rows, self.may_hold)
                    && facts.as_ref().is_some_and(|facts| !facts.is_empty())
            })
            .count();
        let hold_back = !last && changed <= IMPORT_CHANGES_MAX;
        let mut flushed = Flushed::default();
        for (entry, facts) in entries.into_iter().zip(written) {
            let facts = facts.unwrap_or_default();
            if hold_back && !facts.is_empty() && !entry.is_new(rows, self.may_hold) {
                self.places.insert(entry.key.clone(), self.entries.len());
                self.entries.push(entry);
                continue;
            }
            let outcome = match facts.is_empty() {
                true => Outcome::Repeated,
                false => Outcome::Accepted,
            };
            flushed
                .outcomes
                .extend(entry.tickets.iter().map(|ticket| (*ticket, outcome)));
            flushed.facts.extend(facts);
        }
        self.compared = self.entries.len();
        self.may_hold |= flushed
            .facts
            .iter()
            .any(|fact| matches!(fact, Fact::Holding { .. } | Fact::Relation { .. }));
        flushed
    }
}

impl Entry {
    /// Whose facts decide what is held.
    fn row(&self) -> Row {
        match (&self.key, &self.change) {
            (Key::Customer(row) | Key::Edge(_, row, _), _) => *row,
            (_, Change::Holding { states }) => states.first().map_or(Row(0), |state| state.row),
            _ => Row(0),
        }
    }

    /// Whether nothing about it can be held yet.
    fn is_new(&self, rows: u32, may_hold: bool) -> bool {
        match &self.key {
            Key::Customer(row) => row.0 >= rows,
            _ => !may_hold,
        }
    }
}

#[cfg(test)]
mod tests;
