//! Conditions over periods (`months(C, last 6 whole months)`), and when an
//! attribute was recorded.

use std::collections::BTreeSet;

use crate::base::calendar::Unit;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::limit::PERIODS_MAX;
use crate::base::span::Span;

use super::super::codes;
use super::super::functions::Entry;
use super::super::syntax::{Call, ExprNode, WindowNode};
use super::super::typed::{DefinitionId, Node, Typed};
use super::{Checker, Scope, Want, describe, every_node};

impl Checker<'_> {
    pub(super) fn periods(
        &mut self,
        call: &Call,
        entry: &'static Entry,
        unit: Unit,
        span: Span,
    ) -> Option<Typed> {
        let word = entry.name;
        if let Scope::Source(_) = self.scope {
            return self.fail(Diagnostic::error(
                codes::NOT_HERE,
                format!("a source has no facts yet, so `{word}` means nothing here"),
                call.name.span,
            ));
        }
        let [condition] = call.arguments.as_slice() else {
            return self.wrong_form(entry, "takes one condition", span);
        };
        if call.filter.is_some() || call.by.is_some() {
            return self.wrong_form(entry, "takes a condition and the periods, no more", span);
        }
        let scope = self.scope.of_customer();
        let condition = self.within(scope, |checker| {
            checker.condition(condition, &format!("`{word}`"))
        });
        let count = self.period_count(call, entry, unit, span);
        let condition = condition?;
        if let Some(finding) = self.without_periods(&condition, word) {
            return self.fail(finding);
        }
        let node = Node::Periods {
            unit,
            count: count?,
            condition: Box::new(condition),
        };
        Some(Typed {
            node,
            kind: Kind::Int,
            span,
        })
    }

    /// What in a condition cannot be read over one period, first what stands there itself.
    fn without_periods(&self, condition: &Typed, word: &str) -> Option<Diagnostic> {
        let mut found = None;
        let mut named: Vec<(DefinitionId, Span)> = Vec::new();
        every_node(condition, &mut |part| match part.node {
            Node::Periods { .. } => {
                found.get_or_insert_with(|| {
                    Diagnostic::error(codes::AGGREGATE_SHAPE, "periods inside periods", part.span)
                        .help("name the inner one as a metric")
                });
            }
            Node::Followed(_) => {
                found.get_or_insert_with(|| endless(word, part.span));
            }
            Node::Definition(id) => named.push((id, part.span)),
            _ => {}
        });
        let mut known: BTreeSet<DefinitionId> = BTreeSet::new();
        while let (None, Some((id, span))) = (&found, named.pop()) {
            if !known.insert(id) {
                continue;
            }
            // One that failed is reported where it stands.
            let Some(expression) = self.expression_of(id) else {
                continue;
            };
            every_node(expression, &mut |part| match part.node {
                Node::Followed(_) => {
                    found.get_or_insert_with(|| {
                        endless(word, span).also(part.span, "the sequence is here")
                    });
                }
                Node::Definition(id) => named.push((id, span)),
                _ => {}
            });
        }
        found
    }

    /// How many whole units before this one.
    fn period_count(
        &mut self,
        call: &Call,
        entry: &Entry,
        wanted: Unit,
        span: Span,
    ) -> Option<u16> {
        let word = entry.name;
        let Some(window) = &call.window else {
            return self.wrong_form(entry, "lacks its periods", span);
        };
        let WindowNode::Last {
            count,
            unit,
            whole: true,
        } = window.node
        else {
            return self.wrong_form(
                entry,
                "goes through whole units before this one",
                window.span,
            );
        };
        if unit != wanted {
            return self.wrong_form(entry, &format!("goes through {word}"), window.span);
        }
        match u16::try_from(count) {
            Ok(count) if (1..=PERIODS_MAX).contains(&count) => Some(count),
            _ => self.fail(Diagnostic::error(
                codes::WINDOW,
                format!("`{word}` goes through 1 to {PERIODS_MAX} of them"),
                window.span,
            )),
        }
    }

    pub(super) fn recorded(
        &mut self,
        call: &Call,
        entry: &'static Entry,
        span: Span,
    ) -> Option<Typed> {
        if let Scope::Source(_) = self.scope {
            return self.fail(Diagnostic::error(
                codes::NOT_HERE,
                "a source has no customer yet, so `recorded` means nothing here",
                call.name.span,
            ));
        }
        let ([argument], None, None, None) = (
            call.arguments.as_slice(),
            &call.filter,
            &call.window,
            call.by,
        ) else {
            return self.wrong_form(entry, "takes an attribute of the customer", span);
        };
        if !matches!(argument.node, ExprNode::Name(_) | ExprNode::Field { .. }) {
            return self.wrong_form(entry, "takes an attribute of the customer", argument.span);
        }
        let typed = self.infer(argument, Want::Any)?;
        let Node::Attribute(id) = typed.node else {
            let finding = Diagnostic::error(
                codes::AGGREGATE_SHAPE,
                format!(
                    "`recorded` asks for an attribute of the customer, and this is another value ({})",
                    describe(&typed.kind)
                ),
                argument.span,
            );
            return self.fail(finding.help("metrics and facts carry no date of their own"));
        };
        Some(Typed {
            node: Node::Recorded(id),
            kind: Kind::Time,
            span,
        })
    }
}

/// A sequence has its own spans and no window, so that no period bounds it.
fn endless(word: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        codes::AGGREGATE_SHAPE,
        format!("`{word}` cannot look at a sequence period by period"),
        span,
    )
    .saying("a sequence goes through all time")
    .help(format!(
        "ask for the events themselves: `{word}(any(EVENT where …), last 6 whole {word})`"
    ))
}
