//! `A.field`: a field of the first or last fact, a column of a lookup, an attribute
//! of the customer asked about.

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;

use super::super::codes;
use super::super::functions;
use super::super::resolve::{BuiltIn, Counted};
use super::super::syntax::{Call, Expr, ExprNode, Name};
use super::super::typed::{AggregateFunction, Node, Typed};
use super::super::words;
use super::{Checker, Scope, Want};

/// The function's English word.
fn word_of(call: &Call) -> &str {
    functions::english(&call.name.text).unwrap_or(&call.name.text)
}

impl Checker<'_> {
    pub(super) fn field(&mut self, base: &Expr, field: &Name, span: Span) -> Option<Typed> {
        match &base.node {
            ExprNode::Call(call) => {
                self.clauses(call)?;
                self.field_of_call(call, field, base.span, span)
            }
            ExprNode::Name(name) if BuiltIn::of(name) == Some(BuiltIn::Myself) => {
                self.of_self(field, name.span)
            }
            ExprNode::Name(name) => match self.of_bound(name, field, span) {
                Some(typed) => typed,
                None => self.field_of_name(name, field, span),
            },
            _ => self.no_fields(base.span),
        }
    }

    fn field_of_call(
        &mut self,
        call: &Call,
        field: &Name,
        place: Span,
        span: Span,
    ) -> Option<Typed> {
        if word_of(call) == "lookup" {
            return self.lookup(call, field, span);
        }
        match functions::aggregate_of(word_of(call)) {
            Some((entry, function @ (AggregateFunction::First | AggregateFunction::Last))) => {
                self.aggregate(call, entry, function, Some(field), span)
            }
            _ => self.no_fields(place),
        }
    }

    fn no_fields<T>(&mut self, span: Span) -> Option<T> {
        self.fail(
            Diagnostic::error(codes::NOT_A_VALUE, "this has no fields", span).help(
                "fields are taken of `first(EVENT)`, `last(EVENT)` and `lookup(SOURCE, KEY)`",
            ),
        )
    }

    fn of_self(&mut self, field: &Name, span: Span) -> Option<Typed> {
        if let Scope::Source(_) = self.scope {
            return self.fail(Diagnostic::error(
                codes::NOT_HERE,
                "a source has no customer yet, so `self` means nothing here",
                span,
            ));
        }
        let scope = Scope::Customer { other: false };
        let typed = self.within(scope, |checker| checker.name(field, Want::Any))?;
        // Params are the same for everybody.
        if !self.scope.other() || matches!(typed.node, Node::Param(_)) {
            return Some(typed);
        }
        Some(Typed {
            kind: typed.kind.clone(),
            span: typed.span,
            node: Node::OfSelf(Box::new(typed)),
        })
    }

    fn field_of_name(&mut self, name: &Name, field: &Name, span: Span) -> Option<Typed> {
        let (word, part) = (&name.text, &field.text);
        let help = match self.world.names.find_subject(word) {
            Some(Counted::Event(_) | Counted::Part(_) | Counted::Holding(_)) => {
                format!("aggregate it: `sum({word}.{part})`, or take one: `last({word}).{part}`")
            }
            Some(Counted::Relation(_)) => {
                format!("ask `any {word} ({part} …)`, or aggregate it: `sum({word}.{part})`")
            }
            Some(Counted::Texts(_)) => format!("ask `{word} contains \"…\"`"),
            None if self.stands_for_value(name) => format!("`{word}` is a single value"),
            None if !name.quoted && words::PLUGIN.is(word) => {
                format!("a plugin is called with brackets: `plugin.{part}()`")
            }
            None => return self.name(name, Want::Any).and(None),
        };
        self.fail(
            Diagnostic::error(
                codes::NOT_A_VALUE,
                format!("`{word}.{part}` is not one value"),
                span,
            )
            .help(help),
        )
    }
}
