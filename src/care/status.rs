//! How plans stand: who entered and who did not, who is in which step, what waits.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::outbox::{OutboxEntry, Standing};
use super::record::{PlanKey, Stage};
use super::state::State;
use crate::base::calendar::{Instant, Zone};
use crate::base::limit::CARE_LISTED_MAX;
use crate::live::members::Members;
use crate::live::moment::Moment;

/// One plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanStatus {
    /// First name.
    pub plan: String,
    /// Second name.
    pub label: Option<String>,
    /// What it is for, as its rule says.
    pub description: Option<String>,
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
    let mut found = Found::default();
    for plan in &moment.rules.care {
        let set = members.of(&plan.audience_name());
        let status = PlanStatus {
            plan: plan.name.to_string(),
            label: plan.label.as_deref().map(str::to_owned),
            description: plan.description.as_deref().map(str::to_owned),
            in_rules: true,
            members: set.map_or(0, |set| set.count()),
            ..PlanStatus::default()
        };
        found.add(PlanKey::of(&plan.name), status);
    }
    for (key, known) in state.plans() {
        if found.of(key).is_none() {
            let status = PlanStatus {
                plan: known.name.clone(),
                ..PlanStatus::default()
            };
            found.add(key, status);
        }
    }
    for (key, place) in found.places.clone() {
        if let Some(status) = found.plans.get_mut(place) {
            fill(status, key, moment.zone(), state);
        }
    }
    found.count_stages(state);
    found.count_work(state);
    found.plans
}

/// Plans, found by their keys.
#[derive(Default)]
struct Found {
    plans: Vec<PlanStatus>,
    places: BTreeMap<PlanKey, usize>,
}

impl Found {
    fn add(&mut self, key: PlanKey, status: PlanStatus) {
        self.places.insert(key, self.plans.len());
        self.plans.push(status);
    }

    fn of(&mut self, key: PlanKey) -> Option<&mut PlanStatus> {
        self.plans.get_mut(*self.places.get(&key)?)
    }

    fn count_stages(&mut self, state: &State) {
        for (_, plan, _, enrolment) in state.enrolments() {
            let Some(status) = self.of(plan).filter(|_| !enrolment.held_out) else {
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

    fn count_work(&mut self, state: &State) {
        for (_, _, task) in state.tasks() {
            if let Some(status) = self.of(PlanKey::of(&task.plan)) {
                status.tasks += 1;
            }
        }
        for entry in state.messages() {
            if let Some(status) = self.of(PlanKey::of(&entry.plan)) {
                *status.messages.entry(word_of(entry)).or_default() += 1;
            }
        }
    }
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
}

fn word_of(entry: &OutboxEntry) -> &'static str {
    match entry.standing {
        Standing::Waiting => "waiting",
        Standing::Started { .. } => "under_way",
        Standing::Uncertain { .. } => "uncertain",
        Standing::Dead { .. } => "dead",
    }
}

/// A list that shows at most [`CARE_LISTED_MAX`] of what there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed<T> {
    /// The first of them.
    pub items: Vec<T>,
    /// How many there are.
    pub count: u64,
}

/// A message that waits for a person's decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Undecided {
    /// Its id, for `settle`; a webhook knows it as `Idempotency-Key`.
    pub id: String,
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
    /// Attempts begun.
    pub attempts: u32,
}

/// Messages that wait for a person's decision, by id; of one plan, by its first name, or of all.
pub fn undecided(state: &State, zone: &Zone, plan: Option<&str>) -> Listed<Undecided> {
    let wanted = state
        .messages()
        .filter(|entry| plan.is_none_or(|plan| entry.plan == plan));
    let waiting = wanted.filter_map(|entry| {
        let (Standing::Uncertain { at, reason } | Standing::Dead { at, reason }) = &entry.standing
        else {
            return None;
        };
        Some((entry, *at, reason))
    });
    listed(waiting, |(entry, at, reason)| Undecided {
        id: entry.key.to_string(),
        plan: entry.plan.clone(),
        step: entry.step.clone(),
        channel: entry.channel.clone(),
        customer: entry.customer.clone(),
        standing: word_of(entry),
        reason: reason.clone(),
        since: zone.format(Instant(at)),
        attempts: entry.attempt,
    })
}

/// Counts all, keeps the first.
fn listed<I, T>(all: impl Iterator<Item = I>, form: impl Fn(I) -> T) -> Listed<T> {
    let mut list = Listed {
        items: Vec::new(),
        count: 0,
    };
    for one in all {
        list.count += 1;
        if list.items.len() < CARE_LISTED_MAX {
            list.items.push(form(one));
        }
    }
    list
}

/// A task that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpenTask {
    /// Its id, to say that it is done.
    pub id: String,
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

/// Open tasks, the oldest first; of one list, of one person in charge, or of all.
pub fn tasks(
    state: &State,
    zone: &Zone,
    queue: Option<&str>,
    manager: Option<&str>,
) -> Listed<OpenTask> {
    let wanted = state.tasks().filter(|(_, _, task)| {
        queue.is_none_or(|queue| task.queue == queue)
            && manager.is_none_or(|manager| task.manager.as_deref() == Some(manager))
    });
    let mut all: Vec<_> = wanted.collect();
    all.sort_by_key(|(row, key, task)| (task.at, *row, *key));
    listed(all.into_iter(), |(_, key, task)| OpenTask {
        id: key.to_string(),
        queue: task.queue.clone(),
        manager: task.manager.clone(),
        title: task.title.clone(),
        customer: task.customer.clone(),
        plan: task.plan.clone(),
        step: task.step.clone(),
        since: zone.format(Instant(task.at)),
    })
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
