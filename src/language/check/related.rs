//! Relations: `any guarantor (C)`, `count(guarantor where C)`, `sum(guarantor.assets)`.
//! Conditions and values are about the customer at the other end.

use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::span::Span;

use super::super::codes;
use super::super::functions::Gives;
use super::super::resolve::Counted;
use super::super::syntax::{Expr, Name, Quantifier};
use super::super::typed::{AggregateFunction, Node, RelationStep, Typed};
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
        if steps != 1 {
            return self.fail(
                Diagnostic::error(
                    codes::LATER,
                    "relations over several steps are not understood by this version",
                    span,
                )
                .help("nest them: `any R (any R (…))`"),
            );
        }
        let mut found = Vec::with_capacity(relations.len());
        for name in relations {
            found.push(self.relation_step(name));
        }
        let scope = Scope::Customer { other: true };
        let condition = self.within(scope, |checker| {
            checker.condition(condition, "the condition of a relation")
        });
        let found: Option<Vec<RelationStep>> = found.into_iter().collect();
        let condition = condition?;
        let mut tests: Vec<Typed> = found?
            .into_iter()
            .map(|step| {
                let node = Node::Related {
                    quantifier,
                    step,
                    condition: Box::new(condition.clone()),
                };
                boolean(node, span)
            })
            .collect();
        if tests.len() <= 1 {
            return tests.pop();
        }
        // Over several kinds: one of any kind, or all of every kind, or none of any.
        let node = match quantifier {
            Quantifier::Any => Node::Or(tests),
            Quantifier::All | Quantifier::None => Node::And(tests),
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
            Some(Counted::Event(_) | Counted::Holding(_)) => (
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
