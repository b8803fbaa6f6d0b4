//! The fields of one line: what stands under the keys that are wanted, as text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::base::limit::{JSON_KEY_BYTES_MET_MAX, RECORD_COLUMNS_MAX};
use crate::base::text::nfc;
use crate::ingest::codes::line::{HALF_CHARACTER, NESTED, REPEATED_KEY};
use crate::ingest::facts::json::unreadable;
use crate::ingest::fault::{Fault, excerpt};

/// So many keys are found faster one after the other than by a hash.
const FEW_KEYS: usize = 16;
/// What parts the members of a list when they are written as one field.
const MEMBERS: char = ';';

/// Fields of a line, and the room for those of the next.
pub struct Object {
    wanted: Vec<String>,
    /// Places of the keys that are wanted, where they are many.
    by_key: HashMap<String, usize>,
    /// Keys of the line before as they stood, each with its place if it is wanted: lines of a file mostly have the
    /// same keys in the same order. Long ones are sought each time.
    met: Vec<(String, Option<usize>)>,
    /// How many keys of the line at hand were met.
    met_count: usize,
    /// By key that is wanted: values that are none, when such are passed over.
    passed_over: Option<Vec<u64>>,
    /// Places of those of the line at hand.
    passing: Vec<usize>,
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
        let mut by_key = HashMap::new();
        if wanted.len() > FEW_KEYS {
            for (place, key) in wanted.iter().enumerate() {
                by_key.entry(key.clone()).or_insert(place);
            }
        }
        Self {
            by_key,
            met: Vec::new(),
            met_count: 0,
            passed_over: None,
            passing: Vec::new(),
            seen: vec![false; wanted.len()],
            places: vec![None; wanted.len()],
            wanted,
            said: String::new(),
            text: String::new(),
            ends: Vec::new(),
        }
    }

    /// From now on objects, and lists that are none of values, are empty fields and counted, where else they
    /// would refuse the line. Those of a line that is refused for something else are not.
    pub fn pass_over(&mut self) {
        self.passed_over = Some(vec![0; self.wanted.len()]);
    }

    /// How many values of each key were passed over.
    pub fn passed_over(&self) -> &[u64] {
        self.passed_over.as_deref().unwrap_or(&[])
    }

    /// Reads a line.
    pub fn read(&mut self, line: &str) -> Result<(), Fault> {
        self.said.clear();
        self.places.fill(None);
        self.met_count = 0;
        self.passing.clear();
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
        for place in &self.passing {
            let counts = self.passed_over.as_mut();
            if let Some(count) = counts.and_then(|counts| counts.get_mut(*place)) {
                *count += 1;
            }
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

    /// The place of the next key of the line, if it is wanted.
    fn find(&mut self, key: &str) -> Option<usize> {
        let at = self.met_count;
        self.met_count += 1;
        if let Some((_, place)) = self.met.get(at).filter(|(met, _)| met == key) {
            return *place;
        }
        let place = self.sought(&nfc(key.trim()));
        match self.met.get_mut(at) {
            _ if key.len() > JSON_KEY_BYTES_MET_MAX => {}
            Some(met) => {
                met.0.clear();
                met.0.push_str(key);
                met.1 = place;
            }
            None if at < RECORD_COLUMNS_MAX => self.met.push((key.to_owned(), place)),
            None => {}
        }
        place
    }

    /// The place of a key in normal form.
    fn sought(&self, key: &str) -> Option<usize> {
        match self.wanted.len() {
            0..=FEW_KEYS => self.wanted.iter().position(|wanted| wanted == key),
            _ => self.by_key.get(key).copied(),
        }
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
            if code != NESTED || self.passed_over.is_none() {
                return Err(within(key(), code, problem));
            }
            self.passing.push(place);
            self.said.truncate(start);
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
        let Self { object, fault } = self;
        while let Some(place) = map.next_key_seed(Key(object))? {
            match place {
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some(place) => {
                    let raw: &RawValue = map.next_value()?;
                    if let Err(found) = object.take(place, raw.get()) {
                        fault.get_or_insert(found);
                    }
                }
            }
        }
        Ok(())
    }
}

/// Finds the place of a key without keeping the key.
struct Key<'a>(&'a mut Object);

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
        Ok(self.0.find(key))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_keys_are_read_and_not_remembered() {
        let long = "k".repeat(100_000);
        let mut object = Object::new(vec!["a".to_owned(), long.clone()]);
        for line in [
            format!(r#"{{"{long}":1,"x":0,"a":2}}"#),
            format!(r#"{{"x":0,"{long}":1,"a":2}}"#),
            format!(r#"{{"x":0,"a":2,"{long}":1}}"#),
            format!(r#"{{"{long}":1,"a":2}}"#),
            format!(r#"{{"":0,"a":2,"{long}":1}}"#),
        ] {
            object.read(&line).unwrap();
            assert_eq!(object.fields(), ("21", &[1, 2][..]));
        }
        let room: usize = object.met.iter().map(|(key, _)| key.capacity()).sum();
        assert!(room < 10_000, "{room}");
    }
}
