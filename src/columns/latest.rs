//! The last instant of each customer's events of one kind, chunk by chunk, worked out when first
//! asked for: recency is asked more often than anything else of events. Events that come later are put
//! into what was worked out, since cells only ever gain events.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use super::cell::Cell;
use super::column::CHUNK_ROWS;
use super::packed::Packed;
use super::raw::pack_keys;
use crate::base::calendar::Instant;

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
    each: OnceLock<Option<Packed>>,
}

/// What is derived from cells says nothing that they do not.
impl PartialEq for Latest {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Events on their way into chunks: row and instant where last instants are worked out, else nothing.
pub(super) struct Gains(BTreeMap<u32, Option<Vec<(u16, i64)>>>);

impl Gains {
    /// Events that come into a chunk.
    pub fn add(&mut self, chunk: u32, events: impl Iterator<Item = (u16, i64)>) {
        if let Some(Some(gained)) = self.0.get_mut(&chunk) {
            gained.extend(events);
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
    /// instants at any moment: whether events are put into them is settled here.
    pub(super) fn gains(&self, chunks: BTreeSet<u32>) -> Gains {
        let gains = chunks.into_iter().map(|number| {
            let chunk = self.chunks.get(number as usize);
            let is_made = chunk.is_some_and(|chunk| chunk.each.get().is_some());
            (number, is_made.then(Vec::new))
        });
        Gains(gains.collect())
    }

    /// Of the cells after those events have come into them.
    pub(super) fn following(&self, cells: &[Arc<Cell>], gains: &Gains) -> Self {
        let mut chunks = Self::new(cells).chunks;
        for (number, (chunk, known)) in (0..).zip(chunks.iter_mut().zip(&self.chunks)) {
            match gains.0.get(&number) {
                None => *chunk = Arc::clone(known),
                Some(Some(gained)) => *chunk = known.with(gained),
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
        (last <= until.0).then(|| chunk.each.get_or_init(|| made(cells)).as_ref())
    }

    /// Bytes it holds so far.
    pub(super) fn memory_bytes(&self) -> usize {
        let made = self.chunks.iter().filter_map(|chunk| chunk.each.get());
        made.flatten().map(Packed::memory_bytes).sum()
    }

    /// Whether a chunk's are worked out.
    #[cfg(test)]
    pub(super) fn is_made(&self, chunk: u32) -> bool {
        let chunk = self.chunks.get(chunk as usize);
        chunk.is_some_and(|chunk| chunk.each.get().is_some())
    }
}

impl Chunk {
    /// With later events; the same where none is a customer's last.
    fn with(self: &Arc<Self>, gained: &[(u16, i64)]) -> Arc<Self> {
        let known = self.each.get().and_then(Option::as_ref);
        let is_last = |(row, at): &(u16, i64)| {
            let known = known.and_then(|known| known.key(usize::from(*row)));
            known.is_none_or(|known| *at > known)
        };
        if !gained.iter().any(is_last) {
            return Arc::clone(self);
        }
        let mut lasts = Lasts::default();
        if let Some(known) = known {
            known.decode_keys(0, &mut lasts.keys);
            for (row, present) in lasts.present.iter_mut().enumerate() {
                *present = known.is_present(row);
            }
        }
        for (row, at) in gained {
            lasts.raise(usize::from(*row), *at);
        }
        let packed = pack_keys(&lasts.keys, &lasts.present);
        Arc::new(Self {
            last: OnceLock::from(packed.bounds.map_or(i64::MIN, |(_, last)| last)),
            each: OnceLock::from(Some(packed)),
        })
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
