//! What makes two events the same: beside customer, kind and instant a hash of the id,
//! or, without one, of the content and how often it has occurred. Hashes stand in the
//! store for good: their input may never change.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher as StdHasher};

use crate::base::checksum::Hasher;
use crate::base::kind::Kind;
use crate::base::limit::IMPORT_UNNAMED_EVENTS_MAX;
use crate::base::value::Value;
use crate::schema::Event;

/// Of an event with an id from outside.
pub fn of_id(id: &str) -> u64 {
    let mut hasher = Hasher::new();
    hasher.write(b"id\0");
    hasher.write(id.as_bytes());
    hasher.finish()
}

/// Of an event without one: of its present fields by name, so that a field added to the
/// schema later changes nothing.
fn of_content(kind: &Event, sequence: Option<i64>, fields: &[Option<Value>]) -> Hasher {
    let mut hasher = Hasher::new();
    hasher.write(b"content\0");
    if let Some(sequence) = sequence {
        hasher.write(b"sequence\0");
        hasher.write(&sequence.to_le_bytes());
    }
    let mut present: Vec<_> = kind
        .fields
        .iter()
        .zip(fields)
        .filter_map(|(field, value)| Some((field, value.as_ref()?)))
        .collect();
    present.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    for (field, value) in present {
        text(&mut hasher, &field.name);
        content(&mut hasher, value, &field.kind);
    }
    hasher
}

fn text(hasher: &mut Hasher, text: &str) {
    hasher.write(&(text.len() as u64).to_le_bytes());
    hasher.write(text.as_bytes());
}

fn content(hasher: &mut Hasher, value: &Value, kind: &Kind) {
    match value {
        Value::Bool(value) => hasher.write(&[b'b', u8::from(*value)]),
        Value::Int(value) => number(hasher, b'i', *value),
        Value::Number(value) => number(hasher, b'n', (value + 0.0).to_bits() as i64),
        Value::Money(value) => number(hasher, b'm', value.0),
        Value::Date(value) => number(hasher, b'd', i64::from(value.0)),
        Value::Time(value) => number(hasher, b't', value.0),
        Value::Text(value) => {
            hasher.write(b"x");
            text(hasher, value);
        }
        Value::Enum(code) => {
            hasher.write(b"e");
            let name = match kind {
                Kind::Enum(list) => list.name(*code),
                _ => None,
            };
            text(hasher, name.unwrap_or(""));
        }
        Value::Set(members) => {
            number(hasher, b's', members.len() as i64);
            let inner = match kind {
                Kind::Set(inner) => inner,
                other => other,
            };
            for member in members.iter() {
                content(hasher, member, inner);
            }
        }
    }
}

fn number(hasher: &mut Hasher, tag: u8, value: i64) {
    hasher.write(&[tag]);
    hasher.write(&value.to_le_bytes());
}

/// Counts equal events of one file, so that equal lines are separate events and reading
/// the file again adds none.
#[derive(Default)]
pub struct Occurrences {
    seen: HashMap<u64, u32, BuildHasherDefault<Already>>,
}

impl Occurrences {
    /// The identity of the next event with this content. `None`: there are too many to count.
    pub fn next(
        &mut self,
        kind: &Event,
        customer: &str,
        at: i64,
        sequence: Option<i64>,
        fields: &[Option<Value>],
    ) -> Option<u64> {
        let mut hasher = of_content(kind, sequence, fields);
        let content = hasher.finish();
        text(&mut hasher, &kind.name);
        text(&mut hasher, customer);
        hasher.write(&at.to_le_bytes());
        if self.seen.len() >= IMPORT_UNNAMED_EVENTS_MAX {
            return None;
        }
        let count = self.seen.entry(hasher.finish()).or_insert(0);
        *count += 1;
        let mut hasher = Hasher::new();
        hasher.write(&content.to_le_bytes());
        hasher.write(&count.to_le_bytes());
        Some(hasher.finish())
    }
}

/// Of keys that are hashes already, or end with one.
#[derive(Clone, Debug, Default)]
pub struct Already(u64);

impl StdHasher for Already {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::testing;

    #[test]
    fn equal_lines_are_separate_and_repeatable() {
        let schema = testing::schema();
        let kind = &schema.events[0];
        let fields = |amount| vec![Some(Value::Int(amount)), None];
        let mut first = Occurrences::default();
        let mut again = Occurrences::default();
        let ids: Vec<_> = [1, 1, 2, 1]
            .map(|amount| first.next(kind, "c", 0, None, &fields(amount)).unwrap())
            .to_vec();
        let same: Vec<_> = [1, 1, 2, 1]
            .map(|amount| again.next(kind, "c", 0, None, &fields(amount)).unwrap())
            .to_vec();
        assert_eq!(ids, same);
        let mut distinct = ids.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 4);
        let other = first.next(kind, "d", 0, None, &fields(1)).unwrap();
        assert_eq!(
            other, ids[0],
            "customers are told apart by their row, not here"
        );
    }

    #[test]
    fn identities_never_change() {
        assert_eq!(of_id("42"), 2_875_811_208_480_773_281);
        let schema = testing::schema();
        let kind = &schema.events[0];
        let mut grown = kind.clone();
        grown.fields.reverse();
        let fields = vec![Some(Value::Int(7)), Some(Value::Enum(1))];
        let turned = vec![Some(Value::Enum(1)), Some(Value::Int(7))];
        let old = Occurrences::default().next(kind, "c", 5, Some(1), &fields);
        let new = Occurrences::default().next(&grown, "c", 5, Some(1), &turned);
        assert_eq!(
            old, new,
            "the order of fields in the schema counts for nothing"
        );
        assert_eq!(old, Some(9_839_652_768_630_410_979));
    }
}
