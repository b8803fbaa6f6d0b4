//! What a text says, before any name is known: one tree for both tongues.
//! Every node has its place. Nothing here is checked against a schema.

use crate::base::calendar::{Date, Unit};
use crate::base::decimal::Decimal;
use crate::base::span::Span;

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
    Call(Call),
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

/// `name(arguments where C by U, window)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function or aggregate; canonical English when it is a word of the table.
    pub name: Name,
    /// Arguments in order, windows excluded.
    pub arguments: Vec<Expr>,
    /// `where C` inside the brackets.
    pub filter: Option<Box<Expr>>,
    /// The last argument when it is a window.
    pub window: Option<Box<Window>>,
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

/// A kind as written.
#[derive(Clone, Debug, PartialEq)]
pub enum KindSyntax {
    /// `text`, `money` … as the kind itself
    Plain(crate::base::kind::Kind),
    /// `one of (a "甲", b)`
    OneOf(Vec<(Name, Option<Quoted>)>),
    /// `set of K`
    SetOf(Box<KindSyntax>),
}

/// A declared field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldSyntax {
    /// First name.
    pub name: Name,
    /// Second name.
    pub label: Option<Quoted>,
    /// The comment directly above.
    pub description: Option<String>,
    /// Its kind and the kind's place.
    pub kind: (KindSyntax, Span),
    /// `sensitive`
    pub sensitive: bool,
    /// `as email`
    pub part: Option<Name>,
}

/// One assignment of a route: `field = expression`.
#[derive(Clone, Debug, PartialEq)]
pub struct Assignment {
    /// The field, or `id customer at sequence key from to since`.
    pub name: Name,
    /// Its value.
    pub value: Expr,
}

/// What a route makes.
#[derive(Clone, Debug, PartialEq)]
pub enum RouteTarget {
    /// `customer { … }`
    Customer,
    /// `event NAME`
    Event(Name),
    /// `holding NAME`
    Holding(Name),
    /// `relation NAME`
    Relation(Name),
}

/// `event credit when C { … }` inside a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// What it makes.
    pub target: RouteTarget,
    /// When it takes a record.
    pub when: Option<Expr>,
    /// Its fields.
    pub assignments: Vec<Assignment>,
    /// Its head.
    pub span: Span,
}

/// How the fields of a source are cut.
#[derive(Clone, Debug, PartialEq)]
pub enum DelimiterSyntax {
    /// one character
    Character(Quoted),
    /// any run of blanks
    Blanks,
}

/// `{ format csv, delimiter ";" … }`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct FormatSyntax {
    /// `csv`, `ndjson`, `parquet`
    pub format: Option<Name>,
    /// `delimiter`
    pub delimiter: Option<DelimiterSyntax>,
    /// `quote "'"`; empty text = none
    pub quote: Option<Quoted>,
    /// `header (a, b, c)`
    pub header: Option<Vec<Name>>,
    /// `encoding "utf-8"`
    pub encoding: Option<Quoted>,
    /// `missing "", "?"`
    pub missing: Vec<Quoted>,
}

/// `key E [when C]`.
#[derive(Clone, Debug, PartialEq)]
pub struct KeySyntax {
    /// The key's expression.
    pub key: Expr,
    /// Which records count.
    pub when: Option<Expr>,
}

/// An item's body.
#[derive(Clone, Debug, PartialEq)]
pub enum ItemNode {
    /// `settings { … }`
    Settings {
        /// `time_zone "…"`
        time_zone: Option<Quoted>,
        /// `clock starts T` (a bare date is its start)
        clock_starts: Option<(LocalTime, Span)>,
    },
    /// `customer { … }`
    Customer {
        /// Attributes.
        fields: Vec<FieldSyntax>,
    },
    /// `event NAME { … }`
    Event {
        /// Fields.
        fields: Vec<FieldSyntax>,
    },
    /// `holding NAME key K { … }`
    Holding {
        /// What its key is called; `key` when not said.
        key: Option<Name>,
        /// Fields.
        fields: Vec<FieldSyntax>,
    },
    /// `relation NAME inverse N: customer -> customer`
    Relation {
        /// The other direction and its label.
        inverse: Option<(Name, Option<Quoted>)>,
        /// `-> text`
        to_text: bool,
    },
    /// `source NAME "file" { … }`
    Source {
        /// The file, beside the rule file.
        file: Quoted,
        /// How it is read.
        format: FormatSyntax,
        /// `key` for lookups.
        key: Option<KeySyntax>,
        /// `skip when C`
        skip: Vec<Expr>,
        /// What its records make.
        routes: Vec<Route>,
    },
    /// `param NAME = 5 range 1..20`
    Param {
        /// Its value.
        value: Expr,
        /// What a what-if view may slide over.
        range: Option<(Expr, Expr)>,
    },
    /// `metric NAME: E`
    Metric(Expr),
    /// `filter NAME: C`
    Filter(Expr),
}

/// One item of a rule file.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// First name; for `settings` and `customer` the keyword itself.
    pub name: Name,
    /// Second name.
    pub label: Option<Quoted>,
    /// The comment directly above, `#` and one space removed, lines joined by `\n`.
    pub description: Option<String>,
    /// What it is.
    pub node: ItemNode,
    /// From its head to its end.
    pub span: Span,
}
