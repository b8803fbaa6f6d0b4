//! Events on their way to the disk on a thread of its own, round by round. They are gathered for the
//! columns meanwhile and laid out there only now and then: each laying out begins its cells anew.

use std::sync::Arc;
use std::thread::{Builder as Thread, JoinHandle};

use super::recent::Recent;
use crate::base::calendar::Instant;
use crate::base::limit::IMPORT_EVENTS_OPEN_MAX;
use crate::columns::{Builder, Snapshot};
use crate::ingest::error::ImportError;
use crate::ingest::event::{Known, Round};
use crate::ingest::outcome::Outcome;
use crate::ingest::state::{Flushed, Ticket};
use crate::schema::EventId;
use crate::store::fact::{Fact, Row};
use crate::store::{Store, StoreError};

/// What was written of a round.
pub struct Written {
    /// How many were new.
    pub stored: u64,
    /// What each record came to.
    pub outcomes: Vec<(Ticket, Outcome)>,
}

/// The store with what is known of it.
struct Pen {
    store: Arc<Store>,
    /// What is laid out.
    snapshot: Snapshot,
    /// What is stored and not laid out yet.
    open: Option<Builder>,
    recent: Recent,
}

type Job = JoinHandle<(Pen, Result<Written, ImportError>)>;

/// At most one round is being written; whoever lets this go waits for its end, so that the store is
/// free afterwards.
pub struct Writing {
    pen: Option<Pen>,
    job: Option<Job>,
}

impl Writing {
    /// Nothing is being written yet; the snapshot is of all that is in the store.
    pub fn new(store: Arc<Store>, snapshot: Snapshot) -> Self {
        Self {
            pen: Some(Pen {
                store,
                snapshot,
                open: None,
                recent: Recent::default(),
            }),
            job: None,
        }
    }

    /// Waits for the round that is being written; `None` when there is none.
    pub fn wait(&mut self) -> Result<Option<Written>, ImportError> {
        let Some(job) = self.job.take() else {
            return Ok(None);
        };
        match job.join() {
            Ok((pen, written)) => {
                self.pen = Some(pen);
                written.map(Some)
            }
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }

    /// Begins to hold a round against the store and to write what is new. The one before is over.
    pub fn start(&mut self, round: Round) -> Result<(), ImportError> {
        let mut pen = self.pen.take().ok_or(StoreError::Stopped)?;
        let thread = Thread::new().name("tamis-writer".to_owned());
        let job = thread.spawn(move || {
            let written = pen.write(round);
            (pen, written)
        });
        // Without a thread nothing more can be written by anyone.
        self.job = Some(job.map_err(|_| StoreError::Stopped)?);
        Ok(())
    }

    /// Lays out all that is stored. No round is being written.
    pub fn snapshot(&mut self) -> Result<Snapshot, ImportError> {
        let pen = self.pen.as_mut().ok_or(StoreError::Stopped)?;
        pen.lay_out();
        Ok(pen.snapshot.clone())
    }

    /// Writes facts that are no events and lays them out; how many they were. No round is being written.
    pub fn append(&mut self, facts: Vec<Fact>) -> Result<(Snapshot, u64), ImportError> {
        let pen = self.pen.as_mut().ok_or(StoreError::Stopped)?;
        let count = pen.append(facts)?;
        pen.lay_out();
        Ok((pen.snapshot.clone(), count))
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if let Some(job) = self.job.take() {
            // The import has failed already and says why.
            let _ = job.join();
        }
    }
}

impl Pen {
    fn write(&mut self, mut round: Round) -> Result<Written, ImportError> {
        let Flushed { facts, outcomes } = round.flush(self)?;
        // Should they not be stored after all, the import ends, and nobody asks any more.
        self.recent.extend(&facts);
        let stored = self.append(facts)?;
        if self.recent.len() >= IMPORT_EVENTS_OPEN_MAX {
            self.lay_out();
        }
        Ok(Written { stored, outcomes })
    }

    /// Gathers facts for the columns, which refuse some that the store would take, and stores them.
    fn append(&mut self, facts: Vec<Fact>) -> Result<u64, ImportError> {
        if facts.is_empty() {
            return Ok(0);
        }
        let count = facts.len() as u64;
        let snapshot = &self.snapshot;
        let open = self.open.get_or_insert_with(|| Builder::resume(snapshot));
        open.apply(self.store.position(), &facts)?;
        self.store.append(facts)?;
        Ok(count)
    }

    fn lay_out(&mut self) {
        if let Some(open) = self.open.take() {
            self.snapshot = open.finish();
            self.recent.clear();
        }
    }
}

impl Known for Pen {
    fn contains(&self, event: EventId, row: Row, at: Instant) -> bool {
        self.snapshot.events(event).contains(row.0, at)
    }

    fn is_recent(&self, event: EventId, row: Row, at: Instant, identity: u64) -> bool {
        self.recent.contains(&(event, row, at, identity))
    }

    fn identities(
        &self,
        event: EventId,
        places: &[(Row, Instant)],
    ) -> Result<Vec<(Row, Instant, u64)>, ImportError> {
        Ok(self.store.identities(event, places)?)
    }
}
