//! The requests of one round become facts: names and values against the schema, what
//! is said against what holds. Requests are resolved one after the other, each as if
//! the ones before it were in the store.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::events::{Events, Sought};
use super::names::Names;
use super::place::{self, Line, Placed};
use super::{Incoming, LineFault, LineOutcome, fault};
use crate::base::calendar::Zone;
use crate::columns::{ColumnsError, Snapshot};
use crate::ingest::erasure::Erasures;
use crate::ingest::identity::{Hashing, Occurrences};
use crate::ingest::outcome::Outcome;
use crate::ingest::register::Register;
use crate::ingest::state::{Key, States, Ticket};
use crate::schema::Schema;
use crate::store::fact::{Fact, Row};
use crate::store::{Store, StoreError};

/// Why a request could not be resolved. None of its facts may be written.
#[derive(Debug)]
pub enum ResolveError {
    /// The store could not be read.
    Store(StoreError),
    /// Facts that the columns cannot hold.
    Columns(ColumnsError),
}

impl From<StoreError> for ResolveError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ColumnsError> for ResolveError {
    fn from(error: ColumnsError) -> Self {
        Self::Columns(error)
    }
}

impl std::fmt::Display for ResolveError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ResolveError::Store(error) => error.fmt(out),
            ResolveError::Columns(error) => error.fmt(out),
        }
    }
}

impl std::error::Error for ResolveError {}

/// One round of requests. The snapshot holds all that the store does.
pub struct Resolver<'a> {
    schema: &'a Schema,
    zone: &'a Zone,
    snapshot: &'a Snapshot,
    store: &'a Store,
    names: Names<'a>,
    register: Register,
    events: Events,
    facts: Vec<Fact>,
    /// The snapshot with attributes, holdings and edges of earlier requests, once a later one
    /// speaks of the same.
    view: Option<Snapshot>,
    /// What requests since the view have changed.
    touched: HashSet<Key>,
    /// Facts from here on are not in the view.
    seen: usize,
    /// Schemas that facts were made by, with whether they have the shape of this one.
    shapes: Vec<(Arc<Schema>, bool)>,
}

impl<'a> Resolver<'a> {
    /// Nothing yet. `zone` is the business zone; the schema is that of the store.
    pub fn new(
        schema: &'a Schema,
        zone: &'a Zone,
        snapshot: &'a Snapshot,
        store: &'a Store,
    ) -> Self {
        Self {
            schema,
            zone,
            snapshot,
            store,
            names: Names::new(schema),
            register: Register::new(snapshot.rows()),
            events: Events::default(),
            facts: Vec::new(),
            view: None,
            touched: HashSet::new(),
            seen: 0,
            shapes: Vec::new(),
        }
    }

    /// Lets nobody in who was erased, though the log may hold nothing of them any more. Whom the snapshot hides is
    /// not let in either way.
    #[must_use]
    pub fn refusing(self, erased: Arc<Erasures>) -> Self {
        Self {
            register: self.register.refusing(erased),
            ..self
        }
    }

    /// Resolves the lines of one request: one outcome a line, in their order. A line is taken whole or
    /// not at all. Lines about the same customer, holding or edge are taken together: the last one decides.
    ///
    /// # Errors
    /// Store or columns fail; the resolver is of no more use then.
    pub fn resolve(&mut self, request: Vec<Incoming>) -> Result<Vec<LineOutcome>, ResolveError> {
        let may_hold = self.store.position() > 0 || !self.facts.is_empty();
        let mut gathered = Gathered::new(request.len(), may_hold);
        for (at, incoming) in request.into_iter().enumerate() {
            match self.place(incoming) {
                Ok((placed, new)) => gathered.take(at, placed, new, self.schema),
                Err(fault) => gathered.outcome(at, LineOutcome::Rejected(fault)),
            }
        }
        self.catch_up(&gathered.keys)?;
        let view = self.view.as_ref().unwrap_or(self.snapshot);
        let standing = |row: Row| view.standing(row.0);
        let flushed = gathered.states.flush(view.rows(), &standing, true);
        self.facts.extend(flushed.facts);
        for (ticket, outcome) in flushed.outcomes {
            if outcome == Outcome::Accepted {
                gathered.outcome(ticket.record as usize, LineOutcome::Accepted);
            }
        }
        let Gathered {
            mut outcomes,
            keys,
            events,
            ..
        } = gathered;
        let changed = keys
            .into_iter()
            .filter(|(at, _)| outcomes.get(*at) == Some(&LineOutcome::Accepted));
        self.touched.extend(changed.map(|(_, key)| key));
        let events = self
            .events
            .take(events, self.snapshot, self.store, &mut outcomes)?;
        self.facts.extend(events);
        Ok(outcomes)
    }

    /// All facts that the requests brought, to be appended in this order.
    pub fn finish(self) -> Vec<Fact> {
        self.facts
    }

    fn place(&mut self, incoming: Incoming) -> Result<(Placed, Option<Arc<str>>), LineFault> {
        if let Incoming::Made(made) = &incoming
            && !self.has_shape(made.shape())
        {
            return Err(LineFault::line(
                fault::OTHER_KINDS,
                "the kinds of facts have changed since this was read; send it again",
            ));
        }
        let read = place::read(incoming, &self.names, self.zone)?;
        place::place(read, &mut self.register, self.snapshot, self.schema)
    }

    /// Whether ids of that schema are those of this one.
    fn has_shape(&mut self, shape: &Arc<Schema>) -> bool {
        let mut known = self.shapes.iter();
        if let Some((_, same)) = known.find(|(known, _)| Arc::ptr_eq(known, shape)) {
            return *same;
        }
        let same = self.schema.shape() == **shape;
        self.shapes.push((Arc::clone(shape), same));
        same
    }

    /// Makes the view hold what earlier requests said of the same customers, holdings and edges.
    fn catch_up(&mut self, keys: &[(usize, Key)]) -> Result<(), ResolveError> {
        if !keys.iter().any(|(_, key)| self.touched.contains(key)) {
            return Ok(());
        }
        let facts = self.facts.get(self.seen..).unwrap_or_default();
        let news: Vec<Fact> = facts
            .iter()
            .filter(|fact| !matches!(fact, Fact::Event { .. }))
            .cloned()
            .collect();
        let view = self.view.as_ref().unwrap_or(self.snapshot);
        self.view = Some(view.refresh(view.position(), &news)?);
        self.seen = self.facts.len();
        self.touched.clear();
        Ok(())
    }
}

/// The lines of one request.
struct Gathered {
    outcomes: Vec<LineOutcome>,
    states: States,
    events: Vec<Sought>,
    hashing: Hashing,
    occurrences: Occurrences,
    /// What lines are about, events aside.
    keys: Vec<(usize, Key)>,
    /// The last line about each.
    said: HashMap<Key, Placed>,
}

impl Gathered {
    fn new(lines: usize, may_hold: bool) -> Self {
        Self {
            outcomes: vec![LineOutcome::Repeated; lines],
            states: States::new(may_hold),
            events: Vec::new(),
            hashing: Hashing::default(),
            occurrences: Occurrences::default(),
            keys: Vec::new(),
            said: HashMap::new(),
        }
    }

    fn outcome(&mut self, at: usize, outcome: LineOutcome) {
        if let Some(place) = self.outcomes.get_mut(at) {
            *place = outcome;
        }
    }

    /// Takes a line; one that says the same as the last one about it stays a repeat.
    fn take(&mut self, at: usize, placed: Placed, new: Option<Arc<str>>, schema: &Schema) {
        if let Some(key) = placed.key() {
            if self.said.get(&key) == Some(&placed) {
                return;
            }
            self.said.insert(key.clone(), placed.clone());
            self.keys.push((at, key));
        }
        let ticket = Ticket {
            source: 0,
            record: at as u64,
        };
        match placed {
            Line::Customer {
                customer,
                since,
                fields,
            } => self.states.customer(customer, new, since, fields, ticket),
            Line::Holding {
                holding,
                customer,
                key,
                since,
                fields,
            } => self
                .states
                .holding(holding, key, customer, since, fields, ticket),
            Line::Relation {
                relation,
                from,
                to,
                since,
            } => self.states.edge(relation, from, to, since, ticket),
            Line::Event {
                event,
                customer,
                at: instant,
                sequence,
                id,
                identity: found,
                fields,
            } => {
                let identity = match &id {
                    _ if found.is_some() => found,
                    Some(id) => Some(self.hashing.of_id(id)),
                    None => {
                        let row = customer.0.to_string();
                        let hashing = &mut self.hashing;
                        let unnamed =
                            hashing.unnamed(schema, event, &row, instant.0, None, &fields);
                        unnamed.and_then(|unnamed| self.occurrences.count(unnamed))
                    }
                };
                let Some(identity) = identity else {
                    return;
                };
                self.events.push(Sought {
                    line: at,
                    identity: (event, customer, instant, identity),
                    sequence,
                    named: id.is_some(),
                    fields,
                });
            }
        }
    }
}
