//! Sums, products, dates moved by a length of time, days between two dates.

use crate::base::calendar::Unit;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;

use super::super::codes;
use super::super::syntax::{ArithmeticOp, Expr, ExprNode};
use super::super::typed::{Node, Typed};
use super::together::Purpose;
use super::{Checker, Want, describe};

/// A hint that arithmetic can hand on.
fn numeric(want: Want<'_>) -> Want<'_> {
    match want.kind() {
        Some(kind) if kind.is_numeric() => Want::Hint(kind),
        _ => Want::Any,
    }
}

impl Checker<'_> {
    pub(super) fn arithmetic(
        &mut self,
        op: ArithmeticOp,
        left: &Expr,
        right: &Expr,
        want: Want<'_>,
        span: Span,
    ) -> Option<Typed> {
        match (op, &left.node, &right.node) {
            (ArithmeticOp::Add, _, ExprNode::Span { count, unit }) => {
                self.shifted(left, *count, *unit, span)
            }
            (ArithmeticOp::Subtract, _, ExprNode::Span { count, unit }) => {
                self.shifted(left, count.checked_neg()?, *unit, span)
            }
            (ArithmeticOp::Add, ExprNode::Span { count, unit }, _) => {
                self.shifted(right, *count, *unit, span)
            }
            (ArithmeticOp::Add | ArithmeticOp::Subtract, ..) => {
                self.sum(op, left, right, numeric(want), span)
            }
            (ArithmeticOp::Multiply | ArithmeticOp::Divide, ..) => {
                let left = self.infer(left, Want::Any);
                let right = self.infer(right, Want::Any);
                self.product(op, left?, right?, span)
            }
        }
    }

    fn shifted(&mut self, base: &Expr, count: i64, unit: Unit, span: Span) -> Option<Typed> {
        let base = self.infer(base, Want::Any)?;
        self.length_within_bounds(count, unit, span)?;
        let base = match base.kind {
            Kind::Date if unit.is_duration() => self.coerce(base, &Kind::Time)?,
            Kind::Date | Kind::Time => base,
            _ => {
                let message = format!(
                    "a length of time is added to a date or an instant, and this is {}",
                    describe(&base.kind)
                );
                return self.fail(Diagnostic::error(codes::TIME_LENGTH, message, base.span));
            }
        };
        let kind = base.kind.clone();
        Some(Typed {
            node: Node::DateAdd {
                base: Box::new(base),
                count,
                unit,
            },
            kind,
            span,
        })
    }

    fn sum(
        &mut self,
        op: ArithmeticOp,
        left: &Expr,
        right: &Expr,
        want: Want<'_>,
        span: Span,
    ) -> Option<Typed> {
        let (parts, kind) = self.gather(&[left, right], want, Purpose::Choosing)?;
        let days = matches!(kind, Kind::Date | Kind::Time);
        let fits = match op {
            _ if kind.is_numeric() => true,
            ArithmeticOp::Add => kind == Kind::Text,
            _ => days,
        };
        if !fits {
            return self.no_arithmetic(op, &kind, span);
        }
        let common = if days { Kind::Date } else { kind };
        let mut parts = parts.into_iter();
        let left = parts
            .next()
            .and_then(|part| self.coerce(part, &common))
            .map(Box::new);
        let right = parts
            .next()
            .and_then(|part| self.coerce(part, &common))
            .map(Box::new);
        let (left, right) = (left?, right?);
        if days {
            return Some(Typed {
                node: Node::DaysBetween { left, right },
                kind: Kind::Int,
                span,
            });
        }
        Some(Typed {
            node: Node::Arithmetic { op, left, right },
            kind: common,
            span,
        })
    }

    fn product(
        &mut self,
        op: ArithmeticOp,
        left: Typed,
        right: Typed,
        span: Span,
    ) -> Option<Typed> {
        for side in [&left, &right] {
            if !side.kind.is_numeric() {
                return self.no_arithmetic(op, &side.kind, side.span);
            }
        }
        let divides = op == ArithmeticOp::Divide;
        let (left, right, kind) = match (&left.kind, &right.kind) {
            (Kind::Money, Kind::Money) if divides => (left, right, Kind::Number),
            (_, Kind::Money) if divides => return self.no_money(op, right.span),
            (Kind::Money, Kind::Money) => return self.no_money(op, right.span),
            (Kind::Money, _) => (left, self.coerce(right, &Kind::Number)?, Kind::Money),
            (_, Kind::Money) => (self.coerce(left, &Kind::Number)?, right, Kind::Money),
            (Kind::Int, Kind::Int) if divides => (left, right, Kind::Number),
            (Kind::Int, Kind::Int) => (left, right, Kind::Int),
            _ => (
                self.coerce(left, &Kind::Number)?,
                self.coerce(right, &Kind::Number)?,
                Kind::Number,
            ),
        };
        Some(Typed {
            node: Node::Arithmetic {
                op,
                left: Box::new(left),
                right: Box::new(right),
            },
            kind,
            span,
        })
    }

    fn no_money<T>(&mut self, op: ArithmeticOp, span: Span) -> Option<T> {
        let message = match op {
            ArithmeticOp::Divide => "a number is not divided by money",
            _ => "money is not multiplied by money",
        };
        self.fail(
            Diagnostic::error(codes::WRONG_OPERATION, message, span)
                .help("`number(…)` reads money as a number"),
        )
    }

    fn no_arithmetic<T>(&mut self, op: ArithmeticOp, kind: &Kind, span: Span) -> Option<T> {
        let sign = match op {
            ArithmeticOp::Add => "+",
            ArithmeticOp::Subtract => "-",
            ArithmeticOp::Multiply => "*",
            ArithmeticOp::Divide => "/",
        };
        let mut finding = Diagnostic::error(
            codes::WRONG_OPERATION,
            format!("`{sign}` does not work on {}", describe(kind)),
            span,
        );
        if *kind == Kind::Text {
            finding = finding.help("`number(…)` reads a text as a number");
        }
        self.fail(finding)
    }

    pub(super) fn negate(&mut self, inner: &Expr, want: Want<'_>, span: Span) -> Option<Typed> {
        if let ExprNode::Number(number) = &inner.node {
            return self.number(number.negated(), want, span);
        }
        let inner = self.infer(inner, numeric(want))?;
        if !inner.kind.is_numeric() {
            return self.no_arithmetic(ArithmeticOp::Subtract, &inner.kind, inner.span);
        }
        let kind = inner.kind.clone();
        Some(Typed {
            node: Node::Negate(Box::new(inner)),
            kind,
            span,
        })
    }
}
