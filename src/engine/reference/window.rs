//! Windows asked of one moment at a time: "does it lie in this window?", in the
//! words that define the window. No spans are worked out ahead.

use super::evaluate::value;
use super::place::{Place, Question};
use crate::base::calendar::{Date, Instant, Unit};
use crate::base::value::Value;
use crate::language::typed::{Typed, Window};

/// A date with its start, or an instant with its business date: date windows and
/// date bounds look at the one, durations and instant bounds at the other.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    date: Date,
    instant: Instant,
}

/// A window whose bounds are known to be present.
pub(crate) enum Ready<'a> {
    /// Fixed by `now` alone.
    Fixed(&'a Window),
    /// X included.
    Since(Value),
    /// X excluded.
    Before(Value),
    /// Both included.
    Between(Value, Value),
    /// X to X + count.
    WithinAfter(i64, Unit, Value),
}

/// The window with its bounds, read in the customer's context; `None` when one is missing.
pub(crate) fn ready<'a>(place: &Place, window: &'a Window) -> Option<Ready<'a>> {
    let customer = place.customer();
    let bound = |typed: &Typed| value(&customer, typed);
    Some(match window {
        Window::Since(from) => Ready::Since(bound(from)?),
        Window::Before(until) => Ready::Before(bound(until)?),
        Window::Between(from, until) => Ready::Between(bound(from)?, bound(until)?),
        Window::WithinAfter { count, unit, from } => {
            Ready::WithinAfter(*count, *unit, bound(from)?)
        }
        _ => Ready::Fixed(window),
    })
}

/// The moment a Date or Time value stands for.
pub(crate) fn moment(question: &Question, value: &Value) -> Option<Moment> {
    match value {
        Value::Date(date) => Some(Moment {
            date: *date,
            instant: question.zone.start_of(*date),
        }),
        Value::Time(instant) => Some(Moment {
            date: question.zone.date_of(*instant),
            instant: *instant,
        }),
        _ => None,
    }
}

/// Whether the moment lies in the window. Only `since` ends at `now`.
pub(crate) fn holds(question: &Question, ready: &Ready, moment: Moment) -> bool {
    match ready {
        Ready::Fixed(window) => fixed(question, window, moment),
        Ready::Since(from) => not_before(moment, from) && moment.instant <= question.now,
        Ready::Before(until) => !not_before(moment, until),
        Ready::Between(from, until) => not_before(moment, from) && not_after(moment, until),
        Ready::WithinAfter(count, unit, from) => {
            within_after(question, moment, *count, *unit, from).unwrap_or(false)
        }
    }
}

/// From the bound on; a date bound from its start.
fn not_before(moment: Moment, bound: &Value) -> bool {
    match bound {
        Value::Date(date) => moment.date >= *date,
        Value::Time(instant) => moment.instant >= *instant,
        _ => false,
    }
}

/// Up to the bound, itself included; a date bound to its end.
fn not_after(moment: Moment, bound: &Value) -> bool {
    match bound {
        Value::Date(date) => moment.date <= *date,
        Value::Time(instant) => moment.instant <= *instant,
        _ => false,
    }
}

fn within_after(
    question: &Question,
    moment: Moment,
    count: i64,
    unit: Unit,
    from: &Value,
) -> Option<bool> {
    let from = self::moment(question, from)?;
    if unit.is_duration() {
        let after = moment.instant.0.checked_sub(from.instant.0)?;
        return Some(after >= 0 && i128::from(after) <= seconds(count, unit));
    }
    let until = shifted(from.date, count, unit);
    Some(moment.date >= from.date && moment.date <= until)
}

fn fixed(question: &Question, window: &Window, moment: Moment) -> bool {
    let today = question.today();
    let back = |count: i64, unit: Unit| shifted(today, count.saturating_neg(), unit);
    let age = i128::from(question.now.0) - i128::from(moment.instant.0);
    match window {
        Window::Last {
            count,
            unit,
            whole: false,
        } if unit.is_duration() => age >= 0 && age < seconds(*count, *unit),
        Window::Last {
            count,
            unit,
            whole: false,
        } => moment.date > back(*count, *unit) && moment.date <= today,
        Window::Last {
            count,
            unit,
            whole: true,
        } => {
            let start = today.start_of(*unit);
            let first = shifted(start, count.saturating_neg(), *unit);
            moment.date >= first && moment.date < start
        }
        Window::Previous { count, unit } if unit.is_duration() => {
            let span = seconds(*count, *unit);
            age >= span && age < 2 * span
        }
        Window::Previous { count, unit } => {
            let twice = count.saturating_mul(2);
            moment.date > back(twice, *unit) && moment.date <= back(*count, *unit)
        }
        Window::Rolling { count, unit } => age >= 0 && age < seconds(*count, *unit),
        Window::Next { count, unit } => {
            moment.date >= today && moment.date < shifted(today, *count, *unit)
        }
        Window::This(unit) => moment.date.start_of(*unit) == today.start_of(*unit),
        Window::PreviousCalendar(unit) => {
            moment.date.start_of(*unit) == shifted(today.start_of(*unit), -1, *unit)
        }
        Window::All => true,
        Window::Since(_) | Window::Before(_) | Window::Between(..) | Window::WithinAfter { .. } => {
            false
        }
    }
}

/// The date that many units away; past the calendar's end its first or last number.
fn shifted(date: Date, count: i64, unit: Unit) -> Date {
    let past = match count < 0 {
        true => Date(i32::MIN),
        false => Date(i32::MAX),
    };
    date.add(count, unit).unwrap_or(past)
}

/// Length of a duration; months and longer have none and hold nothing.
fn seconds(count: i64, unit: Unit) -> i128 {
    let one = match unit {
        Unit::Minute => 60,
        Unit::Hour => 3_600,
        Unit::Day => 86_400,
        Unit::Week => 604_800,
        Unit::Month | Unit::Quarter | Unit::Year => 0,
    };
    i128::from(count) * one
}
