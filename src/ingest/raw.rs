//! The raw records of a source as reports read them: fields as they stand in the file,
//! before missing marks, trimming and routes. Nothing is written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::ImportError;
use super::expression::{Code, Evaluator, Kept, Scope, compile};
use super::form::Form;
use super::lookup::Tables;
use super::ndjson::canonical;
use super::reading::{self, Reading};
use super::record::{Next, Record};
use super::texts::Texts;
use super::{header, open};
use crate::base::calendar::Zone;
use crate::base::value::Value;
use crate::language::typed::{Given, Rules, SourceFile, SourceFileId, Typed};

/// What is given of the group that a record belongs to.
pub type GivenValues = BTreeMap<Given, Option<Value>>;

/// A file with what is asked of each of its records.
pub struct Raw {
    reading: Reading,
    codes: Vec<Code>,
    tables: Tables,
    texts: Texts,
    path: PathBuf,
    broken: u64,
    is_ndjson: bool,
}

/// What one record says.
#[derive(Clone, Debug)]
pub struct RawRecord {
    /// By what is asked.
    pub values: Vec<Option<Value>>,
    /// The whole record, so that two are equal when all their fields are.
    pub whole: Option<Arc<str>>,
    /// Values that could not be read as what was asked; they are missing.
    pub unreadable: u64,
}

impl Raw {
    /// Opens the file of a source below the rules folder. `columns` are the names that what is asked
    /// numbers.
    pub fn open(
        rules: &Rules,
        source: SourceFileId,
        folder: &Path,
        columns: &[String],
        asked: &[&Typed],
    ) -> Result<Self, ImportError> {
        let index = source.0 as usize;
        let file = rules
            .sources
            .get(index)
            .ok_or_else(|| ImportError::UnknownSource {
                name: index.to_string(),
                known: Vec::new(),
            })?;
        let path = open::locate(folder, file, None)?;
        let form = Form::of(file, &path)?;
        // Whole records of Parquet are all their columns.
        let wanted = match form {
            Form::Parquet => reading::columns(&form, &path)?.names,
            _ => columns.to_vec(),
        };
        let (reading, found) = Reading::open(&form, &path, &wanted)?;
        let positions = header::positions(&path, &found, columns, form.delimiter())?;
        let named = SourceFile {
            columns: columns.to_vec(),
            ..file.clone()
        };
        let scope = Scope {
            rules,
            source: &named,
            positions: &positions,
            kept: &Kept::new(),
        };
        let codes = asked.iter().map(|typed| compile(typed, &scope));
        Ok(Self {
            reading,
            is_ndjson: form == Form::Ndjson,
            codes: codes.collect::<Result<_, _>>()?,
            tables: Tables::default(),
            texts: Texts::default(),
            path,
            broken: 0,
        })
    }

    /// The next record that can be read; `None` at the end. After the first `head` values `given_of` says
    /// what is given of its group.
    pub fn next(
        &mut self,
        zone: &Zone,
        takes_whole: bool,
        head: usize,
        given_of: &mut dyn FnMut(&[Option<Value>]) -> GivenValues,
    ) -> Result<Option<RawRecord>, ImportError> {
        loop {
            let record = match self.reading.next()? {
                None => return Ok(None),
                Some(Next::Record(record)) => record,
                Some(Next::Broken(_)) => {
                    self.broken += 1;
                    continue;
                }
            };
            let mut said = RawRecord {
                values: Vec::with_capacity(self.codes.len()),
                whole: takes_whole.then(|| match self.is_ndjson {
                    true => {
                        let line = String::from_utf8_lossy(record.raw);
                        canonical(&line).map_or_else(|| line.into(), Arc::from)
                    }
                    false => whole(&record),
                }),
                unreadable: 0,
            };
            let nothing = GivenValues::new();
            let (first, rest) = self
                .codes
                .split_at_checked(head)
                .unwrap_or((&self.codes, &[]));
            say(
                first,
                record,
                (&self.tables, zone, &nothing, &self.texts),
                &mut said,
            );
            let given = given_of(&said.values);
            say(
                rest,
                record,
                (&self.tables, zone, &given, &self.texts),
                &mut said,
            );
            return Ok(Some(said));
        }
    }

    /// Records so far that could not be cut or decoded.
    pub fn broken(&self) -> u64 {
        self.broken
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn say(
    codes: &[Code],
    record: Record<'_>,
    (tables, zone, given, texts): (&Tables, &Zone, &GivenValues, &Texts),
    said: &mut RawRecord,
) {
    let see = Evaluator {
        record,
        missing: None,
        tables,
        zone,
        texts,
        unknown: Default::default(),
        given,
    };
    for code in codes {
        let value = match see.value(code) {
            Ok(cell) => cell.and_then(super::expression::Cell::into_value),
            Err(_) => {
                said.unreadable += 1;
                None
            }
        };
        said.values.push(value);
    }
}

/// All fields, each with its length before it.
fn whole(record: &Record<'_>) -> Arc<str> {
    let mut text = String::new();
    for field in record.fields() {
        text.push_str(&field.len().to_string());
        text.push(':');
        text.push_str(field);
    }
    text.into()
}
