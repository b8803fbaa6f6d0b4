//! Records copied out of a reading in one piece, so that they can go from one thread to another
//! without an allocation for each.

use std::ops::Range;

use super::csv::plain::{Plain, Take};
use super::fault::Fault;
use super::record::{Broken, Next, Record};
use crate::base::limit::{IMPORT_BATCH_BYTES, IMPORT_BATCH_RECORDS};

/// Some records of a file, in its order.
#[derive(Debug, Default)]
pub struct Batch {
    entries: Vec<Entry>,
    /// Fields of all records, one after the other; of plain ones the lines.
    text: String,
    /// Where each field ends within its record.
    ends: Vec<usize>,
    /// The records that are not plain as they stand in the file.
    raw: Vec<u8>,
    /// The entry that is given next.
    at: usize,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    line: u64,
    /// Where its parts lie in the lists of the batch.
    text: Range<usize>,
    ends_end: usize,
    raw_end: usize,
    /// Its fields lie in the file as they are.
    is_plain: bool,
    fault: Option<Box<Fault>>,
}

impl Batch {
    /// Empties it; the room stays.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.text.clear();
        self.ends.clear();
        self.raw.clear();
        self.at = 0;
    }

    /// Whether all of them were given.
    pub fn is_drained(&self) -> bool {
        self.at >= self.entries.len()
    }

    /// Whether it is time to hand it on.
    pub fn is_full(&self) -> bool {
        self.entries.len() >= IMPORT_BATCH_RECORDS
            || self.text.len() + self.raw.len() >= IMPORT_BATCH_BYTES
    }

    /// Adds a record.
    pub fn push(&mut self, next: Next<'_>) {
        let text_start = self.text.len();
        let mut is_plain = false;
        let (number, line, fault) = match next {
            Next::Record(record) => {
                let (text, ends, plain) = record.parts();
                self.text.push_str(text);
                self.ends.extend_from_slice(ends);
                is_plain = plain;
                if !is_plain {
                    self.raw.extend_from_slice(record.raw);
                }
                (record.number, record.line, None)
            }
            Next::Broken(broken) => {
                self.raw.extend_from_slice(broken.raw);
                (broken.number, broken.line, Some(Box::new(broken.fault)))
            }
        };
        self.entries.push(Entry {
            number,
            line,
            text: text_start..self.text.len(),
            ends_end: self.ends.len(),
            raw_end: self.raw.len(),
            is_plain,
            fault,
        });
    }

    /// Adds the plain lines of UTF-8 that some bytes begin with; how many, and the bytes they take. The first
    /// begins on that line, and its number is the one after that given.
    pub fn push_plain(
        &mut self,
        plain: &Plain,
        bytes: &[u8],
        number: u64,
        line: u64,
    ) -> (u64, usize) {
        let before = self.entries.len();
        let base = self.text.len();
        let mut lines = Lines {
            base,
            number,
            line,
            batch: self,
        };
        let taken = plain.cut(bytes, &mut lines);
        let bytes = bytes.get(..taken).unwrap_or(&[]);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let sound = bytes.get(..error.valid_up_to()).unwrap_or(&[]);
                let whole = sound.iter().rposition(|byte| *byte == b'\n');
                let sound = sound.get(..whole.map_or(0, |at| at + 1)).unwrap_or(&[]);
                std::str::from_utf8(sound).unwrap_or("")
            }
        };
        let end = base + text.len();
        let kept = self.entries.iter().skip(before);
        let count = kept.take_while(|entry| entry.text.end < end).count();
        self.entries.truncate(before + count);
        // Fields of lines that were given up.
        let ends = self.entries.last().map_or(0, |entry| entry.ends_end);
        self.ends.truncate(ends);
        self.text.push_str(text);
        (count as u64, text.len())
    }

    /// The next of them; `None` when all were given.
    pub fn next(&mut self) -> Option<Next<'_>> {
        let before = self.at.checked_sub(1).and_then(|at| self.entries.get(at));
        let (ends_start, raw_start) =
            before.map_or((0, 0), |before| (before.ends_end, before.raw_end));
        let entry = self.entries.get_mut(self.at)?;
        self.at += 1;
        let (number, line) = (entry.number, entry.line);
        let raw = self.raw.get(raw_start..entry.raw_end).unwrap_or(&[]);
        if let Some(fault) = entry.fault.take() {
            return Some(Next::Broken(Broken {
                number,
                line,
                raw,
                fault: *fault,
            }));
        }
        let text = self.text.get(entry.text.clone())?;
        let ends = self.ends.get(ends_start..entry.ends_end)?;
        match entry.is_plain {
            true => Some(Next::Record(Record::plain(number, line, text, ends))),
            false => Record::new(number, line, text, ends, raw).map(Next::Record),
        }
    }
}

/// Plain lines on their way into a batch.
struct Lines<'a> {
    batch: &'a mut Batch,
    /// Where their text will begin.
    base: usize,
    number: u64,
    line: u64,
}

impl Take for Lines<'_> {
    fn end(&mut self, at: usize) {
        self.batch.ends.push(at);
    }

    fn line(&mut self, start: usize, end: usize) -> bool {
        let batch = &mut self.batch;
        self.number += 1;
        batch.entries.push(Entry {
            number: self.number,
            line: self.line,
            text: self.base + start..self.base + end,
            ends_end: batch.ends.len(),
            raw_end: batch.raw.len(),
            is_plain: true,
            fault: None,
        });
        self.line += 1;
        batch.entries.len() < IMPORT_BATCH_RECORDS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_out_as_they_went_in() {
        let mut batch = Batch::default();
        for round in 0..2 {
            batch.clear();
            let ends = [1, 4];
            let record = |number| Record::new(number, 7, "a客", &ends, b"raw").unwrap();
            batch.push(Next::Record(record(round)));
            batch.push(Next::Broken(Broken {
                number: 8,
                line: 9,
                raw: b"\xff",
                fault: Fault::record("I101", "no text"),
            }));
            batch.push(Next::Record(Record::new(10, 11, "", &[], b"").unwrap()));
            let Some(Next::Record(first)) = batch.next() else {
                panic!("the first is a record");
            };
            assert_eq!(first.fields().collect::<Vec<_>>(), ["a", "客"]);
            assert_eq!(
                (first.number, first.line, first.raw),
                (round, 7, &b"raw"[..])
            );
            let Some(Next::Broken(broken)) = batch.next() else {
                panic!("the second is broken");
            };
            assert_eq!(
                (broken.number, broken.line, broken.raw),
                (8, 9, &b"\xff"[..])
            );
            let Some(Next::Record(last)) = batch.next() else {
                panic!("the third is a record");
            };
            assert_eq!((last.number, last.width()), (10, 0));
            assert!(batch.next().is_none() && !batch.is_full());
        }
        while !batch.is_full() {
            batch.push(Next::Record(
                Record::new(1, 1, "x", &[1], &[b'x'; 999]).unwrap(),
            ));
        }
        assert!(batch.entries.len() <= IMPORT_BATCH_RECORDS);
    }
}
