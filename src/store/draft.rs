//! What is in the making beside the place whose name it will take: a folder that becomes a store,
//! a file that becomes a backup. Whoever makes it holds a lock on it, so that what a killed process
//! left behind can be told from what another one is at work on.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::engine::sync_path;
use super::error::StoreError;
use super::folder::{self, RESTORING};
use super::open::parent_of;
use crate::base::limit;

/// What of people lies here is nobody else's.
const OWNER_ONLY: u32 = 0o600;

/// Who holds a file.
pub enum Held {
    /// This process, as long as the file is open.
    Ours(File),
    /// Another one.
    Others,
    /// Nobody knows: the file system has no locks.
    Unlocked(File),
}

/// Opens or makes a file and takes its lock; what it holds is left as it is.
pub fn hold(path: &Path) -> Result<Held, StoreError> {
    for _ in 0..limit::FILE_LOCK_TRIES_MAX {
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(OWNER_ONLY)
            .open(path)
            .map_err(|error| StoreError::io("create", path, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(Held::Others),
            Err(TryLockError::Error(_)) => return Ok(Held::Unlocked(file)),
        }
        // Whoever held it a moment ago may have renamed or removed it since.
        let ours = file.metadata();
        let ours = ours.map_err(|error| StoreError::io("look at", path, &error))?;
        let named = fs::metadata(path).ok();
        if named.is_some_and(|named| (named.dev(), named.ino()) == (ours.dev(), ours.ino())) {
            return Ok(Held::Ours(file));
        }
    }
    Ok(Held::Others)
}

/// A folder in which a store is made until it takes its name.
pub struct Draft {
    path: PathBuf,
    to: PathBuf,
    /// Its lock is freed when it is closed.
    _mark: File,
}

impl Draft {
    /// Begins one beside a target that is new or empty. What a making left that was cut off goes;
    /// another one that is at work is left alone.
    pub fn begin(to: &Path) -> Result<Draft, StoreError> {
        check_target(to)?;
        let path = draft_of(to)?;
        let mark = path.join(RESTORING);
        if !mark.exists() {
            check_target(&path)?;
            folder::make(&path)?;
        }
        let mut held = match hold(&mark)? {
            Held::Ours(file) | Held::Unlocked(file) => file,
            Held::Others => {
                return Err(StoreError::Locked {
                    pid: folder::holder(&mark),
                    folder: path,
                });
            }
        };
        held.set_len(0)
            .and_then(|()| writeln!(held, "{}", std::process::id()))
            .map_err(|error| StoreError::io("write", &mark, &error))?;
        sync_path(&path)?;
        clear(&path)?;
        Ok(Draft {
            path,
            to: to.to_owned(),
            _mark: held,
        })
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the store that was made in it, or in a folder of it, its name; what else is in it goes.
    pub fn settle(self, made: &Path) -> Result<PathBuf, StoreError> {
        if let Err(error) = fs::rename(made, &self.to) {
            let error = StoreError::io("rename", made, &error);
            self.discard();
            return Err(error);
        }
        sync_path(parent_of(&self.to))?;
        match made == self.path {
            true => folder::unmark(&self.to, RESTORING)?,
            false => folder::remove_folder(&self.path)?,
        }
        Ok(self.to)
    }

    /// Does the work in it; when that fails, the folder goes.
    pub fn fill<T>(
        self,
        work: impl FnOnce(&Path) -> Result<T, StoreError>,
    ) -> Result<(Draft, T), StoreError> {
        match work(&self.path) {
            Ok(made) => Ok((self, made)),
            Err(error) => {
                self.discard();
                Err(error)
            }
        }
    }

    /// What cannot be removed now is cleared by the next making; the error that is told says why.
    fn discard(self) {
        let _ = folder::remove_folder(&self.path);
    }
}

/// Removes everything but the mark, which is held.
fn clear(draft: &Path) -> Result<(), StoreError> {
    let entries = fs::read_dir(draft).map_err(|error| StoreError::io("list", draft, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| StoreError::io("list", draft, &error))?;
        let path = entry.path();
        if entry.file_name() == RESTORING {
            continue;
        }
        let removed = match path.is_dir() && !path.is_symlink() {
            true => fs::remove_dir_all(&path),
            false => fs::remove_file(&path),
        };
        removed.map_err(|error| StoreError::io("remove", &path, &error))?;
    }
    Ok(())
}

/// Refuses a target that holds anything, or that no rename can replace.
pub fn check_target(to: &Path) -> Result<(), StoreError> {
    let taken = |found: &str| StoreError::FolderTaken {
        folder: to.to_owned(),
        found: found.to_owned(),
    };
    let failed = |action, error: &std::io::Error| StoreError::io(action, to, error);
    // With a slash behind it a link would be the folder it leads to.
    let named = parent_of(to).join(name_of(to)?);
    let about = match fs::symlink_metadata(named) {
        Ok(about) => about,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("look at", &error)),
    };
    if about.is_symlink() {
        return Err(taken("it is a link; name the folder that it leads to"));
    }
    let beside = fs::metadata(parent_of(to)).map_err(|error| failed("look beside", &error))?;
    if about.is_dir() && about.dev() != beside.dev() {
        return Err(taken("a file system is mounted on it; name a folder in it"));
    }
    let mut entries = fs::read_dir(to).map_err(|error| failed("list", &error))?;
    match entries.next() {
        None => Ok(()),
        Some(entry) => {
            let name = entry.map_err(|error| failed("list", &error))?.file_name();
            Err(taken(&name.to_string_lossy()))
        }
    }
}

/// Beside the target, so that a rename puts it there.
fn draft_of(to: &Path) -> Result<PathBuf, StoreError> {
    let mut draft = name_of(to)?.to_owned();
    draft.push(".restoring");
    Ok(parent_of(to).join(draft))
}

fn name_of(to: &Path) -> Result<&OsStr, StoreError> {
    to.file_name().ok_or_else(|| StoreError::NotAStore {
        folder: to.to_owned(),
        reason: "it has no name".to_owned(),
    })
}
