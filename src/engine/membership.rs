//! `between` and `in`. `between` is its two comparisons joined by `and`. `in`: a
//! missing value is unknown; a match is yes; without one, a missing choice or end
//! leaves it unknown.

use std::rc::Rc;

use super::cache::{Cache, Members};
use super::compare;
use super::logic;
use super::outcome::RunError;
use super::text;
use super::vector::{KeyData, Keys, Truth, Vector};
use super::words;
use crate::base::kind::Kind;
use crate::language::typed::CompareOp;

/// An end with whether it belongs.
pub struct End<'v, 'a> {
    /// The bound.
    pub at: &'v Vector<'a>,
    /// Whether a value equal to it is inside.
    pub included: bool,
}

/// Between two ends.
pub fn between(
    kind: &Kind,
    value: &Vector<'_>,
    low: &End<'_, '_>,
    high: &End<'_, '_>,
    len: usize,
    cache: &Cache,
    operation: usize,
) -> Result<Truth, RunError> {
    let (above, below) = (
        if low.included {
            CompareOp::GreaterEqual
        } else {
            CompareOp::Greater
        },
        if high.included {
            CompareOp::LessEqual
        } else {
            CompareOp::Less
        },
    );
    if let (Vector::Keys(keys), Some(least), Some(most)) =
        (value, constant_key(low.at), constant_key(high.at))
    {
        let least = if low.included {
            Some(least)
        } else {
            least.checked_add(1)
        };
        let most = if high.included {
            Some(most)
        } else {
            most.checked_sub(1)
        };
        let yes = match (least, most) {
            (Some(least), Some(most)) => compare::within(&keys.data, least, most, len),
            _ => words::none(len),
        };
        return Ok(Truth::of(yes, keys.presence.clone()));
    }
    // The two sides test against different constants: they need places of their own in the cache.
    let low = compare::vectors(above, kind, value, low.at, len, cache, operation)?;
    let high = compare::vectors(below, kind, value, high.at, len, cache, operation + 1)?;
    Ok(logic::and(&low, &high, len))
}

fn constant_key(vector: &Vector<'_>) -> Option<i64> {
    match vector {
        Vector::Keys(Keys {
            data: KeyData::Constant(key),
            presence: None,
        }) => Some(*key),
        _ => None,
    }
}

/// One member of a list.
pub enum Choice<'a> {
    /// A value.
    One(Rc<Vector<'a>>),
    /// From a lower end, which belongs, to an upper one.
    Range {
        /// `None` = open
        low: Option<Rc<Vector<'a>>>,
        /// `None` = open
        high: Option<Rc<Vector<'a>>>,
        /// Whether the upper end belongs.
        high_included: bool,
    },
}

/// Whether the value is among the choices.
pub fn is_in(
    kind: &Kind,
    value: &Vector<'_>,
    choices: &[Choice<'_>],
    len: usize,
    cache: &Cache,
    operation: usize,
) -> Result<Truth, RunError> {
    let truth = match value {
        Vector::Keys(keys) => in_ranges(keys, choices, len, cache, operation),
        Vector::Texts(texts) => in_texts(texts, choices, len, cache, operation),
        _ => None,
    };
    match truth {
        Some(truth) => Ok(truth),
        None => one_by_one(kind, value, choices, len),
    }
}

/// All choices are constants kept as keys: sorted ranges, looked up.
fn in_ranges(
    keys: &Keys<'_>,
    choices: &[Choice<'_>],
    len: usize,
    cache: &Cache,
    operation: usize,
) -> Option<Truth> {
    let end = |vector: &Option<Rc<Vector<'_>>>, open: i64| match vector {
        None => Some(open),
        Some(vector) => constant_key(vector),
    };
    let constant = choices.iter().all(|choice| match choice {
        Choice::One(one) => constant_key(one).is_some(),
        Choice::Range { low, high, .. } => end(low, 0).is_some() && end(high, 0).is_some(),
    });
    if !constant {
        return None;
    }
    let members = cache.members(operation, || {
        let ranges = choices.iter().filter_map(|choice| match choice {
            Choice::One(one) => constant_key(one).map(|key| (key, key)),
            Choice::Range {
                low,
                high,
                high_included,
            } => {
                let most = end(high, i64::MAX)?;
                let most = if *high_included || high.is_none() {
                    most
                } else {
                    most.checked_sub(1)?
                };
                Some((end(low, i64::MIN)?, most))
            }
        });
        merged(ranges.filter(|(low, high)| low <= high).collect())
    });
    let presence = keys.presence.clone();
    if members.ranges.len() <= 4 {
        let mut yes = words::none(len);
        for (low, high) in &members.ranges {
            words::or_into(&mut yes, &compare::within(&keys.data, *low, *high, len));
        }
        return Some(Truth::of(yes, presence));
    }
    let yes = words::from_slice(&keys.data.wide(len), |key| {
        let after = members.ranges.partition_point(|(low, _)| *low <= key);
        after
            .checked_sub(1)
            .and_then(|at| members.ranges.get(at))
            .is_some_and(|(_, high)| key <= *high)
    });
    Some(Truth::of(yes, presence))
}

fn merged(mut ranges: Vec<(i64, i64)>) -> Members {
    ranges.sort_unstable();
    let mut apart: Vec<(i64, i64)> = Vec::with_capacity(ranges.len());
    for (low, high) in ranges {
        match apart.last_mut() {
            Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
            _ => apart.push((low, high)),
        }
    }
    Members { ranges: apart }
}

/// All choices are constant texts.
fn in_texts(
    texts: &super::vector::Texts<'_>,
    choices: &[Choice<'_>],
    len: usize,
    cache: &Cache,
    operation: usize,
) -> Option<Truth> {
    let mut members = Vec::with_capacity(choices.len());
    for choice in choices {
        match choice {
            Choice::One(one) => match &**one {
                Vector::Texts(one) => members.push(one.constant()?),
                _ => return None,
            },
            Choice::Range { .. } => return None,
        }
    }
    members.sort_unstable();
    Some(text::test(texts, len, cache, operation, |text| {
        members.binary_search(&text).is_ok()
    }))
}

/// Any choices: each is a comparison, joined by `or`.
fn one_by_one(
    kind: &Kind,
    value: &Vector<'_>,
    choices: &[Choice<'_>],
    len: usize,
) -> Result<Truth, RunError> {
    // Tests made here differ from choice to choice, so that nothing of them may be kept.
    let fresh = Cache::default;
    let compare = |op: CompareOp, with: &Vector<'_>| {
        compare::vectors(op, kind, value, with, len, &fresh(), 0)
    };
    let mut any = logic::Junction::new(true, len);
    // An `in` over no choice at all is unknown where the value is missing.
    any.take(&Truth::of(
        words::none(len),
        value.presence().map(std::borrow::Cow::into_owned),
    ));
    for choice in choices {
        match choice {
            Choice::One(one) => any.take(&compare(CompareOp::Equal, one)?),
            Choice::Range {
                low,
                high,
                high_included,
            } => {
                let mut yes = words::all(len);
                // A range open at both ends asks nothing but whether there is a value.
                let mut known = match value.presence() {
                    Some(present) => present.into_owned(),
                    None => words::all(len),
                };
                let below = if *high_included {
                    CompareOp::LessEqual
                } else {
                    CompareOp::Less
                };
                for (op, end) in [(CompareOp::GreaterEqual, low), (below, high)] {
                    let Some(end) = end else { continue };
                    let side = compare(op, end)?;
                    words::and_into(&mut yes, &side.yes);
                    if let Some(side) = side.known() {
                        words::and_into(&mut known, &side);
                    }
                }
                // Unlike `between`, an end that is missing leaves the range unknown whatever the other says.
                any.take(&Truth::of(yes, Some(known)));
            }
        }
    }
    Ok(any.finish())
}
