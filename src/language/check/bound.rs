//! Facts that have a name inside `where`: `count(t: targeted where … t.campaign …)`.

use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;

use super::super::codes;
use super::super::syntax::Name;
use super::super::typed::{NamedFact, Node, Subfield, Subject, Typed};
use super::Checker;
use super::schema::shared;

/// A fact that a condition stands under.
#[derive(Clone, Debug)]
pub(in super::super) struct BoundFact {
    /// What it is called.
    pub name: Option<Name>,
    /// Its kind.
    pub subject: Subject,
    /// Of a step that is absent: no event stands for it.
    pub absent: bool,
}

impl Checker<'_> {
    /// Runs with one more fact bound.
    pub(super) fn under<T>(
        &mut self,
        name: Option<&Name>,
        subject: Subject,
        work: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.bound.push(BoundFact {
            name: name.cloned(),
            subject,
            absent: false,
        });
        let result = work(self);
        self.bound.pop();
        result
    }

    /// Runs where no fact around has a name: whoever is spoken of there is not its owner alone.
    pub(super) fn unbound<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let around = std::mem::take(&mut self.bound);
        let result = work(self);
        self.bound = around;
        result
    }

    /// Refuses a name that a fact around it has already.
    pub(super) fn fresh_name(&mut self, name: Option<&Name>) -> Option<()> {
        let Some(name) = name else { return Some(()) };
        let mut around = self.bound.iter().flat_map(|fact| &fact.name);
        let Some(first) = around.find(|known| known.text == name.text) else {
            return Some(());
        };
        let first = first.span;
        self.fail(
            Diagnostic::error(
                codes::DUPLICATE,
                format!("`{}` is the name of a fact here already", name.text),
                name.span,
            )
            .also(first, "the first one")
            .help("give one of them another name"),
        )
    }

    /// `t.campaign`: a field of a fact that has that name here. The outer `None`: no fact is called so.
    #[expect(
        clippy::option_option,
        reason = "no such fact, a fault that is reported, and a value: three cases"
    )]
    pub(super) fn of_bound(
        &mut self,
        name: &Name,
        field: &Name,
        span: Span,
    ) -> Option<Option<Typed>> {
        let called = |fact: &BoundFact| fact.name.as_ref().is_some_and(|it| it.text == name.text);
        let out = self.bound.iter().rev().position(called)?;
        let fact = self.bound.iter().rev().nth(out)?;
        let (subject, absent) = (fact.subject, fact.absent);
        if absent {
            return Some(
                self.fail(
                    Diagnostic::error(
                        codes::SEQUENCE,
                        format!("`{}` is absent, so that it has no fields", name.text),
                        span,
                    )
                    .help("a later step names events that are there"),
                ),
            );
        }
        let taken = self.take(subject, field);
        Some(taken.map(|(take, kind)| {
            let at_hand = out == 0 && matches!(self.scope, super::Scope::Fact { .. });
            let node = match take {
                // The fact at hand needs no name.
                Subfield::Field(id) if at_hand => Node::Field(id),
                Subfield::At if at_hand => Node::At,
                Subfield::Key if at_hand => Node::Key,
                take => Node::Named(NamedFact {
                    out: u32::try_from(out).unwrap_or(u32::MAX),
                    name: shared(name),
                    subject,
                    take,
                }),
            };
            Typed { node, kind, span }
        }))
    }

    /// Reports the name of a fact where a value is wanted.
    pub(super) fn bound_as_value<T>(&mut self, name: &Name) -> Option<T> {
        self.fail(
            Diagnostic::error(
                codes::NOT_A_VALUE,
                format!("`{}` is a whole fact, not a value", name.text),
                name.span,
            )
            .help(format!("take a field of it: `{}.at`", name.text)),
        )
    }

    /// Whether a fact around is called so.
    pub(super) fn is_bound(&self, name: &Name) -> bool {
        let mut around = self.bound.iter().flat_map(|fact| &fact.name);
        around.any(|known| known.text == name.text)
    }
}

/// A name as the typed tree keeps it.
pub(super) fn kept(name: Option<&Name>) -> Option<Arc<str>> {
    name.map(shared)
}
