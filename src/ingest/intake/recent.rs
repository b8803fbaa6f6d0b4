//! Events that are stored and not yet in the columns, by what makes them the same.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use crate::base::calendar::Instant;
use crate::ingest::identity::Already;
use crate::schema::EventId;
use crate::store::fact::{Fact, Row};

/// Kind, customer, instant, identity.
pub type Key = (EventId, Row, Instant, u64);

/// Some events.
#[derive(Debug, Default)]
pub struct Recent(HashSet<Key, BuildHasherDefault<Already>>);

fn key(fact: &Fact) -> Option<Key> {
    match fact {
        Fact::Event {
            event,
            row,
            at,
            identity,
            ..
        } => Some((*event, *row, *at, *identity)),
        _ => None,
    }
}

impl Recent {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn contains(&self, key: &Key) -> bool {
        !self.0.is_empty() && self.0.contains(key)
    }

    /// Adds those of the facts that are events.
    pub fn extend(&mut self, facts: &[Fact]) {
        self.0.extend(facts.iter().filter_map(key));
    }

    /// Forgets all; the room stays.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}
