//! Making a backup of a store that may serve meanwhile: the facts up to a position and the
//! records as of one commit, under another name until all of it is on the disk.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use super::file::Backup;
use super::frame::{self, Gathered, Kind};
use super::line;
use super::manifest::{self, Base, END, Frame, HEAD, Manifest, file_name};
use super::restore::Chain;
use crate::base::limit;
use crate::base::secret::sha256;
use crate::store::block::{self, Body};
use crate::store::draft::{self, Held};
use crate::store::engine::sync_path;
use crate::store::error::StoreError;
use crate::store::log::{self, Shared};
use crate::store::open::parent_of;
use crate::store::pin::Pin;
use crate::store::tally::{Tally, pair_hash};

/// Ending of a backup's name while it is written.
const DRAFT: &str = ".new";

/// What is wanted.
pub struct Job<'a> {
    /// The folder it goes to; made if need be.
    pub folder: &'a Path,
    /// Only what came since the newest backup of the same log in that folder.
    pub incremental: bool,
    /// Asked now and then; `true` gives it up.
    pub stop: &'a dyn Fn() -> bool,
}

/// What was made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BackedUp {
    /// The file.
    pub path: PathBuf,
    /// Its bytes.
    pub bytes: u64,
    /// The commit it is of.
    pub commits: u64,
    /// The log position it reaches.
    pub position: u64,
    /// Log position of the first fact in it.
    pub from: u64,
    /// Records and names in it.
    pub records: u64,
    /// Whether it was there already: nothing had changed.
    pub repeated: bool,
}

/// Makes a backup of the store as it is now.
pub fn write(shared: &Shared, job: &Job<'_>) -> Result<BackedUp, StoreError> {
    make_folder(job.folder)?;
    clear(job.folder)?;
    // Blocks keep their places while they are read.
    let _layout = shared.layout.read().unwrap_or_else(PoisonError::into_inner);
    let (pin, tally) = {
        let gate = shared.gate.lock();
        let _gate = gate.unwrap_or_else(PoisonError::into_inner);
        (shared.pins.begin()?, shared.tally())
    };
    let base = match job.incremental {
        true => Some(newest(job.folder, &tally)?),
        false => None,
    };
    let path = job.folder.join(file_name(tally.commits));
    if let Some(known) = known(&path, &tally, job.incremental)? {
        return Ok(known);
    }
    if let Some(base) = &base {
        base.check_room(limit::BACKUP_CHAIN_MAX)?;
        line::check(&shared.engine, &tally, base)?;
    }
    let draft = job.folder.join(file_name(tally.commits) + DRAFT);
    let last = base.as_ref().and_then(Chain::last);
    let mut writing = Draft::create(&draft)?;
    let written = fill(&mut writing, shared, &pin, &tally, last, job.stop);
    // It is held until it has its name: what nobody holds is removed.
    let named = written.and_then(|written| {
        fs::rename(&draft, &path).map_err(|error| StoreError::io("rename", &draft, &error))?;
        Ok(written)
    });
    let (manifest, bytes) = named.inspect_err(|_| {
        // It is of no use; the error that is told says why.
        let _ = fs::remove_file(&draft);
    })?;
    sync_path(job.folder)?;
    Ok(BackedUp {
        path,
        bytes,
        commits: tally.commits,
        position: tally.position,
        from: manifest.from,
        records: tally.records,
        repeated: false,
    })
}

fn make_folder(folder: &Path) -> Result<(), StoreError> {
    let fresh = !folder.exists();
    fs::create_dir_all(folder).map_err(|error| StoreError::io("create", folder, &error))?;
    match fresh {
        true => sync_path(parent_of(folder)),
        false => Ok(()),
    }
}

/// Removes what processes left that were killed while they wrote: files that nobody holds. One that cannot
/// be opened belongs to somebody else.
fn clear(folder: &Path) -> Result<(), StoreError> {
    let entries = fs::read_dir(folder).map_err(|error| StoreError::io("list", folder, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| StoreError::io("list", folder, &error))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_draft = name.strip_suffix(DRAFT).and_then(manifest::commits_in);
        if is_draft.is_some()
            && let Ok(Held::Ours(_)) = draft::hold(&entry.path())
        {
            let path = entry.path();
            fs::remove_file(&path).map_err(|error| StoreError::io("remove", &path, &error))?;
        }
    }
    Ok(())
}

/// Commits of the backups in a folder, rising.
pub fn numbers(folder: &Path) -> Result<Vec<u64>, StoreError> {
    let entries = fs::read_dir(folder).map_err(|error| StoreError::io("list", folder, &error))?;
    let mut numbers = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| StoreError::io("list", folder, &error))?;
        numbers.extend(manifest::commits_in(&entry.file_name().to_string_lossy()));
    }
    numbers.sort_unstable();
    Ok(numbers)
}

/// The newest backup of that log in a folder that is not further than the log, with those it follows on: where
/// one of them is missing, nothing that follows could ever be restored.
fn newest(folder: &Path, tally: &Tally) -> Result<Chain, StoreError> {
    let mut refused = None;
    for number in numbers(folder)?.into_iter().rev() {
        match Backup::open(&folder.join(file_name(number))) {
            Ok(backup) if backup.manifest.tally().epoch == tally.epoch => {
                if backup.manifest.tally().commits > tally.commits {
                    refused = refused.or(Some(line::ahead(&backup, tally)));
                    continue;
                }
                let path = backup.path.clone();
                return Chain::ending(backup).map_err(|error| StoreError::ChainBroken {
                    path,
                    what: error.to_string(),
                });
            }
            Ok(_) => {}
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    Err(refused.unwrap_or_else(|| StoreError::NoEarlierBackup {
        folder: folder.to_owned(),
    }))
}

/// The file of this commit, when it is there: it must be one of this very store. One that follows on
/// others does not pass for a full one, which takes its place then, unless another one follows on it.
fn known(path: &Path, tally: &Tally, incremental: bool) -> Result<Option<BackedUp>, StoreError> {
    if !path.exists() {
        return Ok(None);
    }
    let found = Backup::open(path)?;
    if found.manifest.tally() != *tally {
        return Err(StoreError::FolderTaken {
            folder: parent_of(path).to_owned(),
            found: format!("the backup {} of another store", path.display()),
        });
    }
    if !incremental && found.manifest.base.is_some() {
        return match follower(&found)? {
            None => Ok(None),
            Some(later) => Err(StoreError::FolderTaken {
                folder: parent_of(path).to_owned(),
                found: format!(
                    "{} is an incremental backup of this commit, and {} follows on it",
                    path.display(),
                    later.display()
                ),
            }),
        };
    }
    let bytes = fs::metadata(path).map_err(|error| StoreError::io("look at", path, &error))?;
    Ok(Some(BackedUp {
        path: path.to_owned(),
        bytes: bytes.len(),
        commits: tally.commits,
        position: tally.position,
        from: found.manifest.from,
        records: tally.records,
        repeated: true,
    }))
}

/// A backup beside one that follows on it. One that is damaged follows on nothing that could be restored.
fn follower(backup: &Backup) -> Result<Option<PathBuf>, StoreError> {
    for number in numbers(parent_of(&backup.path))? {
        let later = match Backup::open(&backup.path.with_file_name(file_name(number))) {
            Err(StoreError::BadBackup { .. }) => continue,
            other => other?,
        };
        let base = later.manifest.base;
        if base.is_some_and(|base| base.name == backup.name) {
            return Ok(Some(later.path));
        }
    }
    Ok(None)
}

fn fill(
    draft: &mut Draft<'_>,
    shared: &Shared,
    pin: &Pin<'_>,
    tally: &Tally,
    base: Option<&Backup>,
    stop: &dyn Fn() -> bool,
) -> Result<(Manifest, u64), StoreError> {
    let mut manifest = Manifest::new(
        tally,
        tally.position,
        base.map(|base| Base {
            commits: base.manifest.tally().commits,
            name: base.name,
        }),
    );
    draft.write(HEAD)?;
    draft.records(shared, pin, tally, &mut manifest, stop)?;
    let since = base.map_or(0, |base| base.manifest.tally().position);
    draft.blocks(shared, tally, since, &mut manifest, stop)?;
    let at = draft.bytes;
    let raw = postcard::to_allocvec(&manifest)
        .map_err(|error| StoreError::bad_backup(draft.path, error.to_string()))?;
    let frame = draft.seal(Kind::Manifest, &raw)?;
    draft.write(&frame)?;
    draft.write(&at.to_le_bytes())?;
    draft.write(&Manifest::name(&frame))?;
    draft.write(END)?;
    draft.finish()?;
    Ok((manifest, draft.bytes))
}

/// The file while it is written.
struct Draft<'a> {
    path: &'a Path,
    file: File,
    bytes: u64,
}

impl<'a> Draft<'a> {
    fn create(path: &'a Path) -> Result<Self, StoreError> {
        let file = match draft::hold(path)? {
            Held::Ours(file) | Held::Unlocked(file) => file,
            Held::Others => return Err(StoreError::BackupRuns),
        };
        let emptied = file.set_len(0);
        emptied.map_err(|error| StoreError::io("empty", path, &error))?;
        Ok(Self {
            path,
            file,
            bytes: 0,
        })
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let written = self.file.write_all(bytes);
        written.map_err(|error| StoreError::io("write", self.path, &error))?;
        self.bytes += bytes.len() as u64;
        Ok(())
    }

    fn finish(&self) -> Result<(), StoreError> {
        let synced = self.file.sync_all();
        synced.map_err(|error| StoreError::io("fsync", self.path, &error))
    }

    fn seal(&self, kind: Kind, raw: &[u8]) -> Result<Vec<u8>, StoreError> {
        frame::seal(kind, raw).map_err(|error| StoreError::io("pack", self.path, &error))
    }

    /// Writes what was gathered as one frame.
    fn frame(
        &mut self,
        kind: Kind,
        gathered: &mut Gathered,
        positions: (u64, u64),
        manifest: &mut Manifest,
    ) -> Result<(), StoreError> {
        let Gathered { raw, items } = std::mem::take(gathered);
        if items == 0 {
            return Ok(());
        }
        let frame = self.seal(kind, &raw)?;
        self.write(&frame)?;
        manifest.frames.push(Frame {
            kind: kind.code(),
            bytes: frame.len() as u64,
            sha256: sha256(&frame),
            items,
            positions,
        });
        Ok(())
    }

    /// All records and names, which must be those that the tally counts.
    fn records(
        &mut self,
        shared: &Shared,
        pin: &Pin<'_>,
        tally: &Tally,
        manifest: &mut Manifest,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), StoreError> {
        let mut gathered = Gathered::default();
        let (mut count, mut digest) = (0, 0);
        pin.read(&shared.engine, &mut |key, value| {
            count += 1;
            digest ^= pair_hash(&key, &value);
            gathered.push(&[&key, &value]);
            if gathered.is_full() {
                give_up(stop)?;
                self.frame(Kind::Records, &mut gathered, (0, 0), manifest)?;
            }
            Ok(())
        })?;
        if (count, digest) != (tally.records, tally.digest) {
            return Err(StoreError::damaged(
                "its records are not those that its tally counts",
            ));
        }
        self.frame(Kind::Records, &mut gathered, (0, 0), manifest)
    }

    /// The blocks from the one that holds `since` up to the tally; every checksum and link is held.
    fn blocks(
        &mut self,
        shared: &Shared,
        tally: &Tally,
        since: u64,
        manifest: &mut Manifest,
        stop: &dyn Fn() -> bool,
    ) -> Result<(), StoreError> {
        let mut gathered = Gathered::default();
        let mut positions: Option<(u64, u64)> = None;
        log::walk(&shared.engine, tally, since, &mut |head, body| {
            manifest.from = manifest.from.min(head.first);
            let end = head.first + u64::from(head.summary.count);
            positions = Some((positions.map_or(head.first, |(first, _)| first), end));
            let body = Body {
                bytes: body.to_vec(),
                summary: head.summary,
            };
            let (block, _) = block::seal(&body, head.first, head.before);
            gathered.push(&[&block]);
            if gathered.is_full() {
                give_up(stop)?;
                let covered = positions.take().unwrap_or_default();
                self.frame(Kind::Blocks, &mut gathered, covered, manifest)?;
            }
            Ok(())
        })?;
        let covered = positions.unwrap_or_default();
        self.frame(Kind::Blocks, &mut gathered, covered, manifest)
    }
}

fn give_up(stop: &dyn Fn() -> bool) -> Result<(), StoreError> {
    match stop() {
        true => Err(StoreError::BackupStopped),
        false => Ok(()),
    }
}
