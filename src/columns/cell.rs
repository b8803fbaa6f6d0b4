//! Events of one kind in cells of 65,536 customers × 30 dates of the business zone.
//! Inside a cell: by row, then instant, then sequence. Old cells never change.

use std::sync::Arc;

use super::dictionary::Dictionary;
use super::packed::Packed;

/// Dates of one cell.
pub const CELL_DAYS: i32 = 30;
/// Blocks of 4,096 rows in one cell.
pub const CELL_BLOCKS: usize = 16;

/// One cell.
#[derive(Clone, Debug)]
pub struct Cell {
    /// First date is `bucket × 30` days since 1970-01-01.
    pub bucket: i32,
    /// Rows from `chunk × 65,536`.
    pub chunk: u32,
    /// Row within the chunk.
    pub rows: Vec<u16>,
    /// Date within the bucket, 0..30.
    pub days: Vec<u8>,
    /// Seconds since the start of that date in the business zone; `None` = all at its start.
    pub seconds: Option<Vec<u32>>,
    /// Order within one instant: the source's own sequence, else the log position.
    pub sequences: Packed,
    /// By `FieldId`; `None` = no event of the cell has the field.
    pub fields: Vec<Option<Packed>>,
    /// Events of rows `b × 4,096 .. (b+1) × 4,096` lie at `blocks[b]..blocks[b+1]`.
    pub blocks: [u32; CELL_BLOCKS + 1],
}

/// All events of one kind.
#[derive(Clone, Debug, Default)]
pub struct Events {
    /// By (chunk, bucket), so that one chunk's cells lie together in order of time.
    pub cells: Vec<Arc<Cell>>,
    /// By `FieldId`: texts of Text and Set fields.
    pub dictionaries: Vec<Option<Arc<Dictionary>>>,
    /// How many events in all.
    pub count: u64,
}
