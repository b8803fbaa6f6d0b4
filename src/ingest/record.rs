//! One record of a file as cut and decoded, before any meaning.

use super::fault::Fault;
use super::parquet::{Raw, Row};

/// Fields are decoded, unquoted, neither trimmed nor compared with missing marks.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// From 1, the header not counted; faulty records count.
    pub number: u64,
    /// Line on which it begins, from 1.
    pub line: u64,
    parts: Parts<'a>,
    /// The record as it stands in the file, without its line end.
    pub raw: &'a [u8],
}

#[derive(Clone, Copy, Debug)]
enum Parts<'a> {
    Text {
        /// All fields, one after the other.
        text: &'a str,
        /// Where each field ends in `text`, in bytes; every end is a character boundary.
        ends: &'a [usize],
        /// Bytes between two fields.
        gap: usize,
    },
    /// Of a file of columns.
    Row(Row<'a>),
}

impl<'a> Record<'a> {
    /// `None` when an end does not lie on a character boundary.
    pub fn new(
        number: u64,
        line: u64,
        text: &'a str,
        ends: &'a [usize],
        raw: &'a [u8],
    ) -> Option<Self> {
        ends.iter()
            .all(|end| text.is_char_boundary(*end))
            .then_some(Self {
                number,
                line,
                parts: Parts::Text { text, ends, gap: 0 },
                raw,
            })
    }

    /// A record whose fields lie in the file as they are, one byte between each two.
    pub fn plain(number: u64, line: u64, raw: &'a str, ends: &'a [usize]) -> Self {
        Self {
            number,
            line,
            parts: Parts::Text {
                text: raw,
                ends,
                gap: 1,
            },
            raw: raw.as_bytes(),
        }
    }

    /// A row of a file of columns; its number stands for its line.
    pub fn of_row(number: u64, row: Row<'a>) -> Self {
        Self {
            number,
            line: number,
            parts: Parts::Row(row),
            raw: &[],
        }
    }

    /// The field at that position; empty when there is none.
    pub fn field(&self, position: usize) -> &'a str {
        let (text, ends, gap) = match self.parts {
            Parts::Text { text, ends, gap } => (text, ends, gap),
            Parts::Row(row) => return row.field(position),
        };
        let start = match position.checked_sub(1) {
            Some(before) => ends.get(before).map(|end| end + gap),
            None => Some(0),
        };
        let (Some(start), Some(end)) = (start, ends.get(position)) else {
            return "";
        };
        text.get(start..*end).unwrap_or("")
    }

    /// The field at that position with the type that it has in the file.
    pub fn cell(&self, position: usize) -> Raw<'a> {
        match self.parts {
            Parts::Text { .. } => Raw::Text(self.field(position)),
            Parts::Row(row) => row.raw(position),
        }
    }

    /// All fields, one after the other, where each ends, and whether they lie so in the file.
    pub fn parts(&self) -> (&'a str, &'a [usize], bool) {
        match self.parts {
            Parts::Text { text, ends, gap } => (text, ends, gap > 0),
            Parts::Row(row) => {
                let (text, ends) = row.line();
                (text, ends, false)
            }
        }
    }

    /// How many fields.
    pub fn width(&self) -> usize {
        match self.parts {
            Parts::Text { ends, .. } => ends.len(),
            Parts::Row(row) => row.width(),
        }
    }

    /// All fields in order.
    pub fn fields(&self) -> impl Iterator<Item = &'a str> {
        let record = *self;
        (0..self.width()).map(move |position| record.field(position))
    }
}

/// A record that could not be cut or decoded, or is refused for what it says.
#[derive(Clone, Debug)]
pub struct Broken<'a> {
    /// As [`Record::number`].
    pub number: u64,
    /// Line on which it begins.
    pub line: u64,
    /// As it stands in the file.
    pub raw: &'a [u8],
    /// Why.
    pub fault: Fault,
}

/// What a reader of records gives next.
#[derive(Clone, Debug)]
pub enum Next<'a> {
    /// A record.
    Record(Record<'a>),
    /// One that is refused.
    Broken(Broken<'a>),
}
