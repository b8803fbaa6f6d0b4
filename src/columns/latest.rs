//! The last instant of each customer's events of one kind, chunk by chunk, worked out when asked
//! for: recency is asked more often than anything else of events. Events that come later wait beside what was
//! worked out, and are put into it when it is asked for again, since cells only ever gain events.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::cell::Cell;
use super::column::CHUNK_ROWS;
use super::packed::Packed;
use super::raw::pack_keys;
use crate::base::calendar::Instant;
use crate::base::limit::LATEST_WAITING_MAX;

/// Last instants by chunk.
#[derive(Clone, Debug, Default)]
pub struct Latest {
    chunks: Vec<Arc<Chunk>>,
}

/// Of one chunk.
#[derive(Debug, Default)]
struct Chunk {
    /// Of all its customers together; of no events the smallest number.
    last: OnceLock<i64>,
    /// A place a row; `None`: there is no event.
    each: OnceLock<Option<Arc<Packed>>>,
    /// From what it is worked out; `None` = from the cells.
    known: Option<Known>,
}

/// What was worked out of fewer events, and the later ones among those that came since: row and instant.
#[derive(Clone, Debug)]
struct Known {
    each: Option<Arc<Packed>>,
    waiting: Vec<(u16, i64)>,
}

/// What is derived from cells says nothing that they do not.
impl PartialEq for Latest {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Events on their way into chunks: where last instants are known, those later than they.
pub(super) struct Gains(BTreeMap<u32, Option<Known>>);

impl Gains {
    /// Events that come into a chunk: row and instant.
    pub fn add(&mut self, chunk: u32, events: impl Iterator<Item = (u16, i64)>) {
        if let Some(Some(known)) = self.0.get_mut(&chunk) {
            let each = known.each.clone();
            let is_later = |(row, at): &(u16, i64)| {
                let last = each.as_ref().and_then(|each| each.key(usize::from(*row)));
                last.is_none_or(|last| *at > last)
            };
            known.waiting.extend(events.filter(is_later));
        }
    }
}

impl Latest {
    /// Of these cells, which lie by chunk; nothing is worked out yet.
    pub(super) fn new(cells: &[Arc<Cell>]) -> Self {
        let chunks = cells.last().map_or(0, |cell| cell.chunk + 1);
        Self {
            chunks: (0..chunks).map(|_| Arc::default()).collect(),
        }
    }

    /// For events that come into those chunks, which have to be given all of them. Others may work out last
    /// instants at any moment: from what they are worked out later is settled here.
    pub(super) fn gains(&self, chunks: BTreeSet<u32>) -> Gains {
        let gains = chunks.into_iter().map(|number| {
            let chunk = self.chunks.get(number as usize);
            (number, chunk.and_then(|chunk| chunk.known()))
        });
        Gains(gains.collect())
    }

    /// Of the cells after those events have come into them.
    pub(super) fn following(&self, cells: &[Arc<Cell>], mut gains: Gains) -> Self {
        let mut chunks = Self::new(cells).chunks;
        for (number, (chunk, before)) in (0..).zip(chunks.iter_mut().zip(&self.chunks)) {
            match gains.0.remove(&number) {
                None => *chunk = Arc::clone(before),
                Some(Some(known)) if known.waiting.is_empty() && before.is_made() => {
                    *chunk = Arc::clone(before);
                }
                Some(Some(known)) => *chunk = Arc::new(Chunk::after(known)),
                Some(None) => {}
            }
        }
        Self { chunks }
    }

    /// Of one chunk, whose cells are given: a place a row. `None`: it is not among those kept, or an event lies
    /// after `until`; `Some(None)`: it has no event.
    pub(super) fn of(
        &self,
        chunk: u32,
        cells: &[Arc<Cell>],
        until: Instant,
    ) -> Option<Option<&Packed>> {
        let chunk = self.chunks.get(chunk as usize)?;
        // A question about a past instant gets its answer from the cells, and works out nothing else before.
        let last = *chunk.last.get_or_init(|| last(cells));
        let each = || match &chunk.known {
            Some(known) => known.with_waiting(),
            None => made(cells).map(Arc::new),
        };
        (last <= until.0).then(|| chunk.each.get_or_init(each).as_deref())
    }

    /// Bytes it holds so far.
    pub(super) fn memory_bytes(&self) -> usize {
        let bytes = |chunk: &Arc<Chunk>| {
            let known = chunk.known.as_ref();
            let waiting = known.map_or(0, |known| known.waiting.capacity());
            let each = chunk.each.get().and_then(Option::as_ref);
            let before = known.and_then(|known| known.each.as_ref());
            let before = before.filter(|before| each.is_none_or(|each| !Arc::ptr_eq(each, before)));
            let packed = each.into_iter().chain(before);
            packed.map(|packed| packed.memory_bytes()).sum::<usize>()
                + waiting * size_of::<(u16, i64)>()
        };
        self.chunks.iter().map(bytes).sum()
    }

    /// Whether a chunk's are worked out, but for events that wait.
    #[cfg(test)]
    pub(super) fn is_known(&self, chunk: u32) -> bool {
        let chunk = self.chunks.get(chunk as usize);
        chunk.is_some_and(|chunk| chunk.known().is_some())
    }
}

impl Chunk {
    fn is_made(&self) -> bool {
        self.each.get().is_some()
    }

    /// What those of more events are to be worked out from.
    fn known(&self) -> Option<Known> {
        let made = self.each.get().map(|each| Known {
            each: each.clone(),
            waiting: Vec::new(),
        });
        made.or_else(|| self.known.clone())
    }

    /// Of what is known and the events that wait beside it.
    fn after(known: Known) -> Self {
        let each = known.each.as_ref().and_then(|each| each.bounds);
        let waiting = known.waiting.iter().map(|(_, at)| *at);
        let last = waiting.chain(each.map(|(_, last)| last)).max();
        let chunk = Self {
            last: OnceLock::from(last.unwrap_or(i64::MIN)),
            each: OnceLock::new(),
            known: None,
        };
        if known.waiting.len() <= LATEST_WAITING_MAX {
            return Self {
                known: Some(known),
                ..chunk
            };
        }
        Self {
            each: OnceLock::from(known.with_waiting()),
            ..chunk
        }
    }
}

impl Known {
    fn with_waiting(&self) -> Option<Arc<Packed>> {
        if self.waiting.is_empty() {
            return self.each.clone();
        }
        let mut lasts = Lasts::default();
        if let Some(each) = &self.each {
            each.decode_keys(0, &mut lasts.keys);
            for (row, present) in lasts.present.iter_mut().enumerate() {
                *present = each.is_present(row);
            }
        }
        for (row, at) in &self.waiting {
            lasts.raise(usize::from(*row), *at);
        }
        Some(Arc::new(pack_keys(&lasts.keys, &lasts.present)))
    }
}

/// Last instants by row of a chunk.
struct Lasts {
    keys: Vec<i64>,
    present: Vec<bool>,
}

impl Default for Lasts {
    fn default() -> Self {
        Self {
            keys: vec![0; CHUNK_ROWS as usize],
            present: vec![false; CHUNK_ROWS as usize],
        }
    }
}

impl Lasts {
    fn has(&self, row: usize) -> bool {
        self.present.get(row).copied().unwrap_or_default()
    }

    /// An event of a row.
    fn raise(&mut self, row: usize, at: i64) {
        if let (Some(key), Some(present)) = (self.keys.get_mut(row), self.present.get_mut(row)) {
            *key = if *present { at.max(*key) } else { at };
            *present = true;
        }
    }
}

/// The last instant of the cells of one chunk, which lie in order of time.
fn last(cells: &[Arc<Cell>]) -> i64 {
    let Some(cell) = cells.last() else {
        return i64::MIN;
    };
    let day = cell.days.iter().max();
    let days = cell.days.iter().enumerate();
    let of_day = days.filter(|(_, other)| Some(*other) == day);
    let last = of_day.map(|(at, _)| cell.instant(at).0).max();
    last.unwrap_or(i64::MIN)
}

fn made(cells: &[Arc<Cell>]) -> Option<Packed> {
    let mut lasts = Lasts::default();
    let mut open = CHUNK_ROWS;
    for cell in cells.iter().rev() {
        if open == 0 {
            break;
        }
        let mut end = cell.rows.len();
        for rows in cell.rows.chunk_by(|one, next| one == next).rev() {
            let last = end - 1;
            end -= rows.len();
            let row = rows.first().map_or(0, |row| usize::from(*row));
            if !lasts.has(row) {
                lasts.raise(row, cell.instant(last).0);
                open -= 1;
            }
        }
    }
    (open < CHUNK_ROWS).then(|| pack_keys(&lasts.keys, &lasts.present))
}
