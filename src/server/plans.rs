//! Figures of care plans, counted from their records.

use std::collections::BTreeMap;

use super::heart::refused;
use super::refusal::{Answered, FAULT, Refusal};
use crate::care::outbox::Standing;
use crate::care::record::{Kept, Key, PlanKey, Stage, Task, decode};
use crate::live::failure::CoreError;
use crate::store::{Shelf, Store, StoreError};

/// Figures of one plan.
#[derive(Clone, Debug, Default)]
pub struct PlanFigures {
    /// Whether it runs.
    pub running: bool,
    /// Seconds since 1970, UTC.
    pub started_at: Option<i64>,
    /// Entered the steps.
    pub recipients: u64,
    /// Only watched.
    pub held_out: u64,
    /// Wait for an approval.
    pub held: u64,
    /// In a step or before one.
    pub active: u64,
    /// At the end.
    pub finished: u64,
    /// Taken out, by reason.
    pub left: BTreeMap<String, u64>,
    /// Did not enter, by reason.
    pub suppressed: BTreeMap<String, u64>,
    /// Messages by where they stand.
    pub messages: BTreeMap<String, u64>,
    /// Tasks not done.
    pub tasks: u64,
}

/// Figures of all plans.
#[derive(Default)]
pub struct AllFigures(BTreeMap<PlanKey, PlanFigures>);

impl AllFigures {
    /// Of one plan, by its first name.
    pub fn of(&self, plan: &str) -> Option<&PlanFigures> {
        self.0.get(&PlanKey::of(plan))
    }

    fn plan(&mut self, key: PlanKey) -> &mut PlanFigures {
        self.0.entry(key).or_default()
    }

    fn take(&mut self, key: &Key, kept: Kept) {
        match (key, kept) {
            (Key::Plan(plan), Kept::Plan(state)) => {
                let figures = self.plan(*plan);
                figures.running = state.running;
                figures.started_at = Some(state.started_at);
            }
            (Key::Enrolment { plan, .. }, Kept::Enrolment(entry)) => {
                let figures = self.plan(*plan);
                if entry.held_out {
                    figures.held_out += 1;
                    return;
                }
                figures.recipients += 1;
                match entry.stage {
                    Stage::Active { .. } => figures.active += 1,
                    Stage::Finished { .. } => figures.finished += 1,
                    Stage::Left { reason, .. } => *figures.left.entry(reason).or_default() += 1,
                }
            }
            (Key::Hold { plan, .. }, _) => self.plan(*plan).held += 1,
            (Key::Tally { plan, .. }, Kept::Tally(tally)) => {
                let figures = self.plan(*plan);
                for (reason, count) in tally.suppressed {
                    *figures.suppressed.entry(reason).or_default() += count;
                }
            }
            (_, Kept::Message(message)) => {
                let word = match message.standing {
                    Standing::Waiting => "waiting",
                    Standing::Started { .. } => "started",
                    Standing::Uncertain { .. } => "uncertain",
                    Standing::Dead { .. } => "dead",
                };
                let figures = self.plan(PlanKey::of(&message.plan));
                *figures.messages.entry(word.to_owned()).or_default() += 1;
            }
            (_, Kept::Task(task)) => self.plan(PlanKey::of(&task.plan)).tasks += 1,
            _ => {}
        }
    }
}

/// Counts everything.
pub fn figures(store: &Store) -> Answered<AllFigures> {
    let mut all = AllFigures::default();
    for shelf in [Shelf::Due, Shelf::Customer, Shelf::Outbox] {
        each(store, shelf, &mut |key, kept| all.take(key, kept))?;
    }
    Ok(all)
}

/// Tasks that are not done, with their keys, by the rows of their customers.
pub fn tasks(store: &Store) -> Answered<Vec<(String, Task)>> {
    let mut found = Vec::new();
    each(store, Shelf::Customer, &mut |key, kept| {
        if let (Key::Task { key, .. }, Kept::Task(task)) = (key, kept) {
            found.push((key.to_string(), task));
        }
    })?;
    Ok(found)
}

fn each(store: &Store, shelf: Shelf, take: &mut dyn FnMut(&Key, Kept)) -> Answered<()> {
    let mut unreadable = None;
    let read = store.records(shelf, &mut |bytes, value| {
        let Some(key) = Key::read(shelf, bytes) else {
            return Ok(true);
        };
        match decode(&key, value) {
            Ok(kept) => take(&key, kept),
            Err(why) => unreadable = Some(why),
        }
        Ok::<bool, StoreError>(unreadable.is_none())
    });
    read.map_err(|error| refused(&CoreError::Store(error)))?;
    match unreadable {
        None => Ok(()),
        Some(why) => Err(Refusal::new(FAULT, why)),
    }
}
