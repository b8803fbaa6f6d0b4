//! Imports that were cut off: which files of which sources they read, kept in the store from their
//! first fact on until the same files are through, so that whoever asks is told what is missing. Of an import
//! that held the store alone nothing is seen until it has ended, of one through a server what came so far.

mod note;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

pub use note::Note;

use super::error::ImportError;
use crate::base::checksum::xxh3;
use crate::base::limit::UNFINISHED_SAMPLE_BYTES;
use crate::store::{RECORDS_BYTES_MAX, Record, Shelf, Store, StoreError};

/// What the keys begin with, where what came so far is seen; a hash of the source's name follows, and one of the
/// file. Keys of older stores end after the name: their value is the name, the file is not known.
const SEEN: &[u8] = b"unfinished\0";
/// What the keys begin with where nothing of it is seen.
const UNSEEN: &[u8] = b"unseen\0";
/// Bytes of both hashes.
const NAME_BYTES: usize = 16;

/// A file by which it is known again: its length, and what stands at its beginning and at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Print {
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
    /// When it was last written to, in nanoseconds since 1970; 0: not known.
    changed_nanos: u128,
    is_passing: bool,
}

/// A file whose import was cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// Name of its source.
    pub source: String,
    /// Where it lay; `None` when that is not known, or it lay there for its import alone.
    pub path: Option<PathBuf>,
    /// Whether a part of it is seen, or nothing.
    pub is_seen: bool,
    /// `None`: any file of the source counts.
    print: Option<Print>,
    key: Vec<u8>,
}

/// What was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenUp {
    /// Files that are no longer waited for.
    pub files: usize,
    /// Whether a part of some of them is seen, and stays.
    pub is_seen: bool,
}

impl Mark {
    /// Of a source's file as it is now.
    ///
    /// # Errors
    /// [`ImportError::Unreadable`].
    pub fn of(source: &str, path: &Path) -> Result<Self, ImportError> {
        let unreadable = |error| ImportError::Unreadable {
            path: path.to_path_buf(),
            error,
        };
        let changed = std::fs::metadata(path).map_err(unreadable)?.modified().ok();
        let changed = changed.and_then(|changed| changed.duration_since(UNIX_EPOCH).ok());
        let print = Print::of(path, None).map_err(unreadable)?;
        Ok(Self {
            changed_nanos: changed.map_or(0, |changed| changed.as_nanos()),
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
        let is_same = |print: Print| self.print.covers(&self.path, print);
        unfinished.source == self.source && unfinished.print.is_none_or(is_same)
    }

    /// Hash of the source's name, then of the file.
    fn name(&self) -> Vec<u8> {
        let name = xxh3(self.source.as_bytes()).to_le_bytes();
        let file = xxh3(&self.print.written()).to_le_bytes();
        [name, file].concat()
    }

    fn key(&self, prefix: &[u8]) -> Vec<u8> {
        [prefix, &self.name()].concat()
    }

    fn record(&self, prefix: &[u8]) -> Record {
        let path = match self.is_passing {
            true => String::new(),
            false => self.path.display().to_string(),
        };
        let name = self.source.as_bytes();
        let length = (name.len() as u64).to_le_bytes();
        Record {
            shelf: Shelf::Source,
            key: self.key(prefix),
            value: Some([&self.print.written(), &length[..], name, path.as_bytes()].concat()),
        }
    }
}

impl Print {
    /// Of the first so many bytes of a file, or of all.
    pub fn of(path: &Path, bytes: Option<u64>) -> io::Result<Self> {
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

    /// Whether the file at `path`, whose print this is, is that one or begins with all of it.
    pub fn covers(self, path: &Path, other: Self) -> bool {
        self == other
            || self.bytes > other.bytes
                && Self::of(path, Some(other.bytes)).is_ok_and(|now| now == other)
    }

    /// Of the text that it is written as.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split_whitespace();
        let mut number = |radix| u64::from_str_radix(parts.next()?, radix).ok();
        Some(Self {
            bytes: number(10)?,
            head: number(16)?,
            tail: number(16)?,
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

impl fmt::Display for Print {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {:016x} {:016x}", self.bytes, self.head, self.tail)
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
        let is_seen = key.starts_with(SEEN);
        if is_seen && key.len() != SEEN.len() + NAME_BYTES {
            return Some(Self {
                source: text(value)?,
                path: None,
                is_seen,
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
            is_seen,
            print: Some(print),
            key: key.to_vec(),
        })
    }

    /// Hashes of its source's name and of the file.
    fn name(&self) -> &[u8] {
        let start = self.key.len().saturating_sub(NAME_BYTES);
        self.key.get(start..).unwrap_or_default()
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
        if key.starts_with(SEEN) || key.starts_with(UNSEEN) {
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

/// What notes that these files are being imported by rounds that are seen as they come.
///
/// # Errors
/// As [`unfinished`].
pub fn beginning(store: &Store, marks: &[Mark]) -> Result<Vec<Record>, ImportError> {
    beginning_as(store, marks, SEEN)
}

fn beginning_as(store: &Store, marks: &[Mark], prefix: &[u8]) -> Result<Vec<Record>, ImportError> {
    let known = unfinished(store)?;
    let known: BTreeSet<&[u8]> = known.iter().map(|one| one.key.as_slice()).collect();
    let is_new = |mark: &&Mark| !known.contains(mark.key(prefix).as_slice());
    let new = marks.iter().filter(is_new);
    Ok(new.map(|mark| mark.record(prefix)).collect())
}

/// What notes that these files are imported whole: whatever was cut off of them is struck out.
///
/// # Errors
/// As [`unfinished`].
pub fn ending(store: &Store, marks: &[Mark]) -> Result<Vec<Record>, ImportError> {
    let known = unfinished(store)?;
    let mut by_source: BTreeMap<&str, Vec<&Mark>> = BTreeMap::new();
    for mark in marks {
        by_source.entry(&mark.source).or_default().push(mark);
    }
    let is_complete = |one: &&Unfinished| {
        let mut marks = by_source.get(one.source.as_str()).into_iter().flatten();
        marks.any(|mark| mark.completes(one))
    };
    let complete = known.iter().filter(is_complete);
    Ok(complete.map(Unfinished::removal).collect())
}

/// Goes on with what the same import wrote before it was cut off; `false`: there is nothing to go on with,
/// and what another one left is dropped.
///
/// # Errors
/// [`ImportError`] when the store cannot be read or written.
pub fn go_on(store: &Store, note: &Note) -> Result<bool, ImportError> {
    if store.tail_note()? == Some(note.written()) && store.take_up_tail()? {
        return Ok(true);
    }
    store.drop_tail()?;
    Ok(false)
}

/// Notes that these files are being imported: what is written from now on is seen when [`finish`] says so. Cut off
/// in between, it leaves notes of files of which nothing is stored, which is what they say.
///
/// # Errors
/// As [`unfinished`].
pub fn begin(store: &Store, note: &Note, marks: &[Mark]) -> Result<(), ImportError> {
    let mut records = beginning_as(store, marks, UNSEEN)?;
    keep_all_but_some(store, &mut records)?;
    Ok(store.begin_tail(note.written(), records)?)
}

/// Shows all that was written since [`begin`], and writes what [`ending`] says. Cut off in between, nothing is
/// shown, and the notes that are left say so.
///
/// # Errors
/// As [`unfinished`].
pub fn finish(store: &Store, marks: &[Mark]) -> Result<(), ImportError> {
    let mut records = ending(store, marks)?;
    keep_all_but_some(store, &mut records)?;
    Ok(store.end_tail(records)?)
}

/// Writes records until as few are left as one commit takes beside something else.
fn keep_all_but_some(store: &Store, records: &mut Vec<Record>) -> Result<(), StoreError> {
    let (mut some, mut bytes) = (Vec::new(), 0);
    for record in std::mem::take(records) {
        let more = record.key.len() + record.value.as_ref().map_or(0, Vec::len);
        if bytes + more > RECORDS_BYTES_MAX / 2 && !some.is_empty() {
            store.append_with(Vec::new(), std::mem::take(&mut some))?;
            bytes = 0;
        }
        bytes += more;
        some.push(record);
    }
    *records = some;
    Ok(())
}

/// Notes that nobody waits for a source any more. What is stored of it unseen is dropped, with all else that the
/// same import wrote; the other files of that import are waited for as before.
///
/// # Errors
/// As [`unfinished`].
pub fn give_up(store: &Store, source: &str) -> Result<GivenUp, ImportError> {
    let mut known = unfinished(store)?;
    known.retain(|one| one.source == source);
    let note = store.tail_note()?;
    if note.is_some_and(|note| known.iter().any(|one| note::names(&note, one.name()))) {
        store.drop_tail()?;
    }
    let mut records: Vec<Record> = known.iter().map(Unfinished::removal).collect();
    keep_all_but_some(store, &mut records)?;
    if !records.is_empty() {
        store.append_with(Vec::new(), records)?;
    }
    Ok(GivenUp {
        files: known.len(),
        is_seen: known.iter().any(|one| one.is_seen),
    })
}

#[cfg(test)]
mod tests;
