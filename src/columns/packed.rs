//! Values of one kind in the narrowest width that holds them, with presence.
//! Everything but numbers and sets is a 64-bit key: Bool 0/1, Int, Money in
//! ten-thousandths, Enum code, Date days, Time seconds, Text dictionary code.
//! Made in `raw`; what a key means is said in `code`.

use std::ops::Range;

use super::bits::{self, Bits};
use super::code;
use super::dictionary::Dictionary;
use super::saved::Run;
use crate::base::kind::Kind;
use crate::base::value::Value;

/// A run of values.
#[derive(Clone, Debug, PartialEq)]
pub struct Packed {
    /// Which values are present; `None` = all.
    pub presence: Option<Bits>,
    /// The values; an absent place holds `base` (0 in `I64`, 0.0 in `F64`, an empty set).
    pub values: Values,
    /// Smallest and greatest present key (not for `F64` and sets); `None` when nothing is present.
    pub bounds: Option<(i64, i64)>,
}

/// The narrowest layout. `U8`, `U16`, `U32` hold `(key - base) / step`: what all keys are apart by multiples
/// of is left out where that makes them narrower, so that amounts in whole hundredths take what hundredths take.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Every key is `base`; `len` of them.
    Constant {
        /// The key.
        base: i64,
        /// How many.
        len: usize,
    },
    /// 8 bits
    U8 {
        /// Added to each.
        base: i64,
        /// Each is multiplied by it; at least 1.
        step: u32,
        /// (key - base) / step
        values: Run<u8>,
    },
    /// 16 bits
    U16 {
        /// Added to each.
        base: i64,
        /// Each is multiplied by it; at least 1.
        step: u32,
        /// (key - base) / step
        values: Run<u16>,
    },
    /// 32 bits
    U32 {
        /// Added to each.
        base: i64,
        /// Each is multiplied by it; at least 1.
        step: u32,
        /// (key - base) / step
        values: Run<u32>,
    },
    /// 64 bits
    I64 {
        /// key
        values: Run<i64>,
    },
    /// numbers
    F64 {
        /// as they are
        values: Run<f64>,
    },
    /// Sets whose members' dictionary codes are all below 64: bit = code. A column may hold such chunks beside `Lists`.
    Masks {
        /// one word a row
        values: Run<u64>,
    },
    /// Sets of more members: sorted dictionary codes of row i at `offsets[i]..offsets[i+1]`.
    Lists {
        /// one more than rows
        offsets: Run<u32>,
        /// codes
        codes: Run<u32>,
    },
}

/// Members of one set as dictionary codes, ascending.
#[derive(Clone, Debug)]
pub enum Members<'a> {
    /// bits that are left
    Mask(u64),
    /// codes that are left
    List(std::slice::Iter<'a, u32>),
}

impl Iterator for Members<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        match self {
            Members::Mask(0) => None,
            Members::Mask(word) => {
                let bit = word.trailing_zeros();
                *word &= *word - 1;
                Some(bit)
            }
            Members::List(codes) => codes.next().copied(),
        }
    }
}

impl Values {
    /// How many.
    pub fn len(&self) -> usize {
        match self {
            Values::Constant { len, .. } => *len,
            Values::U8 { values, .. } => values.len(),
            Values::U16 { values, .. } => values.len(),
            Values::U32 { values, .. } => values.len(),
            Values::I64 { values } => values.len(),
            Values::F64 { values } => values.len(),
            Values::Masks { values } => values.len(),
            Values::Lists { offsets, .. } => offsets.len().saturating_sub(1),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of one of them where all have the same width; of sets as lists those of a place.
    pub fn width_bytes(&self) -> usize {
        match self {
            Values::Constant { .. } => 0,
            Values::U8 { .. } => 1,
            Values::U16 { .. } => 2,
            Values::U32 { .. } | Values::Lists { .. } => 4,
            Values::I64 { .. } | Values::F64 { .. } | Values::Masks { .. } => 8,
        }
    }

    /// Bytes it holds.
    pub fn memory_bytes(&self) -> usize {
        match self {
            Values::Constant { .. } => 0,
            Values::U8 { values, .. } => values.capacity(),
            Values::U16 { values, .. } => values.capacity() * 2,
            Values::U32 { values, .. } => values.capacity() * 4,
            Values::I64 { values } => values.capacity() * 8,
            Values::F64 { values } => values.capacity() * 8,
            Values::Masks { values } => values.capacity() * 8,
            Values::Lists { offsets, codes } => (offsets.capacity() + codes.capacity()) * 4,
        }
    }
}

impl Packed {
    /// How many places, present or not.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no place.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the value there is present; past the end none is.
    pub fn is_present(&self, at: usize) -> bool {
        match &self.presence {
            None => at < self.len(),
            Some(presence) => presence.get(at),
        }
    }

    /// How many values are present.
    pub fn present(&self) -> u64 {
        match &self.presence {
            None => self.len() as u64,
            Some(presence) => presence.count(),
        }
    }

    /// The key there; `None` when absent, and for numbers and sets.
    pub fn key(&self, at: usize) -> Option<i64> {
        if !self.is_present(at) {
            return None;
        }
        match &self.values {
            Values::Constant { base, .. } => Some(*base),
            Values::U8 { base, step, values } => {
                values.get(at).map(|v| key_of(*base, *step, u32::from(*v)))
            }
            Values::U16 { base, step, values } => {
                values.get(at).map(|v| key_of(*base, *step, u32::from(*v)))
            }
            Values::U32 { base, step, values } => values.get(at).map(|v| key_of(*base, *step, *v)),
            Values::I64 { values } => values.get(at).copied(),
            Values::F64 { .. } | Values::Masks { .. } | Values::Lists { .. } => None,
        }
    }

    /// The number there; `None` when absent, and for keys and sets.
    pub fn number(&self, at: usize) -> Option<f64> {
        match &self.values {
            Values::F64 { values } if self.is_present(at) => values.get(at).copied(),
            _ => None,
        }
    }

    /// Members of the set there; `None` when absent, and for keys and numbers.
    pub fn members(&self, at: usize) -> Option<Members<'_>> {
        if !self.is_present(at) {
            return None;
        }
        match &self.values {
            Values::Masks { values } => values.get(at).copied().map(Members::Mask),
            Values::Lists { offsets, codes } => {
                let (from, to) = (*offsets.get(at)?, *offsets.get(at + 1)?);
                Some(Members::List(codes.get(from as usize..to as usize)?.iter()))
            }
            _ => None,
        }
    }

    /// The value there, read as of that kind.
    pub fn value(&self, at: usize, kind: &Kind, dictionary: Option<&Dictionary>) -> Option<Value> {
        match kind {
            Kind::Number => self.number(at).map(Value::Number),
            Kind::Set(inner) => code::set(inner, self.members(at)?, dictionary?),
            _ => code::value(kind, self.key(at)?, dictionary),
        }
    }

    /// Whether a key from `low` to `high`, both included, may be among them.
    pub fn may_hold(&self, low: i64, high: i64) -> bool {
        self.bounds
            .is_some_and(|(least, greatest)| low <= greatest && least <= high)
    }

    /// Keys from place `start` on; absent ones are as [`Packed::values`] says, those past the end 0.
    /// Numbers give their bits, sets 0.
    pub fn decode_keys(&self, start: usize, out: &mut [i64]) {
        let (out, rest) = cut(out, self.len(), start);
        rest.fill(0);
        let range = start..start + out.len();
        match &self.values {
            Values::Constant { base, .. } => out.fill(*base),
            Values::U8 { base, step, values } => {
                widen(out, values, range, |v| key_of(*base, *step, u32::from(v)))
            }
            Values::U16 { base, step, values } => {
                widen(out, values, range, |v| key_of(*base, *step, u32::from(v)))
            }
            Values::U32 { base, step, values } => {
                widen(out, values, range, |v| key_of(*base, *step, v))
            }
            Values::I64 { values } => widen(out, values, range, |v| v),
            Values::F64 { values } => widen(out, values, range, |v: f64| v.to_bits() as i64),
            Values::Masks { .. } | Values::Lists { .. } => out.fill(0),
        }
    }

    /// Numbers from place `start` on, keys as numbers; absent ones and those past the end as for keys.
    pub fn decode_numbers(&self, start: usize, out: &mut [f64]) {
        let (out, rest) = cut(out, self.len(), start);
        rest.fill(0.0);
        let range = start..start + out.len();
        match &self.values {
            Values::Constant { base, .. } => out.fill(*base as f64),
            Values::U8 { base, step, values } => widen(out, values, range, |v| {
                key_of(*base, *step, u32::from(v)) as f64
            }),
            Values::U16 { base, step, values } => widen(out, values, range, |v| {
                key_of(*base, *step, u32::from(v)) as f64
            }),
            Values::U32 { base, step, values } => {
                widen(out, values, range, |v| key_of(*base, *step, v) as f64)
            }
            Values::I64 { values } => widen(out, values, range, |v| v as f64),
            Values::F64 { values } => widen(out, values, range, |v| v),
            Values::Masks { .. } | Values::Lists { .. } => out.fill(0.0),
        }
    }

    /// Presence of `count` places from `start` on, as words; places past the end are absent.
    pub fn decode_presence(&self, start: usize, count: usize, out: &mut [u64]) {
        match &self.presence {
            Some(presence) => {
                presence.copy_words(start, out);
                clear_from(out, count);
            }
            None => {
                out.fill(u64::MAX);
                clear_from(out, count.min(self.len().saturating_sub(start)));
            }
        }
    }

    /// Positions of present values.
    pub fn present_places(&self) -> Box<dyn Iterator<Item = usize> + '_> {
        match &self.presence {
            None => Box::new(0..self.len()),
            Some(presence) => Box::new(
                presence
                    .words
                    .iter()
                    .enumerate()
                    .flat_map(|(at, word)| bits::ones(*word).map(move |bit| at * 64 + bit)),
            ),
        }
    }

    /// The same with absent places added up to that length.
    pub(super) fn padded(&self, len: usize) -> Self {
        let mut padded = self.clone();
        if len <= self.len() {
            return padded;
        }
        let presence = padded.presence.get_or_insert_with(|| Bits::all(self.len()));
        presence.words.resize(len.div_ceil(64), 0);
        presence.len = len;
        match &mut padded.values {
            Values::Constant { len: places, .. } => *places = len,
            Values::U8 { values, .. } => values.resize(len, 0),
            Values::U16 { values, .. } => values.resize(len, 0),
            Values::U32 { values, .. } => values.resize(len, 0),
            Values::I64 { values } => values.resize(len, 0),
            Values::F64 { values } => values.resize(len, 0.0),
            Values::Masks { values } => values.resize(len, 0),
            Values::Lists { offsets, .. } => {
                let end = offsets.last().copied().unwrap_or_default();
                offsets.resize(len + 1, end);
            }
        }
        padded
    }

    /// How many members the sets hold together.
    pub(super) fn member_count(&self) -> u64 {
        match &self.values {
            Values::Masks { values } => {
                values.iter().map(|word| u64::from(word.count_ones())).sum()
            }
            Values::Lists { codes, .. } => codes.len() as u64,
            _ => 0,
        }
    }

    /// Bytes it holds.
    pub fn memory_bytes(&self) -> usize {
        size_of::<Self>()
            + self.values.memory_bytes()
            + self.presence.as_ref().map_or(0, Bits::memory_bytes)
    }
}

/// The key of what is stored for it.
#[inline]
pub fn key_of(base: i64, step: u32, stored: u32) -> i64 {
    base.wrapping_add(i64::from(stored).wrapping_mul(i64::from(step)))
}

/// What of `out` has values from `start` on, and the rest.
fn cut<T>(out: &mut [T], len: usize, start: usize) -> (&mut [T], &mut [T]) {
    let there = len.saturating_sub(start).min(out.len());
    out.split_at_mut_checked(there).unwrap_or_default()
}

fn widen<S: Copy, T>(out: &mut [T], values: &[S], range: Range<usize>, as_wide: impl Fn(S) -> T) {
    for (target, value) in out.iter_mut().zip(values.get(range).unwrap_or_default()) {
        *target = as_wide(*value);
    }
}

/// Clears the bits from `count` on.
fn clear_from(words: &mut [u64], count: usize) {
    for (at, word) in words.iter_mut().enumerate().skip(count / 64) {
        *word &= if at == count / 64 {
            (1 << (count % 64)) - 1
        } else {
            0
        };
    }
}

#[cfg(test)]
mod tests;
