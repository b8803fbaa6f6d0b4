//! `decay(sum(purchase.amount), half-life 30 days)`: an aggregate whose facts weigh less
//! the older they are.

use crate::base::calendar::Unit;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::limit::WINDOW_DAYS_MAX;
use crate::base::span::Span;

use super::super::codes;
use super::super::syntax::{Call, Expr, ExprNode, HALF_LIFE_TAG};
use super::super::typed::{AggregateFunction, Decay, Node, Subject, Typed};
use super::{Checker, Want};

const FORM: &str = "write `decay(sum(purchase.amount), half-life 30 days)`";

impl Checker<'_> {
    pub(super) fn decay(&mut self, call: &Call, span: Span) -> Option<Typed> {
        let is_length = |at: usize| {
            let tag = call.tags.get(at).and_then(Option::as_ref);
            tag.is_some_and(|tag| !tag.quoted && tag.text == HALF_LIFE_TAG)
        };
        let whole = call.filter.is_none() && call.window.is_none() && call.by.is_none();
        let (Some([aggregate, length]), true) = (
            call.arguments.as_slice().first_chunk(),
            whole && !call.places() && call.arguments.len() == 2,
        ) else {
            return self.no_decay("`decay` takes an aggregate and a half-life", span);
        };
        if is_length(0) || !is_length(1) {
            return self.no_decay("`decay` takes an aggregate and then a half-life", span);
        }
        let days = self.half_life(length);
        let typed = self.infer(aggregate, Want::Any)?;
        let days = days?;
        let Node::Aggregate(mut inner) = typed.node else {
            return self.no_decay("what decays is an aggregate of events", aggregate.span);
        };
        let dated = matches!(inner.subject, Subject::Event(_));
        let sums = matches!(
            inner.function,
            AggregateFunction::Sum | AggregateFunction::Count
        );
        if !dated || !sums {
            let message = "what decays is a `sum` or a `count` of events";
            return self.no_decay(message, aggregate.span);
        }
        inner.function = AggregateFunction::Decay(Decay {
            half_life_days: days,
        });
        Some(Typed {
            node: Node::Aggregate(inner),
            kind: Kind::Number,
            span,
        })
    }

    fn no_decay<T>(&mut self, message: &str, span: Span) -> Option<T> {
        self.fail(Diagnostic::error(codes::AGGREGATE_SHAPE, message, span).help(FORM))
    }

    /// In days: ages are counted in whole dates.
    fn half_life(&mut self, length: &Expr) -> Option<u32> {
        let ExprNode::Span { count, unit } = length.node else {
            return self.no_decay("a half-life is a number of days", length.span);
        };
        let days = match unit {
            Unit::Day => Some(count),
            Unit::Week => count.checked_mul(7),
            _ => None,
        };
        match days {
            Some(days) if (1..=WINDOW_DAYS_MAX).contains(&days) => u32::try_from(days).ok(),
            Some(_) => self.fail(
                Diagnostic::error(
                    codes::TIME_TOO_LONG,
                    "this half-life is out of bounds",
                    length.span,
                )
                .help(format!("from 1 to {WINDOW_DAYS_MAX} days")),
            ),
            None => self.fail(
                Diagnostic::error(
                    codes::TIME_LENGTH,
                    "a half-life is counted in days or weeks",
                    length.span,
                )
                .help(FORM),
            ),
        }
    }
}
