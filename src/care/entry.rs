//! Customers who come to a plan: each gets a verdict, and those who enter their first step.

use std::collections::BTreeSet;

use super::ask::{self, Parts};
use super::campaign::{self, HELD_OUT, Said};
use super::outbox::OutboxKey;
use super::record::{Enrolment, Kept, Key, PlanKey, Stage, Tally};
use super::state::State;
use super::steps::Turn;
use super::work::Work;
use crate::base::calendar::{Date, Instant, Unit};
use crate::enrol::{Candidate, Reason, Today, Verdict, decide};
use crate::language::typed::{CHANNEL_EMAIL, CarePlan};
use crate::live::moment::Moment;

/// A customer who comes to a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Who.
    pub row: u32,
    /// What brings the customer.
    pub by: By,
}

/// What brings a customer. That it did is written together with what becomes of the customer, so that
/// a round which is cut off anywhere goes on behind those who are through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The change of the audience at this place.
    Change(usize),
    /// The event at this place of the log.
    Event {
        /// Its position.
        position: u64,
    },
    /// An event that was dated ahead.
    Awaited {
        /// When it happens: seconds since 1970, UTC.
        at: i64,
    },
    /// A person approved of those held.
    Hold,
    /// The calendar or a person's order, which is noted behind all it brings: see [`Came::suppressed`].
    Occasion,
}

/// What became of those who came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Came {
    /// Who entered the steps.
    pub recipients: u64,
    /// Who is only watched.
    pub held_out: u64,
    /// Who waits for an approval.
    pub held: u64,
    /// Who came by an occasion and did not enter. Written with the note that the occasion is past:
    /// [`Work::count_suppressed`].
    pub suppressed: Tally,
}

impl Work<'_> {
    /// Decides on those who come to a plan; the first steps of those who enter are put into `turns`.
    /// `since`: whoever entered, or is held, from then on came by this same occasion already.
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
            .filter(|arrival| !self.is_gone(arrival.row) && !self.has_come(key, arrival.row, since))
            .copied()
            .collect();
        if arrivals.is_empty() {
            return Ok(Came::default());
        }
        let rows: Vec<u32> = arrivals.iter().map(|arrival| arrival.row).collect();
        let verdicts = verdicts(self.round.moment, self.state, &self.parts, plan, &rows);
        let mut came = Came::default();
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
                    let held = reason == Reason::ExpectationHeld;
                    came.held += u64::from(held);
                    if arrival.by == By::Occasion && !held {
                        came.suppressed.add(reason.word(), 1);
                    } else {
                        self.suppress(key, *arrival, reason)?;
                    }
                }
            }
        }
        Ok(came)
    }

    /// Whether the customer came by the occasion of that instant before it was cut off.
    fn has_come(&self, plan: PlanKey, row: u32, since: Option<Instant>) -> bool {
        let Some(since) = since else { return false };
        let last = self.state.last_entry(plan, row);
        let held = match self.state.get(&Key::Hold { row, plan }) {
            Some(Kept::Hold(date)) => Date(*date).add(1, Unit::Day),
            _ => None,
        };
        let held_until = held.map(|next| self.round.moment.zone().instant(next, 0));
        last.is_some_and(|last| last >= since) || held_until.is_some_and(|until| until > since)
    }

    /// A draft for a customer who comes, with the note of what brought the customer.
    fn come(&mut self, plan: PlanKey, arrival: Arrival) -> Result<usize, String> {
        let row = arrival.row;
        match arrival.by {
            By::Change(place) => Ok(self.draft(Some(place))),
            By::Occasion => Ok(self.draft(None)),
            By::Event { position } => {
                let draft = self.draft(None);
                let handled = Kept::Position(position.saturating_add(1));
                self.set(draft, Key::Position(plan), Some(handled))?;
                Ok(draft)
            }
            By::Awaited { at } => {
                let draft = self.draft(None);
                self.set(draft, Key::Awaited { row, plan, at }, None)?;
                Ok(draft)
            }
            By::Hold => self.release(plan, row),
        }
    }

    /// A draft that takes a customer from those held, who then no longer count as suppressed.
    pub fn release(&mut self, plan: PlanKey, row: u32) -> Result<usize, String> {
        let draft = self.draft(None);
        let hold = Key::Hold { row, plan };
        if let Some(Kept::Hold(date)) = self.state.get(&hold).cloned() {
            let mut tally = self.state.tally(plan, date);
            tally.add(Reason::ExpectationHeld.word(), -1);
            self.set(draft, Key::Tally { plan, date }, Some(Kept::Tally(tally)))?;
        }
        self.set(draft, hold, None)?;
        Ok(draft)
    }

    fn let_in<'p>(
        &mut self,
        plan: &'p CarePlan,
        key: PlanKey,
        arrival: Arrival,
    ) -> Result<Turn<'p>, String> {
        let draft = self.come(key, arrival)?;
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
        let draft = self.come(key, arrival)?;
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
    fn suppress(&mut self, plan: PlanKey, arrival: Arrival, reason: Reason) -> Result<(), String> {
        let (draft, row) = (self.come(plan, arrival)?, arrival.row);
        let date = self.round.moment.zone().date_of(self.now()).0;
        let mut tally = self.state.tally(plan, date);
        tally.add(reason.word(), 1);
        self.set(draft, Key::Tally { plan, date }, Some(Kept::Tally(tally)))?;
        if reason == Reason::ExpectationHeld {
            self.set(draft, Key::Hold { row, plan }, Some(Kept::Hold(date)))?;
        }
        Ok(())
    }

    /// Counts those of an occasion who did not enter, in the draft that says that it is past.
    pub fn count_suppressed(
        &mut self,
        draft: usize,
        plan: PlanKey,
        came: &Came,
    ) -> Result<(), String> {
        if came.suppressed == Tally::default() {
            return Ok(());
        }
        let date = self.round.moment.zone().date_of(self.now()).0;
        let mut tally = self.state.tally(plan, date);
        for (word, count) in &came.suppressed.suppressed {
            tally.add(word, i64::try_from(*count).unwrap_or(i64::MAX));
        }
        self.set(draft, Key::Tally { plan, date }, Some(Kept::Tally(tally)))
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
