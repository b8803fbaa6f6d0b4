//! A care plan as written.

use super::{Expr, Name, Quoted};
use crate::base::calendar::Unit;
use crate::base::decimal::Decimal;
use crate::base::span::Span;

/// A length of time as written: `180 days`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Length {
    /// How many.
    pub count: i64,
    /// Of what.
    pub unit: Unit,
    /// Where.
    pub span: Span,
}

/// Minutes since midnight on the clock face, 0..1440.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClockTime(pub u16);

/// When customers enter.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// `enters`: the answer of `for` turns yes.
    Enters,
    /// `every day at 09:30`
    EveryDay(ClockTime),
    /// `every month on day 1 at 10:00`
    EveryMonth {
        /// 1..=31; the last day of a shorter month.
        day: u32,
        /// At what time.
        at: ClockTime,
    },
    /// `every year on 02-05`, `every year on 02-05 at 10:00`
    EveryYear {
        /// 1..=12
        month: u32,
        /// 1..=31; 29 February is the 28th in other years.
        day: u32,
        /// At what time; the start of the day when not said.
        at: Option<ClockTime>,
    },
    /// `after event complaint`
    AfterEvent(Name),
    /// `by hand`
    ByHand,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// `send email "win_back_1"`
    Send {
        /// `email`, or the name of a webhook.
        channel: Name,
        /// Which template.
        template: Quoted,
    },
    /// `task manager "call"`
    Task {
        /// Whose list.
        queue: Name,
        /// What is to be done.
        title: Quoted,
    },
    /// `tag "won back"`
    Tag(Quoted),
    /// `3 days`
    Wait(Length),
    /// `if C then A else B`
    If {
        /// The condition.
        condition: Expr,
        /// When yes.
        then: Box<Action>,
        /// When no or unknown.
        otherwise: Box<Action>,
    },
    /// `stop`
    Stop,
}

/// `step hello: send email "win_back_1"`.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Unique in its plan.
    pub name: Name,
    /// What it does.
    pub action: Action,
    /// The whole line.
    pub span: Span,
}

/// The clauses of a care plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Care {
    /// `for`
    pub audience: Expr,
    /// `exclude`
    pub exclude: Option<Expr>,
    /// `when`, and where it stands.
    pub when: (When, Span),
    /// `including those already in`
    pub those_already_in: bool,
    /// `including rule changes`
    pub rule_changes: bool,
    /// `once per D`
    pub once_per: Option<Length>,
    /// `limit N per day`
    pub limit_day: Option<(i64, Span)>,
    /// `limit N per customer per D`
    pub limit_customer: Option<(i64, Length)>,
    /// `quiet 21:00 to 08:00`, and where it stands.
    pub quiet: Option<(ClockTime, ClockTime, Span)>,
    /// `holdout 10%`
    pub holdout: Option<(Decimal, Span)>,
    /// `expect at most N entering per day`
    pub expect: Option<(i64, Span)>,
    /// `goal C within D`
    pub goal: Option<(Expr, Length)>,
    /// In order.
    pub steps: Vec<Step>,
}
