//! Scores, scorecards, stages and tiers as written. Expressions are one level up.

use super::{Choice, CompareOp, Expr, Name, Quoted};
use crate::base::decimal::Decimal;
use crate::base::span::Span;

/// `score NAME range 0..100: EXPR`.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// Both ends belong.
    pub range: Option<(Expr, Expr)>,
    /// What is summed.
    pub expression: Expr,
}

/// `scorecard NAME base 20 range 0..100 { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Scorecard {
    /// What everyone has; 0 when not said.
    pub base: Option<Expr>,
    /// Both ends belong.
    pub range: Option<(Expr, Expr)>,
    /// In order.
    pub lines: Vec<CardLine>,
}

/// One line of a scorecard.
#[derive(Clone, Debug, PartialEq)]
pub enum CardLine {
    /// `EXPR: bin | bin`
    Row {
        /// What the bins sort.
        value: Expr,
        /// In order.
        bins: Vec<Bin>,
        /// The whole row.
        span: Span,
    },
    /// `when C -> P "reason"`
    When {
        /// When the points are given.
        condition: Expr,
        /// A constant.
        points: Expr,
        /// Why.
        reason: Option<Quoted>,
        /// The whole line.
        span: Span,
    },
}

/// `25..<35 -> 15 "reason"`.
#[derive(Clone, Debug, PartialEq)]
pub struct Bin {
    /// When it holds.
    pub test: BinTest,
    /// A constant.
    pub points: Expr,
    /// Why.
    pub reason: Option<Quoted>,
    /// The whole bin.
    pub span: Span,
}

/// When a bin holds.
#[derive(Clone, Debug, PartialEq)]
pub enum BinTest {
    /// `< 25`
    Compare(CompareOp, Expr),
    /// `0`, `1..9`, `("a", "b")`
    Choices(Vec<Choice>),
    /// `missing`
    Missing,
    /// `else`
    Else,
}

/// `stages NAME { a "甲": C … z: else }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// First name.
    pub name: Name,
    /// Second name.
    pub label: Option<Quoted>,
    /// `None` for `else`.
    pub condition: Option<Expr>,
    /// The whole stage.
    pub span: Span,
}

/// `tiers NAME by SCORE per A { diamond: top 1% … basic: else keep 2% }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tiers {
    /// What is ranked.
    pub by: Expr,
    /// Within which groups.
    pub per: Vec<Expr>,
    /// In order.
    pub tiers: Vec<Tier>,
    /// `keep 2%`
    pub keep: Option<(Decimal, Span)>,
}

/// `gold "金": top 5%`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// First name.
    pub name: Name,
    /// Second name.
    pub label: Option<Quoted>,
    /// The share that it reaches down to; `None` for `else`.
    pub top: Option<Decimal>,
    /// The whole tier.
    pub span: Span,
}
