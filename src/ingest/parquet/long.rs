//! Rows that are longer than a record may be: which they are, and what becomes of them. A file of columns has no
//! lines; what counts are the bytes of the texts and other byte strings that a row holds in the columns wanted.

use std::sync::Arc;

use super::column::Column;
use crate::base::limit::RECORD_BYTES_MAX;
use crate::ingest::fault::{self, Fault};

const ROW_BYTES_MAX: u64 = RECORD_BYTES_MAX as u64;

/// A row that was too long.
pub struct Long {
    /// Its place among the rows that were unpacked.
    pub place: usize,
    /// The columns, by place, whose values were taken out of it, the longest first; what is left is short enough.
    pub emptied: Vec<usize>,
    /// Bytes of all its values.
    bytes: u64,
    /// Bytes of the longest.
    longest: u64,
}

impl Long {
    /// Why it is refused.
    pub fn fault(&self, columns: &[Column]) -> Fault {
        let widest = self.emptied.first().and_then(|at| columns.get(*at));
        let column = widest.map(|column| Arc::from(column.name.as_str()));
        let sentence = format!(
            "the row has {} bytes in the columns that are read, {} of them here; a record has at most \
             {RECORD_BYTES_MAX}, and nothing of this one is kept",
            self.bytes, self.longest
        );
        Fault::record(fault::TOO_LONG, sentence).within(column.as_ref())
    }
}

/// Finds the rows that are too long among so many that were unpacked, by rising place, and takes their longest values
/// out of the columns, so that nobody copies them.
pub fn shorten(columns: &mut [Column], rows: usize) -> Vec<Long> {
    let longest: u64 = columns.iter().map(Column::longest).sum();
    if longest <= ROW_BYTES_MAX {
        return Vec::new();
    }
    let mut bytes = vec![0; rows];
    for column in columns.iter() {
        column.weigh(&mut bytes);
    }
    let places = bytes.iter().enumerate();
    let mut found: Vec<Long> = places
        .filter(|(_, bytes)| **bytes > ROW_BYTES_MAX)
        .map(|(place, bytes)| Long {
            place,
            emptied: Vec::new(),
            bytes: *bytes,
            longest: 0,
        })
        .collect();
    if found.is_empty() {
        return found;
    }
    let sizes: Vec<Vec<u64>> = columns
        .iter()
        .map(|column| sizes(column, rows, &found))
        .collect();
    let mut gone = vec![Vec::new(); columns.len()];
    for (at, long) in found.iter_mut().enumerate() {
        let of_row = sizes.iter().filter_map(|sizes| sizes.get(at).copied());
        let mut of_row: Vec<(usize, u64)> = of_row.enumerate().collect();
        of_row.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
        long.longest = of_row.first().map_or(0, |(_, bytes)| *bytes);
        let mut left = long.bytes;
        for (column, bytes) in of_row {
            if left <= ROW_BYTES_MAX {
                break;
            }
            left -= bytes;
            long.emptied.push(column);
            if let Some(gone) = gone.get_mut(column) {
                gone.push(long.place);
            }
        }
    }
    for (column, gone) in columns.iter_mut().zip(gone) {
        column.empty(&gone);
    }
    found
}

/// Bytes of a column in each of the rows that are too long.
fn sizes(column: &Column, rows: usize, found: &[Long]) -> Vec<u64> {
    let mut bytes = vec![0; rows];
    column.weigh(&mut bytes);
    let of_row = |long: &Long| bytes.get(long.place).copied().unwrap_or(0);
    found.iter().map(of_row).collect()
}
