//! A first rule text from a file's own columns: what a customer or an event has, and the source that
//! reads the file. Every kind is a guess over the values, and the text says what it rests on.

mod dress;
mod encoding;
mod forms;
mod names;
mod write;

use std::collections::BTreeMap;
use std::path::Path;

use self::dress::Dress;
use super::csv::Spans;
use super::error::ImportError;
use super::fault::excerpt;
use super::form::Form;
use super::header::clean;
use super::profile::Profile;
use super::reading::Reading;
use super::record::{Broken, Next};
use super::unfit::Unfit;
use crate::base::limit::{FINDING_EXAMPLES_MAX, SKETCH_KEYS_MAX, SKETCH_ROWS_MAX};
use crate::base::source::Sources;
use crate::language::compile;

/// What a file says of itself.
struct Looked {
    dress: Dress,
    columns: Vec<Profile>,
    rows: u64,
    /// Rows that could not be cut.
    broken: u64,
    /// The file has more rows than were looked at.
    is_partial: bool,
    /// Columns that no source can read.
    left_out: Vec<String>,
    /// Columns that no rule can name.
    unnamed: Vec<Profile>,
    /// Columns whose name others have too.
    doubled: Vec<Profile>,
    /// Places, from 1, of columns without a name.
    nameless: Vec<usize>,
    /// Records that span lines.
    spans: Spans,
}

/// The text, not yet laid out.
///
/// # Errors
/// [`ImportError`] when the file cannot be read.
pub fn sketch(path: &Path) -> Result<String, ImportError> {
    let looked = look(path)?;
    Ok(checked(write::text(path, &looked)))
}

/// A text that `tamis check` refuses all the same says so itself.
fn checked(text: String) -> String {
    let mut sources = Sources::default();
    sources.add("sketch.tamis", text.clone());
    let found = compile::rules(&sources).diagnostics;
    let errors = found.iter().filter(|one| one.is_error());
    let said: String = errors
        .take(FINDING_EXAMPLES_MAX)
        .map(|one| {
            let message = excerpt(&one.message);
            format!(
                "# `tamis check` refuses this text: {}: {message}\n",
                one.code
            )
        })
        .collect();
    said + &text
}

/// Refuses a folder, a device, a pipe.
fn is_a_file(path: &Path) -> Result<(), ImportError> {
    let about = std::fs::metadata(path).map_err(|error| ImportError::Unreadable {
        path: path.to_path_buf(),
        error,
    })?;
    if !about.is_file() {
        return Err(ImportError::NotAFile {
            path: path.to_path_buf(),
        });
    }
    Ok(())
}

/// Refuses a file of which no column can be unpacked.
fn is_unpacked(path: &Path, dress: &Dress) -> Result<(), ImportError> {
    if let (true, Some((name, codec))) =
        (dress.columns.names.is_empty(), dress.columns.packed.first())
    {
        return Err(ImportError::Codec {
            path: path.to_path_buf(),
            name: name.clone(),
            codec,
        });
    }
    Ok(())
}

fn look(path: &Path) -> Result<Looked, ImportError> {
    is_a_file(path)?;
    let dress = Dress::of(path)?;
    is_unpacked(path, &dress)?;
    let (mut reading, names) = Reading::look(&dress.form, path, &dress.columns.names)?;
    let mut columns = profiles(names);
    let (mut rows, mut broken, mut is_partial) = (0, 0, false);
    let mut first_fault = None;
    while let Some(next) = reading.next()? {
        if rows == SKETCH_ROWS_MAX {
            is_partial = true;
            break;
        }
        match next {
            Next::Broken(record) => {
                broken += 1;
                first_fault.get_or_insert_with(|| no_record(&record));
            }
            Next::Record(record) => {
                rows += 1;
                for (column, field) in columns.iter_mut().zip(record.fields()) {
                    column.see(field, record.line);
                }
            }
        }
    }
    if rows == 0 {
        return Err(nothing(path, &dress.form, broken, first_fault));
    }
    let mut left_out = dress.columns.unread.clone();
    left_out.retain(|name| {
        !dress
            .columns
            .packed
            .iter()
            .any(|(packed, _)| packed == name)
    });
    let mut passed_over = reading.passed_over().iter();
    columns.retain(|column| {
        let is_read = passed_over.next().is_none_or(|count| *count == 0);
        if !is_read {
            left_out.push(column.name.clone());
        }
        is_read
    });
    let called = Called::of(columns);
    Ok(Looked {
        spans: reading.closing().spans,
        dress,
        columns: called.well,
        unnamed: called.unsayable,
        doubled: called.doubled,
        nameless: called.nameless,
        rows,
        broken,
        is_partial,
        left_out,
    })
}

/// Why a record cannot be read.
fn no_record(record: &Broken<'_>) -> Unfit {
    let raw = record.raw.trim_ascii_start();
    let hint = match (raw, raw.trim_ascii_end()) {
        ([b'[', ..], _) => Some("a JSON array is not JSON lines: write one object a line"),
        (_, b"{") => Some("an object of JSON lines stands on one line"),
        _ => None,
    };
    Unfit::Unreadable {
        broken: 1,
        line: record.line,
        problem: record.fault.to_string(),
        hint,
    }
}

/// Why there is nothing to guess from.
fn nothing(path: &Path, form: &Form, count: u64, first: Option<Unfit>) -> ImportError {
    let path = path.to_path_buf();
    let why = match first {
        Some(Unfit::Unreadable {
            line,
            problem,
            hint,
            ..
        }) => Unfit::Unreadable {
            broken: count,
            line,
            problem,
            hint,
        },
        // Lines of JSON have no header that could be there without them.
        _ if *form == Form::Ndjson => return ImportError::Empty { path },
        _ => Unfit::Rowless,
    };
    ImportError::Unfit { path, why }
}

/// Columns by what they are called.
#[derive(Default)]
struct Called {
    well: Vec<Profile>,
    unsayable: Vec<Profile>,
    doubled: Vec<Profile>,
    nameless: Vec<usize>,
}

impl Called {
    fn of(columns: Vec<Profile>) -> Self {
        let mut count: BTreeMap<String, u32> = BTreeMap::new();
        for column in &columns {
            *count.entry(clean(&column.name)).or_default() += 1;
        }
        let mut called = Self::default();
        for (column, place) in columns.into_iter().zip(1..) {
            let name = clean(&column.name);
            match count.get(&name) {
                _ if name.is_empty() => called.nameless.push(place),
                Some(2..) => called.doubled.push(column),
                _ if names::is_sayable(&column.name) => called.well.push(column),
                _ => called.unsayable.push(column),
            }
        }
        called
    }
}

/// Nothing seen yet. Columns that may tell rows apart are counted further than others.
fn profiles(names: Vec<String>) -> Vec<Profile> {
    let count = names.len();
    let mut rooms = SKETCH_KEYS_MAX;
    let profiles = names.into_iter().enumerate().map(|(at, name)| {
        let may_be_key = at == 0 || write::may_be_key(&name);
        let profile = Profile::new(name, count);
        match may_be_key && rooms > 0 {
            true => {
                rooms -= 1;
                profile.counting_keys(SKETCH_ROWS_MAX)
            }
            false => profile,
        }
    });
    profiles.collect()
}

#[cfg(test)]
mod tests;
