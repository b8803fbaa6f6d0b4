//! Where customers come from: a snapshot, or a plain list of facts. The list is
//! read here by its own simple rules, so that it can bear witness against columns.

use std::sync::Arc;

use crate::base::calendar::Instant;
use crate::base::value::Value;
use crate::columns::Snapshot;
use crate::columns::person::{Edge, Held, HoldingHistory, HoldingState, PastEvent, Person};
use crate::engine::external::{Account, External};
use crate::engine::rank::Standing;
use crate::engine::reviewed::{TierReview, TiersShown};
use crate::language::typed::{Figure, PluginCall};
use crate::schema::{AttributeId, HoldingId, Schema};
use crate::store::fact::{Fact, Row, Target};

/// All customers by row.
pub trait People {
    /// Everything known of one customer; nothing for a row that does not exist or is hidden.
    fn person(&self, row: u32) -> Arc<Person>;
    /// How many rows there are, those of hidden customers among them.
    fn rows(&self) -> u32;
    /// What a plugin said of one customer.
    fn outside(&self, _call: &PluginCall, _row: u32) -> Option<Value> {
        None
    }
    /// How that came about, and who said it.
    fn account(&self, _call: &PluginCall, _row: u32) -> Option<(Arc<str>, Account)> {
        None
    }
    /// The class that the last review of the tiers of that name gave a customer.
    fn reviewed(&self, _tiers: &str, _row: u32) -> Option<Arc<str>> {
        None
    }
    /// The tiers asked for, with the dates of their reviews.
    fn tiers_shown(&self) -> Vec<TiersShown> {
        Vec::new()
    }
    /// How the last review of the tiers of that name came to the class that it gave a customer.
    fn tier_review(&self, _tiers: &str, _row: u32) -> Option<TierReview> {
        None
    }
    /// The people and the instant that ranks are taken of; `None` = these, at the instant asked about.
    fn ranked_at(&self) -> Option<(&dyn People, Instant)> {
        None
    }
    /// The instant of the rank tables at hand, if any.
    fn ranks_shown(&self) -> Option<Instant> {
        None
    }
    /// Where a customer stands in the population of that name, if a rank table says so.
    fn standing(&self, _population: Name<'_>, _row: u32) -> Option<Standing> {
        None
    }
    /// The value at a place of a customer's group, if there is a rank table.
    fn value_at(
        &self,
        _population: Name<'_>,
        _row: u32,
        _place: u64,
        _smallest_first: bool,
    ) -> Option<Option<Value>> {
        None
    }
    /// A figure of the population of that name, if there is a rank table.
    fn figure(&self, _population: Name<'_>, _figure: Figure) -> Option<Option<Value>> {
        None
    }
}

/// Makes the name of a population: only whoever has rank tables needs it.
pub type Name<'a> = &'a dyn Fn() -> String;

/// Customers of whom plugins have spoken and rank tables are at hand.
#[derive(Clone, Copy)]
pub struct Heard<'a> {
    /// The customers.
    pub people: &'a dyn People,
    /// What was said.
    pub external: &'a External,
}

impl People for Heard<'_> {
    fn person(&self, row: u32) -> Arc<Person> {
        self.people.person(row)
    }

    fn rows(&self) -> u32 {
        self.people.rows()
    }

    fn outside(&self, call: &PluginCall, row: u32) -> Option<Value> {
        let column = self.external.column(call).ok()?;
        column.value(column.index(row)?)
    }

    fn account(&self, call: &PluginCall, row: u32) -> Option<(Arc<str>, Account)> {
        let column = self.external.column(call).ok()?;
        let scored = column.scored();
        let account = scored.accounts.get(column.index(row)?).cloned();
        Some((Arc::clone(&scored.by), account.unwrap_or_default()))
    }

    fn reviewed(&self, tiers: &str, row: u32) -> Option<Arc<str>> {
        self.external.reviewed(tiers)?.class(row).cloned()
    }

    fn tiers_shown(&self) -> Vec<TiersShown> {
        self.external.tiers_shown()
    }

    fn tier_review(&self, tiers: &str, row: u32) -> Option<TierReview> {
        // Whoever came after the review has no tier of it.
        self.external.reviewed(tiers)?.class(row)?;
        let review = self.external.review(tiers)?;
        let before = review.before.as_ref();
        Some(TierReview {
            date: review.date,
            before: before.and_then(|before| before.class(row).cloned()),
            standing: review.ranks.standing(row),
        })
    }

    fn ranks_shown(&self) -> Option<Instant> {
        self.external.ranks_at()
    }

    fn standing(&self, population: Name<'_>, row: u32) -> Option<Standing> {
        let table = self.external.table(&population()).ok()?;
        Some(table.standing(row))
    }

    fn value_at(
        &self,
        population: Name<'_>,
        row: u32,
        place: u64,
        smallest_first: bool,
    ) -> Option<Option<Value>> {
        let table = self.external.table(&population()).ok()?;
        Some(table.value_at(row, place, smallest_first))
    }

    fn figure(&self, population: Name<'_>, figure: Figure) -> Option<Option<Value>> {
        let table = self.external.table(&population()).ok()?;
        Some(table.figure(figure))
    }
}

/// The customers of a snapshot.
#[derive(Clone, Copy)]
pub struct SnapshotPeople<'a>(pub &'a Snapshot);

impl People for SnapshotPeople<'_> {
    fn person(&self, row: u32) -> Arc<Person> {
        Arc::new(self.0.person(row))
    }

    fn rows(&self) -> u32 {
        self.0.rows()
    }
}

/// Customers made from facts.
#[derive(Clone, Debug, Default)]
pub struct FactPeople {
    people: Vec<Arc<Person>>,
}

impl People for FactPeople {
    fn person(&self, row: u32) -> Arc<Person> {
        match self.people.get(row as usize) {
            Some(person) => Arc::clone(person),
            None => Arc::default(),
        }
    }

    fn rows(&self) -> u32 {
        u32::try_from(self.people.len()).unwrap_or(u32::MAX)
    }
}

/// Customers as a log of these facts makes them; a fact's position is its place in the list.
pub fn from_facts(schema: &Schema, facts: &[Fact]) -> FactPeople {
    let mut gathering = Gathering {
        schema,
        people: Vec::new(),
        holdings: Vec::new(),
    };
    for (position, fact) in facts.iter().enumerate() {
        gathering.take(i64::try_from(position).unwrap_or(i64::MAX), fact);
    }
    gathering.finish()
}

/// One key with its states, of whatever owner.
struct Key {
    holding: HoldingId,
    history: HoldingHistory,
}

struct Gathering<'a> {
    schema: &'a Schema,
    people: Vec<Person>,
    holdings: Vec<Key>,
}

impl Gathering<'_> {
    fn person(&mut self, row: Row) -> Option<&mut Person> {
        self.people.get_mut(row.0 as usize)
    }

    fn take(&mut self, position: i64, fact: &Fact) {
        match fact {
            Fact::Customer { id, .. } => self.enter(id),
            Fact::Attributes { row, since, fields } => {
                for (id, value) in fields {
                    self.hold_attribute(*row, *id, *since, value);
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
                let past = PastEvent {
                    at: *at,
                    sequence: sequence.unwrap_or(position),
                    fields: fields.clone(),
                };
                let person = self.person(*row);
                let events = person.and_then(|it| it.events.get_mut(usize::from(event.0)));
                if let Some(events) = events {
                    events.push(past);
                    events.sort_by_key(|event| (event.at, event.sequence));
                }
            }
            Fact::Holding {
                holding,
                row,
                key,
                since,
                fields,
            } => {
                let state = HoldingState {
                    since: *since,
                    owner: *row,
                    fields: fields.clone(),
                };
                self.hold(*holding, key, state);
            }
            Fact::Relation {
                relation,
                from,
                to,
                since,
            } => {
                let id = usize::from(relation.0);
                if let Some(person) = self.person(*from) {
                    join(person.relations_out.get_mut(id), to.clone(), *since);
                }
                if let Target::Customer(to) = to
                    && let Some(person) = self.person(*to)
                {
                    join(
                        person.relations_in.get_mut(id),
                        Target::Customer(*from),
                        *since,
                    );
                }
            }
        }
    }

    fn enter(&mut self, id: &Arc<str>) {
        self.people.push(Person {
            id: Arc::clone(id),
            attributes: vec![Vec::new(); self.schema.attributes.len()],
            events: vec![Vec::new(); self.schema.events.len()],
            holdings: vec![Vec::new(); self.schema.holdings.len()],
            relations_out: vec![Vec::new(); self.schema.relations.len()],
            relations_in: vec![Vec::new(); self.schema.relations.len()],
        });
    }

    fn hold_attribute(
        &mut self,
        row: Row,
        id: AttributeId,
        since: Option<Instant>,
        value: &Option<Value>,
    ) {
        let value = value.clone();
        let person = self.person(row);
        if let Some(history) = person.and_then(|it| it.attributes.get_mut(usize::from(id.0))) {
            put(history, since, Held { since, value }, |held| held.since);
        }
    }

    fn hold(&mut self, holding: HoldingId, key: &Arc<str>, state: HoldingState) {
        let known = self
            .holdings
            .iter()
            .position(|item| item.holding == holding && item.history.key == *key);
        let at = known.unwrap_or_else(|| {
            self.holdings.push(Key {
                holding,
                history: HoldingHistory {
                    key: Arc::clone(key),
                    states: Vec::new(),
                },
            });
            self.holdings.len() - 1
        });
        if let Some(item) = self.holdings.get_mut(at) {
            put(&mut item.history.states, state.since, state, |it| it.since);
        }
    }

    /// Gives each key to everyone who is or was its owner.
    fn finish(mut self) -> FactPeople {
        let mut keys = std::mem::take(&mut self.holdings);
        keys.sort_by(|a, b| a.history.key.cmp(&b.history.key));
        for Key { holding, history } in keys {
            let mut owners: Vec<Row> = history.states.iter().map(|state| state.owner).collect();
            owners.sort();
            owners.dedup();
            for owner in owners {
                let person = self.person(owner);
                let list = person.and_then(|it| it.holdings.get_mut(usize::from(holding.0)));
                if let Some(list) = list {
                    list.push(history.clone());
                }
            }
        }
        FactPeople {
            people: self.people.into_iter().map(Arc::new).collect(),
        }
    }
}

/// An undated fact replaces everything before it; a dated one stands after those not later than it.
fn put<T>(
    history: &mut Vec<T>,
    since: Option<Instant>,
    item: T,
    since_of: impl Fn(&T) -> Option<Instant>,
) {
    if since.is_none() {
        history.clear();
    }
    history.push(item);
    history.sort_by_key(|item| since_of(item));
}

/// An edge counts once: undated if ever undated, else from its earliest date.
fn join(edges: Option<&mut Vec<Edge>>, other: Target, since: Option<Instant>) {
    let Some(edges) = edges else {
        return;
    };
    match edges.iter_mut().find(|edge| edge.other == other) {
        Some(edge) => edge.since = edge.since.min(since),
        None => edges.push(Edge { other, since }),
    }
    edges.sort_by(|a, b| a.other.cmp(&b.other));
}
