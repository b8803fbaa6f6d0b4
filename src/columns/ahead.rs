//! What is dated after an instant: the first date of each customer, among places
//! that lie by row. Knows nothing of what the dates begin or end.

use super::cell::{Blocks, row_range};
use super::column::CHUNK_ROWS;

/// Customers asked about: everyone, or these, ascending.
pub(super) type Asked<'a> = Option<&'a [u32]>;

/// Items of one chunk by row, with the instants each of them names.
pub(super) struct Dates<'a> {
    /// Rows within the chunk, ascending.
    pub rows: &'a [u16],
    /// Where the items of each block of rows lie.
    pub blocks: &'a Blocks,
}

impl Dates<'_> {
    /// Adds (row, instant) of every item of the rows asked whose instant is after `now`, each row's first once.
    pub fn first_after(
        &self,
        number: u32,
        asked: Asked<'_>,
        now: i64,
        instant: impl Fn(usize) -> Option<i64>,
        found: &mut Vec<(u32, i64)>,
    ) {
        let start = number * CHUNK_ROWS;
        let mut take = |at: usize, row: u32| {
            let Some(instant) = instant(at).filter(|instant| *instant > now) else {
                return;
            };
            match found.last_mut() {
                Some(last) if last.0 == row => last.1 = last.1.min(instant),
                _ => found.push((row, instant)),
            }
        };
        match asked {
            None => {
                for (at, row) in self.rows.iter().enumerate() {
                    take(at, start + u32::from(*row));
                }
            }
            Some(list) => {
                for row in of_chunk(list, number) {
                    for at in row_range(self.rows, self.blocks, (row % CHUNK_ROWS) as u16) {
                        take(at, *row);
                    }
                }
            }
        }
    }
}

/// Rows of one chunk in an ascending list.
fn of_chunk(list: &[u32], number: u32) -> &[u32] {
    let from = list.partition_point(|row| row / CHUNK_ROWS < number);
    let to = list.partition_point(|row| row / CHUNK_ROWS <= number);
    list.get(from..to).unwrap_or_default()
}

/// Whether any row of the list may lie in the chunk.
pub(super) fn concerns(asked: Asked<'_>, number: u32) -> bool {
    asked.is_none_or(|list| !of_chunk(list, number).is_empty())
}
