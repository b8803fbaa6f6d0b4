//! The reasons of a source's rejects, and its records as they stood, which lie beside them in the same
//! order. How a record is parted into lines only its reason says: its own quotes need not be sound.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::Path;

use super::draft::Draft;
use super::spelling::Named;
use super::{Found, look, more_line, next_line};
use crate::ingest::fault::TOO_LONG;
use crate::ingest::rejects::REASONS_HEAD;
use crate::ingest::text;

/// Fields of a reason: file, line, column, code, reason, record.
const FIELDS: usize = 6;

/// Lines of reasons, joined where a field in quotes goes on.
struct Reasons {
    input: BufReader<File>,
    line: Vec<u8>,
}

/// A record as its reason has it.
struct Kept {
    /// Its text; marks stand for bytes that are none.
    text: String,
    lines: u64,
}

impl Reasons {
    fn open(path: &Path) -> io::Result<Self> {
        Ok(Self {
            input: BufReader::new(File::open(path)?),
            line: Vec::new(),
        })
    }

    /// Whether there is a next one.
    fn next(&mut self) -> io::Result<bool> {
        if !next_line(&mut self.input, &mut self.line)? {
            return Ok(false);
        }
        let mut is_open = has_odd_quotes(&self.line);
        while is_open {
            let before = self.line.len();
            if !more_line(&mut self.input, &mut self.line)? {
                break;
            }
            is_open ^= has_odd_quotes(self.line.get(before..).unwrap_or(&[]));
        }
        Ok(true)
    }

    /// Whether the present one names a text in its reason or its record. File, line, column and code are the same
    /// for others.
    fn names(&self, named: &Named) -> bool {
        let line = String::from_utf8_lossy(&self.line);
        if line.trim_end() == REASONS_HEAD {
            return false;
        }
        let fields = fields(line.strip_suffix('\n').unwrap_or(&line));
        match fields.as_slice() {
            [.., reason, text] if fields.len() == FIELDS => {
                named.is_in(reason.as_bytes()) || named.is_in(text.as_bytes())
            }
            _ => named.is_in(&self.line),
        }
    }

    /// The present one without the path of its file, where that names a text.
    fn without_path(&self, named: &Named) -> Option<&[u8]> {
        let mut is_open = false;
        let end = self.line.iter().position(|byte| {
            is_open ^= *byte == b'"';
            *byte == b',' && !is_open
        })?;
        let (path, rest) = self.line.split_at_checked(end)?;
        if !named.is_in(path) {
            return None;
        }
        let line = String::from_utf8_lossy(&self.line);
        let is_reason = line.trim_end() != REASONS_HEAD && fields(&line).len() == FIELDS;
        is_reason.then_some(rest)
    }

    /// Whether the present one stays as it is.
    fn is_sound(&self, named: &Named) -> bool {
        !self.names(named) && self.without_path(named).is_none()
    }

    /// Keeps the present one.
    fn keep(&self, draft: &mut Draft, named: &Named) -> io::Result<()> {
        match self.without_path(named) {
            None => draft.keep(&self.line),
            Some(rest) => draft.change(rest),
        }
    }

    /// The record of the present one, where it lies among the records: not of the header, nor of a record that
    /// was too long to be kept.
    fn kept(&self) -> Option<Kept> {
        let line = String::from_utf8_lossy(&self.line);
        let fields = fields(line.strip_suffix('\n').unwrap_or(&line));
        let [_, number, _, code, _, text] = fields.as_slice() else {
            return None;
        };
        let is_kept = number.parse::<u64>().is_ok() && *code != TOO_LONG && !text.is_empty();
        is_kept.then(|| Kept {
            text: text.to_string(),
            lines: text.matches('\n').count() as u64 + 1,
        })
    }
}

fn has_odd_quotes(bytes: &[u8]) -> bool {
    bytes.iter().filter(|byte| **byte == b'"').count() % 2 == 1
}

/// Fields between commas, without their quotes.
fn fields(line: &str) -> Vec<Cow<'_, str>> {
    let mut found = Vec::new();
    let mut rest = Some(line);
    while let Some(text) = rest {
        let Some(inner) = text.strip_prefix('"') else {
            let (field, after) = match text.split_once(',') {
                Some((field, after)) => (field, Some(after)),
                None => (text, None),
            };
            found.push(Cow::Borrowed(field));
            rest = after;
            continue;
        };
        let mut end = 0;
        // A quote that is not doubled closes the field.
        while let Some(at) = inner.get(end..).and_then(|part| part.find('"')) {
            end += at;
            if inner
                .get(end + 1..)
                .is_some_and(|after| after.starts_with('"'))
            {
                end += 2;
            } else {
                break;
            }
        }
        let field = inner.get(..end).unwrap_or(inner);
        found.push(Cow::Owned(field.replace("\"\"", "\"")));
        let after = inner.get(end..).unwrap_or("");
        rest = after.split_once(',').map(|(_, after)| after);
    }
    found
}

/// Takes records that name a text out of both files; gives how many of the reasons, or lines of the records, went.
pub fn clean(reasons: &Path, records: &Path, named: &Named) -> io::Result<u64> {
    let mut reading = Reasons::open(reasons)?;
    let (mut lines, mut is_sound) = (0, true);
    while reading.next()? {
        is_sound = is_sound && reading.is_sound(named);
        lines += reading.kept().map_or(0, |kept| kept.lines);
    }
    let beside = match records.is_file() {
        true => Some(look(records, named)?),
        false => None,
    };
    let beside_named = beside.as_ref().is_some_and(|found| found.is_named);
    if is_sound && !beside_named {
        return Ok(0);
    }
    match beside {
        None => alone(reasons, named),
        Some(found) => match together(reasons, records, named, (&found, lines))? {
            Some(removed) => Ok(removed),
            None => {
                let gone = match found.is_named {
                    true => {
                        fs::remove_file(records)?;
                        found.lines
                    }
                    false => 0,
                };
                Ok(gone + alone(reasons, named)?)
            }
        },
    }
}

/// Takes records out of the reasons alone.
fn alone(reasons: &Path, named: &Named) -> io::Result<u64> {
    let mut reading = Reasons::open(reasons)?;
    let mut draft = Draft::of(reasons);
    while reading.next()? {
        match reading.names(named) {
            false => reading.keep(&mut draft, named)?,
            true => draft.leave_out()?,
        }
    }
    draft.settle()
}

/// Takes records out of both; `None`, and nothing done, where the two do not fit: somebody has mended some.
fn together(
    reasons: &Path,
    records: &Path,
    named: &Named,
    (found, lines): (&Found, u64),
) -> io::Result<Option<u64>> {
    let Some(head_lines) = found.lines.checked_sub(lines) else {
        return Ok(None);
    };
    let mut reading = Reasons::open(reasons)?;
    let mut raw = BufReader::new(File::open(records)?);
    let (mut kept_reasons, mut kept_records) = (Draft::of(reasons), Draft::of(records));
    let mut record = Vec::new();
    for _ in 0..head_lines {
        next_line(&mut raw, &mut record)?;
        kept_records.keep(&record)?;
    }
    while reading.next()? {
        record.clear();
        if let Some(kept) = reading.kept() {
            for _ in 0..kept.lines {
                more_line(&mut raw, &mut record)?;
            }
            let text = record.strip_suffix(b"\n").unwrap_or(&record);
            let text = text
                .strip_prefix(MARK)
                .filter(|_| head_lines == 0)
                .unwrap_or(text);
            if text::shown(text) != kept.text && String::from_utf8_lossy(text) != kept.text {
                return Ok(None);
            }
        }
        if reading.names(named) || named.is_in(&record) {
            kept_reasons.leave_out()?;
            kept_records.leave_out()?;
            // A mark of the encoding belongs to the file.
            if record.starts_with(MARK) && head_lines == 0 {
                kept_records.keep(MARK)?;
            }
        } else {
            reading.keep(&mut kept_reasons, named)?;
            kept_records.keep(&record)?;
        }
    }
    kept_records.settle()?;
    kept_reasons.settle().map(Some)
}

/// What a file of records begins with where its source is in another encoding.
const MARK: &[u8] = b"\xef\xbb\xbf";
