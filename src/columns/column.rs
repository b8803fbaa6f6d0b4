//! A column over customers: chunks of 65,536 rows, each packed on its own.

use std::sync::Arc;

use super::dictionary::Dictionary;
use super::packed::Packed;
use crate::base::kind::Kind;
use crate::base::value::Value;

/// Rows of a chunk, a cell and a block of evaluation.
pub const CHUNK_ROWS: u32 = 65_536;
/// Rows evaluated together, so that state stays in the second-level cache.
pub const BLOCK_ROWS: u32 = 4_096;

/// One attribute over all rows of a snapshot, as held at one instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// Kind of its values.
    pub kind: Kind,
    /// Chunk c holds rows c × 65,536 and up; all are full but the last, which ends with the last row;
    /// a `None` chunk holds no value at all.
    pub chunks: Vec<Option<Arc<Packed>>>,
    /// Texts of Text, Set of Text (sets of other kinds use the text of the value, see `code::member_text`).
    pub dictionary: Option<Arc<Dictionary>>,
}

impl Column {
    /// A column without any value.
    pub fn empty(kind: Kind) -> Self {
        Self {
            kind,
            chunks: Vec::new(),
            dictionary: None,
        }
    }

    /// The chunk of a row, if it holds anything, and the row's place in it.
    pub fn place(&self, row: u32) -> Option<(&Arc<Packed>, usize)> {
        let chunk = self.chunks.get((row / CHUNK_ROWS) as usize)?.as_ref()?;
        Some((chunk, (row % CHUNK_ROWS) as usize))
    }

    /// The value of a row.
    pub fn get(&self, row: u32) -> Option<Value> {
        let (chunk, at) = self.place(row)?;
        chunk.value(at, &self.kind, self.dictionary.as_deref())
    }

    /// Whether the row has a value.
    pub fn is_present(&self, row: u32) -> bool {
        self.place(row)
            .is_some_and(|(chunk, at)| chunk.is_present(at))
    }

    /// The key of a row's value; `None` when absent, and for numbers and sets.
    pub fn key(&self, row: u32) -> Option<i64> {
        let (chunk, at) = self.place(row)?;
        chunk.key(at)
    }

    /// The number of a row; `None` when absent, and for keys and sets.
    pub fn number(&self, row: u32) -> Option<f64> {
        let (chunk, at) = self.place(row)?;
        chunk.number(at)
    }

    /// Rows that have a value.
    pub fn present(&self) -> u64 {
        self.chunks
            .iter()
            .flatten()
            .map(|chunk| chunk.present())
            .sum()
    }

    /// Smallest and greatest key over all rows; `None` for numbers, sets and where nothing is present.
    pub fn bounds(&self) -> Option<(i64, i64)> {
        self.chunks
            .iter()
            .flatten()
            .filter_map(|chunk| chunk.bounds)
            .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// Bytes it holds, shared parts counted in full.
    pub fn memory_bytes(&self) -> usize {
        let chunks: usize = self
            .chunks
            .iter()
            .flatten()
            .map(|chunk| chunk.memory_bytes())
            .sum();
        chunks
            + self.chunks.len() * size_of::<Option<Arc<Packed>>>()
            + self
                .dictionary
                .as_ref()
                .map_or(0, |texts| texts.memory_bytes())
    }
}
