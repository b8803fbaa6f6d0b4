//! The one thread that writes: it takes commands from the queue, and wakes when
//! something falls due. What a round does with them is in `turn`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use super::batch::Batch;
use super::core::{Command, Reply, Shared, lock};
use super::failure::CoreError;
use super::follow::Follower;
use super::kept::{self, Dirty, Head};
use super::present::Live;
use super::saving::Saving;
use super::turn::{Stuck, Turn};
use crate::base::limit::{CORE_FACTS_OF_ROUND_MAX, CORE_RETRY_SECONDS, CORE_WAIT_SECONDS_MAX};
use crate::engine::RunOptions;
use crate::ingest::erasure::{self, Erasures};
use crate::ingest::facts::{Incoming, LineOutcome, Resolver};
use crate::store::fact::{Fact, Row};

/// What the writing thread owns.
pub(super) struct Heart<F: Follower> {
    pub(super) shared: Arc<Shared>,
    pub(super) follower: F,
    pub(super) options: RunOptions,
    pub(super) folder: PathBuf,
    /// What stands, published or about to be.
    pub(super) live: Live,
    pub(super) head: Head,
    /// What each filter said when it was last written down.
    pub(super) meanings: BTreeMap<Arc<str>, u64>,
    pub(super) dirty: Dirty,
    pub(super) erasures: Arc<Erasures>,
    /// Log position at which the statistics were measured.
    pub(super) measured: u64,
    /// Batches that a full disk has not taken yet.
    pub(super) stuck: Option<Stuck>,
    /// What is saved of the columns.
    pub(super) saving: Saving,
    /// Facts of the follower that are in the store and have not been looked at.
    pub(super) brought: Option<Vec<Fact>>,
}

/// One sender's facts.
type Submission = (Vec<Incoming>, Reply<Vec<LineOutcome>>);

/// What became of one sender's facts.
type Outcomes = (Reply<Vec<LineOutcome>>, Vec<LineOutcome>);
/// A round's facts with what became of everyone's.
type Resolved = (Turn, Vec<Outcomes>);
/// Why there is no round, and who waits for it.
type Refused = (CoreError, Vec<Reply<Vec<LineOutcome>>>);

/// Takes commands until told to close.
pub(super) fn beat<F: Follower>(
    mut heart: Heart<F>,
    receiver: &Receiver<Command<F>>,
) -> Result<(), CoreError> {
    let mut held = None;
    let mut retry = false;
    loop {
        let command = match held.take() {
            Some(command) => Some(command),
            None => match receiver.recv_timeout(heart.patience(retry)) {
                Ok(command) => Some(command),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => Some(Command::Close),
            },
        };
        retry = match command {
            Some(Command::Close) => return heart.close(),
            Some(Command::Submit(facts, reply)) => {
                let mut submissions = vec![(facts, reply)];
                held = gather(receiver, &mut submissions);
                heart.take_facts(submissions)
            }
            Some(other) => heart.take(other),
            None => heart.wake(),
        };
    }
}

/// Joins what others sent meanwhile, so that one fsync serves them all; gives back the first command of
/// another kind.
fn gather<F: Follower>(
    receiver: &Receiver<Command<F>>,
    submissions: &mut Vec<Submission>,
) -> Option<Command<F>> {
    let mut facts: usize = submissions.iter().map(|(facts, _)| facts.len()).sum();
    while facts < CORE_FACTS_OF_ROUND_MAX {
        match receiver.try_recv() {
            Ok(Command::Submit(more, reply)) => {
                facts += more.len();
                submissions.push((more, reply));
            }
            Ok(other) => return Some(other),
            Err(_) => break,
        }
    }
    None
}

/// Answers; whoever stopped waiting does not mind.
fn answer<T>(reply: &Reply<T>, result: Result<T, CoreError>) {
    let _ = reply.send(result);
}

impl<F: Follower> Heart<F> {
    /// How long nothing need be done.
    fn patience(&self, retry: bool) -> Duration {
        if retry {
            return Duration::from_secs(CORE_RETRY_SECONDS);
        }
        let due = [self.live.members.next_due(), self.follower.due()];
        let halted = self.live.halted.is_some();
        let seconds = match due.into_iter().flatten().min() {
            Some(due) if !halted => due.0.saturating_sub(self.shared.clock.now().0).max(0),
            _ => CORE_WAIT_SECONDS_MAX,
        };
        let seconds = seconds.min(CORE_WAIT_SECONDS_MAX);
        Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
    }

    /// Something may have fallen due. Whether to try again.
    fn wake(&mut self) -> bool {
        let now = self.shared.clock.now();
        let due = [self.live.members.next_due(), self.follower.due()];
        let due = due.into_iter().flatten().any(|due| due <= now);
        if self.live.halted.is_some() || !(due || self.stuck.is_some()) {
            return false;
        }
        self.turn(Turn::default(), None).is_err()
    }

    fn take(&mut self, command: Command<F>) -> bool {
        match command {
            Command::Settle(reply) => answer(&reply, self.turn(Turn::default(), None).map(|_| ())),
            Command::Erase(id, reply) => answer(&reply, self.erase(&id)),
            Command::Keep(records, reply) => {
                let turn = Turn {
                    records,
                    ..Turn::default()
                };
                answer(&reply, self.turn(turn, None).map(|_| ()));
            }
            Command::Rules(set, reply) => answer(&reply, self.take_set(*set)),
            Command::Order(order, reply) => {
                let result = self.turn(Turn::default(), Some(order));
                answer(
                    &reply,
                    result.and_then(|reply| reply.ok_or(CoreError::Stopped)),
                );
            }
            Command::Submit(facts, reply) => return self.take_facts(vec![(facts, reply)]),
            Command::Close => {}
        }
        false
    }

    /// One round for the facts of all these senders.
    fn take_facts(&mut self, submissions: Vec<Submission>) -> bool {
        let resolved = match self.resolve(submissions) {
            Ok(resolved) => resolved,
            Err((fault, replies)) => {
                replies
                    .iter()
                    .for_each(|reply| answer(reply, Err(fault.clone())));
                return false;
            }
        };
        let (turn, outcomes) = resolved;
        let result = if turn.facts.is_empty() && turn.records.is_empty() {
            Ok(None)
        } else {
            self.turn(turn, None)
        };
        for (reply, outcomes) in outcomes {
            answer(
                &reply,
                result.as_ref().map(|_| outcomes).map_err(Clone::clone),
            );
        }
        false
    }

    /// Facts for the store, and for each sender what becomes of its lines; else who is to be told why not.
    fn resolve(&mut self, submissions: Vec<Submission>) -> Result<Resolved, Refused> {
        let refused = |fault: CoreError, mut told: Vec<Reply<Vec<LineOutcome>>>, rest: Vec<_>| {
            told.extend(rest);
            Err((fault, told))
        };
        if let Err(fault) = self.unstick() {
            let rest = submissions.into_iter().map(|(_, reply)| reply).collect();
            return refused(fault, Vec::new(), rest);
        }
        let moment = &self.live.moment;
        let shared = Arc::clone(&self.shared);
        let guard = shared.store.read().unwrap_or_else(PoisonError::into_inner);
        let Some(store) = guard.as_ref() else {
            let rest = submissions.into_iter().map(|(_, reply)| reply).collect();
            return refused(CoreError::Stopped, Vec::new(), rest);
        };
        let schema = &moment.rules.schema;
        let mut resolver = Resolver::new(schema, moment.zone(), &moment.snapshot, store)
            .refusing(Arc::clone(&self.erasures));
        let mut resolved: Vec<Outcomes> = Vec::new();
        let mut submissions = submissions.into_iter();
        while let Some((facts, reply)) = submissions.next() {
            match resolver.resolve(facts) {
                Ok(outcomes) => resolved.push((reply, outcomes)),
                Err(fault) => {
                    let mut told: Vec<_> = resolved.into_iter().map(|(reply, _)| reply).collect();
                    told.push(reply);
                    let rest = submissions.map(|(_, reply)| reply).collect();
                    return refused(fault.into(), told, rest);
                }
            }
        }
        let turn = Turn {
            facts: resolver.finish(),
            ..Turn::default()
        };
        Ok((turn, resolved))
    }

    fn erase(&mut self, id: &str) -> Result<bool, CoreError> {
        self.unstick()?;
        let Some(row) = self.live.moment.snapshot.row(id) else {
            return Ok(false);
        };
        let now = self.shared.clock.now();
        let (next, records) =
            erasure::records_for(&self.erasures, id, Row(row), now).map_err(CoreError::Key)?;
        let turn = Turn {
            records,
            hidden: BTreeSet::from([row]),
            ..Turn::default()
        };
        let result = self.turn(turn, None);
        // A full disk that stops a later batch has taken the first one, and with it these records.
        if result.is_ok() || self.stuck.is_some() {
            self.erasures = Arc::new(next);
        }
        result.map(|_| true)
    }

    fn close(mut self) -> Result<(), CoreError> {
        let stuck = self.unstick();
        let now = self.shared.clock.now();
        let due = self.live.members.next_due().is_some_and(|due| due <= now);
        if due && self.live.halted.is_none() && stuck.is_ok() {
            // The instant recorded below is not before what fell due. What cannot be now is made up at the next start.
            let _ = self.turn(Turn::default(), None);
        }
        let written = if self.live.halted.is_none() && stuck.is_ok() {
            self.write_down().and_then(|()| self.write_instant())
        } else {
            Ok(())
        };
        self.shared.store_wanted.store(true, Ordering::Release);
        let store = self
            .shared
            .store
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(store) = &store {
            let snapshot = Arc::clone(&self.live.moment.snapshot);
            self.saving.finish(store, snapshot);
        }
        let closed = store.map_or(Ok(()), |store| store.close().map_err(CoreError::Store));
        stuck.and(written).and(closed)
    }

    /// Records the present instant, so that the next run begins no earlier. A full disk may close without.
    fn write_instant(&mut self) -> Result<(), CoreError> {
        self.head.at = self.shared.clock.now().0.max(self.head.at);
        let written = self.append(Batch {
            facts: Vec::new(),
            records: vec![kept::head(self.head)],
        });
        written.or_else(|fault| match fault.is_full() {
            true => Ok(()),
            false => Err(fault),
        })
    }

    /// Publishes what stands and tells the listeners.
    pub(super) fn publish(&mut self) {
        let live = Arc::new(self.live.clone());
        let store = self
            .shared
            .store
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = store.as_ref() {
            self.saving.when_due(store, &live.moment.snapshot);
        }
        drop(store);
        self.shared.live.store(Arc::clone(&live));
        self.follower.committed(&live);
        *lock(&self.shared.follower_due) = self.follower.due();
        for listener in lock(&self.shared.listeners).iter() {
            listener(&live);
        }
    }
}
