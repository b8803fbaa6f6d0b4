//! One round: facts and time change the memberships, the follower looks at the
//! changes, and all of it is written before anyone sees it.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, PoisonError};

use super::batch::{self, Batch};
use super::failure::CoreError;
use super::follow::{Brought, Follower, Group, Round};
use super::heart::Heart;
use super::history::Entry;
use super::kept::{self, Head};
use super::members::{Change, Touch, Touched, View};
use super::moment::Moment;
use super::present::Live;
use super::review_records;
use super::statistics;
use crate::base::calendar::Instant;
use crate::base::limit::{MATCHES_BETWEEN_WRITINGS, REVIEW_BESIDE_BYTES_MAX, ROUND_STEPS_MAX};
use crate::columns::Snapshot;
use crate::schema::RelationId;
use crate::store::Record;
use crate::store::fact::Fact;

/// What a round begins with.
#[derive(Debug, Default)]
pub(super) struct Turn {
    /// New facts, not yet in the store.
    pub facts: Vec<Fact>,
    /// True together with the facts.
    pub records: Vec<Record>,
    /// Customers that are erased.
    pub hidden: BTreeSet<u32>,
}

/// A round that the store has taken in part: the disk is full.
pub(super) struct Stuck {
    batches: VecDeque<Batch>,
    next: Next,
}

/// What stands once the batches are written.
pub(super) struct Next {
    pub live: Live,
    pub head: Head,
    pub entries: Vec<Entry>,
    /// Facts of the follower that are to be looked at then.
    pub brought: Vec<Fact>,
}

impl<F: Follower> Heart<F> {
    /// One round, with a command to the follower if there is one. An error means that nothing of it is true,
    /// except with a full disk, when what was written is completed later, and when the core is halted.
    pub(super) fn turn(
        &mut self,
        turn: Turn,
        order: Option<F::Order>,
    ) -> Result<Option<F::Reply>, CoreError> {
        self.unstick()?;
        let (live, changes) = self.advance(&turn.facts, &turn.hidden)?;
        let entries: Vec<Entry> = changes.iter().map(Entry::from).collect();
        let (reply, brought) = self.follow(&live, &changes, &turn.facts, order)?;
        let mut records = turn.records;
        records.extend(self.reviews_of(&live)?);
        let first = Batch {
            facts: turn.facts,
            records,
        };
        self.write(first, live, entries, brought.groups)?;
        self.run_on()?;
        Ok(reply)
    }

    /// Looks at what the follower brought until nothing comes any more, then publishes.
    pub(super) fn run_on(&mut self) -> Result<(), CoreError> {
        let mut steps = 0;
        while let Some(facts) = self.brought.take() {
            steps += 1;
            let result = if steps > ROUND_STEPS_MAX {
                Err(CoreError::Follower(
                    "campaign events bring each other about without end".to_owned(),
                ))
            } else {
                self.step(facts)
            };
            match result {
                Ok(()) => {}
                Err(fault) if self.stuck.is_some() => return Err(fault),
                // Those facts are in the store: what stands would no longer be what the store says.
                Err(fault) => return Err(self.halt(&fault)),
            }
        }
        self.publish();
        if self.dirty.matches >= MATCHES_BETWEEN_WRITINGS {
            // What cannot be written now is written at the next occasion: the match records stand.
            let _ = self.write_down();
        }
        Ok(())
    }

    /// Facts that are in the store already.
    fn step(&mut self, facts: Vec<Fact>) -> Result<(), CoreError> {
        let (live, changes) = self.advance(&facts, &BTreeSet::new())?;
        let entries: Vec<Entry> = changes.iter().map(Entry::from).collect();
        let (_, brought) = self.follow(&live, &changes, &facts, None)?;
        let first = Batch {
            facts: Vec::new(),
            records: self.reviews_of(&live)?,
        };
        self.write(first, live, entries, brought.groups)
    }

    /// What stands with those facts at this instant, and who entered and left.
    fn advance(
        &self,
        facts: &[Fact],
        hidden: &BTreeSet<u32>,
    ) -> Result<(Live, Vec<Change>), CoreError> {
        let now = self.shared.clock.now().max(self.live.members.at());
        let before = &self.live.moment.snapshot;
        let mut after = Snapshot::clone(before);
        if !facts.is_empty() {
            after = after.refresh(before.position(), facts)?;
        }
        let mut touched = Touched::of(facts, before, &after);
        let (mut members, mut changes) = (self.live.members.clone(), Vec::new());
        if !hidden.is_empty() {
            touch_relatives(&mut touched, before, hidden);
            after = after.hide(hidden.iter().copied());
            (members, changes) = members.without(hidden, now);
        }
        let view = View {
            snapshot: &after,
            plugins: &*self.live.moment.plugins,
            now,
            ranks: None,
            options: &self.options,
        };
        let (members, more) = members.advance(before, &touched, view)?;
        changes.extend(more);
        let moment = Moment {
            ranks: Arc::clone(members.ranks()),
            ..self.moment(after, now)
        };
        let live = Live {
            moment,
            members,
            ..self.live.clone()
        };
        Ok((live, changes))
    }

    /// The records of the reviews held on the way to what stands then; long ones are written ahead, but for what
    /// makes them true.
    fn reviews_of(&self, live: &Live) -> Result<Vec<Record>, CoreError> {
        let before = self.live.members.ranks().reviews();
        let mut records = Vec::new();
        for (tiers, review) in live.members.ranks().reviews().since(before) {
            let (parts, whole) = review_records::records(tiers, review);
            match batch::weight(&parts) > REVIEW_BESIDE_BYTES_MAX {
                true => {
                    for batch in batch::loose(parts) {
                        self.append(batch)?;
                    }
                }
                false => records.extend(parts),
            }
            records.push(whole);
        }
        Ok(records)
    }

    /// The moment over other data; measured anew once they have grown by a quarter.
    fn moment(&self, snapshot: Snapshot, now: Instant) -> Moment {
        let grown = snapshot.position() > self.measured + self.measured / 4 + 1_000;
        let statistics = if grown {
            Arc::new(statistics::measure(&snapshot, now))
        } else {
            Arc::clone(&self.live.moment.statistics)
        };
        Moment {
            snapshot: Arc::new(snapshot),
            statistics,
            now,
            ..self.live.moment.clone()
        }
    }

    /// Shows the follower what came, if it has anything to look at.
    pub(super) fn follow(
        &mut self,
        live: &Live,
        changes: &[Change],
        facts: &[Fact],
        order: Option<F::Order>,
    ) -> Result<(Option<F::Reply>, Brought), CoreError> {
        let now = live.moment.now;
        let due = self.follower.due().is_some_and(|due| due <= now);
        let shared = Arc::clone(&self.shared);
        let store = shared.store.read().unwrap_or_else(PoisonError::into_inner);
        let round = Round {
            store: store.as_ref().ok_or(CoreError::Stopped)?,
            moment: &live.moment,
            members: &live.members,
            changes,
            facts,
            now,
        };
        if let Some(order) = order {
            let (reply, brought) = self.follower.order(order, &round);
            return Ok((Some(reply), brought));
        }
        if changes.is_empty() && facts.is_empty() && !due {
            return Ok((None, Brought::default()));
        }
        let brought = self.follower.follow(&round);
        let brought = brought.map_err(|why| {
            self.follower.refused();
            CoreError::Follower(why)
        })?;
        Ok((None, brought))
    }

    /// Writes a round in batches, and lets it stand.
    pub(super) fn write(
        &mut self,
        first: Batch,
        mut live: Live,
        entries: Vec<Entry>,
        groups: Vec<Group>,
    ) -> Result<(), CoreError> {
        let mut head = Head {
            at: live.moment.now.0,
            ..self.head
        };
        let (batches, brought) = batch::pack(first, &entries, groups, &mut head);
        live.sequence = head.sequence;
        let next = Next {
            live,
            head,
            entries,
            brought,
        };
        self.commit(batches.into(), next, true)
    }

    /// Hands batches to the store. A refused first one undoes the round; later ones wait.
    fn commit(
        &mut self,
        mut batches: VecDeque<Batch>,
        next: Next,
        mut untouched: bool,
    ) -> Result<(), CoreError> {
        while let Some(batch) = batches.pop_front() {
            let again = (batch.facts.clone(), batch.records.clone());
            let Err(fault) = self.append(batch) else {
                untouched = false;
                continue;
            };
            if untouched {
                self.follower.refused();
                return Err(fault);
            }
            if !fault.is_full() {
                return Err(self.halt(&fault));
            }
            let (facts, records) = again;
            batches.push_front(Batch { facts, records });
            self.stuck = Some(Stuck { batches, next });
            return Err(fault);
        }
        next.entries.iter().for_each(|entry| self.dirty.note(entry));
        if next.live.moment.statistics != self.live.moment.statistics {
            self.measured = next.live.moment.snapshot.position();
        }
        (self.live, self.head) = (next.live, next.head);
        self.brought = (!next.brought.is_empty()).then_some(next.brought);
        Ok(())
    }

    /// Writes what a full disk refused before.
    pub(super) fn unstick(&mut self) -> Result<(), CoreError> {
        if let Some(why) = &self.live.halted {
            return Err(CoreError::Halted(Arc::clone(why)));
        }
        match self.stuck.take() {
            Some(Stuck { batches, next }) => {
                self.commit(batches, next, false)?;
                self.run_on()
            }
            None => Ok(()),
        }
    }

    pub(super) fn append(&self, batch: Batch) -> Result<(), CoreError> {
        let store = self.shared.store.read();
        let store = store.unwrap_or_else(PoisonError::into_inner);
        let store = store.as_ref().ok_or(CoreError::Stopped)?;
        store.append_with(batch.facts, batch.records)?;
        Ok(())
    }

    /// Stops writing for good; readers keep what was published.
    pub(super) fn halt(&mut self, fault: &CoreError) -> CoreError {
        let why: Arc<str> = fault.to_string().into();
        let mut live = Live::clone(&self.shared.live.load());
        live.halted = Some(Arc::clone(&why));
        self.live = live;
        self.publish();
        CoreError::Halted(why)
    }

    /// Writes the sets down, so that a restart need not replay, and lets go of the oldest records.
    pub(super) fn write_down(&mut self) -> Result<(), CoreError> {
        let mut dirty = self.dirty.clone();
        let records = dirty.take(&self.live.members, self.head.sequence);
        for batch in batch::loose(records) {
            self.append(batch)?;
        }
        self.dirty = dirty;
        self.forget_oldest()
    }

    fn forget_oldest(&mut self) -> Result<(), CoreError> {
        let removals = {
            let store = self.shared.store.read();
            let store = store.unwrap_or_else(PoisonError::into_inner);
            let store = store.as_ref().ok_or(CoreError::Stopped)?;
            kept::outlived(store, self.head)?
        };
        let Some((oldest, removals)) = removals else {
            return Ok(());
        };
        // Readers are told first that the records are gone.
        self.head.oldest = oldest;
        self.live.sequence_oldest = oldest;
        self.append(Batch {
            facts: Vec::new(),
            records: vec![kept::head(self.head)],
        })?;
        self.publish();
        for batch in batch::loose(removals) {
            self.append(batch)?;
        }
        Ok(())
    }
}

/// Whoever stands in a relation with an erased customer no longer does.
fn touch_relatives(touched: &mut Touched, before: &Snapshot, hidden: &BTreeSet<u32>) {
    let relations = u16::try_from(before.schema().relations.len()).unwrap_or(u16::MAX);
    for relation in (0..relations).map(RelationId) {
        for row in hidden {
            for inverse in [false, true] {
                for other in before.neighbours(relation, inverse, *row) {
                    touched.add(Touch::Relation(relation), other);
                    touched.add(Touch::Relation(relation), *row);
                }
            }
        }
    }
}
