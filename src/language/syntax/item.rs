//! The items of a rule file as written: settings, schema, sources, params,
//! metrics, filters. Expressions are one level up; care plans and scores have files of their own.

use super::{Expr, LocalTime, Name, Quoted};
use crate::base::span::Span;

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
    /// `event NAME = EVENT where C`
    EventPart {
        /// Of which event, or of which other part.
        of: Name,
        /// Which of them.
        condition: Expr,
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
        format: Box<FormatSyntax>,
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
    /// `score NAME range 0..100: E`
    Score(Box<super::score::Score>),
    /// `scorecard NAME base B { … }`
    Scorecard(Box<super::score::Scorecard>),
    /// `stages NAME { … }`
    Stages(Vec<super::score::Stage>),
    /// `tiers NAME by X per A { … }`
    Tiers(Box<super::score::Tiers>),
    /// `care NAME { … }`
    Care(Box<super::care::Care>),
    /// `test "…" as of DATE { … }`
    Test(Box<super::test::Test>),
    /// `report NAME over S where C per A { … }`
    Report(Box<super::report::Report>),
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
