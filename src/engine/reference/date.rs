//! Dates and instants: adding units, days between, completed units since.

use super::place::Question;
use crate::base::calendar::{Date, Instant, Unit, Zone};
use crate::base::value::Value;

/// The business date of a Date or Time.
pub(super) fn date_of(value: &Value, zone: &Zone) -> Option<Date> {
    match value {
        Value::Date(date) => Some(*date),
        Value::Time(instant) => Some(zone.date_of(*instant)),
        _ => None,
    }
}

/// A date moves by dates; an instant by its duration, or by dates at the same clock time.
pub(super) fn add(base: Value, count: i64, unit: Unit, zone: &Zone) -> Option<Value> {
    match base {
        Value::Date(date) => date.add(count, unit).map(Value::Date),
        Value::Time(at) => match unit {
            Unit::Minute => later(at, count, 60),
            Unit::Hour => later(at, count, 3_600),
            _ => {
                let (date, second) = zone.local(at);
                let date = date.add(count, unit)?;
                Some(Value::Time(zone.instant(date, second)))
            }
        },
        _ => None,
    }
}

fn later(at: Instant, count: i64, seconds: i64) -> Option<Value> {
    let seconds = count.checked_mul(seconds)?;
    at.0.checked_add(seconds).map(|at| Value::Time(Instant(at)))
}

/// Whole days from `right` to `left`.
pub(super) fn days_between(left: Value, right: Value, zone: &Zone) -> Option<Value> {
    let (left, right) = (date_of(&left, zone)?, date_of(&right, zone)?);
    Some(Value::Int(i64::from(left.0) - i64::from(right.0)))
}

/// Completed units to `now`; what lies ahead is negative.
pub(super) fn since(question: &Question, unit: Unit, from: Value) -> Option<Value> {
    let completed = match unit {
        Unit::Minute | Unit::Hour => {
            let from = match from {
                Value::Date(date) => question.zone.start_of(date),
                Value::Time(at) => at,
                _ => return None,
            };
            let length = match unit {
                Unit::Minute => 60,
                _ => 3_600,
            };
            // Division of whole numbers drops the rest towards zero and keeps the sign.
            question.now.0.checked_sub(from.0)? / length
        }
        _ => date_of(&from, question.zone)?.completed(unit, question.today()),
    };
    Some(Value::Int(completed))
}
