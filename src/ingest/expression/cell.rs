//! A value while a record is evaluated: texts are borrowed from the record where they can be.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use crate::base::calendar::{Date, Instant, Zone};
use crate::base::decimal::Decimal;
use crate::base::kind::Kind;
use crate::base::money::Money;
use crate::base::value::Value;
use crate::ingest::texts::Texts;

/// A present value.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'r> {
    /// yes or no
    Bool(bool),
    /// a whole number
    Int(i64),
    /// finite
    Number(f64),
    /// exact
    Money(Money),
    /// NFC
    Text(Cow<'r, str>),
    /// index into the kind's values
    Enum(u16),
    /// a day
    Date(Date),
    /// an instant
    Time(Instant),
    /// sorted, without repeats
    Set(Arc<[Value]>),
    /// `clear`: assigns missing
    Clear,
}

impl<'r> Cell<'r> {
    /// As stored, a text that came before without memory of its own; `None` for `clear`.
    pub fn kept(self, texts: &Texts) -> Option<Value> {
        match self {
            Cell::Text(text) => Some(Value::Text(texts.keep(&text))),
            other => other.into_value(),
        }
    }

    /// As stored; `None` for `clear`.
    pub fn into_value(self) -> Option<Value> {
        Some(match self {
            Cell::Bool(value) => Value::Bool(value),
            Cell::Int(value) => Value::Int(value),
            Cell::Number(value) => Value::Number(value),
            Cell::Money(value) => Value::Money(value),
            Cell::Text(value) => Value::Text(Arc::from(&*value)),
            Cell::Enum(value) => Value::Enum(value),
            Cell::Date(value) => Value::Date(value),
            Cell::Time(value) => Value::Time(value),
            Cell::Set(value) => Value::Set(value),
            Cell::Clear => return None,
        })
    }

    /// As held by a rule.
    pub fn of(value: &'r Value) -> Self {
        match value {
            Value::Bool(value) => Cell::Bool(*value),
            Value::Int(value) => Cell::Int(*value),
            Value::Number(value) => Cell::Number(*value),
            Value::Money(value) => Cell::Money(*value),
            Value::Text(value) => Cell::Text(Cow::Borrowed(value)),
            Value::Enum(value) => Cell::Enum(*value),
            Value::Date(value) => Cell::Date(*value),
            Value::Time(value) => Cell::Time(*value),
            Value::Set(value) => Cell::Set(Arc::clone(value)),
        }
    }

    /// Order within one kind; `None` between kinds.
    pub fn order(&self, other: &Self) -> Option<Ordering> {
        Some(match (self, other) {
            (Cell::Bool(a), Cell::Bool(b)) => a.cmp(b),
            (Cell::Int(a), Cell::Int(b)) => a.cmp(b),
            (Cell::Number(a), Cell::Number(b)) => return a.partial_cmp(b),
            (Cell::Money(a), Cell::Money(b)) => a.cmp(b),
            (Cell::Text(a), Cell::Text(b)) => a.cmp(b),
            (Cell::Enum(a), Cell::Enum(b)) => a.cmp(b),
            (Cell::Date(a), Cell::Date(b)) => a.cmp(b),
            (Cell::Time(a), Cell::Time(b)) => a.cmp(b),
            (Cell::Set(a), Cell::Set(b)) => {
                Value::Set(Arc::clone(a)).order(&Value::Set(Arc::clone(b)))
            }
            (Cell::Int(a), Cell::Number(b)) => return (*a as f64).partial_cmp(b),
            (Cell::Number(a), Cell::Int(b)) => return a.partial_cmp(&(*b as f64)),
            _ => return None,
        })
    }

    /// As a float, where it is a number.
    pub fn number(&self) -> Option<f64> {
        match self {
            Cell::Int(value) => Some(*value as f64),
            Cell::Number(value) => Some(*value),
            Cell::Money(value) => Some(value.to_number()),
            _ => None,
        }
    }

    /// As a whole number, where it is exactly one.
    pub fn int(&self) -> Option<i64> {
        match self {
            Cell::Int(value) => Some(*value),
            Cell::Number(value) => whole(*value),
            Cell::Text(text) => Decimal::parse(text)?.to_int(),
            _ => None,
        }
    }

    /// As a day.
    pub fn date(&self, zone: &Zone) -> Option<Date> {
        match self {
            Cell::Date(date) => Some(*date),
            Cell::Time(at) => Some(zone.date_of(*at)),
            _ => None,
        }
    }

    /// As an instant; a day is its start.
    pub fn instant(&self, zone: &Zone) -> Option<Instant> {
        match self {
            Cell::Date(date) => Some(zone.start_of(*date)),
            Cell::Time(at) => Some(*at),
            _ => None,
        }
    }

    /// As a value of that kind. Texts are read elsewhere, since reading may refuse a record.
    pub fn convert(self, kind: &Kind, zone: &Zone) -> Option<Self> {
        Some(match (kind, self) {
            (Kind::Int, cell) => Cell::Int(cell.int()?),
            (Kind::Number, cell) => Cell::Number(cell.number()?),
            (Kind::Money, Cell::Int(value)) => Cell::Money(Money::from_int(value)?),
            (Kind::Money, Cell::Number(value)) => Cell::Money(Money::from_int(1)?.times(value)?),
            (Kind::Date, cell) => Cell::Date(cell.date(zone)?),
            (Kind::Time, cell) => Cell::Time(cell.instant(zone)?),
            (Kind::Text, cell @ (Cell::Int(_) | Cell::Number(_) | Cell::Money(_))) => {
                let of = match cell {
                    Cell::Int(_) => Kind::Int,
                    Cell::Number(_) => Kind::Number,
                    _ => Kind::Money,
                };
                Cell::Text(Cow::Owned(cell.into_value()?.display(&of, zone)))
            }
            (_, cell) => cell,
        })
    }
}

/// The whole number that a float is, if it is one that a float holds exactly.
pub fn whole(value: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    (value.fract() == 0.0 && value.abs() <= EXACT).then_some(value as i64)
}
