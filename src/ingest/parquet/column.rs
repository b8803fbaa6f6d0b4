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
    /// Bytes of these values.
    bytes: u64,
}

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
            bytes: 0,
        }
    }

    /// Goes on with the next row group.
    pub fn begin(&mut self, reader: ColumnReader) {
        self.reader = Some(reader);
    }

    /// Empties it for rows that follow, all before them being taken.
    pub fn clear(&mut self) {
        self.levels.clear();
        self.stored.clear();
        self.bytes = 0;
    }

    /// Unpacks so many rows more; [`Column::close`] follows the last of them.
    pub fn read(&mut self, rows: usize) -> Result<()> {
        let Some(reader) = &mut self.reader else {
            return Err(ParquetError::General("a column that was not begun".into()));
        };
        let before = self.stored.len();
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
        self.bytes += self.stored.sizes(before).sum::<u64>();
        Ok(())
    }

    /// Finds out which of so many rows that were read have a value.
    pub fn close(&mut self, rows: usize) -> Result<()> {
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

    /// Bytes of the values of the rows that were read and not taken, where some are longer than others.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Bytes of the longest of them.
    pub fn longest(&self) -> u64 {
        self.stored.sizes(0).max().unwrap_or(0)
    }

    /// Adds to each row that was read the bytes of its value.
    pub fn weigh(&self, rows: &mut [u64]) {
        let mut sizes = self.stored.sizes(0);
        for (at, bytes) in rows.iter_mut().enumerate() {
            let there = self.there.as_ref();
            let is_there = there.is_none_or(|there| there.get(at) == Some(&true));
            let size = is_there.then(|| sizes.next()).flatten();
            *bytes += size.unwrap_or(0);
        }
    }

    /// Takes the bytes out of the values of some rows, by rising place; a value of none is left in each.
    pub fn empty(&mut self, places: &[usize]) {
        let mut passed = (0, 0);
        for place in places {
            let (row, mut at) = passed;
            at += match &self.there {
                None => place - row,
                Some(there) => {
                    let between = there.get(row..*place).unwrap_or(&[]).iter();
                    between.filter(|there| **there).count()
                }
            };
            passed = (*place, at);
            self.stored.empty(at);
        }
        self.bytes = self.stored.sizes(0).sum();
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
                self.bytes -= first.sizes(0).sum::<u64>();
                first.take(self.kind, there.as_deref(), broken)
            }
            false => {
                let cells = self.stored.take(self.kind, there.as_deref(), broken);
                self.stored.clear();
                self.bytes = 0;
                cells
            }
        };
        Values { there, cells }
    }
}
