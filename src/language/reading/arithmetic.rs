//! Sums, products, parts of a whole, and days between dates. Brackets become parts of their own.

use super::shape::{as_written, is_tight};
use super::{Reader, say};
use crate::language::typed::{ArithmeticOp, Node, Typed};

impl Reader<'_> {
    pub(super) fn arithmetic(&mut self, typed: &Typed) -> String {
        match &typed.node {
            Node::Arithmetic { op, left, right } => self.joined_by(*op, left, right),
            Node::Negate(inner) => {
                let inner = self.operand(inner);
                say!(self, "minus {inner}", "负的{inner}")
            }
            Node::DateAdd { base, count, unit } => {
                let base = self.operand(base);
                let length = self.length(count.saturating_abs(), *unit, false);
                match *count < 0 {
                    false => say!(self, "{length} after {base}", "{base}之后{length}"),
                    true => say!(self, "{length} before {base}", "{base}之前{length}"),
                }
            }
            Node::DaysBetween { left, right } => {
                let (left, right) = (self.operand(left), self.operand(right));
                say!(
                    self,
                    "the days from {right} to {left}",
                    "自{right}至{left}的天数"
                )
            }
            _ => "?".to_owned(),
        }
    }

    fn joined_by(&mut self, op: ArithmeticOp, left: &Typed, right: &Typed) -> String {
        if op == ArithmeticOp::Multiply
            && let Some(text) = self.times(left, right)
        {
            return text;
        }
        let left = match chains(op, left) {
            true => self.value(left),
            false => self.operand(left),
        };
        let right = self.last_operand(right);
        match op {
            ArithmeticOp::Add => say!(self, "{left} plus {right}", "{left}加{right}"),
            ArithmeticOp::Subtract => say!(self, "{left} minus {right}", "{left}减{right}"),
            ArithmeticOp::Multiply => say!(self, "{left} times {right}", "{left}乘以{right}"),
            ArithmeticOp::Divide => say!(self, "{left} divided by {right}", "{left}除以{right}"),
        }
    }

    /// `50% of X`, `1.3 times X`.
    fn times(&mut self, left: &Typed, right: &Typed) -> Option<String> {
        let left = as_written(left);
        let Node::Literal(value) = &left.node else {
            return None;
        };
        let written = value.display(&left.kind, &self.zone);
        if written.starts_with('-') {
            return None;
        }
        let of = self.last_operand(right);
        if written.starts_with("0.")
            && let Some(percent) = self.percent(&written)
        {
            return Some(say!(self, "{percent} of {of}", "{of}的{percent}"));
        }
        let number = self.digits(&written);
        Some(say!(self, "{number} times {of}", "{of}的{number}倍"))
    }
}

/// Whether an operation of the same rank on the left reads on without brackets.
fn chains(op: ArithmeticOp, left: &Typed) -> bool {
    let adds = |op| matches!(op, ArithmeticOp::Add | ArithmeticOp::Subtract);
    match &as_written(left).node {
        Node::Arithmetic {
            op: before,
            left: first,
            right,
        } => {
            let same = adds(op) && adds(*before);
            same && is_tight(right) && (is_tight(first) || chains(*before, first))
        }
        _ => false,
    }
}
