//! Who comes to which plan in a round: by changes of audiences, by events, by the calendar.

use std::collections::BTreeMap;

use super::entry::Arrival;
use super::record::{Kept, Key, PlanKey};
use super::steps::Turn;
use super::work::Work;
use crate::base::calendar::Instant;
use crate::base::limit::CARE_AGAIN_SECONDS;
use crate::enrol::schedule;
use crate::language::typed::{CarePlan, CareWhen, Rules};
use crate::live::members::Cause;
use crate::schema::EventId;
use crate::store::fact::Fact;

/// An event that a plan may wait for: kind, row, instant.
pub type Happened = (EventId, u32, Instant);

/// The events among facts.
pub fn events(facts: &[Fact]) -> impl Iterator<Item = Happened> {
    facts.iter().filter_map(|fact| match fact {
        Fact::Event { event, row, at, .. } => Some((*event, row.0, *at)),
        _ => None,
    })
}

impl Work<'_> {
    /// All who come to running plans; `missed` are events of rounds that were not finished, `again`
    /// tells for each plan whose audience was not known when it will be asked for.
    pub fn arrive<'p>(
        &mut self,
        rules: &'p Rules,
        missed: &[Happened],
        again: &mut BTreeMap<PlanKey, Instant>,
        turns: &mut Vec<Turn<'p>>,
    ) -> Result<(), String> {
        let mut waits_for_events = false;
        for (key, plan) in self.running(rules) {
            match &plan.when {
                CareWhen::Enters => {
                    let arrivals = self.changed(plan);
                    self.enter(plan, &arrivals, None, turns)?;
                }
                CareWhen::AfterEvent(event) => {
                    waits_for_events = true;
                    self.after_event(key, plan, *event, missed, turns)?;
                }
                CareWhen::ByHand => {}
                when => self.by_calendar(key, plan, when, again, turns)?,
            }
        }
        if waits_for_events && !(self.round.facts.is_empty() && missed.is_empty()) {
            let position = self.round.moment.snapshot.position();
            let draft = self.draft(None);
            self.set(draft, Key::Position, Some(Kept::Position(position)))?;
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
                Cause::Fact { .. } | Cause::Time | Cause::Restart => true,
                Cause::Rule | Cause::Plugin | Cause::Erasure => plan.rule_changes,
            })
            .map(|(place, change)| Arrival {
                row: change.row,
                change: Some(place),
            })
            .collect()
    }

    fn after_event<'p>(
        &mut self,
        key: PlanKey,
        plan: &'p CarePlan,
        event: EventId,
        missed: &[Happened],
        turns: &mut Vec<Turn<'p>>,
    ) -> Result<(), String> {
        let started_at = self.state.plan(key).map_or(i64::MAX, |it| it.started_at);
        let happened: Vec<Happened> = missed
            .iter()
            .copied()
            .chain(events(self.round.facts))
            .filter(|(kind, _, at)| *kind == event && at.0 >= started_at)
            .collect();
        let mut rows = Vec::new();
        let mut loose = None;
        for (_, row, at) in happened {
            if at <= self.now() {
                rows.push(row);
            } else {
                let draft = *loose.get_or_insert_with(|| self.draft(None));
                let awaited = Key::Awaited {
                    row,
                    plan: key,
                    at: at.0,
                };
                self.set(draft, awaited, Some(Kept::Mark))?;
            }
        }
        for (row, at) in self.state.awaited_due(key, self.now()) {
            let draft = *loose.get_or_insert_with(|| self.draft(None));
            self.set(draft, Key::Awaited { row, plan: key, at }, None)?;
            rows.push(row);
        }
        let audience = self.round.members.of(&plan.audience_name());
        rows.retain(|row| audience.is_some_and(|set| set.contains(*row)));
        let arrivals: Vec<Arrival> = rows
            .into_iter()
            .map(|row| Arrival { row, change: None })
            .collect();
        self.enter(plan, &arrivals, None, turns)?;
        Ok(())
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
        self.enter(plan, &arrivals, Some(occasion), turns)?;
        // Written last: whoever was let in before a crash is known by the entry.
        let now = self.now().0;
        self.set_plan(key, |state| state.occasions_until = now)
    }
}
