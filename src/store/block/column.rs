//! One field over the facts of a group: which facts have a value, then the values in the form
//! of their kind. Enum values are codes of the catalog here, not of the schema.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::wire::Reader;
use super::{integers, texts};
use crate::base::calendar::{Date, Instant};
use crate::base::limit;
use crate::base::money::Money;
use crate::base::value::Value;
use crate::store::catalog::{DiskKind, Scalar};

const ALL: u8 = 0;
const NONE: u8 = 1;
const SOME: u8 = 2;
const DECIMAL: u8 = 0;
const RAW: u8 = 1;
/// Places tried for numbers that are decimals in truth.
const PLACES_MAX: u8 = 4;

/// Appends the values; each present one is of that kind (else `None`: nothing useful was written).
/// `codes` turns enum values of the schema into those of the catalog.
pub fn encode(
    kind: DiskKind,
    codes: Option<&[u16]>,
    values: &[Option<&Value>],
    out: &mut Vec<u8>,
) -> Option<()> {
    encode_presence(values.iter().map(Option::is_some), out);
    let present: Vec<&Value> = values.iter().flatten().copied().collect();
    if present.is_empty() {
        return Some(());
    }
    out.push(kind.code());
    if !kind.is_set() {
        return encode_scalars(kind.scalar(), codes, &present, out);
    }
    let mut lengths = Vec::with_capacity(present.len());
    let mut items: Vec<&Value> = Vec::new();
    for value in present {
        let Value::Set(set) = value else { return None };
        lengths.push(set.len() as i64);
        items.extend(set.iter());
    }
    integers::encode(&lengths, out);
    encode_scalars(kind.scalar(), codes, &items, out)
}

/// Appends which of them are there.
pub fn encode_presence(present: impl ExactSizeIterator<Item = bool> + Clone, out: &mut Vec<u8>) {
    if present.clone().all(|there| there) {
        out.push(ALL);
    } else if !present.clone().any(|there| there) {
        out.push(NONE);
    } else {
        out.push(SOME);
        let mut byte = 0;
        let count = present.len();
        for (at, there) in present.enumerate() {
            byte |= u8::from(there) << (at % 8);
            if at % 8 == 7 || at + 1 == count {
                out.push(byte);
                byte = 0;
            }
        }
    }
}

/// Reads which of `count` are there.
pub fn decode_presence(reader: &mut Reader, count: usize) -> Option<Vec<bool>> {
    match reader.byte()? {
        ALL => Some(vec![true; count]),
        NONE => Some(vec![false; count]),
        SOME => {
            let bytes = reader.take(count.div_ceil(8))?;
            let bits = bytes
                .iter()
                .flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1));
            Some(bits.take(count).collect())
        }
        _ => None,
    }
}

fn encode_scalars(
    scalar: Scalar,
    codes: Option<&[u16]>,
    values: &[&Value],
    out: &mut Vec<u8>,
) -> Option<()> {
    if scalar == Scalar::Text {
        let list: Option<Vec<&str>> = values
            .iter()
            .map(|value| match value {
                Value::Text(text) => Some(&**text),
                _ => None,
            })
            .collect();
        texts::encode(&list?, out);
        return Some(());
    }
    if scalar == Scalar::Number {
        let list: Option<Vec<f64>> = values
            .iter()
            .map(|value| match value {
                Value::Number(number) => Some(*number),
                _ => None,
            })
            .collect();
        encode_numbers(&list?, out);
        return Some(());
    }
    let list: Option<Vec<i64>> = values
        .iter()
        .map(|value| match (scalar, value) {
            (Scalar::Bool, Value::Bool(yes)) => Some(i64::from(*yes)),
            (Scalar::Int, Value::Int(int)) => Some(*int),
            (Scalar::Money, Value::Money(money)) => Some(money.0),
            (Scalar::Enum, Value::Enum(code)) => {
                codes?.get(*code as usize).map(|code| i64::from(*code))
            }
            (Scalar::Date, Value::Date(date)) => Some(i64::from(date.0)),
            (Scalar::Time, Value::Time(at)) => Some(at.0),
            _ => None,
        })
        .collect();
    integers::encode(&list?, out);
    Some(())
}

/// Numbers that are decimals of few places are packed as whole numbers; each is checked to read
/// back to the same bits.
fn encode_numbers(numbers: &[f64], out: &mut Vec<u8>) {
    let mut scale = 1.0;
    for places in 0..=PLACES_MAX {
        let whole: Option<Vec<i64>> = numbers
            .iter()
            .map(|number| {
                let scaled = (number * scale).round();
                let fits = scaled.abs() < 9e15;
                let whole = scaled as i64;
                (fits && (whole as f64 / scale).to_bits() == number.to_bits()).then_some(whole)
            })
            .collect();
        if let Some(whole) = whole {
            out.push(DECIMAL);
            out.push(places);
            integers::encode(&whole, out);
            return;
        }
        scale *= 10.0;
    }
    out.push(RAW);
    for number in numbers {
        out.extend_from_slice(&number.to_bits().to_le_bytes());
    }
}

fn decode_numbers(reader: &mut Reader, count: usize) -> Option<Vec<f64>> {
    match reader.byte()? {
        DECIMAL => {
            let places = reader.byte()?;
            (places <= PLACES_MAX).then_some(())?;
            let scale = (0..places).fold(1.0, |scale, _| scale * 10.0);
            let whole = integers::decode(reader, count)?;
            Some(
                whole
                    .into_iter()
                    .map(|whole| whole as f64 / scale)
                    .collect(),
            )
        }
        RAW => {
            let bytes = reader.take(count.checked_mul(8)?)?;
            bytes
                .chunks_exact(8)
                .map(|chunk| {
                    let number = f64::from_bits(u64::from_le_bytes(chunk.try_into().ok()?));
                    number.is_finite().then_some(number)
                })
                .collect()
        }
        _ => None,
    }
}

/// Reads `count` values of that kind back. `codes` turns enum codes of the catalog into those of
/// the schema; a value that the schema no longer lists reads as missing. `None`: the bytes are
/// not such a column.
pub fn decode(
    reader: &mut Reader,
    count: usize,
    kind: DiskKind,
    codes: Option<&[Option<u16>]>,
) -> Option<Vec<Option<Value>>> {
    let presence = decode_presence(reader, count)?;
    let present = presence.iter().filter(|there| **there).count();
    if present == 0 {
        return Some(vec![None; count]);
    }
    (reader.byte()? == kind.code()).then_some(())?;
    let values = if kind.is_set() {
        decode_sets(reader, present, kind.scalar(), codes)?
    } else {
        decode_scalars(reader, present, kind.scalar(), codes)?
    };
    let mut values = values.into_iter();
    presence
        .into_iter()
        .map(|there| if there { values.next() } else { Some(None) })
        .collect()
}

fn decode_sets(
    reader: &mut Reader,
    count: usize,
    scalar: Scalar,
    codes: Option<&[Option<u16>]>,
) -> Option<Vec<Option<Value>>> {
    let lengths: Option<Vec<usize>> = integers::decode(reader, count)?
        .into_iter()
        .map(|length| {
            usize::try_from(length)
                .ok()
                .filter(|length| *length <= limit::BLOCK_VALUES_MAX)
        })
        .collect();
    let lengths = lengths?;
    let total: usize = lengths.iter().sum();
    (total <= limit::BLOCK_VALUES_MAX).then_some(())?;
    let mut items = decode_scalars(reader, total, scalar, codes)?.into_iter();
    let sets = lengths.into_iter().map(|length| {
        let mut set: Vec<Value> = items.by_ref().take(length).flatten().collect();
        // The schema may list the values in another order than when they were written.
        set.sort_by(Value::order);
        Some(Value::Set(Arc::from(set)))
    });
    Some(sets.collect())
}

fn decode_scalars(
    reader: &mut Reader,
    count: usize,
    scalar: Scalar,
    codes: Option<&[Option<u16>]>,
) -> Option<Vec<Option<Value>>> {
    if scalar == Scalar::Text {
        let list = texts::decode(reader, count)?.into_iter();
        return Some(list.map(|text| Some(Value::Text(text))).collect());
    }
    if scalar == Scalar::Number {
        let list = decode_numbers(reader, count)?.into_iter();
        return Some(list.map(|number| Some(Value::Number(number))).collect());
    }
    integers::decode(reader, count)?
        .into_iter()
        .map(|whole| {
            Some(match scalar {
                Scalar::Bool => Some(Value::Bool(match whole {
                    0 => false,
                    1 => true,
                    _ => return None,
                })),
                Scalar::Int => Some(Value::Int(whole)),
                Scalar::Money => Some(Value::Money(Money(whole))),
                Scalar::Enum => codes?.get(usize::try_from(whole).ok()?)?.map(Value::Enum),
                Scalar::Date => Some(Value::Date(Date(i32::try_from(whole).ok()?))),
                Scalar::Time => Some(Value::Time(Instant(whole))),
                Scalar::Text | Scalar::Number => return None,
            })
        })
        .collect()
}

/// How many of `count` facts carry a value, of these codes if any are named: what a change of the
/// schema would affect. `None`: the bytes are not a column of that kind.
pub fn carriers(
    bytes: &[u8],
    count: usize,
    kind: DiskKind,
    codes: Option<&BTreeSet<u16>>,
) -> Option<u64> {
    let mut reader = Reader::new(bytes);
    let Some(codes) = codes else {
        let presence = decode_presence(&mut reader, count)?;
        return Some(presence.into_iter().filter(|there| *there).count() as u64);
    };
    let named: Vec<Option<u16>> = (0..=u16::MAX)
        .map(|code| codes.contains(&code).then_some(code))
        .collect();
    let values = decode(&mut reader, count, kind, Some(&named))?;
    let carries = |value: &Option<Value>| match value {
        Some(Value::Set(set)) => !set.is_empty(),
        Some(_) => true,
        None => false,
    };
    Some(values.iter().filter(|value| carries(value)).count() as u64)
}
