//! What makes two events the same: beside customer, kind and instant a hash of the id,
//! or, without one, of the content and how often it has occurred. Hashes stand in the
//! store for good: their input may never change.

mod seen;

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use self::seen::Seen;
use crate::base::checksum::xxh3;
use crate::base::kind::Kind;
use crate::base::limit::IMPORT_UNNAMED_EVENTS_MAX;
use crate::base::value::Value;
use crate::schema::{Event, EventId, Schema};

/// What is known of an event without an id before it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unnamed {
    /// Hash of its content: of its present fields by name, so that a field added to the schema later
    /// changes nothing.
    pub content: u64,
    /// Hash of content, kind, customer and instant: what is counted.
    pub key: u64,
}

impl Unnamed {
    /// The identity of the event of that content that came as the `count`th.
    fn identity(self, count: u32) -> u64 {
        let mut bytes = [0; 12];
        let (content, times) = bytes.split_at_mut(8);
        content.copy_from_slice(&self.content.to_le_bytes());
        times.copy_from_slice(&count.to_le_bytes());
        xxh3(&bytes)
    }
}

/// Hashes events of one schema; keeps what is the same for all events of a kind.
#[derive(Debug, Default)]
pub struct Hashing {
    /// By kind, from its first event on: fields in the order of their names.
    orders: Vec<Option<Vec<usize>>>,
    bytes: Vec<u8>,
}

impl Hashing {
    /// Of an event with an id from outside.
    pub fn of_id(&mut self, id: &str) -> u64 {
        self.bytes.clear();
        self.bytes.extend_from_slice(b"id\0");
        self.bytes.extend_from_slice(id.as_bytes());
        xxh3(&self.bytes)
    }

    /// Of an event without an id; `None`: the schema has no such kind.
    pub fn unnamed(
        &mut self,
        schema: &Schema,
        event: EventId,
        customer: &str,
        at: i64,
        sequence: Option<i64>,
        fields: &[Option<Value>],
    ) -> Option<Unnamed> {
        let kind = schema.event(event)?;
        let place = usize::from(event.0);
        if self.orders.len() <= place {
            self.orders.resize(place + 1, None);
        }
        let kept = self.orders.get_mut(place)?;
        let order = kept.get_or_insert_with(|| order(kind));
        let unnamed = of_event(
            &mut self.bytes,
            (kind, order),
            (customer, at, sequence),
            fields,
        );
        Some(unnamed)
    }
}

/// Places of the fields by name.
fn order(kind: &Event) -> Vec<usize> {
    let mut order: Vec<usize> = (0..kind.fields.len()).collect();
    order.sort_by_key(|at| kind.fields.get(*at).map(|field| &field.name));
    order
}

fn of_event(
    bytes: &mut Vec<u8>,
    (kind, order): (&Event, &[usize]),
    (customer, at, sequence): (&str, i64, Option<i64>),
    fields: &[Option<Value>],
) -> Unnamed {
    bytes.clear();
    bytes.extend_from_slice(b"content\0");
    if let Some(sequence) = sequence {
        bytes.extend_from_slice(b"sequence\0");
        bytes.extend_from_slice(&sequence.to_le_bytes());
    }
    for place in order {
        if let (Some(field), Some(Some(value))) = (kind.fields.get(*place), fields.get(*place)) {
            text(bytes, &field.name);
            content(bytes, value, &field.kind);
        }
    }
    let content = xxh3(bytes);
    text(bytes, &kind.name);
    text(bytes, customer);
    bytes.extend_from_slice(&at.to_le_bytes());
    let key = xxh3(bytes);
    Unnamed { content, key }
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend_from_slice(&(text.len() as u64).to_le_bytes());
    bytes.extend_from_slice(text.as_bytes());
}

fn content(bytes: &mut Vec<u8>, value: &Value, kind: &Kind) {
    match value {
        Value::Bool(value) => bytes.extend_from_slice(&[b'b', u8::from(*value)]),
        Value::Int(value) => number(bytes, b'i', *value),
        Value::Number(value) => number(bytes, b'n', (value + 0.0).to_bits() as i64),
        Value::Money(value) => number(bytes, b'm', value.0),
        Value::Date(value) => number(bytes, b'd', i64::from(value.0)),
        Value::Time(value) => number(bytes, b't', value.0),
        Value::Text(value) => {
            bytes.push(b'x');
            text(bytes, value);
        }
        Value::Enum(code) => {
            bytes.push(b'e');
            let name = match kind {
                Kind::Enum(list) => list.name(*code),
                _ => None,
            };
            text(bytes, name.unwrap_or(""));
        }
        Value::Set(members) => {
            number(bytes, b's', members.len() as i64);
            let inner = match kind {
                Kind::Set(inner) => inner,
                other => other,
            };
            for member in members.iter() {
                content(bytes, member, inner);
            }
        }
    }
}

fn number(bytes: &mut Vec<u8>, tag: u8, value: i64) {
    bytes.push(tag);
    bytes.extend_from_slice(&value.to_le_bytes());
}

/// Counts equal events of one file, so that equal lines are separate events and reading
/// the file again adds none.
#[derive(Default)]
pub struct Occurrences {
    seen: Seen,
    /// How often those came that came more than once.
    often: HashMap<u64, u32, BuildHasherDefault<Already>>,
}

impl Occurrences {
    /// Counts an event and gives its identity. `None`: there are too many to count.
    pub fn count(&mut self, unnamed: Unnamed) -> Option<u64> {
        if self.seen.len() >= IMPORT_UNNAMED_EVENTS_MAX {
            return None;
        }
        if self.seen.insert(unnamed.key) {
            return Some(unnamed.identity(1));
        }
        let count = self.often.entry(unnamed.key).or_insert(1);
        *count += 1;
        Some(unnamed.identity(*count))
    }

    /// Brings near what counting these will ask for, all of it at once.
    pub fn expect(&self, coming: impl Iterator<Item = Unnamed>) {
        self.seen.expect(coming.map(|unnamed| unnamed.key));
    }
}

/// Of keys that are hashes already.
#[derive(Clone, Debug, Default)]
pub struct Already(u64);

impl Hasher for Already {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = self.0.rotate_left(32) ^ xxh3(bytes);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = self.0.rotate_left(32) ^ value;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::testing;

    /// The identity of the next event with this content.
    fn next(
        seen: &mut Occurrences,
        kind: &Event,
        customer: &str,
        (at, sequence): (i64, Option<i64>),
        fields: &[Option<Value>],
    ) -> Option<u64> {
        let schema = Schema {
            events: vec![kind.clone()],
            ..Schema::default()
        };
        let mut hashing = Hashing::default();
        let unnamed = hashing.unnamed(&schema, EventId(0), customer, at, sequence, fields)?;
        seen.count(unnamed)
    }

    #[test]
    fn equal_lines_are_separate_and_repeatable() {
        let schema = testing::schema();
        let kind = &schema.events[0];
        let fields = |amount| vec![Some(Value::Int(amount)), None];
        let mut first = Occurrences::default();
        let mut again = Occurrences::default();
        let ids: Vec<_> = [1, 1, 2, 1]
            .map(|amount| next(&mut first, kind, "c", (0, None), &fields(amount)).unwrap())
            .to_vec();
        let same: Vec<_> = [1, 1, 2, 1]
            .map(|amount| next(&mut again, kind, "c", (0, None), &fields(amount)).unwrap())
            .to_vec();
        assert_eq!(ids, same);
        let mut distinct = ids.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), 4);
        let other = next(&mut first, kind, "d", (0, None), &fields(1)).unwrap();
        assert_eq!(
            other, ids[0],
            "customers are told apart by their row, not here"
        );
    }

    #[test]
    fn identities_never_change() {
        assert_eq!(Hashing::default().of_id("42"), 2_875_811_208_480_773_281);
        let schema = testing::schema();
        let kind = &schema.events[0];
        let mut grown = kind.clone();
        grown.fields.reverse();
        let fields = vec![Some(Value::Int(7)), Some(Value::Enum(1))];
        let turned = vec![Some(Value::Enum(1)), Some(Value::Int(7))];
        let old = next(
            &mut Occurrences::default(),
            kind,
            "c",
            (5, Some(1)),
            &fields,
        );
        let new = next(
            &mut Occurrences::default(),
            &grown,
            "c",
            (5, Some(1)),
            &turned,
        );
        assert_eq!(
            old, new,
            "the order of fields in the schema counts for nothing"
        );
        assert_eq!(old, Some(9_839_652_768_630_410_979));
    }
}
