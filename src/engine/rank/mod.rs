//! Rank tables: the sorted values of a population at one instant, and what is read from
//! them. Built from the columns that a run gave; who runs what, and when a table is built
//! anew, is not known here.

mod build;
mod figures;
mod sort;

use std::sync::{Arc, OnceLock};

use self::figures::Figures;
use super::outcome::RunError;
use super::vector::{Truth, Vector};
use super::{pool, words};
use crate::base::calendar::Instant;
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::columns::{Snapshot, code};
use crate::language::typed::{Figure, RankMeasure};

pub use build::Members;

/// The sorted values of a population, and everyone's place among them.
#[derive(Debug)]
pub struct RankTable {
    /// The instant that it shows.
    pub at: Instant,
    /// Of the values.
    kind: Kind,
    /// By row.
    places: Vec<Place>,
    /// Where each group's values lie.
    groups: Vec<Group>,
    /// Group by group, ascending, numbers in the order of [`turned`].
    sorted: Vec<i64>,
    figures: OnceLock<Figures>,
}

impl PartialEq for RankTable {
    fn eq(&self, other: &Self) -> bool {
        (self.at, &self.kind) == (other.at, &other.kind)
            && self.places == other.places
            && (&self.groups, &self.sorted) == (&other.groups, &other.sorted)
    }
}

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    /// Its group, or one of the two below.
    group: u32,
    smaller: u32,
    greater: u32,
}

/// `among` says *no*.
const OUTSIDE: u32 = u32::MAX;
/// A value, a group or the answer of `among` is missing.
const UNKNOWN: u32 = u32::MAX - 1;

/// One population: customers with the same values of what makes groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Group {
    start: u32,
    len: u32,
}

/// Whether a customer belongs to the population, and where he stands in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// `among` says *no* of him.
    Outside,
    /// It cannot be told.
    Unknown,
    /// He belongs.
    Inside {
        /// How many values are smaller than his.
        smaller: u32,
        /// How many are greater.
        greater: u32,
        /// How many there are, his own among them.
        population: u32,
    },
}

impl RankTable {
    /// Several tables at once, each on a thread of its own while there are enough.
    pub fn build_each(
        members: &[Members<'_>],
        snapshot: &Snapshot,
        at: Instant,
        threads: usize,
    ) -> Result<Vec<Self>, RunError> {
        let missing = RunError::Malformed("a rank table without its members");
        pool::map_long(threads, members.len(), |table| {
            let members = members.get(table).copied().ok_or(missing.clone())?;
            Ok(Self::build(members, snapshot, at))
        })
    }

    /// Where the customer of a row stands.
    pub fn standing(&self, row: u32) -> Standing {
        let Some(place) = self.places.get(row as usize) else {
            return Standing::Unknown;
        };
        if place.group == OUTSIDE {
            return Standing::Outside;
        }
        match self.groups.get(place.group as usize) {
            Some(group) => Standing::Inside {
                smaller: place.smaller,
                greater: place.greater,
                population: group.len,
            },
            None => Standing::Unknown,
        }
    }

    /// The value at a place in the group of a row: from 1, the greatest first, or the smallest first.
    pub fn value_at(&self, row: u32, place: u64, smallest_first: bool) -> Option<Value> {
        let group = self.places.get(row as usize)?.group;
        let group = self.groups.get(group as usize)?;
        let before = u32::try_from(place.checked_sub(1)?).ok()?;
        let offset = match smallest_first {
            true => before,
            false => group.len.checked_sub(1)?.checked_sub(before)?,
        };
        let at = (offset < group.len).then_some(group.start as usize + offset as usize)?;
        value_of(&self.kind, *self.sorted.get(at)?)
    }

    /// One number over all of them; only of a population without groups.
    pub fn figure(&self, figure: Figure) -> Option<Value> {
        let figures = self
            .figures
            .get_or_init(|| Figures::of(&self.kind, &self.sorted));
        figures.value(figure)
    }
}

/// The bits of a float in an order of whole numbers, and back.
fn turned(bits: i64) -> i64 {
    bits ^ (((bits >> 63) as u64) >> 1) as i64
}

fn value_of(kind: &Kind, key: i64) -> Option<Value> {
    match kind {
        Kind::Number => Some(Value::Number(f64::from_bits(turned(key) as u64))),
        _ => code::value(kind, key, None),
    }
}

/// What a measure is for each of some rows.
pub(super) fn measured<'a>(
    table: &Arc<RankTable>,
    measure: RankMeasure,
    rows: impl Iterator<Item = u32>,
    kind: &Kind,
    len: usize,
) -> Vector<'a> {
    if let RankMeasure::Overall(figure) = measure {
        return Vector::constant(table.figure(figure).as_ref(), kind, len);
    }
    let standings = rows.map(|row| table.standing(row));
    match measure {
        RankMeasure::Top(reach) => {
            let top = each(standings, len, |smaller, greater, population| {
                let place = 1 + if reach.bottom { smaller } else { greater };
                place <= reach.places(population)
            });
            let (top, mut known, outside) = top;
            words::or_into(&mut known, &outside);
            Vector::Truth(Truth::of(words::from_slice(&top, |top| top), Some(known)))
        }
        RankMeasure::Percentile => {
            let (parts, presence, _) =
                each(standings, len, |smaller, _, population| match population {
                    0 | 1 => 0.0,
                    _ => smaller as f64 / (population - 1) as f64,
                });
            Vector::numbers(parts, Some(presence))
        }
        RankMeasure::Rank => {
            let (places, presence, _) = each(standings, len, |_, greater, _| greater as i64 + 1);
            Vector::keys(places, Some(presence))
        }
        RankMeasure::Quantile(parts) => {
            let (found, presence, _) = each(standings, len, |smaller, _, population| {
                let part = u64::from(parts) * smaller;
                part.checked_div(population).unwrap_or(0) as i64 + 1
            });
            Vector::keys(found, Some(presence))
        }
        RankMeasure::Overall(_) => Vector::missing(kind, len),
    }
}

/// Something of everyone by (smaller, greater, population), who of them belongs, and of whom it is known
/// that he does not.
fn each<R: Default>(
    standings: impl Iterator<Item = Standing>,
    len: usize,
    measure: impl Fn(u64, u64, u64) -> R,
) -> (Vec<R>, Vec<u64>, Vec<u64>) {
    let mut results = Vec::with_capacity(len);
    let (mut inside, mut outside) = (words::none(len), words::none(len));
    for (lane, standing) in standings.enumerate() {
        let (bits, result) = match standing {
            Standing::Inside {
                smaller,
                greater,
                population,
            } => {
                let [smaller, greater, population] = [smaller, greater, population].map(u64::from);
                (Some(&mut inside), measure(smaller, greater, population))
            }
            Standing::Outside => (Some(&mut outside), R::default()),
            Standing::Unknown => (None, R::default()),
        };
        if let Some(bits) = bits {
            words::set(bits, lane);
        }
        results.push(result);
    }
    (results, inside, outside)
}
