//! Dates, instants and the arithmetic between them in one business zone.
//! The clock is not here: `now` is an argument everywhere.

/// Days since 1970-01-01 in the proleptic Gregorian calendar.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Date(pub i32);

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
}
