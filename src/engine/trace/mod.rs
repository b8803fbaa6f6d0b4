//! Why: an answer for one customer taken apart. Each part of the expression with
//! its text, its value, the reason when it has none, and the facts or other
//! customers that counted. Plain data; [`render`] makes lines for a terminal of it.

mod build;
mod evidence;
mod made;
mod reason;
mod render;
#[cfg(test)]
mod tests;
mod tier;
mod units;
mod words;

use std::sync::Arc;

use crate::base::calendar::{Date, Instant};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::engine::external::Account;
use crate::engine::reviewed::TiersShown;
use crate::language::words::Tongue;

pub use build::trace;
pub use reason::Reason;
pub use render::render;

/// The same words in both tongues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// As an English reader has it.
    pub english: String,
    /// As a Chinese reader has it.
    pub chinese: String,
}

impl Wording {
    /// In one tongue.
    pub fn in_tongue(&self, tongue: Tongue) -> &str {
        match tongue {
            Tongue::English => &self.english,
            Tongue::Chinese => &self.chinese,
        }
    }
}

/// What a condition came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It cannot be told.
    Unknown,
}

impl Verdict {
    /// Of a three-valued truth.
    pub fn of(truth: Option<bool>) -> Self {
        match truth {
            Some(true) => Verdict::Yes,
            Some(false) => Verdict::No,
            None => Verdict::Unknown,
        }
    }
}

/// How a condition is put together of its children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// `and`
    All,
    /// `or`
    Any,
    /// `at least N of`
    AtLeast(u32),
    /// `not`
    Not,
}

/// One part of the expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Canonical one-line text.
    pub text: Wording,
    /// Kind of the value.
    pub kind: Kind,
    /// `None` is missing; of a condition, unknown.
    pub value: Option<Value>,
    /// Why it is missing; `None` when it is not.
    pub reason: Option<Reason>,
    /// Of `and`, `or`, `at least`, `not`.
    pub join: Option<Join>,
    /// A name whose tree stands further up; its children are left out here.
    pub shown_before: bool,
    /// What it is made of; constants left out.
    pub children: Vec<Part>,
    /// What it counted.
    pub evidence: Option<Evidence>,
    /// Of a stage's condition: the stage.
    pub label: Option<Wording>,
    /// Of a part of a score: its value is what it adds.
    pub adds: Option<Added>,
}

/// Where what a part adds to a score comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Which kind of part.
    pub role: Adds,
    /// The reason that the rule gives.
    pub reason: Option<Arc<str>>,
}

/// Kinds of parts of a score.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adds {
    /// What everyone has.
    Base,
    /// A summand.
    Summand,
    /// The bin of a row that held.
    Row,
    /// Points given under a condition.
    When,
    /// What the range took away or gave.
    Range,
    /// What numbers beyond the exact ones lose.
    Rounding,
}

impl Adds {
    /// Its name in machine output.
    pub fn name(self) -> &'static str {
        match self {
            Adds::Base => "base",
            Adds::Summand => "summand",
            Adds::Row => "row",
            Adds::When => "when",
            Adds::Range => "range",
            Adds::Rounding => "rounding",
        }
    }
}

impl Part {
    /// A part of that value and nothing else.
    fn leaf(kind: Kind, value: Option<Value>) -> Self {
        Self {
            text: Wording {
                english: String::new(),
                chinese: String::new(),
            },
            kind,
            value,
            reason: None,
            join: None,
            shown_before: false,
            children: Vec::new(),
            evidence: None,
            label: None,
            adds: None,
        }
    }

    /// Of a condition; `None` for other kinds.
    pub fn verdict(&self) -> Option<Verdict> {
        let truth = match self.value {
            Some(Value::Bool(yes)) => Some(yes),
            _ => None,
        };
        (self.kind == Kind::Bool).then(|| Verdict::of(truth))
    }
}

/// The first few of a list and how long it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Bounded<T> {
    /// At most [`crate::base::limit::TRACE_EVIDENCE_MAX`].
    pub shown: Vec<T>,
    /// All of them.
    pub total: u64,
}

/// What an aggregate or a relation looked at.
#[derive(Clone, Debug, PartialEq)]
pub enum Evidence {
    /// Facts of the customer, newest first.
    Facts {
        /// Their kind's name.
        subject: Wording,
        /// In the window, with *yes*.
        counted: Bounded<SeenFact>,
        /// In the window, their condition unknown.
        left_aside: Bounded<SeenFact>,
    },
    /// Units of the calendar, the latest first: what a condition came to in each, or what was measured.
    Units(Bounded<SeenUnit>),
    /// Events in the window of which some were answered.
    Answers {
        /// Their kind's name.
        subject: Wording,
        /// The first answer after each counts.
        answered: u64,
        /// Left out.
        unanswered: u64,
    },
    /// What a plugin said of how its answer comes about.
    Plugin {
        /// Its id and version.
        by: Arc<str>,
        /// Parts, link, and why there is no answer.
        account: Account,
    },
    /// A place among others.
    Ranked {
        /// 1 and how many have a greater value.
        rank: u64,
        /// How many have a smaller one.
        smaller: u64,
        /// How many there are.
        population: u64,
        /// Of `top` and `bottom`: the last place that belongs, with its value.
        bound: Option<RankBound>,
    },
    /// How a customer came to his tier.
    Tier(Box<SeenTier>),
    /// A figure of so many customers.
    Overall {
        /// How many have a value.
        population: u64,
    },
    /// The events that make a sequence, in their order.
    Sequence {
        /// Each with its kind's name.
        events: Vec<(Wording, SeenFact)>,
    },
    /// Other customers, by the order in which they entered.
    Others {
        /// The relation's name in its direction.
        relation: Wording,
        /// The condition holds.
        yes: Bounded<SeenOther>,
        /// It does not.
        no: Bounded<SeenOther>,
        /// It cannot be told.
        unknown: Bounded<SeenOther>,
    },
}

/// A customer's place among those who were reviewed with him.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenTier {
    /// The date of the review; `None` = there is none yet, and the rank of now alone decides.
    pub reviewed: Option<Date>,
    /// The rank, from 1, and how many are ranked, as known today; `None` for whoever has no rank.
    pub place: Option<(u64, u64)>,
    /// The tier before that review.
    pub before: Option<Wording>,
    /// How far the tier reaches that the customer stands in; `None` for the last one.
    pub bound: Option<TierReach>,
    /// How far the tier before is kept.
    pub kept: Option<TierReach>,
}

/// How far a tier reaches.
#[derive(Clone, Debug, PartialEq)]
pub struct TierReach {
    /// As written: `top 1%`.
    pub text: Wording,
    /// The last rank that belongs.
    pub places: u64,
}

/// How far `top` or `bottom` reaches.
#[derive(Clone, Debug, PartialEq)]
pub struct RankBound {
    /// As written: `top 1%`.
    pub text: Wording,
    /// Whether the smallest stand first.
    pub bottom: bool,
    /// The last place that belongs.
    pub places: u64,
    /// What the customer there has; `None` when there are not as many.
    pub value: Option<Value>,
    /// Kind of the value.
    pub kind: Kind,
}

/// One event or holding.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenFact {
    /// Its instant; `None` for a holding that holds timelessly.
    pub at: Option<Instant>,
    /// Key of a holding.
    pub key: Option<Arc<str>>,
    /// Fields with their values; missing ones left out.
    pub fields: Vec<SeenField>,
    /// For one left aside: the fields its condition lacks.
    pub missing: Vec<Wording>,
}

/// One unit of the calendar.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenUnit {
    /// `2010-12-31`, `2010-W52`, `2010-12`, `2010-Q4`, `2010`
    pub name: String,
    /// Kind of the value.
    pub kind: Kind,
    /// `None` is missing; of a condition, unknown.
    pub value: Option<Value>,
}

/// One field of a fact.
#[derive(Clone, Debug, PartialEq)]
pub struct SeenField {
    /// Its name.
    pub name: Wording,
    /// Kind of the value.
    pub kind: Kind,
    /// The value.
    pub value: Value,
}

/// One other customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenOther {
    /// Its row.
    pub row: u32,
    /// Its id.
    pub id: Arc<str>,
}

/// A whole answer taken apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The customer's id.
    pub customer: Arc<str>,
    /// The instant asked about.
    pub now: Instant,
    /// The instant of the rank tables that it depends on, if any.
    pub ranks_at: Option<Instant>,
    /// Tiers that it depends on.
    pub tiers: Vec<TiersShown>,
    /// The expression.
    pub root: Part,
}
