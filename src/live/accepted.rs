//! Accepted rule sets as the store keeps them: every file's text once, a list of files for
//! each set, and when and by whom it was accepted. What a set means is not looked at.
//!
//! On the shelf of rule sets lie two sorts of records: `h` + sequence, the head of a set,
//! and `t` + SHA-256 + number, one part of a text. The list of a set's files is a text too.
//! A text's first part is written last and a set's head after all its texts, so that what
//! is there is whole; texts that no head leads to are taken away.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::rule_set::AcceptedSet;
use crate::base::calendar::Instant;
use crate::base::limit::{AUTHOR_CHARACTERS_MAX, RULE_SETS_KEPT_MAX, RULE_TEXT_CHUNK_BYTES};
use crate::rules::revision::{self, Revision};
use crate::rules::{self, Texts};
use crate::store::{Record, Shelf, Store, StoreError};

const HEAD: u8 = b'h';
const TEXT: u8 = b't';
/// Version of [`Head`].
const VERSION: u8 = 1;
/// Bytes of records given to the store together.
const BATCH_BYTES: usize = 100 << 10;

/// A set as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Which.
    pub set: AcceptedSet,
    /// Its texts.
    pub texts: Texts,
}

/// The wire form of a set's head.
#[derive(Serialize, Deserialize)]
struct Head {
    version: u8,
    revision: [u8; 32],
    at: i64,
    author: String,
    filters: u32,
    files: u32,
}

/// Writes an accepted set down and gives it its number; a set that says what the last one says is that one.
/// Durable when it returns. Sets beyond [`RULE_SETS_KEPT_MAX`] are taken away, the oldest first.
pub fn keep(store: &Store, set: AcceptedSet, texts: &Texts) -> Result<AcceptedSet, StoreError> {
    let heads = heads(store)?;
    let last = heads.last();
    if let Some(last) = last.filter(|last| last.revision == set.revision) {
        return Ok(last.clone());
    }
    let author: String = set.author.chars().take(AUTHOR_CHARACTERS_MAX).collect();
    let set = AcceptedSet {
        sequence: last.map_or(0, |last| last.sequence) + 1,
        author: author.into(),
        ..set
    };
    let files = rules::files_of(texts);
    let mut batch = Batch::new(store);
    for (file, text) in files.iter().zip(texts.values()) {
        batch.text(file.revision, text)?;
    }
    batch.text(set.revision, &revision::list(&files))?;
    batch.put(head_key(set.sequence), Some(encoded(&set)?))?;
    batch.finish()?;
    if heads.len() >= RULE_SETS_KEPT_MAX {
        prune(store, &heads, &set)?;
    }
    Ok(set)
}

/// The sets that are kept, the newest first.
pub fn history(store: &Store) -> Result<Vec<AcceptedSet>, StoreError> {
    let mut heads = heads(store)?;
    heads.reverse();
    Ok(heads)
}

/// The set accepted last.
pub fn last(store: &Store) -> Result<Option<Kept>, StoreError> {
    match heads(store)?.pop() {
        Some(set) => texts(store, &set).map(|texts| Some(Kept { set, texts })),
        None => Ok(None),
    }
}

/// The set of that number.
pub fn read(store: &Store, sequence: u64) -> Result<Option<Kept>, StoreError> {
    let heads = heads(store)?;
    match heads.into_iter().find(|set| set.sequence == sequence) {
        Some(set) => texts(store, &set).map(|texts| Some(Kept { set, texts })),
        None => Ok(None),
    }
}

/// Every head, the oldest first.
fn heads(store: &Store) -> Result<Vec<AcceptedSet>, StoreError> {
    let mut heads = Vec::new();
    let mut wrong = None;
    store.records(Shelf::RuleSet, &mut |key, value| {
        let Some(sequence) = head_sequence(key) else {
            // Heads come before texts.
            return Ok(false);
        };
        match decoded(sequence, value) {
            Some(set) => heads.push(set),
            None => wrong = Some(sequence),
        }
        Ok(wrong.is_none())
    })?;
    match wrong {
        Some(sequence) => Err(damaged(format!(
            "the head of accepted rule set {sequence} is unreadable"
        ))),
        None => Ok(heads),
    }
}

/// The texts of a set; every hash is held.
fn texts(store: &Store, set: &AcceptedSet) -> Result<Texts, StoreError> {
    let list = text(store, set.revision)?;
    let files = revision::parse_list(&list).ok_or_else(|| {
        damaged(format!(
            "the list of files of accepted rule set {} is unreadable",
            set.sequence
        ))
    })?;
    let texts = files.into_iter();
    texts
        .map(|file| Ok((file.name, text(store, file.revision)?)))
        .collect()
}

fn text(store: &Store, revision: Revision) -> Result<String, StoreError> {
    let mut bytes = Vec::new();
    for part in 0_u32.. {
        match store.record(Shelf::RuleSet, &text_key(revision, part))? {
            Some(more) => bytes.extend(more),
            None => break,
        }
    }
    let text = String::from_utf8(bytes).ok();
    text.filter(|text| Revision::of(text) == revision)
        .ok_or_else(|| {
            damaged(format!(
                "the rule text {revision} is missing or another one"
            ))
        })
}

/// Takes away what is too old, and the texts that nothing leads to.
fn prune(store: &Store, heads: &[AcceptedSet], newest: &AcceptedSet) -> Result<(), StoreError> {
    let surplus = (heads.len() + 1).saturating_sub(RULE_SETS_KEPT_MAX);
    let mut wanted = BTreeSet::new();
    for set in heads.iter().skip(surplus).chain([newest]) {
        wanted.insert(set.revision);
        let files = revision::parse_list(&text(store, set.revision)?).unwrap_or_default();
        wanted.extend(files.into_iter().map(|file| file.revision));
    }
    let mut batch = Batch::new(store);
    for set in heads.iter().take(surplus) {
        batch.put(head_key(set.sequence), None)?;
    }
    // By rising number: a text whose first part is gone counts as not there.
    let mut keys = Vec::new();
    store.records(Shelf::RuleSet, &mut |key, _| {
        if text_revision(key).is_some_and(|revision| !wanted.contains(&revision)) {
            keys.push(key.to_vec());
        }
        Ok(true)
    })?;
    for key in keys {
        batch.put(key, None)?;
    }
    batch.finish()
}

/// Records on their way to the store, in order.
struct Batch<'s> {
    store: &'s Store,
    records: Vec<Record>,
    bytes: usize,
}

impl<'s> Batch<'s> {
    fn new(store: &'s Store) -> Self {
        Self {
            store,
            records: Vec::new(),
            bytes: 0,
        }
    }

    /// A text, unless it is there.
    fn text(&mut self, revision: Revision, text: &str) -> Result<(), StoreError> {
        let first = text_key(revision, 0);
        let known = self.store.record(Shelf::RuleSet, &first)?.is_some();
        if known || self.records.iter().any(|record| record.key == first) {
            return Ok(());
        }
        let mut parts: Vec<&[u8]> = text.as_bytes().chunks(RULE_TEXT_CHUNK_BYTES).collect();
        if parts.is_empty() {
            parts.push(b"");
        }
        for (number, part) in (0_u32..).zip(parts).collect::<Vec<_>>().into_iter().rev() {
            self.put(text_key(revision, number), Some(part.to_vec()))?;
        }
        Ok(())
    }

    fn put(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) -> Result<(), StoreError> {
        let bytes = key.len() + 1 + value.as_ref().map_or(0, Vec::len);
        if self.bytes + bytes > BATCH_BYTES {
            self.write()?;
        }
        self.bytes += bytes;
        self.records.push(Record {
            shelf: Shelf::RuleSet,
            key,
            value,
        });
        Ok(())
    }

    fn write(&mut self) -> Result<(), StoreError> {
        self.bytes = 0;
        let records = std::mem::take(&mut self.records);
        if records.is_empty() {
            return Ok(());
        }
        self.store.append_with(Vec::new(), records).map(|_| ())
    }

    fn finish(mut self) -> Result<(), StoreError> {
        self.write()
    }
}

fn head_key(sequence: u64) -> Vec<u8> {
    let mut key = vec![HEAD];
    key.extend(sequence.to_be_bytes());
    key
}

fn head_sequence(key: &[u8]) -> Option<u64> {
    let (first, rest) = key.split_first()?;
    (*first == HEAD).then_some(())?;
    Some(u64::from_be_bytes(rest.try_into().ok()?))
}

fn text_key(revision: Revision, part: u32) -> Vec<u8> {
    let mut key = vec![TEXT];
    key.extend(revision.0);
    key.extend(part.to_be_bytes());
    key
}

fn text_revision(key: &[u8]) -> Option<Revision> {
    let (first, rest) = key.split_first()?;
    (*first == TEXT).then_some(())?;
    Some(Revision(rest.get(..32)?.try_into().ok()?))
}

fn encoded(set: &AcceptedSet) -> Result<Vec<u8>, StoreError> {
    postcard::to_allocvec(&Head {
        version: VERSION,
        revision: set.revision.0,
        at: set.at.0,
        author: set.author.to_string(),
        filters: set.filters,
        files: set.files,
    })
    .map_err(|error| StoreError::BadFact {
        reason: format!("an accepted rule set: {error}"),
    })
}

fn decoded(sequence: u64, value: &[u8]) -> Option<AcceptedSet> {
    let head: Head = postcard::from_bytes(value).ok()?;
    (head.version == VERSION).then_some(())?;
    Some(AcceptedSet {
        sequence,
        revision: Revision(head.revision),
        at: Instant(head.at),
        author: Arc::from(head.author),
        filters: head.filters,
        files: head.files,
    })
}

fn damaged(what: String) -> StoreError {
    StoreError::Damaged { what }
}

#[cfg(test)]
mod tests {
    use super::super::rule_set::FOLDER;
    use super::*;
    use crate::rules::{Loaded, load_texts};
    use crate::schema::Schema;

    fn set(pairs: &[(&str, &str)]) -> Loaded {
        let pairs = pairs.iter();
        load_texts(
            pairs
                .map(|(n, t)| ((*n).to_owned(), (*t).to_owned()))
                .collect(),
        )
    }

    fn keep_at(
        store: &Store,
        loaded: &Loaded,
        at: Instant,
        author: &str,
    ) -> Result<AcceptedSet, StoreError> {
        keep(store, AcceptedSet::of(loaded, at, author), &loaded.texts())
    }

    #[test]
    fn a_set_comes_back_whole_after_another_opening() {
        let folder = tempfile::tempdir().unwrap();
        let long = format!("# {}\nparam x = 1\n", "长".repeat(40_000));
        let loaded = set(&[
            ("a.tamis", &long),
            ("b/c.tamis", ""),
            ("d.tamis", "param y = 2\n"),
        ]);
        assert!(loaded.is_sound(), "{:?}", loaded.diagnostics);
        let store = Store::open(folder.path(), &Schema::default()).unwrap();
        assert_eq!(last(&store).unwrap(), None);
        let kept = keep_at(&store, &loaded, Instant(10), "王芳").unwrap();
        assert_eq!((kept.sequence, &*kept.author), (1, "王芳"));
        store.close().unwrap();
        let store = Store::open(folder.path(), &Schema::default()).unwrap();
        let found = last(&store).unwrap().unwrap();
        assert_eq!(found.set, kept);
        assert_eq!(found.texts, loaded.texts());
        // The same again is no other set.
        assert_eq!(keep_at(&store, &loaded, Instant(20), "x").unwrap(), kept);
        let other = set(&[("a.tamis", &long)]);
        let second = keep_at(&store, &other, Instant(30), FOLDER).unwrap();
        assert_eq!(second.sequence, 2);
        assert_eq!(history(&store).unwrap(), [second, kept]);
        assert_eq!(read(&store, 1).unwrap().unwrap().texts, loaded.texts());
        assert_eq!(read(&store, 9).unwrap(), None);
    }

    #[test]
    fn the_oldest_sets_go_and_take_their_texts_with_them() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &Schema::default()).unwrap();
        let numbered = |at: usize| {
            let text = format!("param x = {at}\n");
            set(&[("same.tamis", "param y = 1\n"), ("x.tamis", &text)])
        };
        for at in 0..RULE_SETS_KEPT_MAX + 5 {
            keep_at(&store, &numbered(at), Instant(at as i64), FOLDER).unwrap();
        }
        let kept = history(&store).unwrap();
        assert_eq!(kept.len(), RULE_SETS_KEPT_MAX);
        assert_eq!(kept[0].sequence, RULE_SETS_KEPT_MAX as u64 + 5);
        for set in &kept {
            let at = set.sequence as usize - 1;
            let found = read(&store, set.sequence).unwrap().unwrap();
            assert_eq!(found.texts, numbered(at).texts());
        }
        let mut records = 0;
        store
            .records(Shelf::RuleSet, &mut |_, _| {
                records += 1;
                Ok(true)
            })
            .unwrap();
        // A head, a list and a text each, and the text that all share.
        assert_eq!(records, 3 * RULE_SETS_KEPT_MAX + 1);
    }

    #[test]
    fn a_text_that_is_not_what_was_kept_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &Schema::default()).unwrap();
        let loaded = set(&[("a.tamis", "param x = 1\n")]);
        keep_at(&store, &loaded, Instant(0), FOLDER).unwrap();
        let wrong = Record {
            shelf: Shelf::RuleSet,
            key: text_key(loaded.files[0].revision, 0),
            value: Some(b"param x = 9\n".to_vec()),
        };
        store.append_with(Vec::new(), vec![wrong]).unwrap();
        assert_eq!(last(&store).unwrap_err().code(), "S012");
    }
}
