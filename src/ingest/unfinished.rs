//! Imports that were cut off: which files of which sources they read, kept in the store from their
//! first fact on until the same files are through, so that whoever asks is told that a part is missing.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::error::ImportError;
use crate::base::checksum::xxh3;
use crate::base::limit::UNFINISHED_SAMPLE_BYTES;
use crate::store::{Record, Shelf, Store, StoreError};

/// What the keys begin with; a hash of the source's name follows, and one of the file.
const PREFIX: &[u8] = b"unfinished\0";
/// Bytes of such a hash. Keys of older stores end after the first: their value is the name, the file is not known.
const HASH_BYTES: usize = 8;

/// A file by which it is known again: its length, and what stands at its beginning and at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Print {
    bytes: u64,
    head: u64,
    tail: u64,
}

/// A file that is imported.
#[derive(Clone, Debug)]
pub struct Mark {
    source: String,
    path: PathBuf,
    print: Print,
    is_passing: bool,
}

/// A file whose import was cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// Name of its source.
    pub source: String,
    /// Where it lay; `None` when that is not known, or it lay there for its import alone.
    pub path: Option<PathBuf>,
    /// `None`: any file of the source counts.
    print: Option<Print>,
    key: Vec<u8>,
}

impl Mark {
    /// Of a source's file as it is now.
    ///
    /// # Errors
    /// [`ImportError::Unreadable`].
    pub fn of(source: &str, path: &Path) -> Result<Self, ImportError> {
        let print = Print::of(path, None).map_err(|error| ImportError::Unreadable {
            path: path.to_path_buf(),
            error,
        })?;
        Ok(Self {
            source: source.to_owned(),
            path: path.to_path_buf(),
            print,
            is_passing: false,
        })
    }

    /// Its path means nothing once it is imported.
    #[must_use]
    pub fn passing(self) -> Self {
        Self {
            is_passing: true,
            ..self
        }
    }

    /// Whether this file is the one that was cut off, or begins with all of it.
    fn completes(&self, unfinished: &Unfinished) -> bool {
        let is_same = |print: Print| {
            self.print == print
                || self.print.bytes > print.bytes
                    && Print::of(&self.path, Some(print.bytes)).is_ok_and(|now| now == print)
        };
        unfinished.source == self.source && unfinished.print.is_none_or(is_same)
    }

    /// Hash of the name, then of the file.
    fn key(&self) -> Vec<u8> {
        let name = xxh3(self.source.as_bytes()).to_le_bytes();
        let file = xxh3(&self.print.written()).to_le_bytes();
        [PREFIX, &name, &file].concat()
    }

    fn record(&self) -> Record {
        let path = match self.is_passing {
            true => String::new(),
            false => self.path.display().to_string(),
        };
        let name = self.source.as_bytes();
        let length = (name.len() as u64).to_le_bytes();
        Record {
            shelf: Shelf::Source,
            key: self.key(),
            value: Some([&self.print.written(), &length[..], name, path.as_bytes()].concat()),
        }
    }
}

impl Print {
    /// Of the first so many bytes of a file, or of all.
    fn of(path: &Path, bytes: Option<u64>) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let bytes = match bytes {
            Some(bytes) => bytes,
            None => file.metadata()?.len(),
        };
        let count = bytes.min(UNFINISHED_SAMPLE_BYTES);
        let mut sample = |from: u64| -> io::Result<u64> {
            let mut read = Vec::new();
            file.seek(SeekFrom::Start(from))?;
            file.by_ref().take(count).read_to_end(&mut read)?;
            Ok(xxh3(&read))
        };
        Ok(Self {
            bytes,
            head: sample(0)?,
            tail: sample(bytes - count)?,
        })
    }

    fn written(self) -> Vec<u8> {
        [self.bytes, self.head, self.tail]
            .map(u64::to_le_bytes)
            .concat()
    }

    fn read(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (bytes_count, rest) = number(bytes)?;
        let (head, rest) = number(rest)?;
        let (tail, rest) = number(rest)?;
        let print = Self {
            bytes: bytes_count,
            head,
            tail,
        };
        Some((print, rest))
    }
}

fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let (first, rest) = bytes.split_first_chunk()?;
    Some((u64::from_le_bytes(*first), rest))
}

impl Unfinished {
    /// `None` when the record is of another form.
    fn read(key: &[u8], value: &[u8]) -> Option<Self> {
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).ok().map(str::to_owned);
        let whole_key = PREFIX.len() + 2 * HASH_BYTES;
        if key.len() != whole_key {
            return Some(Self {
                source: text(value)?,
                path: None,
                print: None,
                key: key.to_vec(),
            });
        }
        let (print, rest) = Print::read(value)?;
        let (length, rest) = number(rest)?;
        let (name, path) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        Some(Self {
            source: text(name)?,
            path: Some(PathBuf::from(text(path)?)).filter(|path| !path.as_os_str().is_empty()),
            print: Some(print),
            key: key.to_vec(),
        })
    }

    fn removal(&self) -> Record {
        Record {
            shelf: Shelf::Source,
            key: self.key.clone(),
            value: None,
        }
    }
}

/// Files whose import was cut off and not repeated since, by source.
///
/// # Errors
/// [`ImportError`] when the store cannot be read.
pub fn unfinished(store: &Store) -> Result<Vec<Unfinished>, ImportError> {
    let mut found = Vec::new();
    let mut is_sound = true;
    store.records(Shelf::Source, &mut |key, value| {
        if key.starts_with(PREFIX) {
            match Unfinished::read(key, value) {
                Some(one) => found.push(one),
                None => is_sound = false,
            }
        }
        Ok(is_sound)
    })?;
    found.sort_by(|a: &Unfinished, b| (&a.source, &a.path).cmp(&(&b.source, &b.path)));
    match is_sound {
        true => Ok(found),
        false => Err(ImportError::Store(StoreError::damaged(
            "a record of an import that was cut off is none of this format",
        ))),
    }
}

/// What notes that these files are being imported.
///
/// # Errors
/// As [`unfinished`].
pub fn beginning(store: &Store, marks: &[Mark]) -> Result<Vec<Record>, ImportError> {
    let known = unfinished(store)?;
    let is_new = |mark: &&Mark| {
        let key = mark.key();
        !known.iter().any(|one| one.key == key)
    };
    Ok(marks.iter().filter(is_new).map(Mark::record).collect())
}

/// What notes that these files are imported whole: whatever was cut off of them is struck out.
///
/// # Errors
/// As [`unfinished`].
pub fn ending(store: &Store, marks: &[Mark]) -> Result<Vec<Record>, ImportError> {
    let known = unfinished(store)?;
    let is_complete = |one: &&Unfinished| marks.iter().any(|mark| mark.completes(one));
    let complete = known.iter().filter(is_complete);
    Ok(complete.map(Unfinished::removal).collect())
}

/// Writes what [`beginning`] says.
pub fn begin(store: &Store, marks: &[Mark]) -> Result<(), ImportError> {
    save(store, beginning(store, marks)?)
}

/// Writes what [`ending`] says.
pub fn finish(store: &Store, marks: &[Mark]) -> Result<(), ImportError> {
    save(store, ending(store, marks)?)
}

/// Notes that nobody waits for the rest of a source any more; of how many files.
///
/// # Errors
/// As [`unfinished`].
pub fn give_up(store: &Store, source: &str) -> Result<usize, ImportError> {
    let known = unfinished(store)?;
    let of_source = known.iter().filter(|one| one.source == source);
    let records: Vec<Record> = of_source.map(Unfinished::removal).collect();
    let count = records.len();
    save(store, records)?;
    Ok(count)
}

fn save(store: &Store, records: Vec<Record>) -> Result<(), ImportError> {
    if !records.is_empty() {
        store.append_with(Vec::new(), records)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
