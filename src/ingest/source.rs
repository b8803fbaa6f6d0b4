//! One source made ready before anything is written: its file found, its header held
//! against its names, its expressions compiled. So that a wrong file stops an import
//! while nothing has happened yet.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::csv::{ReadError, Records};
use super::error::ImportError;
use super::expression::{Code, Kept, Scope, columns_of, compile};
use super::header;
use super::open;
use super::record::Next;
use super::rejects::{Rejects, delimited};
use super::route::Route;
use super::text::{self, Decoded};
use crate::language::typed::{Format, RouteTarget, Rules, SourceFile, Typed};
use crate::schema::Field;

/// A source with its file.
pub struct Source<'a> {
    /// As the rules say it.
    pub file: &'a SourceFile,
    /// Its file.
    pub path: PathBuf,
    /// Records with any yes are skipped.
    pub skip: Vec<Code>,
    /// What its records make.
    pub routes: Vec<Route>,
    /// Key and condition of a lookup.
    pub key: Option<(Code, Option<Code>)>,
    /// Positions in the file of the columns that are looked up, by slot.
    pub kept: Vec<usize>,
    /// Columns that feed a sensitive field: their cells are shown nowhere.
    sensitive: BTreeSet<Arc<str>>,
    header: Vec<String>,
    layout: Layout<'a>,
}

/// How a file of delimited text is cut.
#[derive(Clone, Copy)]
struct Layout<'a> {
    delimiter: Option<u8>,
    quote: Option<u8>,
    given: Option<&'a [String]>,
    encoding: &'a str,
}

/// A file being read record by record.
pub struct Reading {
    records: Records,
    path: PathBuf,
    /// Bytes of the file read so far.
    pub bytes_done: Arc<AtomicU64>,
    /// Bytes of the file.
    pub bytes_total: u64,
}

impl Reading {
    /// The next record behind the header; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Next<'_>>, ImportError> {
        self.records
            .next()
            .map_err(|error| stopped(&self.path, error))
    }
}

impl<'a> Source<'a> {
    /// Opens, checks, compiles. `kept` lists the lookups of all sources; the routes of a source
    /// that is only looked up in this import are left out.
    pub fn prepare(
        rules: &'a Rules,
        index: usize,
        path: PathBuf,
        kept: &Kept,
        with_routes: bool,
    ) -> Result<Self, ImportError> {
        let Some(file) = rules.sources.get(index) else {
            return Err(ImportError::UnknownSource {
                name: index.to_string(),
                known: Vec::new(),
            });
        };
        let layout = Layout::of(file)?;
        let (mut records, ..) = layout.open(file, &path)?;
        let header = match layout.given {
            Some(names) => names.to_vec(),
            None => match records.header().map_err(|error| stopped(&path, error))? {
                Some(names) => names,
                None => return Err(ImportError::Empty { path }),
            },
        };
        let positions = header::positions(&path, &header, &file.columns, layout.delimiter)?;
        let scope = Scope {
            rules,
            source: file,
            positions: &positions,
            kept,
        };
        let code = |typed: &Typed| compile(typed, &scope);
        let key = match &file.key {
            Some((key, when)) => Some((code(key)?, when.as_ref().map(code).transpose()?)),
            None => None,
        };
        let looked_up = kept.get(&index).map_or(&[][..], Vec::as_slice);
        Ok(Self {
            file,
            skip: file.skip.iter().map(code).collect::<Result<_, _>>()?,
            routes: file
                .routes
                .iter()
                .filter(|_| with_routes)
                .map(|route| Route::compile(route, &scope))
                .collect::<Result<_, _>>()?,
            key,
            kept: looked_up
                .iter()
                .filter_map(|column| positions.get(*column as usize))
                .map(|position| *position as usize)
                .collect(),
            sensitive: sensitive_columns(rules, file),
            path,
            header,
            layout,
        })
    }

    /// Opens the file and reads past its header.
    pub fn read(&self) -> Result<Reading, ImportError> {
        let (mut records, bytes_done, bytes_total) = self.layout.open(self.file, &self.path)?;
        if self.layout.given.is_none() {
            records
                .header()
                .map_err(|error| stopped(&self.path, error))?;
        }
        records.expect_width(self.header.len());
        Ok(Reading {
            records,
            path: self.path.clone(),
            bytes_done,
            bytes_total,
        })
    }

    /// Whether cells of that column are shown nowhere.
    pub fn is_sensitive(&self, column: &str) -> bool {
        self.sensitive.contains(column)
    }

    /// Where its rejects go.
    pub fn rejects(&self, folder: &Path) -> Rejects {
        let Layout {
            delimiter,
            quote,
            given,
            encoding,
        } = self.layout;
        let delimiter = char::from(delimiter.unwrap_or(b' '));
        let quote = char::from(quote.unwrap_or(b'"'));
        let line: Vec<String> = self
            .header
            .iter()
            .map(|name| delimited(name, delimiter, quote))
            .collect();
        let line = line.join(&delimiter.to_string());
        let is_utf8 = encoding.eq_ignore_ascii_case("utf-8");
        let header = given.is_none().then_some(line.as_str());
        Rejects::new(folder, &self.file.name, &self.path, header, is_utf8)
    }
}

impl<'a> Layout<'a> {
    fn of(file: &'a SourceFile) -> Result<Self, ImportError> {
        let format = match &file.format {
            Format::Csv {
                delimiter,
                quote,
                header,
                encoding,
            } => {
                if !text::is_known(encoding) {
                    return Err(ImportError::Encoding {
                        source: file.name.to_string(),
                        label: encoding.clone(),
                    });
                }
                return Ok(Self {
                    delimiter: *delimiter,
                    quote: *quote,
                    given: header.as_deref(),
                    encoding,
                });
            }
            Format::Ndjson => "ndjson",
            Format::Parquet => "parquet",
        };
        Err(ImportError::Format {
            source: file.name.to_string(),
            format,
        })
    }

    fn open(
        &self,
        file: &SourceFile,
        path: &Path,
    ) -> Result<(Records, Arc<AtomicU64>, u64), ImportError> {
        let opened = open::open(path)?;
        let decoded = Decoded::new(opened.stream, self.encoding)
            .map_err(|error| open::read_error(path, error))?
            .ok_or_else(|| ImportError::Encoding {
                source: file.name.to_string(),
                label: self.encoding.to_owned(),
            })?;
        let records = Records::new(Box::new(decoded), self.delimiter, self.quote);
        Ok((records, opened.bytes_done, opened.bytes_total))
    }
}

/// A file read as it stands: behind its header, with the names there and the delimiter.
pub fn raw_reading(
    file: &SourceFile,
    path: &Path,
) -> Result<(Reading, Vec<String>, Option<u8>), ImportError> {
    let layout = Layout::of(file)?;
    let (mut records, bytes_done, bytes_total) = layout.open(file, path)?;
    let header = match layout.given {
        Some(names) => names.to_vec(),
        None => match records.header().map_err(|error| stopped(path, error))? {
            Some(names) => names,
            None => {
                return Err(ImportError::Empty {
                    path: path.to_path_buf(),
                });
            }
        },
    };
    records.expect_width(header.len());
    let reading = Reading {
        records,
        path: path.to_path_buf(),
        bytes_done,
        bytes_total,
    };
    Ok((reading, header, layout.delimiter))
}

fn stopped(path: &Path, error: ReadError) -> ImportError {
    match error {
        ReadError::Io(error) => open::read_error(path, error),
        ReadError::OpenQuotes(line) => ImportError::OpenQuotes {
            path: path.to_path_buf(),
            line,
        },
    }
}

/// Columns read by any assignment to a sensitive field.
fn sensitive_columns(rules: &Rules, file: &SourceFile) -> BTreeSet<Arc<str>> {
    let schema = &rules.schema;
    let mut found = Vec::new();
    let mut add = |field: Option<&Field>, typed: &Typed| {
        if field.is_some_and(|field| field.sensitive) {
            columns_of(typed, &mut found);
        }
    };
    for route in &file.routes {
        match &route.target {
            RouteTarget::Customer { fields, .. } => {
                for (id, typed) in fields {
                    add(schema.attribute(*id), typed);
                }
            }
            RouteTarget::Event { event, fields, .. } => {
                for (id, typed) in fields {
                    let event = schema.event(*event);
                    add(
                        event.and_then(|event| event.fields.get(id.0 as usize)),
                        typed,
                    );
                }
            }
            RouteTarget::Holding {
                holding, fields, ..
            } => {
                for (id, typed) in fields {
                    let holding = schema.holding(*holding);
                    add(
                        holding.and_then(|holding| holding.fields.get(id.0 as usize)),
                        typed,
                    );
                }
            }
            RouteTarget::Relation { .. } => {}
        }
    }
    found
        .into_iter()
        .filter_map(|column| file.columns.get(column as usize))
        .map(|name| Arc::from(name.as_str()))
        .collect()
}
