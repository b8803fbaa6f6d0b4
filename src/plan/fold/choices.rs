//! Lists behind `in`: sorted, without repeats, overlapping ranges merged; and lists
//! that are really a comparison.

use super::scalar::order;
use super::{Folded, constant, present};
use crate::base::value::Value;
use crate::language::typed::CompareOp;
use crate::plan::builder::Builder;
use crate::plan::operation::{ChoiceOp, Op, Slot};

/// A choice whose ends are present constants. A single value is a range of one.
#[derive(Clone, Copy)]
struct Range<'v> {
    low: Option<(Slot, &'v Value)>,
    high: Option<(Slot, &'v Value)>,
    high_included: bool,
    /// Written as one value.
    one: bool,
}

impl Range<'_> {
    fn choice(&self) -> ChoiceOp {
        match (self.one, self.low) {
            (true, Some((slot, _))) => ChoiceOp::One(slot),
            _ => ChoiceOp::Range {
                low: self.low.map(|(slot, _)| slot),
                high: self.high.map(|(slot, _)| slot),
                high_included: self.high_included,
            },
        }
    }

    fn holds(&self, value: &Value) -> bool {
        let above = self.low.is_none_or(|(_, low)| low.order(value).is_le());
        let below = self.high.is_none_or(|(_, high)| {
            let order = value.order(high);
            order.is_lt() || self.high_included && order.is_eq()
        });
        above && below
    }

    fn is_empty(&self) -> bool {
        self.low
            .zip(self.high)
            .is_some_and(|((_, low), (_, high))| {
                let order = low.order(high);
                order.is_gt() || order.is_eq() && !self.high_included
            })
    }
}

/// `in` and `not in`.
pub(super) fn membership(builder: &Builder, op: Op) -> Folded {
    let Op::In {
        value,
        choices,
        negated,
    } = op
    else {
        return Folded::Op(op);
    };
    let mut known = Vec::with_capacity(choices.len());
    let mut others: Vec<ChoiceOp> = Vec::new();
    for choice in choices {
        match range(builder, &choice) {
            Some(range) => known.push(range),
            None if others.contains(&choice) => {}
            None => others.push(choice),
        }
    }
    let merged = merge(known);
    if let Some(value) = present(builder, value)
        && others.is_empty()
        && settled(value)
    {
        let found = merged.iter().any(|range| range.holds(value));
        return Folded::Op(constant(found != negated));
    }
    if let ([only], true) = (merged.as_slice(), others.is_empty())
        && let Some(op) = as_comparison(value, only, negated)
    {
        return Folded::Op(op);
    }
    let choices = merged.iter().map(Range::choice).chain(others).collect();
    Folded::Op(Op::In {
        value,
        choices,
        negated,
    })
}

/// Zeros of floats are left to the kernels: there are two.
fn settled(value: &Value) -> bool {
    !matches!(value, Value::Number(number) if *number == 0.0)
}

fn range<'b>(builder: &'b Builder, choice: &ChoiceOp) -> Option<Range<'b>> {
    let end = |slot: Slot| {
        let value = present(builder, slot).filter(|value| settled(value))?;
        Some((slot, value))
    };
    match choice {
        ChoiceOp::One(slot) => {
            let end = end(*slot)?;
            Some(Range {
                low: Some(end),
                high: Some(end),
                high_included: true,
                one: true,
            })
        }
        ChoiceOp::Range {
            low,
            high,
            high_included,
        } => {
            let low = match low {
                Some(slot) => Some(end(*slot)?),
                None => None,
            };
            let high = match high {
                Some(slot) => Some(end(*slot)?),
                None => None,
            };
            Some(Range {
                low,
                high,
                high_included: *high_included,
                one: false,
            })
        }
    }
}

/// Sorted by lower end; ranges that meet become one, values inside a range and empty ranges go.
fn merge(mut ranges: Vec<Range<'_>>) -> Vec<Range<'_>> {
    let empty_only = ranges.iter().all(Range::is_empty);
    if !empty_only {
        ranges.retain(|range| !range.is_empty());
    }
    ranges.sort_by(|a, b| match (a.low, b.low) {
        (None, None) => std::cmp::Ordering::Equal,
        (None, _) => std::cmp::Ordering::Less,
        (_, None) => std::cmp::Ordering::Greater,
        (Some((_, a)), Some((_, b))) => a.order(b),
    });
    let mut merged: Vec<Range> = Vec::with_capacity(ranges.len());
    for next in ranges {
        match merged.last_mut() {
            Some(last) if meets(last, &next) => join(last, &next),
            _ => merged.push(next),
        }
    }
    merged
}

/// Whether the next range starts where the last one still holds, or at its very end.
fn meets(last: &Range, next: &Range) -> bool {
    match (last.high, next.low) {
        (None, _) | (_, None) => true,
        (Some((_, high)), Some((_, low))) => !low.order(high).is_gt(),
    }
}

fn join<'v>(last: &mut Range<'v>, next: &Range<'v>) {
    let same = last.one
        && next.one
        && last
            .low
            .zip(next.low)
            .is_some_and(|((_, a), (_, b))| order(a, b).is_some_and(std::cmp::Ordering::is_eq));
    last.one = same;
    match (last.high, next.high) {
        (None, _) => {}
        (_, None) => {
            last.high = None;
            last.high_included = next.high_included;
        }
        (Some((_, a)), Some((_, b))) => match a.order(b) {
            std::cmp::Ordering::Less => {
                last.high = next.high;
                last.high_included = next.high_included;
            }
            std::cmp::Ordering::Equal => last.high_included |= next.high_included,
            std::cmp::Ordering::Greater => {}
        },
    }
}

/// One value is an equality, one range a comparison or a `between`.
fn as_comparison(value: Slot, only: &Range, negated: bool) -> Option<Op> {
    match (only.one, only.low, only.high) {
        (true, Some((slot, _)), _) => {
            let how = if negated {
                CompareOp::NotEqual
            } else {
                CompareOp::Equal
            };
            Some(Op::Compare(how, value, slot))
        }
        (false, Some((low, _)), Some((high, _))) => Some(Op::Between {
            value,
            low,
            low_included: true,
            high,
            high_included: only.high_included,
            negated,
        }),
        (false, Some((low, _)), None) => {
            let how = if negated {
                CompareOp::Less
            } else {
                CompareOp::GreaterEqual
            };
            Some(Op::Compare(how, value, low))
        }
        (false, None, Some((high, _))) => {
            let how = match (negated, only.high_included) {
                (false, true) => CompareOp::LessEqual,
                (false, false) => CompareOp::Less,
                (true, true) => CompareOp::Greater,
                (true, false) => CompareOp::GreaterEqual,
            };
            Some(Op::Compare(how, value, high))
        }
        _ => None,
    }
}
