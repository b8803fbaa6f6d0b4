//! Holdings in force at one instant, laid out like the events of a cell: by
//! customer, then undated first, then since, then bytes of the key.

use std::ops::Range;
use std::sync::Arc;

use super::cell::{Blocks, CELL_BLOCKS, blocks, row_range};
use super::column::CHUNK_ROWS;
use super::dictionary::Dictionary;
use super::intake;
use super::packed::Packed;
use super::raw::pick;
use crate::base::calendar::Instant;
use crate::base::kind::Kind;
use crate::base::value::Value;

/// Holdings of the customers of one chunk.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct HoldingChunk {
    /// Owner, as row within the chunk.
    pub rows: Vec<u16>,
    /// Code of the key in [`Holdings::keys`].
    pub keys: Vec<u32>,
    /// Instants; an absent one is undated; `None` = all are undated.
    pub since: Option<Packed>,
    /// By `FieldId`; `None` = no holding of the chunk has the field.
    pub fields: Vec<Option<Packed>>,
    /// Holdings of rows `b × 4,096 .. (b+1) × 4,096` lie at `blocks[b]..blocks[b+1]`.
    pub blocks: Blocks,
}

/// All holdings of one kind in force at one instant.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Holdings {
    /// Chunk c holds owners c × 65,536 and up; `None` = none of them has any.
    pub chunks: Vec<Option<Arc<HoldingChunk>>>,
    /// All keys of the kind, in force or not.
    pub keys: Arc<Dictionary>,
    /// By `FieldId`: texts of Text and Set fields.
    pub dictionaries: Vec<Option<Arc<Dictionary>>>,
    /// How many are in force.
    pub count: u64,
}

impl HoldingChunk {
    /// How many holdings.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Holdings of one block of 4,096 rows, 0..16.
    pub fn block(&self, block: usize) -> Range<usize> {
        debug_assert!(block < CELL_BLOCKS);
        let end = |at: usize| self.blocks.get(at).map_or(0, |end| *end as usize);
        end(block)..end(block + 1)
    }

    /// Holdings of one row within the chunk.
    pub fn row_range(&self, row: u16) -> Range<usize> {
        row_range(&self.rows, &self.blocks, row)
    }

    /// From when the holding there is in this state; `None` = timelessly.
    pub fn since(&self, at: usize) -> Option<Instant> {
        self.since.as_ref()?.key(at).map(Instant)
    }

    /// Those at some places, ascending.
    pub(super) fn picked(&self, places: &[u32]) -> Self {
        let rows: Vec<u16> = intake::pick(&self.rows, places);
        let fields = self
            .fields
            .iter()
            .map(|field| pick(field.as_ref()?, places));
        Self {
            blocks: blocks(&rows),
            rows,
            keys: intake::pick(&self.keys, places),
            since: self.since.as_ref().and_then(|since| pick(since, places)),
            fields: fields.collect(),
        }
    }

    /// Bytes it holds.
    pub fn memory_bytes(&self) -> usize {
        let fields: usize = self.fields.iter().flatten().map(Packed::memory_bytes).sum();
        size_of::<Self>()
            + self.rows.capacity() * 2
            + self.keys.capacity() * 4
            + self.since.as_ref().map_or(0, Packed::memory_bytes)
            + fields
    }
}

impl Holdings {
    /// The chunk of a row, if it holds anything, and where the row's holdings lie in it.
    pub fn of(&self, row: u32) -> Option<(&HoldingChunk, Range<usize>)> {
        let chunk = self.chunks.get((row / CHUNK_ROWS) as usize)?.as_deref()?;
        Some((chunk, chunk.row_range((row % CHUNK_ROWS) as u16)))
    }

    /// The key of one holding of one of the chunks.
    pub fn key(&self, chunk: &HoldingChunk, at: usize) -> Option<&Arc<str>> {
        self.keys.get(*chunk.keys.get(at)?)
    }

    /// The value of a field of one holding of one of the chunks.
    pub fn value(
        &self,
        chunk: &HoldingChunk,
        at: usize,
        field: usize,
        kind: &Kind,
    ) -> Option<Value> {
        let dictionary = self.dictionaries.get(field).and_then(Option::as_deref);
        chunk
            .fields
            .get(field)?
            .as_ref()?
            .value(at, kind, dictionary)
    }
}
