//! One column being read: some of its values unpacked, then taken with a place for every row.

use parquet::column::reader::ColumnReader;
use parquet::errors::{ParquetError, Result};

use super::kind::Kind;
use super::stored::{NoText, Stored, head};
use super::table::Values;

/// A column of one value a row.
pub struct Column {
    /// As wanted.
    pub name: String,
    /// Its place among the columns of the file.
    pub leaf: usize,
    kind: Kind,
    /// The level of a value that is there; 0 = no row is without.
    level_max: i16,
    reader: Option<ColumnReader>,
    levels: Vec<i16>,
    /// Values of the rows that were read and not taken yet.
    stored: Stored,
    /// Which of these rows have a value; `None` = all.
    there: Option<Vec<bool>>,
}

/// Bytes that a row takes in every column.
const CELL_BYTES: u64 = 8;

impl Column {
    /// Not begun.
    pub fn new(name: String, leaf: usize, kind: Kind, level_max: i16) -> Self {
        Self {
            name,
            leaf,
            kind,
            level_max,
            reader: None,
            levels: Vec::new(),
            stored: Stored::None,
            there: None,
        }
    }

    /// Goes on with the next row group.
    pub fn begin(&mut self, reader: ColumnReader) {
        self.reader = Some(reader);
    }

    /// Unpacks so many rows, all before them being taken.
    pub fn read(&mut self, rows: usize) -> Result<()> {
        self.levels.clear();
        self.stored.clear();
        let Some(reader) = &mut self.reader else {
            return Err(ParquetError::General("a column that was not begun".into()));
        };
        let mut done = 0;
        while done < rows {
            let wanted = rows - done;
            let read = self.stored.read(reader, wanted, &mut self.levels)?;
            if read == 0 {
                return Err(ParquetError::EOF(format!(
                    "the column `{}` ends {wanted} rows before its row group",
                    self.name
                )));
            }
            done += read;
        }
        let there = match self.level_max {
            0 => None,
            level_max => {
                let there = self.levels.iter().map(|level| *level == level_max);
                Some(there.collect::<Vec<bool>>()).filter(|there| there.contains(&false))
            }
        };
        let present = there
            .as_ref()
            .map_or(rows, |there| there.iter().filter(|there| **there).count());
        if self.stored.len() != present || there.as_ref().is_some_and(|there| there.len() != rows) {
            return Err(ParquetError::General(format!(
                "the column `{}` ends before the others",
                self.name
            )));
        }
        self.there = there;
        Ok(())
    }

    /// About how many bytes so many rows that were read come to, being all of them.
    pub fn weight(&self, rows: usize) -> u64 {
        rows as u64 * CELL_BYTES + self.stored.sizes().sum::<u64>()
    }

    /// Adds to each row that was read what it comes to.
    pub fn weigh(&self, rows: &mut [u64]) {
        let mut sizes = self.stored.sizes();
        for (at, bytes) in rows.iter_mut().enumerate() {
            let there = self.there.as_ref();
            let is_there = there.is_none_or(|there| there.get(at) == Some(&true));
            let size = is_there.then(|| sizes.next()).flatten();
            *bytes += CELL_BYTES + size.unwrap_or(0);
        }
    }

    /// The first so many of the rows that were read. `broken` gets the texts that are none.
    pub fn take(&mut self, rows: usize, broken: &mut Vec<NoText>) -> Values {
        let there = self.there.as_mut().map(|there| head(there, rows));
        let there = there.filter(|there| there.contains(&false));
        let present = match &there {
            None => rows,
            Some(there) => there.iter().filter(|there| **there).count(),
        };
        let cells = match present < self.stored.len() {
            true => {
                let mut first = self.stored.head(present);
                first.take(self.kind, there.as_deref(), broken)
            }
            false => {
                let cells = self.stored.take(self.kind, there.as_deref(), broken);
                self.stored.clear();
                cells
            }
        };
        Values { there, cells }
    }
}
