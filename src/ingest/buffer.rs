//! The bytes of the record at hand in one piece, and which line it begins on.
//! Knows line ends, and nothing of fields or quotes.

use std::io::{self, Read};
use std::ops::Range;

use crate::base::limit::RECORD_BYTES_MAX;

/// Room offered to each read.
const READ_BYTES: usize = 128 << 10;

/// `start..at` is the record so far, `at..filled` is yet to be cut.
pub struct Buffer {
    input: Box<dyn Read + Send>,
    bytes: Vec<u8>,
    start: usize,
    at: usize,
    filled: usize,
    ended: bool,
    /// Line of `start`.
    line: u64,
    /// The byte before `start` was a carriage return.
    after_return: bool,
}

impl Buffer {
    pub fn new(input: Box<dyn Read + Send>) -> Self {
        Self {
            input,
            bytes: vec![0; 2 * READ_BYTES],
            start: 0,
            at: 0,
            filled: 0,
            ended: false,
            line: 1,
            after_return: false,
        }
    }

    pub fn is_drained(&self) -> bool {
        self.at == self.filled
    }

    pub fn is_ended(&self) -> bool {
        self.ended
    }

    pub fn slice(&self, range: Range<usize>) -> &[u8] {
        self.bytes.get(range).unwrap_or(&[])
    }

    /// The record so far.
    pub fn record(&self) -> &[u8] {
        self.slice(self.start..self.at)
    }

    /// What is yet to be cut.
    pub fn rest(&self) -> &[u8] {
        self.slice(self.at..self.filled)
    }

    /// Adds the next bytes to the record.
    pub fn take(&mut self, count: usize) {
        self.at = (self.at + count).min(self.filled);
    }

    /// Passes over so many whole lines of so many bytes. No record has begun.
    pub fn pass_lines(&mut self, bytes: usize, lines: u64) {
        // A line feed that is next may still belong to the return before it.
        if bytes == 0 {
            return;
        }
        self.at = (self.start + bytes).min(self.filled);
        self.start = self.at;
        self.line += lines;
        self.after_return = false;
    }

    /// The line on which the next record begins when it begins at once.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Reads on; moves the record to the front when room is short.
    pub fn fill(&mut self) -> io::Result<()> {
        if self.bytes.len() - self.filled < READ_BYTES {
            self.bytes.copy_within(self.start..self.filled, 0);
            self.filled -= self.start;
            self.at -= self.start;
            self.start = 0;
            if self.bytes.len() - self.filled < READ_BYTES {
                let wanted = (self.bytes.len() * 2).min(RECORD_BYTES_MAX + 3 * READ_BYTES);
                self.bytes.resize(wanted.max(self.filled + READ_BYTES), 0);
            }
        }
        let Some(free) = self.bytes.get_mut(self.filled..) else {
            return Ok(());
        };
        loop {
            match self.input.read(free) {
                Ok(0) => self.ended = true,
                Ok(count) => self.filled += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            return Ok(());
        }
    }

    /// Drops what is at hand and reads on; `false`: nothing follows. Lines are no longer counted.
    pub fn skip(&mut self) -> io::Result<bool> {
        (self.start, self.at) = (self.filled, self.filled);
        if !self.ended {
            self.fill()?;
        }
        Ok(!self.ended)
    }

    /// Ends the record: the line it begins on and its bytes without line ends around it.
    pub fn close(&mut self) -> (u64, Range<usize>) {
        let (line, lead, kept) = self.measure(self.at);
        let raw = self.start + lead..self.start + lead + kept;
        self.pass(self.at);
        (line, raw)
    }

    /// Ends the record behind its first line; what followed is yet to be cut again.
    pub fn rewind_to_second_line(&mut self) -> (u64, Range<usize>) {
        let record = self.record();
        let lead = record.len() - trimmed_lead(record).len();
        let first = record
            .get(lead..)
            .and_then(first_break)
            .map_or(record.len(), |at| lead + at + 1);
        self.at = self.start + first;
        self.close()
    }

    /// Drops bytes to the next line end; the line on which they began.
    pub fn skip_line(&mut self) -> io::Result<u64> {
        let (line, lead, _) = self.measure(self.at);
        self.pass(self.start + lead);
        self.at = self.start;
        loop {
            if let Some(found) = first_break(self.rest()) {
                let end = self.at + found + 1;
                self.at = end;
                self.pass(end);
                return Ok(line);
            }
            (self.at, self.filled) = (self.start, self.start);
            if self.ended {
                return Ok(line);
            }
            self.fill()?;
        }
    }

    /// Line of the first byte that is no line end, how many line ends come before it, how many bytes it has.
    fn measure(&self, end: usize) -> (u64, usize, usize) {
        let record = self.slice(self.start..end);
        let body = trimmed_lead(record);
        let lead = record.len() - body.len();
        let (breaks, _) = count_breaks(record.get(..lead).unwrap_or(&[]), self.after_return);
        (self.line + breaks, lead, trimmed(record).len())
    }

    fn pass(&mut self, end: usize) {
        let (breaks, after_return) = count_breaks(self.slice(self.start..end), self.after_return);
        self.line += breaks;
        self.after_return = after_return;
        self.start = end;
    }
}

/// How many lines a record has, line ends around it not counted.
pub fn lines_of(record: &[u8]) -> u64 {
    let body = trimmed(record);
    // Each is a plain search; only a record of several lines is looked at byte by byte.
    match body.contains(&b'\n') || body.contains(&b'\r') {
        true => count_breaks(body, false).0 + 1,
        false => 1,
    }
}

/// Where the first line end stands.
pub fn first_break(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| matches!(byte, b'\r' | b'\n'))
}

/// Without line ends around.
pub fn trimmed(bytes: &[u8]) -> &[u8] {
    let body = trimmed_lead(bytes);
    let kept = body
        .iter()
        .rposition(|byte| !matches!(byte, b'\r' | b'\n'))
        .map_or(0, |at| at + 1);
    body.get(..kept).unwrap_or(&[])
}

/// Without line ends before.
pub fn trimmed_lead(bytes: &[u8]) -> &[u8] {
    let lead = bytes
        .iter()
        .position(|byte| !matches!(byte, b'\r' | b'\n'))
        .unwrap_or(bytes.len());
    bytes.get(lead..).unwrap_or(&[])
}

/// Line ends of every sort; a pair of return and line feed is one.
fn count_breaks(bytes: &[u8], mut after_return: bool) -> (u64, bool) {
    let Some(first) = bytes.first() else {
        return (0, after_return);
    };
    // Plain counts over all bytes are fast; only files of returns need to look at each.
    if !bytes.contains(&b'\r') {
        let feeds = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        return (feeds - u64::from(after_return && *first == b'\n'), false);
    }
    let mut breaks = 0;
    for byte in bytes {
        breaks += u64::from(*byte == b'\r' || (*byte == b'\n' && !after_return));
        after_return = *byte == b'\r';
    }
    (breaks, after_return)
}
