//! The witness: a file outside the log that says how far the log must reach. sled takes
//! damage for a torn end and silently drops everything after it; only a counter that it does
//! not keep itself tells. Two slots written in turn, in pages of their own, so that a torn
//! write leaves the other one.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::error::StoreError;
use super::tally::Tally;
use crate::base::checksum::crc32;
use crate::base::limit;

/// Bytes of one slot.
pub const SLOT_BYTES: usize = 64;
/// Bytes from one slot to the other.
pub const SLOT_STRIDE_BYTES: u64 = 4_096;
const MAGIC: u32 = u32::from_le_bytes(*b"TaWi");

/// The open file and which slot is next.
pub struct Witness {
    path: PathBuf,
    file: File,
    next: u64,
    /// Found unreadable when it was opened: a write was torn, or somebody else wrote there.
    unreadable: Option<u64>,
    dirty: bool,
    synced: Instant,
}

impl Witness {
    /// Makes the file with both slots at `tally`, durable but for its name.
    pub fn create(path: &Path, tally: &Tally) -> Result<Witness, StoreError> {
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(path)
            .map_err(|error| StoreError::io("create", path, &error))?;
        let mut witness = Witness::around(path, file, 0);
        for _ in 0..2 {
            witness.write(tally)?;
        }
        witness.sync()?;
        Ok(witness)
    }

    /// Opens the file and gives what its newer sound slot says.
    pub fn open(path: &Path) -> Result<(Witness, Tally), StoreError> {
        let file = match File::options().read(true).write(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(StoreError::Witness {
                    reason: format!("{} is missing", path.display()),
                });
            }
            Err(error) => return Err(StoreError::io("open", path, &error)),
        };
        let read = |slot: u64| {
            let mut bytes = [0; SLOT_BYTES];
            file.read_exact_at(&mut bytes, slot * SLOT_STRIDE_BYTES)
                .ok()?;
            decode(&bytes)
        };
        let (first, second) = (read(0), read(1));
        let (seen, next) = match (first, second) {
            (Some(first), Some(second)) if first.epoch != second.epoch => {
                return Err(StoreError::Witness {
                    reason: "its two slots are of different stores".to_owned(),
                });
            }
            (Some(first), Some(second)) if second.commits > first.commits => (second, 0),
            (Some(first), _) => (first, 1),
            (None, Some(second)) => (second, 0),
            (None, None) => {
                return Err(StoreError::Witness {
                    reason: format!("both slots of {} are unreadable", path.display()),
                });
            }
        };
        let unreadable = match (first, second) {
            (None, _) => Some(0),
            (_, None) => Some(1),
            _ => None,
        };
        let witness = Witness {
            unreadable,
            ..Witness::around(path, file, next)
        };
        Ok((witness, seen))
    }

    fn around(path: &Path, file: File, next: u64) -> Witness {
        Witness {
            path: path.to_owned(),
            file,
            next,
            unreadable: None,
            dirty: false,
            synced: Instant::now(),
        }
    }

    /// What of the file could not be read, in words; the other slot tells enough.
    pub fn describe_unreadable(&self) -> Option<String> {
        let slot = self.unreadable? + 1;
        Some(format!(
            "slot {slot} of 2 of {} is not as it was written: torn by a cut, or damaged; the other one holds, and the next commit writes it anew",
            self.path.display()
        ))
    }

    /// Writes what a commit reached; durable after [`Witness::sync`].
    pub fn write(&mut self, tally: &Tally) -> Result<(), StoreError> {
        self.file
            .write_all_at(&encode(tally), self.next * SLOT_STRIDE_BYTES)
            .map_err(|error| self.failed("write", &error))?;
        self.next = 1 - self.next;
        self.dirty = true;
        Ok(())
    }

    /// Fsyncs, if something was written and the last fsync is long enough ago.
    pub fn sync_when_due(&mut self) -> Result<(), StoreError> {
        let pause = Duration::from_millis(limit::STORE_WITNESS_MS_MAX);
        if self.dirty && self.synced.elapsed() >= pause {
            self.sync()?;
        }
        Ok(())
    }

    /// Fsyncs.
    pub fn sync(&mut self) -> Result<(), StoreError> {
        self.file
            .sync_all()
            .map_err(|error| self.failed("fsync", &error))?;
        self.dirty = false;
        self.synced = Instant::now();
        Ok(())
    }

    /// Whether an fsync is still owed.
    pub fn is_dirty(&self) -> bool {
        self.dirty
    }

    fn failed(&self, action: &str, error: &std::io::Error) -> StoreError {
        StoreError::Write {
            reason: format!("{action} {}: {error}", self.path.display()),
        }
    }
}

/// Holds a store against what its witness saw. Behind: rolled back. Ahead: the witness, which
/// is fsynced less often, lost its last words. Equal: everything must agree.
pub fn compare(store: &Tally, seen: &Tally) -> Result<(), StoreError> {
    if store.epoch != seen.epoch {
        return Err(StoreError::Witness {
            reason: format!(
                "it belongs to another store ({:016x}, this one is {:016x})",
                seen.epoch, store.epoch
            ),
        });
    }
    if store.commits < seen.commits {
        return Err(StoreError::RolledBack {
            store: store.position,
            witness: seen.position,
            store_commits: store.commits,
            witness_commits: seen.commits,
        });
    }
    let same = store.position == seen.position
        && store.last_checksum == seen.last_checksum
        && store.records == seen.records
        && store.digest == seen.digest;
    if store.commits == seen.commits && !same {
        return Err(StoreError::damaged(format!(
            "log and witness disagree about commit {}: position {} and {}",
            store.commits, store.position, seen.position
        )));
    }
    Ok(())
}

fn encode(tally: &Tally) -> [u8; SLOT_BYTES] {
    let mut bytes = Vec::with_capacity(SLOT_BYTES);
    bytes.extend_from_slice(&MAGIC.to_le_bytes());
    bytes.extend_from_slice(&0_u64.to_le_bytes());
    for number in [
        tally.epoch,
        tally.commits,
        tally.position,
        tally.last_checksum,
        tally.records,
        tally.digest,
    ] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(&crc32(&bytes).to_le_bytes());
    let mut slot = [0; SLOT_BYTES];
    for (to, from) in slot.iter_mut().zip(bytes) {
        *to = from;
    }
    slot
}

fn decode(bytes: &[u8; SLOT_BYTES]) -> Option<Tally> {
    let (body, sum) = bytes.split_at_checked(SLOT_BYTES - 4)?;
    (sum == crc32(body).to_le_bytes()).then_some(())?;
    let (magic, rest) = body.split_at_checked(4)?;
    (magic == MAGIC.to_le_bytes()).then_some(())?;
    let mut numbers = rest
        .chunks_exact(8)
        .filter_map(|chunk| Some(u64::from_le_bytes(chunk.try_into().ok()?)))
        .skip(1);
    let mut next = || numbers.next();
    Some(Tally {
        epoch: next()?,
        commits: next()?,
        position: next()?,
        last_checksum: next()?,
        records: next()?,
        digest: next()?,
        ..Tally::default()
    })
}

#[cfg(test)]
mod tests;
