//! The only user of sled, in six functions: put a batch, get, scan, sync, size, close;
//! and the opening that guards against what sled does to a folder it cannot read.
//! Knows keys and values as bytes; what they mean is said in [`super::key`].

use std::fs::{self, File};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::error::StoreError;
use crate::base::limit;

/// Settings of the engine. Only tests that prove the need of a rule change any of them.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// Bytes of one segment of sled's log; fixed for the life of a folder.
    pub segment_bytes: usize,
    /// Bytes of the largest value.
    pub value_bytes_max: usize,
    /// Every how many syncs the file is really fsynced; 0 = never. 1 is the only durable one.
    pub fsync_every: u64,
    /// Whether files in `blobs/` are let pass.
    pub blobs_allowed: bool,
}

impl Default for Tuning {
    fn default() -> Self {
        Self {
            segment_bytes: limit::STORE_SEGMENT_BYTES,
            value_bytes_max: limit::STORE_VALUE_BYTES_MAX,
            fsync_every: 1,
            blobs_allowed: false,
        }
    }
}

/// Direction of a scan.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// By rising key.
    Rising,
    /// By falling key.
    Falling,
}

/// Gets key and value of a scan; says whether to go on.
pub type Visit<'a> = &'a mut dyn FnMut(&[u8], &[u8]) -> Result<bool, StoreError>;

/// One key with its new value; `None` removes it.
pub type Change = (Vec<u8>, Option<Vec<u8>>);

/// An ordered map of bytes that survives power cuts after [`Engine::sync`].
pub struct Engine {
    db: sled::Db,
    /// `db` of the folder, kept open for our own fsync: sled's flush is none on Linux.
    file: File,
    folder: PathBuf,
    blobs: PathBuf,
    tuning: Tuning,
    syncs: std::sync::atomic::AtomicU64,
}

impl Engine {
    /// Opens or makes the folder. Waits up to 5 s for sled's own lock, which an engine closed a
    /// moment ago frees late, and up to [`limit::STORE_OPEN_SECONDS_MAX`] for the whole.
    /// A panic inside sled is an error here.
    pub fn open(folder: &Path, tuning: Tuning) -> Result<Engine, StoreError> {
        remove_unfinished_snapshots(folder)?;
        let (sender, receiver) = mpsc::sync_channel(1);
        let path = folder.to_owned();
        std::thread::Builder::new()
            .name("tamis-open".to_owned())
            .spawn(move || {
                let opened = guarded(|| open_when_unlocked(&path, tuning));
                // The receiver is gone when the deadline has passed; then the engine is dropped here.
                let _ = sender.send(opened);
            })
            .map_err(|error| StoreError::io("start a thread to open", folder, &error))?;
        let seconds = limit::STORE_OPEN_SECONDS_MAX;
        let db = receiver
            .recv_timeout(Duration::from_secs(seconds))
            .map_err(|_| StoreError::OpenTimeout { seconds })??;
        let path = folder.join("db");
        let file = File::options()
            .read(true)
            .write(true)
            .open(&path)
            .map_err(|error| StoreError::io("open", &path, &error))?;
        Ok(Engine {
            db,
            file,
            folder: folder.to_owned(),
            blobs: folder.join("blobs"),
            tuning,
            syncs: std::sync::atomic::AtomicU64::new(0),
        })
    }

    /// Makes the names of sled's files durable; sled syncs none of them. Once, after the first open.
    pub fn sync_names(&self) -> Result<(), StoreError> {
        for name in ["conf", "db", "blobs"] {
            sync_path(&self.folder.join(name))?;
        }
        sync_path(&self.folder)
    }

    /// Applies all changes at once or none. Not durable before [`Engine::sync`].
    pub fn put(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        let mut batch = sled::Batch::default();
        for (key, value) in changes {
            let Some(value) = value else {
                batch.remove(key);
                continue;
            };
            if value.len() > self.tuning.value_bytes_max || key.len() > limit::STORE_KEY_BYTES_MAX {
                return Err(StoreError::TooLarge {
                    what: "a stored value".to_owned(),
                    bytes: value.len() as u64,
                    bytes_max: self.tuning.value_bytes_max as u64,
                });
            }
            batch.insert(key, value);
        }
        guarded_write(|| self.db.apply_batch(batch).map_err(write_error))
    }

    /// The value of a key.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        guarded(|| {
            let value = self.db.get(key).map_err(read_error)?;
            Ok(value.map(|value| value.to_vec()))
        })
    }

    /// Visits keys and values from `from` on, below `until`; the visitor says whether to go on.
    pub fn scan(
        &self,
        from: &[u8],
        until: &[u8],
        order: Order,
        visit: Visit,
    ) -> Result<(), StoreError> {
        let mut range = self.db.range(from..until);
        loop {
            let next = guarded(|| {
                let item = match order {
                    Order::Rising => range.next(),
                    Order::Falling => range.next_back(),
                };
                item.transpose().map_err(read_error)
            })?;
            let Some((key, value)) = next else {
                return Ok(());
            };
            if !visit(&key, &value)? {
                return Ok(());
            }
        }
    }

    /// Makes all changes durable: sled writes, then the file is fsynced by us.
    /// Fails too when a value has become a file of its own, which nobody would fsync.
    pub fn sync(&self) -> Result<(), StoreError> {
        guarded_write(|| self.db.flush().map_err(write_error))?;
        let count = 1 + self
            .syncs
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if self.tuning.fsync_every != 0 && count.is_multiple_of(self.tuning.fsync_every) {
            self.file.sync_all().map_err(|error| StoreError::Write {
                reason: format!("fsync: {error}"),
            })?;
        }
        if !self.tuning.blobs_allowed && !self.blobs_empty()? {
            return Err(StoreError::Write {
                reason: "a value was written outside the file that is fsynced".to_owned(),
            });
        }
        Ok(())
    }

    fn blobs_empty(&self) -> Result<bool, StoreError> {
        let mut entries = fs::read_dir(&self.blobs)
            .map_err(|error| StoreError::io("list", &self.blobs, &error))?;
        Ok(entries.next().is_none())
    }

    /// Names in `blobs/`, where nothing may lie: as long as something does, nothing more is taken.
    pub fn strays(&self) -> Result<Vec<String>, StoreError> {
        let failed = |error: std::io::Error| StoreError::io("list", &self.blobs, &error);
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.blobs).map_err(failed)? {
            names.push(entry.map_err(failed)?.path().display().to_string());
        }
        names.sort();
        Ok(names)
    }

    /// Bytes of the folder's files.
    pub fn size(&self) -> Result<u64, StoreError> {
        folder_bytes(&self.folder)
    }

    /// Writes what is left and lets go of the files.
    pub fn close(self) -> Result<(), StoreError> {
        let Engine { db, .. } = self;
        let flushed = guarded_write(|| db.flush().map(|_| ()).map_err(write_error));
        guarded(|| {
            drop(db);
            Ok(())
        })?;
        flushed
    }
}

/// Bytes of all files below a folder.
pub fn folder_bytes(folder: &Path) -> Result<u64, StoreError> {
    let failed = |error: &std::io::Error| StoreError::io("list", folder, error);
    let mut bytes = 0;
    for entry in fs::read_dir(folder).map_err(|error| failed(&error))? {
        let entry = entry.map_err(|error| failed(&error))?;
        let path = entry.path();
        match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => bytes += folder_bytes(&path)?,
            Ok(metadata) => bytes += metadata.len(),
            // Files of sled come and go while it is open.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(StoreError::io("look at", &path, &error)),
        }
    }
    Ok(bytes)
}

/// Fsyncs a file or folder by its path.
pub fn sync_path(path: &Path) -> Result<(), StoreError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(|error| StoreError::io("fsync", path, &error))
}

/// An unfinished snapshot would be read as the newest one and refuse the whole folder; its rename
/// is its commit, so without it there is nothing to lose.
fn remove_unfinished_snapshots(folder: &Path) -> Result<(), StoreError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(StoreError::io("list", folder, &error)),
    };
    for entry in entries {
        let path = entry
            .map_err(|error| StoreError::io("list", folder, &error))?
            .path();
        let name = path.file_name().map(|name| name.to_string_lossy());
        if name.is_some_and(|name| name.starts_with("snap.") && name.ends_with(".generating")) {
            fs::remove_file(&path).map_err(|error| StoreError::io("remove", &path, &error))?;
        }
    }
    Ok(())
}

fn open_when_unlocked(path: &Path, tuning: Tuning) -> Result<sled::Db, StoreError> {
    let deadline = Instant::now() + Duration::from_secs(limit::STORE_LOCK_SECONDS_MAX);
    loop {
        let opened = sled::Config::new()
            .path(path)
            .segment_size(tuning.segment_bytes)
            .cache_capacity(limit::STORE_CACHE_BYTES)
            .flush_every_ms(None)
            .use_compression(false)
            .mode(sled::Mode::LowSpace)
            .open();
        match opened {
            Ok(db) => return Ok(db),
            Err(error) if is_locked(&error) && Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(5));
            }
            Err(error) if is_locked(&error) => {
                return Err(StoreError::Locked {
                    folder: path.to_owned(),
                    pid: None,
                });
            }
            Err(sled::Error::Io(error)) if error.raw_os_error().is_some() => {
                return Err(StoreError::io("open the log in", path, &error));
            }
            Err(error) => return Err(read_error(error)),
        }
    }
}

fn is_locked(error: &sled::Error) -> bool {
    matches!(error, sled::Error::Io(io) if io.to_string().contains("could not acquire lock"))
}

fn read_error(error: sled::Error) -> StoreError {
    match error {
        sled::Error::Io(io) => StoreError::damaged(format!("the log could not be read: {io}")),
        sled::Error::Corruption { at, .. } => StoreError::damaged(match at {
            Some(at) => format!("the log holds other bytes than were written, at {at}"),
            None => "the log holds other bytes than were written".to_owned(),
        }),
        other => StoreError::damaged(format!("the log could not be read: {other}")),
    }
}

fn write_error(error: sled::Error) -> StoreError {
    StoreError::Write {
        reason: error.to_string(),
    }
}

/// Turns a panic inside sled while it reads into damage.
fn guarded<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    caught(work, |said| {
        StoreError::damaged(format!("reading its log failed: {said}"))
    })
}

/// Turns a panic inside sled while it writes into a failed write: what the disk holds is unknown then.
fn guarded_write<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    caught(work, |said| StoreError::Write {
        reason: format!("its log gave up: {said}"),
    })
}

fn caught<T>(
    work: impl FnOnce() -> Result<T, StoreError>,
    failed: impl FnOnce(&str) -> StoreError,
) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let said = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied())
            .unwrap_or("no reason given");
        Err(failed(said))
    })
}

#[cfg(test)]
mod tests;
