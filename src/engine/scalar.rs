//! Functions of texts on single values: what `function` applies to each entry of a
//! dictionary or, where arguments vary, to each lane.

use std::sync::Arc;

use crate::base::calendar::{Date, Zone, parse_pattern};
use crate::base::decimal::Decimal;
use crate::base::kind::Kind;
use crate::base::math::finite;
use crate::base::text;
use crate::base::value::Value;
use crate::language::typed::Function;

/// The function of present values; `kinds` are those of the arguments.
pub fn apply(function: Function, values: &[Value], kinds: &[&Kind], zone: &Zone) -> Option<Value> {
    let (first, kind) = (values.first()?, kinds.first()?);
    match function {
        Function::ToText => Some(Value::Text(first.display(kind, zone).into())),
        Function::ToNumber => {
            finite(Decimal::parse(text_of(Some(first))?)?.to_number()).map(Value::Number)
        }
        Function::ToDate => {
            let text = text_of(Some(first))?;
            let date = match values.get(1) {
                None => Date::parse(text)?,
                Some(pattern) => parse_pattern(text, text_of(Some(pattern))?)?.0,
            };
            Some(Value::Date(date))
        }
        Function::ToTime => time(values, zone),
        Function::Length => Some(Value::Int(text::length(text_of(Some(first))?))),
        _ => Some(Value::Text(words(function, values)?)),
    }
}

fn text_of(value: Option<&Value>) -> Option<&str> {
    match value? {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

fn count_of(value: Option<&Value>) -> Option<i64> {
    match value? {
        Value::Int(count) => Some(*count),
        _ => None,
    }
}

/// Text to text, in normal form like every text.
fn words(function: Function, values: &[Value]) -> Option<Arc<str>> {
    let text = text_of(values.first())?;
    let result = match function {
        Function::Left => text::left(text, count_of(values.get(1))?).to_owned(),
        Function::Right => text::right(text, count_of(values.get(1))?).to_owned(),
        Function::Middle => {
            let from = count_of(values.get(1))?;
            text::middle(text, from, count_of(values.get(2))?).to_owned()
        }
        Function::Upper => text.to_uppercase(),
        Function::Lower => text.to_lowercase(),
        Function::Trim => text::trim(text).to_owned(),
        Function::Replace => {
            let (what, with) = (text_of(values.get(1))?, text_of(values.get(2))?);
            // Nothing stands nowhere: there is nothing to replace.
            if what.is_empty() {
                text.to_owned()
            } else {
                text.replace(what, with)
            }
        }
        Function::Before => text::before(text, text_of(values.get(1))?)?.to_owned(),
        Function::After => text::after(text, text_of(values.get(1))?)?.to_owned(),
        _ => return None,
    };
    Some(text::nfc(&result).as_ref().into())
}

/// `time(text, format, zone)`: a text without a clock is its date's start.
fn time(values: &[Value], zone: &Zone) -> Option<Value> {
    let named = match values.get(2) {
        Some(name) => Some(Zone::load(text_of(Some(name))?)?),
        None => None,
    };
    let zone = named.as_ref().unwrap_or(zone);
    let at = match (values.first()?, values.get(1)) {
        (Value::Text(text), None) => zone.parse(text)?,
        (Value::Text(text), Some(pattern)) => match parse_pattern(text, text_of(Some(pattern))?)? {
            (date, Some(second)) => zone.instant(date, second),
            (date, None) => zone.start_of(date),
        },
        (Value::Date(date), _) => zone.start_of(*date),
        (Value::Time(at), _) => *at,
        _ => return None,
    };
    Some(Value::Time(at))
}
