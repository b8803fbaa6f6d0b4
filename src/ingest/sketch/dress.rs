//! How a file that no source speaks of is cut: encoding, delimiter, whether its first line is names.

use std::path::Path;

use super::encoding::Found;
use crate::base::decimal::Decimal;
use crate::ingest::csv::Records;
use crate::ingest::error::ImportError;
use crate::ingest::fault::excerpt;
use crate::ingest::form::{Form, Layout};
use crate::ingest::profile::{Guess, Profile};
use crate::ingest::reading::{self, Columns, cut, stopped};
use crate::ingest::record::Next;
use crate::ingest::signature;

/// Lines looked at to see whether blanks part a file.
const LINES_LOOKED_AT: usize = 50;

/// What was found.
pub struct Dress {
    /// How the file is read.
    pub form: Form,
    /// Its columns.
    pub columns: Columns,
    /// Of delimited text: its encoding.
    pub encoding: Option<Found>,
    /// Of delimited text: what its first line was taken for.
    pub first: Option<FirstLine>,
}

/// What the first line of delimited text was taken for.
pub enum FirstLine {
    /// Names of columns: none is a number or a day.
    Names,
    /// A record, for this field of it.
    Data(String),
}

impl FirstLine {
    /// What a reader of the sketch should know.
    pub fn comment(&self) -> String {
        match self {
            Self::Names => {
                "# Its first line is taken for names: nothing in it is a number or a day.\n"
                    .to_owned()
            }
            Self::Data(field) => format!(
                "# Its first line is taken for a record, for `{field}` in it is no name; columns are called by their place.\n"
            ),
        }
    }
}

impl Dress {
    /// Looks at the whole file for its encoding, at its first lines for the rest.
    pub fn of(path: &Path) -> Result<Self, ImportError> {
        let mut form = Form::guess(path, "utf-8")?;
        let (mut encoding, mut first_line) = (None, None);
        if let Form::Csv(_) = form {
            let found = Found::of(path)?;
            form = Form::guess(path, found.label)?;
            encoding = Some(found);
        }
        signature::check(path, &form)?;
        if let Form::Csv(layout) = &mut form {
            let (mut records, ..) = cut(layout, path)?;
            let mut first = fields_of_first(&mut records, path)?;
            if first.len() == 1 && is_parted_by_blanks(layout, path)? {
                layout.delimiter = None;
                let (mut records, ..) = cut(layout, path)?;
                let names = records.header().map_err(|error| stopped(path, error))?;
                first = names.unwrap_or_default();
            }
            let data = first.iter().find(|field| is_value(field.trim()));
            first_line = Some(match data {
                None => FirstLine::Names,
                Some(field) => {
                    let names = (1..=first.len()).map(|at| format!("column_{at}"));
                    layout.header = Some(names.collect());
                    FirstLine::Data(excerpt(field.trim()))
                }
            });
        }
        let columns = reading::columns(&form, path)?;
        Ok(Self {
            form,
            columns,
            encoding,
            first: first_line,
        })
    }
}

/// The fields of the first line.
fn fields_of_first(records: &mut Records, path: &Path) -> Result<Vec<String>, ImportError> {
    let path_buf = || path.to_path_buf();
    match records.next().map_err(|error| stopped(path, error))? {
        None => Err(ImportError::Empty { path: path_buf() }),
        Some(Next::Record(record)) => Ok(record.fields().map(str::to_owned).collect()),
        Some(Next::Broken(broken)) => Err(ImportError::Unfit {
            path: path_buf(),
            why: super::no_record(&broken),
        }),
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

/// Whether a field of the first line is a number or a day, as no name is.
fn is_value(field: &str) -> bool {
    Decimal::parse(field).is_some() || is_day(field)
}

fn is_day(text: &str) -> bool {
    let mut profile = Profile::new("day".to_owned(), 1);
    profile.see(text, 1);
    matches!(profile.guess(), Guess::Date(_) | Guess::Time(_))
}
