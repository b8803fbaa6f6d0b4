//! One record of a file as cut and decoded, before any meaning.

use super::fault::Fault;

/// Fields are decoded, unquoted, neither trimmed nor compared with missing marks.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// From 1, the header not counted; faulty records count.
    pub number: u64,
    /// Line on which it begins, from 1.
    pub line: u64,
    /// All fields, one after the other.
    text: &'a str,
    /// Where each field ends in `text`, in bytes; every end is a character boundary.
    ends: &'a [usize],
    /// The record as it stands in the file, without its line end.
    pub raw: &'a [u8],
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
                text,
                ends,
                raw,
            })
    }

    /// The field at that position; empty when there is none.
    pub fn field(&self, position: usize) -> &'a str {
        let start = match position.checked_sub(1) {
            Some(before) => self.ends.get(before).copied(),
            None => Some(0),
        };
        let (Some(start), Some(end)) = (start, self.ends.get(position)) else {
            return "";
        };
        self.text.get(start..*end).unwrap_or("")
    }

    /// All fields, one after the other, and where each ends.
    pub fn parts(&self) -> (&'a str, &'a [usize]) {
        (self.text, self.ends)
    }

    /// How many fields.
    pub fn width(&self) -> usize {
        self.ends.len()
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
