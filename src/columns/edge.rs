//! Edges of one relation in force at one instant, in both directions: pairs of
//! numbers sorted by the near end, each pair once.

use std::ops::Range;
use std::sync::Arc;

use super::cell::{Blocks, row_range};
use super::column::CHUNK_ROWS;
use super::dictionary::Dictionary;
use super::packed::Packed;
use crate::base::calendar::Instant;

/// Edges of the customers of one chunk, in one direction.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct EdgeChunk {
    /// Near end, as row within the chunk; ascending.
    pub rows: Vec<u16>,
    /// Far end: a row of the snapshot, or a code in [`Edges::texts`]; ascending within one row.
    pub others: Vec<u32>,
    /// Instants; an absent one is undated; `None` = all are undated.
    pub since: Option<Packed>,
    /// Edges of rows `b × 4,096 .. (b+1) × 4,096` lie at `blocks[b]..blocks[b+1]`.
    pub blocks: Blocks,
}

/// All edges of one relation in force at one instant.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Edges {
    /// From each customer; chunk c holds rows c × 65,536 and up; `None` = no edge.
    pub out: Vec<Option<Arc<EdgeChunk>>>,
    /// To each customer, likewise; empty for a relation to text.
    pub into: Vec<Option<Arc<EdgeChunk>>>,
    /// Far ends of a relation to text.
    pub texts: Option<Arc<Dictionary>>,
    /// How many are in force.
    pub count: u64,
}

impl EdgeChunk {
    /// How many edges.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Edges of one block of 4,096 rows, 0..16.
    pub fn block(&self, block: usize) -> Range<usize> {
        let end = |at: usize| self.blocks.get(at).map_or(0, |end| *end as usize);
        end(block)..end(block + 1)
    }

    /// Edges of one row within the chunk.
    pub fn row_range(&self, row: u16) -> Range<usize> {
        row_range(&self.rows, &self.blocks, row)
    }

    /// Far ends of one row within the chunk.
    pub fn others(&self, row: u16) -> &[u32] {
        self.others.get(self.row_range(row)).unwrap_or_default()
    }

    /// From when the edge there holds; `None` = timelessly.
    pub fn since(&self, at: usize) -> Option<Instant> {
        self.since.as_ref()?.key(at).map(Instant)
    }

    /// Bytes it holds.
    pub fn memory_bytes(&self) -> usize {
        size_of::<Self>()
            + self.rows.capacity() * 2
            + self.others.capacity() * 4
            + self.since.as_ref().map_or(0, Packed::memory_bytes)
    }
}

impl Edges {
    /// Far ends of the edges from a customer, ascending.
    pub fn from(&self, row: u32) -> &[u32] {
        others(&self.out, row)
    }

    /// Near ends of the edges to a customer, ascending.
    pub fn to(&self, row: u32) -> &[u32] {
        others(&self.into, row)
    }

    /// Every edge as (from, to), ascending.
    pub fn pairs(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        pairs(&self.out)
    }

    /// Every edge as (to, from), ascending.
    pub fn pairs_back(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        pairs(&self.into)
    }
}

fn others(chunks: &[Option<Arc<EdgeChunk>>], row: u32) -> &[u32] {
    chunks
        .get((row / CHUNK_ROWS) as usize)
        .and_then(Option::as_ref)
        .map_or(&[], |chunk| chunk.others((row % CHUNK_ROWS) as u16))
}

fn pairs(chunks: &[Option<Arc<EdgeChunk>>]) -> impl Iterator<Item = (u32, u32)> + '_ {
    (0u32..).zip(chunks).flat_map(|(at, chunk)| {
        chunk.iter().flat_map(move |chunk| {
            let rows = chunk
                .rows
                .iter()
                .map(move |row| at * CHUNK_ROWS + u32::from(*row));
            rows.zip(chunk.others.iter().copied())
        })
    })
}
