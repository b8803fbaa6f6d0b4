//! The list of a folder of columns: of what they were made, and which files count. It is renamed into
//! its place when all it names is on the disk.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::file::{self, VERSION};
use crate::base::calendar::Zone;
use crate::base::checksum::xxh3;
use crate::base::limit::COLUMN_FILES_MAX;
use crate::schema::Schema;

const LIST: &str = "COLUMNS";
const DRAFT: &str = ".new";
const OWNER_ONLY: u32 = 0o600;

/// What lies in the folder.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    version: u64,
    program: String,
    /// Of what they were made, but for the log.
    mark: Mark,
    /// Log position after the last fact in it.
    pub position: u64,
    pub base: String,
    pub parts: Vec<Part>,
}

/// A file of events of one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub kind: u16,
    /// First of the 30 dates that may be in it.
    pub bucket: i32,
    pub file: String,
    pub cells: u64,
}

/// A hash of all that columns of one log and position depend on: format, program, the shape of the
/// schema, the zone and its clock changes. It is in the name of each file, so that none takes the place
/// of another whose content differs. The shape is hashed as it is written for people, which may change
/// from version to version: then they are made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark(u64);

impl Mark {
    pub fn of(schema: &Schema, zone: &Zone) -> Self {
        let program = env!("CARGO_PKG_VERSION");
        let (shape, digest) = (schema.shape(), zone.digest());
        let said = format!("{VERSION} {program} {shape:?} {:?} {digest}", zone.name());
        Self(xxh3(said.as_bytes()))
    }

    /// The name of the file of all but events.
    pub fn base(self, position: u64) -> String {
        format!("base.{position}.{:016x}.col", self.0)
    }

    /// The name of a file of events of one kind, from a bucket on.
    pub fn part(self, kind: u16, bucket: i32, position: u64) -> String {
        format!("{kind}.{bucket}.{position}.{:016x}.col", self.0)
    }
}

/// The name of a file that is not whole yet.
pub fn draft(name: &str) -> String {
    format!("{name}{DRAFT}")
}

impl List {
    pub fn new(mark: Mark, position: u64, base: String, parts: Vec<Part>) -> Self {
        Self {
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            mark,
            position,
            base,
            parts,
        }
    }

    /// The list of a folder; why there is none, in words.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let list = Self::of(&Self::sealed(folder)?);
        list.ok_or_else(|| format!("{}: it is of another format", folder.join(LIST).display()))
    }

    /// Whether a folder has one.
    pub fn is_there(folder: &Path) -> bool {
        folder.join(LIST).exists()
    }

    /// Of its bytes; `None` = they are of another format.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        postcard::from_bytes(bytes).ok()
    }

    /// The bytes of the list, whose checksum holds.
    pub fn sealed(folder: &Path) -> Result<Vec<u8>, String> {
        let path = folder.join(LIST);
        let told = |why: &str| format!("{}: {why}", path.display());
        let mut bytes = fs::read(&path).map_err(|error| told(&error.to_string()))?;
        let (list, sum) = bytes
            .split_last_chunk::<8>()
            .ok_or_else(|| told("it was cut off"))?;
        if *sum != xxh3(list).to_le_bytes() {
            return Err(told("it is damaged"));
        }
        bytes.truncate(list.len());
        Ok(bytes)
    }

    /// Whether its columns can be used for that; why not, in words.
    pub fn fits(&self, mark: Mark, until: u64) -> Result<(), String> {
        let why = if self.version != VERSION || self.program != env!("CARGO_PKG_VERSION") {
            "they were made by another version"
        } else if self.mark != mark {
            "they were made under another schema or other clock changes"
        } else if self.position > until {
            "they reach further than the log"
        } else if self.parts.len() > COLUMN_FILES_MAX {
            "they are more files than there may be"
        } else {
            return Ok(());
        };
        Err(why.to_owned())
    }

    /// Whether it is of those columns at that very position.
    pub fn is_of(&self, mark: Mark, position: u64) -> bool {
        self.position == position && self.fits(mark, position).is_ok()
    }

    /// Makes it the one that counts.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        let mut bytes = postcard::to_allocvec(self).map_err(io::Error::other)?;
        let sum = xxh3(&bytes);
        bytes.extend_from_slice(&sum.to_le_bytes());
        let draft = draft(LIST);
        let mut file = fs::OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(OWNER_ONLY)
            .open(folder.join(&draft))?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        file::settle(folder, &draft, LIST)?;
        file::sync(folder)
    }
}

/// Removes what the list of a folder does not name, everything where there is none: what a saving left that failed
/// or was cut off, and what the last one replaced. Whoever has such a file mapped keeps it.
///
/// # Errors
/// The system refuses; the saved columns are not concerned.
pub fn tidy(folder: &Path) -> io::Result<()> {
    let list = List::read(folder).ok();
    let named = list.iter().flat_map(|list| {
        let parts = list.parts.iter().map(|part| part.file.as_str());
        parts.chain([LIST, &list.base])
    });
    let named: BTreeSet<&str> = named.collect();
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let is_named = named.contains(&*entry.file_name().to_string_lossy());
        // Whoever put a folder here has to take it away.
        if !is_named && !entry.file_type()?.is_dir() {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
