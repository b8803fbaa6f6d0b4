//! A column over customers: chunks of 65,536 rows, each packed on its own.

use std::sync::Arc;

use super::dictionary::Dictionary;
use super::packed::Packed;
use crate::base::kind::Kind;

/// Rows of a chunk, a cell and a block of evaluation.
pub const CHUNK_ROWS: u32 = 65_536;
/// Rows evaluated together, so that state stays in the second-level cache.
pub const BLOCK_ROWS: u32 = 4_096;

/// One attribute over all rows of a snapshot, as held at one instant.
#[derive(Clone, Debug)]
pub struct Column {
    /// Kind of its values.
    pub kind: Kind,
    /// Chunk c holds rows c × 65,536 and up; the last may be short; a `None` chunk holds no value at all.
    pub chunks: Vec<Option<Arc<Packed>>>,
    /// Texts of Text, Set of Text (sets of other kinds use the text of the value).
    pub dictionary: Option<Arc<Dictionary>>,
}
