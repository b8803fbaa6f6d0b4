//! The sets of members as they were last written down: whole chunks at times, and the
//! match records since. What they are now is computed from the facts; the difference
//! is what nobody was told before the program ended.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

use super::history::{self, Entry, What};
use super::members::Members;
use crate::base::checksum::xxh3;
use crate::base::limit::MATCHES_KEPT_MAX;
use crate::columns::bits::Bits;
use crate::store::{Record, Shelf};
use crate::store::{Store, StoreError};

/// First bytes of the keys on the shelf of memberships.
const HEAD: &[u8] = b"h";
const FILTER: u8 = b'f';
const CHUNK: u8 = b'k';
/// Rows of one chunk; its bitmap takes at most 8 kB.
const CHUNK_ROWS: u32 = 65_536;

/// How far the match records go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// The last match record; 0 = none.
    pub sequence: u64,
    /// The oldest one kept.
    pub oldest: u64,
    /// Log position of the facts that the sets are made of.
    pub position: u64,
    /// The instant of the last round, seconds since 1970, UTC.
    pub at: i64,
}

impl Default for Head {
    fn default() -> Self {
        Self {
            sequence: 0,
            oldest: 0,
            position: 0,
            at: i64::MIN,
        }
    }
}

/// A head as stores have it that were written before heads had an instant.
#[derive(Deserialize)]
struct Timeless {
    sequence: u64,
    oldest: u64,
    position: u64,
}

/// A filter as it was written down.
#[derive(Clone, Debug, Default)]
pub(super) struct KeptFilter {
    /// Hash of what it said; 0 = not known.
    pub meaning: u64,
    /// Its members then.
    pub yes: Bits,
    /// By chunk, the match record up to which the chunk was written.
    chunks: BTreeMap<u32, u64>,
}

/// All that was written down.
#[derive(Clone, Debug, Default)]
pub(super) struct Kept {
    /// How far.
    pub head: Head,
    /// By name.
    pub filters: BTreeMap<Arc<str>, KeptFilter>,
}

#[derive(Serialize, Deserialize)]
struct StoredFilter {
    name: String,
    meaning: u64,
}

fn damaged(what: &str) -> StoreError {
    StoreError::Damaged {
        what: what.to_owned(),
    }
}

/// The record of the head.
pub(super) fn head(head: Head) -> Record {
    Record {
        shelf: Shelf::Membership,
        key: HEAD.to_vec(),
        value: postcard::to_allocvec(&head).ok(),
    }
}

/// The record that a filter exists and what it says.
pub(super) fn filter(name: &str, meaning: u64) -> Record {
    let stored = StoredFilter {
        name: name.to_owned(),
        meaning,
    };
    Record {
        shelf: Shelf::Membership,
        key: key(FILTER, name, None),
        value: postcard::to_allocvec(&stored).ok(),
    }
}

/// The record that takes a filter away; its chunks are written anew should it come again.
pub(super) fn dropped(name: &str) -> Record {
    Record {
        shelf: Shelf::Membership,
        key: key(FILTER, name, None),
        value: None,
    }
}

/// Chunks of a set up to a match record; only those asked for.
pub(super) fn chunks(name: &str, yes: &Bits, sequence: u64, wanted: &BTreeSet<u32>) -> Vec<Record> {
    wanted
        .iter()
        .map(|chunk| {
            let start = chunk.saturating_mul(CHUNK_ROWS);
            let rows = (0..CHUNK_ROWS).filter(|row| yes.get((start + row) as usize));
            let bitmap: RoaringBitmap = rows.collect();
            let mut value = sequence.to_be_bytes().to_vec();
            // Writing to memory does not fail.
            let _ = bitmap.serialize_into(&mut value);
            Record {
                shelf: Shelf::Membership,
                key: key(CHUNK, name, Some(*chunk)),
                value: Some(value),
            }
        })
        .collect()
}

/// All chunks that rows up to that number lie in, at least one: a filter of an empty store has to tell as well
/// from which match record on its set follows.
pub(super) fn all_chunks(rows: u32) -> BTreeSet<u32> {
    (0..rows.div_ceil(CHUNK_ROWS).max(1)).collect()
}

/// The chunk a row lies in.
pub(super) fn chunk_of(row: u32) -> u32 {
    row / CHUNK_ROWS
}

fn key(first: u8, name: &str, chunk: Option<u32>) -> Vec<u8> {
    let mut key = vec![first];
    key.extend_from_slice(&xxh3(name.as_bytes()).to_be_bytes());
    if let Some(chunk) = chunk {
        key.extend_from_slice(&chunk.to_be_bytes());
    }
    key
}

/// The head; `None` in a store that never had members.
pub(super) fn read_head(store: &Store) -> Result<Option<Head>, StoreError> {
    let Some(value) = store.record(Shelf::Membership, HEAD)? else {
        return Ok(None);
    };
    let read = postcard::from_bytes(&value).or_else(|_| {
        postcard::from_bytes(&value).map(|old: Timeless| Head {
            sequence: old.sequence,
            oldest: old.oldest,
            position: old.position,
            ..Head::default()
        })
    });
    read.map(Some)
        .map_err(|_| damaged("the head of memberships"))
}

/// What was written down; `None` in a store that never had members.
pub(super) fn load(store: &Store) -> Result<Option<Kept>, StoreError> {
    let Some(head) = read_head(store)? else {
        return Ok(None);
    };
    let mut kept = Kept {
        head,
        filters: BTreeMap::new(),
    };
    let mut names = BTreeMap::new();
    store.records_between(
        Shelf::Membership,
        &[FILTER],
        &[FILTER + 1],
        &mut |_, value| {
            let stored: StoredFilter =
                postcard::from_bytes(value).map_err(|_| damaged("a filter of memberships"))?;
            let name: Arc<str> = stored.name.as_str().into();
            names.insert(xxh3(stored.name.as_bytes()), Arc::clone(&name));
            let filter = KeptFilter {
                meaning: stored.meaning,
                ..KeptFilter::default()
            };
            kept.filters.insert(name, filter);
            Ok(true)
        },
    )?;
    store.records_between(
        Shelf::Membership,
        &[CHUNK],
        &[CHUNK + 1],
        &mut |key, value| {
            read_chunk(&mut kept, &names, key, value)
                .ok_or_else(|| damaged("a chunk of members"))?;
            Ok(true)
        },
    )?;
    replay(store, &mut kept)?;
    Ok(Some(kept))
}

fn read_chunk(
    kept: &mut Kept,
    names: &BTreeMap<u64, Arc<str>>,
    key: &[u8],
    value: &[u8],
) -> Option<()> {
    let name = u64::from_be_bytes(key.get(1..9)?.try_into().ok()?);
    let chunk = u32::from_be_bytes(key.get(9..13)?.try_into().ok()?);
    // Chunks of a filter that is no more, or whose first writing was cut short.
    let Some(filter) = names.get(&name).and_then(|name| kept.filters.get_mut(name)) else {
        return Some(());
    };
    let sequence = u64::from_be_bytes(value.get(..8)?.try_into().ok()?);
    let bitmap = RoaringBitmap::deserialize_from(value.get(8..)?).ok()?;
    filter.chunks.insert(chunk, sequence);
    let start = chunk.checked_mul(CHUNK_ROWS)?;
    for row in bitmap {
        put(&mut filter.yes, start.checked_add(row)?, true);
    }
    Some(())
}

/// Brings the chunks to the head by the match records since each was written.
fn replay(store: &Store, kept: &mut Kept) -> Result<(), StoreError> {
    // A filter without chunks follows from the records alone.
    let first = |filter: &KeptFilter| filter.chunks.values().min().copied().unwrap_or(0);
    let from = kept.filters.values().map(first).min().unwrap_or(0);
    history::blocks(store, from + 1, &mut |first, entries| {
        for (sequence, entry) in (first..).zip(entries) {
            apply(kept, sequence, &entry);
        }
        true
    })
}

fn apply(kept: &mut Kept, sequence: u64, entry: &Entry) {
    let (Some(filter), Some(row)) = (kept.filters.get_mut(&entry.rule), entry.row) else {
        return;
    };
    let written = filter.chunks.get(&chunk_of(row)).copied().unwrap_or(0);
    if sequence > written {
        put(&mut filter.yes, row, entry.what == What::Entered);
    }
}

fn put(bits: &mut Bits, row: u32, on: bool) {
    let at = row as usize;
    if at >= bits.len {
        bits.len = at + 1;
        bits.words.resize(bits.len.div_ceil(64), 0);
    }
    bits.set(at, on);
}

/// The oldest record to keep and the blocks before it, when there are more than are kept. Chunks written down
/// have no need of them.
pub(super) fn outlived(
    store: &Store,
    head: Head,
) -> Result<Option<(u64, Vec<Record>)>, StoreError> {
    let held = (head.sequence + 1).saturating_sub(head.oldest);
    if held <= MATCHES_KEPT_MAX + MATCHES_KEPT_MAX / 8 {
        return Ok(None);
    }
    let keep_from = head.sequence - MATCHES_KEPT_MAX;
    let (mut oldest, mut removals) = (head.oldest, Vec::new());
    history::blocks(store, head.oldest, &mut |first, entries| {
        let end = first + entries.len() as u64;
        if end > keep_from {
            return false;
        }
        removals.push(history::removal(first));
        oldest = end;
        true
    })?;
    Ok(Some((oldest, removals)))
}

/// Which chunks changed since they were last written, by filter.
#[derive(Clone, Debug, Default)]
pub(super) struct Dirty {
    chunks: BTreeMap<Arc<str>, BTreeSet<u32>>,
    /// Match records since the last writing.
    pub matches: u64,
}

impl Dirty {
    /// Notes a change.
    pub fn note(&mut self, entry: &Entry) {
        self.matches += 1;
        if let Some(row) = entry.row {
            let chunks = self.chunks.entry(Arc::clone(&entry.rule)).or_default();
            chunks.insert(chunk_of(row));
        }
    }

    /// The records that write them all, and nothing is dirty.
    pub fn take(&mut self, members: &Members, sequence: u64) -> Vec<Record> {
        let dirty = std::mem::take(self);
        dirty
            .chunks
            .iter()
            .filter_map(|(name, wanted)| Some((name, members.of(name)?, wanted)))
            .flat_map(|(name, set, wanted)| chunks(name, &set.yes, sequence, wanted))
            .collect()
    }
}
