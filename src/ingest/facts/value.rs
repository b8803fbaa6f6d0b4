//! A JSON value as a value of a field's kind. Numbers are read from their digits: an
//! amount of money never passes through a float.

use std::sync::Arc;

use super::calendar::{instant, whole_second, within_calendar};
use super::fault;
use super::json::Json;
use crate::base::calendar::Zone;
use crate::base::decimal::Decimal;
use crate::base::kind::{EnumKind, Kind};
use crate::base::money::MONEY_PLACES;
use crate::base::value::Value;
use crate::ingest::expression::{exact, number, scalar};
use crate::ingest::fault::{Fault, NO_BOOL, NO_MONEY, NO_NUMBER};
use crate::language::suggest;
use crate::schema::Field;

/// Words of a list that a message names.
const WORDS_SHOWN_MAX: usize = 8;

/// The value of a field, `None` for null. What is said of a sensitive field names no value.
pub fn of_field(field: &Field, json: &Json, zone: &Zone) -> Result<Option<Value>, Box<Fault>> {
    of_kind(&field.kind, json, zone).map_err(|fault| match field.sensitive {
        true => Box::new(fault.redacted()),
        false => fault,
    })
}

fn of_kind(kind: &Kind, json: &Json, zone: &Zone) -> Result<Option<Value>, Box<Fault>> {
    let value = match (kind, json) {
        (_, Json::Null) => return Ok(None),
        (Kind::Set(inner), Json::List(members)) => set(inner, members, zone)?,
        (Kind::Bool, Json::Bool(value)) => Value::Bool(*value),
        (Kind::Int | Kind::Number | Kind::Money, Json::Number(digits) | Json::Text(digits)) => {
            numeric(kind, digits)?
        }
        (Kind::Text | Kind::Date, Json::Text(text)) => match kind {
            Kind::Date => scalar(kind, &whole_second(text), zone)?,
            _ => scalar(kind, text, zone)?,
        }
        .ok_or_else(|| wrong_sort(kind, json))?,
        (Kind::Time, Json::Text(text)) => Value::Time(instant(text, zone)?),
        (Kind::Enum(list), Json::Text(word)) => match list.find(word) {
            Some(code) => Value::Enum(code),
            None => return Err(unknown_word(list, word)),
        },
        _ => return Err(wrong_sort(kind, json)),
    };
    if let (Kind::Date, Value::Date(date), Json::Text(text)) = (kind, &value, json) {
        within_calendar(zone.start_of(*date), text, zone)?;
    }
    Ok(Some(value))
}

fn numeric(kind: &Kind, digits: &str) -> Result<Value, Box<Fault>> {
    let (code, what) = match kind {
        Kind::Number => (NO_NUMBER, "a number"),
        Kind::Int => (NO_NUMBER, "a whole number"),
        _ => (NO_MONEY, "an amount of money"),
    };
    let fail = |problem: String| Err(Box::new(Fault::cell(code, digits, problem)));
    let decimal = exact(digits);
    let value = match kind {
        Kind::Number => number(digits).map(Value::Number),
        Kind::Int => decimal.and_then(Decimal::to_int).map(Value::Int),
        _ => decimal.and_then(Decimal::to_money).map(Value::Money),
    };
    match (value, kind, decimal) {
        (Some(value), ..) => Ok(value),
        (None, Kind::Int, Some(decimal)) if decimal.places > 0 => {
            fail("is not a whole number".to_owned())
        }
        (None, Kind::Money, Some(decimal)) if decimal.places > MONEY_PLACES => {
            fail("has more than four places".to_owned())
        }
        _ if is_number(digits) => fail(format!("does not fit into {what}")),
        _ => fail(format!("is not {what}")),
    }
}

/// Whether it is written as a number, of whatever size.
fn is_number(digits: &str) -> bool {
    digits.parse::<f64>().is_ok()
        && !digits.contains(|sign: char| sign.is_alphabetic() && !matches!(sign, 'e' | 'E'))
}

fn set(inner: &Kind, members: &[Json], zone: &Zone) -> Result<Value, Box<Fault>> {
    let mut values = Vec::with_capacity(members.len());
    for member in members {
        let value = of_kind(inner, member, zone)?;
        values.push(value.ok_or_else(|| {
            Box::new(Fault::record(
                fault::WRONG_SORT,
                "null is no member of a set; an empty set is `[]`",
            ))
        })?);
    }
    values.sort_by(Value::order);
    values.dedup();
    Ok(Value::Set(Arc::from(values)))
}

fn wrong_sort(kind: &Kind, json: &Json) -> Box<Fault> {
    if let (Kind::Bool, Json::Text(text)) = (kind, json) {
        return Box::new(Fault::cell(
            NO_BOOL,
            text,
            "is a text; write `true` or `false` without quotes",
        ));
    }
    let help = match kind {
        Kind::Bool => "write `true` or `false`",
        Kind::Int | Kind::Number => "write its digits",
        Kind::Money => "write its digits, in quotes or without",
        Kind::Text | Kind::Enum(_) => "put it in quotes",
        Kind::Date => "write `\"2026-01-31\"`",
        Kind::Time => "write `\"2026-01-31T09:30:00+08:00\"`",
        Kind::Set(_) => "write a list: `[…]`",
    };
    Box::new(Fault::record(
        fault::WRONG_SORT,
        format!(
            "the value is {}, the field {}: {help}",
            json.describe(),
            kind.describe()
        ),
    ))
}

fn unknown_word(list: &EnumKind, word: &str) -> Box<Fault> {
    let words = || {
        let labels = list
            .values
            .iter()
            .filter_map(|value| value.label.as_deref());
        list.values.iter().map(|value| &*value.name).chain(labels)
    };
    let names = list.values.iter().map(|value| &*value.name);
    let shown = format!("it has {}", suggest::some_of(names, WORDS_SHOWN_MAX));
    let help = suggest::help(word, words(), &shown);
    Box::new(Fault::cell(
        fault::UNKNOWN_WORD,
        word,
        format!("is none of the list; {help}"),
    ))
}
