//! Parquet files of flat columns become records: typed values are written as text, exactly, so that
//! expressions read them as they read every other file. Only the columns that are wanted are
//! unpacked, a piece at a time. The library's types stay in this folder.

mod column;
mod kind;
mod schema;
mod value;

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};

use self::column::Column;
use super::error::ImportError;
use super::fault::{self, Fault};
use super::record::{Broken, Next, Record};
use crate::base::limit::PARQUET_BATCH_ROWS_MAX;

pub use self::schema::{columns, is_marked, unread};

/// The rows of a file in order.
pub struct Rows {
    path: PathBuf,
    reader: SerializedFileReader<File>,
    columns: Vec<Column>,
    /// The row group that is read next.
    group: usize,
    /// Rows of the open row group that no piece has taken yet.
    group_left: usize,
    /// Rows of the piece at hand that have not been given yet.
    piece_left: usize,
    number: u64,
    rows_total: u64,
    bytes_total: u64,
    bytes_done: Arc<AtomicU64>,
    /// Fields of the row at hand, one after the other, and where each ends.
    text: Vec<u8>,
    ends: Vec<usize>,
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
            piece_left: 0,
            number: 0,
            rows_total: u64::try_from(rows_total).unwrap_or(0),
            bytes_total,
            bytes_done: Arc::default(),
            text: Vec::new(),
            ends: Vec::new(),
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
        if self.piece_left == 0 {
            let path = self.path.clone();
            guarded(&path, || {
                self.fill().map_err(|error| damaged(&path, &error))
            })?;
            if self.piece_left == 0 {
                return Ok(None);
            }
        }
        self.piece_left -= 1;
        self.number += 1;
        self.text.clear();
        self.ends.clear();
        for column in &mut self.columns {
            if !column.write(&mut self.text) {
                return Err(ImportError::Parquet {
                    path: self.path.clone(),
                    reason: format!("the column `{}` ends before the others", column.name),
                });
            }
            self.ends.push(self.text.len());
        }
        let number = self.number;
        let record = std::str::from_utf8(&self.text)
            .ok()
            .and_then(|text| Record::new(number, number, text, &self.ends, &[]));
        Ok(Some(match record {
            Some(record) => Next::Record(record),
            None => Next::Broken(Broken {
                number,
                line: number,
                raw: &[],
                fault: self.no_text(),
            }),
        }))
    }

    /// Unpacks the next piece; `piece_left` stays 0 at the end.
    fn fill(&mut self) -> Result<(), ParquetError> {
        while self.group_left == 0 {
            if self.group >= self.reader.num_row_groups() {
                return Ok(());
            }
            let group = self.reader.get_row_group(self.group)?;
            let rows = group.metadata().num_rows();
            self.group_left = usize::try_from(rows)
                .map_err(|_| ParquetError::General("a row group of less than no rows".into()))?;
            for column in &mut self.columns {
                column.begin(group.get_column_reader(column.leaf)?);
            }
            self.group += 1;
        }
        let rows = self.group_left.min(PARQUET_BATCH_ROWS_MAX);
        for column in &mut self.columns {
            column.fill(rows)?;
        }
        self.group_left -= rows;
        self.piece_left = rows;
        let done = u128::from(self.bytes_total) * u128::from(self.number + rows as u64);
        let done = done / u128::from(self.rows_total.max(1));
        let done = u64::try_from(done)
            .unwrap_or(u64::MAX)
            .min(self.bytes_total);
        self.bytes_done.store(done, Ordering::Relaxed);
        Ok(())
    }

    /// Which field of the row at hand is no text.
    fn no_text(&self) -> Fault {
        let mut start = 0;
        let mut found = None;
        for (column, end) in self.columns.iter().zip(&self.ends) {
            let bytes = self.text.get(start..*end).unwrap_or(&[]);
            if std::str::from_utf8(bytes).is_err() {
                found = Some(Arc::from(column.name.as_str()));
                break;
            }
            start = *end;
        }
        Fault::record(fault::INVALID_TEXT, "the value is not text in UTF-8").within(found.as_ref())
    }
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
        reason: fault::excerpt(reason.trim_start_matches("Parquet error: ")),
    }
}

#[cfg(test)]
mod tests;
