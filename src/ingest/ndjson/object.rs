//! The fields of one line: what stands under the keys that are wanted, as text.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::base::text::nfc;
use crate::ingest::codes::line::{HALF_CHARACTER, NESTED, REPEATED_KEY};
use crate::ingest::facts::json::unreadable;
use crate::ingest::fault::{Fault, excerpt};

/// What parts the members of a list when they are written as one field.
const MEMBERS: char = ';';

/// Fields of a line, and the room for those of the next.
pub struct Object {
    wanted: Vec<String>,
    /// Whether a key has stood in any line.
    seen: Vec<bool>,
    /// Fields in the order of the line, one after the other.
    said: String,
    /// By key that is wanted: where its field lies in `said`.
    places: Vec<Option<(usize, usize)>>,
    /// Fields in the order wanted.
    text: String,
    ends: Vec<usize>,
}

impl Object {
    /// Of keys in normal form.
    pub fn new(wanted: Vec<String>) -> Self {
        Self {
            seen: vec![false; wanted.len()],
            places: vec![None; wanted.len()],
            wanted,
            said: String::new(),
            text: String::new(),
            ends: Vec::new(),
        }
    }

    /// Reads a line.
    pub fn read(&mut self, line: &str) -> Result<(), Fault> {
        self.said.clear();
        self.places.fill(None);
        let mut fault = None;
        let mut reader = serde_json::Deserializer::from_str(line);
        let whole = Line {
            object: self,
            fault: &mut fault,
        };
        let read = whole.deserialize(&mut reader).and_then(|()| reader.end());
        if let Some(fault) = fault {
            return Err(fault);
        }
        read.map_err(|error| {
            let said = unreadable(&error);
            Fault::record(said.code, said.message)
        })?;
        self.text.clear();
        self.ends.clear();
        for (place, seen) in self.places.iter().zip(&mut self.seen) {
            if let Some((start, end)) = place {
                *seen = true;
                self.text
                    .push_str(self.said.get(*start..*end).unwrap_or(""));
            }
            self.ends.push(self.text.len());
        }
        Ok(())
    }

    /// What was read: fields one after the other, and where each ends.
    pub fn fields(&self) -> (&str, &[usize]) {
        (&self.text, &self.ends)
    }

    /// Places of the keys that stood in no line.
    pub fn never_seen(&self) -> Vec<usize> {
        let seen = self.seen.iter().enumerate();
        seen.filter(|(_, seen)| !**seen).map(|(at, _)| at).collect()
    }

    /// The place of a key, if it is wanted.
    fn find(&self, key: &str) -> Option<usize> {
        self.wanted.iter().position(|wanted| wanted == key)
    }

    /// Takes the value of a key.
    fn take(&mut self, place: usize, raw: &str) -> Result<(), Fault> {
        let key = || self.wanted.get(place).map_or("", String::as_str);
        let Some(slot) = self.places.get_mut(place) else {
            return Ok(());
        };
        if slot.is_some() {
            return Err(within(
                key(),
                REPEATED_KEY,
                "the key stands more than once in the line",
            ));
        }
        let start = self.said.len();
        if let Err((code, problem)) = write(&mut self.said, raw, true) {
            return Err(within(key(), code, problem));
        }
        *slot = Some((start, self.said.len()));
        Ok(())
    }
}

fn within(key: &str, code: &'static str, problem: &str) -> Fault {
    let column = std::sync::Arc::from(excerpt(key));
    Fault::record(code, problem).within(Some(&column))
}

/// Writes a value as a field; members of a list stand between semicolons.
fn write(out: &mut String, raw: &str, is_outer: bool) -> Result<(), (&'static str, &'static str)> {
    match raw.bytes().next() {
        Some(b'n') | None => {}
        Some(b'"') => {
            let inner = raw.get(1..raw.len().saturating_sub(1)).unwrap_or("");
            let text = match inner.contains('\\') {
                false => Cow::Borrowed(inner),
                true => serde_json::from_str::<String>(raw)
                    .map(Cow::Owned)
                    .map_err(|_| (HALF_CHARACTER, "an escape is only half of a character"))?,
            };
            const PARTS: [char; 7] = [',', ';', '|', '，', '；', '、', '｜'];
            if !is_outer && text.contains(PARTS) {
                return Err((
                    NESTED,
                    "a member of the list holds a comma, a semicolon or a bar, which would part it in two",
                ));
            }
            out.push_str(&text);
        }
        Some(b'{') => {
            return Err((
                NESTED,
                "the field holds an object; a source reads one value or a list of values",
            ));
        }
        Some(b'[') if !is_outer => {
            return Err((
                NESTED,
                "the field holds a list inside a list; a source reads one value or a list of values",
            ));
        }
        Some(b'[') => {
            let members: Vec<&RawValue> =
                serde_json::from_str(raw).map_err(|_| (NESTED, "the list cannot be read"))?;
            let mut first = true;
            for member in members {
                if !std::mem::take(&mut first) {
                    out.push(MEMBERS);
                }
                write(out, member.get(), false)?;
            }
        }
        Some(_) => out.push_str(raw),
    }
    Ok(())
}

/// Reads a line into an object; what is wrong with a field is kept beside, since the reader of JSON
/// has its own errors.
struct Line<'a> {
    object: &'a mut Object,
    fault: &'a mut Option<Fault>,
}

impl<'de> DeserializeSeed<'de> for Line<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Line<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(place) = map.next_key_seed(Key(self.object))? {
            match place {
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some(place) => {
                    let raw: &RawValue = map.next_value()?;
                    if let Err(fault) = self.object.take(place, raw.get()) {
                        self.fault.get_or_insert(fault);
                    }
                }
            }
        }
        Ok(())
    }
}

/// Finds the place of a key without keeping the key.
struct Key<'a>(&'a Object);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a key")
    }

    fn visit_str<E: serde::de::Error>(self, key: &str) -> Result<Self::Value, E> {
        let key = key.trim();
        Ok(match key.is_ascii() {
            true => self.0.find(key),
            false => self.0.find(&nfc(key)),
        })
    }
}

/// Tells every key of a line; nothing of a line that is no object.
pub fn keys(line: &str, tell: &mut dyn FnMut(&str)) {
    struct Keys<'a>(&'a mut dyn FnMut(&str));
    impl<'de> Visitor<'de> for Keys<'_> {
        type Value = ();

        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some(key) = map.next_key::<String>()? {
                (self.0)(&nfc(key.trim()));
                map.next_value::<IgnoredAny>()?;
            }
            Ok(())
        }
    }
    let mut reader = serde_json::Deserializer::from_str(line);
    // A line that is no object is told of when it is read as a record.
    let _ = reader.deserialize_map(Keys(tell));
}
