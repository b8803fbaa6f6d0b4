//! A round of events on its way to the disk on a thread of its own.

use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use crate::base::calendar::Instant;
use crate::columns::Snapshot;
use crate::ingest::error::ImportError;
use crate::ingest::event::{Known, Round};
use crate::ingest::outcome::Outcome;
use crate::ingest::state::{Flushed, Ticket};
use crate::schema::EventId;
use crate::store::fact::{Fact, Row};
use crate::store::{Store, StoreError};

/// What was written.
pub struct Written {
    /// With the events of the round.
    pub snapshot: Snapshot,
    /// How many were new.
    pub stored: u64,
    /// What each record came to.
    pub outcomes: Vec<(Ticket, Outcome)>,
}

/// At most one round; whoever lets it go waits for its end, so that the store is free afterwards.
#[derive(Default)]
pub struct Writing(Option<JoinHandle<Result<Written, ImportError>>>);

impl Writing {
    /// Begins to hold a round against the store and to write what is new.
    pub fn start(store: Arc<Store>, snapshot: Snapshot, round: Round) -> Result<Self, ImportError> {
        let thread = Builder::new().name("tamis-writer".to_owned());
        let job = thread.spawn(move || write(&store, &snapshot, round));
        // Without a thread nothing more can be written by anyone.
        Ok(Self(Some(job.map_err(|_| StoreError::Stopped)?)))
    }

    /// Waits for its end; `None` when nothing is being written.
    pub fn wait(&mut self) -> Result<Option<Written>, ImportError> {
        let Some(job) = self.0.take() else {
            return Ok(None);
        };
        match job.join() {
            Ok(written) => written.map(Some),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        if let Some(job) = self.0.take() {
            // The import has failed already and says why.
            let _ = job.join();
        }
    }
}

fn write(store: &Store, snapshot: &Snapshot, mut round: Round) -> Result<Written, ImportError> {
    let Flushed { facts, outcomes } = round.flush(&Stored { store, snapshot })?;
    let (snapshot, stored) = match facts.is_empty() {
        true => (snapshot.clone(), 0),
        false => append(store, snapshot, facts)?,
    };
    Ok(Written {
        snapshot,
        stored,
        outcomes,
    })
}

/// Appends facts; what is in the store then, and how many they were.
pub fn append(
    store: &Store,
    snapshot: &Snapshot,
    facts: Vec<Fact>,
) -> Result<(Snapshot, u64), ImportError> {
    let count = facts.len() as u64;
    let next = snapshot.refresh(store.position(), &facts)?;
    store.append(facts)?;
    Ok((next, count))
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
