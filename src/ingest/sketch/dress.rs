//! How a file that no source speaks of is cut: encoding, delimiter, whether its first line is names.

use std::io::Read;
use std::path::Path;

use crate::base::decimal::Decimal;
use crate::base::limit::RECORD_EXCERPT_BYTES_MAX;
use crate::ingest::error::ImportError;
use crate::ingest::form::{Form, Layout};
use crate::ingest::open;
use crate::ingest::profile::{Guess, Profile};
use crate::ingest::reading::{self, cut, stopped};
use crate::ingest::record::Next;
use crate::ingest::text::{Decoded, FAULT_MARK};

/// Lines looked at to see whether blanks part a file.
const LINES_LOOKED_AT: usize = 50;
/// Tried in this order; every file is text in the last one.
const ENCODINGS: [&str; 3] = ["utf-8", "gb18030", "windows-1252"];

/// What was found.
pub struct Dress {
    /// How the file is read.
    pub form: Form,
    /// Names of its columns.
    pub columns: Vec<String>,
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

/// The first encoding in which all of the file is text.
fn encoding(path: &Path) -> Result<&'static str, ImportError> {
    for label in ENCODINGS {
        let opened = open::open(path)?;
        let read_error = |error| open::read_error(path, error);
        let Some(mut text) = Decoded::new(opened.stream, label).map_err(read_error)? else {
            continue;
        };
        let mut buffer = vec![0; 64 << 10];
        // The end of a character that the last piece cut.
        let mut rest: Vec<u8> = Vec::new();
        let is_text = loop {
            let count = text.read(&mut buffer).map_err(read_error)?;
            if count == 0 {
                break rest.is_empty();
            }
            rest.extend_from_slice(buffer.get(..count).unwrap_or(&[]));
            if rest.contains(&FAULT_MARK) {
                break false;
            }
            let valid = match std::str::from_utf8(&rest) {
                Ok(_) => rest.len(),
                Err(error) if error.error_len().is_none() => error.valid_up_to(),
                Err(_) => break false,
            };
            rest.drain(..valid);
        };
        if is_text {
            return Ok(label);
        }
    }
    Ok("windows-1252")
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
    profile.see(text);
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
