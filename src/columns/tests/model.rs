//! The same facts kept as the meaning of a fact says, with no thought of speed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::observed::{Observed, Seen, SeenEvent, SeenHolding};
use crate::base::calendar::Instant;
use crate::base::value::Value;
use crate::columns::person::{Edge, Held, HoldingHistory, HoldingState, PastEvent, Person};
use crate::schema::Schema;
use crate::store::fact::{Fact, Row, Target};

type Dated<T> = BTreeMap<Option<Instant>, T>;
type Values = Vec<Option<Value>>;
/// By key.
type Keys = BTreeMap<Arc<str>, Dated<(u32, Values)>>;

/// Facts by what they are about.
#[derive(Debug)]
pub struct Model {
    position: u64,
    ids: Vec<Arc<str>>,
    attributes: Vec<BTreeMap<u32, Dated<Option<Value>>>>,
    events: Vec<BTreeMap<(u32, Instant, i64, u64), Values>>,
    holdings: Vec<Keys>,
    edges: Vec<BTreeMap<(u32, Target), Option<Instant>>>,
}

/// Puts a state into a history: an undated one replaces all.
fn put<T>(history: &mut Dated<T>, since: Option<Instant>, item: T) {
    if since.is_none() {
        history.clear();
    }
    history.insert(since, item);
}

/// The state at an instant.
fn latest<T>(history: &Dated<T>, now: Instant) -> Option<(&Option<Instant>, &T)> {
    history.range(..=Some(now)).next_back()
}

impl Model {
    pub fn new(schema: &Schema, log: &[Fact]) -> Self {
        let mut model = Self {
            position: 0,
            ids: Vec::new(),
            attributes: vec![BTreeMap::new(); schema.attributes.len()],
            events: vec![BTreeMap::new(); schema.events.len()],
            holdings: vec![BTreeMap::new(); schema.holdings.len()],
            edges: vec![BTreeMap::new(); schema.relations.len()],
        };
        for fact in log {
            model.take(fact);
            model.position += 1;
        }
        model
    }

    fn take(&mut self, fact: &Fact) {
        match fact.clone() {
            Fact::Customer { id, .. } => self.ids.push(id),
            Fact::Attributes { row, since, fields } => {
                for (id, value) in fields {
                    let history = self.attributes[usize::from(id.0)].entry(row.0).or_default();
                    put(history, since, value);
                }
            }
            Fact::Event {
                event,
                row,
                at,
                sequence,
                fields,
                ..
            } => {
                let sequence = sequence.unwrap_or(self.position as i64);
                self.events[usize::from(event.0)]
                    .insert((row.0, at, sequence, self.position), fields);
            }
            Fact::Holding {
                holding,
                row,
                key,
                since,
                fields,
            } => {
                let history = self.holdings[usize::from(holding.0)]
                    .entry(key)
                    .or_default();
                put(history, since, (row.0, fields));
            }
            Fact::Relation {
                relation,
                from,
                to,
                since,
            } => {
                let edges = &mut self.edges[usize::from(relation.0)];
                let known = edges.entry((from.0, to)).or_insert(since);
                *known = (*known).min(since);
            }
        }
    }

    pub fn observe(&self, rows: &[u32], instants: &[Instant]) -> Observed {
        let mut by_id: Vec<u32> = (0..self.ids.len() as u32).collect();
        by_id.sort_by_key(|row| self.ids[*row as usize].as_bytes());
        by_id.truncate(50);
        Observed {
            rows: self.ids.len() as u32,
            position: self.position,
            ids: rows
                .iter()
                .map(|row| self.ids[*row as usize].to_string())
                .collect(),
            first_by_id: by_id,
            events: self.events.iter().map(seen_events).collect(),
            people: rows.iter().map(|row| self.person(*row)).collect(),
            seen: instants.iter().map(|now| self.seen(rows, *now)).collect(),
        }
    }

    fn seen(&self, rows: &[u32], now: Instant) -> Seen {
        let attribute = |histories: &BTreeMap<u32, Dated<Option<Value>>>, row: &u32| {
            let (_, value) = latest(histories.get(row)?, now)?;
            value.clone()
        };
        let holds = |since: &Option<Instant>| since.is_none_or(|since| since <= now);
        let far = |edges: &BTreeMap<(u32, Target), Option<Instant>>, row: u32| {
            let own = edges
                .iter()
                .filter(|((from, _), since)| *from == row && holds(since));
            let mut far: Vec<String> = own
                .map(|((_, to), _)| match to {
                    Target::Customer(row) => row.0.to_string(),
                    Target::Text(text) => text.to_string(),
                })
                .collect();
            far.sort();
            far
        };
        let near = |edges: &BTreeMap<(u32, Target), Option<Instant>>, row: u32| {
            let own = edges.iter().filter(|((_, to), since)| {
                matches!(to, Target::Customer(other) if other.0 == row) && holds(since)
            });
            own.map(|((from, _), _)| *from).collect()
        };
        let managers = |row: &u32| {
            let texts = far(&self.edges[1], *row).into_iter();
            Some(Value::Set(
                texts.map(|text| Value::Text(text.into())).collect(),
            ))
        };
        Seen {
            attributes: self
                .attributes
                .iter()
                .map(|histories| rows.iter().map(|row| attribute(histories, row)).collect())
                .collect(),
            holdings: self
                .holdings
                .iter()
                .map(|keys| in_force(keys, now))
                .collect(),
            edges: self
                .edges
                .iter()
                .map(|edges| rows.iter().map(|row| far(edges, *row)).collect())
                .collect(),
            back: self
                .edges
                .iter()
                .map(|edges| rows.iter().map(|row| near(edges, *row)).collect())
                .collect(),
            texts: rows.iter().map(managers).collect(),
        }
    }

    fn person(&self, row: u32) -> Person {
        let held = |histories: &BTreeMap<u32, Dated<Option<Value>>>| {
            let history = histories.get(&row).into_iter().flatten();
            // A timeless missing value says what no value says.
            let said = history.filter(|(since, value)| since.is_some() || value.is_some());
            said.map(|(since, value)| Held {
                since: *since,
                value: value.clone(),
            })
            .collect()
        };
        let past = |events: &BTreeMap<(u32, Instant, i64, u64), Values>| {
            let own = events.iter().filter(|((owner, ..), _)| *owner == row);
            own.map(|((_, at, sequence, _), fields)| PastEvent {
                at: *at,
                sequence: *sequence,
                fields: fields.clone(),
            })
            .collect()
        };
        let histories = |keys: &Keys| {
            let own = keys
                .iter()
                .filter(|(_, history)| history.values().any(|(owner, _)| *owner == row));
            own.map(|(key, history)| HoldingHistory {
                key: Arc::clone(key),
                states: history
                    .iter()
                    .map(|(since, (owner, fields))| HoldingState {
                        since: *since,
                        owner: Row(*owner),
                        fields: fields.clone(),
                    })
                    .collect(),
            })
            .collect()
        };
        let out = |edges: &BTreeMap<(u32, Target), Option<Instant>>| {
            let own = edges.iter().filter(|((from, _), _)| *from == row);
            own.map(|((_, to), since)| Edge {
                other: to.clone(),
                since: *since,
            })
            .collect()
        };
        let into = |edges: &BTreeMap<(u32, Target), Option<Instant>>| {
            let own = edges
                .iter()
                .filter(|((_, to), _)| matches!(to, Target::Customer(other) if other.0 == row));
            own.map(|((from, _), since)| Edge {
                other: Target::Customer(Row(*from)),
                since: *since,
            })
            .collect()
        };
        Person {
            id: Arc::clone(&self.ids[row as usize]),
            attributes: self.attributes.iter().map(held).collect(),
            events: self.events.iter().map(past).collect(),
            holdings: self.holdings.iter().map(histories).collect(),
            relations_out: self.edges.iter().map(out).collect(),
            relations_in: self.edges.iter().map(into).collect(),
        }
    }
}

fn seen_events(events: &BTreeMap<(u32, Instant, i64, u64), Values>) -> Vec<SeenEvent> {
    let events = events.iter();
    events
        .map(|((row, at, sequence, _), fields)| (*row, *at, *sequence, fields.clone()))
        .collect()
}

fn in_force(keys: &Keys, now: Instant) -> Vec<SeenHolding> {
    let mut seen: Vec<SeenHolding> = keys
        .iter()
        .filter_map(|(key, history)| {
            let (since, (owner, fields)) = latest(history, now)?;
            Some((*owner, *since, Arc::clone(key), fields.clone()))
        })
        .collect();
    seen.sort_by(|a, b| (a.0, a.1, &a.2).cmp(&(b.0, b.1, &b.2)));
    seen
}
