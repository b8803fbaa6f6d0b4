//! What is held of each group while its rows come: counts, exact sums, extremes, and all
//! values where an answer needs them in order. Results do not depend on the order of rows.
#![expect(
    clippy::indexing_slicing,
    reason = "a group is below the number of groups that `grow` made room for"
)]

use std::collections::HashSet;

use crate::base::deviation::deviation;
use crate::base::exact_sum::ExactSum;
use crate::base::kind::Kind;
use crate::base::math::finite;
use crate::base::money::Money;
use crate::base::quantile::Quantile;
use crate::base::value::Value;
use crate::columns::code;
use crate::language::typed::{Tally, TallyFunction};

/// One aggregate of all groups, by the group's place.
#[derive(Debug)]
pub enum Tallied {
    /// Rows.
    Count(Vec<u64>),
    /// Sums of whole numbers or of money, with the number of values.
    Whole(Vec<(i128, u64)>),
    /// Sums of numbers, with the number of values.
    Exact(Vec<(ExactSum, u64)>),
    /// The best word so far.
    Best {
        /// The greatest is sought.
        greatest: bool,
        /// Words are those of numbers.
        number: bool,
        /// `None` = no value yet.
        best: Vec<Option<u64>>,
    },
    /// Different words.
    Different {
        /// Words are codes of texts.
        texts: bool,
        /// By group.
        sets: Vec<HashSet<u64>>,
    },
    /// All words.
    Values(Vec<Vec<u64>>),
    /// Yes and no.
    Share(Vec<(u64, u64)>),
}

impl Tallied {
    /// Nothing yet.
    pub fn new(tally: &Tally) -> Self {
        let kind = tally.value.as_ref().map(|value| &value.kind);
        let number = kind == Some(&Kind::Number);
        match tally.function {
            TallyFunction::Count => Self::Count(Vec::new()),
            TallyFunction::Sum | TallyFunction::Avg if number => Self::Exact(Vec::new()),
            TallyFunction::Sum | TallyFunction::Avg => Self::Whole(Vec::new()),
            TallyFunction::Min | TallyFunction::Max => Self::Best {
                greatest: tally.function == TallyFunction::Max,
                number,
                best: Vec::new(),
            },
            TallyFunction::Distinct => Self::Different {
                texts: kind.is_none_or(|kind| *kind == Kind::Text),
                sets: Vec::new(),
            },
            TallyFunction::Median | TallyFunction::Stddev | TallyFunction::Cut(_) => {
                Self::Values(Vec::new())
            }
            TallyFunction::Share => Self::Share(Vec::new()),
        }
    }

    /// Makes room for so many groups.
    pub fn grow(&mut self, groups: usize) {
        match self {
            Self::Count(list) => list.resize(groups, 0),
            Self::Whole(list) => list.resize(groups, (0, 0)),
            Self::Exact(list) => list.resize(groups, (ExactSum::default(), 0)),
            Self::Best { best, .. } => best.resize(groups, None),
            Self::Different { sets, .. } => sets.resize(groups, HashSet::new()),
            Self::Values(list) => list.resize(groups, Vec::new()),
            Self::Share(list) => list.resize(groups, (0, 0)),
        }
    }

    /// Adds a row of a group; tells how many values it newly holds.
    pub fn take(&mut self, group: u32, word: u64) -> usize {
        let group = group as usize;
        match self {
            Self::Count(list) => list[group] += 1,
            Self::Whole(list) => {
                let (sum, count) = &mut list[group];
                *sum += i128::from(word.cast_signed());
                *count += 1;
            }
            Self::Exact(list) => {
                let (sum, count) = &mut list[group];
                sum.add(f64::from_bits(word));
                *count += 1;
            }
            Self::Best {
                greatest,
                number,
                best,
            } => {
                let known = &mut best[group];
                *known = Some(known.map_or(word, |known| better(known, word, *greatest, *number)));
            }
            Self::Different { sets, .. } => return usize::from(sets[group].insert(word)),
            Self::Values(list) => {
                list[group].push(word);
                return 1;
            }
            Self::Share(list) => {
                let (yes, no) = &mut list[group];
                *(if word == 1 { yes } else { no }) += 1;
            }
        }
        0
    }

    /// Adds another part: its groups lie at `groups` here, its texts have the codes `texts`. Tells how
    /// many values are newly held.
    pub fn merge(&mut self, other: Self, groups: &[u32], texts: &[u64]) -> usize {
        let mut held = 0;
        match (self, other) {
            (Self::Count(list), Self::Count(more)) => {
                each(groups, more, |group, more| list[group] += more);
            }
            (Self::Whole(list), Self::Whole(more)) => {
                each(groups, more, |group, (sum, count)| {
                    list[group].0 += sum;
                    list[group].1 += count;
                });
            }
            (Self::Exact(list), Self::Exact(more)) => {
                each(groups, more, |group, (sum, count)| {
                    list[group].0.merge(&sum);
                    list[group].1 += count;
                });
            }
            (
                Self::Best {
                    greatest,
                    number,
                    best,
                },
                Self::Best { best: more, .. },
            ) => each(groups, more, |group, word| {
                best[group] = match (best[group], word) {
                    (Some(known), Some(word)) => Some(better(known, word, *greatest, *number)),
                    (known, word) => known.or(word),
                };
            }),
            (Self::Different { texts: coded, sets }, Self::Different { sets: more, .. }) => {
                each(groups, more, |group, words| {
                    for word in words {
                        let word = match *coded {
                            true => usize::try_from(word)
                                .ok()
                                .and_then(|at| texts.get(at).copied()),
                            false => Some(word),
                        };
                        held += word.map_or(0, |word| usize::from(sets[group].insert(word)));
                    }
                });
            }
            (Self::Values(list), Self::Values(more)) => {
                each(groups, more, |group, mut words| {
                    held += words.len();
                    list[group].append(&mut words);
                });
            }
            (Self::Share(list), Self::Share(more)) => {
                each(groups, more, |group, (yes, no)| {
                    list[group].0 += yes;
                    list[group].1 += no;
                });
            }
            // Both are made for one aggregate.
            _ => {}
        }
        held
    }

    /// The aggregate of a group; values are put in order for it.
    pub fn value(&mut self, group: usize, tally: &Tally) -> Option<Value> {
        let kind = &tally.kind;
        match self {
            Self::Count(list) => whole(i128::from(list[group]), kind),
            Self::Whole(list) => {
                let (sum, count) = list[group];
                match (tally.function, kind) {
                    (TallyFunction::Sum, _) => whole(sum, kind),
                    (_, Kind::Money) => Money::average(sum, count).map(Value::Money),
                    _ if count == 0 => None,
                    _ => finite(sum as f64 / count as f64).map(Value::Number),
                }
            }
            Self::Exact(list) => {
                let (sum, count) = &list[group];
                match tally.function {
                    TallyFunction::Sum => sum.value().map(Value::Number),
                    _ if *count == 0 => None,
                    _ => finite(sum.value()? / *count as f64).map(Value::Number),
                }
            }
            Self::Best { best, .. } => {
                let word = best[group]?;
                match kind {
                    Kind::Number => Some(Value::Number(f64::from_bits(word))),
                    kind => code::value(kind, word.cast_signed(), None),
                }
            }
            Self::Different { sets, .. } => whole(sets[group].len() as i128, kind),
            Self::Values(list) => in_order(&mut list[group], tally),
            Self::Share(list) => {
                let (yes, no) = list[group];
                (yes + no > 0).then(|| Value::Number(yes as f64 / (yes + no) as f64))
            }
        }
    }
}

fn each<T>(groups: &[u32], more: Vec<T>, mut take: impl FnMut(usize, T)) {
    for (group, more) in groups.iter().zip(more) {
        take(*group as usize, more);
    }
}

fn better(known: u64, word: u64, greatest: bool, number: bool) -> u64 {
    let order = match number {
        true => f64::from_bits(word).total_cmp(&f64::from_bits(known)),
        false => word.cast_signed().cmp(&known.cast_signed()),
    };
    let wins = if greatest {
        order.is_gt()
    } else {
        order.is_lt()
    };
    if wins { word } else { known }
}

/// A whole number as the kind of the result; `None` when it does not fit.
fn whole(number: i128, kind: &Kind) -> Option<Value> {
    match kind {
        Kind::Money => Money::from_sum(number).map(Value::Money),
        _ => i64::try_from(number).ok().map(Value::Int),
    }
}

/// What needs all values: they are sorted first, so that their order says nothing.
fn in_order(words: &mut [u64], tally: &Tally) -> Option<Value> {
    let quantile = match tally.function {
        TallyFunction::Cut(quantile) => Some(quantile),
        TallyFunction::Median => Some(Quantile::MEDIAN),
        _ => None,
    };
    let of = tally.value.as_ref().map(|value| &value.kind);
    if of == Some(&Kind::Number) {
        let mut numbers: Vec<f64> = words.iter().map(|word| f64::from_bits(*word)).collect();
        numbers.sort_unstable_by(f64::total_cmp);
        let number = match quantile {
            Some(quantile) => quantile.number(&numbers),
            None => deviation(&numbers),
        };
        return number.map(Value::Number);
    }
    let mut keys: Vec<i64> = words.iter().map(|word| word.cast_signed()).collect();
    keys.sort_unstable();
    match (quantile, &tally.kind) {
        (Some(quantile), Kind::Money) => quantile.money(&keys).map(Value::Money),
        (Some(quantile), _) => quantile.whole(&keys).map(Value::Number),
        (None, kind) => {
            let numbers: Vec<f64> = keys.iter().map(|key| *key as f64).collect();
            let deviation = deviation(&numbers)?;
            match kind {
                Kind::Money => {
                    Money::from_sum(deviation.round_ties_even() as i128).map(Value::Money)
                }
                _ => Some(Value::Number(deviation)),
            }
        }
    }
}
