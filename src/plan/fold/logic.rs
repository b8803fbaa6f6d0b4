//! Kleene identities over `not`, `and`, `or`, `at least`, and choices whose outcome
//! is known.

use super::{Folded, constant, truth};
use crate::plan::builder::Builder;
use crate::plan::operation::{Op, Slot};

/// `not`, `and`, `or`, `at least`.
pub(super) fn connective(builder: &Builder, op: Op) -> Folded {
    match op {
        Op::Not(inner) => not(builder, inner),
        Op::And(list) => list_of(builder, list, true),
        Op::Or(list) => list_of(builder, list, false),
        Op::AtLeast(count, list) => at_least(builder, count, list),
        op => Folded::Op(op),
    }
}

fn not(builder: &Builder, inner: Slot) -> Folded {
    match builder.operation(inner).map(|operation| &operation.op) {
        Some(Op::Not(twice)) => Folded::Slot(*twice),
        // Unknown stays unknown, for the same reason.
        Some(Op::Constant(None)) => Folded::Slot(inner),
        _ => match truth(builder, inner) {
            Some(yes) => Folded::Op(constant(!yes)),
            None => Folded::Op(Op::Not(inner)),
        },
    }
}

/// `and` (`neutral` = yes) and `or` (`neutral` = no).
fn list_of(builder: &Builder, list: Vec<Slot>, neutral: bool) -> Folded {
    let mut kept: Vec<Slot> = Vec::with_capacity(list.len());
    let mut seen = std::collections::HashSet::with_capacity(list.len());
    for slot in list {
        match truth(builder, slot) {
            Some(yes) if yes == neutral => {}
            Some(_) => return Folded::Op(constant(!neutral)),
            None => {
                if seen.insert(slot) {
                    kept.push(slot);
                }
            }
        }
    }
    // A part and its opposite decide, unless the part may be unknown.
    let opposed = kept.iter().any(|slot| {
        matches!(builder.operation(*slot).map(|item| &item.op),
            Some(Op::Not(inner)) if seen.contains(inner) && !builder.may_miss(*inner))
    });
    if opposed {
        return Folded::Op(constant(!neutral));
    }
    match (kept.as_slice(), neutral) {
        ([], _) => Folded::Op(constant(neutral)),
        ([only], _) => Folded::Slot(*only),
        (_, true) => Folded::Op(Op::And(kept)),
        (_, false) => Folded::Op(Op::Or(kept)),
    }
}

/// Constants are counted at once; what is left may be an `and` or an `or`.
fn at_least(builder: &Builder, count: u32, list: Vec<Slot>) -> Folded {
    let yeses = list
        .iter()
        .filter(|slot| truth(builder, **slot) == Some(true))
        .count();
    let open: Vec<Slot> = list
        .into_iter()
        .filter(|slot| truth(builder, *slot).is_none())
        .collect();
    let wanted = (count as usize).saturating_sub(yeses);
    if wanted == 0 {
        return Folded::Op(constant(true));
    }
    if wanted > open.len() {
        return Folded::Op(constant(false));
    }
    if wanted == open.len() {
        return list_of(builder, open, true);
    }
    if wanted == 1 {
        return list_of(builder, open, false);
    }
    Folded::Op(Op::AtLeast(u32::try_from(wanted).unwrap_or(count), open))
}

/// `is missing`, `default`, `if`, `case`.
pub(super) fn choice(builder: &Builder, op: Op) -> Folded {
    match op {
        Op::IsMissing { value, negated } => {
            if matches!(builder.constant(value), Some(None)) {
                Folded::Op(constant(!negated))
            } else if builder.may_miss(value) {
                Folded::Op(op)
            } else {
                Folded::Op(constant(negated))
            }
        }
        Op::Default(value, _) if !builder.may_miss(value) => Folded::Slot(value),
        Op::If(condition, then, otherwise) => match truth(builder, condition) {
            Some(true) => Folded::Slot(then),
            Some(false) => Folded::Slot(otherwise),
            _ => Folded::Op(op),
        },
        Op::Case(arms, otherwise) => case(builder, arms, otherwise),
        op => Folded::Op(op),
    }
}

/// A case without an end brings missing values in itself: it keeps every part that may be
/// missing, for it is only to blame where none of them is.
fn case(builder: &Builder, arms: Vec<(Slot, Slot)>, otherwise: Option<Slot>) -> Folded {
    let may_drop = |slot: &Slot| otherwise.is_some() || !builder.may_miss(*slot);
    let mut kept: Vec<(Slot, Slot)> = Vec::with_capacity(arms.len());
    let mut last = otherwise;
    let mut rest = arms.into_iter();
    while let Some((condition, value)) = rest.next() {
        match truth(builder, condition) {
            Some(false) if may_drop(&value) => {}
            Some(true) => {
                let mut unreached = rest.clone().flat_map(|arm| [arm.0, arm.1]);
                if unreached.all(|slot| may_drop(&slot)) {
                    last = Some(value);
                } else {
                    kept.push((condition, value));
                    kept.extend(rest);
                }
                break;
            }
            _ => kept.push((condition, value)),
        }
    }
    match (kept.as_slice(), last) {
        ([], Some(value)) => Folded::Slot(value),
        ([], None) => Folded::Op(Op::Constant(None)),
        _ => Folded::Op(Op::Case(kept, last)),
    }
}
