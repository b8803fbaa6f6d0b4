//! A first rule text from a file's own columns: what a customer or an event has, and the source that
//! reads the file. Every kind is a guess over the values, and the text says what it rests on.

mod dress;
mod names;
mod write;

use std::path::Path;

use self::dress::Dress;
use super::error::ImportError;
use super::form::Form;
use super::parquet;
use super::profile::Profile;
use super::reading::Reading;
use super::record::Next;
use crate::base::limit::SKETCH_ROWS_MAX;

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
    let dress = Dress::of(path)?;
    let (mut reading, names) = Reading::open(&dress.form, path, &dress.columns)?;
    let count = names.len();
    let mut columns: Vec<Profile> = names
        .into_iter()
        .map(|name| Profile::new(name, count))
        .collect();
    let mut looked = (0, 0, false);
    while let Some(next) = reading.next()? {
        if looked.0 == SKETCH_ROWS_MAX {
            looked.2 = true;
            break;
        }
        match next {
            Next::Broken(_) => looked.1 += 1,
            Next::Record(record) => {
                looked.0 += 1;
                for (column, field) in columns.iter_mut().zip(record.fields()) {
                    column.see(field);
                }
            }
        }
    }
    let (rows, broken, is_partial) = looked;
    if rows == 0 {
        return Err(ImportError::Empty {
            path: path.to_path_buf(),
        });
    }
    let left_out = match dress.form {
        Form::Parquet => parquet::unread(path)?,
        Form::Csv(_) | Form::Ndjson => Vec::new(),
    };
    Ok(Looked {
        dress,
        columns,
        rows,
        broken,
        is_partial,
        left_out,
    })
}

#[cfg(test)]
mod tests;
