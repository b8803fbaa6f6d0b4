//! Facts of an import on their way into the store, in rounds of bounded size: whose row
//! is which, what is new, what is written. Reads no file.

mod recent;
mod writing;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use self::writing::Writing;

use super::account::Account;
use super::erasure;
use super::error::ImportError;
use super::event::Round;
use super::identity::{self, Occurrences};
use super::outcome::Outcome;
use super::register::Register;
use super::route::Mapped;
use super::sink::{Origin, Refused, Sink};
use super::source::Source;
use super::state::{Flushed, States, Ticket};
use super::unfinished;
use crate::base::calendar::Zone;
use crate::base::limit::{IMPORT_ROUND_EVENTS_MAX, IMPORT_ROUND_FACTS_MAX};
use crate::columns::Snapshot;
use crate::schema::{RelationEnd, Schema};
use crate::store::fact::{Fact, Row, Target};
use crate::store::{Store, StoreError};

/// A store being filled.
pub struct Intake<'a> {
    store: Arc<Store>,
    /// What was in the store when something but events was written last: all customers are in it.
    snapshot: Snapshot,
    /// Names of the sources that are imported.
    sources: BTreeSet<String>,
    /// Events that are just being written.
    writing: Writing,
    schema: &'a Schema,
    states: States,
    events: Round,
    /// Customers that came since the last round.
    register: Register,
    occurrences: HashMap<usize, Occurrences>,
    stored: u64,
}

impl<'a> Intake<'a> {
    /// Reads what the store holds.
    pub fn new(
        store: Store,
        schema: &'a Schema,
        zone: Zone,
        sources: BTreeSet<String>,
    ) -> Result<Self, ImportError> {
        let erased = erasure::load(&store)?;
        let snapshot = Snapshot::from_store(&store, schema, zone)?;
        let snapshot = snapshot.hide(erased.rows().iter().copied());
        let store = Arc::new(store);
        Ok(Self {
            register: Register::new(store.customers()).refusing(Arc::new(erased)),
            states: States::new(store.position() > 0),
            writing: Writing::new(Arc::clone(&store), snapshot.clone()),
            store,
            snapshot,
            sources,
            schema,
            events: Round::default(),
            occurrences: HashMap::new(),
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
            event @ Mapped::Event { .. } => self.take_event(event, ticket, origin.source)?,
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

    fn take_event(
        &mut self,
        mapped: Mapped<'_>,
        ticket: Ticket,
        source: &str,
    ) -> Result<(), Refused> {
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
        let identity = match (id, self.schema.event(event)) {
            (Some(id), _) => Some(identity::of_id(&id)),
            (None, Some(kind)) => {
                let seen = self.occurrences.entry(ticket.source).or_default();
                seen.next(kind, &customer, at.0, sequence, &fields)
            }
            (None, None) => None,
        };
        let identity = identity.ok_or_else(|| {
            Refused::Import(ImportError::UnnamedEvents {
                source: source.to_owned(),
            })
        })?;
        let fact = Fact::Event {
            event,
            row,
            at,
            sequence,
            identity,
            fields,
        };
        self.events.push(fact, ticket);
        Ok(())
    }

    fn known(&self, id: &str) -> Result<Row, Refused> {
        let row = self.register.known(id, &self.snapshot);
        row.map_err(Refused::Record)
    }

    /// Ends: the store, which nobody writes to any more, and what is in it.
    pub fn finish(mut self) -> Result<(Store, Snapshot), ImportError> {
        self.settle(&mut [])?;
        let snapshot = self.writing.snapshot()?;
        drop(self.writing);
        let store = Arc::into_inner(self.store).ok_or(StoreError::Stopped)?;
        Ok((store, snapshot))
    }

    /// Before the first fact is written the store knows that an import is under way.
    fn announce(&mut self) -> Result<(), ImportError> {
        match std::mem::take(&mut self.sources) {
            sources if sources.is_empty() => Ok(()),
            sources => unfinished::begin(&self.store, &sources),
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
            let (snapshot, count) = self.writing.append(facts)?;
            self.snapshot = snapshot;
            self.stored += count;
        }
        enter(outcomes, accounts);
        Ok(())
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

    /// Waits for the events that are being written.
    fn settle(&mut self, accounts: &mut [Option<Account>]) -> Result<(), ImportError> {
        if let Some(written) = self.writing.wait()? {
            self.stored += written.stored;
            enter(written.outcomes, accounts);
        }
        Ok(())
    }
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
        self.settle(accounts)?;
        if last || self.has_states() {
            self.flush_states(accounts, last)?;
        }
        if self.events.len() > 0 {
            self.announce()?;
            let next = Round::with_room(IMPORT_ROUND_EVENTS_MAX);
            self.writing
                .start(std::mem::replace(&mut self.events, next))?;
        }
        match last {
            true => self.settle(accounts),
            false => Ok(()),
        }
    }

    fn stored(&mut self) -> u64 {
        // What failed is told by whoever asks how much is stored.
        let _ = self.settle(&mut []);
        self.stored
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
