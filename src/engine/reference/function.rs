//! Scalar functions. A missing argument makes them missing, as does one outside
//! their domain.

use std::sync::Arc;

use super::compare::order;
use super::date::date_of;
use super::evaluate::value;
use super::number::size;
use super::pattern::parse_pattern;
use super::place::Place;
use crate::base::calendar::{Date, Zone};
use crate::base::decimal::Decimal;
use crate::base::math;
use crate::base::text;
use crate::base::value::Value;
use crate::language::typed::{Function, Typed};

/// One call.
pub(super) fn call(place: &Place, function: Function, arguments: &[Typed]) -> Option<Value> {
    if function == Function::Weighted {
        return weighted(place, arguments);
    }
    let values: Option<Vec<Value>> = arguments.iter().map(|each| value(place, each)).collect();
    let values = values?;
    let zone = place.question.zone;
    match function {
        Function::Min => best(&values, std::cmp::Ordering::Less),
        Function::Max => best(&values, std::cmp::Ordering::Greater),
        Function::Clamp
        | Function::Round
        | Function::Floor
        | Function::Abs
        | Function::Log
        | Function::Exp
        | Function::Sqrt
        | Function::Scale => numeric(function, &values),
        Function::Left
        | Function::Right
        | Function::Middle
        | Function::Length
        | Function::Upper
        | Function::Lower
        | Function::Trim
        | Function::Replace
        | Function::Before
        | Function::After => textual(function, &values),
        Function::ToNumber => number(values.first()?),
        Function::ToText => {
            let shown = values.first()?.display(&arguments.first()?.kind, zone);
            Some(Value::Text(Arc::from(shown)))
        }
        Function::ToDate => date(&values, zone),
        Function::ToTime => time(&values, zone),
        Function::Year
        | Function::Quarter
        | Function::Month
        | Function::Day
        | Function::Weekday => part(function, date_of(values.first()?, zone)?),
        Function::Anniversary => {
            let date = date_of(values.first()?, zone)?;
            Some(Value::Date(date.anniversary(place.question.today())))
        }
        // The first is answered above, the others stand in sources only.
        Function::Weighted | Function::MissingIf | Function::Read => None,
    }
}

/// Values that are there count by their weights.
fn weighted(place: &Place, arguments: &[Typed]) -> Option<Value> {
    let (mut sum, mut weights) = (0.0, 0.0);
    for pair in arguments.chunks_exact(2) {
        if let Some(number) = value(place, pair.first()?) {
            let weight = size(&value(place, pair.get(1)?)?)?;
            sum += size(&number)? * weight;
            weights += weight;
        }
    }
    match weights > 0.0 {
        true => math::finite(sum / weights).map(Value::Number),
        false => None,
    }
}

/// The first of the smallest or greatest.
fn best(values: &[Value], wanted: std::cmp::Ordering) -> Option<Value> {
    let mut best = values.first()?;
    for value in values {
        if order(value, best) == wanted {
            best = value;
        }
    }
    Some(best.clone())
}

fn numeric(function: Function, values: &[Value]) -> Option<Value> {
    let first = values.first()?;
    let number = |number: f64| math::finite(number).map(Value::Number);
    match function {
        Function::Clamp => clamp(first, values.get(1)?, values.get(2)?),
        Function::Round => match values.get(1) {
            Some(places) => round(first, places),
            None => whole(first, |number| math::round_half_away(number, 0)),
        },
        Function::Floor => match first {
            Value::Money(money) => money.floor().map(Value::Money),
            _ => whole(first, |number| Some(number.floor())),
        },
        Function::Abs => match first {
            Value::Int(a) => a.checked_abs().map(Value::Int),
            Value::Number(a) => number(a.abs()),
            Value::Money(a) if a.0 < 0 => a.checked_neg().map(Value::Money),
            Value::Money(a) => Some(Value::Money(*a)),
            _ => None,
        },
        Function::Log => match size(first)? {
            above if above > 0.0 => number(math::log(above)),
            _ => None,
        },
        Function::Exp => number(math::exp(size(first)?)),
        Function::Sqrt => match size(first)? {
            from_zero if from_zero >= 0.0 => number(from_zero.sqrt()),
            _ => None,
        },
        Function::Scale => {
            let (x, low, high) = (size(first)?, size(values.get(1)?)?, size(values.get(2)?)?);
            // Equal ends divide by zero and are missing, as is what is not finite.
            let part = math::finite((x - low) / (high - low))?;
            number(part.clamp(0.0, 1.0))
        }
        _ => None,
    }
}

/// Lower end first; ends the wrong way round hold nothing.
fn clamp(value: &Value, low: &Value, high: &Value) -> Option<Value> {
    if order(low, high).is_gt() {
        None
    } else if order(value, low).is_lt() {
        Some(low.clone())
    } else if order(value, high).is_gt() {
        Some(high.clone())
    } else {
        Some(value.clone())
    }
}

/// A whole number of an Int or Number; whole units of Money.
fn whole(value: &Value, step: impl Fn(f64) -> Option<f64>) -> Option<Value> {
    match value {
        Value::Int(a) => Some(Value::Int(*a)),
        Value::Money(money) => money.round(0).map(Value::Money),
        Value::Number(number) => {
            let number = step(*number)?;
            // Both ends are exact: 2^63 itself is the first that does not fit.
            let fits =
                (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&number);
            fits.then_some(Value::Int(number as i64))
        }
        _ => None,
    }
}

fn round(value: &Value, places: &Value) -> Option<Value> {
    let Value::Int(places @ 0..=9) = places else {
        return None;
    };
    let places = u32::try_from(*places).ok()?;
    match value {
        Value::Int(a) => Some(Value::Int(*a)),
        Value::Money(money) => money.round(places).map(Value::Money),
        Value::Number(number) => math::round_half_away(*number, places).map(Value::Number),
        _ => None,
    }
}

fn textual(function: Function, values: &[Value]) -> Option<Value> {
    let text = words(values.first())?;
    let found = match function {
        Function::Length => return Some(Value::Int(text::length(text))),
        Function::Left => text::left(text, whole_number(values.get(1))?).to_owned(),
        Function::Right => text::right(text, whole_number(values.get(1))?).to_owned(),
        Function::Middle => {
            let (from, count) = (whole_number(values.get(1))?, whole_number(values.get(2))?);
            text::middle(text, from, count).to_owned()
        }
        Function::Upper => text.to_uppercase(),
        Function::Lower => text.to_lowercase(),
        Function::Trim => text::trim(text).to_owned(),
        Function::Replace => match words(values.get(1))? {
            "" => text.to_owned(),
            what => text.replace(what, words(values.get(2))?),
        },
        Function::Before => text::before(text, words(values.get(1))?)?.to_owned(),
        Function::After => text::after(text, words(values.get(1))?)?.to_owned(),
        _ => return None,
    };
    Some(Value::Text(Arc::from(&*text::nfc(&found))))
}

fn words(value: Option<&Value>) -> Option<&str> {
    match value? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn whole_number(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Int(number) => Some(*number),
        _ => None,
    }
}

fn number(value: &Value) -> Option<Value> {
    let number = match value {
        Value::Text(text) => Decimal::parse(text)?.to_number(),
        other => size(other)?,
    };
    math::finite(number).map(Value::Number)
}

fn date(values: &[Value], zone: &Zone) -> Option<Value> {
    let first = values.first()?;
    let date = match (first, values.get(1)) {
        (Value::Text(text), None) => Date::parse(text)?,
        (Value::Text(text), pattern) => parse_pattern(text, words(pattern)?)?.0,
        (other, _) => date_of(other, zone)?,
    };
    Some(Value::Date(date))
}

fn time(values: &[Value], zone: &Zone) -> Option<Value> {
    let named = match values.get(2) {
        Some(name) => Some(Zone::load(words(Some(name))?)?),
        None => None,
    };
    let zone = named.as_ref().unwrap_or(zone);
    let at = match (values.first()?, values.get(1)) {
        (Value::Text(text), None) => zone.parse(text)?,
        (Value::Text(text), pattern) => match parse_pattern(text, words(pattern)?)? {
            (date, Some(second)) => zone.instant(date, second),
            (date, None) => zone.start_of(date),
        },
        (Value::Date(date), _) => zone.start_of(*date),
        (Value::Time(at), _) => *at,
        _ => return None,
    };
    Some(Value::Time(at))
}

fn part(function: Function, date: Date) -> Option<Value> {
    let (year, month, day) = date.ymd();
    Some(Value::Int(match function {
        Function::Year => i64::from(year),
        Function::Quarter => i64::from(month.div_ceil(3)),
        Function::Month => i64::from(month),
        Function::Day => i64::from(day),
        Function::Weekday => i64::from(date.weekday()),
        _ => return None,
    }))
}
