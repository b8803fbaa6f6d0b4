//! Sequences of events as written.

use super::{Expr, Name};
use crate::base::calendar::Unit;
use crate::base::span::Span;

/// One step of `followed(a: credit, no login within 2 days, b: withdrawal where C within 3 days)`.
#[derive(Clone, Debug, PartialEq)]
pub struct FollowedStep {
    /// `a:`
    pub name: Option<Name>,
    /// `no`
    pub absent: bool,
    /// Which event, or named part of one.
    pub event: Name,
    /// `where C`
    pub filter: Option<Expr>,
    /// `within 3 days`
    pub within: Option<Reach>,
    /// The whole step.
    pub span: Span,
}

/// `within 3 days`, `within 1 to 3 days`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// 0 when only one count is given.
    pub low: i64,
    /// The greater count.
    pub high: i64,
    /// Of what.
    pub unit: Unit,
    /// Where.
    pub span: Span,
}
