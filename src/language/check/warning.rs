//! Warnings over typed rules: conditions that cannot be meant, equal filters, params
//! that nothing uses, negated tests on fields that are often missing.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::Diagnostic;
use crate::base::recursion::deep;
use crate::schema::{AttributeId, FieldId, Schema};

use super::super::codes;
use super::super::typed::{
    CompareOp, Definition, DefinitionKind, Node, Param, ParamId, Subject, Typed,
};
use super::holds;
use super::walk::{each_part, every_node, forget_places};

/// How often fields lack a value, 0..=1, measured on the data at hand.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MissingRates {
    /// Of all customers.
    pub attributes: BTreeMap<AttributeId, f64>,
    /// Of all events or holdings of the kind.
    pub fields: BTreeMap<(Subject, FieldId), f64>,
}

/// From this rate on a negated test is worth a word.
const MISSING_RATE_MIN: f64 = 0.05;

/// What is to be said of one expression.
pub(in super::super) fn warnings(
    typed: &Typed,
    schema: &Schema,
    rates: Option<&MissingRates>,
    found: &mut Vec<Diagnostic>,
) {
    let mut copy = typed.clone();
    every_node(&mut copy, &mut |part| holds::judge(part, found));
    if let Some(rates) = rates {
        let mut negations = Negations {
            schema,
            rates,
            found,
        };
        negations.seek(&mut copy, None);
    }
}

/// What is to be said of all rules together. `sound`: which definitions did not fail.
pub(in super::super) fn rule_warnings(
    definitions: &[Definition],
    sound: &[bool],
    schema: &Schema,
    rates: Option<&MissingRates>,
    found: &mut Vec<Diagnostic>,
) {
    let mut seen: BTreeMap<String, &Definition> = BTreeMap::new();
    for (definition, sound) in definitions.iter().zip(sound) {
        if !sound {
            continue;
        }
        warnings(&definition.expression, schema, rates, found);
        if definition.kind != DefinitionKind::Filter {
            continue;
        }
        let mut bare = definition.expression.clone();
        forget_places(&mut bare);
        let text = format!("{bare:?}");
        match seen.get(&text) {
            Some(first) => found.push(
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
            ),
            None => {
                seen.insert(text, definition);
            }
        }
    }
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

struct Negations<'n> {
    schema: &'n Schema,
    rates: &'n MissingRates,
    found: &'n mut Vec<Diagnostic>,
}

impl Negations<'_> {
    fn seek(&mut self, typed: &mut Typed, subject: Option<Subject>) {
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
    fn read(&self, typed: &mut Typed, subject: Option<Subject>, often: &mut Vec<(String, f64)>) {
        match &typed.node {
            Node::Attribute(id) => {
                let rate = self.rates.attributes.get(id).copied().unwrap_or(0.0);
                if rate >= MISSING_RATE_MIN
                    && let Some(field) = self.schema.attribute(*id)
                {
                    often.push((field.name.to_string(), rate));
                }
            }
            Node::Field(id) => {
                let Some(subject) = subject else { return };
                let rate = self
                    .rates
                    .fields
                    .get(&(subject, *id))
                    .copied()
                    .unwrap_or(0.0);
                let fields = match subject {
                    Subject::Event(event) => self.schema.event(event).map(|event| &event.fields),
                    Subject::Holding(holding) => {
                        self.schema.holding(holding).map(|holding| &holding.fields)
                    }
                };
                if rate >= MISSING_RATE_MIN
                    && let Some(field) = fields.and_then(|fields| fields.get(id.0 as usize))
                {
                    often.push((field.name.to_string(), rate));
                }
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
