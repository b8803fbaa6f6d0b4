//! Comparisons and arithmetic over constants, by the same exact rules as the
//! kernels: overflow and division by zero are missing, never wrapped.

use super::{Folded, constant, present};
use crate::base::kind::Kind;
use crate::base::math;
use crate::base::money::Money;
use crate::base::value::Value;
use crate::language::typed::{ArithmeticOp, CompareOp};
use crate::plan::builder::Builder;
use crate::plan::operation::{Op, Slot};
use std::cmp::Ordering;

/// Order of two constants, or `None` where it is left to the kernels: floats that are
/// equal but not the same (the two zeros).
pub(super) fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) if x == y && x.to_bits() != y.to_bits() => None,
        _ => Some(a.order(b)),
    }
}

/// `compare` and `between`.
pub(super) fn comparison(builder: &Builder, op: Op) -> Folded {
    let answer = match &op {
        Op::Compare(how, left, right) => compared(builder, *how, *left, *right),
        Op::Between {
            value,
            low,
            low_included,
            high,
            high_included,
            negated,
        } => between(
            builder,
            *value,
            (*low, *low_included),
            (*high, *high_included),
        )
        .map(|inside| inside != *negated),
        _ => None,
    };
    answer.map_or(Folded::Op(op), |yes| Folded::Op(constant(yes)))
}

fn compared(builder: &Builder, how: CompareOp, left: Slot, right: Slot) -> Option<bool> {
    if left == right && !builder.may_miss(left) {
        return match how {
            CompareOp::Equal | CompareOp::LessEqual | CompareOp::GreaterEqual | CompareOp::Like => {
                Some(true)
            }
            CompareOp::NotEqual | CompareOp::Less | CompareOp::Greater => Some(false),
        };
    }
    let order = order(present(builder, left)?, present(builder, right)?)?;
    match how {
        CompareOp::Equal => Some(order.is_eq()),
        CompareOp::NotEqual => Some(order.is_ne()),
        CompareOp::Less => Some(order.is_lt()),
        CompareOp::LessEqual => Some(order.is_le()),
        CompareOp::Greater => Some(order.is_gt()),
        CompareOp::GreaterEqual => Some(order.is_ge()),
        CompareOp::Like => None,
    }
}

fn between(
    builder: &Builder,
    value: Slot,
    (low, low_included): (Slot, bool),
    (high, high_included): (Slot, bool),
) -> Option<bool> {
    let value = present(builder, value)?;
    let above = order(value, present(builder, low)?)?;
    let below = order(value, present(builder, high)?)?;
    let above = above.is_gt() || low_included && above.is_eq();
    let below = below.is_lt() || high_included && below.is_eq();
    Some(above && below)
}

/// What became of constants.
enum Outcome {
    /// A value, or missing.
    Known(Option<Value>),
    /// Not computed here.
    Left,
}

impl From<Option<Value>> for Outcome {
    fn from(value: Option<Value>) -> Self {
        Outcome::Known(value)
    }
}

/// Arithmetic whose operands are present constants. Others stay, so that a missing
/// operand goes on being blamed under its own label.
pub(super) fn arithmetic(builder: &Builder, op: Op, kind: &Kind) -> Folded {
    let inputs = op.inputs();
    let values: Option<Vec<&Value>> = inputs.iter().map(|slot| present(builder, *slot)).collect();
    let Some(values) = values else {
        return Folded::Op(op);
    };
    let outcome = match (&op, values.as_slice()) {
        (Op::Arithmetic(how, ..), [left, right]) => binary(*how, left, right),
        (Op::Negate(_), [value]) => negated(value),
        (Op::Convert(_), [value]) => converted(value, kind),
        (Op::DateAdd { count, unit, .. }, [Value::Date(base)]) if !unit.is_duration() => {
            base.add(*count, *unit).map(Value::Date).into()
        }
        (Op::DaysBetween(..), [Value::Date(left), Value::Date(right)]) => Outcome::Known(Some(
            Value::Int(i64::from(left.0).saturating_sub(i64::from(right.0))),
        )),
        _ => Outcome::Left,
    };
    match outcome {
        Outcome::Known(value) => Folded::Op(Op::Constant(value)),
        Outcome::Left => Folded::Op(op),
    }
}

fn binary(how: ArithmeticOp, left: &Value, right: &Value) -> Outcome {
    use ArithmeticOp::{Add, Divide, Multiply, Subtract};
    match (left, how, right) {
        (Value::Int(a), Add, Value::Int(b)) => a.checked_add(*b).map(Value::Int).into(),
        (Value::Int(a), Subtract, Value::Int(b)) => a.checked_sub(*b).map(Value::Int).into(),
        (Value::Int(a), Multiply, Value::Int(b)) => a.checked_mul(*b).map(Value::Int).into(),
        (Value::Int(a), Divide, Value::Int(b)) => number(how, *a as f64, *b as f64).into(),
        (Value::Number(a), _, Value::Number(b)) => number(how, *a, *b).into(),
        (Value::Money(a), Add, Value::Money(b)) => a.checked_add(*b).map(Value::Money).into(),
        (Value::Money(a), Subtract, Value::Money(b)) => a.checked_sub(*b).map(Value::Money).into(),
        (Value::Money(a), Divide, Value::Money(b)) => {
            let ratio = a.ratio(*b).and_then(math::finite);
            ratio.map(Value::Number).into()
        }
        (Value::Money(a), Multiply, Value::Number(b))
        | (Value::Number(b), Multiply, Value::Money(a)) => a.times(*b).map(Value::Money).into(),
        (Value::Money(a), Divide, Value::Number(b)) => a.over(*b).map(Value::Money).into(),
        _ => Outcome::Left,
    }
}

fn number(how: ArithmeticOp, a: f64, b: f64) -> Option<Value> {
    let result = match how {
        ArithmeticOp::Add => a + b,
        ArithmeticOp::Subtract => a - b,
        ArithmeticOp::Multiply => a * b,
        ArithmeticOp::Divide if b == 0.0 => return None,
        ArithmeticOp::Divide => a / b,
    };
    math::finite(result).map(Value::Number)
}

fn negated(value: &Value) -> Outcome {
    match value {
        Value::Int(number) => number.checked_neg().map(Value::Int).into(),
        Value::Number(number) => Some(Value::Number(-number)).into(),
        Value::Money(money) => money.checked_neg().map(Value::Money).into(),
        _ => Outcome::Left,
    }
}

fn converted(value: &Value, kind: &Kind) -> Outcome {
    match (value, kind) {
        (Value::Int(number), Kind::Number) => Some(Value::Number(*number as f64)).into(),
        (Value::Int(number), Kind::Money) => Money::from_int(*number).map(Value::Money).into(),
        _ => Outcome::Left,
    }
}
