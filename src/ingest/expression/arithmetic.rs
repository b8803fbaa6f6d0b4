//! Arithmetic of numbers and money, and the joining of texts. Division by zero is
//! missing; a result that does not fit refuses the record, since it would be lost unseen.

use std::borrow::Cow;

use super::cell::Cell;
use super::evaluate::{Evaluated, overflow};
use crate::base::money::Money;
use crate::language::typed::ArithmeticOp;

/// Both sides are present.
pub fn arithmetic<'r>(op: ArithmeticOp, left: Cell<'r>, right: Cell<'r>) -> Evaluated<'r> {
    let divides = op == ArithmeticOp::Divide;
    let is_zero = right.number() == Some(0.0);
    if divides && is_zero {
        return Ok(None);
    }
    let result = match (left, right) {
        (Cell::Text(left), Cell::Text(right)) => join(left, right),
        (Cell::Int(left), Cell::Int(right)) if !divides => whole(op, left, right).map(Cell::Int),
        (Cell::Money(left), Cell::Money(right)) => match op {
            ArithmeticOp::Add => left.checked_add(right).map(Cell::Money),
            ArithmeticOp::Subtract => left.checked_sub(right).map(Cell::Money),
            ArithmeticOp::Divide => left.ratio(right).map(Cell::Number),
            ArithmeticOp::Multiply => return Ok(None),
        },
        (Cell::Money(money), other) | (other, Cell::Money(money)) => match other.number() {
            Some(number) => scaled(op, money, number).map(Cell::Money),
            None => return Ok(None),
        },
        (left, right) => match (left.number(), right.number()) {
            (Some(left), Some(right)) => float(op, left, right).map(Cell::Number),
            _ => return Ok(None),
        },
    };
    result.map(Some).ok_or_else(overflow)
}

fn join<'r>(left: Cow<'r, str>, right: Cow<'r, str>) -> Option<Cell<'r>> {
    let mut whole = left.into_owned();
    whole.push_str(&right);
    Some(Cell::Text(Cow::Owned(whole)))
}

fn whole(op: ArithmeticOp, left: i64, right: i64) -> Option<i64> {
    match op {
        ArithmeticOp::Add => left.checked_add(right),
        ArithmeticOp::Subtract => left.checked_sub(right),
        ArithmeticOp::Multiply => left.checked_mul(right),
        ArithmeticOp::Divide => None,
    }
}

fn float(op: ArithmeticOp, left: f64, right: f64) -> Option<f64> {
    let result = match op {
        ArithmeticOp::Add => left + right,
        ArithmeticOp::Subtract => left - right,
        ArithmeticOp::Multiply => left * right,
        ArithmeticOp::Divide => left / right,
    };
    result.is_finite().then_some(result)
}

/// money × number, number × money, money ÷ number.
fn scaled(op: ArithmeticOp, money: Money, number: f64) -> Option<Money> {
    match op {
        ArithmeticOp::Multiply => money.times(number),
        ArithmeticOp::Divide => money.over(number),
        ArithmeticOp::Add => money.checked_add(Money::from_int(1)?.times(number)?),
        ArithmeticOp::Subtract => money.checked_sub(Money::from_int(1)?.times(number)?),
    }
}
