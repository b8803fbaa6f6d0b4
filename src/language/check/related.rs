//! Relations: `any guarantor (C)`, `count(guarantor where C)`, `sum(guarantor.assets)`.
//! Conditions and values are about the customer at the other end.

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::limit;
use crate::base::span::Span;

use super::super::codes;
use super::super::functions::Gives;
use super::super::resolve::Counted;
use super::super::syntax::{Expr, Name, Quantifier};
use super::super::typed::{AggregateFunction, Node, Reach, RelationStep, Typed};
use super::aggregate::Shape;
use super::{Checker, Scope, Want, boolean};

impl Checker<'_> {
    pub(super) fn related(
        &mut self,
        quantifier: Quantifier,
        relations: &[Name],
        steps: u32,
        condition: &Expr,
        span: Span,
    ) -> Option<Typed> {
        if let Scope::Source(_) = self.scope {
            return self.fail(Diagnostic::error(
                codes::NOT_HERE,
                "a source has no relations yet",
                span,
            ));
        }
        if steps > limit::RELATION_STEPS_MAX {
            return self.fail(
                Diagnostic::error(
                    codes::RELATION_STEPS,
                    format!(
                        "a relation is followed over at most {} steps",
                        limit::RELATION_STEPS_MAX
                    ),
                    span,
                )
                .help("further out nearly everybody is related to everybody"),
            );
        }
        let mut kinds: Vec<Option<RelationStep>> = Vec::with_capacity(relations.len());
        for (at, name) in relations.iter().enumerate() {
            let step = self.relation_step(name);
            let first = kinds
                .iter()
                .position(|known| step.is_some() && *known == step);
            if let Some(first) = first.and_then(|first| relations.get(first)) {
                self.found.push(
                    Diagnostic::warning(
                        codes::SAID_AGAIN,
                        format!("`{}` is said already", name.text),
                        relations.get(at).map_or(span, |name| name.span),
                    )
                    .also(first.span, "here"),
                );
                continue;
            }
            kinds.push(step);
        }
        let scope = Scope::Customer { other: true };
        let condition = self.within(scope, |checker| {
            checker.condition(condition, "the condition of a relation")
        });
        let node = Node::Related {
            quantifier,
            reach: Reach {
                kinds: kinds.into_iter().collect::<Option<Vec<_>>>()?,
                steps,
            },
            condition: Box::new(condition?),
        };
        Some(boolean(node, span))
    }

    fn relation_step(&mut self, name: &Name) -> Option<RelationStep> {
        let word = &name.text;
        let (what, help) = match self.world.names.find_subject(word) {
            Some(Counted::Relation(step)) => return Some(step),
            Some(Counted::Texts(_)) => (
                "leads to texts, not to customers",
                format!("ask `{word} contains \"…\"`"),
            ),
            Some(Counted::Event(_) | Counted::Part(_) | Counted::Holding(_)) => (
                "is no relation",
                format!("write the condition inside the brackets: `any({word} where …)`"),
            ),
            None => return self.unknown_subject(name, None),
        };
        self.fail(
            Diagnostic::error(codes::NOT_HERE, format!("`{word}` {what}"), name.span).help(help),
        )
    }

    /// An aggregate whose subject is a relation.
    pub(super) fn over_relation(&mut self, step: RelationStep, shape: Shape<'_>) -> Option<Typed> {
        self.fits_relation(shape)?;
        let scope = Scope::Customer { other: true };
        let value = self.within(scope, |checker| checker.value_of_other(shape));
        let filter = match &shape.call.filter {
            None => Some(None),
            Some(filter) => self
                .within(scope, |checker| checker.condition(filter, "`where`"))
                .map(Some),
        };
        let (value, kind) = value?;
        Some(Typed {
            node: Node::RelatedAggregate {
                function: shape.function,
                step,
                value: value.map(Box::new),
                filter: filter?.map(Box::new),
            },
            kind,
            span: shape.span,
        })
    }

    /// Refuses what customers at the other end do not have: an order, a name, a window.
    fn fits_relation(&mut self, shape: Shape<'_>) -> Option<()> {
        if matches!(
            shape.function,
            AggregateFunction::First | AggregateFunction::Last
        ) {
            return self.fail(
                Diagnostic::error(
                    codes::AGGREGATE_SHAPE,
                    format!(
                        "related customers have no order, so there is no `{}`",
                        shape.entry.name
                    ),
                    shape.span,
                )
                .help("use `any`, `count`, `sum`, `avg`, `min`, `max` or `distinct`"),
            );
        }
        if matches!(
            shape.function,
            AggregateFunction::Share | AggregateFunction::Gap | AggregateFunction::Modes(_)
        ) {
            return self.fail(
                Diagnostic::error(
                    codes::AGGREGATE_SHAPE,
                    format!(
                        "`{}` is about events and holdings, and `{}` is a relation",
                        shape.entry.name, shape.subject.text
                    ),
                    shape.span,
                )
                .help("over a relation there are `any`, `none`, `count`, `sum`, `avg`, `min`, `max`, `distinct`, `median`, `stddev` and `mode`"),
            );
        }
        if let Some(tag) = shape.call.tags.iter().flatten().next() {
            return self.fail(
                Diagnostic::error(
                    codes::AGGREGATE_SHAPE,
                    "related customers have no name of their own",
                    tag.span,
                )
                .help("plain names are theirs, `self.NAME` is of the customer asked about"),
            );
        }
        if let Some(window) = &shape.call.window {
            return self.fail(Diagnostic::error(
                codes::WINDOW,
                format!(
                    "`{}` is a relation, which has no window",
                    shape.subject.text
                ),
                window.span,
            ));
        }
        Some(())
    }

    fn value_of_other(&mut self, shape: Shape<'_>) -> Option<(Option<Typed>, Kind)> {
        let word = shape.entry.name;
        let relation = &shape.subject.text;
        match (shape.entry.parameters.first(), shape.field) {
            (None, None) => {
                let kind = match shape.entry.gives {
                    Gives::Bool => Kind::Bool,
                    _ => Kind::Int,
                };
                Some((None, kind))
            }
            (None, Some(field)) => self.fail(
                Diagnostic::error(
                    codes::AGGREGATE_SHAPE,
                    format!("`{word}` takes customers, not a value of them"),
                    field.span,
                )
                .help(format!("`{word}({relation} where {} …)`", field.text)),
            ),
            (Some(_), None) => self.fail(
                Diagnostic::error(
                    codes::AGGREGATE_SHAPE,
                    format!("`{word}` needs a value of the related customers"),
                    shape.span,
                )
                .help(format!("`{word}({relation}.NAME)`")),
            ),
            (Some(parameter), Some(field)) => {
                let value = self.name(field, Want::Any)?;
                let kind = self.aggregated(shape, parameter.wants, value.kind.clone(), field)?;
                Some((Some(value), kind))
            }
        }
    }
}
