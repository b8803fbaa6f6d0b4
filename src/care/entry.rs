//! Customers who come to a plan: each gets a verdict, and those who enter their first step.

use std::collections::BTreeSet;

use super::ask::{self, Parts};
use super::campaign::{self, HELD_OUT, Said};
use super::outbox::OutboxKey;
use super::record::{Enrolment, Kept, Key, PlanKey, Stage};
use super::state::State;
use super::steps::Turn;
use super::work::Work;
use crate::base::calendar::Instant;
use crate::enrol::{Candidate, Reason, Today, Verdict, decide};
use crate::language::typed::{CHANNEL_EMAIL, CarePlan};
use crate::live::moment::Moment;

/// A customer who comes to a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Who.
    pub row: u32,
    /// Place of the change that brings the customer.
    pub change: Option<usize>,
}

/// What became of those who came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Came {
    /// Who entered the steps.
    pub recipients: u64,
    /// Who is only watched.
    pub held_out: u64,
    /// Who waits for an approval.
    pub held: u64,
}

impl Work<'_> {
    /// Decides on those who come to a plan; the first steps of those who enter are put into `turns`.
    /// `since`: whoever entered from then on was let in by this same occasion already.
    pub fn enter<'p>(
        &mut self,
        plan: &'p CarePlan,
        arrivals: &[Arrival],
        since: Option<Instant>,
        turns: &mut Vec<Turn<'p>>,
    ) -> Result<Came, String> {
        let key = PlanKey::of(&plan.name);
        let arrivals: Vec<Arrival> = arrivals
            .iter()
            .filter(|arrival| {
                !self.is_gone(arrival.row) && !self.was_let_in(key, arrival.row, since)
            })
            .copied()
            .collect();
        if arrivals.is_empty() {
            return Ok(Came::default());
        }
        let rows: Vec<u32> = arrivals.iter().map(|arrival| arrival.row).collect();
        let verdicts = verdicts(self.round.moment, self.state, &self.parts, plan, &rows);
        let mut came = Came::default();
        let mut loose = None;
        for (arrival, verdict) in arrivals.iter().zip(verdicts) {
            match verdict {
                Verdict::Recipient => {
                    came.recipients += 1;
                    let turn = self.let_in(plan, key, *arrival)?;
                    turns.push(turn);
                }
                Verdict::HeldOut => {
                    came.held_out += 1;
                    self.watch_only(plan, key, *arrival)?;
                }
                Verdict::Suppressed(reason) => {
                    let draft = match arrival.change {
                        Some(_) => self.draft(arrival.change),
                        None => *loose.get_or_insert_with(|| self.draft(None)),
                    };
                    came.held += u64::from(reason == Reason::ExpectationHeld);
                    self.suppress(draft, key, arrival.row, reason)?;
                }
            }
        }
        Ok(came)
    }

    fn was_let_in(&self, plan: PlanKey, row: u32, since: Option<Instant>) -> bool {
        let last = self.state.last_entry(plan, row);
        matches!((last, since), (Some(last), Some(since)) if last >= since)
    }

    fn let_in<'p>(
        &mut self,
        plan: &'p CarePlan,
        key: PlanKey,
        arrival: Arrival,
    ) -> Result<Turn<'p>, String> {
        let draft = self.draft(arrival.change);
        let entered_at = self.now().0;
        let stage = Stage::Active {
            step: plan.steps.first().map(|step| step.name.to_string()),
            due_at: entered_at,
        };
        self.set_stage(draft, (arrival.row, key, entered_at), stage)?;
        self.tell_entry(draft, plan, arrival.row, None);
        Ok(Turn {
            draft,
            plan,
            key,
            row: arrival.row,
            entered_at,
            step: 0,
            fresh: true,
        })
    }

    fn watch_only(
        &mut self,
        plan: &CarePlan,
        key: PlanKey,
        arrival: Arrival,
    ) -> Result<(), String> {
        let draft = self.draft(arrival.change);
        let now = self.now().0;
        let record = Key::Enrolment {
            row: arrival.row,
            plan: key,
            entered_at: now,
        };
        let enrolment = Enrolment {
            held_out: true,
            stage: Stage::Finished { at: now },
        };
        self.set(draft, record, Some(Kept::Enrolment(enrolment)))?;
        self.tell_entry(draft, plan, arrival.row, Some(HELD_OUT));
        Ok(())
    }

    fn tell_entry(&mut self, draft: usize, plan: &CarePlan, row: u32, channel: Option<&str>) {
        let at = self.now();
        let said = Said {
            event: campaign::ENTERED,
            row,
            at,
            plan: &plan.name,
            step: None,
            channel,
            about: OutboxKey::of(&plan.name, row, at.0, ""),
        };
        self.tell(draft, said);
    }

    /// Adds an event to a draft.
    pub fn tell(&mut self, draft: usize, said: Said<'_>) {
        let fact = campaign::fact(self.round.moment, said);
        if let Some(draft) = self.drafts.get_mut(draft) {
            draft.facts.extend(fact);
        }
    }

    /// Counts someone who does not enter.
    fn suppress(
        &mut self,
        draft: usize,
        plan: PlanKey,
        row: u32,
        reason: Reason,
    ) -> Result<(), String> {
        let date = self.round.moment.zone().date_of(self.now()).0;
        let mut tally = self.state.tally(plan, date);
        tally.add(reason.word(), 1);
        self.set(draft, Key::Tally { plan, date }, Some(Kept::Tally(tally)))?;
        if reason == Reason::ExpectationHeld {
            self.set(draft, Key::Hold { row, plan }, Some(Kept::Hold(date)))?;
        }
        Ok(())
    }
}

/// What becomes of these customers if they come to the plan at the moment, one verdict each.
pub fn verdicts(
    moment: &Moment,
    state: &State,
    parts: &Parts,
    plan: &CarePlan,
    rows: &[u32],
) -> Vec<Verdict> {
    let (key, now) = (PlanKey::of(&plan.name), moment.now);
    // Without an answer nobody is known not to be excluded.
    let excluded = ask::excluded(moment, plan, rows).unwrap_or_else(|_| vec![None; rows.len()]);
    let contacts: Vec<Vec<Instant>> = match plan.limit_customer {
        Some(_) => rows.iter().map(|row| state.contacts(*row, None)).collect(),
        None => vec![Vec::new(); rows.len()],
    };
    let mails = plan.sends_by(CHANNEL_EMAIL);
    let mut seen = BTreeSet::new();
    let facts = rows.iter().zip(excluded).zip(&contacts);
    let candidates: Vec<Candidate<'_>> = facts
        .map(|((row, excluded), contacts)| Candidate {
            customer: moment.snapshot.id(*row),
            excluded,
            do_not_contact: parts.do_not_contact(*row),
            consent: parts.consent(*row),
            reachable: !mails || parts.email(*row).is_some(),
            // Twice in one round, or in the plan.
            in_plan: !seen.insert(*row)
                || state.active_since(key, *row).is_some()
                || state.last_entry(key, *row) == Some(now),
            last_entry: state.last_entry(key, *row),
            contacts,
        })
        .collect();
    let date = moment.zone().date_of(now);
    let (recipients, held_out) = state.entered(key, date);
    let today = Today {
        recipients,
        held_out,
        holding: !state.held(key).is_empty(),
        approved: state
            .plan(key)
            .is_some_and(|state| state.approved_date == Some(date.0)),
    };
    decide(plan, now, today, &candidates, moment.zone())
}
