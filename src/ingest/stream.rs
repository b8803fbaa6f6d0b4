//! Facts of an import on their way to whoever writes to a store that others use at the same
//! time. What is new, and what is refused, is found there.

use std::sync::Arc;

use super::account::Account;
use super::error::ImportError;
use super::event::Counted;
use super::facts::{Incoming, LineFault, LineOutcome, Made};
use super::fault::Fault;
use super::identity::Hashing;
use super::outcome::Outcome;
use super::record::Broken;
use super::route::Mapped;
use super::sink::{Origin, Refused, Sink};
use super::source::Source;
use super::state::Ticket;
use crate::base::limit::IMPORT_STREAM_FACTS_MAX;
use crate::schema::Schema;

/// Hands facts over and waits for one outcome each; `None` stops the import.
pub type Submit<'a> = &'a mut dyn FnMut(Vec<Incoming>) -> Option<Vec<LineOutcome>>;

/// Facts that wait to be handed over.
pub struct Stream<'a> {
    schema: &'a Schema,
    shape: Arc<Schema>,
    submit: Submit<'a>,
    waiting: Vec<Incoming>,
    /// Of those that wait, in their order.
    places: Vec<Place>,
    counted: Counted,
    hashing: Hashing,
    stored: u64,
}

/// The record of a fact that waits.
struct Place {
    ticket: Ticket,
    line: u64,
    column: Option<Arc<str>>,
}

impl<'a> Stream<'a> {
    /// Nothing waits yet.
    pub fn new(schema: &'a Schema, submit: Submit<'a>) -> Self {
        Self {
            schema,
            shape: Arc::new(schema.shape()),
            submit,
            waiting: Vec::new(),
            places: Vec::new(),
            counted: Counted::default(),
            hashing: Hashing::default(),
            stored: 0,
        }
    }

    fn identity(
        &mut self,
        mapped: &Mapped<'_>,
        origin: Origin<'_>,
    ) -> Result<Option<u64>, Refused> {
        let Mapped::Event {
            event,
            customer,
            at,
            sequence,
            id,
            fields,
        } = mapped
        else {
            return Ok(None);
        };
        if let Some(id) = id {
            return Ok(Some(self.hashing.of_id(id)));
        }
        let seen = self.counted.of(origin.ticket.source);
        let hashing = &mut self.hashing;
        let unnamed = hashing.unnamed(self.schema, *event, customer, at.0, *sequence, fields);
        let found = unnamed.and_then(|unnamed| seen.count(unnamed));
        match found {
            Some(identity) => Ok(Some(identity)),
            None => Err(Refused::Import(ImportError::UnnamedEvents {
                source: origin.source.to_owned(),
            })),
        }
    }
}

impl Sink for Stream<'_> {
    fn take(&mut self, mapped: Mapped<'_>, origin: Origin<'_>) -> Result<(), Refused> {
        let identity = self.identity(&mapped, origin)?;
        let made = Made::new(mapped, identity, &self.shape);
        self.waiting.push(Incoming::Made(Box::new(made)));
        self.places.push(Place {
            ticket: origin.ticket,
            line: origin.line,
            column: origin.column.cloned(),
        });
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.waiting.len() >= IMPORT_STREAM_FACTS_MAX
    }

    fn flush(
        &mut self,
        sources: &[Option<Source<'_>>],
        accounts: &mut [Option<Account>],
        _: bool,
    ) -> Result<(), ImportError> {
        let facts = std::mem::take(&mut self.waiting);
        let places = std::mem::take(&mut self.places);
        if facts.is_empty() {
            return Ok(());
        }
        let outcomes = (self.submit)(facts).ok_or(ImportError::Cancelled)?;
        for (place, outcome) in places.into_iter().zip(outcomes) {
            let at = place.ticket.source;
            let (Some(Some(source)), Some(Some(account))) = (sources.get(at), accounts.get_mut(at))
            else {
                continue;
            };
            match outcome {
                LineOutcome::Accepted => {
                    self.stored += 1;
                    account.outcomes.add(place.ticket.record, Outcome::Accepted);
                }
                LineOutcome::Repeated => {
                    account.outcomes.add(place.ticket.record, Outcome::Repeated);
                }
                LineOutcome::Rejected(fault) => {
                    let column = place.column.as_deref();
                    let hidden = column.is_some_and(|column| source.is_sensitive(column));
                    account.reject(source, broken(&place, fault, hidden))?;
                }
            }
        }
        Ok(())
    }

    fn stored(&mut self) -> (u64, Result<(), ImportError>) {
        (self.stored, Ok(()))
    }
}

/// The refusal of a record whose text is no longer at hand. Its sentence has the value in it already, and is not
/// told where that is `hidden`.
fn broken(place: &Place, fault: LineFault, hidden: bool) -> Broken<'static> {
    let problem = match hidden {
        true => "a value that is not shown was refused".to_owned(),
        false => fault.message,
    };
    Broken {
        number: place.ticket.record,
        line: place.line,
        raw: &[],
        fault: Fault {
            code: fault.code,
            column: place.column.clone(),
            value: None,
            problem,
        },
    }
}
