//! What programs inside conditions read, and when time changes it. Where a closed form
//! would need values of pairs or of single facts further out, the date or any second is named.

use std::collections::BTreeMap;

use super::analyst::reads;
use super::reads::Reads;
use super::term::{Base, Term};
use crate::base::recursion::deep;
use crate::language::typed::{AggregateFunction, Function, Reach, Subject};
use crate::plan::operation::{FollowedOp, Op, Program, Slot, WindowOp};

/// Slots of the customer program by the names that a program has for them; `None`: it is that program.
type Names = Option<BTreeMap<Slot, Slot>>;

/// Adds what a program inside an operation of the customer program reads.
pub fn read(inside: &Program, customers: &Program, into: &mut Reads) {
    program(inside, &None, customers, into);
}

fn program(inside: &Program, around: &Names, customers: &Program, into: &mut Reads) {
    let named = |slot: Slot| match around {
        None => Some(slot),
        Some(names) => names.get(&slot).copied(),
    };
    let operations = (0u32..).map(Slot).zip(&inside.operations);
    let names = operations.filter_map(|(at, operation)| match operation.op {
        Op::Other(slot) | Op::Carried(slot) => Some((at, named(slot)?)),
        _ => None,
    });
    let names = Some(names.collect());
    for operation in &inside.operations {
        deep(|| operate(&operation.op, &names, customers, into));
    }
}

fn operate(op: &Op, names: &Names, customers: &Program, into: &mut Reads) {
    match op {
        Op::Today | Op::Call(Function::Anniversary, _) => into.clock.date = true,
        Op::Now => into.clock.restless = true,
        Op::Since(unit, _) if unit.is_duration() => into.clock.restless = true,
        Op::Since(..) => into.clock.date = true,
        Op::InWindow { window, .. } => {
            into.clock.restless |=
                duration(window).is_some() || matches!(window, WindowOp::Since(_));
            into.clock.date |= is_fixed(window);
        }
        Op::Aggregate(aggregate) => {
            let facts = into.facts.entry(aggregate.subject).or_default();
            let at = |offset| Term::At {
                base: Base::At,
                offset,
            };
            if let Subject::Event(_) = aggregate.subject {
                facts.insert(at(0));
            }
            // Facts are a day older on every date.
            into.clock.date |= matches!(aggregate.function, AggregateFunction::Decay(_));
            if aggregate.function.reads_complete_units() {
                // A unit is complete once it is over and while a window holds it whole.
                let still =
                    matches!(aggregate.window, WindowOp::All) || is_fixed(&aggregate.window);
                into.clock.date = true;
                into.clock.restless |= !still;
            }
            match duration(&aggregate.window) {
                Some(reach) => facts.extend(reach.into_iter().map(at)),
                None => into.clock.date |= is_fixed(&aggregate.window),
            }
        }
        Op::Followed(followed) => spans_of(followed, into),
        Op::Pairs(pairs) => {
            let names = names.iter().flatten();
            let named: BTreeMap<Slot, Slot> = names.map(|(at, slot)| (*at, *slot)).collect();
            let elsewhere = op.elsewhere().into_iter();
            let elsewhere = elsewhere.filter_map(|slot| named.get(&slot).copied());
            let mut other = reads(customers, elsewhere);
            program(&pairs.program, &Some(named), customers, &mut other);
            related(&pairs.reach, other, into);
            return;
        }
        _ => {}
    }
    for inside in op.programs() {
        program(inside, names, customers, into);
    }
}

/// Whether the window moves with the date.
fn is_fixed(window: &WindowOp) -> bool {
    let bounds = crate::engine::window::bounds(window);
    bounds.is_empty() && !matches!(window, WindowOp::All) && duration(window).is_none()
}

/// What pairs of customers read: of the others, and of whoever asks what is handed in.
pub fn pairs(op: &Op, reach: &Reach, customers: &Program, into: &mut Reads) {
    let mut other = reads(customers, op.elsewhere());
    for inside in op.programs() {
        read(inside, customers, &mut other);
    }
    related(reach, other, into);
}

/// What is read of customers along the ways of a relation. On every step but the last they are also
/// passed, so that an edge changed there is seen.
pub(super) fn related(reach: &Reach, other: Reads, into: &mut Reads) {
    into.clock.merge(&other.clock);
    let mut further = other.clone();
    for _ in 1..reach.steps {
        let mut passed = other.clone();
        passed.relations.push((reach.kinds.clone(), further));
        further = passed;
    }
    into.relations.push((reach.kinds.clone(), further));
}

/// When time changes a sequence, its conditions aside: events dated ahead come, and the span of an
/// absent one passes.
pub(super) fn spans_of(followed: &FollowedOp, into: &mut Reads) {
    let at = |offset| Term::At {
        base: Base::At,
        offset,
    };
    let mut before: Option<Subject> = None;
    for step in &followed.steps {
        let subject = Subject::Event(step.event);
        into.facts.entry(subject).or_default().insert(at(0));
        if !step.absent {
            before = Some(subject);
            continue;
        }
        let (Some(within), Some(before)) = (step.within, before) else {
            continue;
        };
        match within.unit.seconds().filter(|_| within.unit.is_duration()) {
            Some(seconds) => {
                let end = within.high.saturating_mul(seconds).saturating_add(1);
                into.facts.entry(before).or_default().insert(at(end));
            }
            None => into.clock.date = true,
        }
    }
}

/// Seconds of a window that is a duration, with how often it reaches back.
pub(super) fn duration(window: &WindowOp) -> Option<Vec<i64>> {
    match *window {
        WindowOp::Last {
            count,
            unit,
            whole: false,
        } if unit.is_duration() => Some(vec![count.saturating_mul(unit.seconds()?)]),
        WindowOp::Rolling { count, unit } => Some(vec![count.saturating_mul(unit.seconds()?)]),
        WindowOp::Previous { count, unit } if unit.is_duration() => {
            let seconds = count.saturating_mul(unit.seconds()?);
            Some(vec![seconds, seconds.saturating_mul(2)])
        }
        _ => None,
    }
}
