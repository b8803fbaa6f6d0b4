//! Comparisons. A missing side makes them unknown; text orders by code point, sets
//! compare by equality alone. With a constant side the packed values are compared
//! in their own width, and bounds decide whole chunks without reading them.

use std::cmp::Ordering;

use super::cache::Cache;
use super::meter;
use super::outcome::RunError;
use super::text;
use super::vector::{KeyData, Keys, NumberData, Numbers, Place, Texts, Truth, Vector};
use super::words;
use crate::base::kind::Kind;
use crate::base::text::fold;
use crate::columns::packed::Values;
use crate::language::typed::CompareOp;

/// Whether the operator holds for that order of its sides.
pub fn holds(op: CompareOp, order: Ordering) -> bool {
    match op {
        CompareOp::Equal | CompareOp::Like => order.is_eq(),
        CompareOp::NotEqual => order.is_ne(),
        CompareOp::Less => order.is_lt(),
        CompareOp::LessEqual => order.is_le(),
        CompareOp::Greater => order.is_gt(),
        CompareOp::GreaterEqual => order.is_ge(),
    }
}

/// The operator with its sides exchanged.
fn flipped(op: CompareOp) -> CompareOp {
    match op {
        CompareOp::Less => CompareOp::Greater,
        CompareOp::LessEqual => CompareOp::GreaterEqual,
        CompareOp::Greater => CompareOp::Less,
        CompareOp::GreaterEqual => CompareOp::LessEqual,
        same => same,
    }
}

/// Lanes whose key lies in `low ..= high`; absent lanes say nothing.
pub fn within(data: &KeyData<'_>, low: i64, high: i64, len: usize) -> Vec<u64> {
    let whole = |yes: bool| {
        if yes {
            words::all(len)
        } else {
            words::none(len)
        }
    };
    if low > high {
        return whole(false);
    }
    let view = match data {
        KeyData::Constant(key) => return whole(low <= *key && *key <= high),
        KeyData::Owned(keys) => {
            return words::from_slice(keys, |key| (low <= key) & (key <= high));
        }
        KeyData::Counts(counts) => {
            let clamped = |bound: i64| u32::try_from(bound.max(0)).unwrap_or(u32::MAX);
            if high < 0 || low > i64::from(u32::MAX) {
                return whole(false);
            }
            let (first, last) = (clamped(low), clamped(high));
            return words::from_slice(counts, |count| count.wrapping_sub(first) <= last - first);
        }
        KeyData::Narrow(keys) => return keys.within(low, high, len),
        KeyData::Stored(view) => view,
    };
    let told = match view.packed.bounds {
        None => Some(false),
        Some((least, most)) if most < low || high < least => Some(false),
        Some((least, most)) if low <= least && most <= high => Some(true),
        Some(_) => None,
    };
    if let Some(yes) = told {
        meter::spare(len);
        return whole(yes);
    }
    let Place::Range { from, len } = view.place else {
        return words::from_slice(&data.wide(len), |key| (low <= key) & (key <= high));
    };
    meter::read(len, view.packed.values.width_bytes());
    // In the packed domain one unsigned comparison after a wrapping subtraction tests both ends.
    macro_rules! narrow {
        ($base:expr, $step:expr, $values:expr, $kind:ty) => {{
            let (greatest, step) = (i64::from(<$kind>::MAX), i64::from($step));
            let (first, last) = (low.saturating_sub($base), high.saturating_sub($base));
            // The first stored value not below `low`, the last one not above `high`.
            let first = first.max(0) / step + i64::from(first.max(0) % step > 0);
            let (first, last) = (first.min(greatest), (last / step).clamp(0, greatest));
            if first > last {
                return whole(false);
            }
            let (first, last) = (first as $kind, last as $kind);
            let run = $values.get(from..from + len).unwrap_or_default();
            words::from_slice(run, |value| value.wrapping_sub(first) <= last - first)
        }};
    }
    match &view.packed.values {
        Values::Constant { base, .. } => whole(low <= *base && *base <= high),
        Values::U8 { base, step, values } => narrow!(*base, *step, values, u8),
        Values::U16 { base, step, values } => narrow!(*base, *step, values, u16),
        Values::U32 { base, step, values } => narrow!(*base, *step, values, u32),
        Values::I64 { values } => {
            let run = values.get(from..from + len).unwrap_or_default();
            words::from_slice(run, |key| (low <= key) & (key <= high))
        }
        Values::F64 { .. } | Values::Masks { .. } | Values::Lists { .. } => whole(false),
    }
}

/// Two runs of keys.
pub fn keys(op: CompareOp, left: &Keys<'_>, right: &Keys<'_>, len: usize) -> Truth {
    let presence = words::both(left.presence.as_deref(), right.presence.as_deref());
    if let KeyData::Constant(key) = right.data {
        return Truth::of(keys_with(op, &left.data, key, len), presence);
    }
    if let KeyData::Constant(key) = left.data {
        return Truth::of(keys_with(flipped(op), &right.data, key, len), presence);
    }
    let (left, right) = (left.data.wide(len), right.data.wide(len));
    Truth::of(pairs(op, &left, &right), presence)
}

fn keys_with(op: CompareOp, data: &KeyData<'_>, key: i64, len: usize) -> Vec<u64> {
    match op {
        CompareOp::Equal | CompareOp::Like => within(data, key, key, len),
        CompareOp::NotEqual => words::not(&within(data, key, key, len), len),
        CompareOp::LessEqual => within(data, i64::MIN, key, len),
        CompareOp::GreaterEqual => within(data, key, i64::MAX, len),
        CompareOp::Less => match key.checked_sub(1) {
            Some(high) => within(data, i64::MIN, high, len),
            None => words::none(len),
        },
        CompareOp::Greater => match key.checked_add(1) {
            Some(low) => within(data, low, i64::MAX, len),
            None => words::none(len),
        },
    }
}

/// Bits of `left op right`, lane by lane.
fn pairs<T: PartialOrd + Copy>(op: CompareOp, left: &[T], right: &[T]) -> Vec<u64> {
    match op {
        CompareOp::Equal | CompareOp::Like => words::from_pairs(left, right, |a, b| a == b),
        CompareOp::NotEqual => words::from_pairs(left, right, |a, b| a != b),
        CompareOp::Less => words::from_pairs(left, right, |a, b| a < b),
        CompareOp::LessEqual => words::from_pairs(left, right, |a, b| a <= b),
        CompareOp::Greater => words::from_pairs(left, right, |a, b| a > b),
        CompareOp::GreaterEqual => words::from_pairs(left, right, |a, b| a >= b),
    }
}

/// Two runs of numbers; they are finite and zero has one sign.
pub fn numbers(op: CompareOp, left: &Numbers<'_>, right: &Numbers<'_>, len: usize) -> Truth {
    let presence = words::both(left.presence.as_deref(), right.presence.as_deref());
    if let NumberData::Constant(number) = right.data {
        return Truth::of(numbers_with(op, &left.wide(len), number), presence);
    }
    if let NumberData::Constant(number) = left.data {
        return Truth::of(
            numbers_with(flipped(op), &right.wide(len), number),
            presence,
        );
    }
    Truth::of(pairs(op, &left.wide(len), &right.wide(len)), presence)
}

fn numbers_with(op: CompareOp, values: &[f64], by: f64) -> Vec<u64> {
    match op {
        CompareOp::Equal | CompareOp::Like => words::from_slice(values, |value| value == by),
        CompareOp::NotEqual => words::from_slice(values, |value| value != by),
        CompareOp::Less => words::from_slice(values, |value| value < by),
        CompareOp::LessEqual => words::from_slice(values, |value| value <= by),
        CompareOp::Greater => words::from_slice(values, |value| value > by),
        CompareOp::GreaterEqual => words::from_slice(values, |value| value >= by),
    }
}

/// Two runs of texts.
pub fn texts(
    op: CompareOp,
    left: &Texts<'_>,
    right: &Texts<'_>,
    len: usize,
    cache: &Cache,
    operation: usize,
) -> Truth {
    let (left, right, op) = if right.constant().is_none() && left.constant().is_some() {
        (right, left, flipped(op))
    } else {
        (left, right, op)
    };
    if let Some(by) = right.constant() {
        if op == CompareOp::Like {
            let by = fold(by);
            return text::test(left, len, cache, operation, |value| fold(value) == by);
        }
        return text::test(left, len, cache, operation, |value| {
            holds(op, value.cmp(by))
        });
    }
    if matches!(op, CompareOp::Equal | CompareOp::NotEqual) && left.shares_codes(right) {
        let presence = words::both(left.presence.as_deref(), right.presence.as_deref());
        let yes = pairs(op, &left.codes.wide(len), &right.codes.wide(len));
        return Truth::of(yes, presence);
    }
    text::test_pairs(left, right, len, |a, b| {
        if op == CompareOp::Like {
            fold(a) == fold(b)
        } else {
            holds(op, a.cmp(b))
        }
    })
}

/// Two conditions as values.
fn truths(op: CompareOp, left: &Truth, right: &Truth, len: usize) -> Truth {
    let presence = words::both(left.known().as_deref(), right.known().as_deref());
    let yes = words::from_fn(len, |lane| {
        holds(
            op,
            words::get(&left.yes, lane).cmp(&words::get(&right.yes, lane)),
        )
    });
    Truth::of(yes, presence)
}

/// Two vectors of one kind.
pub fn vectors(
    op: CompareOp,
    kind: &Kind,
    left: &Vector<'_>,
    right: &Vector<'_>,
    len: usize,
    cache: &Cache,
    operation: usize,
) -> Result<Truth, RunError> {
    match (left, right) {
        (Vector::Keys(left), Vector::Keys(right)) => Ok(keys(op, left, right, len)),
        (Vector::Numbers(left), Vector::Numbers(right)) => Ok(numbers(op, left, right, len)),
        (Vector::Texts(left), Vector::Texts(right)) => {
            Ok(texts(op, left, right, len, cache, operation))
        }
        (Vector::Truth(left), Vector::Truth(right)) => Ok(truths(op, left, right, len)),
        (Vector::Sets(_), Vector::Sets(_)) => {
            let values = (0..len).map(|lane| {
                let (left, right) = (left.value(lane, kind)?, right.value(lane, kind)?);
                Some(crate::base::value::Value::Bool(holds(
                    op,
                    left.order(&right),
                )))
            });
            let truth = text::from_values(values.collect(), &Kind::Bool);
            truth.truth().cloned()
        }
        _ => Err(RunError::Malformed(
            "the sides of a comparison are of two kinds",
        )),
    }
}
