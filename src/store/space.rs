//! Room on the disk: how much is free, the ballast that is freed when it runs out in spite
//! of the guard, and copies that share their bytes where the file system can.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::StoreError;
use super::options::{FreeBytes, Options};
use crate::base::limit;

/// The file that is given up first.
pub const BALLAST: &str = "BALLAST";

/// Bytes that we may still write to the file system of a folder.
pub fn free_bytes(folder: &Path) -> io::Result<u64> {
    let found = rustix::fs::statvfs(folder)?;
    Ok(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Bytes that must be free before a commit of that payload.
pub fn needed_bytes(payload: usize) -> u64 {
    limit::STORE_FREE_BYTES_MIN.max((payload as u64).saturating_mul(limit::STORE_FREE_COMMITS_MIN))
}

/// Whether a disk has room for what is usual, to be asked by whoever does not write.
#[derive(Clone)]
pub struct Room {
    folder: PathBuf,
    free_bytes: FreeBytes,
}

impl Room {
    pub(super) fn of(folder: &Path, options: &Options) -> Self {
        Self {
            folder: folder.to_owned(),
            free_bytes: Arc::clone(&options.free_bytes),
        }
    }

    /// Refuses as a commit of a few facts would be.
    ///
    /// # Errors
    /// [`StoreError::NoSpace`], or that the system does not tell.
    pub fn check(&self) -> Result<(), StoreError> {
        let free = (self.free_bytes)(&self.folder)
            .map_err(|error| StoreError::io("ask for free space of", &self.folder, &error))?;
        let needed = needed_bytes(0);
        match free < needed {
            true => Err(StoreError::NoSpace { free, needed }),
            false => Ok(()),
        }
    }
}

/// Sets the ballast aside when it is not there and the disk has sixteen times its size to
/// spare. Without it the store works as well; it only cannot make room by itself.
pub fn keep_ballast(folder: &Path, free: u64, bytes: u64) -> io::Result<()> {
    let path = folder.join(BALLAST);
    if bytes == 0 || path.exists() || free < bytes.saturating_mul(16) {
        return Ok(());
    }
    let file = File::create(&path)?;
    let allocated = rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, bytes);
    if allocated.is_err() {
        // A file system without allocation gives no room back either.
        fs::remove_file(&path)?;
    }
    Ok(())
}

/// Gives the ballast up. Whether there was one.
pub fn drop_ballast(folder: &Path) -> bool {
    fs::remove_file(folder.join(BALLAST)).is_ok()
}

/// Makes `to` share the bytes of `from`; fails where the file system cannot.
pub fn share(from: &Path, to: &Path) -> io::Result<()> {
    let source = File::open(from)?;
    let target = File::create(to)?;
    if let Err(error) = rustix::fs::ioctl_ficlone(&target, &source) {
        drop(target);
        fs::remove_file(to)?;
        return Err(error.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ballast_is_kept_only_where_there_is_plenty() {
        let folder = tempfile::tempdir().unwrap();
        keep_ballast(folder.path(), 15_999, 1_000).unwrap();
        assert!(!drop_ballast(folder.path()));
        keep_ballast(folder.path(), 16_000, 1_000).unwrap();
        let made = fs::metadata(folder.path().join(BALLAST)).map(|found| found.len());
        assert!(made.is_err() || made.is_ok_and(|bytes| bytes == 1_000));
        drop_ballast(folder.path());
        assert!(!folder.path().join(BALLAST).exists());
    }

    #[test]
    fn small_commits_want_the_floor_and_large_ones_a_multiple() {
        assert_eq!(needed_bytes(0), 64 << 20);
        assert_eq!(needed_bytes(8 << 20), 128 << 20);
    }
}
