//! How a file that no source speaks of is cut: encoding, delimiter, whether its first line is names.

use std::io::Read;
use std::path::Path;

use crate::base::decimal::Decimal;
use crate::base::limit::RECORD_EXCERPT_BYTES_MAX;
use crate::ingest::error::ImportError;
use crate::ingest::form::{Form, Layout};
use crate::ingest::open;
use crate::ingest::profile::{Guess, Profile};
use crate::ingest::reading::{self, Columns, cut, stopped};
use crate::ingest::record::Next;
use crate::ingest::text::{Decoded, FAULT_MARK, HighBytes};

/// Bytes read at once.
const PIECE_BYTES: usize = 64 << 10;
/// Lines looked at to see whether blanks part a file.
const LINES_LOOKED_AT: usize = 50;
/// Every file is text in it.
const LAST_ENCODING: &str = "windows-1252";

/// What was found.
pub struct Dress {
    /// How the file is read.
    pub form: Form,
    /// Its columns.
    pub columns: Columns,
}

impl Dress {
    /// Looks at the whole file for its encoding, at its first lines for the rest.
    pub fn of(path: &Path) -> Result<Self, ImportError> {
        let mut form = Form::guess(path, "utf-8")?;
        if let Form::Csv(_) = form {
            let encoding = encoding(path)?;
            form = Form::guess(path, encoding)?;
        }
        if let Form::Csv(layout) = &mut form {
            let (mut records, ..) = cut(layout, path)?;
            let first = records.header().map_err(|error| stopped(path, error))?;
            let mut first = first.ok_or_else(|| ImportError::Empty {
                path: path.to_path_buf(),
            })?;
            if first.len() == 1 && is_parted_by_blanks(layout, path)? {
                layout.delimiter = None;
                let (mut records, ..) = cut(layout, path)?;
                let names = records.header().map_err(|error| stopped(path, error))?;
                first = names.unwrap_or_default();
            }
            if !are_names(&first) {
                let names = (1..=first.len()).map(|at| format!("column_{at}"));
                layout.header = Some(names.collect());
            }
        }
        let columns = reading::columns(&form, path)?;
        Ok(Self { form, columns })
    }
}

/// The first encoding in which all of the file is text. Nearly every file is text in GB18030, so that
/// this counts only where most of its bytes stand in the pairs of Chinese characters.
fn encoding(path: &Path) -> Result<&'static str, ImportError> {
    if is_text(path, "utf-8")? {
        return Ok("utf-8");
    }
    match has_pairs(path)? && is_text(path, "gb18030")? {
        true => Ok("gb18030"),
        false => Ok(LAST_ENCODING),
    }
}

/// Whether all of the file is text in an encoding.
fn is_text(path: &Path, label: &str) -> Result<bool, ImportError> {
    let opened = open::open(path)?;
    let read_error = |error| open::read_error(path, error);
    let Some(mut text) = Decoded::new(opened.stream, label).map_err(read_error)? else {
        return Ok(false);
    };
    let mut buffer = vec![0; PIECE_BYTES];
    // The end of a character that the last piece cut.
    let mut rest: Vec<u8> = Vec::new();
    loop {
        let count = text.read(&mut buffer).map_err(read_error)?;
        if count == 0 {
            return Ok(rest.is_empty());
        }
        rest.extend_from_slice(buffer.get(..count).unwrap_or(&[]));
        if rest.contains(&FAULT_MARK) {
            return Ok(false);
        }
        let valid = match std::str::from_utf8(&rest) {
            Ok(_) => rest.len(),
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            Err(_) => return Ok(false),
        };
        rest.drain(..valid);
    }
}

/// Whether most bytes of the file beyond ASCII stand in pairs.
fn has_pairs(path: &Path) -> Result<bool, ImportError> {
    let mut stream = open::open(path)?.stream;
    let mut buffer = vec![0; PIECE_BYTES];
    let mut high = HighBytes::default();
    loop {
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(high.are_mostly_pairs()),
            Ok(count) => high.see(buffer.get(..count).unwrap_or(&[])),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(open::read_error(path, error)),
        }
    }
}

/// Whether blanks cut all of the first lines into as many fields, more than one.
fn is_parted_by_blanks(layout: &Layout, path: &Path) -> Result<bool, ImportError> {
    let layout = Layout {
        delimiter: None,
        ..layout.clone()
    };
    let (mut records, ..) = cut(&layout, path)?;
    let mut width = None;
    for _ in 0..LINES_LOOKED_AT {
        match records.next().map_err(|error| stopped(path, error))? {
            None => break,
            Some(Next::Broken(_)) => return Ok(false),
            Some(Next::Record(record)) => {
                if *width.get_or_insert(record.width()) != record.width() {
                    return Ok(false);
                }
            }
        }
    }
    Ok(width.is_some_and(|width| width > 1))
}

fn is_day(text: &str) -> bool {
    let mut profile = Profile::new("day".to_owned(), 1);
    profile.see(text, 1);
    matches!(profile.guess(), Guess::Date(_) | Guess::Time(_))
}

/// Whether the first line is names: each once, none empty, none a number or a day.
fn are_names(first: &[String]) -> bool {
    first.iter().enumerate().all(|(at, name)| {
        let name = name.trim();
        !name.is_empty()
            && name.len() < RECORD_EXCERPT_BYTES_MAX
            && Decimal::parse(name).is_none()
            && !is_day(name)
            && first.iter().take(at).all(|before| before.trim() != name)
    })
}
