//! A value of some [`super::kind::Kind`]. Missing is `Option::None`, never a variant.

use std::sync::Arc;

use super::calendar::{Date, Instant};
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
