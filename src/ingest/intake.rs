//! Facts of an import on their way into the store, in rounds of bounded size: whose row
//! is which, what is new, what is written. Reads no file.

mod recent;
mod writing;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use self::writing::Writing;

use super::account::Account;
use super::erasure;
use super::error::ImportError;
use super::event::{Doubt, Other, Round};
use super::identity::Hashing;
use super::outcome::Outcome;
use super::register::Register;
use super::report::{OTHER_PLACE, OTHER_VALUES};
use super::route::Mapped;
use super::sink::{Origin, Refused, Sink};
use super::source::Source;
use super::state::{Flushed, States, Ticket};
use super::unfinished::{self, Mark, Note};
use crate::base::calendar::Zone;
use crate::base::limit::{IMPORT_ROUND_EVENTS_MAX, IMPORT_ROUND_FACTS_MAX};
use crate::columns::Snapshot;
use crate::language::typed::{RouteTarget, Rules};
use crate::schema::{EventId, RelationEnd, Schema};
use crate::store::fact::{Fact, Row, Target};
use crate::store::{Store, StoreError};

/// A store being filled.
pub struct Intake<'a> {
    store: Arc<Store>,
    /// What was in the store when something but events was written last: all customers are in it.
    snapshot: Snapshot,
    /// The import and its files; `None` once the store knows of them.
    unknown: Option<(Note, Vec<Mark>)>,
    /// Events that are just being written.
    writing: Writing,
    schema: &'a Schema,
    states: States,
    events: Round,
    /// Customers that came since the last round.
    register: Register,
    hashing: Hashing,
    /// Facts that were written, for their memory.
    spent: Vec<Fact>,
    stored: u64,
}

impl<'a> Intake<'a> {
    /// Reads what the store holds, with what this very import stored before it was cut off. `imported` are the
    /// indexes of the sources that are imported; `this` is noted before the first fact.
    pub fn new(
        store: Store,
        rules: &'a Rules,
        zone: Zone,
        imported: &[usize],
        this: (Note, Vec<Mark>),
    ) -> Result<Self, ImportError> {
        let schema = &rules.schema;
        let erased = erasure::load(&store)?;
        let snapshot = Snapshot::from_store(&store, schema, zone)?;
        let mut all_new = made_once(rules, imported);
        all_new.retain(|event| snapshot.events(*event).count == 0);
        let goes_on = unfinished::go_on(&store, &this.0)?;
        let snapshot = snapshot.caught_up(&store)?;
        let snapshot = snapshot.hide(erased.rows().iter().copied());
        let store = Arc::new(store);
        let all_new = all_new.into_iter();
        let all_new = all_new.map(|event| (event, snapshot.events(event).count));
        let names = rules.sources.iter().map(|source| Arc::clone(&source.name));
        let writing = Writing::new(
            Arc::clone(&store),
            snapshot.clone(),
            all_new.collect(),
            names.collect(),
        );
        Ok(Self {
            register: Register::new(store.customers()).refusing(Arc::new(erased)),
            states: States::new(store.position() > 0),
            writing,
            store,
            snapshot,
            unknown: (!goes_on).then_some(this),
            schema,
            events: Round::default(),
            hashing: Hashing::default(),
            spent: Vec::new(),
            stored: 0,
        })
    }

    fn take_fact(&mut self, mapped: Mapped<'_>, origin: Origin<'_>) -> Result<(), Refused> {
        let ticket = origin.ticket;
        match mapped {
            Mapped::Customer { id, since, fields } => {
                let entered = self.register.enter(&id, &self.snapshot);
                let (row, new) = entered.map_err(Refused::Record)?;
                self.states.customer(row, new, since, fields, ticket);
            }
            event @ Mapped::Event { .. } => self.take_event(event, origin)?,
            Mapped::Holding {
                holding,
                customer,
                key,
                since,
                fields,
            } => {
                let row = self.known(&customer)?;
                self.states
                    .holding(holding, Arc::from(&*key), row, since, fields, ticket);
            }
            Mapped::Relation {
                relation,
                from,
                to,
                since,
            } => {
                let from = self.known(&from)?;
                let end = self.schema.relation(relation).map(|relation| relation.end);
                let to = match end {
                    Some(RelationEnd::Customer) => Target::Customer(self.known(&to)?),
                    _ => Target::Text(Arc::from(&*to)),
                };
                self.states.edge(relation, from, to, since, ticket);
            }
        }
        Ok(())
    }

    fn take_event(&mut self, mapped: Mapped<'_>, origin: Origin<'_>) -> Result<(), Refused> {
        let Mapped::Event {
            event,
            customer,
            at,
            sequence,
            id,
            fields,
        } = mapped
        else {
            return Ok(());
        };
        let row = self.known(&customer)?;
        let (identity, unnamed) = match id {
            Some(id) => (self.hashing.of_id(&id), None),
            None => {
                let unnamed =
                    self.hashing
                        .unnamed(self.schema, event, &customer, at.0, sequence, &fields);
                let unnamed = unnamed.ok_or_else(|| {
                    Refused::Import(ImportError::UnnamedEvents {
                        source: origin.source.to_owned(),
                    })
                })?;
                (0, Some(unnamed))
            }
        };
        let fact = Fact::Event {
            event,
            row,
            at,
            sequence,
            identity,
            fields,
        };
        let from = (origin.ticket, origin.line);
        self.events.push(fact, from, unnamed);
        Ok(())
    }

    fn known(&mut self, id: &str) -> Result<Row, Refused> {
        let row = self.register.known_next(id, &self.snapshot);
        row.map_err(Refused::Record)
    }

    /// Ends: the store, which nobody writes to any more, and what is in it.
    pub fn finish(mut self) -> Result<(Store, Snapshot), ImportError> {
        self.settle(&mut [], true)?;
        let snapshot = self.writing.snapshot()?;
        drop(self.writing);
        let store = Arc::into_inner(self.store).ok_or(StoreError::Stopped)?;
        Ok((store, snapshot))
    }

    /// Before the first fact is written the store knows that an import is under way.
    fn announce(&mut self) -> Result<(), ImportError> {
        match self.unknown.take() {
            Some((note, marks)) => unfinished::begin(&self.store, &note, &marks),
            None => Ok(()),
        }
    }

    fn write(
        &mut self,
        flushed: Flushed,
        accounts: &mut [Option<Account>],
    ) -> Result<(), ImportError> {
        let Flushed { facts, outcomes } = flushed;
        if !facts.is_empty() {
            self.announce()?;
            self.snapshot = self.writing.append(facts)?;
        }
        enter(outcomes, accounts);
        self.settle(accounts, true)
    }

    /// Whether enough customers, holdings and edges wait.
    fn has_states(&self) -> bool {
        self.states.waiting() >= IMPORT_ROUND_FACTS_MAX
    }

    fn flush_states(
        &mut self,
        accounts: &mut [Option<Account>],
        last: bool,
    ) -> Result<(), ImportError> {
        let rows = self.snapshot.rows();
        let snapshot = &self.snapshot;
        let states = self
            .states
            .flush(rows, &|row: Row| snapshot.standing(row.0), last);
        self.write(states, accounts)?;
        self.register.settle();
        Ok(())
    }

    /// Waits for the round that is being made ready; `all`: for everything that is being written.
    fn settle(&mut self, accounts: &mut [Option<Account>], all: bool) -> Result<(), ImportError> {
        let made = self.writing.wait(all);
        let written = self.writing.take_written();
        let spent = self.writing.take_spent();
        if !spent.is_empty() {
            self.spent = spent;
        }
        self.stored += written.stored;
        enter(written.outcomes, accounts);
        self.tell(written.doubts, accounts);
        made
    }
}

impl Intake<'_> {
    /// Notes what is odd about events that came again.
    fn tell(&self, doubts: Vec<Doubt>, accounts: &mut [Option<Account>]) {
        for doubt in doubts {
            let Some(Some(account)) = accounts.get_mut(doubt.source) else {
                continue;
            };
            let name = self.schema.event(doubt.event).map_or("", |kind| &kind.name);
            let (code, message) = match doubt.what {
                Other::Values => (
                    OTHER_VALUES,
                    format!("{name} is there already with other values, and stays as it is"),
                ),
                Other::Instant => (
                    OTHER_PLACE,
                    format!(
                        "an id of {name} stood at another time of the same customer; both count"
                    ),
                ),
                Other::Customer => (
                    OTHER_PLACE,
                    format!("an id of {name} stood with another customer; both count"),
                ),
            };
            account.findings.add(code, message, doubt.line);
        }
    }
}

/// Kinds of which events come from one of these sources alone, without ids: no two of those are the same.
fn made_once(rules: &Rules, imported: &[usize]) -> BTreeSet<EventId> {
    let mut makers: BTreeMap<EventId, BTreeSet<usize>> = BTreeMap::new();
    let mut named = BTreeSet::new();
    for index in imported {
        let routes = rules.sources.get(*index).map(|source| &source.routes);
        for route in routes.into_iter().flatten() {
            if let RouteTarget::Event { event, id, .. } = &route.target {
                makers.entry(*event).or_default().insert(*index);
                named.extend(id.as_ref().map(|_| *event));
            }
        }
    }
    makers.retain(|event, makers| makers.len() == 1 && !named.contains(event));
    makers.into_keys().collect()
}

impl Sink for Intake<'_> {
    fn take(&mut self, mapped: Mapped<'_>, origin: Origin<'_>) -> Result<(), Refused> {
        self.take_fact(mapped, origin)
    }

    fn is_full(&self) -> bool {
        self.events.len() >= IMPORT_ROUND_EVENTS_MAX || self.has_states()
    }

    /// Events are written beside, while the next are read: they make no customer, so that whose row is
    /// which does not change meanwhile.
    fn flush(
        &mut self,
        _: &[Option<Source<'_>>],
        accounts: &mut [Option<Account>],
        last: bool,
    ) -> Result<(), ImportError> {
        let has_states = last || self.has_states();
        self.settle(accounts, has_states)?;
        if has_states {
            self.flush_states(accounts, last)?;
        }
        if self.events.len() > 0 {
            self.announce()?;
            let next = Round::with_room(IMPORT_ROUND_EVENTS_MAX);
            self.writing
                .start(std::mem::replace(&mut self.events, next))?;
        }
        match last {
            true => {
                self.settle(accounts, true)?;
                self.writing.compare()?;
                self.settle(accounts, true)
            }
            false => Ok(()),
        }
    }

    fn spent(&mut self) -> Vec<Fact> {
        std::mem::take(&mut self.spent)
    }

    fn stored(&mut self) -> (u64, Result<(), ImportError>) {
        let settled = self.settle(&mut [], true);
        (self.stored, settled)
    }
}

/// Enters what became of records.
fn enter(outcomes: Vec<(Ticket, Outcome)>, accounts: &mut [Option<Account>]) {
    for (ticket, outcome) in outcomes {
        if let Some(Some(account)) = accounts.get_mut(ticket.source) {
            account.outcomes.add(ticket.record, outcome);
        }
    }
}
