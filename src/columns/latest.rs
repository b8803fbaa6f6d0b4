//! The last instant of each customer's events of one kind, chunk by chunk, worked out when first
//! asked for: recency is asked more often than anything else of events. A chunk whose cells did not
//! change keeps its own.

use std::sync::{Arc, OnceLock};

use super::cell::Cell;
use super::column::CHUNK_ROWS;
use super::packed::Packed;
use super::raw::pack_keys;

/// Last instants by chunk.
#[derive(Clone, Debug, Default)]
pub struct Latest {
    chunks: Vec<Arc<OnceLock<Option<Packed>>>>,
}

/// What is derived from cells says nothing that they do not.
impl PartialEq for Latest {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Latest {
    /// Of these cells, which lie by chunk; those of `known` taken over where `is_same` says that a chunk's cells are.
    pub(super) fn following(
        known: &Self,
        cells: &[Arc<Cell>],
        is_same: impl Fn(u32) -> bool,
    ) -> Self {
        let chunks = cells.last().map_or(0, |cell| cell.chunk + 1);
        let taken = |chunk: u32| {
            let kept = known.chunks.get(chunk as usize).filter(|_| is_same(chunk));
            kept.cloned().unwrap_or_default()
        };
        Self {
            chunks: (0..chunks).map(taken).collect(),
        }
    }

    /// Of one chunk, whose cells are given: a place a row. `None`: it is not among those kept;
    /// `Some(None)`: it has no event.
    pub(super) fn of(&self, chunk: u32, cells: &[Arc<Cell>]) -> Option<Option<&Packed>> {
        let chunk = self.chunks.get(chunk as usize)?;
        Some(chunk.get_or_init(|| made(cells)).as_ref())
    }

    /// Bytes it holds so far.
    pub(super) fn memory_bytes(&self) -> usize {
        let made = self.chunks.iter().filter_map(|chunk| chunk.get());
        made.flatten().map(Packed::memory_bytes).sum()
    }
}

fn made(cells: &[Arc<Cell>]) -> Option<Packed> {
    let mut keys = vec![0_i64; CHUNK_ROWS as usize];
    let mut present = vec![false; CHUNK_ROWS as usize];
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
            if let (Some(key), Some(present)) = (keys.get_mut(row), present.get_mut(row))
                && !*present
            {
                (*key, *present) = (cell.instant(last).0, true);
                open -= 1;
            }
        }
    }
    (open < CHUNK_ROWS).then(|| pack_keys(&keys, &present))
}
