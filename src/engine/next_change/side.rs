//! How the value of an operation stands to the clock: with it, at a distance from
//! it, or still.

use std::collections::BTreeSet;

use super::term::Base;
use crate::base::calendar::Unit;
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::plan::operation::{Op, Program, Slot};

/// One side of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `now` plus seconds.
    Clock(i64),
    /// `now` plus seconds, moved by calendar units at the same clock time.
    Calendar {
        /// Seconds.
        offset: i64,
        /// Signed.
        count: i64,
        /// A day or longer.
        unit: Unit,
    },
    /// Hours or minutes from `base + offset` to now.
    Count {
        /// From where.
        base: Base,
        /// Seconds.
        offset: i64,
        /// Length of the unit.
        seconds: i64,
        /// The slot counted from.
        from: Slot,
    },
    /// A Date or Time that does not move by itself: a base plus seconds.
    Still(Base, i64),
    /// Anything else: of another kind, or worked out of each fact.
    Other,
}

/// Whether a plugin's answer or a rank is among what the slot is made of.
fn is_handed_in(program: &Program, slot: Slot) -> bool {
    let mut seen = BTreeSet::new();
    let mut open = vec![slot];
    while let Some(slot) = open.pop() {
        let operation = program.operations.get(slot.0 as usize);
        match operation.map(|operation| &operation.op) {
            Some(Op::Plugin { .. } | Op::Ranked(_) | Op::Reviewed(_)) => return true,
            Some(op) if seen.insert(slot) => open.extend(op.inputs()),
            _ => {}
        }
    }
    false
}

/// The side of a slot; `facts`: the program is about facts.
pub fn side(program: &Program, slot: Slot, facts: bool) -> Side {
    crate::base::recursion::deep(|| looked_at(program, slot, facts))
}

fn looked_at(program: &Program, slot: Slot, facts: bool) -> Side {
    let Some(operation) = program.operations.get(slot.0 as usize) else {
        return Side::Other;
    };
    let dated = matches!(operation.kind, Kind::Date | Kind::Time);
    // What is handed in from outside is known to no probe: it counts as turning at any second.
    let plain = if dated && !facts && !is_handed_in(program, slot) {
        Side::Still(Base::Slot(slot), 0)
    } else {
        Side::Other
    };
    match &operation.op {
        Op::Now => Side::Clock(0),
        Op::At => Side::Still(Base::At, 0),
        Op::Field(field) if dated => Side::Still(Base::Field(*field), 0),
        Op::Outer(outer) if dated => Side::Still(Base::Slot(*outer), 0),
        Op::Constant(Some(Value::Time(at))) => Side::Still(Base::Fixed(at.0), 0),
        Op::Constant(Some(Value::Date(date))) => Side::Still(Base::Date(*date), 0),
        Op::Since(unit, from) if unit.is_duration() => {
            match (looked_at(program, *from, facts), unit.seconds()) {
                (Side::Still(base, offset), Some(seconds)) => Side::Count {
                    base,
                    offset,
                    seconds,
                    from: *from,
                },
                _ => Side::Other,
            }
        }
        Op::Convert(inner) => match (side(program, *inner, facts), &operation.kind) {
            (found @ Side::Count { .. }, Kind::Number) => found,
            (found @ Side::Still(..), Kind::Time) => found,
            _ => plain,
        },
        Op::DateAdd { base, count, unit } => {
            let seconds = unit.seconds().filter(|_| unit.is_duration());
            let moved = seconds.and_then(|seconds| count.checked_mul(seconds));
            match (side(program, *base, facts), seconds, moved) {
                (Side::Clock(offset), Some(_), Some(moved)) => {
                    offset.checked_add(moved).map_or(Side::Other, Side::Clock)
                }
                (Side::Clock(offset), None, _) => Side::Calendar {
                    offset,
                    count: *count,
                    unit: *unit,
                },
                (Side::Calendar { .. } | Side::Count { .. }, ..) => Side::Other,
                (Side::Still(base, offset), Some(_), Some(moved)) => offset
                    .checked_add(moved)
                    .map_or(plain, |offset| Side::Still(base, offset)),
                _ => plain,
            }
        }
        _ => plain,
    }
}
