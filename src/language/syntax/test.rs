//! A test of rules as written.

use super::{Assignment, Expr, LocalTime, Name, Quoted};
use crate::base::span::Span;

/// An instant as written: a day, or a time on the clock of the business zone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dated {
    /// The start of the day when none is said.
    pub time: LocalTime,
    /// Whether only the day is said.
    pub day_only: bool,
    /// Where.
    pub span: Span,
}

/// The far end of a relation.
#[derive(Clone, Debug, PartialEq)]
pub enum End {
    /// A customer of the test.
    Customer(Name),
    /// A text.
    Text(Quoted),
}

/// What is expected of a customer.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// `c1.value between 0 and 100`: a condition about the customer.
    Holds(Expr),
    /// `c1 in dormant_rich`, `c1 not in dormant_rich`
    Member {
        /// Which filter.
        filter: Name,
        /// `not in`
        negated: bool,
    },
    /// `c1 receives win_back.hello`, `c1 does not receive win_back.hello`
    Receives {
        /// Which plan.
        plan: Name,
        /// Which of its steps; any when not said.
        step: Option<Name>,
        /// `does not receive`
        negated: bool,
    },
}

/// One expectation.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// Of whom.
    pub customer: Name,
    /// What.
    pub expected: Expected,
    /// The whole expectation.
    pub span: Span,
}

/// One line of a test.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// `customer c1 { … }`
    Customer {
        /// Its id.
        name: Name,
        /// Its attributes.
        assignments: Vec<Assignment>,
        /// The whole line.
        span: Span,
    },
    /// `purchase of c1 { … }`, `loan of c1 { … }`
    Fact {
        /// An event or a holding.
        subject: Name,
        /// Whose.
        customer: Name,
        /// Its fields.
        assignments: Vec<Assignment>,
        /// The whole line.
        span: Span,
    },
    /// `guarantor of c1 -> c2`
    Edge {
        /// A relation.
        relation: Name,
        /// From whom.
        customer: Name,
        /// To whom or what.
        end: End,
        /// The whole line.
        span: Span,
    },
    /// `win_back started 2024-03-01`
    Start {
        /// A care plan.
        plan: Name,
        /// When; the start of a day.
        at: Dated,
        /// The whole line.
        span: Span,
    },
    /// `expect …`
    Expect(Vec<Expectation>),
}

/// The body of a test.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    /// The instant; the end of a day.
    pub as_of: Dated,
    /// In order.
    pub lines: Vec<Line>,
}
