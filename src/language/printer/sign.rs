//! Signs and words of single operators, and instants.

use crate::base::calendar::Unit;
use crate::language::syntax::{ArithmeticOp, CompareOp, LocalTime, TextOp};
use crate::language::words::{self, Tongue, Word};

/// `2024-06-30T09:30`, seconds only when there are any.
pub fn local_time(time: LocalTime) -> String {
    let (hour, minute, second) = (time.second / 3600, time.second / 60 % 60, time.second % 60);
    let seconds = if second == 0 {
        String::new()
    } else {
        format!(":{second:02}")
    };
    format!("{}T{hour:02}:{minute:02}{seconds}", time.date)
}

/// `<=` and its like; the same in both tongues.
pub fn sign(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "=",
        CompareOp::NotEqual => "!=",
        CompareOp::Less => "<",
        CompareOp::LessEqual => "<=",
        CompareOp::Greater => ">",
        CompareOp::GreaterEqual => ">=",
        CompareOp::Like => "~=",
    }
}

/// `*`, `×`
pub fn arithmetic_sign(op: ArithmeticOp, tongue: Tongue) -> &'static str {
    match (op, tongue) {
        (ArithmeticOp::Add, _) => "+",
        (ArithmeticOp::Subtract, _) => "-",
        (ArithmeticOp::Multiply, Tongue::English) => "*",
        (ArithmeticOp::Multiply, Tongue::Chinese) => "×",
        (ArithmeticOp::Divide, Tongue::English) => "/",
        (ArithmeticOp::Divide, Tongue::Chinese) => "÷",
    }
}

/// `contains`
pub fn text_word(op: TextOp) -> Word {
    match op {
        TextOp::Contains => words::CONTAINS,
        TextOp::StartsWith => words::STARTS_WITH,
        TextOp::EndsWith => words::ENDS_WITH,
        TextOp::Matches => words::MATCHES,
    }
}

/// `days since`
pub fn since_word(unit: Unit) -> Word {
    match unit {
        Unit::Minute => words::MINUTES_SINCE,
        Unit::Hour => words::HOURS_SINCE,
        Unit::Day => words::DAYS_SINCE,
        Unit::Week => words::WEEKS_SINCE,
        Unit::Month => words::MONTHS_SINCE,
        Unit::Quarter => words::QUARTERS_SINCE,
        Unit::Year => words::YEARS_SINCE,
    }
}
