//! Keys of the facts that records make, and which of them stand more than once.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::{RepeatedKey, RepeatedKeys};
use crate::base::checksum::Hasher;
use crate::base::limit::{FINDING_EXAMPLES_MAX, PROFILE_KEYS_MAX};
use crate::ingest::expression::columns_of;
use crate::ingest::fault::excerpt;
use crate::ingest::route::Mapped;
use crate::ingest::source::Sensitive;
use crate::language::typed::{RouteTarget, Rules};
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
    /// With the first line of each.
    hashes: HashMap<u64, u64>,
    /// Those that came again.
    repeated: HashSet<u64>,
    /// The first of them.
    first: Vec<(u64, RepeatedKey)>,
    is_partial: bool,
}

impl Seen {
    /// Whether it came before.
    fn see(&mut self, hash: u64, key: &str, line: u64) -> bool {
        let is_full = self.hashes.len() >= PROFILE_KEYS_MAX;
        let has_room = self.first.len() < FINDING_EXAMPLES_MAX;
        match self.hashes.entry(hash) {
            Entry::Occupied(met) => {
                let is_first = self.repeated.insert(hash);
                let named = self.first.iter_mut().find(|(of, _)| *of == hash);
                match named {
                    Some((_, known)) => {
                        known.count += 1;
                        if known.lines.len() < FINDING_EXAMPLES_MAX {
                            known.lines.push(line);
                        }
                    }
                    None if is_first && has_room => {
                        let known = RepeatedKey {
                            key: Some(excerpt(key)),
                            count: 2,
                            lines: vec![*met.get(), line],
                        };
                        self.first.push((hash, known));
                    }
                    None => {}
                }
                true
            }
            Entry::Vacant(_) if is_full => {
                self.is_partial = true;
                false
            }
            Entry::Vacant(free) => {
                free.insert(line);
                false
            }
        }
    }
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
    /// an event once for each customer and instant; events without an id and edges have no key. Whether it is an event
    /// that came before: an import would not take it.
    pub fn see(&mut self, mapped: &Mapped<'_>, source: usize, line: u64) -> bool {
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
            _ => return false,
        };
        let mut hasher = Hasher::new();
        hasher.write(&(key.len() as u64).to_le_bytes());
        hasher.write(key.as_bytes());
        hasher.write(whose.as_bytes());
        if let Some(since) = since {
            hasher.write(&since.0.to_le_bytes());
        }
        let seen = self.seen.entry((source, of)).or_default();
        seen.see(hasher.finish(), key, line) && matches!(of, Of::Event(_))
    }

    /// Of one source, where there are any.
    pub fn repeated(&self, source: usize, rules: &Rules) -> Vec<RepeatedKeys> {
        let of_source = self.seen.iter().filter(|((of, _), _)| *of == source);
        of_source
            .filter(|(_, seen)| !seen.repeated.is_empty() || seen.is_partial)
            .map(|((_, of), seen)| {
                let hides = is_sensitive(rules, source, *of);
                let first = seen.first.iter().map(|(_, known)| RepeatedKey {
                    key: known.key.clone().filter(|_| !hides),
                    ..known.clone()
                });
                RepeatedKeys {
                    of: self.names.get(of).cloned().unwrap_or_else(|| "".into()),
                    count: seen.repeated.len() as u64,
                    is_partial: seen.is_partial,
                    first: first.collect(),
                }
            })
            .collect()
    }
}

/// Whether a key of the source is made of a column whose values are shown nowhere.
fn is_sensitive(rules: &Rules, source: usize, of: Of) -> bool {
    let Some(file) = rules.sources.get(source) else {
        return false;
    };
    let mut columns = Vec::new();
    for route in &file.routes {
        match (&route.target, of) {
            (RouteTarget::Customer { id, .. }, Of::Customer) => columns_of(id, &mut columns),
            (RouteTarget::Holding { holding, key, .. }, Of::Holding(at)) if holding.0 == at => {
                columns_of(key, &mut columns);
            }
            (
                RouteTarget::Event {
                    event,
                    id: Some(id),
                    ..
                },
                Of::Event(at),
            ) if event.0 == at => columns_of(id, &mut columns),
            _ => {}
        }
    }
    let sensitive = Sensitive::of(rules, source);
    let names = columns
        .into_iter()
        .filter_map(|column| file.columns.get(column as usize));
    names.into_iter().any(|name| sensitive.contains(name))
}
