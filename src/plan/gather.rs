//! Nested `and` in `and` and `or` in `or` become one list; equalities with the same
//! value joined by `or` become one `in`. Parts that something else reads stay whole,
//! since they are computed once anyway.

use std::sync::Arc;

use super::builder::Builder;
use super::operation::{ChoiceOp, Op, Operation, Plan, Slot};
use super::rewrite::rewrite;
use super::statistics::Statistics;
use crate::base::kind::Kind;
use crate::language::typed::CompareOp;

/// The plan with its lists gathered.
#[must_use]
pub fn gather(plan: Plan, statistics: &Statistics) -> Plan {
    rewrite(plan, statistics, &|builder, operation| {
        let Operation {
            op, kind, label, ..
        } = operation;
        match op {
            Op::And(list) => {
                let list = opened(builder, &list, |op| match op {
                    Op::And(inner) => Some(inner),
                    _ => None,
                });
                builder.push(Op::And(list), kind, || label)
            }
            Op::Or(list) => {
                let list = opened(builder, &list, |op| match op {
                    Op::Or(inner) => Some(inner),
                    _ => None,
                });
                match *joined(builder, list) {
                    [only] => only,
                    ref list => builder.push(Op::Or(list.to_vec()), kind, || label),
                }
            }
            other => builder.push(other, kind, || label),
        }
    })
}

/// The list with parts of its own sort replaced by their parts, where only this list reads them.
fn opened(
    builder: &Builder,
    list: &[Slot],
    parts: impl Fn(&Op) -> Option<&Vec<Slot>>,
) -> Vec<Slot> {
    let mut open = Vec::with_capacity(list.len());
    for slot in list {
        let inner = builder
            .operation(*slot)
            .filter(|_| builder.uses(*slot) <= 1)
            .and_then(|operation| parts(&operation.op));
        match inner {
            Some(inner) => open.extend(inner),
            None => open.push(*slot),
        }
    }
    open
}

/// Two or more tests of one value against constants, read by this `or` alone, as one `in`
/// in the place of the first.
fn joined(builder: &mut Builder, list: Vec<Slot>) -> Vec<Slot> {
    let mut groups: Vec<(Slot, Vec<Slot>)> = Vec::new();
    for slot in &list {
        let Some(value) = tested(builder, *slot) else {
            continue;
        };
        match groups.iter_mut().find(|(known, _)| *known == value) {
            Some((_, members)) => members.push(*slot),
            None => groups.push((value, vec![*slot])),
        }
    }
    let mut list = list;
    for (value, members) in groups {
        let (Some(first), true) = (members.first().copied(), members.len() > 1) else {
            continue;
        };
        let choices = members
            .iter()
            .flat_map(|member| choices(builder, *member))
            .collect();
        let label: Arc<str> = members
            .iter()
            .filter_map(|member| builder.operation(*member))
            .map(|operation| &*operation.label)
            .collect::<Vec<_>>()
            .join(" or ")
            .into();
        let op = Op::In {
            value,
            choices,
            negated: false,
        };
        let joined = builder.push(op, Kind::Bool, || label);
        list.retain(|slot| *slot == first || !members.contains(slot));
        for slot in &mut list {
            if *slot == first {
                *slot = joined;
            }
        }
    }
    list
}

/// The value that a slot tests against present constants, if that is all it does and nobody else reads it.
fn tested(builder: &Builder, slot: Slot) -> Option<Slot> {
    let present = |slot: &Slot| matches!(builder.constant(*slot), Some(Some(_)));
    let operation = builder
        .operation(slot)
        .filter(|_| builder.uses(slot) <= 1)?;
    match &operation.op {
        Op::Compare(CompareOp::Equal, value, constant) if present(constant) => Some(*value),
        Op::In {
            value,
            choices,
            negated: false,
        } => choices
            .iter()
            .all(|choice| match choice {
                ChoiceOp::One(slot) => present(slot),
                ChoiceOp::Range { low, high, .. } => low.iter().chain(high).all(present),
            })
            .then_some(*value),
        _ => None,
    }
}

fn choices(builder: &Builder, slot: Slot) -> Vec<ChoiceOp> {
    match builder.operation(slot).map(|operation| &operation.op) {
        Some(Op::Compare(_, _, constant)) => vec![ChoiceOp::One(*constant)],
        Some(Op::In { choices, .. }) => choices.clone(),
        _ => Vec::new(),
    }
}
