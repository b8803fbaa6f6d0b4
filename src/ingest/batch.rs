//! Records copied out of a reading in one piece, so that they can go from one thread to another
//! without an allocation for each.

use super::fault::Fault;
use super::record::{Broken, Next, Record};
use crate::base::limit::{IMPORT_BATCH_BYTES, IMPORT_BATCH_RECORDS};

/// Some records of a file, in its order.
#[derive(Debug, Default)]
pub struct Batch {
    entries: Vec<Entry>,
    /// Fields of all records, one after the other.
    text: String,
    /// Where each field ends within its record.
    ends: Vec<usize>,
    /// The records as they stand in the file.
    raw: Vec<u8>,
    /// The entry that is given next.
    at: usize,
}

#[derive(Debug)]
struct Entry {
    number: u64,
    line: u64,
    /// Where its parts end in the lists of the batch.
    text_end: usize,
    ends_end: usize,
    raw_end: usize,
    fault: Option<Fault>,
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
        let (number, line, raw, fault) = match next {
            Next::Record(record) => {
                let (text, ends) = record.parts();
                self.text.push_str(text);
                self.ends.extend_from_slice(ends);
                (record.number, record.line, record.raw, None)
            }
            Next::Broken(broken) => (broken.number, broken.line, broken.raw, Some(broken.fault)),
        };
        self.raw.extend_from_slice(raw);
        self.entries.push(Entry {
            number,
            line,
            text_end: self.text.len(),
            ends_end: self.ends.len(),
            raw_end: self.raw.len(),
            fault,
        });
    }

    /// The next of them; `None` when all were given.
    pub fn next(&mut self) -> Option<Next<'_>> {
        let before = self.at.checked_sub(1).and_then(|at| self.entries.get(at));
        let (text_start, ends_start, raw_start) = before.map_or((0, 0, 0), |before| {
            (before.text_end, before.ends_end, before.raw_end)
        });
        let entry = self.entries.get_mut(self.at)?;
        self.at += 1;
        let (number, line) = (entry.number, entry.line);
        let raw = self.raw.get(raw_start..entry.raw_end).unwrap_or(&[]);
        if let Some(fault) = entry.fault.take() {
            return Some(Next::Broken(Broken {
                number,
                line,
                raw,
                fault,
            }));
        }
        let text = self.text.get(text_start..entry.text_end)?;
        let ends = self.ends.get(ends_start..entry.ends_end)?;
        Record::new(number, line, text, ends, raw).map(Next::Record)
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
