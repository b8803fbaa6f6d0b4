//! `between A and B`, `in (…)`: the value and all ends come out as one kind.
//!
//! A date beside an instant stands for its whole day. Where instants are given
//! beside dates, the dates become the instants at which their days start and end.

use crate::base::calendar::Unit;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::base::value::Value;

use super::super::codes;
use super::super::syntax::{self, Expr};
use super::super::typed::{Choice, Node, Typed};
use super::compare::has_order;
use super::together::Purpose;
use super::{Checker, Want, boolean, describe};

/// The kind in which a value is compared with its ends. `ends` excludes the value.
fn compared_in(kind: Kind, value: &Typed, ends: &[Typed]) -> Kind {
    let instants = ends.iter().any(|end| end.kind == Kind::Time);
    if kind == Kind::Date && value.kind == Kind::Time && instants {
        return Kind::Time;
    }
    kind
}

/// The date after.
fn next_day(date: Typed) -> Option<Typed> {
    let span = date.span;
    if let Node::Literal(Value::Date(day)) = &date.node {
        return Some(super::literal(
            Value::Date(day.add(1, Unit::Day)?),
            Kind::Date,
            span,
        ));
    }
    Some(Typed {
        node: Node::DateAdd {
            base: Box::new(date),
            count: 1,
            unit: Unit::Day,
        },
        kind: Kind::Date,
        span,
    })
}

impl Checker<'_> {
    pub(super) fn between(
        &mut self,
        value: &Expr,
        low: &Expr,
        high: &Expr,
        included: (bool, bool),
        negated: bool,
        span: Span,
    ) -> Option<Typed> {
        self.refuse_missing(&[low, high])?;
        let (mut parts, kind) = self.gather(&[value, low, high], Want::Any, Purpose::Comparing)?;
        let ends = parts.split_off(1);
        let value = parts.pop()?;
        if !has_order(&kind) {
            return self.no_range(&kind, span);
        }
        let kind = compared_in(kind, &value, &ends);
        let mut ends = ends.into_iter();
        let value = self.coerce(value, &kind);
        let low = self.low_end(ends.next()?, included.0, &kind);
        let high = self.high_end(ends.next()?, included.1, &kind);
        let ((low, low_included), (high, high_included)) = (low?, high?);
        let node = Node::Between {
            value: Box::new(value?),
            low: Box::new(low),
            low_included,
            high: Box::new(high),
            high_included,
            negated,
        };
        Some(boolean(node, span))
    }

    fn no_range<T>(&mut self, kind: &Kind, span: Span) -> Option<T> {
        self.fail(
            Diagnostic::error(
                codes::WRONG_OPERATION,
                format!("{} has no ranges", describe(kind)),
                span,
            )
            .help("use `=` or `in (…)`"),
        )
    }

    fn low_end(&mut self, end: Typed, included: bool, kind: &Kind) -> Option<(Typed, bool)> {
        let day = end.kind == Kind::Date && *kind == Kind::Time;
        if day && !included {
            return Some((self.coerce(next_day(end)?, kind)?, true));
        }
        Some((self.coerce(end, kind)?, included))
    }

    fn high_end(&mut self, end: Typed, included: bool, kind: &Kind) -> Option<(Typed, bool)> {
        let day = end.kind == Kind::Date && *kind == Kind::Time;
        if day && included {
            return Some((self.coerce(next_day(end)?, kind)?, false));
        }
        Some((self.coerce(end, kind)?, included))
    }

    pub(super) fn membership(
        &mut self,
        value: &Expr,
        choices: &[syntax::Choice],
        negated: bool,
        span: Span,
    ) -> Option<Typed> {
        let mut exprs = vec![value];
        let mut ranges = false;
        for choice in choices {
            match choice {
                syntax::Choice::One(one) => exprs.push(one),
                syntax::Choice::Range { low, high, .. } => {
                    ranges = true;
                    exprs.extend(low.as_deref());
                    exprs.extend(high.as_deref());
                }
            }
        }
        self.refuse_missing(&exprs)?;
        let (mut parts, kind) = self.gather(&exprs, Want::Any, Purpose::Comparing)?;
        let ends = parts.split_off(1);
        let value = parts.pop()?;
        if let Kind::Set(_) = kind {
            return self.fail(
                Diagnostic::error(
                    codes::WRONG_OPERATION,
                    "`in` takes one value, and this is a set",
                    value.span,
                )
                .help("ask `SET contains \"…\"`"),
            );
        }
        if ranges && !has_order(&kind) {
            return self.no_range(&kind, span);
        }
        let kind = compared_in(kind, &value, &ends);
        let value = Box::new(self.coerce(value, &kind)?);
        let mut ends = ends.into_iter();
        let mut typed = Vec::with_capacity(choices.len());
        for choice in choices {
            typed.push(self.choice(choice, &mut ends, &kind)?);
        }
        let node = Node::In {
            value,
            choices: typed,
            negated,
        };
        Some(boolean(node, span))
    }

    fn choice(
        &mut self,
        choice: &syntax::Choice,
        ends: &mut impl Iterator<Item = Typed>,
        kind: &Kind,
    ) -> Option<Choice> {
        match choice {
            syntax::Choice::One(_) => {
                let one = ends.next()?;
                if one.kind == Kind::Date && *kind == Kind::Time {
                    let after = next_day(one.clone())?;
                    return Some(Choice::Range {
                        low: Some(Box::new(self.coerce(one, kind)?)),
                        high: Some(Box::new(self.coerce(after, kind)?)),
                        high_included: false,
                    });
                }
                Some(Choice::One(self.coerce(one, kind)?))
            }
            syntax::Choice::Range {
                low,
                high,
                high_included,
                ..
            } => {
                let low = match low {
                    Some(_) => Some(self.low_end(ends.next()?, true, kind)?.0),
                    None => None,
                };
                let (high, high_included) = match high {
                    Some(_) => {
                        let (high, included) = self.high_end(ends.next()?, *high_included, kind)?;
                        (Some(high), included)
                    }
                    None => (None, *high_included),
                };
                Some(Choice::Range {
                    low: low.map(Box::new),
                    high: high.map(Box::new),
                    high_included,
                })
            }
        }
    }
}
