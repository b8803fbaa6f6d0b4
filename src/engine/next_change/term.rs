//! Instants that follow from an instant: where a row's or a fact's date makes an
//! answer change as time goes on. A term may name more instants than there are
//! changes, never fewer.

use crate::base::calendar::{DAY_SECONDS, Date, Instant, Unit, Zone};
use crate::base::value::Value;
use crate::plan::operation::Slot;
use crate::schema::FieldId;

/// What an instant is counted from. A Date counts from its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Base {
    /// The same for every row, in seconds.
    Fixed(i64),
    /// A Date, the same for every row.
    Date(Date),
    /// A slot over customers, of kind Date or Time.
    Slot(Slot),
    /// The instant of each fact.
    At,
    /// A field of each fact, of kind Date or Time.
    Field(FieldId),
}

/// Which instants an answer may change at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// `base + offset`
    At {
        /// From where.
        base: Base,
        /// Seconds.
        offset: i64,
    },
    /// Whenever `(now − base − offset) / seconds`, truncated, takes another value.
    Every {
        /// From where.
        base: Base,
        /// Seconds.
        offset: i64,
        /// Length of one unit.
        seconds: i64,
    },
    /// When `now + offset`, moved by calendar units at the same clock time, passes `base`.
    Calendar {
        /// From where.
        base: Base,
        /// Seconds.
        offset: i64,
        /// Signed.
        count: i64,
        /// A day or longer.
        unit: Unit,
    },
}

/// The value of `(now − from) / seconds` becomes at least `count` at `from` plus this.
pub fn threshold(count: i64, seconds: i64) -> i64 {
    if count >= 1 {
        count.saturating_mul(seconds)
    } else {
        // Truncation towards zero: −59 minutes are 0 hours.
        (count - 1).saturating_mul(seconds).saturating_add(1)
    }
}

/// The instant of a Date (its start) or Time.
pub fn instant_of(value: &Value, zone: &Zone) -> Option<i64> {
    match value {
        Value::Date(date) => Some(zone.start_of(*date).0),
        Value::Time(at) => Some(at.0),
        _ => None,
    }
}

impl Term {
    /// What it counts from.
    pub fn base(&self) -> Base {
        match self {
            Term::At { base, .. } | Term::Every { base, .. } | Term::Calendar { base, .. } => *base,
        }
    }

    /// The first of its instants after `now`, the base being at `from`.
    pub fn next(&self, from: i64, now: i64, zone: &Zone) -> Option<i64> {
        match *self {
            Term::At { offset, .. } => Some(from.saturating_add(offset)).filter(|at| *at > now),
            Term::Every {
                offset, seconds, ..
            } => {
                let from = from.saturating_add(offset);
                let count = now.saturating_sub(from) / seconds.max(1);
                (count..=count.saturating_add(1))
                    .map(|count| from.saturating_add(threshold(count, seconds)))
                    .filter(|at| *at > now)
                    .min()
            }
            Term::Calendar {
                offset,
                count,
                unit,
                ..
            } => {
                let moved = now.saturating_add(offset);
                let at = calendar(from, count, unit, moved, zone)?;
                Some(at.saturating_sub(offset))
            }
        }
    }
}

/// The first instant after `now` at which `instant + count units` may pass `goal`.
fn calendar(goal: i64, count: i64, unit: Unit, now: i64, zone: &Zone) -> Option<i64> {
    let (date, second) = zone.local(Instant(goal));
    let near = date.add(count.saturating_neg(), unit)?;
    // Up to four dates are moved to the last one of a shorter month.
    let reach = match unit {
        Unit::Month | Unit::Quarter | Unit::Year => 4,
        _ => 1,
    };
    let mut first: Option<i64> = None;
    let mut take = |at: i64| {
        if at > now && first.is_none_or(|known| at < known) {
            first = Some(at);
        }
    };
    for day in near.0.saturating_sub(reach)..=near.0.saturating_add(reach) {
        let start = zone.start_of(Date(day)).0;
        let end = zone.start_of(Date(day.saturating_add(1))).0;
        take(start);
        let met = zone.instant(Date(day), second).0;
        take(met);
        take(met + 1);
        let target = Date(day).add(count, unit).unwrap_or(date);
        let long = |date: Date| {
            let length = zone.start_of(Date(date.0.saturating_add(1))).0 - zone.start_of(date).0;
            length != DAY_SECONDS
        };
        if long(Date(day)) || long(target) {
            // Clocks are turned at quarters of an hour; between two of them both sides run alike.
            const QUARTER: i64 = 900;
            let from = start.max(now) / QUARTER;
            for quarter in from..=end / QUARTER + 1 {
                take(quarter * QUARTER);
            }
            let shift = (end - start) - DAY_SECONDS;
            for at in [met - shift, met + shift, met - shift + 1, met + shift + 1] {
                take(at);
            }
        }
    }
    first
}

/// The first instant after `now` at which the date may be another.
pub fn next_date(zone: &Zone, now: Instant) -> Instant {
    let (today, second) = zone.local(now);
    let mut next = zone.start_of(Date(today.0.saturating_add(1))).0;
    if next <= now.0 {
        // A clock turned back over midnight: the date before ends a second time.
        next = now.0 + (DAY_SECONDS - i64::from(second)).max(1);
    }
    let offset = zone.offset(now);
    if zone.offset(Instant(next - 1)) != offset {
        // The clock is turned in between: the date may be another from then on.
        let (mut low, mut high) = (now.0, next - 1);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if zone.offset(Instant(middle)) == offset {
                low = middle;
            } else {
                high = middle;
            }
        }
        if zone.date_of(Instant(high)) != today {
            return Instant(high);
        }
    }
    Instant(next)
}
