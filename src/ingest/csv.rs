//! Decoded bytes become records: delimited text of any dress, over buffers of fixed
//! size. A record that is too long, never closes its quote, is no text or has the
//! wrong number of fields is given as broken, and reading goes on behind it.
//! What the columns are called is in [`super::header`].

mod blanks;
pub mod plain;
mod quotes;
mod spans;

use std::io::{self, Read};
use std::ops::Range;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use self::plain::Plain;
pub use self::spans::Spans;
use super::batch::Batch;
use super::buffer::{Buffer, first_break, lines_of, trimmed, trimmed_lead};
use super::fault::{self, Fault};
use super::record::{Broken, Next, Record};
use super::text;
use crate::base::limit::{RECORD_BYTES_MAX, RECORD_EXCERPT_BYTES_MAX, RECORD_RESTARTS_MAX};

/// Bytes in which plain lines are looked for at once: after one that is not, and after many.
const PLAIN_BYTES_MIN: usize = 1 << 10;
const PLAIN_BYTES_MAX: usize = 64 << 10;

/// How a line is cut into fields.
enum Cut {
    /// At one character, with quotes that may span lines.
    At(Box<Reader>),
    /// At any run of blanks; quotes end with their line.
    Blanks(Option<u8>),
}

/// What stops the reading of a file.
#[derive(Debug)]
pub enum ReadError {
    /// The file cannot be read further.
    Io(io::Error),
    /// Too many quotes never close; the last one began on this line.
    OpenQuotes(u64),
}

/// Where a record lies, or why it is none.
struct Step {
    line: u64,
    /// How many lines it has.
    lines: u64,
    raw: Range<usize>,
    fault: Option<Fault>,
}

/// A file's records in order. Lines and records keep their numbers whatever is broken between.
pub struct Records {
    buffer: Buffer,
    cut: Cut,
    output: Vec<u8>,
    ends: Vec<usize>,
    /// Bytes of `output` and ends in use.
    written: usize,
    fields: usize,
    number: u64,
    restarts: u32,
    /// How many fields a record has; `None` = any number.
    width: Option<usize>,
    /// Head of a record that was too long to be held.
    excerpt: Vec<u8>,
    /// The delimiter, for messages.
    delimiter: Option<u8>,
    /// What quotes.
    quote: Option<u8>,
    /// The first record was read, or looked for.
    has_begun: bool,
    /// Bytes in which plain lines are looked for next.
    plain_bytes: usize,
    /// Records that span lines.
    spans: Spans,
}

impl Records {
    /// `delimiter` `None` = any run of blanks; `quote` `None` = nothing quotes.
    pub fn new(input: Box<dyn Read + Send>, delimiter: Option<u8>, quote: Option<u8>) -> Self {
        let cut = match delimiter {
            Some(delimiter) => {
                let mut builder = ReaderBuilder::new();
                builder.delimiter(delimiter).quoting(quote.is_some());
                if let Some(quote) = quote {
                    builder.quote(quote);
                }
                Cut::At(Box::new(builder.build()))
            }
            None => Cut::Blanks(quote),
        };
        Self {
            buffer: Buffer::new(input),
            cut,
            output: vec![0; 4 << 10],
            ends: vec![0; 64],
            written: 0,
            fields: 0,
            number: 0,
            restarts: 0,
            width: None,
            excerpt: Vec::new(),
            delimiter,
            quote,
            has_begun: false,
            plain_bytes: PLAIN_BYTES_MIN,
            spans: Spans::default(),
        }
    }

    /// Reads the first record as the header: it is not counted. `None`: the file is empty.
    pub fn header(&mut self) -> Result<Option<Vec<String>>, ReadError> {
        let names = match self.next()? {
            None => return Ok(None),
            Some(Next::Record(record)) => record.fields().map(str::to_owned).collect(),
            Some(Next::Broken(broken)) => vec![String::from_utf8_lossy(broken.raw).into_owned()],
        };
        self.number = 0;
        self.spans = Spans::default();
        Ok(Some(names))
    }

    /// Of the records so far that could be cut, those that span lines.
    pub fn spans(&self) -> &Spans {
        &self.spans
    }

    /// From now on every record has so many fields.
    pub fn expect_width(&mut self, width: usize) {
        self.width = Some(width);
    }

    /// The next record. `None` at the end.
    pub fn next(&mut self) -> Result<Option<Next<'_>>, ReadError> {
        self.written = 0;
        self.fields = 0;
        self.has_begun = true;
        let Some(step) = self.advance()? else {
            return Ok(None);
        };
        self.number += 1;
        let number = self.number;
        let raw = match step.fault {
            Some(_) if step.raw.is_empty() => self.excerpt.as_slice(),
            _ => self.buffer.slice(step.raw.clone()),
        };
        let line = step.line;
        if let Some(fault) = step.fault {
            return Ok(Some(Next::Broken(Broken {
                number,
                line,
                raw,
                fault,
            })));
        }
        let ends = self.ends.get(..self.fields).unwrap_or(&[]);
        let bytes = self.output.get(..self.written).unwrap_or(&[]);
        let record = std::str::from_utf8(bytes)
            .ok()
            .and_then(|text| Record::new(number, line, text, ends, raw));
        let fault = match (record, self.width) {
            (None, _) => invalid_text(line, raw),
            (Some(record), Some(width)) if record.width() != width => {
                wrong_width(&record, width, self.delimiter)
            }
            (Some(record), _) => {
                self.spans.see(line, step.lines);
                return Ok(Some(Next::Record(record)));
            }
        };
        Ok(Some(Next::Broken(Broken {
            number,
            line,
            raw,
            fault,
        })))
    }

    /// Adds the plain lines at hand to a batch; whether there were any. They are the same records as
    /// [`Records::next`] would give.
    pub fn add_plain(&mut self, batch: &mut Batch) -> bool {
        // A byte order mark of the first record is taken off there.
        let (Some(delimiter), true) = (self.delimiter, self.has_begun) else {
            return false;
        };
        let plain = Plain {
            delimiter,
            quote: self.quote,
            width: self.width,
        };
        let rest = self.buffer.rest();
        let rest = rest.get(..self.plain_bytes).unwrap_or(rest);
        let (count, bytes) = batch.push_plain(&plain, rest, self.number, self.buffer.line());
        // Where plain lines are few, what is behind them is not cut in vain.
        self.plain_bytes = match count {
            0 => PLAIN_BYTES_MIN,
            _ => PLAIN_BYTES_MAX.min(self.plain_bytes * 2),
        };
        self.number += count;
        self.buffer.pass_lines(bytes, count);
        count > 0
    }

    /// Whether quotes may stop the reading; where they cannot, [`Records::skip`] meets all that can.
    pub fn minds_quotes(&self) -> bool {
        self.quote.is_some() && matches!(self.cut, Cut::At(_))
    }

    /// Reads on without looking at records; `false`: that was all.
    pub fn skip(&mut self) -> io::Result<bool> {
        self.buffer.skip()
    }

    fn advance(&mut self) -> Result<Option<Step>, ReadError> {
        loop {
            if self.buffer.is_drained() {
                if self.buffer.is_ended() {
                    return self.finish();
                }
                if self.buffer.record().len() > RECORD_BYTES_MAX {
                    return self.overlong().map(Some);
                }
                self.buffer.fill().map_err(ReadError::Io)?;
                continue;
            }
            let complete = match &mut self.cut {
                Cut::At(reader) => {
                    let (result, taken, written, fields) = reader.read_record(
                        self.buffer.rest(),
                        self.output.get_mut(self.written..).unwrap_or(&mut []),
                        self.ends.get_mut(self.fields..).unwrap_or(&mut []),
                    );
                    self.buffer.take(taken);
                    self.written += written;
                    self.fields += fields;
                    match result {
                        ReadRecordResult::Record => true,
                        ReadRecordResult::InputEmpty | ReadRecordResult::End => false,
                        ReadRecordResult::OutputFull => {
                            self.output.resize(self.output.len() * 2, 0);
                            false
                        }
                        ReadRecordResult::OutputEndsFull => {
                            self.ends.resize(self.ends.len() * 2, 0);
                            false
                        }
                    }
                }
                Cut::Blanks(_) => match first_break(self.buffer.rest()) {
                    Some(at) => {
                        self.buffer.take(at + 1);
                        true
                    }
                    None => {
                        self.buffer.take(self.buffer.rest().len());
                        false
                    }
                },
            };
            if complete && let Some(step) = self.complete()? {
                return Ok(Some(step));
            }
        }
    }

    /// The record is whole. `None`: it was an empty line.
    fn complete(&mut self) -> Result<Option<Step>, ReadError> {
        if self.buffer.record().len() > RECORD_BYTES_MAX {
            return self.overlong().map(Some);
        }
        let lines = match self.quoting() {
            Some(_) => lines_of(self.buffer.record()),
            None => 1,
        };
        if let Some((delimiter, quote)) = self.quoting()
            && lines > 1
            && quotes::runs_on(trimmed(self.buffer.record()), delimiter, quote)
        {
            return self.restart("where a value ends").map(Some);
        }
        let (line, raw) = self.buffer.close();
        let mut fault = None;
        if let Cut::Blanks(quote) = self.cut {
            let text = self.buffer.slice(raw.clone());
            self.ends.clear();
            self.output.clear();
            let closed = blanks::cut(text, quote, &mut self.output, &mut self.ends);
            self.written = self.output.len();
            self.fields = self.ends.len();
            if self.fields == 0 && closed {
                return Ok(None);
            }
            if !closed {
                fault = Some(open_quote("before the end of the line"));
            }
        }
        Ok(Some(Step {
            line,
            lines,
            raw,
            fault,
        }))
    }

    /// Delimiter and quote, where quotes may span lines.
    fn quoting(&self) -> Option<(u8, u8)> {
        self.delimiter.zip(self.quote)
    }

    /// The file is over; what has begun is closed.
    fn finish(&mut self) -> Result<Option<Step>, ReadError> {
        if trimmed(self.buffer.record()).is_empty() {
            return Ok(None);
        }
        let Cut::At(reader) = &mut self.cut else {
            return self.complete();
        };
        // A line end closes a record, but not inside quotes: so an open quote is told from a last line without an end.
        let last_end = loop {
            let (result, _, written, fields) = reader.read_record(
                b"\n",
                self.output.get_mut(self.written..).unwrap_or(&mut []),
                self.ends.get_mut(self.fields..).unwrap_or(&mut []),
            );
            self.written += written;
            self.fields += fields;
            match result {
                ReadRecordResult::OutputFull => self.output.resize(self.output.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                other => break other,
            }
        };
        if matches!(last_end, ReadRecordResult::Record) {
            return self.complete();
        }
        self.restart("before the end of the file").map(Some)
    }

    /// A record has outgrown the limit: an open quote, or one endless line.
    fn overlong(&mut self) -> Result<Step, ReadError> {
        let record = self.buffer.record();
        let lead = record.len() - trimmed_lead(record).len();
        let has_break = record.get(lead..).and_then(first_break).is_some();
        if has_break && matches!(self.cut, Cut::At(_)) && !self.is_one_line() {
            return self.restart("within the length of a record");
        }
        self.excerpt.clear();
        let head = record.get(lead..).unwrap_or(&[]);
        let head = head.get(..RECORD_EXCERPT_BYTES_MAX).unwrap_or(head);
        self.excerpt.extend_from_slice(head);
        let line = self.buffer.skip_line().map_err(ReadError::Io)?;
        self.forget();
        Ok(Step {
            line,
            lines: 1,
            raw: 0..0,
            fault: Some(Fault::record(
                fault::TOO_LONG,
                format!(
                    "the line is longer than {RECORD_BYTES_MAX} bytes; only its beginning is kept"
                ),
            )),
        })
    }

    /// Whether the only line end of the record is its last byte.
    fn is_one_line(&self) -> bool {
        first_break(trimmed(self.buffer.record())).is_none()
    }

    /// Refuses the first line of the record and begins again on the next.
    fn restart(&mut self, what: &str) -> Result<Step, ReadError> {
        let (line, raw) = self.buffer.rewind_to_second_line();
        self.forget();
        self.restarts += 1;
        if self.restarts > RECORD_RESTARTS_MAX {
            return Err(ReadError::OpenQuotes(line));
        }
        Ok(Step {
            line,
            lines: 1,
            raw,
            fault: Some(open_quote(what)),
        })
    }

    fn forget(&mut self) {
        if let Cut::At(reader) = &mut self.cut {
            reader.reset();
        }
        self.written = 0;
        self.fields = 0;
    }
}

fn open_quote(what: &str) -> Fault {
    Fault::record(
        fault::OPEN_QUOTE,
        format!("a quote opens here and does not close {what}; reading goes on with the next line"),
    )
}

/// Names the line and the byte where the first byte stands that is no text.
pub fn invalid_text(line: u64, raw: &[u8]) -> Fault {
    let at = std::str::from_utf8(raw).map_or_else(|error| error.valid_up_to(), |_| 0);
    let before = raw.get(..at).unwrap_or(&[]);
    let start = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let line = line + before.iter().filter(|byte| **byte == b'\n').count() as u64;
    let mut sentence = format!(
        "byte {} of line {line} is no text in the encoding of the file",
        at - start + 1
    );
    if text::looks_like_gb18030(raw) {
        sentence.push_str("; the record looks like gb18030");
    }
    Fault::record(fault::INVALID_TEXT, sentence)
}

fn wrong_width(record: &Record<'_>, width: usize, delimiter: Option<u8>) -> Fault {
    let mut sentence = format!(
        "the record has {} fields, the header {width}",
        record.width()
    );
    let lines = record.raw.iter().filter(|byte| **byte == b'\n').count();
    if lines > 0 {
        sentence.push_str(&format!(
            "; it spans {} lines: perhaps a quote is not closed",
            lines + 1
        ));
    } else if record.width() == 1
        && let Some(better) = better_delimiter(record.field(0), delimiter)
    {
        sentence.push_str(&format!("; {better}"));
    }
    Fault::record(fault::FIELD_COUNT, sentence)
}

/// A hint when a line of one field holds another usual delimiter.
pub fn better_delimiter(line: &str, delimiter: Option<u8>) -> Option<String> {
    let usual = [
        (';', "\";\""),
        (',', "\",\""),
        ('\t', "\"\\t\" (a tab)"),
        ('|', "\"|\""),
    ];
    usual
        .iter()
        .filter(|(sign, _)| delimiter != u8::try_from(*sign).ok())
        .map(|(sign, name)| (line.matches(*sign).count(), name))
        .filter(|(count, _)| *count > 0)
        .max_by_key(|(count, _)| *count)
        .map(|(_, name)| format!("is the delimiter {name}?"))
}

#[cfg(test)]
mod tests;
