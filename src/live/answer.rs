//! What a question gives back: exact figures, what is unknown and why, and rows.

use std::sync::Arc;

use crate::base::calendar::Instant;
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::engine::outcome::{LeftAside, Profile};
use crate::engine::reviewed::TiersShown;

/// A field to blame for unknown answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blame {
    /// Its canonical text.
    pub field: Arc<str>,
    /// Unknown customers that lack it.
    pub count: u64,
}

/// A named expression of the rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// As written in the question.
    pub name: String,
    /// Kind of its values.
    pub kind: Kind,
}

/// One customer that matches.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerRow {
    /// Row of the snapshot.
    pub row: u32,
    /// As many as [`Answer::shown`].
    pub values: Vec<Option<Value>>,
}

/// A plugin that was asked, and customers of whom it said nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScoredBy {
    /// As a rule calls it.
    pub call: String,
    /// Its id and version.
    pub by: Arc<str>,
    /// Of how many customers it was asked.
    pub customers: u64,
    /// Why some have no score, with how many.
    pub missing: Vec<(Arc<str>, u64)>,
}

/// yes + no + unknown = total, always.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Customers that match.
    pub count: u64,
    /// Customers that do not.
    pub no: u64,
    /// Customers of whom it cannot be said.
    pub unknown: u64,
    /// Most blamed first.
    pub unknown_because: Vec<Blame>,
    /// Facts that a `where` could not judge.
    pub left_aside: Vec<LeftAside>,
    /// Customers in the store, the erased left out.
    pub total: u64,
    /// The instant asked about.
    pub as_of: Instant,
    /// The instant of the rank tables that it depends on, if any.
    pub ranks_at: Option<Instant>,
    /// Tiers that it hangs on.
    pub tiers: Vec<TiersShown>,
    /// Columns of the rows.
    pub shown: Vec<Shown>,
    /// In the order asked for, at most `limit`; `None` when only the count was asked for.
    pub rows: Option<Vec<AnswerRow>>,
    /// Plugins that were asked.
    pub scored: Vec<ScoredBy>,
    /// When analysed.
    pub profile: Option<Profile>,
}
