//! What is known without data is computed here: constants, Kleene identities that
//! hold for yes, no and unknown alike, lists in order. Parts that bring missing
//! values in keep their inputs and their labels, so that each goes on being blamed.

mod choices;
mod logic;
mod scalar;

use super::builder::Builder;
use super::operation::{AggregateOp, Op, Operation, Plan, Slot};
use super::presence;
use super::rewrite::rewrite;
use super::statistics::Statistics;
use crate::base::kind::Kind;
use crate::base::money::Money;
use crate::base::value::Value;
use crate::language::typed::{AggregateFunction, Quantifier, Series};

/// What became of an operation.
enum Folded {
    /// Something that exists already.
    Slot(Slot),
    /// An operation in its place, under its label.
    Op(Op),
}

/// The plan with its constants folded.
#[must_use]
pub fn fold(plan: Plan, statistics: &Statistics) -> Plan {
    rewrite(plan, statistics, &|builder, operation| {
        let Operation {
            op, kind, label, ..
        } = operation;
        match folded(builder, op, &kind) {
            Folded::Slot(slot) => slot,
            Folded::Op(op) => builder.push(op, kind, || label),
        }
    })
}

fn folded(builder: &Builder, op: Op, kind: &Kind) -> Folded {
    match op {
        Op::Not(_) | Op::And(_) | Op::Or(_) | Op::AtLeast(..) => logic::connective(builder, op),
        Op::IsMissing { .. } | Op::Default(..) | Op::If(..) | Op::Case(..) => {
            logic::choice(builder, op)
        }
        Op::Compare(..) | Op::Between { .. } => scalar::comparison(builder, op),
        Op::In { .. } => choices::membership(builder, op),
        Op::Arithmetic(..)
        | Op::Negate(_)
        | Op::Convert(_)
        | Op::DateAdd { .. }
        | Op::DaysBetween(..) => scalar::arithmetic(builder, op, kind),
        Op::Aggregate(aggregate) => over_facts(*aggregate, kind),
        Op::Related {
            quantifier,
            condition,
            ..
        } => match (quantifier, truth(builder, condition)) {
            (Quantifier::Any, Some(false)) => Folded::Op(constant(false)),
            (Quantifier::All, Some(true)) | (Quantifier::None, Some(false)) => {
                Folded::Op(constant(true))
            }
            _ => Folded::Op(op),
        },
        Op::RelatedAggregate {
            function,
            step,
            value,
            filter: Some(filter),
        } if truth(builder, filter) == Some(true) => Folded::Op(Op::RelatedAggregate {
            function,
            step,
            value,
            filter: None,
        }),
        op => Folded::Op(op),
    }
}

/// A `where` that always holds is none; over facts that never qualify some functions are known.
fn over_facts(aggregate: AggregateOp, kind: &Kind) -> Folded {
    let last = aggregate
        .filter
        .as_ref()
        .and_then(|program| program.operations.last())
        .map(|operation| &operation.op);
    let always = match last {
        Some(Op::Constant(Some(Value::Bool(always)))) => Some(*always),
        _ => None,
    };
    match always {
        Some(true) => Folded::Op(Op::Aggregate(Box::new(AggregateOp {
            filter: None,
            ..aggregate
        }))),
        Some(false) if presence::window_is_fixed(&aggregate.window) => {
            match of_nothing(aggregate.function, kind) {
                Some(value) => Folded::Op(Op::Constant(Some(value))),
                None => Folded::Op(Op::Aggregate(Box::new(aggregate))),
            }
        }
        _ => Folded::Op(Op::Aggregate(Box::new(aggregate))),
    }
}

/// What a function gives over nothing, if it gives something.
fn of_nothing(function: AggregateFunction, kind: &Kind) -> Option<Value> {
    match (function, kind) {
        (
            AggregateFunction::Count
            | AggregateFunction::Distinct
            | AggregateFunction::Series(Series::Units(_) | Series::Streak(_)),
            _,
        ) => Some(Value::Int(0)),
        (AggregateFunction::Any, _) => Some(Value::Bool(false)),
        (AggregateFunction::None, _) => Some(Value::Bool(true)),
        (AggregateFunction::Sum, Kind::Int) => Some(Value::Int(0)),
        (AggregateFunction::Sum | AggregateFunction::Decay(_), Kind::Number) => {
            Some(Value::Number(0.0))
        }
        (AggregateFunction::Sum, Kind::Money) => Some(Value::Money(Money(0))),
        _ => None,
    }
}

/// A constant yes or no.
fn constant(yes: bool) -> Op {
    Op::Constant(Some(Value::Bool(yes)))
}

/// Yes or no of a constant slot.
fn truth(builder: &Builder, slot: Slot) -> Option<bool> {
    match builder.constant(slot) {
        Some(Some(Value::Bool(yes))) => Some(*yes),
        _ => None,
    }
}

/// A present constant.
fn present<'b>(builder: &'b Builder, slot: Slot) -> Option<&'b Value> {
    builder.constant(slot).flatten()
}
