//! A raw text read as a value of a kind. What cannot be read refuses the record;
//! a word that is none of a list is missing and reported.

use std::borrow::Cow;
use std::sync::Arc;

use super::Reading;
use super::cell::Cell;
use crate::base::calendar::{Date, Zone, parse_pattern};
use crate::base::decimal::Decimal;
use crate::base::kind::Kind;
use crate::base::limit::{SET_MEMBERS_MAX, TEXT_BYTES_MAX};
use crate::base::money::Money;
use crate::base::value::Value;
use crate::ingest::facts::calendar::whole_second;
use crate::ingest::fault::{self, Fault};

/// Digits before or after the point that an exponent may add; more fit no kind.
const EXPONENT_MAX: i32 = 40;

/// What a text says.
pub enum Said<'r> {
    /// A value.
    Value(Cell<'r>),
    /// A word of no meaning to a list.
    UnknownWord,
}

/// `text` is trimmed, NFC and not empty.
pub fn read<'r>(
    reading: &'r Reading,
    text: Cow<'r, str>,
    zone: &Zone,
) -> Result<Said<'r>, Box<Fault>> {
    let fail = |code, problem: &str| Err(Box::new(Fault::cell(code, &text, problem)));
    let cell = match &reading.kind {
        Kind::Text if text.len() > TEXT_BYTES_MAX => {
            return fail(
                fault::LONG_TEXT,
                &format!("is longer than {TEXT_BYTES_MAX} bytes"),
            );
        }
        Kind::Text => return Ok(Said::Value(Cell::Text(text))),
        Kind::Bool => match boolean(&text) {
            Some(value) => Cell::Bool(value),
            None => return fail(fault::NO_BOOL, "is neither yes nor no"),
        },
        Kind::Int => match integer(&text) {
            Some(value) => Cell::Int(value),
            None => return fail(fault::NO_NUMBER, "is not a whole number that fits"),
        },
        Kind::Number => match number(&text) {
            Some(value) => Cell::Number(value),
            None => return fail(fault::NO_NUMBER, "is not a number"),
        },
        Kind::Money => match Money::parse(&text).or_else(|| exact(&text)?.to_money()) {
            Some(value) => Cell::Money(value),
            None => return fail(fault::NO_MONEY, money_problem(&text)),
        },
        Kind::Date => match date(reading, &text, zone) {
            Some(value) => Cell::Date(value),
            None => return fail(fault::NO_DATE, "is not a date"),
        },
        Kind::Time => match time(reading, &text, zone) {
            Some(value) => Cell::Time(value),
            None => return fail(fault::NO_TIME, "is not an instant"),
        },
        Kind::Enum(kind) => match kind.find(&text) {
            Some(code) => Cell::Enum(code),
            None => return Ok(Said::UnknownWord),
        },
        Kind::Set(inner) => return set(reading, inner, &text, zone),
    };
    Ok(Said::Value(cell))
}

/// A text alone as a value of a kind, in ISO where it is dated; `None`: a word of no meaning to a list.
pub fn scalar(kind: &Kind, text: &str, zone: &Zone) -> Result<Option<Value>, Box<Fault>> {
    let reading = Reading {
        value: super::Code::Missing,
        kind: kind.clone(),
        column: None,
        pattern: None,
        zone: None,
    };
    Ok(match read(&reading, Cow::Borrowed(text), zone)? {
        Said::Value(cell) => cell.into_value(),
        Said::UnknownWord => None,
    })
}

/// Words for yes and no, in both tongues; case counts for nothing.
pub fn boolean(text: &str) -> Option<bool> {
    const YES: [&str; 4] = ["yes", "true", "1", "是"];
    const NO: [&str; 4] = ["no", "false", "0", "否"];
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&YES) {
        Some(true)
    } else {
        is(&NO).then_some(false)
    }
}

/// The decimal that digits with or without an exponent are, exactly.
pub fn exact(digits: &str) -> Option<Decimal> {
    let Some((mantissa, exponent)) = digits.split_once(['e', 'E']) else {
        return Decimal::parse(digits);
    };
    let exponent: i32 = exponent.parse().ok()?;
    if exponent.abs() > EXPONENT_MAX {
        return None;
    }
    Decimal::parse(mantissa)?.shifted(exponent)
}

/// `12`, `+12`, `12.0`, not `12.5`.
fn integer(text: &str) -> Option<i64> {
    text.parse()
        .ok()
        .or_else(|| Decimal::parse(text)?.to_int())
        .or_else(|| exact(text)?.to_int())
}

/// Also with an exponent; never infinite.
pub fn number(text: &str) -> Option<f64> {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    text.parse()
        .ok()
        .filter(|value: &f64| plain && value.is_finite())
}

fn money_problem(text: &str) -> &'static str {
    match exact(text) {
        None => "is not an amount of money",
        Some(decimal) if decimal.places > crate::base::money::MONEY_PLACES => {
            "has more than four places"
        }
        Some(_) => "does not fit into money",
    }
}

fn date(reading: &Reading, text: &str, zone: &Zone) -> Option<Date> {
    match &reading.pattern {
        Some(pattern) => parse_pattern(text, pattern).map(|(date, _)| date),
        None => Date::parse(text).or_else(|| Some(zone.date_of(instant(text, zone)?))),
    }
}

fn time(reading: &Reading, text: &str, business: &Zone) -> Option<crate::base::calendar::Instant> {
    let zone = reading.zone.as_ref().unwrap_or(business);
    match &reading.pattern {
        Some(pattern) => {
            let (date, second) = parse_pattern(text, pattern)?;
            Some(match second {
                Some(second) => zone.instant(date, second),
                None => zone.start_of(date),
            })
        }
        None => instant(text, zone).or_else(|| Some(zone.start_of(Date::parse(text)?))),
    }
}

/// ISO, also with a blank between date and clock time. Facts hold whole seconds: a fraction is cut off.
fn instant(text: &str, zone: &Zone) -> Option<crate::base::calendar::Instant> {
    zone.parse(&whole_second(text))
}

/// Members stand between commas, semicolons, bars or their full-width forms.
fn set<'r>(
    reading: &Reading,
    inner: &Kind,
    text: &str,
    zone: &Zone,
) -> Result<Said<'r>, Box<Fault>> {
    let member = Reading {
        value: super::Code::Missing,
        kind: inner.clone(),
        column: reading.column.clone(),
        pattern: None,
        zone: None,
    };
    let mut members: Vec<Value> = Vec::new();
    for part in text.split([',', ';', '|', '，', '；', '、', '｜']) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        match read(&member, Cow::Borrowed(part), zone)? {
            Said::Value(cell) => members.extend(cell.into_value()),
            Said::UnknownWord => return Ok(Said::UnknownWord),
        }
    }
    members.sort_by(Value::order);
    members.dedup();
    if members.len() > SET_MEMBERS_MAX {
        let problem = format!("has more than {SET_MEMBERS_MAX} members");
        return Err(Box::new(Fault::cell(fault::LONG_TEXT, text, problem)));
    }
    Ok(Said::Value(Cell::Set(Arc::from(members))))
}
