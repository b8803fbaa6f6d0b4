//! Of whom something holds within two steps, for everyone at once: two bits a customer, which stay in the
//! cache, instead of who it holds of. Only where it holds of whoever asks may the way lead back, and then a
//! search among neighbours tells.

use super::outcome::{RunError, RunOptions};
use super::{gather, pool, words};
use crate::columns::column::CHUNK_ROWS;
use crate::columns::edge::Edges;

/// Nobody.
const NOBODY: u32 = u32::MAX;

/// What is gone along, and of whom it holds.
pub struct TwoSteps<'r> {
    /// Each with whether it is gone from its far end.
    pub kinds: &'r [(&'r Edges, bool)],
    /// How many rows there are.
    pub rows: u32,
    /// A bit a row.
    pub held: &'r [u64],
}

/// Rows next to one of whom it holds, and those next to two of them.
struct Near {
    one: Vec<u64>,
    two: Vec<u64>,
}

impl TwoSteps<'_> {
    /// For each row whether it holds of some other one within two steps.
    pub fn any(&self, options: &RunOptions) -> Result<Vec<u64>, RunError> {
        let chunks = self.rows.div_ceil(CHUNK_ROWS) as usize;
        let parts = pool::map_long(options.threads, chunks, |chunk| {
            gather::check(options)?;
            Ok(self.near(chunk))
        })?;
        let near = Near {
            one: parts.iter().flat_map(|part| &part.one).copied().collect(),
            two: parts.iter().flat_map(|part| &part.two).copied().collect(),
        };
        let parts = pool::map_long(options.threads, chunks, |chunk| {
            gather::check(options)?;
            Ok(self.reached(chunk, &near))
        })?;
        Ok(parts.concat())
    }

    /// Edges from the rows of a chunk, as (row in the chunk, other).
    fn edges(&self, chunk: usize) -> impl Iterator<Item = (u16, u32)> + '_ {
        self.kinds.iter().flat_map(move |(edges, inverse)| {
            let chunks = if *inverse { &edges.into } else { &edges.out };
            let chunk = chunks.get(chunk).and_then(Option::as_ref);
            chunk.into_iter().flat_map(|chunk| {
                let rows = chunk.rows.iter().copied();
                rows.zip(chunk.others.iter().copied())
            })
        })
    }

    /// Rows of a chunk; whole words even in the last one.
    fn len(&self, chunk: usize) -> usize {
        let before = chunk * CHUNK_ROWS as usize;
        (self.rows as usize - before).min(CHUNK_ROWS as usize)
    }

    fn near(&self, chunk: usize) -> Near {
        let len = self.len(chunk);
        let (mut one, mut two) = (words::none(len), words::none(len));
        let mut first = vec![NOBODY; len];
        for (row, other) in self.edges(chunk) {
            if !words::get(self.held, other as usize) {
                continue;
            }
            let row = usize::from(row);
            let Some(first) = first.get_mut(row) else {
                continue;
            };
            // Two kinds may lead to the same one.
            if *first == NOBODY {
                *first = other;
                words::set(&mut one, row);
            } else if *first != other {
                words::set(&mut two, row);
            }
        }
        Near { one, two }
    }

    fn reached(&self, chunk: usize, near: &Near) -> Vec<u64> {
        let start = chunk as u32 * CHUNK_ROWS;
        let mut found = words::none(self.len(chunk));
        for (row, other) in self.edges(chunk) {
            let at = other as usize;
            let further = || {
                words::get(&near.one, at) && !self.leads_back(near, other, start + u32::from(row))
            };
            if words::get(self.held, at) || further() {
                words::set(&mut found, usize::from(row));
            }
        }
        found
    }

    /// Whether the only one next to `other` of whom it holds is the row itself.
    fn leads_back(&self, near: &Near, other: u32, row: u32) -> bool {
        if words::get(&near.two, other as usize) || !words::get(self.held, row as usize) {
            return false;
        }
        self.kinds.iter().any(|(edges, inverse)| {
            let next = if *inverse {
                edges.to(other)
            } else {
                edges.from(other)
            };
            next.binary_search(&row).is_ok()
        })
    }
}
