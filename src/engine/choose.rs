//! Choosing between vectors lane by lane: `if`, `case`, `default`. A lane that no
//! mask takes is missing.

use std::sync::Arc;

use super::outcome::RunError;
use super::text::{TextTable, from_values};
use super::vector::{KeyData, Texts, Truth, Vector};
use super::words;
use crate::base::kind::Kind;

/// Lanes of the masks, which are apart, from their vectors, all of one kind.
pub fn select<'a>(
    kind: &Kind,
    parts: &[(Vec<u64>, &Vector<'a>)],
    len: usize,
) -> Result<Vector<'a>, RunError> {
    if let [(mask, only)] = parts
        && words::is_all(mask, len)
    {
        return Ok((*only).clone());
    }
    match kind {
        Kind::Bool => {
            let (mut yes, mut no) = (words::none(len), words::none(len));
            for (mask, vector) in parts {
                let truth = vector.truth()?;
                words::or_into(&mut yes, &words::and(mask, &truth.yes));
                words::or_into(&mut no, &words::and(mask, &truth.no(len)));
            }
            Ok(Vector::Truth(super::logic::decided(yes, no, len)))
        }
        Kind::Text => texts(parts, len),
        Kind::Set(_) => {
            let mut values = vec![None; len];
            for (mask, vector) in parts {
                for lane in words::positions(mask) {
                    if let Some(place) = values.get_mut(lane) {
                        *place = vector.value(lane, kind);
                    }
                }
            }
            Ok(from_values(values, kind))
        }
        Kind::Number => {
            let mut numbers = vec![0.0; len];
            let mut presence = words::none(len);
            for (mask, vector) in parts {
                let wide = vector.as_numbers(kind, len)?;
                fill(&mut numbers, &wide.wide(len), mask);
                present(&mut presence, mask, vector);
            }
            Ok(Vector::numbers(numbers, some(presence, len)))
        }
        _ => {
            let mut keys = vec![0; len];
            let mut presence = words::none(len);
            for (mask, vector) in parts {
                fill(&mut keys, &vector.as_keys()?.data.wide(len), mask);
                present(&mut presence, mask, vector);
            }
            Ok(Vector::keys(keys, some(presence, len)))
        }
    }
}

fn some(presence: Vec<u64>, len: usize) -> Option<Vec<u64>> {
    (!words::is_all(&presence, len)).then_some(presence)
}

fn present(presence: &mut [u64], mask: &[u64], vector: &Vector<'_>) {
    match vector.presence() {
        Some(of) => words::or_into(presence, &words::and(mask, &of)),
        None => words::or_into(presence, mask),
    }
}

fn fill<T: Copy>(target: &mut [T], from: &[T], mask: &[u64]) {
    for lane in words::positions(mask) {
        if let (Some(place), Some(value)) = (target.get_mut(lane), from.get(lane)) {
            *place = *value;
        }
    }
}

fn texts<'a>(parts: &[(Vec<u64>, &Vector<'a>)], len: usize) -> Result<Vector<'a>, RunError> {
    let mut presence = words::none(len);
    let mut codes = vec![0; len];
    let mut table: Vec<Arc<str>> = Vec::new();
    for (mask, vector) in parts {
        present(&mut presence, mask, vector);
        let texts = vector.texts()?;
        let once = texts.constant().map(|text| (table.len() as i64, text));
        if let Some((_, text)) = once {
            table.push(Arc::from(text));
        }
        for lane in words::positions(mask) {
            let Some(code) = codes.get_mut(lane) else {
                continue;
            };
            match once {
                Some((at, _)) => *code = at,
                None if vector.is_present(lane) => {
                    *code = table.len() as i64;
                    table.push(texts.table.shared(texts.codes.at(lane)));
                }
                None => {}
            }
        }
    }
    Ok(Vector::Texts(Texts {
        codes: KeyData::Owned(codes),
        table: TextTable::Local(Arc::new(table)),
        presence: some(presence, len),
    }))
}

/// What is left after an arm of `case`: lanes whose condition is *no*; unknown ones are lost to missing.
pub fn remaining(open: &[u64], condition: &Truth, len: usize) -> Vec<u64> {
    words::and(open, &condition.no(len))
}
