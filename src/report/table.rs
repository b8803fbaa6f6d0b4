//! What a report answers: columns, rows, and what was left out of them and why.

use std::sync::Arc;

use crate::base::calendar::{Instant, Unit};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::engine::reviewed::TiersShown;

/// One column: groups first, then measures.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What it is called.
    pub name: Arc<str>,
    /// Second name.
    pub label: Option<Arc<str>>,
    /// Of its values.
    pub kind: Kind,
    /// Where its dates stand for whole units of the calendar: each is the first day of one.
    pub period: Option<Unit>,
}

/// Rows that a condition or a share of one aggregate could not judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// The aggregate as the formatter prints it.
    pub aggregate: Arc<str>,
    /// How many rows.
    pub rows: u64,
    /// What they lack, most often lacking first.
    pub because: Vec<(Arc<str>, u64)>,
}

/// A report's answer. counted + no + unknown = all rows, always.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// What a row is: `customer`, the event's or holding's name, `record`.
    pub subject: Arc<str>,
    /// In order.
    pub columns: Vec<Column>,
    /// One a group, in the order asked for, as many as `top` lets.
    pub rows: Vec<Vec<Option<Value>>>,
    /// Groups there are.
    pub groups: usize,
    /// Rows that were grouped.
    pub counted: u64,
    /// Rows that `where` leaves out.
    pub no: u64,
    /// Rows of which `where` cannot say.
    pub unknown: u64,
    /// What these lack, most often lacking first.
    pub unknown_because: Vec<(Arc<str>, u64)>,
    /// By aggregate, in the order of the report; those that could judge every row are not named.
    pub left_aside: Vec<Aside>,
    /// The instant of the rank tables that it reads, if any; said by whoever handed them in.
    pub ranks_at: Option<Instant>,
    /// Tiers that it hangs on; said by whoever handed them in.
    pub tiers: Vec<TiersShown>,
    /// Records of a file that could not be read at all.
    pub broken: u64,
    /// Values of records that could not be read as what was asked, and count as missing.
    pub unreadable: u64,
}
