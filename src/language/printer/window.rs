//! Windows as text.

use super::expression::{Level, at_least, expression};
use super::number::{span, unit_after};
use super::{close, open};
use crate::base::calendar::Unit;
use crate::language::syntax::{Expr, Window, WindowNode};
use crate::language::words::{self, Tongue, Word};

/// `last 90 days`, `近90天`.
pub fn window(window: &Window, tongue: Tongue) -> String {
    match tongue {
        Tongue::English => english(&window.node),
        Tongue::Chinese => chinese(&window.node),
    }
}

fn english(node: &WindowNode) -> String {
    let bound = |expr| at_least(Level::Default, expr, Tongue::English);
    let counted = |word: Word, count, unit| {
        format!("{} {}", word.english, span(count, unit, Tongue::English))
    };
    match node {
        WindowNode::Last {
            count,
            unit,
            whole: true,
        } => format!(
            "{} {count} {} {}",
            words::LAST.english,
            words::WHOLE.english,
            unit_after(*count, *unit)
        ),
        WindowNode::Last {
            count,
            unit,
            whole: false,
        } => counted(words::LAST, *count, *unit),
        WindowNode::Previous { count, unit } => counted(words::PREVIOUS, *count, *unit),
        WindowNode::Rolling { count, unit } => counted(words::ROLLING, *count, *unit),
        WindowNode::Next { count, unit } => counted(words::NEXT, *count, *unit),
        WindowNode::This(unit) => this(*unit, Tongue::English),
        WindowNode::PreviousCalendar(unit) => before_this(*unit, Tongue::English),
        WindowNode::Since(from) => format!("{} {}", words::SINCE.english, bound(from)),
        WindowNode::Before(to) => {
            format!("{} {}", words::BEFORE.english, leading(to, Tongue::English))
        }
        WindowNode::Between(low, high) => format!(
            "{} {} {} {}",
            words::BETWEEN.english,
            bound(low),
            words::BETWEEN_AND.english,
            bound(high)
        ),
        WindowNode::WithinAfter { count, unit, from } => format!(
            "{} {} {}",
            counted(words::WITHIN, *count, *unit),
            words::AFTER.english,
            bound(from)
        ),
    }
}

fn chinese(node: &WindowNode) -> String {
    let bound = |expr| at_least(Level::Default, expr, Tongue::Chinese);
    let counted =
        |word: Word, count, unit| format!("{}{}", word.chinese, span(count, unit, Tongue::Chinese));
    match node {
        WindowNode::Last {
            count,
            unit,
            whole: true,
        } => format!(
            "{}{count}{}{}",
            words::LAST.chinese,
            words::WHOLE.chinese,
            short_unit(*unit)
        ),
        WindowNode::Last {
            count,
            unit,
            whole: false,
        } => counted(words::LAST, *count, *unit),
        WindowNode::Previous { count, unit } => counted(words::PREVIOUS, *count, *unit),
        WindowNode::Rolling { count, unit } => counted(words::ROLLING, *count, *unit),
        WindowNode::Next { count, unit } => counted(words::NEXT, *count, *unit),
        WindowNode::This(unit) => this(*unit, Tongue::Chinese),
        WindowNode::PreviousCalendar(unit) => before_this(*unit, Tongue::Chinese),
        WindowNode::Since(from) => format!(
            "{} {} {}",
            words::SINCE.chinese,
            bound(from),
            words::SINCE_END.chinese
        ),
        WindowNode::Before(to) => {
            format!("{} {}", leading(to, Tongue::Chinese), words::BEFORE.chinese)
        }
        WindowNode::Between(low, high) => format!(
            "{} {} {} {}",
            words::BETWEEN.chinese,
            bound(low),
            words::BETWEEN_AND.chinese,
            bound(high)
        ),
        WindowNode::WithinAfter { count, unit, from } => format!(
            "{} {}{}",
            leading(from, Tongue::Chinese),
            counted(words::AFTER, *count, *unit),
            words::WITHIN_END.chinese
        ),
    }
}

/// A bound where a bracket could open something else (`before (` a call, 属于（ a list): one
/// that only begins with a bracket goes into brackets whole.
fn leading(expr: &Expr, tongue: Tongue) -> String {
    let text = at_least(Level::Default, expr, tongue);
    let whole = text == expression(expr, tongue);
    if whole && text.starts_with(open(tongue)) {
        format!("{}{text}{}", open(tongue), close(tongue))
    } else {
        text
    }
}

/// 近90整日, 近6整月, 按月: after 整 and 按 the short words read better.
pub fn short_unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Day => "日",
        Unit::Month => "月",
        other => words::unit_word(other).chinese,
    }
}

fn this(unit: Unit, tongue: Tongue) -> String {
    let word = match unit {
        Unit::Day | Unit::Hour | Unit::Minute => words::THIS_DAY,
        Unit::Week => words::THIS_WEEK,
        Unit::Month => words::THIS_MONTH,
        Unit::Quarter => words::THIS_QUARTER,
        Unit::Year => words::THIS_YEAR,
    };
    word.text(tongue).to_owned()
}

fn before_this(unit: Unit, tongue: Tongue) -> String {
    let word = match unit {
        Unit::Day | Unit::Hour | Unit::Minute => words::PREVIOUS_DAY,
        Unit::Week => words::PREVIOUS_WEEK,
        Unit::Month => words::PREVIOUS_MONTH,
        Unit::Quarter => words::PREVIOUS_QUARTER,
        Unit::Year => words::PREVIOUS_YEAR,
    };
    word.text(tongue).to_owned()
}
