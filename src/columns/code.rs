//! What keys mean: values of scalar kinds as 64-bit keys and back, members of
//! sets as texts and back. Layout is the business of `packed`.

use std::borrow::Cow;
use std::sync::Arc;

use super::dictionary::Dictionary;
use super::packed::Members;
use crate::base::calendar::{Date, Instant};
use crate::base::kind::Kind;
use crate::base::limit::SET_MEMBERS_MAX;
use crate::base::money::Money;
use crate::base::value::Value;

/// Whether a present value may stand in a field of that kind.
pub fn fits(value: &Value, kind: &Kind) -> bool {
    match (value, kind) {
        (Value::Bool(_), Kind::Bool)
        | (Value::Int(_), Kind::Int)
        | (Value::Money(_), Kind::Money)
        | (Value::Text(_), Kind::Text)
        | (Value::Date(_), Kind::Date)
        | (Value::Time(_), Kind::Time) => true,
        (Value::Number(number), Kind::Number) => number.is_finite(),
        (Value::Enum(code), Kind::Enum(list)) => usize::from(*code) < list.values.len(),
        (Value::Set(members), Kind::Set(inner)) => {
            !matches!(**inner, Kind::Set(_))
                && members.len() <= SET_MEMBERS_MAX
                && members.iter().all(|member| fits(member, inner))
        }
        _ => false,
    }
}

/// The key of a value, other than a text, a number or a set.
pub fn key(value: &Value) -> Option<i64> {
    match value {
        Value::Bool(truth) => Some(i64::from(*truth)),
        Value::Int(int) => Some(*int),
        Value::Money(money) => Some(money.0),
        Value::Enum(code) => Some(i64::from(*code)),
        Value::Date(date) => Some(i64::from(date.0)),
        Value::Time(instant) => Some(instant.0),
        Value::Number(_) | Value::Text(_) | Value::Set(_) => None,
    }
}

/// The value of a key of that kind; `None` where no value of that kind has the key.
pub fn value(kind: &Kind, key: i64, dictionary: Option<&Dictionary>) -> Option<Value> {
    match kind {
        Kind::Bool => Some(Value::Bool(key != 0)),
        Kind::Int => Some(Value::Int(key)),
        Kind::Money => Some(Value::Money(Money(key))),
        Kind::Enum(_) => u16::try_from(key).ok().map(Value::Enum),
        Kind::Date => i32::try_from(key).ok().map(|days| Value::Date(Date(days))),
        Kind::Time => Some(Value::Time(Instant(key))),
        Kind::Text => {
            let text = dictionary?.get(u32::try_from(key).ok()?)?;
            Some(Value::Text(Arc::clone(text)))
        }
        Kind::Number | Kind::Set(_) => None,
    }
}

/// The text under which a member of a set stands in the dictionary: a text as it is, a number in its
/// shortest form that reads back, all else its key in decimal digits.
pub fn member_text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        other => key(other).map(|key| Cow::Owned(key.to_string())),
    }
}

/// The member of that kind that stands in the dictionary under that text.
pub fn member(kind: &Kind, text: &Arc<str>) -> Option<Value> {
    match kind {
        Kind::Text => Some(Value::Text(Arc::clone(text))),
        Kind::Number => text.parse().ok().map(Value::Number),
        _ => value(kind, text.parse().ok()?, None),
    }
}

/// A set of members of kind `inner`.
pub fn set(inner: &Kind, members: Members<'_>, dictionary: &Dictionary) -> Option<Value> {
    let mut list = members
        .map(|code| member(inner, dictionary.get(code)?))
        .collect::<Option<Vec<Value>>>()?;
    list.sort_by(Value::order);
    Some(Value::Set(list.into()))
}

/// Whether fields of that kind need a dictionary.
pub fn has_texts(kind: &Kind) -> bool {
    matches!(kind, Kind::Text | Kind::Set(_))
}
