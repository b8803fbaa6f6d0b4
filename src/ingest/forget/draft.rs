//! A file written anew beside itself, which takes its place when it is whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::ingest::rejects::PARTIAL;

const OWNER_ONLY: u32 = 0o600;

/// What stays of a file.
pub struct Draft {
    path: PathBuf,
    draft: PathBuf,
    out: BufWriter<File>,
    left_out: u64,
    is_settled: bool,
}

impl Draft {
    /// Begins, for that file.
    pub fn of(path: &Path) -> io::Result<Self> {
        let mut draft = path.as_os_str().to_owned();
        draft.push(PARTIAL);
        let draft = PathBuf::from(draft);
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(OWNER_ONLY)
            .open(&draft)?;
        Ok(Self {
            path: path.to_path_buf(),
            draft,
            out: BufWriter::new(file),
            left_out: 0,
            is_settled: false,
        })
    }

    /// These bytes stay.
    pub fn keep(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.write_all(bytes)
    }

    /// One record does not stay.
    pub fn leave_out(&mut self) {
        self.left_out += 1;
    }

    /// Takes the place of the file, unless all of it stays; gives how many records went.
    pub fn settle(mut self) -> io::Result<u64> {
        if self.left_out == 0 {
            return Ok(0);
        }
        self.out.flush()?;
        self.out.get_ref().sync_all()?;
        fs::rename(&self.draft, &self.path)?;
        self.is_settled = true;
        if let Some(folder) = self.path.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(self.left_out)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_settled {
            // What is left of it goes the next time.
            let _ = fs::remove_file(&self.draft);
        }
    }
}
