//! A first rule text from a file's own columns: what a customer or an event has, and the source that
//! reads the file. Every kind is a guess over the values, and the text says what it rests on.

mod dress;
mod names;
mod write;

use std::path::Path;

use self::dress::Dress;
use super::error::ImportError;
use super::profile::Profile;
use super::reading::Reading;
use super::record::Next;
use crate::base::limit::{SKETCH_KEYS_MAX, SKETCH_ROWS_MAX};

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
}

/// The text, not yet laid out.
///
/// # Errors
/// [`ImportError`] when the file cannot be read.
pub fn sketch(path: &Path) -> Result<String, ImportError> {
    let looked = look(path)?;
    Ok(write::text(path, &looked))
}

fn look(path: &Path) -> Result<Looked, ImportError> {
    let about = std::fs::metadata(path).map_err(|error| ImportError::Unreadable {
        path: path.to_path_buf(),
        error,
    })?;
    if !about.is_file() {
        return Err(ImportError::NotAFile {
            path: path.to_path_buf(),
        });
    }
    let dress = Dress::of(path)?;
    let (mut reading, names) = Reading::look(&dress.form, path, &dress.columns.names)?;
    let mut columns = profiles(names);
    let (mut rows, mut broken, mut is_partial) = (0, 0, false);
    while let Some(next) = reading.next()? {
        if rows == SKETCH_ROWS_MAX {
            is_partial = true;
            break;
        }
        match next {
            Next::Broken(_) => broken += 1,
            Next::Record(record) => {
                rows += 1;
                for (column, field) in columns.iter_mut().zip(record.fields()) {
                    column.see(field, record.line);
                }
            }
        }
    }
    if rows == 0 {
        return Err(ImportError::Empty {
            path: path.to_path_buf(),
        });
    }
    let mut left_out = dress.columns.unread.clone();
    let mut passed_over = reading.passed_over().iter();
    columns.retain(|column| {
        let is_read = passed_over.next().is_none_or(|count| *count == 0);
        if !is_read {
            left_out.push(column.name.clone());
        }
        is_read
    });
    let (columns, unnamed) = columns
        .into_iter()
        .partition(|column| names::is_sayable(&column.name));
    Ok(Looked {
        dress,
        columns,
        unnamed,
        rows,
        broken,
        is_partial,
        left_out,
    })
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
