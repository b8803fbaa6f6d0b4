//! A value of some [`super::kind::Kind`]. Missing is `Option::None`, never a variant.

use std::sync::Arc;

use super::calendar::{Date, Instant, Zone};
use super::kind::Kind;
use super::money::Money;

/// A present value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// yes or no
    Bool(bool),
    /// a whole number
    Int(i64),
    /// finite
    Number(f64),
    /// exact
    Money(Money),
    /// NFC
    Text(Arc<str>),
    /// index into the kind's values
    Enum(u16),
    /// a day
    Date(Date),
    /// an instant
    Time(Instant),
    /// sorted by [`Value::order`], without repeats, all of one scalar kind
    Set(Arc<[Value]>),
}

impl Value {
    /// Total order within one kind; text by Unicode code point, sets as lists.
    pub fn order(&self, other: &Self) -> std::cmp::Ordering {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (Value::Number(a), Value::Number(b)) => a.total_cmp(b),
            (Value::Money(a), Value::Money(b)) => a.cmp(b),
            (Value::Text(a), Value::Text(b)) => a.cmp(b),
            (Value::Enum(a), Value::Enum(b)) => a.cmp(b),
            (Value::Date(a), Value::Date(b)) => a.cmp(b),
            (Value::Time(a), Value::Time(b)) => a.cmp(b),
            (Value::Set(a), Value::Set(b)) => {
                for (x, y) in a.iter().zip(b.iter()) {
                    let by_item = x.order(y);
                    if by_item.is_ne() {
                        return by_item;
                    }
                }
                a.len().cmp(&b.len())
            }
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Value::Bool(_) => 0,
            Value::Int(_) => 1,
            Value::Number(_) => 2,
            Value::Money(_) => 3,
            Value::Text(_) => 4,
            Value::Enum(_) => 5,
            Value::Date(_) => 6,
            Value::Time(_) => 7,
            Value::Set(_) => 8,
        }
    }
}

impl Value {
    /// As people and exports read it: enum values by name, money and numbers as plain decimals, instants
    /// with their offset, sets joined by `, `.
    pub fn display(&self, kind: &Kind, zone: &Zone) -> String {
        match (self, kind) {
            (Value::Bool(true), _) => "yes".to_owned(),
            (Value::Bool(false), _) => "no".to_owned(),
            (Value::Int(number), _) => number.to_string(),
            (Value::Number(number), _) => number.to_string(),
            (Value::Money(money), _) => money.to_string(),
            (Value::Text(text), _) => text.to_string(),
            (Value::Enum(code), Kind::Enum(list)) => list
                .name(*code)
                .map_or_else(|| format!("#{code}"), str::to_owned),
            (Value::Enum(code), _) => format!("#{code}"),
            (Value::Date(date), _) => date.to_string(),
            (Value::Time(at), _) => zone.format(*at),
            (Value::Set(items), Kind::Set(inner)) => {
                let shown: Vec<String> =
                    items.iter().map(|item| item.display(inner, zone)).collect();
                shown.join(", ")
            }
            (Value::Set(items), other) => {
                let shown: Vec<String> =
                    items.iter().map(|item| item.display(other, zone)).collect();
                shown.join(", ")
            }
        }
    }
}
