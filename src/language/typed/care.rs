//! A checked care plan.

use std::sync::Arc;

use super::{EventPartId, Typed};
use crate::base::calendar::Unit;
use crate::base::span::Span;
use crate::schema::EventId;

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CareLength {
    /// At least 1.
    pub count: i64,
    /// Of what. Days and longer count dates in the business zone, hours and minutes the duration.
    pub unit: Unit,
}

/// When customers enter. Times of day are minutes since midnight in the business zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CareWhen {
    /// The answer of `for` turns yes.
    Enters,
    /// At that time every day.
    EveryDay {
        /// 0..1440
        minute: u16,
    },
    /// On that day of every month, the last one of a shorter month.
    EveryMonth {
        /// 1..=31
        day: u32,
        /// 0..1440
        minute: u16,
    },
    /// On that day of every year; 29 February is the 28th in other years.
    EveryYear {
        /// 1..=12
        month: u32,
        /// 1..=31
        day: u32,
        /// 0..1440
        minute: u16,
    },
    /// An event of that kind, and of that part of them, happens to one whom the plan is for.
    AfterEvent(EventId, Option<EventPartId>),
    /// A person says so.
    ByHand,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum CareAction {
    /// A message.
    Send {
        /// `email`, or the name of a webhook.
        channel: Arc<str>,
        /// Which template.
        template: Arc<str>,
    },
    /// Work for a person.
    Task {
        /// Whose list.
        queue: Arc<str>,
        /// What is to be done.
        title: Arc<str>,
    },
    /// A mark on the customer.
    Tag(Arc<str>),
    /// The next step comes after that time.
    Wait(CareLength),
    /// One of two, as the condition stands when the step is taken.
    If {
        /// Bool.
        condition: Box<Typed>,
        /// When yes.
        then: Box<CareAction>,
        /// When no or unknown.
        otherwise: Box<CareAction>,
    },
    /// The customer leaves the plan.
    Stop,
}

/// A step.
#[derive(Clone, Debug, PartialEq)]
pub struct CareStep {
    /// Unique in its plan.
    pub name: Arc<str>,
    /// What it does.
    pub action: CareAction,
    /// Where.
    pub span: Span,
}

/// What a plan is measured by.
#[derive(Clone, Debug, PartialEq)]
pub struct CareGoal {
    /// Bool. Aggregates of events that had no window of their own read the time from the customer's
    /// last entry into the plan to [`CareGoal::within`] after it.
    pub condition: Typed,
    /// How long after entering.
    pub within: CareLength,
}

/// A care plan.
#[derive(Clone, Debug, PartialEq)]
pub struct CarePlan {
    /// First name.
    pub name: Arc<str>,
    /// Second name.
    pub label: Option<Arc<str>>,
    /// The comment above.
    pub description: Option<Arc<str>>,
    /// `for`, Bool.
    pub audience: Typed,
    /// `exclude`, Bool; unknown excludes.
    pub exclude: Option<Typed>,
    /// When customers enter.
    pub when: CareWhen,
    /// Whether those enter who are in at the start.
    pub those_already_in: bool,
    /// Whether those enter whom a rule, a plugin or an erasure lets in.
    pub rule_changes: bool,
    /// Once in that time.
    pub once_per: Option<CareLength>,
    /// At least 1: how many enter the steps on one date.
    pub limit_day: Option<u64>,
    /// At least 1: how many messages a customer gets in that time, of all plans together.
    pub limit_customer: Option<(u64, CareLength)>,
    /// From and to, minutes since midnight, never equal; may go over midnight.
    pub quiet: Option<(u16, u16)>,
    /// Share of customers only watched, in millionths.
    pub holdout_millionths: u32,
    /// More than these on one date are held until a person approves.
    pub expect_day: Option<u64>,
    /// What it is measured by.
    pub goal: Option<CareGoal>,
    /// At least one.
    pub steps: Vec<CareStep>,
    /// The whole item.
    pub span: Span,
}

impl CarePlan {
    /// The name under which its audience is watched; no filter is called so.
    pub fn audience_name(&self) -> Arc<str> {
        Arc::from(format!("{CARE_AUDIENCE_PREFIX}{}", self.name))
    }

    /// Every condition of the plan, the audience first.
    pub fn conditions(&self) -> Vec<&Typed> {
        let mut found = vec![&self.audience];
        found.extend(&self.exclude);
        found.extend(self.goal.as_ref().map(|goal| &goal.condition));
        for step in &self.steps {
            step.action.conditions(&mut found);
        }
        found
    }

    /// Whether some step sends by that channel.
    pub fn sends_by(&self, channel: &str) -> bool {
        let mut steps = self.steps.iter();
        steps.any(|step| step.action.sends_by(channel))
    }
}

impl CareAction {
    fn conditions<'a>(&'a self, found: &mut Vec<&'a Typed>) {
        if let CareAction::If {
            condition,
            then,
            otherwise,
        } = self
        {
            found.push(condition);
            then.conditions(found);
            otherwise.conditions(found);
        }
    }

    fn sends_by(&self, wanted: &str) -> bool {
        match self {
            CareAction::Send { channel, .. } => &**channel == wanted,
            CareAction::If {
                then, otherwise, ..
            } => then.sends_by(wanted) || otherwise.sends_by(wanted),
            _ => false,
        }
    }
}

/// What the names of watched audiences begin with.
pub const CARE_AUDIENCE_PREFIX: &str = "care ";

/// The channel that carries mail.
pub const CHANNEL_EMAIL: &str = "email";
