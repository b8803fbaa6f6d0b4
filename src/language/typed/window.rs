//! Windows after checking: their numbers sound, their bounds of kind Date or Time.

use super::Typed;
use crate::base::calendar::Unit;

/// A checked window. Expressions inside are of kind Date or Time and stand in the customer's context.
/// A missing bound makes the whole aggregate missing.
#[derive(Clone, Debug, PartialEq)]
pub enum Window {
    /// No window.
    All,
    /// `last 90 days`, `last 6 whole months`, `last 72 hours`
    Last {
        /// At least 1.
        count: i64,
        /// Of what.
        unit: Unit,
        /// `whole`: never with a duration.
        whole: bool,
    },
    /// The `count` units before `last count units`.
    Previous {
        /// At least 1.
        count: i64,
        /// Of what.
        unit: Unit,
    },
    /// (now − count units, now] as a duration; minute to week only.
    Rolling {
        /// At least 1.
        count: i64,
        /// Of what.
        unit: Unit,
    },
    /// Today and the dates after it; for `InWindow` only.
    Next {
        /// At least 1.
        count: i64,
        /// Of what.
        unit: Unit,
    },
    /// The calendar unit that holds today.
    This(Unit),
    /// The calendar unit before this one.
    PreviousCalendar(Unit),
    /// X included, to now.
    Since(Box<Typed>),
    /// X excluded.
    Before(Box<Typed>),
    /// Both included.
    Between(Box<Typed>, Box<Typed>),
    /// The dates X to X + count (units of days and longer), or the duration [X, X + count].
    WithinAfter {
        /// At least 0.
        count: i64,
        /// Of what.
        unit: Unit,
        /// From where.
        from: Box<Typed>,
    },
}
