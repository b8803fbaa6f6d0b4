//! Events on their way to the disk on a thread of its own, round by round. They are gathered for the
//! columns meanwhile and laid out there only now and then: each laying out begins its cells anew.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{Builder as Thread, JoinHandle};

use super::recent::{Key, Recent};
use crate::base::calendar::Instant;
use crate::base::limit::{
    IMPORT_COMPARED_LATER_MAX, IMPORT_COMPARED_MAX, IMPORT_EVENTS_OPEN_MAX, IMPORT_ROUNDS_SENT_MAX,
};
use crate::columns::{Builder, Snapshot};
use crate::ingest::error::ImportError;
use crate::ingest::event::{Counted, Doubt, Known, Met, Round};
use crate::ingest::outcome::Outcome;
use crate::ingest::state::{Flushed, Ticket};
use crate::schema::EventId;
use crate::store::fact::{Fact, Row};
use crate::store::{Sent, Store, StoreError};

/// What was written.
#[derive(Default)]
pub struct Written {
    /// How many facts.
    pub stored: u64,
    /// What each record came to.
    pub outcomes: Vec<(Ticket, Outcome)>,
    /// What is odd about events that came again.
    pub doubts: Vec<Doubt>,
}

/// A round that was sent to the store.
struct OnItsWay {
    sent: Sent,
    count: u64,
    outcomes: Vec<(Ticket, Outcome)>,
}

/// The store with what is known of it.
struct Pen {
    store: Arc<Store>,
    /// What is laid out.
    snapshot: Snapshot,
    /// What is stored, or about to be, and not laid out yet.
    open: Option<Builder>,
    recent: Recent,
    counted: Counted,
    /// By kind: `None` when an event may be stored already, else how many of the next ones are, and none behind.
    stored_next: Vec<Option<u64>>,
    /// Names of the sources by index, for messages.
    names: Vec<Arc<str>>,
    on_its_way: VecDeque<OnItsWay>,
    written: Written,
    /// Facts that are no longer needed.
    spent: Vec<Fact>,
    met: Met,
    /// Events that are stored, though not laid out yet, and came again.
    again: Vec<(Fact, usize, u64)>,
}

/// `None`: nothing was handed to it.
type Job = JoinHandle<Option<(Pen, Result<(), ImportError>)>>;

/// At most one round is being made ready, and few are being written; whoever lets this go waits for its
/// end, so that the store is free afterwards.
pub struct Writing {
    pen: Option<Pen>,
    job: Option<Job>,
}

impl Writing {
    /// Nothing is being written yet; the snapshot is of all that is in the store. Of the kinds `all_new` every
    /// event that comes is new, but for the first ones: so many of them this very import stored before.
    pub fn new(
        store: Arc<Store>,
        snapshot: Snapshot,
        all_new: BTreeMap<EventId, u64>,
        names: Vec<Arc<str>>,
    ) -> Self {
        Self {
            pen: Some(Pen {
                store,
                snapshot,
                open: None,
                recent: Recent::default(),
                counted: Counted::default(),
                stored_next: (0..=all_new.keys().last().map_or(0, |last| last.0))
                    .map(|event| all_new.get(&EventId(event)).copied())
                    .collect(),
                names,
                on_its_way: VecDeque::new(),
                written: Written::default(),
                spent: Vec::new(),
                met: Met::default(),
                again: Vec::new(),
            }),
            job: None,
        }
    }

    /// Waits until the last round was made ready; `all`: and until everything is stored.
    pub fn wait(&mut self, all: bool) -> Result<(), ImportError> {
        let made = match self.job.take().map(JoinHandle::join) {
            Some(Ok(Some((pen, made)))) => {
                self.pen = Some(pen);
                made
            }
            Some(Ok(None)) => Err(StoreError::Stopped.into()),
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => Ok(()),
        };
        match &mut self.pen {
            Some(pen) if all => made.and(pen.wait(0)),
            _ => made,
        }
    }

    /// What was stored since this was asked last. No round is being made ready.
    pub fn take_written(&mut self) -> Written {
        let pen = self.pen.as_mut();
        pen.map_or_else(Written::default, |pen| std::mem::take(&mut pen.written))
    }

    /// Facts whose lists of values can be filled again. No round is being made ready.
    pub fn take_spent(&mut self) -> Vec<Fact> {
        let pen = self.pen.as_mut();
        pen.map_or_else(Vec::new, |pen| std::mem::take(&mut pen.spent))
    }

    /// Begins to hold a round against the store and to write what is new. The one before is made ready.
    pub fn start(&mut self, round: Round) -> Result<(), ImportError> {
        let (hand, handed) = sync_channel::<(Pen, Round)>(1);
        let thread = Thread::new().name("tamis-writer".to_owned());
        let job = thread.spawn(move || {
            let (mut pen, round) = handed.recv().ok()?;
            let made = pen.write(round);
            Some((pen, made))
        });
        self.hand(round, &hand, job)
    }

    /// Hands the pen to a thread that waits for it. Where there is none the pen stays here, with what is on its way.
    fn hand(
        &mut self,
        round: Round,
        hand: &SyncSender<(Pen, Round)>,
        job: io::Result<Job>,
    ) -> Result<(), ImportError> {
        let pen = self.pen.as_ref().ok_or(StoreError::Stopped)?;
        let job = job.map_err(|error| {
            let columns = pen.store.columns_folder().unwrap_or_default();
            let folder = columns.parent().unwrap_or(&columns);
            StoreError::io("start a thread for", folder, &error)
        })?;
        let pen = self.pen.take().ok_or(StoreError::Stopped)?;
        hand.send((pen, round)).map_err(|_| StoreError::Stopped)?;
        self.job = Some(job);
        Ok(())
    }

    /// Lays out all that is stored. Nothing is being written.
    pub fn snapshot(&mut self) -> Result<Snapshot, ImportError> {
        let pen = self.pen.as_mut().ok_or(StoreError::Stopped)?;
        pen.lay_out()?;
        Ok(pen.snapshot.clone())
    }

    /// Looks at what waited to be laid out, so that all doubts are told. Nothing is being written.
    pub fn compare(&mut self) -> Result<(), ImportError> {
        match &mut self.pen {
            Some(pen) if !pen.again.is_empty() => pen.lay_out(),
            _ => Ok(()),
        }
    }

    /// Writes facts that are no events and lays them out. Nothing is being written.
    pub fn append(&mut self, facts: Vec<Fact>) -> Result<Snapshot, ImportError> {
        let pen = self.pen.as_mut().ok_or(StoreError::Stopped)?;
        pen.send(facts, Vec::new())?;
        pen.lay_out()?;
        Ok(pen.snapshot.clone())
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
    fn write(&mut self, mut round: Round) -> Result<(), ImportError> {
        round.meet(&mut self.met, &mut self.written.doubts);
        round
            .identify(&mut self.counted)
            .map_err(|source| ImportError::UnnamedEvents {
                source: self.names.get(source).map_or("", |name| name).to_owned(),
            })?;
        let (Flushed { facts, outcomes }, doubts) = round.flush(self)?;
        self.written.doubts.extend(doubts);
        // Should they not be stored after all, the import ends, and nobody asks any more.
        let stored_next = &self.stored_next;
        let is_looked_for = |event| left(stored_next, event).is_none();
        self.recent.extend(&facts, is_looked_for);
        self.send(facts, outcomes)?;
        if self.recent.len() >= IMPORT_EVENTS_OPEN_MAX {
            self.lay_out()?;
        }
        self.wait(IMPORT_ROUNDS_SENT_MAX)
    }

    /// Gathers facts for the columns, which refuse some that the store would take, and sends them to the store.
    fn send(
        &mut self,
        facts: Vec<Fact>,
        outcomes: Vec<(Ticket, Outcome)>,
    ) -> Result<(), ImportError> {
        if facts.is_empty() && outcomes.is_empty() {
            return Ok(());
        }
        let snapshot = &self.snapshot;
        let open = self.open.get_or_insert_with(|| Builder::resume(snapshot));
        open.apply(open.position(), &facts)?;
        self.on_its_way.push_back(OnItsWay {
            sent: self.store.send(&facts)?,
            count: facts.len() as u64,
            outcomes,
        });
        self.spent = facts;
        Ok(())
    }

    /// Waits until at most so many rounds are on their way. After an error those behind it are waited for too.
    fn wait(&mut self, left: usize) -> Result<(), ImportError> {
        let mut result = Ok(());
        while self.on_its_way.len() > left || (result.is_err() && !self.on_its_way.is_empty()) {
            let Some(first) = self.on_its_way.pop_front() else {
                break;
            };
            match first.sent.wait() {
                Ok(_) => {
                    self.written.stored += first.count;
                    self.written.outcomes.extend(first.outcomes);
                }
                Err(error) if result.is_ok() => result = Err(error.into()),
                Err(_) => {}
            }
        }
        result
    }

    /// What is laid out is asked for in the store, so that it must be there.
    fn lay_out(&mut self) -> Result<(), ImportError> {
        self.wait(0)?;
        if let Some(open) = self.open.take() {
            self.snapshot = open.finish();
            self.recent.clear();
        }
        for (fact, source, line) in std::mem::take(&mut self.again) {
            if !self.is_said(&fact) {
                let doubt = Doubt::other_values(&fact, source, line);
                self.written.doubts.extend(doubt);
            }
        }
        Ok(())
    }
}

impl Pen {
    /// Whether what is laid out has an event that says what this one says, where it is.
    fn is_said(&self, fact: &Fact) -> bool {
        let Fact::Event {
            event,
            row,
            at,
            fields,
            ..
        } = fact
        else {
            return true;
        };
        self.snapshot
            .is_said_at(*event, (row.0, *at), fields, IMPORT_COMPARED_MAX)
    }
}

/// How many of the next events of a kind are stored; `None`: that is looked for.
fn left(stored_next: &[Option<u64>], event: EventId) -> Option<u64> {
    stored_next.get(usize::from(event.0)).copied().flatten()
}

impl Known for Pen {
    fn is_all_new(&self, event: EventId) -> bool {
        left(&self.stored_next, event).is_some()
    }

    fn is_stored_next(&mut self, event: EventId) -> bool {
        let left = self.stored_next.get_mut(usize::from(event.0));
        match left {
            Some(Some(left)) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }

    fn contains(&self, event: EventId, row: Row, at: Instant) -> bool {
        self.snapshot.events(event).contains(row.0, at)
    }

    fn is_recent(&self, event: EventId, row: Row, at: Instant, identity: u64) -> bool {
        self.recent.contains(&Key(event, row, at, identity))
    }

    fn says_else(&mut self, fact: &Fact, source: usize, line: u64) -> bool {
        let Fact::Event {
            event,
            row,
            at,
            identity,
            ..
        } = fact
        else {
            return false;
        };
        if !self.is_recent(*event, *row, *at, *identity) {
            return !self.is_said(fact);
        }
        if self.again.len() < IMPORT_COMPARED_LATER_MAX {
            self.again.push((fact.clone(), source, line));
        }
        false
    }

    fn identities(
        &self,
        event: EventId,
        places: &[(Row, Instant)],
    ) -> Result<Vec<(Row, Instant, u64)>, ImportError> {
        Ok(self.store.identities(event, places)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::calendar::Zone;
    use crate::ingest::testing;

    #[test]
    fn without_a_thread_what_is_on_its_way_is_counted_all_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let schema = testing::schema();
        let store = Arc::new(Store::open(folder.path(), &schema).unwrap());
        let snapshot = Snapshot::from_store(&store, &schema, Zone::utc()).unwrap();
        let mut writing = Writing::new(store, snapshot, BTreeMap::new(), Vec::new());
        let customer = Fact::Customer {
            row: Row(0),
            id: "c1".into(),
        };
        let pen = writing.pen.as_mut().unwrap();
        pen.send(vec![customer], Vec::new()).unwrap();
        let (hand, _) = sync_channel(1);
        let refused = io::Error::from(io::ErrorKind::WouldBlock);
        let error = writing.hand(Round::default(), &hand, Err(refused));
        let error = error.unwrap_err().to_string();
        let path = folder.path().display().to_string();
        assert!(error.contains("thread") && error.contains(&path), "{error}");
        writing.wait(true).unwrap();
        assert_eq!(writing.take_written().stored, 1);
    }
}
