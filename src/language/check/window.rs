//! Windows: lengths within bounds, units that make sense, bounds that are dates.

use crate::base::calendar::Unit;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;

use super::super::codes;
use super::super::syntax::{self, Expr, WindowNode};
use super::super::typed::{Node, Typed, Window};
use super::{Checker, Scope, Want, boolean, describe};

impl Checker<'_> {
    /// A window, inside an aggregate or beside a date (`test`).
    pub(super) fn window(&mut self, window: &syntax::Window, test: bool) -> Option<Window> {
        let span = window.span;
        match &window.node {
            WindowNode::Last { count, unit, whole } => {
                let (count, unit, whole) = (*count, *unit, *whole);
                if whole && unit.is_duration() {
                    return self.refuse(span, "hours and minutes are durations, never whole");
                }
                self.positive(count, unit, span)?;
                Some(Window::Last { count, unit, whole })
            }
            WindowNode::Previous { count, unit } => {
                self.positive(*count, *unit, span)?;
                let (count, unit) = (*count, *unit);
                Some(Window::Previous { count, unit })
            }
            WindowNode::Rolling { count, unit } => {
                let (count, unit) = (*count, *unit);
                if !matches!(unit, Unit::Minute | Unit::Hour | Unit::Day | Unit::Week) {
                    return self.refuse(
                        span,
                        "a rolling window is a duration: minutes, hours, days or weeks",
                    );
                }
                self.positive(count, unit, span)?;
                Some(Window::Rolling { count, unit })
            }
            WindowNode::Next { count, unit } => {
                let (count, unit) = (*count, *unit);
                if !test {
                    return self.refuse(span, "facts after now are never seen");
                }
                if unit.is_duration() {
                    return self.refuse(span, "`next` counts dates: days, weeks, months, years");
                }
                self.positive(count, unit, span)?;
                Some(Window::Next { count, unit })
            }
            WindowNode::This(unit) | WindowNode::PreviousCalendar(unit) if unit.is_duration() => {
                self.refuse(
                    span,
                    "the calendar has days, weeks, months, quarters, years",
                )
            }
            WindowNode::This(unit) => Some(Window::This(*unit)),
            WindowNode::PreviousCalendar(unit) => Some(Window::PreviousCalendar(*unit)),
            WindowNode::Since(from) => Some(Window::Since(Box::new(self.bound(from)?))),
            WindowNode::Before(to) => Some(Window::Before(Box::new(self.bound(to)?))),
            WindowNode::Between(from, to) => {
                let (from, to) = (self.bound(from), self.bound(to));
                Some(Window::Between(Box::new(from?), Box::new(to?)))
            }
            WindowNode::WithinAfter { count, unit, from } => {
                let from = self.bound(from);
                if *count < 0 {
                    return self.refuse(span, "a window cannot end before it starts");
                }
                self.length_within_bounds(*count, *unit, span)?;
                Some(Window::WithinAfter {
                    count: *count,
                    unit: *unit,
                    from: Box::new(from?),
                })
            }
        }
    }

    fn refuse<T>(&mut self, span: Span, why: &str) -> Option<T> {
        self.fail(Diagnostic::error(codes::WINDOW, why, span))
    }

    fn positive(&mut self, count: i64, unit: Unit, span: Span) -> Option<()> {
        if count < 1 {
            return self.refuse(span, "a window is at least 1 long");
        }
        self.length_within_bounds(count, unit, span)
    }

    /// A date or an instant that ends a window.
    fn bound(&mut self, expr: &Expr) -> Option<Typed> {
        let typed = self.infer(expr, Want::Any)?;
        self.day(typed, "a window ends at a date or an instant")
    }

    /// Refuses what is neither a date nor an instant.
    pub(super) fn day(&mut self, typed: Typed, why: &str) -> Option<Typed> {
        if matches!(typed.kind, Kind::Date | Kind::Time) {
            return Some(typed);
        }
        let finding = Diagnostic::error(
            codes::MISMATCH,
            format!("{why}, and this is {}", describe(&typed.kind)),
            typed.span,
        );
        self.fail(match typed.kind {
            Kind::Text => finding.help("write a date as 2024-06-30, or read a text with `date(…)`"),
            _ => finding,
        })
    }

    /// `X in next 7 days`.
    pub(super) fn in_window(
        &mut self,
        value: &Expr,
        window: &syntax::Window,
        negated: bool,
        span: Span,
    ) -> Option<Typed> {
        if let Scope::Source(_) = self.scope {
            return self.fail(
                Diagnostic::error(codes::CLOCK, "a source cannot ask for the clock", span)
                    .help("an import must give the same facts on every day; name the dates"),
            );
        }
        let value = self
            .infer(value, Want::Any)
            .and_then(|value| self.day(value, "only a date or an instant lies in a window"));
        let window = self.window(window, true);
        let node = Node::InWindow {
            value: Box::new(value?),
            window: Box::new(window?),
            negated,
        };
        Some(boolean(node, span))
    }
}
