//! Aggregates unit by unit (`count(login by day)`, `trend(… by month)`), over runs
//! of dates (`peak`), and `modes`: forms that hold an aggregate in their brackets.

use std::sync::Arc;

use crate::base::calendar::Unit;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::limit::{MODES_MAX, PEAK_DATES_MAX};
use crate::base::span::Span;

use super::super::codes;
use super::super::functions::{self, Entry, Form};
use super::super::syntax::{Call, Expr, ExprNode};
use super::super::typed::{AggregateFunction, FactMeasure, Node, Series, Typed};
use super::{Checker, describe};

impl Checker<'_> {
    /// A call with brackets of its own form.
    pub(super) fn form(
        &mut self,
        call: &Call,
        entry: &'static Entry,
        form: Form,
        span: Span,
    ) -> Option<Typed> {
        match form {
            Form::Modes => self.modes(call, entry, span),
            Form::Peak => self.peak(call, entry, span),
            Form::Streak => self.streak(call, entry, span),
            Form::Trend => {
                let series = |of, unit| Series::Trend { of, unit };
                self.of_units(call, entry, &series, span)
            }
            Form::Rising => {
                let series = |of, unit| Series::Rising { of, unit };
                self.of_units(call, entry, &series, span)
            }
            Form::Falling => {
                let series = |of, unit| Series::Falling { of, unit };
                self.of_units(call, entry, &series, span)
            }
            Form::Periods(unit) => self.periods(call, entry, unit, span),
            Form::Recorded => self.recorded(call, entry, span),
            Form::Elapsed => self.elapsed(call, entry, span),
        }
    }

    /// The function of an aggregate that may go `by` a unit: only `count` may.
    pub(super) fn by_units(
        &mut self,
        call: &Call,
        function: AggregateFunction,
        span: Span,
    ) -> Option<AggregateFunction> {
        let Some(unit) = call.by else {
            return Some(function);
        };
        let unit = self.dated_unit(unit, span)?;
        match function {
            AggregateFunction::Count => Some(AggregateFunction::Series(Series::Units(unit))),
            function => {
                let help = match FactMeasure::of(function) {
                    Some(_) => {
                        "`trend(… by month, W)`, `rising(…)` and `falling(…)` tell how it goes by units; `count(EVENT by day)` counts the units"
                    }
                    None => "`count(EVENT by day)` counts the days with one",
                };
                let message = format!("`{}` by units is many values, not one", call.name.text);
                self.fail(Diagnostic::error(codes::AGGREGATE_SHAPE, message, span).help(help))
            }
        }
    }

    fn dated_unit(&mut self, unit: Unit, span: Span) -> Option<Unit> {
        if unit.is_duration() {
            return self.fail(Diagnostic::error(
                codes::AGGREGATE_SHAPE,
                "facts go by days, weeks, months, quarters or years",
                span,
            ));
        }
        Some(unit)
    }

    /// Wrong brackets, with the right ones beside.
    pub(super) fn wrong_form<T>(&mut self, entry: &Entry, why: &str, span: Span) -> Option<T> {
        let message = format!("`{}` {why}", entry.name);
        self.fail(
            Diagnostic::error(codes::AGGREGATE_SHAPE, message, span)
                .help(format!("as in `{}`", entry.example)),
        )
    }

    fn modes(&mut self, call: &Call, entry: &'static Entry, span: Span) -> Option<Typed> {
        let [_, count] = call.arguments.as_slice() else {
            return self.wrong_form(entry, "takes a field of facts, and how many values", span);
        };
        let wanted = match &count.node {
            ExprNode::Number(number) => number
                .to_int()
                .and_then(|wanted| u16::try_from(wanted).ok()),
            _ => None,
        };
        let Some(wanted) = wanted.filter(|wanted| (1..=MODES_MAX).contains(wanted)) else {
            return self.fail(Diagnostic::error(
                codes::WANTED_CONSTANT,
                format!("a whole number from 1 to {MODES_MAX} is wanted here"),
                count.span,
            ));
        };
        let mut inner = call.clone();
        inner.arguments.truncate(1);
        inner.tags.truncate(1);
        let typed = self.aggregate(&inner, entry, AggregateFunction::Modes(wanted), None, span)?;
        Some(Typed {
            kind: Kind::Set(Arc::new(typed.kind)),
            ..typed
        })
    }

    fn streak(&mut self, call: &Call, entry: &'static Entry, span: Span) -> Option<Typed> {
        let Some(unit) = call.by else {
            return self.wrong_form(entry, "goes by a unit of time", span);
        };
        let unit = self.dated_unit(unit, span)?;
        let inner = Call {
            by: None,
            ..call.clone()
        };
        let (count, function) = functions::aggregate_of("count")?;
        let typed = self.aggregate(&inner, count, function, None, span)?;
        self.as_series(entry, typed, Series::Streak(unit), Kind::Int)
    }

    fn peak(&mut self, call: &Call, entry: &'static Entry, span: Span) -> Option<Typed> {
        let [measured, length] = call.arguments.as_slice() else {
            return self.wrong_form(entry, "takes a count or a sum, and how many days", span);
        };
        let dates = match length.node {
            ExprNode::Span {
                count,
                unit: Unit::Day,
            } => Some(count),
            ExprNode::Span {
                count,
                unit: Unit::Week,
            } => count.checked_mul(7),
            _ => {
                return self.wrong_form(entry, "wants a number of days or weeks here", length.span);
            }
        };
        let dates = dates.and_then(|dates| u16::try_from(dates).ok());
        let Some(dates) = dates.filter(|dates| (1..=PEAK_DATES_MAX).contains(dates)) else {
            return self.fail(Diagnostic::error(
                codes::WINDOW,
                format!("a run has 1 to {PEAK_DATES_MAX} days"),
                length.span,
            ));
        };
        if call.by.is_some() {
            return self.wrong_form(entry, "has its length after the comma and no `by`", span);
        }
        let (typed, of) = self.measured(call, entry, measured, span)?;
        if !matches!(of, FactMeasure::Count | FactMeasure::Sum) {
            return self.wrong_form(entry, "is that of a count or a sum", measured.span);
        }
        let kind = typed.kind.clone();
        self.as_series(entry, typed, Series::Peak { of, dates }, kind)
    }

    /// `trend`, `rising`, `falling`.
    fn of_units(
        &mut self,
        call: &Call,
        entry: &'static Entry,
        series: &dyn Fn(FactMeasure, Unit) -> Series,
        span: Span,
    ) -> Option<Typed> {
        let [measured] = call.arguments.as_slice() else {
            return self.wrong_form(entry, "takes one aggregate by a unit of time", span);
        };
        let Some(unit) = call.by else {
            return self.wrong_form(entry, "goes by a unit of time", span);
        };
        let unit = self.dated_unit(unit, span)?;
        let (typed, of) = self.measured(call, entry, measured, span)?;
        let series = series(of, unit);
        let kind = match (series, &typed.kind) {
            (Series::Trend { .. }, Kind::Money) => Kind::Money,
            (Series::Trend { .. }, _) => Kind::Number,
            _ => Kind::Bool,
        };
        self.as_series(entry, typed, series, kind)
    }

    /// The aggregate inside, over the window of the whole.
    fn measured(
        &mut self,
        call: &Call,
        entry: &'static Entry,
        inside: &Expr,
        span: Span,
    ) -> Option<(Typed, FactMeasure)> {
        if let Some(filter) = &call.filter {
            return self.wrong_form(
                entry,
                "has its `where` inside the brackets of the aggregate",
                filter.span,
            );
        }
        let ExprNode::Call(inner) = &inside.node else {
            return self.wrong_form(entry, "takes an aggregate", inside.span);
        };
        let word = functions::english(&inner.name.text).unwrap_or(&inner.name.text);
        let found = functions::aggregate_of(word);
        let Some((aggregate, function)) = found else {
            return self.wrong_form(entry, "takes an aggregate", inside.span);
        };
        let Some(of) = FactMeasure::of(function) else {
            return self.wrong_form(entry, "takes an aggregate that gives a number", inside.span);
        };
        if inner.by.is_some() {
            return self.wrong_form(entry, "has its `by` after the aggregate", inside.span);
        }
        if let (Some(first), Some(second)) = (&inner.window, &call.window) {
            return self.fail(
                Diagnostic::error(codes::SAID_TWICE, "a second window", second.span)
                    .also(first.span, "the first one")
                    .help(format!("as in `{}`", entry.example)),
            );
        }
        let whole = Call {
            window: call.window.clone().or(inner.window.clone()),
            ..(**inner).clone()
        };
        let typed = self.aggregate(&whole, aggregate, function, None, span)?;
        if !typed.kind.is_numeric() {
            let why = format!("measures numbers, and this is {}", describe(&typed.kind));
            return self.wrong_form(entry, &why, inside.span);
        }
        Some((typed, of))
    }

    fn as_series(
        &mut self,
        entry: &'static Entry,
        typed: Typed,
        series: Series,
        kind: Kind,
    ) -> Option<Typed> {
        let span = typed.span;
        let Node::Aggregate(mut aggregate) = typed.node else {
            return self.wrong_form(
                entry,
                "is about events and holdings, which have dates",
                span,
            );
        };
        aggregate.function = AggregateFunction::Series(series);
        Some(Typed {
            node: Node::Aggregate(aggregate),
            kind,
            span,
        })
    }
}
