//! What a text says, before any name is known: one tree for both tongues.
//! Every node has its place. Nothing here is checked against a schema.

mod call;
pub mod care;
mod followed;
mod item;
pub mod report;
pub mod score;
pub mod test;

use crate::base::calendar::{Date, Unit};
use crate::base::decimal::Decimal;
use crate::base::span::Span;

pub use call::{Call, HALF_LIFE_TAG, Top};
pub use followed::{FollowedStep, Reach};
pub use item::*;

/// A name as written, NFC, full width folded; `quoted` when in backticks or 【】
/// (then it is never a keyword).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Without its quotes.
    pub text: String,
    /// Whether it was quoted.
    pub quoted: bool,
    /// With its quotes.
    pub span: Span,
}

/// A quoted text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    /// Without its quotes, `""` resolved.
    pub text: String,
    /// With its quotes.
    pub span: Span,
}

/// A date or an instant on the clock of the business zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalTime {
    /// The day.
    pub date: Date,
    /// Seconds since midnight on the clock face, 0..86400.
    pub second: u32,
}

/// An expression with its place (brackets around it excluded).
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub node: ExprNode,
    /// Where it is.
    pub span: Span,
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompareOp {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `~=`: equal but for case, width and surrounding space
    Like,
}

/// Arithmetic operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArithmeticOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*` `×`
    Multiply,
    /// `/` `÷`
    Divide,
}

/// Text tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextOp {
    /// `contains` (a text in a text, or a member in a set)
    Contains,
    /// `starts with`
    StartsWith,
    /// `ends with`
    EndsWith,
    /// `matches`, a regular expression found anywhere
    Matches,
}

/// `any R (…)`, `all R (…)`, `none R (…)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    /// at least one
    Any,
    /// every one (yes when there is none)
    All,
    /// not one
    None,
}

/// One member of an `in (…)` list.
#[derive(Clone, Debug, PartialEq)]
pub enum Choice {
    /// a value
    One(Expr),
    /// `18..25` (both ends in) or `18..<65` (upper end out); an open end is `None`
    Range {
        /// Lower end, included.
        low: Option<Box<Expr>>,
        /// Upper end.
        high: Option<Box<Expr>>,
        /// Whether the upper end belongs.
        high_included: bool,
        /// The whole range.
        span: Span,
    },
}

/// One branch of `case { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseArm {
    /// `None` for `else`.
    pub condition: Option<Expr>,
    /// The value.
    pub value: Expr,
}

/// An expression's shape.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprNode {
    /// `50k`, `3%`, `1.2亿`
    Number(Decimal),
    /// `"…"`
    Text(String),
    /// `yes`, `no`
    Bool(bool),
    /// `2024-06-30`
    Date(Date),
    /// `2024-06-30T09:30`
    Time(LocalTime),
    /// `today`
    Today,
    /// `now`
    Now,
    /// `90 days ago`
    Ago {
        /// How many.
        count: i64,
        /// Of what.
        unit: Unit,
    },
    /// `90 days`, `48 hours` beside a date or instant (`opened_on + 90 days`), or compared with `hours since`
    Span {
        /// How many.
        count: i64,
        /// Of what.
        unit: Unit,
    },
    /// a name, or a keyword where only a name can stand
    Name(Name),
    /// `A.field`
    Field {
        /// What it is taken from: a name, a call of `first`, `last`, `lookup`.
        base: Box<Expr>,
        /// The field.
        field: Name,
    },
    /// `name(…)`: functions, aggregates; the tables tell them apart
    Call(Box<Call>),
    /// `followed(a: credit, b: withdrawal within 3 days)`
    Followed(Vec<FollowedStep>),
    /// `top 10% by x among F per A`
    Top(Box<Top>),
    /// `plugin.NAME()`, `plugin.NAME.FUNCTION()`
    Plugin {
        /// The plugin's id.
        plugin: Box<Name>,
        /// Which of its functions, where it has several.
        function: Option<Box<Name>>,
    },
    /// `days since X`, `months since X`, `hours since X`, `距今天数(X)`
    Since {
        /// The unit.
        unit: Unit,
        /// From where.
        from: Box<Expr>,
    },
    /// `any guarantor or spouse (C)`; several kinds in `relations`
    Relation {
        /// any, all, none
        quantifier: Quantifier,
        /// One or more kinds.
        relations: Vec<Name>,
        /// `within N steps`; 1 when not said.
        steps: u32,
        /// About the other customer.
        condition: Box<Expr>,
    },
    /// `not A`
    Not(Box<Expr>),
    /// `A and B and C`; `all of (…)`
    And(Vec<Expr>),
    /// `A or B or C`; `any of (…)`
    Or(Vec<Expr>),
    /// `at least N of (…)`
    AtLeast {
        /// How many.
        count: u32,
        /// Of which.
        of: Vec<Expr>,
    },
    /// `A < B`
    Compare {
        /// Which comparison.
        op: CompareOp,
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
    },
    /// `A <= X < B`, `X between A and B`, `X not between A and B`
    Between {
        /// What is compared.
        value: Box<Expr>,
        /// Lower end.
        low: Box<Expr>,
        /// Whether the lower end belongs.
        low_included: bool,
        /// Upper end.
        high: Box<Expr>,
        /// Whether the upper end belongs.
        high_included: bool,
        /// `not between`
        negated: bool,
    },
    /// `X in (…)`
    In {
        /// What is looked for.
        value: Box<Expr>,
        /// In which.
        choices: Vec<Choice>,
        /// `not in`
        negated: bool,
    },
    /// `X in next 7 days`, `X in last 3 months`
    InWindow {
        /// A date or an instant.
        value: Box<Expr>,
        /// The window.
        window: Box<Window>,
        /// `not in`
        negated: bool,
    },
    /// `X contains "…"`
    TextTest {
        /// Which test.
        op: TextOp,
        /// A leading `~`.
        folded: bool,
        /// What is tested.
        value: Box<Expr>,
        /// The pattern or member.
        pattern: Box<Expr>,
    },
    /// `X is missing`
    IsMissing {
        /// Of what.
        value: Box<Expr>,
        /// `is present`
        negated: bool,
    },
    /// `X default Y`
    Default {
        /// Taken when present.
        value: Box<Expr>,
        /// Taken otherwise.
        fallback: Box<Expr>,
    },
    /// `if C then A else B`
    If {
        /// The condition.
        condition: Box<Expr>,
        /// When yes.
        then: Box<Expr>,
        /// When no.
        otherwise: Box<Expr>,
    },
    /// `case { … }`
    Case(Vec<CaseArm>),
    /// `A + B`
    Arithmetic {
        /// Which operation.
        op: ArithmeticOp,
        /// Left side.
        left: Box<Expr>,
        /// Right side.
        right: Box<Expr>,
    },
    /// `-A`
    Negate(Box<Expr>),
    /// `missing` where a value is assigned; `clear` is [`ExprNode::Clear`]
    Missing,
    /// `clear` in a route
    Clear,
}

/// A window with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// What it is.
    pub node: WindowNode,
    /// Where it is.
    pub span: Span,
}

/// Windows, as written; `typed::Window` is the same after checking.
#[derive(Clone, Debug, PartialEq)]
pub enum WindowNode {
    /// `last 90 days`, `last 6 whole months`, `last 72 hours`
    Last {
        /// How many.
        count: i64,
        /// Of what.
        unit: Unit,
        /// `whole`
        whole: bool,
    },
    /// `previous 90 days` with a number
    Previous {
        /// How many.
        count: i64,
        /// Of what.
        unit: Unit,
    },
    /// `rolling 90 days`: a duration
    Rolling {
        /// How many.
        count: i64,
        /// Of what.
        unit: Unit,
    },
    /// `next 7 days`
    Next {
        /// How many.
        count: i64,
        /// Of what.
        unit: Unit,
    },
    /// `this month`
    This(Unit),
    /// `previous month` without a number
    PreviousCalendar(Unit),
    /// `since X`
    Since(Box<Expr>),
    /// `before X`
    Before(Box<Expr>),
    /// `between X and Y`
    Between(Box<Expr>, Box<Expr>),
    /// `within 30 days after X`
    WithinAfter {
        /// How many.
        count: i64,
        /// Of what.
        unit: Unit,
        /// From where.
        from: Box<Expr>,
    },
}
