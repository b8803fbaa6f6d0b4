//! Parquet files of flat columns become records, a piece of typed columns at a time. Where an expression
//! asks for text, values are written so exactly that it reads them as it reads every other file. Only the
//! columns that are wanted are unpacked. The library's types stay in this folder.

mod column;
mod kind;
mod schema;
mod stored;
mod table;
mod value;

use std::collections::BTreeMap;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};

use self::column::Column;
use super::error::ImportError;
use super::fault::{self, Fault};
use super::record::Next;
use crate::base::limit::{PARQUET_BATCH_ROWS_MAX, PARQUET_PIECE_BYTES};

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
    /// Rows that were unpacked and not taken by a piece yet.
    held: usize,
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
            held: 0,
            piece: Table::default(),
            number: 0,
            rows_total: u64::try_from(rows_total).unwrap_or(0),
            bytes_total,
            bytes_done: Arc::default(),
            reader,
        })
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

    /// The next piece; `None` at the end.
    fn unpack(&mut self) -> Result<Option<Table>, ParquetError> {
        if self.held == 0 && !self.hold()? {
            return Ok(None);
        }
        let rows = self.fitting();
        let mut broken = BTreeMap::new();
        let mut values = Vec::with_capacity(self.columns.len());
        for (at, column) in self.columns.iter_mut().enumerate() {
            let mut texts = Vec::new();
            values.push(column.take(rows, &mut texts));
            for (place, bytes) in texts {
                let row = broken
                    .entry(place)
                    .or_insert_with(|| (no_text(&column.name), Vec::new()));
                row.1.push((at, bytes));
            }
        }
        let before = self.number;
        self.held -= rows;
        self.number += rows as u64;
        let done = u128::from(self.bytes_total) * u128::from(self.number);
        let done = done / u128::from(self.rows_total.max(1));
        let done = u64::try_from(done)
            .unwrap_or(u64::MAX)
            .min(self.bytes_total);
        self.bytes_done.store(done, Ordering::Relaxed);
        let names: Vec<&str> = self.columns.iter().map(|column| &*column.name).collect();
        let kept = |(place, (fault, texts))| {
            let raw = table::kept(&names, &values, place, texts);
            (place, fault, raw)
        };
        let broken = broken.into_iter().map(kept).collect();
        Ok(Some(Table::new(before, rows, values, broken)))
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
            self.group += 1;
        }
        let rows = self.group_left.min(self.group_step);
        for column in &mut self.columns {
            column.read(rows)?;
        }
        self.group_left -= rows;
        self.held = rows;
        Ok(true)
    }

    /// How many of the rows that were unpacked go into a piece: a text that stands in the file once may be that
    /// of every row.
    fn fitting(&self) -> usize {
        let columns = self.columns.iter();
        let bytes: u64 = columns.map(|column| column.weight(self.held)).sum();
        if bytes <= PARQUET_PIECE_BYTES as u64 {
            return self.held;
        }
        let mut rows = vec![0; self.held];
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

/// Bytes that a value takes while it is unpacked, its own aside.
const VALUE_BYTES: u64 = 40;

/// How many rows of a group are unpacked at once, by what they come to on the average.
fn step(group: &RowGroupMetaData, columns: &[Column]) -> usize {
    let chunks = columns
        .iter()
        .filter_map(|column| group.columns().get(column.leaf));
    let bytes = chunks.map(|chunk| u64::try_from(chunk.uncompressed_size()).unwrap_or(0));
    let rows = u64::try_from(group.num_rows()).unwrap_or(0).max(1);
    let row = bytes.sum::<u64>() / rows + columns.len() as u64 * VALUE_BYTES;
    let rows = PARQUET_PIECE_BYTES as u64 / row.max(1);
    usize::try_from(rows).map_or(PARQUET_BATCH_ROWS_MAX, |rows| {
        rows.clamp(1, PARQUET_BATCH_ROWS_MAX)
    })
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
