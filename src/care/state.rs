//! Everything care keeps, in memory: a function of its records alone, so that opening the store
//! again gives the same. Changes can be taken back until the store has them.

use std::collections::{BTreeMap, BTreeSet};

use super::outbox::{OutboxEntry, OutboxKey, Standing};
use super::record::{Enrolment, Kept, Key, PlanKey, PlanState, Stage, Tag, Tally, Task, decode};
use crate::base::calendar::{Date, Instant, Zone};
use crate::store::{Shelf, Store};

/// What one plan has to do, by instant.
#[derive(Clone, Debug, Default, PartialEq)]
struct Agenda {
    /// (due, row, entered) of customers in a step.
    steps: BTreeSet<(i64, u32, i64)>,
    /// (due, message) of those that wait.
    messages: BTreeSet<(i64, OutboxKey)>,
    /// (instant, row) of events dated ahead.
    awaited: BTreeSet<(i64, u32)>,
    /// By date: who entered the steps, and who is only watched.
    entered: BTreeMap<i32, (u64, u64)>,
    /// Who waits for an approval.
    held: BTreeSet<u32>,
}

/// All records, with what is looked up among them.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    kept: BTreeMap<Key, Kept>,
    agenda: BTreeMap<PlanKey, Agenda>,
    /// When each customer in a step entered.
    active: BTreeMap<(PlanKey, u32), i64>,
    /// (row, message) of all messages.
    messages: BTreeSet<(u32, OutboxKey)>,
    /// The business zone, for dates.
    zone: Zone,
    /// What stood before each change that may still be taken back.
    undo: Vec<(Key, Option<Kept>)>,
}

impl State {
    /// Nothing yet.
    pub fn new(zone: Zone) -> Self {
        Self {
            kept: BTreeMap::new(),
            agenda: BTreeMap::new(),
            active: BTreeMap::new(),
            messages: BTreeSet::new(),
            zone,
            undo: Vec::new(),
        }
    }

    /// What the store holds.
    ///
    /// # Errors
    /// A sentence: the store cannot be read, or holds a record of another form.
    pub fn open(store: &Store, zone: Zone) -> Result<Self, String> {
        let mut state = Self::new(zone);
        for shelf in [Shelf::Customer, Shelf::Due, Shelf::Outbox] {
            let mut fault = None;
            let visited = store.records(shelf, &mut |key, value| {
                let Some(key) = Key::read(shelf, key) else {
                    return Ok(true);
                };
                match decode(&key, value) {
                    Ok(value) => state.set(key, Some(value)),
                    Err(why) => fault = Some(why),
                }
                Ok(fault.is_none())
            });
            visited.map_err(|fault| fault.to_string())?;
            if let Some(fault) = fault {
                return Err(fault);
            }
        }
        state.keep();
        Ok(state)
    }

    /// Another business zone: dates are counted anew.
    pub fn in_zone(&mut self, zone: &Zone) {
        if self.zone.name() == zone.name() {
            return;
        }
        let kept = std::mem::take(&mut self.kept);
        let undo = std::mem::take(&mut self.undo);
        *self = Self::new(zone.clone());
        for (key, value) in kept {
            self.set(key, Some(value));
        }
        self.undo = undo;
    }

    /// Sets or removes a record.
    pub fn set(&mut self, key: Key, value: Option<Kept>) {
        let old = match value {
            Some(value) => {
                let old = self.kept.remove(&key);
                if let Some(old) = &old {
                    self.note(&key, old, false);
                }
                self.note(&key, &value, true);
                self.kept.insert(key, value);
                old
            }
            None => {
                let old = self.kept.remove(&key);
                if let Some(old) = &old {
                    self.note(&key, old, false);
                }
                old
            }
        };
        self.undo.push((key, old));
    }

    /// The changes stand: the store has them.
    pub fn keep(&mut self) {
        self.undo.clear();
    }

    /// The changes since [`State::keep`] never happened.
    pub fn forget(&mut self) {
        while let Some((key, old)) = self.undo.pop() {
            self.set(key, old);
            self.undo.pop();
        }
    }

    /// Brings what is looked up in line with one record that comes or goes.
    fn note(&mut self, key: &Key, value: &Kept, comes: bool) {
        match (key, value) {
            (
                Key::Enrolment {
                    row,
                    plan,
                    entered_at,
                },
                Kept::Enrolment(enrolment),
            ) => {
                let date = self.zone.date_of(Instant(*entered_at)).0;
                let agenda = self.agenda.entry(*plan).or_default();
                let (recipients, held_out) = agenda.entered.entry(date).or_default();
                let count = if enrolment.held_out {
                    held_out
                } else {
                    recipients
                };
                *count = count.saturating_add_signed(if comes { 1 } else { -1 });
                if let Stage::Active { due_at, .. } = &enrolment.stage {
                    put(&mut agenda.steps, (*due_at, *row, *entered_at), comes);
                    if comes {
                        self.active.insert((*plan, *row), *entered_at);
                    } else {
                        self.active.remove(&(*plan, *row));
                    }
                }
            }
            (Key::Message(key), Kept::Message(entry)) => {
                put(&mut self.messages, (entry.row, *key), comes);
                if entry.standing == Standing::Waiting {
                    let agenda = self.agenda.entry(PlanKey::of(&entry.plan)).or_default();
                    put(&mut agenda.messages, (entry.due_at, *key), comes);
                }
            }
            (Key::Awaited { row, plan, at }, _) => {
                let agenda = self.agenda.entry(*plan).or_default();
                put(&mut agenda.awaited, (*at, *row), comes);
            }
            (Key::Hold { row, plan }, _) => {
                put(&mut self.agenda.entry(*plan).or_default().held, *row, comes);
            }
            _ => {}
        }
    }

    /// All records, by key.
    pub fn records(&self) -> impl Iterator<Item = (&Key, &Kept)> {
        self.kept.iter()
    }

    /// The record under a key.
    pub fn get(&self, key: &Key) -> Option<&Kept> {
        self.kept.get(key)
    }

    /// What is known of a plan; `None` when it was never started.
    pub fn plan(&self, plan: PlanKey) -> Option<&PlanState> {
        match self.kept.get(&Key::Plan(plan)) {
            Some(Kept::Plan(state)) => Some(state),
            _ => None,
        }
    }

    /// Whether customers enter a plan and its steps are taken.
    pub fn is_running(&self, plan: PlanKey) -> bool {
        self.plan(plan).is_some_and(|state| state.running)
    }

    /// Every plan that was ever started, by key.
    pub fn plans(&self) -> impl Iterator<Item = (PlanKey, &PlanState)> {
        let range = self
            .kept
            .range(Key::Plan(PlanKey(0))..=Key::Plan(PlanKey(u64::MAX)));
        range.filter_map(|(key, value)| match (key, value) {
            (Key::Plan(plan), Kept::Plan(state)) => Some((*plan, state)),
            _ => None,
        })
    }

    /// When the customer entered the plan that it is in a step of.
    pub fn active_since(&self, plan: PlanKey, row: u32) -> Option<Instant> {
        self.active.get(&(plan, row)).copied().map(Instant)
    }

    /// An entry.
    pub fn enrolment(&self, plan: PlanKey, row: u32, entered_at: i64) -> Option<&Enrolment> {
        let key = Key::Enrolment {
            row,
            plan,
            entered_at,
        };
        match self.kept.get(&key) {
            Some(Kept::Enrolment(enrolment)) => Some(enrolment),
            _ => None,
        }
    }

    /// When the customer last entered the plan.
    pub fn last_entry(&self, plan: PlanKey, row: u32) -> Option<Instant> {
        let at = |entered_at| Key::Enrolment {
            row,
            plan,
            entered_at,
        };
        let (key, _) = self.kept.range(at(i64::MIN)..=at(i64::MAX)).next_back()?;
        match key {
            Key::Enrolment { entered_at, .. } => Some(Instant(*entered_at)),
            _ => None,
        }
    }

    /// All entries of all customers, by row.
    pub fn enrolments(&self) -> impl Iterator<Item = (u32, PlanKey, i64, &Enrolment)> {
        let from = Key::Enrolment {
            row: 0,
            plan: PlanKey(0),
            entered_at: i64::MIN,
        };
        let until = Key::Enrolment {
            row: u32::MAX,
            plan: PlanKey(u64::MAX),
            entered_at: i64::MAX,
        };
        self.kept.range(from..=until).filter_map(|pair| match pair {
            (
                Key::Enrolment {
                    row,
                    plan,
                    entered_at,
                },
                Kept::Enrolment(enrolment),
            ) => Some((*row, *plan, *entered_at, enrolment)),
            _ => None,
        })
    }

    /// When messages went or will go to a customer, ascending, without one of them.
    pub fn contacts(&self, row: u32, without: Option<OutboxKey>) -> Vec<Instant> {
        let from = Key::Contact {
            row,
            at: i64::MIN,
            message: OutboxKey([0; 16]),
        };
        let until = Key::Contact {
            row,
            at: i64::MAX,
            message: OutboxKey([u8::MAX; 16]),
        };
        let keys = self.kept.range(from..=until).map(|(key, _)| key);
        keys.filter_map(|key| match key {
            Key::Contact { at, message, .. } if Some(*message) != without => Some(Instant(*at)),
            _ => None,
        })
        .collect()
    }

    /// Who entered a plan on a date: recipients, and customers only watched.
    pub fn entered(&self, plan: PlanKey, date: Date) -> (u64, u64) {
        let agenda = self.agenda.get(&plan);
        let found = agenda.and_then(|agenda| agenda.entered.get(&date.0));
        found.copied().unwrap_or_default()
    }

    /// As [`State::entered`], of all dates together.
    pub fn entered_in_all(&self, plan: PlanKey) -> (u64, u64) {
        let agenda = self.agenda.get(&plan);
        let days = agenda
            .into_iter()
            .flat_map(|agenda| agenda.entered.values());
        days.fold((0, 0), |(recipients, held_out), day| {
            (recipients + day.0, held_out + day.1)
        })
    }

    /// Who waits for an approval.
    pub fn held(&self, plan: PlanKey) -> Vec<u32> {
        let agenda = self.agenda.get(&plan);
        let held = agenda.into_iter().flat_map(|agenda| agenda.held.iter());
        held.copied().collect()
    }

    /// Who was suppressed on a date.
    pub fn tally(&self, plan: PlanKey, date: i32) -> Tally {
        match self.kept.get(&Key::Tally { plan, date }) {
            Some(Kept::Tally(tally)) => tally.clone(),
            _ => Tally::default(),
        }
    }

    /// The tallies of a plan, by date.
    pub fn tallies(&self, plan: PlanKey) -> impl Iterator<Item = (i32, &Tally)> {
        let at = |date| Key::Tally { plan, date };
        let range = self.kept.range(at(i32::MIN)..=at(i32::MAX));
        range.filter_map(|(key, value)| match (key, value) {
            (Key::Tally { date, .. }, Kept::Tally(tally)) => Some((*date, tally)),
            _ => None,
        })
    }

    /// (row, entered) of customers of a plan whose step is due, the longest due first.
    pub fn steps_due(&self, plan: PlanKey, now: Instant) -> Vec<(u32, i64)> {
        let agenda = self.agenda.get(&plan);
        let steps = agenda.into_iter().flat_map(|agenda| agenda.steps.iter());
        let due = steps.take_while(|(due, ..)| *due <= now.0);
        due.map(|(_, row, entered)| (*row, *entered)).collect()
    }

    /// (row, instant) of awaited events of a plan that have happened.
    pub fn awaited_due(&self, plan: PlanKey, now: Instant) -> Vec<(u32, i64)> {
        let agenda = self.agenda.get(&plan);
        let awaited = agenda.into_iter().flat_map(|agenda| agenda.awaited.iter());
        let due = awaited.take_while(|(at, _)| *at <= now.0);
        due.map(|(at, row)| (*row, *at)).collect()
    }

    /// Messages of a plan that are due, the longest due first.
    pub fn messages_due(&self, plan: PlanKey, now: Instant) -> impl Iterator<Item = OutboxKey> {
        let agenda = self.agenda.get(&plan);
        let messages = agenda.into_iter().flat_map(|agenda| agenda.messages.iter());
        let due = messages.take_while(move |(due, _)| *due <= now.0);
        due.map(|(_, key)| *key)
    }

    /// The first instant at which a step of the plan is due or an awaited event happens.
    pub fn next_step(&self, plan: PlanKey) -> Option<Instant> {
        let agenda = self.agenda.get(&plan)?;
        let step = agenda.steps.first().map(|(due, ..)| *due);
        let awaited = agenda.awaited.first().map(|(at, _)| *at);
        step.into_iter().chain(awaited).min().map(Instant)
    }

    /// The first instant after another at which a message of the plan is due.
    pub fn next_message(&self, plan: PlanKey, after: Instant) -> Option<Instant> {
        let agenda = self.agenda.get(&plan)?;
        let from = (after.0.saturating_add(1), OutboxKey([0; 16]));
        let (due, _) = agenda.messages.range(from..).next()?;
        Some(Instant(*due))
    }

    /// A message.
    pub fn message(&self, key: OutboxKey) -> Option<&OutboxEntry> {
        match self.kept.get(&Key::Message(key)) {
            Some(Kept::Message(entry)) => Some(entry),
            _ => None,
        }
    }

    /// All messages, by key.
    pub fn messages(&self) -> impl Iterator<Item = &OutboxEntry> {
        let range = self
            .kept
            .range(Key::Message(OutboxKey([0; 16]))..=Key::Message(OutboxKey([u8::MAX; 16])));
        range.filter_map(|(_, value)| match value {
            Kept::Message(entry) => Some(&**entry),
            _ => None,
        })
    }

    /// All open tasks, by row and key.
    pub fn tasks(&self) -> impl Iterator<Item = (u32, OutboxKey, &Task)> {
        let from = Key::Task {
            row: 0,
            key: OutboxKey([0; 16]),
        };
        let until = Key::Task {
            row: u32::MAX,
            key: OutboxKey([u8::MAX; 16]),
        };
        self.kept.range(from..=until).filter_map(|pair| match pair {
            (Key::Task { row, key }, Kept::Task(task)) => Some((*row, *key, task)),
            _ => None,
        })
    }

    /// All marks, by row.
    pub fn tags(&self) -> impl Iterator<Item = (u32, &Tag)> {
        let from = Key::Tag { row: 0, tag: 0 };
        let until = Key::Tag {
            row: u32::MAX,
            tag: u64::MAX,
        };
        self.kept.range(from..=until).filter_map(|pair| match pair {
            (Key::Tag { row, .. }, Kept::Tag(tag)) => Some((*row, tag)),
            _ => None,
        })
    }

    /// Keys of all that is kept about a customer.
    pub fn about(&self, row: u32) -> Vec<Key> {
        let mut found = Vec::new();
        let mut all = |from: Key, until: Key| {
            found.extend(self.kept.range(from..=until).map(|(key, _)| *key));
        };
        let (least, most) = (OutboxKey([0; 16]), OutboxKey([u8::MAX; 16]));
        let (low, high) = (PlanKey(0), PlanKey(u64::MAX));
        let contact = |at, message| Key::Contact { row, at, message };
        all(contact(i64::MIN, least), contact(i64::MAX, most));
        let entry = |plan, entered_at| Key::Enrolment {
            row,
            plan,
            entered_at,
        };
        all(entry(low, i64::MIN), entry(high, i64::MAX));
        let awaited = |plan, at| Key::Awaited { row, plan, at };
        all(awaited(low, i64::MIN), awaited(high, i64::MAX));
        all(Key::Hold { row, plan: low }, Key::Hold { row, plan: high });
        all(Key::Tag { row, tag: 0 }, Key::Tag { row, tag: u64::MAX });
        all(Key::Task { row, key: least }, Key::Task { row, key: most });
        let messages = self.messages.range((row, least)..=(row, most));
        found.extend(messages.map(|(_, key)| Key::Message(*key)));
        found
    }
}

fn put<T: Ord>(set: &mut BTreeSet<T>, item: T, comes: bool) {
    if comes {
        set.insert(item);
    } else {
        set.remove(&item);
    }
}
