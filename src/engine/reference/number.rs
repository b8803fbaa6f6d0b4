//! Arithmetic and widening. What does not fit, is not finite or divides by zero
//! is missing.

use std::sync::Arc;

use crate::base::calendar::Zone;
use crate::base::kind::Kind;
use crate::base::math::finite;
use crate::base::money::{MONEY_SCALE, Money};
use crate::base::text::nfc;
use crate::base::value::Value;
use crate::language::typed::ArithmeticOp;

/// One operation on two present values.
pub(super) fn arithmetic(op: ArithmeticOp, left: Value, right: Value) -> Option<Value> {
    match (left, right) {
        (Value::Int(a), Value::Int(b)) => int(op, a, b),
        (Value::Number(a), Value::Number(b)) => number(op, a, b),
        (Value::Money(a), Value::Money(b)) => money(op, a, b),
        (Value::Money(a), Value::Number(b)) => match op {
            ArithmeticOp::Multiply => a.times(b).map(Value::Money),
            ArithmeticOp::Divide => a.over(b).map(Value::Money),
            ArithmeticOp::Add | ArithmeticOp::Subtract => None,
        },
        (Value::Number(a), Value::Money(b)) => match op {
            ArithmeticOp::Multiply => b.times(a).map(Value::Money),
            _ => None,
        },
        (Value::Text(a), Value::Text(b)) => match op {
            ArithmeticOp::Add => Some(Value::Text(Arc::from(&*nfc(&format!("{a}{b}"))))),
            _ => None,
        },
        _ => None,
    }
}

fn int(op: ArithmeticOp, a: i64, b: i64) -> Option<Value> {
    match op {
        ArithmeticOp::Add => a.checked_add(b).map(Value::Int),
        ArithmeticOp::Subtract => a.checked_sub(b).map(Value::Int),
        ArithmeticOp::Multiply => a.checked_mul(b).map(Value::Int),
        ArithmeticOp::Divide => number(op, a as f64, b as f64),
    }
}

fn number(op: ArithmeticOp, a: f64, b: f64) -> Option<Value> {
    let result = match op {
        ArithmeticOp::Add => a + b,
        ArithmeticOp::Subtract => a - b,
        ArithmeticOp::Multiply => a * b,
        ArithmeticOp::Divide => a / b,
    };
    finite(result).map(Value::Number)
}

fn money(op: ArithmeticOp, a: Money, b: Money) -> Option<Value> {
    match op {
        ArithmeticOp::Add => a.checked_add(b).map(Value::Money),
        ArithmeticOp::Subtract => a.checked_sub(b).map(Value::Money),
        ArithmeticOp::Divide => a.ratio(b).map(Value::Number),
        ArithmeticOp::Multiply => None,
    }
}

/// The other sign.
pub(super) fn negate(value: Value) -> Option<Value> {
    match value {
        Value::Int(a) => a.checked_neg().map(Value::Int),
        Value::Number(a) => finite(-a).map(Value::Number),
        Value::Money(a) => a.checked_neg().map(Value::Money),
        _ => None,
    }
}

/// The value in a wider kind.
pub(super) fn convert(value: Value, kind: &Kind, zone: &Zone) -> Option<Value> {
    match (value, kind) {
        (Value::Int(a), Kind::Number) => Some(Value::Number(a as f64)),
        (Value::Int(a), Kind::Money) => Money::from_int(a).map(Value::Money),
        (Value::Number(a), Kind::Money) => Money(MONEY_SCALE).times(a).map(Value::Money),
        (Value::Date(date), Kind::Time) => Some(Value::Time(zone.start_of(date))),
        (value, _) => Some(value),
    }
}

/// The size of any numeric value.
pub(super) fn size(value: &Value) -> Option<f64> {
    match value {
        Value::Int(a) => Some(*a as f64),
        Value::Number(a) => Some(*a),
        Value::Money(a) => Some(a.to_number()),
        _ => None,
    }
}
