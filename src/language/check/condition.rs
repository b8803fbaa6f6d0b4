//! Places that want yes or no.

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;

use super::super::codes;
use super::super::syntax::Expr;
use super::super::typed::Typed;
use super::{Checker, Want, describe};

impl Checker<'_> {
    /// A condition; `place` says who wants it.
    pub(in super::super) fn condition(&mut self, expr: &Expr, place: &str) -> Option<Typed> {
        let typed = self.infer(expr, Want::Hint(&Kind::Bool))?;
        if typed.kind == Kind::Bool {
            return Some(typed);
        }
        let finding = wanted_condition(&typed.kind, place, typed.span);
        self.fail(finding)
    }

    /// Several conditions; each that fails is reported.
    pub(super) fn conditions(&mut self, exprs: &[Expr], place: &str) -> Option<Vec<Typed>> {
        let mut typed = Vec::with_capacity(exprs.len());
        for expr in exprs {
            typed.push(self.condition(expr, place));
        }
        typed.into_iter().collect()
    }
}

/// A value stands where `place` wants a condition.
pub(super) fn wanted_condition(kind: &Kind, place: &str, span: Span) -> Diagnostic {
    let help = match kind {
        Kind::Int | Kind::Number | Kind::Money => "compare it, as in `… > 0`",
        Kind::Text => "compare it, as in `… = \"…\"`",
        Kind::Enum(_) => "compare it with one of its values, as in `… = VALUE`",
        Kind::Date | Kind::Time => "compare it, as in `… >= 2024-06-30` or `… in last 90 days`",
        Kind::Set(_) => "ask `… contains \"…\"`",
        Kind::Bool => "",
    };
    Diagnostic::error(
        codes::WANTED_CONDITION,
        format!("{place} wants yes or no, and this is {}", describe(kind)),
        span,
    )
    .help(help)
}
