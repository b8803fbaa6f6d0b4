//! What stops an import as a whole. Refusals of single records are in [`super::fault`].

use std::fmt;
use std::io;
use std::path::PathBuf;

use super::codes::import as codes;
use super::unfit::Unfit;
use crate::base::limit::IMPORT_FILES_MAX;
use crate::columns::ColumnsError;
use crate::store::StoreError;

/// Codes are stable (`I0xx`); [`ImportError::exit_code`] is what a command ends with.
#[derive(Debug)]
pub enum ImportError {
    /// I001: no such file.
    NotFound {
        /// Which source wants it.
        source: String,
        /// Where it was sought.
        tried: Vec<PathBuf>,
    },
    /// I002: a directory, a device, a pipe.
    NotAFile {
        /// What.
        path: PathBuf,
    },
    /// I003: the system refuses.
    Unreadable {
        /// What.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// I004: gzip data cut short or damaged.
    Gzip {
        /// What.
        path: PathBuf,
        /// How far the compressed file was good, in bytes.
        offset: u64,
        /// How many bytes had come out by then.
        decoded: u64,
        /// What is wrong.
        reason: String,
    },
    /// I005: gzip data that expand beyond all reason.
    Expands {
        /// What.
        path: PathBuf,
        /// How many bytes had come out.
        decoded: u64,
        /// Of how many.
        offset: u64,
    },
    /// I006: not even a header.
    Empty {
        /// What.
        path: PathBuf,
    },
    /// I007: columns that the source names are not there.
    MissingColumns {
        /// What.
        path: PathBuf,
        /// Named in the source.
        missing: Vec<String>,
        /// Found in the file.
        present: Vec<String>,
        /// A better delimiter, when one would cut the header.
        hint: Option<String>,
    },
    /// I008: a column name that stands twice in the header.
    RepeatedColumn {
        /// What.
        path: PathBuf,
        /// Which.
        name: String,
    },
    /// I009: an encoding that is none.
    Encoding {
        /// Which source.
        source: String,
        /// As written.
        label: String,
    },
    /// I010: a Parquet file that is none, or damaged.
    Parquet {
        /// What.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// I022: a Parquet file that is encrypted.
    Encrypted {
        /// What.
        path: PathBuf,
    },
    /// I023: a Parquet column packed in a way that cannot be unpacked.
    Codec {
        /// What.
        path: PathBuf,
        /// Which column.
        name: String,
        /// How it is packed.
        codec: &'static str,
    },
    /// I024: a Parquet column that has no single value of a kind that can be read.
    ColumnKind {
        /// What.
        path: PathBuf,
        /// Which column.
        name: String,
        /// What it is, to be read after its name.
        what: String,
    },
    /// I025: a source that is given two files.
    TwoFiles {
        /// Which source.
        source: String,
    },
    /// I026: more files than one import takes.
    ManyFiles {
        /// How many.
        count: usize,
    },
    /// I030 to I032: no text, no record that can be read, no rows.
    Unfit {
        /// What.
        path: PathBuf,
        /// Why.
        why: Unfit,
    },
    /// I011: one open quote after the other.
    OpenQuotes {
        /// What.
        path: PathBuf,
        /// Where the last one began.
        line: u64,
    },
    /// I012: a source by a name that is none.
    UnknownSource {
        /// As given.
        name: String,
        /// What there is.
        known: Vec<String>,
    },
    /// I013: lookups that lead back to themselves.
    LookupRing {
        /// Along the way.
        sources: Vec<String>,
    },
    /// I014: a lookup too large to be held.
    LookupSize {
        /// Which source.
        source: String,
    },
    /// I015: something that cannot be asked of a record.
    Unsupported {
        /// Which source.
        source: String,
        /// What.
        what: String,
    },
    /// I016: a time zone that is none.
    Zone {
        /// As written.
        name: String,
    },
    /// I017: too many different events without an id.
    UnnamedEvents {
        /// Which source.
        source: String,
    },
    /// I018: rejected records cannot be kept.
    Rejects {
        /// Where.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// I019: stopped from outside.
    Cancelled,
    /// I020: the store.
    Store(StoreError),
    /// I021: the snapshot.
    Columns(ColumnsError),
    /// The code of what is inside: part of the import is stored. `tamis import` shows it when it is repeated.
    Partly {
        /// Facts stored.
        stored: u64,
        /// What stopped it.
        error: Box<ImportError>,
    },
}

impl ImportError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => codes::NOT_FOUND,
            Self::NotAFile { .. } => codes::NOT_A_FILE,
            Self::Unreadable { .. } => codes::NOT_READABLE,
            Self::Gzip { .. } => codes::GZIP,
            Self::Expands { .. } => codes::EXPANDS,
            Self::Empty { .. } => codes::EMPTY,
            Self::MissingColumns { .. } => codes::MISSING_COLUMNS,
            Self::RepeatedColumn { .. } => codes::REPEATED_COLUMN,
            Self::Encoding { .. } => codes::ENCODING,
            Self::Parquet { .. } => codes::PARQUET,
            Self::Encrypted { .. } => codes::ENCRYPTED,
            Self::Codec { .. } => codes::CODEC,
            Self::ColumnKind { .. } => codes::COLUMN_KIND,
            Self::TwoFiles { .. } => codes::TWO_FILES,
            Self::ManyFiles { .. } => codes::MANY_FILES,
            Self::Unfit { why, .. } => why.code(),
            Self::OpenQuotes { .. } => codes::OPEN_QUOTES,
            Self::UnknownSource { .. } => codes::UNKNOWN_SOURCE,
            Self::LookupRing { .. } => codes::LOOKUP_RING,
            Self::LookupSize { .. } => codes::LOOKUP_SIZE,
            Self::Unsupported { .. } => codes::UNSUPPORTED,
            Self::Zone { .. } => codes::ZONE,
            Self::UnnamedEvents { .. } => codes::UNNAMED_EVENTS,
            Self::Rejects { .. } => codes::REJECTS,
            Self::Cancelled => codes::CANCELLED,
            Self::Store(_) => codes::STORE,
            Self::Columns(_) => codes::COLUMNS,
            Self::Partly { error, .. } => error.code(),
        }
    }

    /// 3 for bad input or rules, 4 for store trouble, 1 when stopped from outside.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Cancelled => 1,
            Self::Store(_) | Self::Columns(_) | Self::Rejects { .. } => 4,
            Self::Partly { error, .. } => error.exit_code(),
            _ => 3,
        }
    }
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ColumnsError> for ImportError {
    fn from(error: ColumnsError) -> Self {
        Self::Columns(error)
    }
}

impl std::error::Error for ImportError {}

impl fmt::Display for ImportError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { source, tried } => {
                let tried: Vec<String> = tried
                    .iter()
                    .map(|path| path.display().to_string())
                    .collect();
                write!(out, "source `{source}`: no file at {}", tried.join(" nor "))
            }
            Self::NotAFile { path } => write!(out, "{} is not a regular file", path.display()),
            Self::Unreadable { path, error } => {
                write!(out, "{} cannot be read: {error}", path.display())
            }
            Self::Gzip {
                path,
                offset,
                decoded,
                reason,
            } => write!(
                out,
                "{}: the gzip data are damaged or cut short at byte {offset} ({decoded} bytes decoded): {reason}",
                path.display()
            ),
            Self::Expands {
                path,
                decoded,
                offset,
            } => write!(
                out,
                "{}: {offset} bytes of gzip data expand to more than {decoded} bytes; unpack the file if that is right",
                path.display()
            ),
            Self::Empty { path } => write!(
                out,
                "{} is empty: there is not even a header",
                path.display()
            ),
            Self::MissingColumns {
                path,
                missing,
                present,
                hint,
            } => {
                write!(
                    out,
                    "{} has no column {}; it has {}",
                    path.display(),
                    quoted(missing),
                    quoted(present)
                )?;
                hint.as_ref().map_or(Ok(()), |hint| write!(out, "; {hint}"))
            }
            Self::RepeatedColumn { path, name } => {
                write!(
                    out,
                    "{}: the column `{name}` stands twice in the header",
                    path.display()
                )
            }
            _ => self.say_rest(out),
        }
    }
}

impl ImportError {
    fn say_rest(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding { source, label } => {
                write!(out, "source `{source}`: no encoding is called `{label}`")
            }
            Self::TwoFiles { source } => write!(
                out,
                "source `{source}` is given two files; import one after the other"
            ),
            Self::ManyFiles { count } => write!(
                out,
                "{count} files are too many for one import, which takes {IMPORT_FILES_MAX}; name some of the sources with their files, and import the others after them"
            ),
            Self::Unfit { path, why } => write!(out, "{} {why}", path.display()),
            Self::OpenQuotes { path, line } => write!(
                out,
                "{}: too many quotes that never close, the last one on line {line}; is `quote` right?",
                path.display()
            ),
            Self::UnknownSource { name, known } => {
                write!(
                    out,
                    "no source is called `{name}`; there are {}",
                    quoted(known)
                )
            }
            Self::LookupRing { sources } => write!(
                out,
                "lookups lead back to themselves: {}",
                sources.join(" → ")
            ),
            Self::LookupSize { source } => {
                write!(out, "source `{source}` is too large to be looked up")
            }
            Self::Unsupported { source, what } => write!(out, "source `{source}`: {what}"),
            Self::Zone { name } => write!(out, "no time zone is called `{name}`"),
            Self::UnnamedEvents { source } => {
                write!(
                    out,
                    "source `{source}` has too many events without an id; give the route an `id`"
                )
            }
            Self::Rejects { path, error } => {
                write!(
                    out,
                    "rejected records cannot be kept in {}: {error}",
                    path.display()
                )
            }
            Self::Cancelled => out.write_str("the import was stopped"),
            Self::Store(error) => write!(out, "{error}"),
            Self::Columns(error) => write!(out, "{error}"),
            Self::Partly { stored, error } => write!(
                out,
                "{error}; {stored} facts of this import are stored already, but shown to nobody until it is repeated to its end"
            ),
            _ => self.say_parquet(out),
        }
    }

    fn say_parquet(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Parquet { path, reason } => write!(
                out,
                "{} is no Parquet file that can be read: {reason}",
                path.display()
            ),
            Self::Encrypted { path } => write!(
                out,
                "{} is encrypted; bring it decrypted, over a way that is",
                path.display()
            ),
            Self::Codec { path, name, codec } => write!(
                out,
                "{}: the column `{name}` is packed with {codec}; snappy, gzip, lz4 and zstd can be unpacked",
                path.display()
            ),
            Self::ColumnKind { path, name, what } => {
                write!(out, "{}: the column `{name}` {what}", path.display())
            }
            _ => Ok(()),
        }
    }
}

fn quoted(names: &[String]) -> String {
    const SHOWN_MAX: usize = 40;
    let mut shown: Vec<String> = names
        .iter()
        .take(SHOWN_MAX)
        .map(|name| format!("`{}`", super::fault::excerpt(name)))
        .collect();
    if names.len() > SHOWN_MAX {
        shown.push(format!("{} more", names.len() - SHOWN_MAX));
    }
    shown.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// What the system, the disk or a size brings about is hard to stage: each says its own words
    /// under a code of its own, and every code has its page.
    #[test]
    fn every_error_has_a_code_of_its_own() {
        let source = || "owner".to_owned();
        let path = || PathBuf::from("owner.csv");
        let refused = || io::Error::from(io::ErrorKind::PermissionDenied);
        let errors = [
            ImportError::Unreadable {
                path: path(),
                error: refused(),
            },
            ImportError::UnknownSource {
                name: "ownr".into(),
                known: vec![source()],
            },
            ImportError::LookupSize { source: source() },
            ImportError::Unsupported {
                source: source(),
                what: "no clock".into(),
            },
            ImportError::Zone {
                name: "Europe/Prag".into(),
            },
            ImportError::UnnamedEvents { source: source() },
            ImportError::Rejects {
                path: path(),
                error: refused(),
            },
            ImportError::Cancelled,
            ImportError::Store(StoreError::Stopped),
        ];
        let codes: BTreeSet<&str> = errors.iter().map(ImportError::code).collect();
        assert_eq!(codes.len(), errors.len());
        for error in &errors {
            assert!(codes::PAGES.iter().any(|page| page.code == error.code()));
            assert!(!error.to_string().is_empty(), "{error:?}");
        }
    }
}
