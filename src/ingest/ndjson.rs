//! One JSON object a line becomes a record: the keys that are wanted, in that order. Numbers keep
//! their digits, `null` and a key that is not there are empty fields. Knows no schema.

mod canonical;
mod object;

use std::collections::BTreeSet;
use std::io::{self, Read};
use std::ops::Range;

pub use self::canonical::canonical;
use self::object::Object;
use super::buffer::{Buffer, first_break, trimmed};
use super::csv::invalid_text;
use super::fault::{self, Fault};
use super::record::{Broken, Next, Record};
use crate::base::limit::{RECORD_BYTES_MAX, RECORD_COLUMNS_MAX, RECORD_EXCERPT_BYTES_MAX};
use crate::base::text::nfc;

/// The lines of a file in order; empty ones count for nothing.
pub struct Lines {
    cutter: Cutter,
    object: Object,
    number: u64,
}

/// Where a line lies, or that it was too long to be held.
struct Cut {
    line: u64,
    raw: Range<usize>,
    is_whole: bool,
}

struct Cutter {
    buffer: Buffer,
    /// Head of a line that was too long.
    excerpt: Vec<u8>,
}

impl Lines {
    /// Of the keys `wanted`.
    pub fn new(input: Box<dyn Read + Send>, wanted: &[String]) -> Self {
        let wanted = wanted
            .iter()
            .map(|name| nfc(name.trim()).into_owned())
            .collect();
        Self {
            cutter: Cutter::new(input),
            object: Object::new(wanted),
            number: 0,
        }
    }

    /// As [`Object::pass_over`].
    pub fn pass_over(&mut self) {
        self.object.pass_over();
    }

    /// As [`Object::passed_over`].
    pub fn passed_over(&self) -> &[u64] {
        self.object.passed_over()
    }

    /// The next record; `None` at the end.
    pub fn next(&mut self) -> io::Result<Option<Next<'_>>> {
        let Some(cut) = self.cutter.next()? else {
            return Ok(None);
        };
        self.number += 1;
        let (number, line) = (self.number, cut.line);
        let raw = self.cutter.bytes(&cut);
        let read = match std::str::from_utf8(raw) {
            _ if !cut.is_whole => Err(Fault::record(
                fault::TOO_LONG,
                format!(
                    "the line is longer than {RECORD_BYTES_MAX} bytes; only its beginning is kept"
                ),
            )),
            Ok(text) => self.object.read(text),
            Err(_) => Err(invalid_text(line, raw)),
        };
        let record = read.map(|()| {
            let (text, ends) = self.object.fields();
            Record::new(number, line, text, ends, raw)
        });
        Ok(Some(match record {
            Ok(Some(record)) => Next::Record(record),
            Ok(None) => Next::Broken(Broken {
                number,
                line,
                raw,
                fault: invalid_text(line, raw),
            }),
            Err(fault) => Next::Broken(Broken {
                number,
                line,
                raw,
                fault,
            }),
        }))
    }

    /// Reads on without looking at lines; `false`: that was all.
    pub fn skip(&mut self) -> io::Result<bool> {
        self.cutter.buffer.skip()
    }

    /// Of the keys wanted, by place, those that stood in no line so far.
    pub fn never_seen(&self) -> Vec<usize> {
        self.object.never_seen()
    }
}

impl Cutter {
    fn new(input: Box<dyn Read + Send>) -> Self {
        Self {
            buffer: Buffer::new(input),
            excerpt: Vec::new(),
        }
    }

    fn bytes(&self, cut: &Cut) -> &[u8] {
        match cut.is_whole {
            true => self.buffer.slice(cut.raw.clone()),
            false => &self.excerpt,
        }
    }

    /// Keeps the beginning of a line that is too long.
    fn keep_head(&mut self) {
        let record = self.buffer.record();
        let head = record.get(..RECORD_EXCERPT_BYTES_MAX).unwrap_or(record);
        self.excerpt.clear();
        self.excerpt.extend_from_slice(head);
    }

    fn next(&mut self) -> io::Result<Option<Cut>> {
        loop {
            if let Some(at) = first_break(self.buffer.rest()) {
                self.buffer.take(at + 1);
                if trimmed(self.buffer.record()).trim_ascii().is_empty() {
                    self.buffer.close();
                    continue;
                }
                let is_whole = trimmed(self.buffer.record()).len() <= RECORD_BYTES_MAX;
                if !is_whole {
                    self.keep_head();
                }
                let (line, raw) = self.buffer.close();
                return Ok(Some(Cut {
                    line,
                    raw,
                    is_whole,
                }));
            }
            self.buffer.take(self.buffer.rest().len());
            if self.buffer.record().len() > RECORD_BYTES_MAX {
                self.keep_head();
                return Ok(Some(Cut {
                    line: self.buffer.skip_line()?,
                    raw: 0..0,
                    is_whole: false,
                }));
            }
            if self.buffer.is_ended() {
                if trimmed(self.buffer.record()).trim_ascii().is_empty() {
                    return Ok(None);
                }
                let (line, raw) = self.buffer.close();
                return Ok(Some(Cut {
                    line,
                    raw,
                    is_whole: true,
                }));
            }
            self.buffer.fill()?;
        }
    }
}

/// Every key of a file in the order in which they are met, at most [`RECORD_COLUMNS_MAX`]; and whether
/// there are more.
pub fn keys(input: Box<dyn Read + Send>) -> io::Result<(Vec<String>, bool)> {
    let mut cutter = Cutter::new(input);
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    let mut has_more = false;
    while let Some(cut) = cutter.next()? {
        let Ok(text) = std::str::from_utf8(cutter.bytes(&cut)) else {
            continue;
        };
        object::keys(text, &mut |key| {
            if known.contains(key) {
                return;
            }
            has_more |= found.len() == RECORD_COLUMNS_MAX;
            if !has_more {
                known.insert(key.to_owned());
                found.push(key.to_owned());
            }
        });
    }
    Ok((found, has_more))
}

#[cfg(test)]
mod tests;
