//! A backup file that is read: its manifest at once, frames one after the other, each held
//! against its SHA-256 before a byte of it is believed.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::frame::{self, HEAD_BYTES, Kind};
use super::manifest::{END, Frame, HEAD, Manifest, TAIL_BYTES};
use crate::base::limit;
use crate::base::secret::sha256;
use crate::store::block::wire::Reader;
use crate::store::error::StoreError;
use crate::store::folder;

/// Gets a frame as the manifest tells of it, and unpacked.
type VisitFrame<'a> = &'a mut dyn FnMut(&Frame, &[u8]) -> Result<(), StoreError>;
/// Gets a whole key and its value.
pub type VisitRecord<'a> = &'a mut dyn FnMut(&[u8], &[u8]) -> Result<(), StoreError>;

/// An open backup.
pub struct Backup {
    /// Where it lies.
    pub path: PathBuf,
    /// What it says of itself.
    pub manifest: Manifest,
    /// [`Manifest::name`] of it.
    pub name: [u8; 32],
    file: File,
}

impl Backup {
    /// Reads head, tail and manifest.
    ///
    /// # Errors
    /// [`StoreError::BadBackup`] says what of it is damaged; another format of the store is named.
    pub fn open(path: &Path) -> Result<Backup, StoreError> {
        let file = File::open(path).map_err(|error| StoreError::io("open", path, &error))?;
        let about = file.metadata();
        let length = about
            .map_err(|error| StoreError::io("look at", path, &error))?
            .len();
        let bad = |what: &str| StoreError::bad_backup(path, what);
        let read = |at: u64, bytes: u64| read_at(&file, path, at, bytes);
        let (head, tail) = (HEAD.len() as u64, TAIL_BYTES as u64);
        if length < head + tail {
            return Err(bad("it is shorter than any backup"));
        }
        if read(0, head)? != HEAD {
            return Err(bad("its first bytes are not those of a backup"));
        }
        let end = read(length - tail, tail)?;
        let mut reader = Reader::new(&end);
        let (at, name) = (reader.long(), reader.take(32));
        let (Some(at), Some(name), Some(mark)) = (at, name, reader.take(END.len())) else {
            return Err(bad("its end is missing"));
        };
        if mark != END || at < head || at > length - tail {
            return Err(bad("its end is missing: it was cut off or never finished"));
        }
        let bytes = length - tail - at;
        if bytes > limit::BACKUP_FRAME_BYTES_MAX as u64 {
            return Err(bad("its manifest is damaged"));
        }
        let bytes = read(at, bytes)?;
        let found = Manifest::name(&bytes);
        if found != *name {
            return Err(bad("its manifest is damaged"));
        }
        let raw = frame::open(Kind::Manifest, &bytes);
        let manifest = raw.ok().and_then(|raw| Manifest::read(&raw));
        let manifest = manifest.ok_or_else(|| bad("its manifest is of another format"))?;
        folder::check_number(manifest.store_format, &manifest.program)?;
        let mut frames = manifest.frames.iter();
        let told = frames.try_fold(0_u64, |sum, frame| sum.checked_add(frame.bytes));
        if told != Some(at - head) {
            return Err(bad("its frames are not those of its manifest"));
        }
        Ok(Backup {
            path: path.to_owned(),
            manifest,
            name: found,
            file,
        })
    }

    /// Visits the wanted frames of a kind, unpacked.
    fn frames(
        &self,
        kind: Kind,
        wanted: &dyn Fn(&Frame) -> bool,
        visit: VisitFrame,
    ) -> Result<(), StoreError> {
        let mut at = HEAD.len() as u64;
        for told in &self.manifest.frames {
            let here = at;
            at += told.bytes;
            if told.kind != kind.code() || !wanted(told) {
                continue;
            }
            let bad = |fault: &str| {
                let what = format!("{} at byte {here}: {fault}", told.describe());
                StoreError::bad_backup(&self.path, what)
            };
            if told.bytes > (limit::BACKUP_FRAME_BYTES_MAX + HEAD_BYTES) as u64 {
                return Err(bad("the frame is larger than any"));
            }
            let bytes = read_at(&self.file, &self.path, here, told.bytes)?;
            if sha256(&bytes) != told.sha256 {
                return Err(bad("the bytes are not those that were written"));
            }
            visit(told, &frame::open(kind, &bytes).map_err(bad)?)?;
        }
        Ok(())
    }

    /// Visits its blocks as the log held them; frames that end at `position` or before it are not read.
    pub fn blocks_behind(
        &self,
        position: u64,
        visit: &mut dyn FnMut(&[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let wanted = |told: &Frame| position == 0 || told.positions.1 > position;
        self.frames(Kind::Blocks, &wanted, &mut |told, raw| {
            let mut reader = Reader::new(raw);
            while !reader.is_empty() {
                let block = reader.run();
                visit(block.ok_or_else(|| self.malformed(told))?)?;
            }
            Ok(())
        })
    }

    /// Visits its records and catalog entries: whole keys and values, by rising key.
    pub fn records(&self, visit: VisitRecord) -> Result<(), StoreError> {
        self.frames(Kind::Records, &|_| true, &mut |told, raw| {
            let mut reader = Reader::new(raw);
            while !reader.is_empty() {
                let pair = reader.run().zip(reader.run());
                let (key, value) = pair.ok_or_else(|| self.malformed(told))?;
                visit(key, value)?;
            }
            Ok(())
        })
    }

    /// Reads every frame.
    pub fn verify(&self) -> Result<(), StoreError> {
        self.records(&mut |_, _| Ok(()))?;
        self.blocks_behind(0, &mut |_| Ok(()))
    }

    fn malformed(&self, told: &Frame) -> StoreError {
        StoreError::bad_backup(
            &self.path,
            format!("{}: not of this format", told.describe()),
        )
    }
}

fn read_at(file: &File, path: &Path, at: u64, bytes: u64) -> Result<Vec<u8>, StoreError> {
    let mut read = vec![0; usize::try_from(bytes).unwrap_or(0)];
    file.read_exact_at(&mut read, at)
        .map_err(|error| StoreError::io("read", path, &error))?;
    Ok(read)
}
