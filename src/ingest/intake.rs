//! Facts of an import on their way into the store, in rounds of bounded size: whose row
//! is which, what is new, what is written. Reads no file.

use std::collections::HashMap;
use std::sync::Arc;

use super::account::Account;
use super::erasure;
use super::error::ImportError;
use super::event::{Known, Round};
use super::identity::{self, Occurrences};
use super::register::Register;
use super::route::Mapped;
use super::sink::{Origin, Refused, Sink};
use super::source::Source;
use super::state::{Flushed, States, Ticket};
use crate::base::calendar::{Instant, Zone};
use crate::base::limit::IMPORT_ROUND_FACTS_MAX;
use crate::columns::Snapshot;
use crate::schema::{EventId, RelationEnd, Schema};
use crate::store::Store;
use crate::store::fact::{Fact, Row, Target};

/// A store being filled.
pub struct Intake<'a> {
    /// Where facts go.
    pub store: Store,
    /// What is in the store, up to the last round.
    pub snapshot: Snapshot,
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
    pub fn new(store: Store, schema: &'a Schema, zone: Zone) -> Result<Self, ImportError> {
        let erased = erasure::load(&store)?;
        let snapshot = Snapshot::from_store(&store, schema, zone)?;
        let snapshot = snapshot.hide(erased.rows().iter().copied());
        Ok(Self {
            register: Register::new(store.customers()).refusing(Arc::new(erased)),
            states: States::new(store.position() > 0),
            store,
            snapshot,
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

    fn write(
        &mut self,
        flushed: Flushed,
        accounts: &mut [Option<Account>],
    ) -> Result<(), ImportError> {
        let Flushed { facts, outcomes } = flushed;
        if !facts.is_empty() {
            let count = facts.len() as u64;
            let before = self.store.position();
            let snapshot = self.snapshot.refresh(before, &facts)?;
            self.store.append(facts)?;
            self.snapshot = snapshot;
            self.stored += count;
        }
        for (ticket, outcome) in outcomes {
            if let Some(Some(account)) = accounts.get_mut(ticket.source) {
                account.outcomes.add(ticket.record, outcome);
            }
        }
        Ok(())
    }
}

impl Sink for Intake<'_> {
    fn take(&mut self, mapped: Mapped<'_>, origin: Origin<'_>) -> Result<(), Refused> {
        self.take_fact(mapped, origin)
    }

    fn is_full(&self) -> bool {
        self.events.len() + self.states.waiting() >= IMPORT_ROUND_FACTS_MAX
    }

    fn flush(
        &mut self,
        _: &[Option<Source<'_>>],
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
        let events = self.events.flush(&Stored {
            store: &self.store,
            snapshot: &self.snapshot,
        })?;
        self.write(events, accounts)
    }

    fn stored(&self) -> u64 {
        self.stored
    }
}

/// Events of the store, with the snapshot to say where to look.
struct Stored<'a> {
    store: &'a Store,
    snapshot: &'a Snapshot,
}

impl Known for Stored<'_> {
    fn contains(&self, event: EventId, row: Row, at: Instant) -> bool {
        self.snapshot.events(event).contains(row.0, at)
    }

    fn identities(
        &self,
        event: EventId,
        places: &[(Row, Instant)],
    ) -> Result<Vec<(Row, Instant, u64)>, ImportError> {
        Ok(self.store.identities(event, places)?)
    }
}
