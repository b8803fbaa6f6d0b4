//! Dates, instants and the arithmetic between them in one business zone.
//! The clock is not here: `now` is an argument everywhere.

mod date;
mod pattern;
mod zone;

pub use date::Date;
pub use pattern::{Pattern, parse_pattern};
pub use zone::Zone;

/// Seconds of a date without a change of offset.
pub const DAY_SECONDS: i64 = 86_400;

/// Whole seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Instant(pub i64);

/// Units of windows and of `since`. Hours and minutes are durations, the rest are dates.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Unit {
    /// 60 seconds
    Minute,
    /// 3,600 seconds
    Hour,
    /// a date
    Day,
    /// seven dates; calendar weeks start on Monday
    Week,
    /// calendar month
    Month,
    /// three calendar months
    Quarter,
    /// calendar year
    Year,
}

impl Unit {
    /// Whether it measures a duration and not dates.
    pub fn is_duration(self) -> bool {
        matches!(self, Unit::Minute | Unit::Hour)
    }

    /// Its length in seconds, where it has one: minute, hour, and day and week as `rolling` reads them.
    pub fn seconds(self) -> Option<i64> {
        match self {
            Unit::Minute => Some(60),
            Unit::Hour => Some(3_600),
            Unit::Day => Some(DAY_SECONDS),
            Unit::Week => Some(7 * DAY_SECONDS),
            Unit::Month | Unit::Quarter | Unit::Year => None,
        }
    }
}
