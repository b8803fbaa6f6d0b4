//! Warnings over typed rules: conditions that cannot be meant, equal filters, params
//! and metrics that nothing uses, negated tests on fields that are often missing.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::diagnostic::Diagnostic;
use crate::base::recursion::deep;
use crate::schema::Schema;

use super::super::codes;
use super::super::typed::{
    CompareOp, Definition, DefinitionId, DefinitionKind, Node, Param, ParamId, Subject, Typed,
};
use super::measured::Measured;
use super::outline::outline;
use super::walk::{each_part, every_node, forget_places};
use super::{holds, horizon};

/// From this rate on a negated test is worth a word.
const MISSING_RATE_MIN: f64 = 0.05;

/// What is to be said of one expression.
pub(in super::super) fn warnings(
    typed: &Typed,
    schema: &Schema,
    measured: Option<&Measured>,
    found: &mut Vec<Diagnostic>,
) {
    every_node(typed, &mut |part| holds::judge(part, found));
    if let Some(measured) = measured {
        every_node(typed, &mut |part| {
            horizon::judge(part, schema, measured, found);
        });
        let mut negations = Negations {
            schema,
            measured,
            found,
        };
        negations.seek(typed, None);
    }
}

/// What is to be said of all rules together. `sound`: which definitions did not fail.
pub(in super::super) fn rule_warnings(
    definitions: &[Definition],
    sound: &[bool],
    schema: &Schema,
    measured: Option<&Measured>,
    found: &mut Vec<Diagnostic>,
) {
    let mut seen = Seen::default();
    for (definition, sound) in definitions.iter().zip(sound) {
        if !sound {
            continue;
        }
        warnings(&definition.expression, schema, measured, found);
        if definition.kind != DefinitionKind::Filter {
            continue;
        }
        if let Some(first) = seen.before(definition) {
            found.push(
                Diagnostic::warning(
                    codes::SAME_FILTERS,
                    format!(
                        "the filters `{}` and `{}` are the same",
                        first.name, definition.name
                    ),
                    definition.expression.span,
                )
                .also(first.expression.span, "the first one")
                .help("leave one out, or refer to it by name"),
            );
        }
    }
}

/// The first of all definitions that are equal. Texts are written of those alone that look alike.
#[derive(Default)]
struct Seen<'r> {
    alone: BTreeMap<u64, &'r Definition>,
    texts: BTreeMap<String, &'r Definition>,
}

impl<'r> Seen<'r> {
    /// The equal one that came before; otherwise this one is kept.
    fn before(&mut self, definition: &'r Definition) -> Option<&'r Definition> {
        let outline = outline(&definition.expression);
        let Some(alike) = self.alone.get(&outline) else {
            self.alone.insert(outline, definition);
            return None;
        };
        self.texts.entry(text(alike)).or_insert(alike);
        let first = *self.texts.entry(text(definition)).or_insert(definition);
        (!std::ptr::eq(first, definition)).then_some(first)
    }
}

/// The same for equal expressions, wherever they stand, and for no others.
fn text(definition: &Definition) -> String {
    let mut bare = definition.expression.clone();
    forget_places(&mut bare);
    format!("{bare:?}")
}

/// Params that nothing refers to.
pub(in super::super) fn unused_params(
    params: &[Param],
    used: &BTreeSet<ParamId>,
    found: &mut Vec<Diagnostic>,
) {
    for (id, param) in (0u32..).map(ParamId).zip(params) {
        if !used.contains(&id) {
            found.push(Diagnostic::warning(
                codes::UNUSED_PARAM,
                format!("no rule uses the param `{}`", param.name),
                param.span,
            ));
        }
    }
}

/// Metrics that nothing refers to and nobody describes. A comment above one says what it is for.
pub(in super::super) fn unused_metrics(
    definitions: &[Definition],
    used: &BTreeSet<DefinitionId>,
    found: &mut Vec<Diagnostic>,
) {
    for (id, metric) in (0u32..).map(DefinitionId).zip(definitions) {
        let is_idle = metric.kind == DefinitionKind::Metric
            && metric.description.is_none()
            && !used.contains(&id);
        if is_idle {
            found.push(
                Diagnostic::warning(
                    codes::UNUSED_METRIC,
                    format!("no rule uses the metric `{}`", metric.name),
                    metric.span,
                )
                .help("take it away, or say in a comment above it what it is for"),
            );
        }
    }
}

fn is_often((_, rate): &(Arc<str>, f64)) -> bool {
    *rate >= MISSING_RATE_MIN
}

struct Negations<'n> {
    schema: &'n Schema,
    measured: &'n Measured,
    found: &'n mut Vec<Diagnostic>,
}

impl Negations<'_> {
    fn seek(&mut self, typed: &Typed, subject: Option<Subject>) {
        let negated = match &typed.node {
            Node::Not(_) => true,
            Node::Compare { op, .. } => *op == CompareOp::NotEqual,
            Node::Between { negated, .. }
            | Node::In { negated, .. }
            | Node::InWindow { negated, .. } => *negated,
            _ => false,
        };
        if negated {
            let mut often = Vec::new();
            each_part(typed, &mut |part| self.read(part, subject, &mut often));
            if let Some((name, rate)) = often.into_iter().next() {
                let percent = (rate * 100.0).round();
                self.found.push(
                    Diagnostic::warning(
                        codes::NEGATED_MISSING,
                        format!("`{name}` is missing in {percent} % of the data, where this is unknown and never yes"),
                        typed.span,
                    )
                    .help(format!("add `or {name} is missing`, or give it a `default`")),
                );
                return;
            }
        }
        let inner = match &typed.node {
            Node::Aggregate(aggregate) => Some(aggregate.subject),
            _ => subject,
        };
        each_part(typed, &mut |part| deep(|| self.seek(part, inner)));
    }

    /// Fields that the test reads directly and that are often missing.
    fn read(&self, typed: &Typed, subject: Option<Subject>, often: &mut Vec<(Arc<str>, f64)>) {
        match &typed.node {
            Node::Attribute(id) => {
                often.extend(
                    self.measured
                        .of_attribute(self.schema, *id)
                        .filter(is_often),
                );
            }
            Node::Field(id) => {
                let rate =
                    subject.and_then(|subject| self.measured.of_field(self.schema, subject, *id));
                often.extend(rate.filter(is_often));
            }
            // Answered whatever is missing, or about other facts.
            Node::Default { .. }
            | Node::IsMissing { .. }
            | Node::Aggregate(_)
            | Node::Periods { .. }
            | Node::Recorded(_)
            | Node::Related { .. }
            | Node::RelatedAggregate { .. } => {}
            _ => each_part(typed, &mut |part| {
                deep(|| self.read(part, subject, often));
            }),
        }
    }
}
