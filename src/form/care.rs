//! Answers about care plans: how they stand, what one would do, what one achieved, what
//! an order did, which messages wait for a decision. Counted in `care`; here they get
//! their shapes for programs and their lines for people.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;
use utoipa::ToSchema;

use super::finding::Finding;
use super::table::grouped;
use super::{Form, json};
use crate::base::limit::CARE_WARNINGS_TOLD_MAX;
use crate::care::preview::Preview;
use crate::care::report::{Report, Side};
use crate::care::status::{Listed, OpenTask, PlanStatus, Undecided};

/// An answer that has lines for people beside its shape for programs.
pub trait Told: Serialize {
    /// The lines.
    fn lines(&self) -> Vec<String>;
}

/// Writes an answer: lines as a table, else one JSON object.
pub fn write(out: &mut dyn Write, answer: &impl Told, form: Form) -> io::Result<()> {
    match form {
        Form::Table => {
            let lines = answer.lines();
            lines.iter().try_for_each(|line| writeln!(out, "{line}"))
        }
        _ => json(out, answer),
    }
}

/// All plans: those of the rules in their order, then those that the rules no longer hold.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlansForm {
    /// The plans.
    pub plans: Vec<PlanForm>,
}

/// One plan.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PlanForm {
    /// How it stands.
    #[serde(flatten)]
    pub status: PlanStatus,
    /// Steps that send by channels which the settings do not have.
    pub warnings: Vec<Finding>,
}

/// What an order did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct OrderedForm {
    /// First name of the plan.
    pub plan: String,
    /// `start`, `pause`, `approve`, `dismiss`, `enter`
    pub order: String,
    /// Customers that entered the steps because of it.
    pub recipients: u64,
    /// Customers only watched.
    pub held_out: u64,
    /// Customers that wait for an approval.
    pub held: u64,
}

/// Messages that wait for a person's decision.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MessagesForm {
    /// The first 1,000 by id.
    pub messages: Vec<Undecided>,
    /// How many there are.
    pub count: u64,
}

/// Tasks that are not done.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TasksForm {
    /// The oldest first, at most 1,000.
    pub tasks: Vec<OpenTask>,
    /// How many there are.
    pub count: u64,
}

impl From<Listed<Undecided>> for MessagesForm {
    fn from(listed: Listed<Undecided>) -> Self {
        Self {
            messages: listed.items,
            count: listed.count,
        }
    }
}

impl From<Listed<OpenTask>> for TasksForm {
    fn from(listed: Listed<OpenTask>) -> Self {
        Self {
            tasks: listed.items,
            count: listed.count,
        }
    }
}

/// Warnings as talk, a line each with its place; after [`CARE_WARNINGS_TOLD_MAX`] only how many more.
pub fn warning_lines(warnings: &[Finding]) -> Vec<String> {
    let mut lines: Vec<String> = warnings
        .iter()
        .take(CARE_WARNINGS_TOLD_MAX)
        .map(|warning| {
            let place = warning.places.first();
            let place = place.map_or_else(String::new, |place| {
                format!("{}:{}:{}: ", place.file, place.line, place.column)
            });
            let help = warning.help.as_deref();
            let help = help.map_or_else(String::new, |help| format!("; {help}"));
            format!(
                "warning[{}]: {place}{}{help}",
                warning.code, warning.message
            )
        })
        .collect();
    if let Some(more) = warnings.len().checked_sub(CARE_WARNINGS_TOLD_MAX + 1) {
        lines.push(format!("and {} more such warnings", more + 1));
    }
    lines
}

impl Told for PlansForm {
    fn lines(&self) -> Vec<String> {
        if self.plans.is_empty() {
            return vec!["the rules have no care plan".to_owned()];
        }
        self.plans.iter().flat_map(Told::lines).collect()
    }
}

impl Told for PlanForm {
    fn lines(&self) -> Vec<String> {
        let status = &self.status;
        let label = status.label.as_deref();
        let label = label.map_or_else(String::new, |label| format!(" {label}"));
        let standing = match (status.in_rules, status.running, &status.started_at) {
            (false, ..) => "not in the rules".to_owned(),
            (true, true, Some(at)) => format!("running, first started {at}"),
            (true, true, None) => "running".to_owned(),
            (true, false, None) => "never started".to_owned(),
            (true, false, Some(at)) => format!("paused, first started {at}"),
        };
        let members = grouped(status.members);
        let mut lines = vec![format!(
            "{}{label}: {standing}; for {members} customers",
            status.plan
        )];
        let mut entered = format!(
            "  entered {}, held out {}, finished {}",
            grouped(status.recipients),
            grouped(status.held_out),
            grouped(status.finished)
        );
        if status.held > 0 {
            let held = grouped(status.held);
            entered.push_str(&format!(", waiting for an approval {held}"));
        }
        lines.push(entered);
        let parts = [
            ("in steps", counts(&status.in_step)),
            ("left early", counts(&status.left)),
            ("did not enter", counts(&status.suppressed)),
            ("messages", counts(&status.messages)),
        ];
        for (what, counts) in parts {
            if !counts.is_empty() {
                lines.push(format!("  {what}: {counts}"));
            }
        }
        if status.tasks > 0 {
            lines.push(format!("  open tasks: {}", grouped(status.tasks)));
        }
        lines
    }
}

fn counts(counts: &BTreeMap<impl AsRef<str>, u64>) -> String {
    let counts: Vec<String> = counts
        .iter()
        .map(|(word, count)| format!("{} {}", word.as_ref(), grouped(*count)))
        .collect();
    counts.join(", ")
}

impl Told for Preview {
    fn lines(&self) -> Vec<String> {
        let suppressed: u64 = self.suppressed.values().sum();
        let mut lines = vec![format!(
            "{} at {}: {} members = {} recipients + {} held out + {} suppressed",
            self.plan,
            self.at,
            grouped(self.members),
            grouped(self.recipients),
            grouped(self.held_out),
            grouped(suppressed)
        )];
        if self.already_in > 0 {
            lines.push(format!(
                "{} are in already and enter only when they come again",
                grouped(self.already_in)
            ));
        }
        for (word, samples) in &self.samples {
            let count = match *word {
                "recipient" => self.recipients,
                "held_out" => self.held_out,
                reason => self.suppressed.get(reason).copied().unwrap_or(0),
            };
            let more = if (samples.len() as u64) < count {
                ", …"
            } else {
                ""
            };
            let count = grouped(count);
            lines.push(format!("  {word}: {count} ({}{more})", samples.join(", ")));
        }
        lines
    }
}

impl Told for Report {
    fn lines(&self) -> Vec<String> {
        let side = |name: &str, side: &Side| {
            let share = side.share.map_or_else(|| "no share".to_owned(), percent);
            format!(
                "  {name}: {} of {} reached the goal ({share}), {} unknown, {} still running",
                grouped(side.reached),
                grouped(side.measured),
                grouped(side.unknown),
                grouped(side.still_running)
            )
        };
        let difference = match &self.difference {
            Some(it) => format!(
                "  difference: {} ({} to {}); {}",
                percent(it.uplift),
                percent(it.low),
                percent(it.high),
                self.method
            ),
            None => "  difference: not while one side is empty".to_owned(),
        };
        vec![
            format!("{} at {}", self.plan, self.at),
            side("treated", &self.treated),
            side("held out", &self.held_out),
            difference,
        ]
    }
}

fn percent(share: f64) -> String {
    format!("{:.2} %", share * 100.0)
}

impl Told for OrderedForm {
    fn lines(&self) -> Vec<String> {
        let plan = &self.plan;
        let what = match self.order.as_str() {
            "start" => format!("{plan} is running"),
            "pause" => {
                return vec![format!(
                    "{plan} is paused: nobody enters and nothing is sent until it is started again"
                )];
            }
            "dismiss" => return vec![format!("nobody waits to enter {plan} any more")],
            _ => plan.clone(),
        };
        vec![format!(
            "{what}: {} entered, {} held out, {} wait for an approval",
            grouped(self.recipients),
            grouped(self.held_out),
            grouped(self.held)
        )]
    }
}

impl Told for MessagesForm {
    fn lines(&self) -> Vec<String> {
        if self.messages.is_empty() {
            return vec!["no message waits for a decision".to_owned()];
        }
        let mut lines: Vec<String> = self
            .messages
            .iter()
            .map(|message| {
                let Undecided {
                    id,
                    plan,
                    step,
                    channel,
                    customer,
                    standing,
                    reason,
                    since,
                    ..
                } = message;
                format!(
                    "{id}  {standing} since {since}: {plan}, {step} by {channel} to {customer}: {reason}"
                )
            })
            .collect();
        let more = self.count.saturating_sub(self.messages.len() as u64);
        if more > 0 {
            lines.push(format!("and {} more", grouped(more)));
        }
        lines
    }
}

#[cfg(test)]
mod tests;
