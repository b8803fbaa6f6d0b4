//! How plans stand: who entered and who did not, who is in which step, what waits.

use std::collections::BTreeMap;

use serde::Serialize;

use super::outbox::{OutboxEntry, Standing};
use super::record::{PlanKey, Stage};
use super::state::State;
use crate::base::calendar::{Instant, Zone};
use crate::base::limit::CARE_LISTED_MAX;
use crate::live::members::Members;
use crate::live::moment::Moment;

/// One plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PlanStatus {
    /// First name.
    pub plan: String,
    /// Second name.
    pub label: Option<String>,
    /// Whether the rules still hold it.
    pub in_rules: bool,
    /// Whether customers enter and steps are taken.
    pub running: bool,
    /// When it was first started, with its offset.
    pub started_at: Option<String>,
    /// Customers of its audience now.
    pub members: u64,
    /// Who entered its steps since the start; an entry each.
    pub recipients: u64,
    /// Who is only watched.
    pub held_out: u64,
    /// Who came and did not enter, by reason.
    pub suppressed: BTreeMap<String, u64>,
    /// Who waits for an approval.
    pub held: u64,
    /// Customers by the step they come to next; `end` after the last one.
    pub in_step: BTreeMap<String, u64>,
    /// Entries that came to the end.
    pub finished: u64,
    /// Entries that ended early, by reason.
    pub left: BTreeMap<String, u64>,
    /// Messages in the outbox: `waiting`, `under_way`, `uncertain`, `dead`.
    pub messages: BTreeMap<&'static str, u64>,
    /// Open tasks.
    pub tasks: u64,
}

/// All plans: those of the rules in their order, then those that are gone.
pub fn status(moment: &Moment, members: &Members, state: &State) -> Vec<PlanStatus> {
    let mut found: Vec<(PlanKey, PlanStatus)> = Vec::new();
    for plan in &moment.rules.care {
        let set = members.of(&plan.audience_name());
        let status = PlanStatus {
            plan: plan.name.to_string(),
            label: plan.label.as_deref().map(str::to_owned),
            in_rules: true,
            members: set.map_or(0, |set| set.count()),
            ..PlanStatus::default()
        };
        found.push((PlanKey::of(&plan.name), status));
    }
    for (key, known) in state.plans() {
        if !found.iter().any(|(other, _)| *other == key) {
            let status = PlanStatus {
                plan: known.name.clone(),
                ..PlanStatus::default()
            };
            found.push((key, status));
        }
    }
    for (key, status) in &mut found {
        fill(status, *key, moment.zone(), state);
    }
    count_stages(&mut found, state);
    found.into_iter().map(|(_, status)| status).collect()
}

fn fill(status: &mut PlanStatus, key: PlanKey, zone: &Zone, state: &State) {
    if let Some(known) = state.plan(key) {
        status.running = known.running;
        status.started_at = Some(zone.format(Instant(known.started_at)));
    }
    (status.recipients, status.held_out) = state.entered_in_all(key);
    for (_, tally) in state.tallies(key) {
        for (word, count) in &tally.suppressed {
            *status.suppressed.entry(word.clone()).or_default() += count;
        }
    }
    status.held = u64::try_from(state.held(key).len()).unwrap_or(u64::MAX);
    let tasks = state
        .tasks()
        .filter(|(_, _, task)| task.plan == status.plan);
    status.tasks = u64::try_from(tasks.count()).unwrap_or(u64::MAX);
    for entry in state.messages().filter(|entry| entry.plan == status.plan) {
        *status.messages.entry(word_of(entry)).or_default() += 1;
    }
}

fn count_stages(found: &mut [(PlanKey, PlanStatus)], state: &State) {
    for (_, plan, _, enrolment) in state.enrolments() {
        let status = found.iter_mut().find(|(key, _)| *key == plan);
        let Some((_, status)) = status.filter(|_| !enrolment.held_out) else {
            continue;
        };
        match &enrolment.stage {
            Stage::Active { step, .. } => {
                let step = step.as_deref().unwrap_or("end").to_owned();
                *status.in_step.entry(step).or_default() += 1;
            }
            Stage::Finished { .. } => status.finished += 1,
            Stage::Left { reason, .. } => *status.left.entry(reason.clone()).or_default() += 1,
        }
    }
}

fn word_of(entry: &OutboxEntry) -> &'static str {
    match entry.standing {
        Standing::Waiting => "waiting",
        Standing::Started { .. } => "under_way",
        Standing::Uncertain { .. } => "uncertain",
        Standing::Dead { .. } => "dead",
    }
}

/// A message that waits for a person's decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Undecided {
    /// Its key, for `settle`.
    pub key: String,
    /// First name of the plan.
    pub plan: String,
    /// First name of the step.
    pub step: String,
    /// Name of the channel.
    pub channel: String,
    /// Id of the customer.
    pub customer: String,
    /// `uncertain` or `dead`.
    pub standing: &'static str,
    /// Why.
    pub reason: String,
    /// Since when, with its offset.
    pub since: String,
}

/// Messages that wait for a person's decision, by key; at most [`CARE_LISTED_MAX`].
pub fn undecided(state: &State, zone: &Zone) -> Vec<Undecided> {
    let waiting = state.messages().filter_map(|entry| {
        let (Standing::Uncertain { at, reason } | Standing::Dead { at, reason }) = &entry.standing
        else {
            return None;
        };
        Some(Undecided {
            key: entry.key.to_string(),
            plan: entry.plan.clone(),
            step: entry.step.clone(),
            channel: entry.channel.clone(),
            customer: entry.customer.clone(),
            standing: word_of(entry),
            reason: reason.clone(),
            since: zone.format(Instant(*at)),
        })
    });
    waiting.take(CARE_LISTED_MAX).collect()
}

/// A task that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenTask {
    /// Its key, for `task done`.
    pub key: String,
    /// Whose list.
    pub queue: String,
    /// The person in charge of the customer.
    pub manager: Option<String>,
    /// What is to be done.
    pub title: String,
    /// Id of the customer.
    pub customer: String,
    /// First name of the plan.
    pub plan: String,
    /// First name of the step.
    pub step: String,
    /// Since when, with its offset.
    pub since: String,
}

/// Open tasks, the oldest first; at most [`CARE_LISTED_MAX`].
pub fn tasks(state: &State, zone: &Zone) -> Vec<OpenTask> {
    let mut all: Vec<_> = state.tasks().collect();
    all.sort_by_key(|(row, key, task)| (task.at, *row, *key));
    let tasks = all.into_iter().map(|(_, key, task)| OpenTask {
        key: key.to_string(),
        queue: task.queue.clone(),
        manager: task.manager.clone(),
        title: task.title.clone(),
        customer: task.customer.clone(),
        plan: task.plan.clone(),
        step: task.step.clone(),
        since: zone.format(Instant(task.at)),
    });
    tasks.take(CARE_LISTED_MAX).collect()
}

/// A mark on a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Marked {
    /// The mark.
    pub tag: String,
    /// Id of the customer.
    pub customer: String,
    /// First name of the plan that set it last.
    pub plan: String,
    /// Since when, with its offset.
    pub since: String,
}

/// Marks, by row; at most [`CARE_LISTED_MAX`].
pub fn marks(state: &State, zone: &Zone) -> Vec<Marked> {
    let marks = state.tags().map(|(_, tag)| Marked {
        tag: tag.tag.clone(),
        customer: tag.customer.clone(),
        plan: tag.plan.clone(),
        since: zone.format(Instant(tag.at)),
    });
    marks.take(CARE_LISTED_MAX).collect()
}
