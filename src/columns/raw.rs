//! Values of one field while they are being gathered, and their packing into the
//! narrowest layout. What is packed depends on the values alone, never on how they came.

use std::sync::Arc;

use super::bits::Bits;
use super::code;
use super::dictionary::{Dictionary, Full};
use super::packed::{Packed, Values};
use crate::base::kind::Kind;
use crate::base::value::Value;

/// How values are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// 64-bit keys
    Key,
    /// bits of 64-bit floats
    Number,
    /// sorted dictionary codes
    Set,
}

/// A growing run of values.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    form: Form,
    present: Vec<bool>,
    /// Keys, or bits of numbers; empty for sets.
    keys: Vec<i64>,
    /// Where the codes of each set lie; empty for others.
    spans: Vec<(usize, usize)>,
    codes: Vec<u32>,
}

impl Raw {
    /// No values yet, for a field of that kind.
    pub fn new(kind: &Kind) -> Self {
        Self {
            form: match kind {
                Kind::Number => Form::Number,
                Kind::Set(_) => Form::Set,
                _ => Form::Key,
            },
            present: Vec::new(),
            keys: Vec::new(),
            spans: Vec::new(),
            codes: Vec::new(),
        }
    }

    /// The values of a packed run.
    fn of(packed: &Packed) -> Self {
        let form = match packed.values {
            Values::F64 { .. } => Form::Number,
            Values::Masks { .. } | Values::Lists { .. } => Form::Set,
            _ => Form::Key,
        };
        let mut raw = Self {
            form,
            present: Vec::new(),
            keys: Vec::new(),
            spans: Vec::new(),
            codes: Vec::new(),
        };
        raw.extend(Some(packed), packed.len());
        raw
    }

    pub fn len(&self) -> usize {
        self.present.len()
    }

    /// Adds an absent value.
    pub fn push_absent(&mut self) {
        self.push_absents(1);
    }

    /// Adds absent values.
    pub fn push_absents(&mut self, count: usize) {
        let len = self.present.len() + count;
        self.present.resize(len, false);
        match self.form {
            Form::Set => self.spans.resize(len, (0, 0)),
            Form::Key | Form::Number => self.keys.resize(len, 0),
        }
    }

    /// Adds a value that fits the field; texts enter the dictionary.
    pub fn push(
        &mut self,
        value: Option<&Value>,
        dictionary: Option<&mut Arc<Dictionary>>,
    ) -> Result<(), Full> {
        let Some(value) = value else {
            self.push_absent();
            return Ok(());
        };
        match value {
            Value::Number(number) => self.keys.push(number.to_bits() as i64),
            Value::Text(text) => {
                let key = intern(text, dictionary)?;
                self.keys.push(i64::from(key));
            }
            Value::Set(members) => {
                let codes = intern_members(members, dictionary)?;
                self.push_codes(codes.into_iter());
                return Ok(());
            }
            other => self.keys.push(code::key(other).unwrap_or_default()),
        }
        self.present.push(true);
        Ok(())
    }

    /// Adds a set of sorted codes.
    pub fn push_codes(&mut self, codes: impl Iterator<Item = u32>) {
        let start = self.codes.len();
        self.codes.extend(codes);
        self.spans.push((start, self.codes.len()));
        self.present.push(true);
    }

    /// Adds the `count` values of a packed run of the same field; `None` = all absent.
    pub fn extend(&mut self, packed: Option<&Packed>, count: usize) {
        let start = self.present.len();
        let Some(packed) = packed else {
            self.push_absents(count);
            return;
        };
        if self.form == Form::Set {
            for at in 0..count {
                match packed.members(at) {
                    Some(members) => self.push_codes(members),
                    None => self.push_absent(),
                }
            }
            return;
        }
        self.push_absents(count);
        if let Some(keys) = self.keys.get_mut(start..) {
            packed.decode_keys(0, keys);
        }
        if let Some(present) = self.present.get_mut(start..) {
            match &packed.presence {
                None => present.fill(true),
                Some(bits) => {
                    for at in bits.iter() {
                        if let Some(place) = present.get_mut(at) {
                            *place = true;
                        }
                    }
                }
            }
        }
    }

    /// Adds all of another run of the same field.
    pub fn append(&mut self, other: &Self) {
        let shift = self.codes.len();
        self.present.extend_from_slice(&other.present);
        self.keys.extend_from_slice(&other.keys);
        self.codes.extend_from_slice(&other.codes);
        self.spans.extend(
            other
                .spans
                .iter()
                .map(|(from, to)| (from + shift, to + shift)),
        );
    }

    /// Overwrites place `to` with place `from` of another run of the same field.
    pub fn copy_from(&mut self, to: usize, other: &Self, from: usize) {
        let Some(present) = other.present.get(from).copied() else {
            return;
        };
        if let Some(place) = self.present.get_mut(to) {
            *place = present;
        }
        if let (Some(place), Some(key)) = (self.keys.get_mut(to), other.keys.get(from)) {
            *place = *key;
        }
        if let Some((start, end)) = other.spans.get(from).copied() {
            let at = self.codes.len();
            self.codes
                .extend_from_slice(other.codes.get(start..end).unwrap_or_default());
            if let Some(place) = self.spans.get_mut(to) {
                *place = (at, self.codes.len());
            }
        }
    }

    /// The values at those places, in that order, packed; `None` when none is present.
    pub fn pack(&self, order: &[u32]) -> Option<Packed> {
        let places = || order.iter().map(|at| *at as usize);
        let present: Vec<bool> = places()
            .map(|at| self.present.get(at).copied().unwrap_or(false))
            .collect();
        if !present.contains(&true) {
            return None;
        }
        if self.form == Form::Set {
            let sets = places()
                .zip(&present)
                .map(|(at, there)| if *there { self.set(at) } else { &[] });
            return Some(pack_sets(sets, &present));
        }
        let keys: Vec<i64> = places()
            .map(|at| self.keys.get(at).copied().unwrap_or(0))
            .collect();
        Some(self.pack_keys(&keys, &present))
    }

    /// All values packed in their order; `None` when none is present.
    pub fn pack_all(&self) -> Option<Packed> {
        if !self.present.contains(&true) {
            return None;
        }
        if self.form == Form::Set {
            let sets = (0..self.len())
                .zip(&self.present)
                .map(|(at, there)| if *there { self.set(at) } else { &[] });
            return Some(pack_sets(sets, &self.present));
        }
        Some(self.pack_keys(&self.keys, &self.present))
    }

    fn set(&self, at: usize) -> &[u32] {
        self.spans
            .get(at)
            .and_then(|(from, to)| self.codes.get(*from..*to))
            .unwrap_or_default()
    }

    fn pack_keys(&self, keys: &[i64], present: &[bool]) -> Packed {
        if self.form == Form::Number {
            let numbers = keys.iter().zip(present);
            return Packed {
                presence: presence(present),
                values: Values::F64 {
                    values: numbers
                        .map(|(bits, there)| {
                            if *there {
                                f64::from_bits(*bits as u64)
                            } else {
                                0.0
                            }
                        })
                        .collect(),
                },
                bounds: None,
            };
        }
        pack_keys(keys, present)
    }
}

fn intern(text: &Arc<str>, dictionary: Option<&mut Arc<Dictionary>>) -> Result<u32, Full> {
    let dictionary = dictionary.ok_or(Full)?;
    match dictionary.code(text) {
        Some(code) => Ok(code),
        None => Arc::make_mut(dictionary).intern(text),
    }
}

fn intern_members(
    members: &[Value],
    mut dictionary: Option<&mut Arc<Dictionary>>,
) -> Result<Vec<u32>, Full> {
    let mut codes = Vec::with_capacity(members.len());
    for member in members {
        let text: Arc<str> = match member {
            Value::Text(text) => Arc::clone(text),
            other => code::member_text(other).unwrap_or_default().into(),
        };
        codes.push(intern(&text, dictionary.as_deref_mut())?);
    }
    codes.sort_unstable();
    codes.dedup();
    Ok(codes)
}

fn presence(present: &[bool]) -> Option<Bits> {
    present
        .contains(&false)
        .then(|| present.iter().copied().collect())
}

/// Keys in the narrowest width that holds the present ones.
pub(super) fn pack_keys(keys: &[i64], present: &[bool]) -> Packed {
    let mut bounds: Option<(i64, i64)> = None;
    for (key, there) in keys.iter().zip(present) {
        if *there {
            let (least, greatest) = bounds.unwrap_or((*key, *key));
            bounds = Some((least.min(*key), greatest.max(*key)));
        }
    }
    Packed {
        presence: presence(present),
        values: narrow(keys, present, bounds.unwrap_or_default()),
        bounds,
    }
}

/// The values at those places, in that order, packed; `None` when none is present.
pub(super) fn pick(packed: &Packed, order: &[u32]) -> Option<Packed> {
    Raw::of(packed).pack(order)
}

/// Keys all of which are present.
pub(super) fn pack_present(keys: &[i64]) -> Packed {
    pack_keys(keys, &vec![true; keys.len()])
}

fn narrow(keys: &[i64], present: &[bool], (base, greatest): (i64, i64)) -> Values {
    let range = greatest.wrapping_sub(base) as u64;
    let offsets = keys.iter().zip(present).map(|(key, there)| {
        if *there {
            key.wrapping_sub(base) as u64
        } else {
            0
        }
    });
    let step = step(offsets.clone(), range);
    let range = range / u64::from(step);
    let stored = offsets.map(|offset| match step {
        1 => offset,
        _ => offset / u64::from(step),
    });
    if range == 0 {
        let len = keys.len();
        Values::Constant { base, len }
    } else if range <= u64::from(u8::MAX) {
        Values::U8 {
            base,
            step,
            values: stored.map(|value| value as u8).collect(),
        }
    } else if range <= u64::from(u16::MAX) {
        Values::U16 {
            base,
            step,
            values: stored.map(|value| value as u16).collect(),
        }
    } else if range <= u64::from(u32::MAX) {
        Values::U32 {
            base,
            step,
            values: stored.map(|value| value as u32).collect(),
        }
    } else {
        let keys = keys.iter().zip(present);
        Values::I64 {
            values: keys
                .map(|(key, there)| if *there { *key } else { 0 })
                .collect(),
        }
    }
}

/// Bytes of the narrowest width that holds numbers up to one.
pub(super) fn width_bytes(greatest: u64) -> usize {
    match greatest {
        0 => 0,
        0x01..=0xff => 1,
        0x0100..=0xffff => 2,
        0x1_0000..=0xffff_ffff => 4,
        _ => 8,
    }
}

/// What to divide offsets by: the greatest number that divides all of them where that makes them narrower, else 1.
fn step(offsets: impl Iterator<Item = u64>, range: u64) -> u32 {
    // Stored widths are those of keys whose distance is a key too.
    if range <= u64::from(u8::MAX) || i64::try_from(range).is_err() {
        return 1;
    }
    let mut common = range;
    for offset in offsets {
        if !offset.is_multiple_of(common) {
            common = divisor(common, offset);
            if common == 1 {
                return 1;
            }
        }
    }
    match u32::try_from(common) {
        Ok(step) if width_bytes(range / common) < width_bytes(range) => step,
        _ => 1,
    }
}

fn divisor(mut one: u64, mut other: u64) -> u64 {
    while other != 0 {
        (one, other) = (other, one % other);
    }
    one
}

fn pack_sets<'a>(sets: impl Iterator<Item = &'a [u32]> + Clone, present: &[bool]) -> Packed {
    let small = sets
        .clone()
        .all(|codes| codes.last().is_none_or(|greatest| *greatest < 64));
    let values = if small {
        Values::Masks {
            values: sets
                .map(|codes| {
                    codes
                        .iter()
                        .fold(0, |mask, code| mask | 1u64 << (code % 64))
                })
                .collect(),
        }
    } else {
        let mut offsets = Vec::with_capacity(present.len() + 1);
        let mut codes = Vec::new();
        offsets.push(0);
        for set in sets {
            codes.extend_from_slice(set);
            offsets.push(u32::try_from(codes.len()).unwrap_or(u32::MAX));
        }
        codes.shrink_to_fit();
        Values::Lists {
            offsets: offsets.into(),
            codes: codes.into(),
        }
    };
    Packed {
        presence: presence(present),
        values,
        bounds: None,
    }
}
