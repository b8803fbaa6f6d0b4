//! Keys, numbers, texts and sets of a block, with presence. Stored ones are borrowed.

use std::borrow::Cow;

use super::narrow::Narrow;
use super::place::{Place, View};
use crate::base::value::Value;
use crate::columns::dictionary::Dictionary;
use crate::columns::packed::{Packed, Values, key_of};
use crate::engine::meter;
use crate::engine::text::TextTable;

/// Where keys come from.
#[derive(Clone, Debug)]
pub enum KeyData<'a> {
    /// The same in every lane.
    Constant(i64),
    /// Still packed.
    Stored(View<'a>),
    /// Computed.
    Owned(Vec<i64>),
    /// Computed, and small.
    Counts(Vec<u32>),
    /// Computed, and read by many.
    Narrow(Narrow),
}

impl KeyData<'_> {
    /// One key a lane; what stands in absent lanes means nothing.
    pub fn wide(&self, len: usize) -> Cow<'_, [i64]> {
        match self {
            KeyData::Constant(key) => Cow::Owned(vec![*key; len]),
            KeyData::Owned(keys) => Cow::Borrowed(keys),
            KeyData::Narrow(keys) => Cow::Owned(keys.wide()),
            KeyData::Counts(counts) => {
                Cow::Owned(counts.iter().map(|count| i64::from(*count)).collect())
            }
            KeyData::Stored(view) => {
                let place = view.place;
                meter::read(len, view.packed.values.width_bytes());
                match &view.packed.values {
                    Values::Constant { base, .. } => Cow::Owned(vec![*base; len]),
                    Values::U8 { base, step, values } => {
                        Cow::Owned(widened(place, values, (*base, *step)))
                    }
                    Values::U16 { base, step, values } => {
                        Cow::Owned(widened(place, values, (*base, *step)))
                    }
                    Values::U32 { base, step, values } => {
                        Cow::Owned(widened(place, values, (*base, *step)))
                    }
                    Values::I64 { values } => match place {
                        Place::Range { from, len } => {
                            Cow::Borrowed(values.get(from..from + len).unwrap_or_default())
                        }
                        Place::Picks(_) => Cow::Owned(place.take(values, |value| value)),
                    },
                    Values::F64 { .. } | Values::Masks { .. } | Values::Lists { .. } => {
                        Cow::Owned(vec![0; len])
                    }
                }
            }
        }
    }

    /// The key of one lane; means nothing where absent.
    pub fn at(&self, lane: usize) -> i64 {
        match self {
            KeyData::Constant(key) => *key,
            KeyData::Owned(keys) => keys.get(lane).copied().unwrap_or(0),
            KeyData::Narrow(keys) => keys.at(lane),
            KeyData::Counts(counts) => counts.get(lane).map_or(0, |count| i64::from(*count)),
            KeyData::Stored(view) => {
                meter::read(1, view.packed.values.width_bytes());
                packed_key(view.packed, view.place.at(lane))
            }
        }
    }
}

/// Keys of what is stored at those places.
fn widened<T: Copy + Default + Into<u32>>(
    place: Place<'_>,
    values: &[T],
    (base, step): (i64, u32),
) -> Vec<i64> {
    if step == 1 {
        return place.take(values, |value| base + i64::from(value.into()));
    }
    place.take(values, |value| key_of(base, step, value.into()))
}

/// The key at a place of a packed run; means nothing where absent.
pub fn packed_key(packed: &Packed, at: usize) -> i64 {
    match &packed.values {
        Values::Constant { base, .. } => *base,
        Values::U8 { base, step, values } => key_of(
            *base,
            *step,
            values.get(at).map_or(0, |value| u32::from(*value)),
        ),
        Values::U16 { base, step, values } => key_of(
            *base,
            *step,
            values.get(at).map_or(0, |value| u32::from(*value)),
        ),
        Values::U32 { base, step, values } => {
            key_of(*base, *step, values.get(at).map_or(0, |value| *value))
        }
        Values::I64 { values } => values.get(at).copied().unwrap_or(0),
        Values::F64 { .. } | Values::Masks { .. } | Values::Lists { .. } => 0,
    }
}

/// Int, Money, Enum, Date, Time as 64-bit keys.
#[derive(Clone, Debug)]
pub struct Keys<'a> {
    /// The keys.
    pub data: KeyData<'a>,
    /// `None` = all present.
    pub presence: Option<Vec<u64>>,
}

impl Keys<'_> {
    /// Whether the key is the same and present in every lane.
    pub fn is_constant(&self) -> bool {
        matches!(self.data, KeyData::Constant(_)) && self.presence.is_none()
    }
}

/// Where numbers come from.
#[derive(Clone, Debug)]
pub enum NumberData<'a> {
    /// The same in every lane.
    Constant(f64),
    /// As stored.
    Stored(View<'a>),
    /// Computed.
    Owned(Vec<f64>),
}

/// Numbers: finite, and never minus zero, so that equal numbers have equal bits.
#[derive(Clone, Debug)]
pub struct Numbers<'a> {
    /// The numbers.
    pub data: NumberData<'a>,
    /// `None` = all present.
    pub presence: Option<Vec<u64>>,
}

impl Numbers<'_> {
    /// One number a lane.
    pub fn wide(&self, len: usize) -> Cow<'_, [f64]> {
        match &self.data {
            NumberData::Constant(number) => Cow::Owned(vec![*number; len]),
            NumberData::Owned(numbers) => Cow::Borrowed(numbers),
            NumberData::Stored(view) => {
                meter::read(len, view.packed.values.width_bytes());
                match (&view.packed.values, view.place) {
                    (Values::F64 { values }, Place::Range { from, len }) => {
                        Cow::Borrowed(values.get(from..from + len).unwrap_or_default())
                    }
                    (Values::F64 { values }, place) => {
                        Cow::Owned(place.take(values, |value| value))
                    }
                    _ => Cow::Owned(vec![0.0; len]),
                }
            }
        }
    }
}

/// Texts as codes into a table.
#[derive(Clone, Debug)]
pub struct Texts<'a> {
    /// Codes.
    pub codes: KeyData<'a>,
    /// What they stand for.
    pub table: TextTable<'a>,
    /// `None` = all present.
    pub presence: Option<Vec<u64>>,
}

/// Sets: as stored, or as plain values.
#[derive(Clone, Debug)]
pub enum Sets<'a> {
    /// Masks or lists of dictionary codes.
    Stored {
        /// The column's part.
        view: View<'a>,
        /// Its members' texts.
        dictionary: &'a Dictionary,
        /// `None` = all present.
        presence: Option<Vec<u64>>,
    },
    /// One a lane.
    Owned(Vec<Option<Value>>),
}
