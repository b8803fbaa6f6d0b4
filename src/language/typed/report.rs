//! A checked report. Its rows are customers, facts or raw records; what is said of a
//! row stands in `filter`, `groups` and `tallies`, what is said of a group of rows in
//! `measures` and `order`, over the values that the tallies give.

use std::sync::Arc;

use super::{SourceFileId, Subject, Typed};
use crate::base::calendar::Unit;
use crate::base::kind::Kind;
use crate::base::quantile::Quantile;
use crate::base::span::Span;

/// What the rows of a report are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReportSubject {
    /// All customers.
    Customers,
    /// All events of a kind not later than `now`, or the holdings in force.
    Facts(Subject),
    /// The records of a file as they stand there.
    Records(SourceFileId),
}

/// A value of the group at hand, by its place in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Given {
    /// What [`Report::tallies`] counted there.
    Tally(u32),
    /// A measure.
    Measure(u32),
    /// What the group is of.
    Group(u32),
}

/// What becomes of the rows of a group. Missing values are skipped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TallyFunction {
    /// Int; takes no value.
    Count,
    /// Int, Number, Money as the value; of nothing 0. Numbers are added exactly and rounded once.
    Sum,
    /// Number, or Money of money; of nothing missing, as all that follow.
    Avg,
    /// Int, Number, Money, Date, Time.
    Min,
    /// Like `Min`.
    Max,
    /// Int: different values; of nothing 0. Without a value: different whole records.
    Distinct,
    /// Number, or Money of money: linear between neighbours.
    Median,
    /// Number, or Money of money.
    Stddev,
    /// The value at that part of the way through them; like `Median`.
    Cut(Quantile),
    /// Number: yes ÷ (yes + no) of its value, a condition.
    Share,
}

/// One aggregate over the rows of each group.
#[derive(Clone, Debug, PartialEq)]
pub struct Tally {
    /// Which.
    pub function: TallyFunction,
    /// Of what, in the context of a row.
    pub value: Option<Typed>,
    /// Only rows with *yes*; of a share a part of what its value says.
    pub filter: Option<Typed>,
    /// Of the result.
    pub kind: Kind,
    /// As the formatter prints it.
    pub text: Arc<str>,
    /// How many tallies and measures lie below it: a tally with a higher pass reads measures of lower ones.
    pub pass: u32,
}

impl Tally {
    /// Whether it takes records whole.
    pub fn is_whole(&self) -> bool {
        self.function == TallyFunction::Distinct && self.value.is_none()
    }
}

/// A group's key.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// What its column is called.
    pub name: Arc<str>,
    /// Second name.
    pub label: Option<Arc<str>>,
    /// In the context of a row; with a period a Date.
    pub value: Typed,
    /// The calendar unit that holds the date: the key is its first day.
    pub period: Option<Unit>,
}

/// A measure.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// What its column is called.
    pub name: Arc<str>,
    /// Second name.
    pub label: Option<Arc<str>>,
    /// Over [`Given`] values.
    pub value: Typed,
}

/// A checked report.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// First name.
    pub name: Arc<str>,
    /// Second name.
    pub label: Option<Arc<str>>,
    /// The comment above.
    pub description: Option<Arc<str>>,
    /// What its rows are.
    pub subject: ReportSubject,
    /// Names of raw columns, where the rows are records; [`super::Node::Column`] is an index here.
    pub columns: Vec<String>,
    /// Bool: which rows.
    pub filter: Option<Typed>,
    /// In order; none = one group of all rows.
    pub groups: Vec<Group>,
    /// What is counted of the rows.
    pub tallies: Vec<Tally>,
    /// In order.
    pub measures: Vec<Measure>,
    /// Over [`Given`] values, each with whether it is descending.
    pub order: Vec<(Typed, bool)>,
    /// Rows given at most.
    pub top: Option<u64>,
    /// Where.
    pub span: Span,
}
