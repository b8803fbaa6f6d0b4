//! Windows that begin before the data: what they leave out was never known.

use crate::base::calendar::{Date, Unit};
use crate::base::diagnostic::Diagnostic;
use crate::schema::Schema;

use super::super::codes;
use super::super::typed::{Node, Subject, Typed, Window};
use super::measured::Measured;

/// Reports an aggregate whose window reaches back before the first event of its kind.
/// Windows whose ends are written as dates are left alone: who names a date has looked at it.
pub(super) fn judge(
    typed: &Typed,
    schema: &Schema,
    measured: &Measured,
    found: &mut Vec<Diagnostic>,
) {
    let Node::Aggregate(aggregate) = &typed.node else {
        return;
    };
    let Subject::Event(event) = aggregate.subject else {
        return;
    };
    let (Some(event), Some(today)) = (schema.event(event), measured.today) else {
        return;
    };
    let first = measured.first.get(&event.name);
    let begins = begins(&aggregate.window, today);
    if let (Some(first), Some(begins)) = (first, begins)
        && begins < *first
    {
        found.push(
            Diagnostic::warning(
                codes::WINDOW_BEFORE_DATA,
                format!(
                    "this window begins on {begins}, and the first `{}` of the data is of {first}",
                    event.name
                ),
                typed.span,
            )
            .help("of the time before that nothing is known: `none` and `count … = 0` may hold for want of data"),
        );
    }
}

/// The first date of a window that is counted back from today.
fn begins(window: &Window, today: Date) -> Option<Date> {
    match window {
        Window::Last {
            count,
            unit,
            whole: true,
        } => back(today.start_of(*unit), *count, *unit),
        Window::Last { count, unit, .. } | Window::Rolling { count, unit } => {
            back(today, *count, *unit)
        }
        Window::Previous { count, unit } => back(today, count.checked_mul(2)?, *unit),
        Window::PreviousCalendar(unit) => back(today.start_of(*unit), 1, *unit),
        _ => None,
    }
}

fn back(from: Date, count: i64, unit: Unit) -> Option<Date> {
    const HOURS_OF_DAY: i64 = 24;
    const MINUTES_OF_DAY: i64 = 24 * 60;
    match unit {
        Unit::Hour => from.add(-(count / HOURS_OF_DAY), Unit::Day),
        Unit::Minute => from.add(-(count / MINUTES_OF_DAY), Unit::Day),
        unit => from.add(count.checked_neg()?, unit),
    }
}
