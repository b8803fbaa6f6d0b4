//! A file written anew beside itself, which takes its place when it is whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::ingest::rejects::PARTIAL;

const OWNER_ONLY: u32 = 0o600;

/// What stays of a file. Nothing is written before the first record that does not.
pub struct Draft {
    path: PathBuf,
    draft: PathBuf,
    /// Bytes of the file that stay before anything goes.
    before: u64,
    out: Option<BufWriter<File>>,
    left_out: u64,
}

impl Draft {
    /// Begins, for that file.
    pub fn of(path: &Path) -> Self {
        let mut draft = path.as_os_str().to_owned();
        draft.push(PARTIAL);
        Self {
            path: path.to_path_buf(),
            draft: PathBuf::from(draft),
            before: 0,
            out: None,
            left_out: 0,
        }
    }

    /// These bytes stay; they are the next of the file as long as nothing was left out.
    pub fn keep(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.out {
            Some(out) => out.write_all(bytes),
            None => {
                self.before += bytes.len() as u64;
                Ok(())
            }
        }
    }

    /// One record does not stay.
    pub fn leave_out(&mut self) -> io::Result<()> {
        self.left_out += 1;
        self.begin()
    }

    /// One record stays, and these bytes stand in its place.
    pub fn change(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.begin()?;
        self.keep(bytes)
    }

    /// Writes all that stays before.
    fn begin(&mut self) -> io::Result<()> {
        if self.out.is_some() {
            return Ok(());
        }
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(OWNER_ONLY)
            .open(&self.draft)?;
        let out = self.out.insert(BufWriter::new(file));
        io::copy(&mut File::open(&self.path)?.take(self.before), out)?;
        Ok(())
    }

    /// Takes the place of the file, unless all of it stays; gives how many records went.
    pub fn settle(mut self) -> io::Result<u64> {
        let Some(mut out) = self.out.take() else {
            return Ok(0);
        };
        let written = out.flush().and_then(|()| out.get_ref().sync_all());
        if let Err(error) = written.and_then(|()| fs::rename(&self.draft, &self.path)) {
            self.out = Some(out);
            return Err(error);
        }
        if let Some(folder) = self.path.parent() {
            File::open(folder)?.sync_all()?;
        }
        Ok(self.left_out)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if self.out.is_some() {
            // What is left of it goes the next time.
            let _ = fs::remove_file(&self.draft);
        }
    }
}
