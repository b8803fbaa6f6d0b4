//! Events of one kind in cells of 65,536 customers × 30 dates of the business zone.
//! Inside a cell: by row, then instant, then sequence, then log order. Old cells
//! never change: a late event makes a new version of its own cell.

use std::ops::Range;
use std::sync::Arc;

use super::column::{BLOCK_ROWS, CHUNK_ROWS};
use super::dictionary::Dictionary;
use super::latest::Latest;
use super::order::Order;
use super::packed::Packed;
use super::saved::Run;
use super::seconds::Seconds;
use super::starts::Starts;
use crate::base::calendar::Instant;
use crate::base::kind::Kind;
use crate::base::value::Value;

/// Dates of one cell.
pub const CELL_DAYS: i32 = 30;
/// Blocks of 4,096 rows in one cell.
pub const CELL_BLOCKS: usize = 16;

/// Where the items of each block of 4,096 rows lie: block b at `[b]..[b + 1]`.
pub type Blocks = [u32; CELL_BLOCKS + 1];

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// First date is `bucket × 30` days since 1970-01-01.
    pub bucket: i32,
    /// Rows from `chunk × 65,536`.
    pub chunk: u32,
    /// Row within the chunk.
    pub rows: Run<u16>,
    /// Date within the bucket, 0..30.
    pub days: Run<u8>,
    /// Seconds elapsed since the start of that date in the business zone; `None` = all at its start.
    pub seconds: Option<Seconds>,
    /// Order within one instant: the source's own sequence, else the log position.
    pub order: Order,
    /// By `FieldId`; `None` = no event of the cell has the field.
    pub fields: Vec<Option<Packed>>,
    /// Events of rows `b × 4,096 .. (b+1) × 4,096` lie at `blocks[b]..blocks[b+1]`.
    pub blocks: Blocks,
    /// Instants at which the cell's dates start.
    pub starts: Arc<Starts>,
}

/// All events of one kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Events {
    /// By (chunk, bucket), so that one chunk's cells lie together in order of time.
    pub cells: Vec<Arc<Cell>>,
    /// By `FieldId`: texts of Text and Set fields.
    pub dictionaries: Vec<Option<Arc<Dictionary>>>,
    /// How many events in all.
    pub count: u64,
    /// Set members that the events hold together.
    pub(super) members: u64,
    /// Last instants of customers.
    pub(super) latest: Latest,
}

/// Blocks of rows that ascend.
pub(super) fn blocks(rows: &[u16]) -> Blocks {
    let mut blocks = [0; CELL_BLOCKS + 1];
    for (block, end) in (0u32..).zip(blocks.iter_mut()) {
        let first = block * BLOCK_ROWS;
        let before = rows.partition_point(|row| u32::from(*row) < first);
        *end = u32::try_from(before).unwrap_or(u32::MAX);
    }
    blocks
}

/// Where a row's items lie among ascending rows.
pub(super) fn row_range(rows: &[u16], blocks: &Blocks, row: u16) -> Range<usize> {
    let block = usize::from(row) / BLOCK_ROWS as usize;
    let end = |at: usize| blocks.get(at).map_or(0, |end| *end as usize);
    let range = end(block)..end(block + 1);
    let slice = rows.get(range.clone()).unwrap_or_default();
    let from = slice.partition_point(|other| *other < row);
    let count = slice
        .get(from..)
        .unwrap_or_default()
        .partition_point(|other| *other == row);
    range.start + from..range.start + from + count
}

impl Cell {
    /// How many events.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none; no snapshot holds such a cell.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// First row.
    pub fn row_start(&self) -> u32 {
        self.chunk * CHUNK_ROWS
    }

    /// First date, as days since 1970-01-01.
    pub fn day_start(&self) -> i32 {
        self.bucket * CELL_DAYS
    }

    /// Events of one block of 4,096 rows, 0..16.
    pub fn block(&self, block: usize) -> Range<usize> {
        let end = |at: usize| self.blocks.get(at).map_or(0, |end| *end as usize);
        end(block)..end(block + 1)
    }

    /// Events of one row within the chunk.
    pub fn row_range(&self, row: u16) -> Range<usize> {
        row_range(&self.rows, &self.blocks, row)
    }

    /// When the event there happened; past the end the cell's first instant.
    pub fn instant(&self, at: usize) -> Instant {
        let day = self.days.get(at).copied().unwrap_or_default();
        self.starts.instant(day, self.seconds_at(at))
    }

    /// Seconds elapsed since the start of the event's date.
    pub fn seconds_at(&self, at: usize) -> u32 {
        let seconds = self.seconds.as_ref();
        seconds.map_or(0, |seconds| seconds.at(at))
    }

    /// Bytes of the dates and seconds of so many events.
    pub fn time_bytes(&self, events: usize) -> usize {
        let seconds = self.seconds.as_ref();
        events + seconds.map_or(0, |seconds| seconds.bytes_of(events))
    }

    /// Order of the event within its instant.
    pub fn sequence(&self, at: usize) -> i64 {
        let day = self.days.get(at).copied().unwrap_or_default();
        self.order.of((at, day, self.seconds_at(at)))
    }

    /// The first event of a range, all of one row, that is not before the instant.
    pub fn from_instant(&self, range: Range<usize>, at: Instant) -> usize {
        let (mut low, mut high) = (range.start, range.end);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.instant(middle) < at {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }

    /// Bytes it holds.
    pub fn memory_bytes(&self) -> usize {
        let fields: usize = self.fields.iter().flatten().map(Packed::memory_bytes).sum();
        size_of::<Self>()
            + self.fields.capacity() * size_of::<Option<Packed>>()
            + self.rows.capacity() * 2
            + self.days.capacity()
            + self.seconds.as_ref().map_or(0, Seconds::memory_bytes)
            + self.order.memory_bytes()
            + fields
    }
}

impl Events {
    /// The cells of one chunk of 65,536 rows, in order of time.
    pub fn cells_of(&self, chunk: u32) -> &[Arc<Cell>] {
        let from = self.cells.partition_point(|cell| cell.chunk < chunk);
        let rest = self.cells.get(from..).unwrap_or_default();
        let count = rest.partition_point(|cell| cell.chunk == chunk);
        rest.get(..count).unwrap_or_default()
    }

    /// The last instant of each row of a chunk, a place a row. `None`: go through the cells, as an event may lie
    /// after `until`; `Some(None)`: the chunk has no event.
    pub fn latest(&self, chunk: u32, until: Instant) -> Option<Option<&Packed>> {
        self.latest.of(chunk, self.cells_of(chunk), until)
    }

    /// Whether there is an event of that row at that instant.
    pub fn contains(&self, row: u32, at: Instant) -> bool {
        self.first_at(row, at).is_some()
    }

    /// The cell and the place of the first event of a customer at that instant, and where its events in the cell end.
    fn first_at(&self, row: u32, at: Instant) -> Option<(&Cell, Range<usize>)> {
        let cells = self.cells_of(row / CHUNK_ROWS);
        let after = cells.partition_point(|cell| cell.starts.first() <= at);
        let cell = after.checked_sub(1).and_then(|before| cells.get(before))?;
        let range = cell.row_range((row % CHUNK_ROWS) as u16);
        let found = cell.from_instant(range.clone(), at);
        (found < range.end && cell.instant(found) == at).then_some((cell, found..range.end))
    }

    /// Every event of a customer at that instant, as its cell and its place there.
    pub fn at(&self, row: u32, at: Instant) -> impl Iterator<Item = (&Cell, usize)> {
        self.first_at(row, at)
            .into_iter()
            .flat_map(move |(cell, places)| {
                places
                    .take_while(move |place| cell.instant(*place) == at)
                    .map(move |place| (cell, place))
            })
    }

    /// The value of a field of one event of one of the cells.
    pub fn value(&self, cell: &Cell, at: usize, field: usize, kind: &Kind) -> Option<Value> {
        let dictionary = self.dictionaries.get(field).and_then(Option::as_deref);
        cell.fields
            .get(field)?
            .as_ref()?
            .value(at, kind, dictionary)
    }

    /// Bytes it holds, shared parts counted in full.
    pub fn memory_bytes(&self) -> usize {
        let cells: usize = self.cells.iter().map(|cell| cell.memory_bytes()).sum();
        let texts = self.dictionaries.iter().flatten();
        cells
            + self.cells.len() * size_of::<Arc<Cell>>()
            + texts.map(|texts| texts.memory_bytes()).sum::<usize>()
            + self.latest.memory_bytes()
    }
}
