//! A report as written: what its rows are, how they are grouped, what is measured.

use super::{Expr, Name, Quoted};
use crate::base::calendar::Unit;
use crate::base::span::Span;

/// What the rows of a report are, where they are not customers.
#[derive(Clone, Debug, PartialEq)]
pub enum Over {
    /// `over loan`: an event or a holding, or `customer` said in full.
    Facts(Name),
    /// `over source orders`: the raw records of a file.
    Source(Name),
}

/// A group or a measure: `band "年龄段": E`, `at by month`, `avg(assets)`.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportColumn {
    /// Its name, where it is not called by its expression.
    pub name: Option<Name>,
    /// Second name.
    pub label: Option<Quoted>,
    /// Its value.
    pub value: Expr,
    /// `by month`: the calendar unit that holds the date; groups only.
    pub period: Option<Unit>,
    /// The whole column.
    pub span: Span,
}

/// A report.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// `over …`; customers when not said.
    pub over: Option<Over>,
    /// `where C`: which rows.
    pub filter: Option<Expr>,
    /// `per A, B`; one row for all when empty.
    pub groups: Vec<ReportColumn>,
    /// In order, at least one.
    pub measures: Vec<ReportColumn>,
    /// `order by E desc, F`: each with whether it is descending.
    pub order: Vec<(Expr, bool)>,
    /// `top 20`
    pub top: Option<i64>,
}
