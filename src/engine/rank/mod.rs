//! Rank tables: the sorted values of a population at one instant, and what is read from
//! them. Built from the columns that a run gave; who runs what, and when a table is built
//! anew, is not known here.

mod build;
mod figures;

use std::sync::{Arc, OnceLock};

use self::figures::Figures;
use super::text::from_values;
use super::vector::Vector;
use crate::base::calendar::Instant;
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::columns::code;
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
    /// Group by group, ascending, in the order of [`key_of`].
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

/// A key whose order is that of the values.
fn key_of(value: &Value) -> i64 {
    match value {
        Value::Number(number) => turned((number + 0.0).to_bits() as i64),
        other => code::key(other).unwrap_or(0),
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
    let values = rows.map(|row| value(table.standing(row), measure));
    from_values(values.collect(), kind)
}

fn value(standing: Standing, measure: RankMeasure) -> Option<Value> {
    let (smaller, greater, population) = match (standing, measure) {
        (Standing::Outside, RankMeasure::Top(_)) => return Some(Value::Bool(false)),
        (Standing::Outside | Standing::Unknown, _) => return None,
        (
            Standing::Inside {
                smaller,
                greater,
                population,
            },
            _,
        ) => (
            u64::from(smaller),
            u64::from(greater),
            u64::from(population),
        ),
    };
    Some(match measure {
        RankMeasure::Percentile if population <= 1 => Value::Number(0.0),
        RankMeasure::Percentile => Value::Number(smaller as f64 / (population - 1) as f64),
        RankMeasure::Rank => Value::Int(i64::try_from(greater + 1).ok()?),
        RankMeasure::Quantile(parts) => {
            let part = (u64::from(parts) * smaller).checked_div(population)? + 1;
            Value::Int(i64::try_from(part).ok()?)
        }
        RankMeasure::Top(reach) => {
            let place = 1 + if reach.bottom { smaller } else { greater };
            Value::Bool(place <= reach.places(population))
        }
        RankMeasure::Overall(_) => return None,
    })
}
