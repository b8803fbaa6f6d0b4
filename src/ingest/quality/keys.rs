//! Keys of the facts that records make, and which of them stand more than once.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::RepeatedKeys;
use crate::base::checksum::Hasher;
use crate::base::limit::PROFILE_KEYS_MAX;
use crate::ingest::route::Mapped;
use crate::schema::Schema;

/// Customers, a kind of holding, a kind of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    Customer,
    Holding(u16),
    Event(u16),
}

#[derive(Debug, Default)]
struct Seen {
    hashes: HashSet<u64>,
    repeated: u64,
    is_partial: bool,
}

/// By source and kind of fact.
#[derive(Debug)]
pub struct Keys {
    names: BTreeMap<Of, Arc<str>>,
    seen: BTreeMap<(usize, Of), Seen>,
}

impl Keys {
    pub fn new(schema: &Schema) -> Self {
        let mut names = BTreeMap::from([(Of::Customer, Arc::from("customer"))]);
        for (at, holding) in (0u16..).zip(&schema.holdings) {
            names.insert(Of::Holding(at), Arc::clone(&holding.name));
        }
        for (at, event) in (0u16..).zip(&schema.events) {
            names.insert(Of::Event(at), Arc::clone(&event.name));
        }
        Self {
            names,
            seen: BTreeMap::new(),
        }
    }

    /// Notes the key of a fact. A dated state of a holding or a customer may stand once for each date, the id of
    /// an event once for each customer and instant; events without an id and edges have no key.
    pub fn see(&mut self, mapped: &Mapped<'_>, source: usize) {
        let (of, key, since, whose) = match mapped {
            Mapped::Customer { id, since, .. } => (Of::Customer, id, *since, ""),
            Mapped::Holding {
                holding,
                key,
                since,
                ..
            } => (Of::Holding(holding.0), key, *since, ""),
            Mapped::Event {
                event,
                customer,
                at,
                id: Some(id),
                ..
            } => (Of::Event(event.0), id, Some(*at), &**customer),
            _ => return,
        };
        let mut hasher = Hasher::new();
        hasher.write(&(key.len() as u64).to_le_bytes());
        hasher.write(key.as_bytes());
        hasher.write(whose.as_bytes());
        if let Some(since) = since {
            hasher.write(&since.0.to_le_bytes());
        }
        let seen = self.seen.entry((source, of)).or_default();
        let hash = hasher.finish();
        if seen.hashes.len() < PROFILE_KEYS_MAX {
            seen.repeated += u64::from(!seen.hashes.insert(hash));
        } else if seen.hashes.contains(&hash) {
            seen.repeated += 1;
        } else {
            seen.is_partial = true;
        }
    }

    /// Of one source, where there are any.
    pub fn repeated(&self, source: usize) -> Vec<RepeatedKeys> {
        let of_source = self.seen.iter().filter(|((of, _), _)| *of == source);
        of_source
            .filter(|(_, seen)| seen.repeated > 0 || seen.is_partial)
            .map(|((_, of), seen)| RepeatedKeys {
                of: self.names.get(of).cloned().unwrap_or_else(|| "".into()),
                count: seen.repeated,
                is_partial: seen.is_partial,
            })
            .collect()
    }
}
