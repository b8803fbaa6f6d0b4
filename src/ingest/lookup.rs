//! Tables that `lookup(SOURCE, key).COLUMN` reads: only the columns asked for, held
//! in memory. How they are filled is in [`super::run`].

use std::collections::HashMap;

use crate::base::limit::LOOKUP_BYTES_MAX;

/// Bytes counted for a key beside its text.
const KEY_OVERHEAD_BYTES: usize = 40;
const ABSENT: (u32, u32) = (u32::MAX, 0);

/// One source by key.
#[derive(Debug, Default)]
pub struct Table {
    rows: HashMap<Box<str>, u32>,
    /// Cells of row r from `r × slots`: start and length in `text`.
    cells: Vec<(u32, u32)>,
    text: String,
    key_bytes: usize,
    slots: usize,
}

/// What became of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// Its key is new.
    First,
    /// An earlier record has the key and wins.
    Repeated,
    /// The table has reached its limit.
    Full,
}

impl Table {
    /// A table of so many columns.
    pub fn new(slots: usize) -> Self {
        Self {
            slots,
            ..Self::default()
        }
    }

    /// Adds a record under its key; `cells` gives as many as there are columns.
    pub fn add<'a>(&mut self, key: &str, cells: impl Iterator<Item = Option<&'a str>>) -> Added {
        if self.rows.contains_key(key) {
            return Added::Repeated;
        }
        let Ok(row) = u32::try_from(self.rows.len()) else {
            return Added::Full;
        };
        for cell in cells.take(self.slots) {
            let place = match cell {
                None => ABSENT,
                Some(cell) => {
                    let start = self.text.len();
                    self.text.push_str(cell);
                    (start as u32, cell.len() as u32)
                }
            };
            self.cells.push(place);
        }
        self.key_bytes += key.len() + KEY_OVERHEAD_BYTES;
        self.rows.insert(key.into(), row);
        match self.bytes() > LOOKUP_BYTES_MAX {
            true => Added::Full,
            false => Added::First,
        }
    }

    /// How many keys.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    fn bytes(&self) -> usize {
        self.text.len() + self.key_bytes + self.cells.len() * size_of::<(u32, u32)>()
    }

    fn find(&self, slot: usize, key: &str) -> Option<&str> {
        let row = *self.rows.get(key)? as usize;
        let (start, length) = *self.cells.get(row * self.slots + slot)?;
        let start = start as usize;
        self.text.get(start..start + length as usize)
    }
}

/// By index of the source; only those that are looked up.
#[derive(Debug, Default)]
pub struct Tables {
    tables: HashMap<usize, Table>,
}

impl Tables {
    /// Adds the table of a source.
    pub fn insert(&mut self, source: usize, table: Table) {
        self.tables.insert(source, table);
    }

    /// A cell; `None` when there is no such key, or the cell is missing.
    pub fn find(&self, source: usize, slot: usize, key: &str) -> Option<&str> {
        self.tables.get(&source)?.find(slot, key)
    }

    /// How many keys a source has.
    pub fn keys(&self, source: usize) -> Option<usize> {
        self.tables.get(&source).map(Table::len)
    }
}

const _: () = assert!(LOOKUP_BYTES_MAX < u32::MAX as usize);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_record_of_a_key_wins() {
        let mut table = Table::new(2);
        assert_eq!(table.add("a", [Some("1"), None].into_iter()), Added::First);
        assert_eq!(
            table.add("b", [Some(""), Some("客户")].into_iter()),
            Added::First
        );
        assert_eq!(
            table.add("a", [Some("9"), Some("9")].into_iter()),
            Added::Repeated
        );
        let mut tables = Tables::default();
        tables.insert(3, table);
        assert_eq!(tables.find(3, 0, "a"), Some("1"));
        assert_eq!(tables.find(3, 1, "a"), None);
        assert_eq!(
            (tables.find(3, 0, "b"), tables.find(3, 1, "b")),
            (Some(""), Some("客户"))
        );
        assert_eq!(
            (tables.find(3, 0, "c"), tables.find(2, 0, "a")),
            (None, None)
        );
        assert_eq!(tables.keys(3), Some(2));
    }
}
