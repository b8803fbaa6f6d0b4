//! What an operation is thought to cost and how often a condition is thought to
//! hold. Guesses that only order the parts of `and` and `or`; no answer depends on them.

use super::inputs::window_inputs;
use super::operation::{AggregateOp, ChoiceOp, Op, Operation, Program, Slot, StepOp, WindowOp};
use super::statistics::{AttributeStatistics, Statistics};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::language::typed::{AggregateFunction, CompareOp, Quantifier, Reach, Subject};

/// One operation with all below it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Nanoseconds a row on one thread, in rough proportion.
    pub cost: f64,
    /// Share of rows for which a condition is yes, 0..1.
    pub yes: f64,
}

impl Default for Estimate {
    fn default() -> Self {
        Self {
            cost: 0.0,
            yes: UNKNOWN_SHARE,
        }
    }
}

/// Reading a slot of the customer program for a fact.
pub(super) const OUTER_COST: f64 = 0.2;
/// A condition nobody knows anything about.
const UNKNOWN_SHARE: f64 = 0.5;
/// Facts of one kind a customer has, when nobody has counted.
const FACTS_EACH: f64 = 20.0;
/// Edges of one kind a customer has, when nobody has counted.
const EDGES_EACH: f64 = 0.5;
/// Part of all facts that a window leaves.
const WINDOW_SHARE: f64 = 0.3;
/// Reading one row somewhere else.
const RANDOM_READ_COST: f64 = 10.0;
/// Earlier events that one of a sequence is held against.
const EVENTS_MET: f64 = 5.0;
/// Different values of an attribute, when nobody has counted.
const DISTINCT: f64 = 20.0;
/// Nothing is dearer; keeps sums of shared parts finite.
const COST_MAX: f64 = 1e15;

/// The estimate of an operation whose inputs have theirs.
pub(super) fn estimate(
    operation: &Operation,
    operations: &[Operation],
    estimates: &[Estimate],
    statistics: &Statistics,
) -> Estimate {
    let context = Context {
        operations,
        estimates,
        statistics,
    };
    let op = &operation.op;
    let inputs: f64 = match op {
        Op::Aggregate(aggregate) => context.sum(&window_inputs(&aggregate.window)),
        Op::Related { .. } | Op::RelatedAggregate { .. } | Op::Ranked(_) | Op::Pairs(_) => 0.0,
        _ => context.sum(&op.inputs()),
    };
    let yes = match operation.kind {
        Kind::Bool => context.share(op).clamp(0.0, 1.0),
        _ => UNKNOWN_SHARE,
    };
    Estimate {
        cost: (context.own(op) + inputs).min(COST_MAX),
        yes,
    }
}

/// Estimates of all operations of a customer program.
pub(super) fn estimates(operations: &[Operation], statistics: &Statistics) -> Vec<Estimate> {
    let mut estimates = Vec::with_capacity(operations.len());
    for operation in operations {
        let next = estimate(operation, operations, &estimates, statistics);
        estimates.push(next);
    }
    estimates
}

struct Context<'a> {
    operations: &'a [Operation],
    estimates: &'a [Estimate],
    statistics: &'a Statistics,
}

impl Context<'_> {
    fn of(&self, slot: Slot) -> Estimate {
        self.estimates
            .get(slot.0 as usize)
            .copied()
            .unwrap_or_default()
    }

    fn op(&self, slot: Slot) -> Option<&Op> {
        self.operations
            .get(slot.0 as usize)
            .map(|operation| &operation.op)
    }

    fn sum(&self, slots: &[Slot]) -> f64 {
        slots.iter().map(|slot| self.of(*slot).cost).sum()
    }

    /// Without its inputs.
    fn own(&self, op: &Op) -> f64 {
        match op {
            Op::Constant(_) | Op::Today | Op::Now => 0.0,
            Op::Outer(_) | Op::Other(_) | Op::Carried(_) => OUTER_COST,
            Op::Bound { .. } => RANDOM_READ_COST,
            Op::Pairs(pairs) => {
                let each = self.of_program(&pairs.program) + RANDOM_READ_COST;
                1.0 + self.others(&pairs.reach) * each
            }
            Op::Followed(followed) => followed.steps.iter().map(|step| self.step(step)).sum(),
            Op::Attribute(_) | Op::Field(_) | Op::At | Op::Key | Op::Given(_) | Op::CustomerId => {
                0.1
            }
            Op::RelationTexts(_) | Op::Recorded(_) | Op::Reviewed(_) => 1.0,
            Op::Not(_) | Op::And(_) | Op::Or(_) | Op::IsMissing { .. } => 0.02,
            Op::AtLeast(_, list) | Op::CountYes(list) => 0.2 * list.len() as f64,
            Op::Compare(CompareOp::Like, ..) => 20.0,
            Op::Compare(..) | Op::Between { .. } => 0.2,
            Op::In { choices, .. } => 0.5 + 0.1 * f64::from(choices.len().max(1).ilog2()),
            Op::InWindow { .. } => 0.5,
            Op::TextTest { folded, .. } | Op::SetContains { folded, .. } => {
                if *folded {
                    5.0
                } else {
                    1.0
                }
            }
            Op::Matches { .. } => 5.0,
            Op::Default(..) | Op::If(..) | Op::Negate(_) | Op::Convert(_) => 0.5,
            Op::Case(arms, _) => 0.5 * arms.len() as f64,
            Op::Arithmetic(..) => 0.5,
            Op::DateAdd { .. } | Op::DaysBetween(..) | Op::Since(..) => 2.0,
            Op::Call(..) => 10.0,
            Op::Plugin { .. } | Op::Ranked(_) => 0.5,
            Op::Aggregate(aggregate) => self.aggregate(aggregate),
            Op::Related {
                reach, condition, ..
            } => {
                let edges = self.others(reach);
                1.0 + edges * RANDOM_READ_COST + self.of(*condition).cost
            }
            Op::RelatedAggregate {
                step,
                value,
                filter,
                ..
            } => {
                let edges = self.edges(step.relation);
                let parts: f64 = [value, filter]
                    .into_iter()
                    .flatten()
                    .map(|slot| self.of(*slot).cost)
                    .sum();
                1.0 + edges * RANDOM_READ_COST + parts
            }
        }
    }

    /// Of a program inside, all its operations for one of its lanes.
    fn of_program(&self, program: &Program) -> f64 {
        let estimates = estimates(&program.operations, self.statistics);
        estimates.last().map_or(0.0, |last| last.cost)
    }

    /// Edges that are gone along.
    fn others(&self, reach: &Reach) -> f64 {
        let each: f64 = reach
            .kinds
            .iter()
            .map(|step| self.edges(step.relation))
            .sum();
        f64::from(reach.steps) * each
    }

    /// A step whose condition reads earlier events meets some of them for each of its own.
    fn step(&self, step: &StepOp) -> f64 {
        let facts = self.facts(Subject::Event(step.event));
        let met = if step.reads().is_empty() {
            1.0
        } else {
            EVENTS_MET
        };
        let filter = step.filter.as_ref().map_or(0.0, |it| self.of_program(it));
        facts * (RANDOM_READ_COST + met * filter)
    }

    fn aggregate(&self, aggregate: &AggregateOp) -> f64 {
        let window = match aggregate.window {
            WindowOp::All => 1.0,
            _ => WINDOW_SHARE,
        };
        let facts = self.facts(aggregate.subject) * window;
        let filter = aggregate
            .filter
            .as_ref()
            .map_or(0.0, |it| self.of_program(it));
        let fold = match aggregate.function {
            AggregateFunction::Count | AggregateFunction::Any | AggregateFunction::None => 0.4,
            AggregateFunction::Distinct
            | AggregateFunction::Median
            | AggregateFunction::Mode
            | AggregateFunction::Modes(_)
            | AggregateFunction::Series(_) => 4.0,
            _ => 0.8,
        };
        1.0 + facts * (fold + filter)
    }

    fn facts(&self, subject: Subject) -> f64 {
        let count = match subject {
            Subject::Event(id) => self.statistics.events.get(&id),
            Subject::Holding(id) => self.statistics.holdings.get(&id),
        };
        self.each(count, FACTS_EACH)
    }

    fn edges(&self, relation: crate::schema::RelationId) -> f64 {
        self.each(self.statistics.relations.get(&relation), EDGES_EACH)
    }

    fn each(&self, count: Option<&u64>, otherwise: f64) -> f64 {
        match (count, self.statistics.customers) {
            (Some(count), Some(customers)) if customers > 0 => *count as f64 / customers as f64,
            _ => otherwise,
        }
    }

    /// How often a condition is yes.
    fn share(&self, op: &Op) -> f64 {
        match op {
            Op::Constant(Some(Value::Bool(true))) => 1.0,
            Op::Constant(_) => 0.0,
            Op::Not(a) => 1.0 - self.of(*a).yes,
            Op::And(list) => list.iter().map(|slot| self.of(*slot).yes).product(),
            Op::Or(list) => {
                let none: f64 = list.iter().map(|slot| 1.0 - self.of(*slot).yes).product();
                1.0 - none
            }
            Op::Compare(op, left, right) => self.compared(*op, *left, *right),
            Op::Between {
                value,
                low,
                high,
                negated,
                ..
            } => {
                let below = self.below(*value, *high).unwrap_or(0.6);
                let under = self.below(*value, *low).unwrap_or(0.3);
                turned((below - under).max(0.0) * self.present(*value), *negated)
            }
            Op::In {
                value,
                choices,
                negated,
            } => {
                let each: f64 = choices
                    .iter()
                    .map(|choice| match choice {
                        ChoiceOp::One(_) => 1.0 / self.distinct(*value),
                        ChoiceOp::Range { .. } => 0.2,
                    })
                    .sum();
                turned(each.min(1.0) * self.present(*value), *negated)
            }
            Op::InWindow { negated, .. } => turned(0.2, *negated),
            Op::TextTest { .. } | Op::Matches { .. } | Op::SetContains { .. } => 0.1,
            Op::IsMissing { value, negated } => turned(1.0 - self.present(*value), *negated),
            Op::Aggregate(aggregate) => match aggregate.function {
                AggregateFunction::None => 0.7,
                _ => 0.3,
            },
            Op::Related { quantifier, .. } => match quantifier {
                Quantifier::Any => 0.1,
                _ => 0.9,
            },
            _ => UNKNOWN_SHARE,
        }
    }

    fn compared(&self, op: CompareOp, left: Slot, right: Slot) -> f64 {
        let present = self.present(left) * self.present(right);
        let share = match op {
            CompareOp::Equal | CompareOp::Like => 1.0 / self.distinct(left),
            CompareOp::NotEqual => 1.0 - 1.0 / self.distinct(left),
            CompareOp::Less | CompareOp::LessEqual => self.below(left, right).unwrap_or(0.4),
            CompareOp::Greater | CompareOp::GreaterEqual => {
                1.0 - self.below(left, right).unwrap_or(0.6)
            }
        };
        share * present
    }

    fn attribute(&self, slot: Slot) -> Option<&AttributeStatistics> {
        match self.op(slot) {
            Some(Op::Attribute(id)) => self.statistics.attributes.get(id),
            _ => None,
        }
    }

    fn present(&self, slot: Slot) -> f64 {
        let missing = self.attribute(slot).and_then(|known| known.missing_share);
        1.0 - missing.unwrap_or(0.0)
    }

    fn distinct(&self, slot: Slot) -> f64 {
        let counted = self.attribute(slot).and_then(|known| known.distinct);
        let kind = self
            .operations
            .get(slot.0 as usize)
            .map(|operation| &operation.kind);
        match (counted, kind) {
            (Some(counted), _) => (counted as f64).max(1.0),
            (None, Some(Kind::Enum(list))) => (list.values.len() as f64).max(1.0),
            (None, Some(Kind::Bool)) => 2.0,
            _ => DISTINCT,
        }
    }

    /// Share of an attribute's values below a constant, if its ends are known.
    fn below(&self, slot: Slot, bound: Slot) -> Option<f64> {
        let known = self.attribute(slot)?;
        let (low, high) = (number(known.low.as_ref()?)?, number(known.high.as_ref()?)?);
        let Some(Op::Constant(Some(bound))) = self.op(bound) else {
            return None;
        };
        if high <= low {
            return None;
        }
        Some(((number(bound)? - low) / (high - low)).clamp(0.0, 1.0))
    }
}

fn turned(share: f64, negated: bool) -> f64 {
    if negated { 1.0 - share } else { share }
}

fn number(value: &Value) -> Option<f64> {
    Some(match value {
        Value::Int(number) => *number as f64,
        Value::Number(number) => *number,
        Value::Money(money) => money.to_number(),
        Value::Date(date) => f64::from(date.0),
        Value::Time(at) => at.0 as f64,
        _ => return None,
    })
}
