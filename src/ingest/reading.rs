//! A file of any form, open, record by record.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::batch::Batch;
use super::csv::{ReadError, Records, Spans};
use super::error::ImportError;
use super::form::{Form, Layout};
use super::record::Next;
use super::text::Decoded;
use super::{ndjson, open, parquet};
use crate::base::limit::RECORD_BYTES_MAX;

/// A file being read record by record.
pub struct Reading {
    cutter: Cutter,
    path: PathBuf,
    /// Bytes of the file read so far.
    pub bytes_done: Arc<AtomicU64>,
    /// Bytes of the file.
    pub bytes_total: u64,
}

enum Cutter {
    Csv(Records),
    Ndjson(ndjson::Lines),
    Parquet(Box<parquet::Rows>),
}

impl Reading {
    /// Opens a file and reads past its header; what the fields of each record are called comes with
    /// it: all columns of delimited text, else those `wanted`, in that order.
    pub fn open(
        form: &Form,
        path: &Path,
        wanted: &[String],
    ) -> Result<(Self, Vec<String>), ImportError> {
        let (cutter, bytes_done, bytes_total, header) = match form {
            Form::Csv(layout) => {
                let (mut records, done, total) = cut(layout, path)?;
                let header = match &layout.header {
                    Some(names) => names.clone(),
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
                (Cutter::Csv(records), done, total, header)
            }
            Form::Ndjson => {
                let (decoded, done, total) = decode(path, "utf-8")?;
                let lines = ndjson::Lines::new(Box::new(decoded), wanted);
                (Cutter::Ndjson(lines), done, total, wanted.to_vec())
            }
            Form::Parquet => {
                let rows = parquet::Rows::open(path, wanted)?;
                let (done, total) = (rows.bytes_done(), rows.bytes_total());
                (
                    Cutter::Parquet(Box::new(rows)),
                    done,
                    total,
                    wanted.to_vec(),
                )
            }
        };
        let reading = Self {
            cutter,
            path: path.to_path_buf(),
            bytes_done,
            bytes_total,
        };
        Ok((reading, header))
    }

    /// As [`Reading::open`], for a look at all that a file holds: a value that no source could read is an
    /// empty field, and counted ([`Reading::passed_over`]), where an import would refuse the record.
    pub fn look(
        form: &Form,
        path: &Path,
        wanted: &[String],
    ) -> Result<(Self, Vec<String>), ImportError> {
        let (mut reading, names) = Self::open(form, path, wanted)?;
        match &mut reading.cutter {
            Cutter::Csv(_) => {}
            Cutter::Ndjson(lines) => lines.pass_over(),
            Cutter::Parquet(rows) => rows.pass_over(),
        }
        Ok((reading, names))
    }

    /// What values are that could not be read.
    pub fn what_is_passed_over(&self) -> String {
        match &self.cutter {
            Cutter::Csv(_) | Cutter::Ndjson(_) => "an object or a list in a list".to_owned(),
            Cutter::Parquet(_) => {
                format!("beyond {RECORD_BYTES_MAX} bytes with the rest of its row")
            }
        }
    }

    /// By column: how many values so far could not be read.
    pub fn passed_over(&self) -> &[u64] {
        match &self.cutter {
            Cutter::Csv(_) => &[],
            Cutter::Ndjson(lines) => lines.passed_over(),
            Cutter::Parquet(rows) => rows.passed_over(),
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The next record behind the header; `None` at the end.
    pub fn next(&mut self) -> Result<Option<Next<'_>>, ImportError> {
        match &mut self.cutter {
            Cutter::Csv(records) => records.next().map_err(|error| stopped(&self.path, error)),
            Cutter::Ndjson(lines) => {
                let next = lines.next();
                next.map_err(|error| open::read_error(&self.path, error))
            }
            Cutter::Parquet(rows) => rows.next(),
        }
    }

    /// Whether the file is one of columns.
    pub fn is_of_columns(&self) -> bool {
        matches!(self.cutter, Cutter::Parquet(_))
    }

    /// The next rows of a file of columns; `None` at its end, and of every other file.
    pub fn table(&mut self) -> Result<Option<parquet::Table>, ImportError> {
        match &mut self.cutter {
            Cutter::Parquet(rows) => rows.piece(),
            Cutter::Csv(_) | Cutter::Ndjson(_) => Ok(None),
        }
    }

    /// Adds records to a batch until it is full; `false`: these are the last. After an error those before it
    /// are in the batch.
    pub fn fill(&mut self, batch: &mut Batch) -> Result<bool, ImportError> {
        while !batch.is_full() {
            if let Cutter::Csv(records) = &mut self.cutter
                && records.add_plain(batch)
            {
                continue;
            }
            match self.next()? {
                Some(next) => batch.push(next),
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Reads on to the end, keeping nothing, for what ends a reading: bytes that cannot be unpacked, one quote after
    /// the other that never closes. Records are cut only where that can fail. `go_on` is asked now and then.
    pub fn read_through(
        mut self,
        go_on: &dyn Fn() -> Result<(), ImportError>,
    ) -> Result<(), ImportError> {
        let mut batch = Batch::default();
        let mut has_more = true;
        while has_more {
            go_on()?;
            has_more = match &mut self.cutter {
                Cutter::Csv(records) if records.minds_quotes() => {
                    batch.clear();
                    self.fill(&mut batch)?
                }
                Cutter::Csv(records) => records
                    .skip()
                    .map_err(|error| open::read_error(&self.path, error))?,
                Cutter::Ndjson(lines) => lines
                    .skip()
                    .map_err(|error| open::read_error(&self.path, error))?,
                Cutter::Parquet(rows) => rows.skip()?,
            };
        }
        Ok(())
    }

    /// What is known of the records so far.
    pub fn closing(&self) -> Closing {
        match &self.cutter {
            Cutter::Ndjson(lines) => Closing {
                never_seen: lines.never_seen(),
                ..Closing::default()
            },
            Cutter::Csv(records) => Closing {
                spans: records.spans().clone(),
                ..Closing::default()
            },
            Cutter::Parquet(_) => Closing::default(),
        }
    }
}

/// What is known of a file when all of it was read.
#[derive(Debug, Default)]
pub struct Closing {
    /// Of the columns wanted, by place, those that stood in no record; of NDJSON alone, whose files have no
    /// header that could be held against them.
    pub never_seen: Vec<usize>,
    /// Records that span lines; of delimited text alone.
    pub spans: Spans,
}

/// What the columns of a file are called, in its order.
#[derive(Debug, Default)]
pub struct Columns {
    /// Those that can be read.
    pub names: Vec<String>,
    /// Those that no source can read.
    pub unread: Vec<String>,
    /// Those of them that cannot be unpacked, and how they are packed.
    pub packed: Vec<(String, &'static str)>,
    /// There are more of them than are read.
    pub has_more: bool,
}

/// All columns of a file; NDJSON is read through for them.
pub fn columns(form: &Form, path: &Path) -> Result<Columns, ImportError> {
    Ok(match form {
        Form::Csv(_) => Columns {
            names: Reading::open(form, path, &[])?.1,
            ..Columns::default()
        },
        Form::Ndjson => {
            let (decoded, ..) = decode(path, "utf-8")?;
            let keys = ndjson::keys(Box::new(decoded));
            let (names, has_more) = keys.map_err(|error| open::read_error(path, error))?;
            Columns {
                names,
                has_more,
                ..Columns::default()
            }
        }
        Form::Parquet => parquet::columns(path)?,
    })
}

/// Delimited text, at its first line.
pub fn cut(layout: &Layout, path: &Path) -> Result<(Records, Arc<AtomicU64>, u64), ImportError> {
    let (decoded, done, total) = decode(path, &layout.encoding)?;
    let records = Records::new(Box::new(decoded), layout.delimiter, layout.quote);
    Ok((records, done, total))
}

type Text = Decoded<Box<dyn std::io::Read + Send>>;

fn decode(path: &Path, encoding: &str) -> Result<(Text, Arc<AtomicU64>, u64), ImportError> {
    let opened = open::open(path)?;
    let decoded = Decoded::new(opened.stream, encoding)
        .map_err(|error| open::read_error(path, error))?
        .ok_or_else(|| ImportError::Encoding {
            source: path.display().to_string(),
            label: encoding.to_owned(),
        })?;
    Ok((decoded, opened.bytes_done, opened.bytes_total))
}

/// Why delimited text cannot be read further.
pub fn stopped(path: &Path, error: ReadError) -> ImportError {
    match error {
        ReadError::Io(error) => open::read_error(path, error),
        ReadError::OpenQuotes(line) => ImportError::OpenQuotes {
            path: path.to_path_buf(),
            line,
        },
    }
}
