//! Parquet files of flat columns become records, a piece of typed columns at a time. Where an expression
//! asks for text, values are written so exactly that it reads them as it reads every other file. Only the
//! columns that are wanted are unpacked. The library's types stay in this folder.

mod column;
mod kind;
mod long;
mod schema;
mod stored;
mod table;
mod value;

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parquet::basic::Encoding;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};
use parquet::file::reader::{FileReader, SerializedFileReader};

use self::column::Column;
use self::long::Long;
use super::error::ImportError;
use super::fault::{self, Fault};
use super::record::Next;
use crate::base::limit::{PARQUET_BATCH_ROWS_MAX, PARQUET_PIECE_BYTES, PARQUET_STRIDE_ROWS};

pub use self::kind::Kind;
pub use self::schema::{columns, is_marked};
#[cfg(test)]
pub use self::table::{Cells, Values};
pub use self::table::{Raw, Row, Table};

/// The rows of a file in order.
pub struct Rows {
    path: PathBuf,
    reader: SerializedFileReader<File>,
    columns: Vec<Column>,
    /// The row group that is read next.
    group: usize,
    /// Rows of the open row group that were not unpacked yet.
    group_left: usize,
    /// Rows of it that are unpacked at once.
    group_step: usize,
    /// Of these, rows between two looks at what they come to.
    group_stride: usize,
    /// Rows that were unpacked and not taken by a piece yet.
    held: usize,
    /// Those of them that are too long, by number.
    long: VecDeque<(u64, Fault)>,
    /// By column: values that were too long, once these are no reason to refuse a row.
    passed_over: Option<Vec<u64>>,
    /// The piece that is given row by row.
    piece: Table,
    /// Rows of all pieces so far.
    number: u64,
    rows_total: u64,
    bytes_total: u64,
    bytes_done: Arc<AtomicU64>,
}

impl Rows {
    /// Opens a file and finds the columns `wanted` in it, each once.
    pub fn open(path: &Path, wanted: &[String]) -> Result<Self, ImportError> {
        let (reader, bytes_total) = schema::open(path)?;
        let columns = guarded(path, || schema::choose(path, &reader, wanted))?;
        let rows_total = reader.metadata().file_metadata().num_rows();
        Ok(Self {
            path: path.to_path_buf(),
            columns,
            group: 0,
            group_left: 0,
            group_step: 0,
            group_stride: 0,
            held: 0,
            long: VecDeque::new(),
            passed_over: None,
            piece: Table::default(),
            number: 0,
            rows_total: u64::try_from(rows_total).unwrap_or(0),
            bytes_total,
            bytes_done: Arc::default(),
            reader,
        })
    }

    /// From now on a row that is too long has empty fields in place of its longest values, and these are counted; an
    /// import refuses the row.
    pub fn pass_over(&mut self) {
        self.passed_over = Some(vec![0; self.columns.len()]);
    }

    /// By column: how many values so far were too long.
    pub fn passed_over(&self) -> &[u64] {
        self.passed_over.as_deref().unwrap_or(&[])
    }

    /// Bytes of the file.
    pub fn bytes_total(&self) -> u64 {
        self.bytes_total
    }

    /// Bytes of the file that the rows read so far make up, as told to whoever watches.
    pub fn bytes_done(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.bytes_done)
    }

    /// The next record; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Next<'_>>, ImportError> {
        if self.piece.is_drained() {
            match self.piece()? {
                Some(piece) => self.piece = piece,
                None => return Ok(None),
            }
        }
        Ok(self.piece.next())
    }

    /// The rows that follow, some of them; `None` at the end.
    pub fn piece(&mut self) -> Result<Option<Table>, ImportError> {
        let path = self.path.clone();
        guarded(&path, || {
            self.unpack().map_err(|error| damaged(&path, &error))
        })
    }

    /// Unpacks the rows that follow and drops them; `false`: there are none. Whatever a piece may fail with, this does.
    pub fn skip(&mut self) -> Result<bool, ImportError> {
        let path = self.path.clone();
        self.held = 0;
        guarded(&path, || {
            self.hold().map_err(|error| damaged(&path, &error))
        })
    }

    /// The next piece; `None` at the end.
    fn unpack(&mut self) -> Result<Option<Table>, ParquetError> {
        if self.held == 0 {
            if !self.hold()? {
                return Ok(None);
            }
            let found = long::shorten(&mut self.columns, self.held);
            self.tell_long(&found);
        }
        let rows = self.fitting();
        let before = self.number;
        self.held -= rows;
        self.number += rows as u64;
        let mut broken = BTreeMap::new();
        while let Some((number, fault)) = self.long.pop_front_if(|(at, _)| *at < self.number) {
            // Nothing is kept of a row that is too long.
            broken.insert((number - before) as usize, (fault, None));
        }
        let mut values = Vec::with_capacity(self.columns.len());
        for (at, column) in self.columns.iter_mut().enumerate() {
            let mut texts = Vec::new();
            values.push(column.take(rows, &mut texts));
            for (place, bytes) in texts {
                let row = broken
                    .entry(place)
                    .or_insert_with(|| (no_text(&column.name), Some(Vec::new())));
                if let Some(texts) = &mut row.1 {
                    texts.push((at, bytes));
                }
            }
        }
        let done = u128::from(self.bytes_total) * u128::from(self.number);
        let done = done / u128::from(self.rows_total.max(1));
        let done = u64::try_from(done)
            .unwrap_or(u64::MAX)
            .min(self.bytes_total);
        self.bytes_done.store(done, Ordering::Relaxed);
        let names: Vec<&str> = self.columns.iter().map(|column| &*column.name).collect();
        let kept = |(place, (fault, texts)): (usize, (Fault, Option<Vec<_>>))| {
            let raw = texts.map(|texts| table::kept(&names, &values, place, texts));
            (place, fault, raw.unwrap_or_default())
        };
        let broken = broken.into_iter().map(kept).collect();
        Ok(Some(Table::new(before, rows, values, broken)))
    }

    /// Notes rows that are too long among those that were just unpacked.
    fn tell_long(&mut self, found: &[Long]) {
        let Some(passed_over) = &mut self.passed_over else {
            let faults = found.iter();
            let faults =
                faults.map(|long| (self.number + long.place as u64, long.fault(&self.columns)));
            self.long.extend(faults);
            return;
        };
        for column in found.iter().flat_map(|long| &long.emptied) {
            if let Some(count) = passed_over.get_mut(*column) {
                *count += 1;
            }
        }
    }

    /// Unpacks the rows that follow; whether there are any.
    fn hold(&mut self) -> Result<bool, ParquetError> {
        while self.group_left == 0 {
            if self.group >= self.reader.num_row_groups() {
                return Ok(false);
            }
            let group = self.reader.get_row_group(self.group)?;
            let rows = group.metadata().num_rows();
            self.group_left = usize::try_from(rows)
                .map_err(|_| ParquetError::General("a row group of less than no rows".into()))?;
            for column in &mut self.columns {
                column.begin(group.get_column_reader(column.leaf)?);
            }
            self.group_step = step(group.metadata(), &self.columns);
            self.group_stride = stride(group.metadata(), &self.columns);
            self.group += 1;
        }
        let rows = self.group_left.min(self.group_step);
        let rows = self.read(rows)?;
        for column in &mut self.columns {
            column.close(rows)?;
        }
        self.group_left -= rows;
        self.held = rows;
        Ok(true)
    }

    /// Reads so many rows of every column, or fewer where they come to a piece before; how many.
    fn read(&mut self, rows_max: usize) -> Result<usize, ParquetError> {
        for column in &mut self.columns {
            column.clear();
        }
        let (mut rows, mut bytes) = (0, 0);
        while rows < rows_max && bytes < PARQUET_PIECE_BYTES as u64 {
            let more = self.group_stride.min(rows_max - rows);
            bytes = 0;
            for column in &mut self.columns {
                column.read(more)?;
                bytes += column.bytes();
            }
            rows += more;
        }
        Ok(rows)
    }

    /// How many of the rows that were unpacked go into a piece: a text that stands in the file once may be that
    /// of every row.
    fn fitting(&self) -> usize {
        let cells = self.columns.len() as u64 * CELL_BYTES;
        let bytes: u64 = self.columns.iter().map(Column::bytes).sum();
        if bytes + cells * self.held as u64 <= PARQUET_PIECE_BYTES as u64 {
            return self.held;
        }
        let mut rows = vec![cells; self.held];
        for column in &self.columns {
            column.weigh(&mut rows);
        }
        let mut bytes = 0_u64;
        let fits = |row: &&u64| {
            bytes += **row;
            bytes <= PARQUET_PIECE_BYTES as u64
        };
        rows.iter().take_while(fits).count().max(1)
    }
}

/// Bytes that a row takes in every column of a piece.
const CELL_BYTES: u64 = 8;
/// Bytes that a value takes while it is unpacked, its own aside.
const VALUE_BYTES: u64 = 40;

/// The pieces of a group that are unpacked.
fn chunks<'a>(
    group: &'a RowGroupMetaData,
    columns: &'a [Column],
) -> impl Iterator<Item = &'a ColumnChunkMetaData> {
    let chunks = columns
        .iter()
        .map(|column| group.columns().get(column.leaf));
    chunks.flatten()
}

/// Bytes of these pieces.
fn bytes_of(group: &RowGroupMetaData, columns: &[Column]) -> u64 {
    let bytes = chunks(group, columns).map(ColumnChunkMetaData::uncompressed_size);
    bytes.map(|bytes| u64::try_from(bytes).unwrap_or(0)).sum()
}

/// How many rows of a group are unpacked at once, by what they come to on the average.
fn step(group: &RowGroupMetaData, columns: &[Column]) -> usize {
    let rows = u64::try_from(group.num_rows()).unwrap_or(0).max(1);
    let row = bytes_of(group, columns) / rows + columns.len() as u64 * VALUE_BYTES;
    let rows = PARQUET_PIECE_BYTES as u64 / row.max(1);
    usize::try_from(rows).map_or(PARQUET_BATCH_ROWS_MAX, |rows| {
        rows.clamp(1, PARQUET_BATCH_ROWS_MAX)
    })
}

/// After how many rows of a group it is looked what those unpacked come to: some may be far above the average.
/// Where values are stored without the beginning that they share with the one before, many long ones may come of
/// few bytes, so that each is looked at; all others lie in the pages whole.
fn stride(group: &RowGroupMetaData, columns: &[Column]) -> usize {
    let swells = |encoding: Encoding| encoding == Encoding::DELTA_BYTE_ARRAY;
    if chunks(group, columns).any(|chunk| chunk.encodings().any(swells)) {
        return 1;
    }
    match bytes_of(group, columns) > PARQUET_PIECE_BYTES as u64 {
        true => PARQUET_STRIDE_ROWS,
        false => PARQUET_BATCH_ROWS_MAX,
    }
}

/// A value that is no text, in that column.
fn no_text(column: &str) -> Fault {
    let column = Arc::from(column);
    Fault::record(fault::INVALID_TEXT, "the value is not text in UTF-8").within(Some(&column))
}

/// Runs a reader of foreign bytes: should it give up on damage that it did not foresee, that is an
/// error like every other.
fn guarded<T>(
    path: &Path,
    work: impl FnOnce() -> Result<T, ImportError>,
) -> Result<T, ImportError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(ImportError::Parquet {
            path: path.to_path_buf(),
            reason: "its pages say what cannot be".to_owned(),
        })
    })
}

/// What the library says, as an error of the import.
fn damaged(path: &Path, error: &ParquetError) -> ImportError {
    let reason = error.to_string();
    // A column that is encrypted lacks what the footer says of others, its type first.
    let is_sealed = reason.contains("Required field type_ is missing");
    if is_sealed || reason.to_ascii_lowercase().contains("encrypt") {
        return ImportError::Encrypted {
            path: path.to_path_buf(),
        };
    }
    ImportError::Parquet {
        path: path.to_path_buf(),
        reason: fault::excerpt(in_words(&reason, error)),
    }
}

/// Without the names that the library has for its own parts.
fn in_words<'a>(reason: &'a str, error: &ParquetError) -> &'a str {
    const PARTS: [&str; 5] = ["Parquet error: ", "External: ", "EOF: ", "NYI: ", "Arrow: "];
    let mut reason = reason;
    while let Some(rest) = PARTS.iter().find_map(|part| reason.strip_prefix(part)) {
        reason = rest;
    }
    match (error, reason.split_once(" (")) {
        (ParquetError::External(_), Some((head, _))) => head,
        _ => reason,
    }
}

#[cfg(test)]
pub mod tests;
