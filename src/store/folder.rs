//! The data folder around the log: who holds it (`LOCK`), what it is (`FORMAT`), whether it
//! was closed in order (`CLEAN`), and the copy that is taken before a doubtful opening.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::engine::{folder_bytes, sync_path};
use super::error::StoreError;
use super::space;
use super::swap;
use crate::base::limit;

/// Number of the format on disk.
pub const FORMAT: u32 = 1;
/// Subfolder of the log.
pub const LOG: &str = "sled";
/// Copy of the log from before the last opening that did not succeed.
pub const COPY: &str = "sled.before";
/// File of the witness.
pub const WITNESS: &str = "WITNESS";
/// In a folder that is being restored until it has its name: what is inside may be thrown away.
pub const RESTORING: &str = "RESTORING";
/// Rights of a folder that the program makes.
const OWNER_ONLY: u32 = 0o700;
/// Rights of anybody else.
const OTHERS: u32 = 0o077;
const COPYING: &str = "sled.copying";
const LOCK: &str = "LOCK";
const FORMAT_FILE: &str = "FORMAT";
const CREATING: &str = "CREATING";
const CLEAN: &str = "CLEAN";
const FORMAT_TITLE: &str = "tamis store";

/// The folder, held by this process until dropped.
pub struct Folder {
    path: PathBuf,
    /// Its lock is freed when it is closed.
    _lock: File,
}

/// What the folder held when it was locked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Nothing, or a making that was cut off before anything was acknowledged.
    New,
    /// A store of our format.
    Store {
        /// Whether it was closed in order.
        clean: bool,
    },
}

/// What was done about the log before it was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Copied {
    /// Nothing: it was closed in order, or is new.
    NotNeeded,
    /// It was copied.
    Done,
    /// The copy of an earlier opening that did not succeed was kept.
    Kept,
    /// The log is larger than [`limit::STORE_COPY_BYTES_MAX`], or the disk has no room for two.
    TooLarge,
}

impl Folder {
    /// Makes the folder if need be and takes its lock.
    pub fn lock(path: &Path) -> Result<Folder, StoreError> {
        let fresh = !path.exists();
        make(path)?;
        if fresh && let Some(parent) = path.parent().filter(|parent| parent.as_os_str() != "") {
            sync_path(parent)?;
        }
        refuse_strangers(path)?;
        let file = path.join(LOCK);
        let mut lock = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&file)
            .map_err(|error| StoreError::io("open", &file, &error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::Locked {
                    folder: path.to_owned(),
                    pid: holder(&file),
                });
            }
            Err(TryLockError::Error(error)) => {
                return Err(StoreError::io("lock", &file, &error));
            }
        }
        lock.set_len(0)
            .and_then(|()| lock.rewind())
            .and_then(|()| writeln!(lock, "{}", std::process::id()))
            .map_err(|error| StoreError::io("write", &file, &error))?;
        Ok(Folder {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// The folder's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A file or folder in it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// What it holds. Removes what a making left that was cut off.
    pub fn inspect(&self) -> Result<State, StoreError> {
        let format = self.join(FORMAT_FILE);
        if format.exists() {
            self.check_format(&format)?;
            remove_file(&self.join(CREATING))?;
            swap::settle(&self.path)?;
            if !self.join(LOG).join("db").exists() {
                return Err(StoreError::damaged(format!(
                    "{} is missing",
                    self.join(LOG).join("db").display()
                )));
            }
            let clean = self.join(CLEAN).exists();
            return Ok(State::Store { clean });
        }
        remove_folder(&self.join(LOG))?;
        remove_file(&self.join(WITNESS))?;
        Ok(State::New)
    }

    fn check_format(&self, path: &Path) -> Result<(), StoreError> {
        let mut text = String::new();
        File::open(path)
            .and_then(|file| file.take(1_000).read_to_string(&mut text))
            .map_err(|error| StoreError::io("read", path, &error))?;
        let mut lines = text.lines();
        let found = (lines.next() == Some(FORMAT_TITLE))
            .then(|| lines.next()?.strip_prefix("format ")?.parse::<u32>().ok())
            .flatten();
        let Some(found) = found else {
            return Err(StoreError::damaged(format!(
                "{} does not name a format",
                path.display()
            )));
        };
        let program = lines
            .next()
            .and_then(|line| line.strip_prefix("made by tamis "))
            .unwrap_or("of an unnamed version");
        check_number(found, program)
    }

    /// Marks the beginning of a making: until [`Folder::finish_making`] what is inside may be thrown away.
    pub fn begin_making(&self) -> Result<(), StoreError> {
        self.write_durably(CREATING, "a store is being made here\n")
    }

    /// From now on it is a store.
    pub fn finish_making(&self) -> Result<(), StoreError> {
        let version = env!("CARGO_PKG_VERSION");
        self.write_durably(
            FORMAT_FILE,
            &format!("{FORMAT_TITLE}\nformat {FORMAT}\nmade by tamis {version}\n"),
        )?;
        remove_file(&self.join(CREATING))
    }

    /// Takes the mark of an orderly close away, durably, before the log is touched.
    pub fn unmark_clean(&self) -> Result<(), StoreError> {
        remove_file(&self.join(CLEAN))?;
        sync_path(&self.path)
    }

    /// Marks an orderly close.
    pub fn mark_clean(&self) -> Result<(), StoreError> {
        self.write_durably(CLEAN, "closed in order\n")
    }

    fn write_durably(&self, name: &str, text: &str) -> Result<(), StoreError> {
        let path = self.join(name);
        let draft = self.join(&format!("{name}.new"));
        let mut file =
            File::create(&draft).map_err(|error| StoreError::io("create", &draft, &error))?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|error| StoreError::io("write", &draft, &error))?;
        fs::rename(&draft, &path).map_err(|error| StoreError::io("rename", &draft, &error))?;
        sync_path(&self.path)
    }

    /// Copies the log before an opening that may change it for the worse: shared bytes where the
    /// file system can, else a plain copy of at most [`limit::STORE_COPY_BYTES_MAX`] when the
    /// disk keeps its reserve beside it. An earlier copy is kept: it is nearer to what was lost.
    pub fn copy_log(&self, free: u64) -> Result<Copied, StoreError> {
        remove_folder(&self.join(COPYING))?;
        if self.join(COPY).exists() {
            return Ok(Copied::Kept);
        }
        let log = self.join(LOG);
        let bytes = folder_bytes(&log)?;
        let plain = bytes <= limit::STORE_COPY_BYTES_MAX
            && free >= bytes.saturating_add(limit::STORE_FREE_BYTES_MIN);
        if !copy_folder(&log, &self.join(COPYING), plain)? {
            remove_folder(&self.join(COPYING))?;
            return Ok(Copied::TooLarge);
        }
        let (from, to) = (self.join(COPYING), self.join(COPY));
        fs::rename(&from, &to).map_err(|error| StoreError::io("rename", &from, &error))?;
        sync_path(&self.path)?;
        Ok(Copied::Done)
    }

    /// Removes the copy once the log has proved sound.
    pub fn drop_copy(&self) -> Result<(), StoreError> {
        let (from, to) = (self.join(COPY), self.join(COPYING));
        if !from.exists() {
            return Ok(());
        }
        // Renamed first: half a copy must never pass for a whole one.
        fs::rename(&from, &to).map_err(|error| StoreError::io("rename", &from, &error))?;
        sync_path(&self.path)?;
        remove_folder(&to)
    }
}

/// Refuses the number of another format, with the version that wrote it.
pub fn check_number(found: u32, program: &str) -> Result<(), StoreError> {
    let (known, program) = (FORMAT, program.to_owned());
    match found.cmp(&FORMAT) {
        std::cmp::Ordering::Equal => Ok(()),
        std::cmp::Ordering::Less => Err(StoreError::OlderFormat {
            found,
            known,
            program,
        }),
        std::cmp::Ordering::Greater => Err(StoreError::NewerFormat {
            found,
            known,
            program,
        }),
    }
}

/// Makes a folder that is its owner's alone, as what lies in it names every customer; those around it are made as
/// any others. One that is there stays as it is.
pub fn make(path: &Path) -> Result<(), StoreError> {
    let failed = |error| StoreError::io("create", path, &error);
    if let Some(parent) = path.parent().filter(|parent| parent.as_os_str() != "") {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    match DirBuilder::new().mode(OWNER_ONLY).create(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        other => other.map_err(failed),
    }
}

/// What a folder lets others do, when that is anything: it is told of, and stays as it is.
pub fn open_to_others(path: &Path) -> Option<StoreError> {
    let mode = fs::metadata(path).ok()?.permissions().mode();
    (mode & OTHERS != 0).then(|| StoreError::OpenToOthers {
        folder: path.to_owned(),
        mode: mode & 0o777,
    })
}

/// Whether the folder says that it is a store.
pub fn is_store(path: &Path) -> bool {
    path.join(FORMAT_FILE).exists()
}

/// Makes an empty file there, durably.
pub fn mark(folder: &Path, name: &str) -> Result<(), StoreError> {
    let path = folder.join(name);
    File::create(&path).map_err(|error| StoreError::io("create", &path, &error))?;
    sync_path(folder)
}

/// Removes such a file, durably.
pub fn unmark(folder: &Path, name: &str) -> Result<(), StoreError> {
    remove_file(&folder.join(name))?;
    sync_path(folder)
}

/// A folder with other things in it is left alone, before even a lock is put there.
fn refuse_strangers(path: &Path) -> Result<(), StoreError> {
    if path.join(FORMAT_FILE).exists() || path.join(CREATING).exists() {
        return Ok(());
    }
    let entries = fs::read_dir(path).map_err(|error| StoreError::io("list", path, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| StoreError::io("list", path, &error))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if [LOCK, "CREATING.new", "lost+found", RESTORING].contains(&&*name) {
            continue;
        }
        let reason = if name == LOG {
            format!("it has a folder {LOG}, but no file {FORMAT_FILE} that says what it is")
        } else {
            format!("it holds {name} and no file {FORMAT_FILE}")
        };
        return Err(StoreError::NotAStore {
            folder: path.to_owned(),
            reason,
        });
    }
    Ok(())
}

/// The process that holds a folder now, or held it last.
pub fn holder_of(path: &Path) -> Option<u32> {
    holder(&path.join(LOCK))
}

/// The process named in a lock file. The holder writes its number a moment after taking the lock.
pub fn holder(file: &Path) -> Option<u32> {
    let deadline = Instant::now() + Duration::from_millis(200);
    loop {
        let read = fs::read_to_string(file).ok()?;
        match read.trim().parse().ok() {
            Some(pid) => return Some(pid),
            None if Instant::now() >= deadline => return None,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// Copies files and folders; `false` when they cannot be shared and `plain` is not allowed.
pub fn copy_folder(from: &Path, to: &Path, plain: bool) -> Result<bool, StoreError> {
    fs::create_dir(to).map_err(|error| StoreError::io("create", to, &error))?;
    let entries = fs::read_dir(from).map_err(|error| StoreError::io("list", from, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| StoreError::io("list", from, &error))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            if !copy_folder(&source, &target, plain)? {
                return Ok(false);
            }
        } else if space::share(&source, &target).is_err() {
            if !plain {
                return Ok(false);
            }
            copy_file(&source, &target)?;
        }
    }
    sync_path(to)?;
    Ok(true)
}

fn copy_file(from: &Path, to: &Path) -> Result<(), StoreError> {
    fs::copy(from, to).map_err(|error| StoreError::io("copy", from, &error))?;
    sync_path(to)
}

fn remove_file(path: &Path) -> Result<(), StoreError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::io("remove", path, &error))
        }
        _ => Ok(()),
    }
}

/// Removes a folder, if it is there.
pub fn remove_folder(path: &Path) -> Result<(), StoreError> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::io("remove", path, &error))
        }
        _ => Ok(()),
    }
}
