//! `weighted(a: 0.4, b: 0.6)`: values by name, each with its weight.

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::base::value::Value;

use super::super::codes;
use super::super::functions::Wants;
use super::super::syntax::{Call, Expr, Name};
use super::super::typed::{Function, Node, Typed};
use super::{Checker, Want};

const FORM: &str = "write `weighted(value: 0.4, potential: 0.6)`";

impl Checker<'_> {
    pub(super) fn weighted(&mut self, call: &Call, span: Span) -> Option<Typed> {
        let stray = call
            .filter
            .as_ref()
            .map(|filter| filter.span)
            .or(call.window.as_ref().map(|window| window.span));
        if stray.is_some() || call.by.is_some() || call.places() {
            return self.fail(
                Diagnostic::error(
                    codes::AGGREGATE_SHAPE,
                    "`weighted` takes values with their weights and nothing else",
                    stray.unwrap_or(span),
                )
                .help(FORM),
            );
        }
        let mut arguments = Vec::with_capacity(call.arguments.len() * 2);
        let mut good = !call.arguments.is_empty();
        for (tag, weight) in call.tags.iter().zip(&call.arguments) {
            match self.weight(tag.as_ref(), weight) {
                Some((value, weight)) => arguments.extend([value, weight]),
                None => good = false,
            }
        }
        good.then_some(Typed {
            node: Node::Call {
                function: Function::Weighted,
                arguments,
            },
            kind: Kind::Number,
            span,
        })
    }

    fn weight(&mut self, tag: Option<&Name>, weight: &Expr) -> Option<(Typed, Typed)> {
        let Some(tag) = tag else {
            return self.fail(
                Diagnostic::error(
                    codes::ARGUMENT_COUNT,
                    "the weight of this value is missing",
                    weight.span,
                )
                .help(FORM),
            );
        };
        let value = self.name(tag, Want::Hint(&Kind::Number));
        let value = value.and_then(|value| self.fit(Wants::Number, value));
        let typed = self.infer(weight, Want::Hint(&Kind::Number))?;
        let typed = self.fit(Wants::Number, typed)?;
        match self.constant(&typed) {
            Some(Value::Number(number)) if number > 0.0 => Some((value?, typed)),
            Some(_) => self.fail(Diagnostic::error(
                codes::NUMBER_RANGE,
                "a weight is above zero",
                weight.span,
            )),
            None => self.fail(Diagnostic::error(
                codes::WANTED_CONSTANT,
                "a weight is a number or a param, not computed",
                weight.span,
            )),
        }
    }
}
