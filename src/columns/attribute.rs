//! One attribute with its history: a column of timeless values, and beside it,
//! for the chunks that have any, the dated ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::ahead::{Asked, Dates, concerns};
use super::cell::{Blocks, blocks, row_range};
use super::column::{CHUNK_ROWS, Column};
use super::dictionary::Dictionary;
use super::packed::Packed;
use super::periods::{Period, Periods};
use super::person::Held;
use super::raw::{Raw, pack_keys, pack_present};
use crate::base::calendar::Instant;
use crate::base::kind::Kind;

/// Dated values of one chunk, by row, then since, each since once.
#[derive(Debug)]
pub(super) struct Dated {
    pub rows: Vec<u16>,
    pub blocks: Blocks,
    pub since: Packed,
    /// An absent one clears; `None` = all do.
    pub values: Option<Packed>,
}

/// A chunk that has dated values.
#[derive(Debug)]
pub(super) struct History {
    pub dated: Arc<Dated>,
    /// Timeless values below them.
    pub base: Option<Arc<Packed>>,
    /// Rows of the chunk.
    pub rows: usize,
    pub versions: Periods<Option<Arc<Packed>>>,
    /// Since when each value is held, made when first asked for.
    pub sinces: Periods<Arc<Packed>>,
}

/// All that is known of one attribute.
#[derive(Debug)]
pub(super) struct AttributeStore {
    /// Values that hold timelessly.
    pub timeless: Arc<Column>,
    /// By chunk, as long as the column.
    pub histories: Vec<Option<Arc<History>>>,
    /// How many values are dated.
    pub dated: u64,
}

/// Facts of one chunk that are not merged yet, in log order.
#[derive(Debug)]
pub(super) struct AttributeStage {
    rows: Vec<u16>,
    since: Vec<Option<i64>>,
    values: Raw,
}

impl AttributeStage {
    pub fn new(kind: &Kind) -> Self {
        Self {
            rows: Vec::new(),
            since: Vec::new(),
            values: Raw::new(kind),
        }
    }

    /// Where the value of the fact is to be added, at once.
    pub fn push(&mut self, row: u32, since: Option<Instant>) -> &mut Raw {
        self.rows.push((row % CHUNK_ROWS) as u16);
        self.since.push(since.map(|since| since.0));
        &mut self.values
    }
}

/// Rows of a chunk when there are so many in all.
pub(super) fn rows_of_chunk(chunk: usize, rows: u32) -> usize {
    let before = chunk.saturating_mul(CHUNK_ROWS as usize);
    (rows as usize)
        .saturating_sub(before)
        .min(CHUNK_ROWS as usize)
}

impl AttributeStore {
    pub fn new(kind: Kind) -> Self {
        Self {
            timeless: Arc::new(Column::empty(kind)),
            histories: Vec::new(),
            dated: 0,
        }
    }

    /// How many values are dated.
    pub fn dated(&self) -> u64 {
        self.dated
    }

    pub fn dictionary(&self) -> Option<&Arc<Dictionary>> {
        self.timeless.dictionary.as_ref()
    }

    /// Whether the column is as long as it has to be.
    pub fn covers(&self, rows: u32) -> bool {
        let chunks = rows.div_ceil(CHUNK_ROWS) as usize;
        let last = self.timeless.chunks.last().and_then(Option::as_ref);
        let history = self.histories.last().and_then(Option::as_ref);
        let wanted = rows_of_chunk(chunks.saturating_sub(1), rows);
        self.timeless.chunks.len() == chunks
            && last.is_none_or(|chunk| chunk.len() == wanted)
            && history.is_none_or(|history| history.rows == wanted)
    }

    /// The column as held at an instant.
    pub fn at(&self, now: Instant) -> Arc<Column> {
        if self.histories.iter().all(Option::is_none) {
            return Arc::clone(&self.timeless);
        }
        let chunks = self.timeless.chunks.iter().zip(&self.histories);
        Arc::new(Column {
            kind: self.timeless.kind.clone(),
            chunks: chunks
                .map(|(base, history)| match history {
                    None => base.clone(),
                    Some(history) => history.at(now, &self.timeless.kind),
                })
                .collect(),
            dictionary: self.timeless.dictionary.clone(),
        })
    }

    /// Since when each row has its value; nothing where it has none or holds it timelessly.
    pub fn recorded(&self, now: Instant) -> Column {
        let chunks = self.histories.iter();
        let chunks = chunks.map(|history| Some(history.as_ref()?.recorded(now)));
        Column {
            kind: Kind::Time,
            chunks: chunks.collect(),
            dictionary: None,
        }
    }

    /// The same with more facts and rows; chunks that neither concerns are shared.
    pub fn merged(
        &self,
        mut stages: BTreeMap<u32, AttributeStage>,
        dictionary: Option<Arc<Dictionary>>,
        rows: u32,
    ) -> Self {
        let kind = &self.timeless.kind;
        let mut chunks = Vec::new();
        let mut histories = Vec::new();
        for (number, chunk) in (0..rows.div_ceil(CHUNK_ROWS)).zip(0usize..) {
            let count = rows_of_chunk(chunk, rows);
            let base = self.timeless.chunks.get(chunk).cloned().flatten();
            let history = self.histories.get(chunk).cloned().flatten();
            let (base, history) = match stages.remove(&number) {
                Some(stage) => stage.merge(kind, base, history, count),
                None => padded(base, history, count),
            };
            chunks.push(base);
            histories.push(history);
        }
        let dated = histories.iter().flatten();
        Self {
            timeless: Arc::new(Column {
                kind: kind.clone(),
                chunks,
                dictionary,
            }),
            dated: dated.map(|history| history.dated.rows.len() as u64).sum(),
            histories,
        }
    }

    /// What a row's attribute was, undated first, then by since.
    pub fn held(&self, row: u32) -> Vec<Held> {
        let mut held = Vec::new();
        if let Some(value) = self.timeless.get(row) {
            held.push(Held {
                since: None,
                value: Some(value),
            });
        }
        let history = self.histories.get((row / CHUNK_ROWS) as usize);
        if let Some(history) = history.and_then(Option::as_ref) {
            let dated = &history.dated;
            for at in row_range(&dated.rows, &dated.blocks, (row % CHUNK_ROWS) as u16) {
                let values = dated.values.as_ref();
                held.push(Held {
                    since: dated.since.key(at).map(Instant),
                    value: values.and_then(|values| {
                        let dictionary = self.timeless.dictionary.as_deref();
                        values.value(at, &self.timeless.kind, dictionary)
                    }),
                });
            }
        }
        held
    }

    /// For each row with a value dated after `now`, the first such date.
    pub fn ahead(&self, asked: Asked<'_>, now: i64) -> Vec<(u32, i64)> {
        let mut found = Vec::new();
        for (number, history) in (0u32..).zip(&self.histories) {
            let Some(history) = history.as_ref().filter(|_| concerns(asked, number)) else {
                continue;
            };
            let dated = &history.dated;
            let dates = Dates {
                rows: &dated.rows,
                blocks: &dated.blocks,
            };
            dates.first_after(number, asked, now, |at| dated.since.key(at), &mut found);
        }
        found
    }

    /// Bytes of the facts, and of versions made of them.
    pub fn memory_bytes(&self) -> (usize, usize) {
        let mut facts = self.timeless.memory_bytes();
        let mut versions = 0;
        for history in self.histories.iter().flatten() {
            let dated = &history.dated;
            facts += dated.rows.capacity() * 2
                + dated.since.memory_bytes()
                + dated.values.as_ref().map_or(0, Packed::memory_bytes);
            versions += history
                .versions
                .memory_bytes(|version| version.as_ref().map_or(0, |chunk| chunk.memory_bytes()));
            versions += history.sinces.memory_bytes(|chunk| chunk.memory_bytes());
        }
        (facts, versions)
    }
}

impl History {
    fn at(&self, now: Instant, kind: &Kind) -> Option<Arc<Packed>> {
        let version = self.versions.at(now, || {
            let dated = &self.dated;
            let mut sinces = vec![0; dated.rows.len()];
            dated.since.decode_keys(0, &mut sinces);
            let mut changes = Raw::new(kind);
            changes.extend(dated.values.as_ref(), dated.rows.len());
            let mut values = Raw::new(kind);
            values.extend(self.base.as_deref(), self.rows);
            // Ascending since within a row: the last one that is not after now stays.
            for (at, (row, since)) in dated.rows.iter().zip(&sinces).enumerate() {
                if *since <= now.0 {
                    values.copy_from(usize::from(*row), &changes, at);
                }
            }
            (
                Period::between(sinces.into_iter(), now),
                values.pack_all().map(Arc::new),
            )
        });
        (*version).clone()
    }

    fn recorded(&self, now: Instant) -> Arc<Packed> {
        let version = self.sinces.at(now, || {
            let dated = &self.dated;
            let mut sinces = vec![0; dated.rows.len()];
            dated.since.decode_keys(0, &mut sinces);
            let (mut keys, mut present) = (vec![0; self.rows], vec![false; self.rows]);
            for (at, (row, since)) in dated.rows.iter().zip(&sinces).enumerate() {
                let row = usize::from(*row);
                if *since <= now.0
                    && let (Some(key), Some(there)) = (keys.get_mut(row), present.get_mut(row))
                {
                    *key = *since;
                    *there = dated
                        .values
                        .as_ref()
                        .is_some_and(|values| values.is_present(at));
                }
            }
            let packed = Arc::new(pack_keys(&keys, &present));
            (Period::between(sinces.into_iter(), now), packed)
        });
        Arc::clone(&version)
    }
}

type Chunk = (Option<Arc<Packed>>, Option<Arc<History>>);

/// A chunk with rows added that hold nothing.
fn padded(base: Option<Arc<Packed>>, history: Option<Arc<History>>, count: usize) -> Chunk {
    let base = base.map(|base| {
        if base.len() == count {
            base
        } else {
            Arc::new(base.padded(count))
        }
    });
    let history = history.map(|history| {
        if history.rows == count {
            history
        } else {
            Arc::new(History {
                dated: Arc::clone(&history.dated),
                base: base.clone(),
                rows: count,
                versions: Periods::default(),
                sinces: Periods::default(),
            })
        }
    });
    (base, history)
}

impl AttributeStage {
    fn merge(
        self,
        kind: &Kind,
        base: Option<Arc<Packed>>,
        history: Option<Arc<History>>,
        count: usize,
    ) -> Chunk {
        let mut values = Raw::new(kind);
        let known = base.as_ref().map_or(0, |base| base.len());
        values.extend(base.as_deref(), known);
        values.push_absents(count.saturating_sub(known));
        // By row: one more than the place of the last fact that holds timelessly.
        let any_dated = history.is_some() || self.since.iter().any(Option::is_some);
        let mut timeless = vec![0; if any_dated { count } else { 0 }];
        for (at, (row, since)) in self.rows.iter().zip(&self.since).enumerate() {
            if since.is_none() {
                values.copy_from(usize::from(*row), &self.values, at);
                if let Some(place) = timeless.get_mut(usize::from(*row)) {
                    *place = at + 1;
                }
            }
        }
        let base = values.pack_all().map(Arc::new);
        let dated = self.dated(
            kind,
            history.as_ref().map(|history| &*history.dated),
            &timeless,
        );
        let history = dated.map(|dated| {
            Arc::new(History {
                dated: Arc::new(dated),
                base: base.clone(),
                rows: count,
                versions: Periods::default(),
                sinces: Periods::default(),
            })
        });
        (base, history)
    }

    /// Dated values that no later timeless one replaced.
    fn dated(&self, kind: &Kind, old: Option<&Dated>, timeless: &[usize]) -> Option<Dated> {
        let replaced = |row: u16| timeless.get(usize::from(row)).copied().unwrap_or(0);
        let mut pool = Raw::new(kind);
        let mut entries: Vec<(u16, i64, u32)> = Vec::new();
        if let Some(old) = old {
            pool.extend(old.values.as_ref(), old.rows.len());
            for (at, row) in (0u32..).zip(&old.rows) {
                if replaced(*row) == 0 {
                    entries.push((*row, old.since.key(at as usize)?, at));
                }
            }
        }
        let shift = pool.len();
        pool.append(&self.values);
        for (at, (row, since)) in self.rows.iter().zip(&self.since).enumerate() {
            if let Some(since) = since
                && at >= replaced(*row)
            {
                let place = u32::try_from(shift + at).unwrap_or(u32::MAX);
                entries.push((*row, *since, place));
            }
        }
        if entries.is_empty() {
            return None;
        }
        entries.sort_unstable();
        // Of one row and since the last in the log stays.
        let mut kept: Vec<(u16, i64, u32)> = Vec::with_capacity(entries.len());
        for entry in entries {
            match kept.last_mut() {
                Some(last) if (last.0, last.1) == (entry.0, entry.1) => *last = entry,
                _ => kept.push(entry),
            }
        }
        let rows: Vec<u16> = kept.iter().map(|entry| entry.0).collect();
        let sinces: Vec<i64> = kept.iter().map(|entry| entry.1).collect();
        let order: Vec<u32> = kept.iter().map(|entry| entry.2).collect();
        Some(Dated {
            blocks: blocks(&rows),
            rows,
            since: pack_present(&sinces),
            values: pool.pack(&order),
        })
    }
}
