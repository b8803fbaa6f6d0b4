//! Cuts a run of facts into bodies of about [`limit::BLOCK_BYTES_AIM`] packed bytes.

use super::HEAD_BYTES;
use super::body::{self, Body};
use crate::base::limit;
use crate::base::value::Value;
use crate::store::catalog::{self, Catalog};
use crate::store::error::StoreError;
use crate::store::fact::{Fact, Target};

/// Bytes a body may have.
const BODY_BYTES_MAX: usize = limit::STORE_VALUE_BYTES_MAX - HEAD_BYTES;

/// Packs facts that were checked against the catalog. Refuses a fact that alone fills more than
/// a block.
pub fn pack(facts: &[Fact], catalog: &Catalog) -> Result<Vec<Body>, StoreError> {
    let mut bodies = Vec::new();
    let mut rest = facts;
    // Raw bytes that made one packed byte, learnt from the block before.
    let mut ratio = 3.0_f64;
    while !rest.is_empty() {
        let (mut count, mut raw) = reach(rest, ratio * limit::BLOCK_BYTES_AIM as f64);
        let body = loop {
            let part = rest.get(..count).unwrap_or(rest);
            let body = body::encode(part, catalog).map_err(StoreError::bad)?;
            let length = body.bytes.len();
            ratio = raw as f64 / length.max(1) as f64;
            if length <= limit::BLOCK_BYTES_AIM * 5 / 4 || count == 1 {
                break body;
            }
            count = (count * limit::BLOCK_BYTES_AIM / length).clamp(1, count - 1);
            raw = rest.iter().take(count).map(raw_bytes).sum();
        };
        if body.bytes.len() > BODY_BYTES_MAX {
            return Err(too_large(rest.first(), body.bytes.len()));
        }
        rest = rest.get(count..).unwrap_or_default();
        bodies.push(body);
    }
    Ok(bodies)
}

/// How many of the facts come to that many raw bytes, within the bounds of a block, and their raw bytes; at
/// least one.
fn reach(facts: &[Fact], raw_max: f64) -> (usize, usize) {
    let (mut count, mut raw, mut values) = (0, 0, 0);
    for fact in facts.iter().take(limit::BLOCK_FACTS_MAX) {
        let bytes = raw_bytes(fact);
        values += value_count(fact);
        let is_more = (raw + bytes) as f64 > raw_max || values > limit::BLOCK_VALUES_MAX;
        if count > 0 && is_more {
            break;
        }
        raw += bytes;
        count += 1;
    }
    (count, raw)
}

/// Refuses a fact that could not be read back, whatever its packed size.
pub fn check_size(fact: &Fact) -> Result<(), StoreError> {
    let fields = match fact {
        Fact::Attributes { fields, .. } => fields.len(),
        Fact::Event { fields, .. } | Fact::Holding { fields, .. } => fields.len(),
        Fact::Customer { .. } | Fact::Relation { .. } => 0,
    };
    if fields > limit::FIELDS_MAX {
        return Err(StoreError::bad(format!(
            "{} has {fields} fields, at most {} are stored",
            catalog::describe(fact),
            limit::FIELDS_MAX
        )));
    }
    if value_count(fact) > limit::BLOCK_VALUES_MAX {
        return Err(too_large(Some(fact), raw_bytes(fact)));
    }
    Ok(())
}

fn too_large(fact: Option<&Fact>, bytes: usize) -> StoreError {
    StoreError::TooLarge {
        what: fact.map_or_else(|| "a fact".to_owned(), catalog::describe),
        bytes: bytes as u64,
        bytes_max: BODY_BYTES_MAX as u64,
    }
}

/// About the bytes of a fact before packing; more than it takes in a block with a few others.
pub fn raw_bytes(fact: &Fact) -> usize {
    let values = |fields: &[Option<Value>]| {
        let bytes = fields.iter().map(|value| raw_value(value.as_ref()));
        bytes.sum::<usize>()
    };
    match fact {
        Fact::Customer { id, .. } => 16 + id.len(),
        Fact::Attributes { fields, .. } => {
            let bytes = fields.iter().map(|(_, value)| raw_value(value.as_ref()));
            32 + bytes.sum::<usize>()
        }
        Fact::Event { fields, .. } => 40 + values(fields),
        Fact::Holding { key, fields, .. } => 32 + key.len() + values(fields),
        Fact::Relation { to, .. } => match to {
            Target::Customer(_) => 32,
            Target::Text(text) => 32 + text.len(),
        },
    }
}

fn raw_value(value: Option<&Value>) -> usize {
    match value {
        None => 4,
        Some(Value::Text(text)) => 8 + text.len(),
        Some(Value::Set(set)) => set.iter().map(|item| raw_value(Some(item))).sum::<usize>() + 8,
        Some(_) => 12,
    }
}

fn value_count(fact: &Fact) -> usize {
    let items = |value: Option<&Value>| match value {
        Some(Value::Set(set)) => 1 + set.len(),
        _ => 1,
    };
    match fact {
        Fact::Customer { .. } | Fact::Relation { .. } => 1,
        Fact::Attributes { fields, .. } => {
            let counts = fields.iter().map(|(_, value)| items(value.as_ref()));
            counts.sum()
        }
        Fact::Event { fields, .. } | Fact::Holding { fields, .. } => {
            fields.iter().map(|value| items(value.as_ref())).sum()
        }
    }
}
