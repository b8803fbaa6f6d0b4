//! One round of care: what it looks at, what it has made so far.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ask::{self, Parts};
use super::draft::Draft;
use super::outbox::{OutboxKey, Standing};
use super::record::{Enrolment, Kept, Key, PlanKey, PlanState, Stage};
use super::state::State;
use crate::base::calendar::{Instant, Zone};
use crate::enrol::decide::silence;
use crate::enrol::{Candidate, Reason};
use crate::language::typed::{CarePlan, Rules};
use crate::live::follow::{Brought, Round};

/// A round on its way.
pub struct Work<'w> {
    /// Everything known.
    pub state: &'w mut State,
    /// What came.
    pub round: &'w Round<'w>,
    /// The rules of the round.
    pub rules: Arc<Rules>,
    /// Attributes that play a part.
    pub parts: Parts,
    /// Groups so far.
    pub drafts: Vec<Draft>,
    /// Whether a message was made, or put back, that is due at once.
    pub due_at_once: bool,
}

impl<'w> Work<'w> {
    /// Begins a round.
    pub fn new(state: &'w mut State, round: &'w Round<'w>) -> Self {
        state.in_zone(round.moment.zone());
        Self {
            state,
            round,
            rules: Arc::clone(&round.moment.rules),
            parts: Parts::of(round.moment),
            drafts: Vec::new(),
            due_at_once: false,
        }
    }

    /// What has been made.
    pub fn finish(self) -> Brought {
        Brought {
            groups: self.drafts.into_iter().filter_map(Draft::finish).collect(),
        }
    }

    /// The business zone.
    pub fn zone(&self) -> Zone {
        self.round.moment.zone().clone()
    }

    /// The instant of the round.
    pub fn now(&self) -> Instant {
        self.round.now
    }

    /// Plans of the rules that are running, with their keys.
    pub fn running<'r>(&self, rules: &'r Rules) -> Vec<(PlanKey, &'r CarePlan)> {
        let plans = rules
            .care
            .iter()
            .map(|plan| (PlanKey::of(&plan.name), plan));
        plans
            .filter(|(key, _)| self.state.is_running(*key))
            .collect()
    }

    /// Adds a draft and tells its place.
    pub fn draft(&mut self, change: Option<usize>) -> usize {
        self.drafts.push(Draft::of(change));
        self.drafts.len() - 1
    }

    /// Sets a record in a draft.
    pub fn set(&mut self, draft: usize, key: Key, value: Option<Kept>) -> Result<(), String> {
        if let Some(Kept::Message(entry)) = &value {
            self.due_at_once |= entry.standing == Standing::Waiting && entry.due_at <= self.now().0;
        }
        match self.drafts.get_mut(draft) {
            Some(draft) => draft.set(self.state, key, value),
            None => Err("a group of care is gone".to_owned()),
        }
    }

    /// Writes where a customer stands.
    pub fn set_stage(
        &mut self,
        draft: usize,
        (row, plan, entered_at): (u32, PlanKey, i64),
        stage: Stage,
    ) -> Result<(), String> {
        let key = Key::Enrolment {
            row,
            plan,
            entered_at,
        };
        let enrolment = Enrolment {
            held_out: false,
            stage,
        };
        self.set(draft, key, Some(Kept::Enrolment(enrolment)))
    }

    /// Changes what is known of a plan, in a draft of its own.
    pub fn set_plan(
        &mut self,
        plan: PlanKey,
        change: impl FnOnce(&mut PlanState),
    ) -> Result<(), String> {
        let draft = self.draft(None);
        self.set_plan_in(draft, plan, change)
    }

    /// Changes what is known of a plan.
    pub fn set_plan_in(
        &mut self,
        draft: usize,
        plan: PlanKey,
        change: impl FnOnce(&mut PlanState),
    ) -> Result<(), String> {
        let Some(state) = self.state.plan(plan) else {
            return Ok(());
        };
        let mut next = state.clone();
        change(&mut next);
        if next == *state {
            return Ok(());
        }
        self.set(draft, Key::Plan(plan), Some(Kept::Plan(next)))
    }

    /// Why a plan must not turn to each of these customers now; `None` when it may.
    ///
    /// # Errors
    /// Why there is no answer.
    pub fn silenced(&self, plan: &CarePlan, rows: &[u32]) -> Result<Vec<Option<Reason>>, String> {
        let excluded = ask::excluded(self.round.moment, plan, rows)?;
        let answers = rows.iter().zip(excluded);
        Ok(answers
            .map(|(row, excluded)| {
                silence(&Candidate {
                    customer: "",
                    excluded,
                    do_not_contact: self.parts.do_not_contact(*row),
                    consent: self.parts.consent(*row),
                    reachable: true,
                    in_plan: false,
                    last_entry: None,
                    contacts: &[],
                })
            })
            .collect())
    }

    /// Whether the customer was erased.
    pub fn is_gone(&self, row: u32) -> bool {
        let snapshot = &self.round.moment.snapshot;
        snapshot.is_hidden(row) || row >= snapshot.rows()
    }

    /// Drops everything about customers that were erased.
    pub fn drop_erased(&mut self, known: usize) -> Result<usize, String> {
        let hidden: &BTreeSet<u32> = self.round.moment.snapshot.hidden();
        if hidden.len() == known {
            return Ok(known);
        }
        for row in hidden {
            let keys = self.state.about(*row);
            if keys.is_empty() {
                continue;
            }
            let draft = self.draft(None);
            for key in keys {
                self.set(draft, key, None)?;
            }
        }
        Ok(hidden.len())
    }

    /// Removes a message with the contact that it counts as.
    pub fn drop_message(&mut self, draft: usize, key: OutboxKey) -> Result<(), String> {
        self.drop_contact(draft, key)?;
        self.set(draft, Key::Message(key), None)
    }

    /// Removes the contact that a message counts as.
    pub fn drop_contact(&mut self, draft: usize, key: OutboxKey) -> Result<(), String> {
        let Some(entry) = self.state.message(key) else {
            return Ok(());
        };
        let contact = Key::Contact {
            row: entry.row,
            at: entry.due_at,
            message: key,
        };
        self.set(draft, contact, None)
    }
}
