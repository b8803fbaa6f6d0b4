//! `days since X`, and the lengths of time that it is compared with.

use crate::base::calendar::Unit;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::base::value::Value;

use super::super::codes;
use super::super::syntax::Expr;
use super::super::typed::{Node, Typed};
use super::{Checker, Scope, Want, literal};

impl Checker<'_> {
    /// `compared`: whether a comparison stands directly around it.
    pub(super) fn since(
        &mut self,
        unit: Unit,
        from: &Expr,
        compared: bool,
        span: Span,
    ) -> Option<Typed> {
        if let Scope::Source(_) = self.scope {
            return self.fail(
                Diagnostic::error(codes::CLOCK, "a source cannot ask for the clock", span)
                    .help("keep the date as an attribute and ask for it in a metric"),
            );
        }
        let from = self.infer(from, Want::Any)?;
        let from = self.day(from, "time is counted from a date or an instant")?;
        if unit.is_duration() && !compared {
            return self.hours_alone(span);
        }
        Some(Typed {
            node: Node::Since {
                unit,
                from: Box::new(from),
            },
            kind: Kind::Int,
            span,
        })
    }

    /// The instant at which the answer changes must be computable.
    pub(super) fn hours_alone<T>(&mut self, span: Span) -> Option<T> {
        self.fail(
            Diagnostic::error(
                codes::HOURS_SINCE,
                "hours and minutes are only compared with a constant",
                span,
            )
            .help("as in `hours since last(login).at > 48`; days, months and years may be used anywhere"),
        )
    }

    /// `90 days` beside something that counts in `unit`.
    pub(super) fn length_as(
        &mut self,
        count: i64,
        written: Unit,
        unit: Option<Unit>,
        span: Span,
    ) -> Option<Typed> {
        let Some(unit) = unit else {
            return self.stray_span(span);
        };
        let factor = match (written, unit) {
            (a, b) if a == b => 1,
            (Unit::Hour, Unit::Minute) => 60,
            (Unit::Week, Unit::Day) => 7,
            (Unit::Quarter, Unit::Month) => 3,
            (Unit::Year, Unit::Month) => 12,
            (Unit::Year, Unit::Quarter) => 4,
            _ => {
                return self.fail(
                    Diagnostic::error(
                        codes::TIME_LENGTH,
                        "these two count time in units that do not go together",
                        span,
                    )
                    .help(format!("give the length in {}", plural(unit))),
                );
            }
        };
        self.length_within_bounds(count, written, span)?;
        let count = count.checked_mul(factor)?;
        Some(literal(Value::Int(count), Kind::Int, span))
    }
}

/// In which unit the value counts time, if it does.
pub(super) fn counts_in(typed: &Typed) -> Option<Unit> {
    match &typed.node {
        Node::Since { unit, .. } => Some(*unit),
        Node::DaysBetween { .. } => Some(Unit::Day),
        _ => None,
    }
}

fn plural(unit: Unit) -> &'static str {
    match unit {
        Unit::Minute => "minutes",
        Unit::Hour => "hours",
        Unit::Day => "days",
        Unit::Week => "weeks",
        Unit::Month => "months",
        Unit::Quarter => "quarters",
        Unit::Year => "years",
    }
}
