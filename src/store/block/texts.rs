//! Columns of texts: each distinct text once with a code for every place, or lengths and bytes.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::Arc;

use super::integers;
use super::wire::{Reader, put_varint};
use crate::base::checksum::xxh3;

/// Hashes bytes quickly.
#[derive(Default)]
struct Bytes(u64);

impl Hasher for Bytes {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = self.0.rotate_left(32) ^ xxh3(bytes);
    }

    fn write_usize(&mut self, length: usize) {
        self.0 ^= length as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

const PLAIN: u8 = 0;
const DISTINCT: u8 = 1;

/// Appends the texts, as distinct ones with codes when at most half of them differ.
pub fn encode(texts: &[&str], out: &mut Vec<u8>) {
    let mut seen: HashMap<&[u8], i64, BuildHasherDefault<Bytes>> = HashMap::default();
    let mut distinct: Vec<&str> = Vec::new();
    let codes: Vec<i64> = texts
        .iter()
        .map(|text| {
            *seen.entry(text.as_bytes()).or_insert_with(|| {
                distinct.push(text);
                distinct.len() as i64 - 1
            })
        })
        .collect();
    if distinct.len() * 2 <= texts.len() {
        out.push(DISTINCT);
        put_varint(out, distinct.len() as u64);
        encode_plain(&distinct, out);
        integers::encode(&codes, out);
    } else {
        out.push(PLAIN);
        encode_plain(texts, out);
    }
}

fn encode_plain(texts: &[&str], out: &mut Vec<u8>) {
    let lengths: Vec<i64> = texts.iter().map(|text| text.len() as i64).collect();
    integers::encode(&lengths, out);
    for text in texts {
        out.extend_from_slice(text.as_bytes());
    }
}

/// Reads `count` texts back; `None` when the bytes do not hold them or are no UTF-8.
pub fn decode(reader: &mut Reader, count: usize) -> Option<Vec<Arc<str>>> {
    match reader.byte()? {
        PLAIN => decode_plain(reader, count),
        DISTINCT => {
            let distinct = reader.count(count)?;
            let distinct = decode_plain(reader, distinct)?;
            integers::decode(reader, count)?
                .into_iter()
                .map(|code| distinct.get(usize::try_from(code).ok()?).cloned())
                .collect()
        }
        _ => None,
    }
}

fn decode_plain(reader: &mut Reader, count: usize) -> Option<Vec<Arc<str>>> {
    integers::decode(reader, count)?
        .into_iter()
        .map(|length| {
            let bytes = reader.take(usize::try_from(length).ok()?)?;
            Some(Arc::from(std::str::from_utf8(bytes).ok()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packed(texts: &[&str]) -> usize {
        let mut bytes = Vec::new();
        encode(texts, &mut bytes);
        let mut reader = Reader::new(&bytes);
        let read = decode(&mut reader, texts.len()).unwrap();
        assert!(reader.is_empty());
        assert!(read.iter().map(|text| &**text).eq(texts.iter().copied()));
        bytes.len()
    }

    #[test]
    fn repeated_texts_are_stored_once() {
        let long = "a text that is long enough to be seen in the size";
        assert!(packed(&[long; 500]) < 80);
        packed(&[]);
        packed(&["", "a", "中文", ""]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), count in 0_usize..300) {
            if let Some(texts) = decode(&mut Reader::new(&bytes), count) {
                prop_assert_eq!(texts.len(), count);
            }
        }
    }
}
