//! Who comes to which plan in a round: by changes of audiences, by events, by the calendar.

use std::collections::{BTreeMap, BTreeSet};

use super::ask;
use super::entry::{Arrival, By};
use super::record::{Kept, Key, PlanKey};
use super::steps::Turn;
use super::work::Work;
use crate::base::calendar::Instant;
use crate::base::limit::CARE_AGAIN_SECONDS;
use crate::enrol::schedule;
use crate::language::typed::{CarePlan, CareWhen, EventPartId, Rules, Typed};
use crate::live::members::Cause;
use crate::schema::EventId;
use crate::store::fact::Fact;

/// An event that a plan may wait for: kind, row, instant.
pub type Happened = (EventId, u32, Instant);

/// The events among facts, with their places in the log; `first` is that of the first fact.
pub fn events(first: u64, facts: &[Fact]) -> impl Iterator<Item = (u64, Happened)> {
    (first..)
        .zip(facts)
        .filter_map(|(position, fact)| match fact {
            Fact::Event { event, row, at, .. } => Some((position, (*event, row.0, *at))),
            _ => None,
        })
}

impl Work<'_> {
    /// All who come to running plans; `missed` are events of rounds that were not finished, `again`
    /// tells for each plan whose audience was not known when it will be asked for.
    pub fn arrive<'p>(
        &mut self,
        rules: &'p Rules,
        missed: &[(u64, Happened)],
        again: &mut BTreeMap<PlanKey, Instant>,
        turns: &mut Vec<Turn<'p>>,
    ) -> Result<(), String> {
        for (key, plan) in self.running(rules) {
            match &plan.when {
                CareWhen::Enters => {
                    let arrivals = self.changed(plan);
                    self.enter(plan, &arrivals, None, turns)?;
                }
                CareWhen::AfterEvent(event, part) => {
                    self.after_event(key, plan, (*event, *part), missed, turns)?;
                }
                CareWhen::ByHand => {}
                when => self.by_calendar(key, plan, when, again, turns)?,
            }
        }
        Ok(())
    }

    /// Whom the changes of the round bring into the plan's audience.
    fn changed(&self, plan: &CarePlan) -> Vec<Arrival> {
        let name = plan.audience_name();
        let changes = self.round.changes.iter().enumerate();
        changes
            .filter(|(_, change)| change.filter == name && change.entered)
            .filter(|(_, change)| match change.cause {
                Cause::Fact { .. } | Cause::Time | Cause::Ranks | Cause::Restart => true,
                Cause::Rule | Cause::Plugin | Cause::Erasure => plan.rule_changes,
            })
            .map(|(place, change)| Arrival {
                row: change.row,
                by: By::Change(place),
            })
            .collect()
    }

    fn after_event<'p>(
        &mut self,
        key: PlanKey,
        plan: &'p CarePlan,
        (event, part): (EventId, Option<EventPartId>),
        missed: &[(u64, Happened)],
        turns: &mut Vec<Turn<'p>>,
    ) -> Result<(), String> {
        let started_at = self.state.plan(key).map_or(i64::MAX, |it| it.started_at);
        let end = self.round.moment.snapshot.position();
        let first = end.saturating_sub(u64::try_from(self.round.facts.len()).unwrap_or(u64::MAX));
        let handled = match self.state.get(&Key::Position(key)) {
            Some(Kept::Position(handled)) => *handled,
            _ => first,
        };
        let round = self.round;
        let audience = round.members.of(&plan.audience_name());
        let is_member = |row: u32| audience.is_some_and(|set| set.contains(row));
        let happened = missed.iter().copied().chain(events(first, round.facts));
        let happened: Vec<(u64, Happened)> = happened
            .filter(|(position, (kind, _, at))| {
                *kind == event && at.0 >= started_at && *position >= handled
            })
            .collect();
        let due = self.state.awaited_due(key, self.now());
        let came = happened.iter().map(|(_, (_, row, at))| (*row, *at));
        let came = came.filter(|(_, at)| *at <= self.now());
        let awaited = due.iter().map(|(row, at)| (*row, Instant(*at)));
        let mut came: Vec<(u32, Instant)> = came.chain(awaited).collect();
        came.retain(|(row, _)| is_member(*row));
        let fitting = part.map(|part| self.of_part(event, part, &came));
        let fitting = fitting.transpose()?;
        let fits = |row: u32, at: Instant| {
            let of_part = fitting.as_ref().is_none_or(|it| it.contains(&(row, at)));
            is_member(row) && of_part
        };
        let mut arrivals = Vec::new();
        for (position, (_, row, at)) in happened {
            let awaited = Key::Awaited {
                row,
                plan: key,
                at: at.0,
            };
            if at > self.now() {
                // Noted again after a cut, it says the same; so it may come before the position.
                let draft = self.draft(None);
                self.set(draft, awaited, Some(Kept::Mark))?;
            } else if fits(row, at) && self.state.get(&awaited).is_none() {
                let by = By::Event { position };
                arrivals.push(Arrival { row, by });
            }
        }
        for (row, at) in due {
            if fits(row, Instant(at)) {
                let by = By::Awaited { at };
                arrivals.push(Arrival { row, by });
            } else {
                let draft = self.draft(None);
                self.set(draft, Key::Awaited { row, plan: key, at }, None)?;
            }
        }
        self.enter(plan, &arrivals, None, turns)?;
        if end > handled {
            // Behind all that the events have brought.
            let draft = self.draft(None);
            self.set(draft, Key::Position(key), Some(Kept::Position(end)))?;
        }
        Ok(())
    }

    /// Those of some customers and instants at which an event of the part happened.
    fn of_part(
        &self,
        event: EventId,
        part: EventPartId,
        came: &[(u32, Instant)],
    ) -> Result<BTreeSet<(u32, Instant)>, String> {
        let mut by_instant: BTreeMap<Instant, Vec<u32>> = BTreeMap::new();
        for (row, at) in came {
            by_instant.entry(*at).or_default().push(*row);
        }
        let mut found = BTreeSet::new();
        for (at, rows) in by_instant {
            let happened = Typed::part_happened(event, part, at);
            let verdicts = ask::condition(self.round.moment, &happened, &rows)?;
            let verdicts = rows.into_iter().zip(verdicts);
            let yes = verdicts.filter(|(_, verdict)| *verdict == Some(true));
            found.extend(yes.map(|(row, _)| (row, at)));
        }
        Ok(found)
    }

    fn by_calendar<'p>(
        &mut self,
        key: PlanKey,
        plan: &'p CarePlan,
        when: &CareWhen,
        again: &mut BTreeMap<PlanKey, Instant>,
        turns: &mut Vec<Turn<'p>>,
    ) -> Result<(), String> {
        let until = self
            .state
            .plan(key)
            .map_or(i64::MAX, |it| it.occasions_until);
        let zone = self.zone();
        // An occasion that was missed while nothing ran is made up for once.
        let last = schedule::last_until(when, Instant(until), self.now(), &zone);
        let Some(occasion) = last else {
            return Ok(());
        };
        if again.get(&key).is_some_and(|at| *at > self.now()) {
            return Ok(());
        }
        let Ok(arrivals) = self.audience(plan) else {
            let later = self.now().0.saturating_add(CARE_AGAIN_SECONDS);
            again.insert(key, Instant(later));
            return Ok(());
        };
        again.remove(&key);
        let came = self.enter(plan, &arrivals, Some(occasion), turns)?;
        // Written last: whoever was let in before a crash is known by the entry.
        let (draft, now) = (self.draft(None), self.now().0);
        self.count_suppressed(draft, key, &came)?;
        self.set_plan_in(draft, key, |state| state.occasions_until = now)
    }
}
