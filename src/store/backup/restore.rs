//! A store out of backups: a full one and those that follow on it, into a new folder, which
//! takes its name when everything in it has been written, read back and counted.

use std::fs;
use std::path::{Path, PathBuf};

use super::file::Backup;
use super::manifest::file_name;
use crate::base::limit;
use crate::schema::Schema;
use crate::store::Store;
use crate::store::block::{self, Body};
use crate::store::engine::sync_path;
use crate::store::error::StoreError;
use crate::store::folder::{self, RESTORING};
use crate::store::log::{VisitBlock, damaged_block};
use crate::store::open::parent_of;
use crate::store::options::Options;
use crate::store::rebuild::Rebuild;
use crate::store::tally::Tally;

/// A backup with those it follows on, the full one first.
pub struct Chain {
    backups: Vec<Backup>,
}

/// What was restored.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Restored {
    /// The folder.
    pub folder: PathBuf,
    /// The backups it was made of, the full one first.
    pub files: Vec<PathBuf>,
    /// The commit of the store that was backed up.
    pub commits: u64,
    /// Its log position.
    pub position: u64,
    /// Its customers, erased ones among them.
    pub customers: u32,
    /// Its events.
    pub events: u64,
    /// Records and names beside the facts.
    pub records: u64,
}

impl Chain {
    /// Finds the backups that one follows on in the folder in which it lies.
    pub fn of(path: &Path) -> Result<Chain, StoreError> {
        let mut backups = vec![Backup::open(path)?];
        while let Some(last) = backups.last()
            && let Some(base) = last.manifest.base
        {
            if backups.len() >= limit::BACKUP_CHAIN_MAX {
                return Err(StoreError::bad_backup(
                    path,
                    format!("it follows on more than {} others", limit::BACKUP_CHAIN_MAX),
                ));
            }
            let earlier = parent_of(path).join(file_name(base.commits));
            let found = Backup::open(&earlier)?;
            if found.name != base.name {
                let what = format!("{} is not the backup it follows on", earlier.display());
                return Err(StoreError::bad_backup(&last.path, what));
            }
            backups.push(found);
        }
        backups.reverse();
        Ok(Chain { backups })
    }

    /// The last one, whose state is restored.
    pub fn last(&self) -> Option<&Backup> {
        self.backups.last()
    }

    /// Visits the blocks of all of them in order, each position once.
    pub fn blocks(&self, visit: VisitBlock) -> Result<(), StoreError> {
        let mut next = 0;
        for (at, backup) in self.backups.iter().enumerate() {
            // Small blocks may have been joined since: from here on the later backup speaks.
            let later = self.backups.iter().skip(at + 1);
            let until = later.map(|later| later.manifest.from).min();
            let until = until.unwrap_or(u64::MAX);
            backup.blocks(&mut |bytes| {
                let (head, body, _) = block::open(bytes)
                    .map_err(|fault| StoreError::bad_backup(&backup.path, fault))?;
                if head.first >= until {
                    return Ok(());
                }
                if head.first != next {
                    let what = format!("facts from position {next} to {} are missing", head.first);
                    return Err(StoreError::bad_backup(&backup.path, what));
                }
                next += u64::from(head.summary.count);
                visit(&head, body)
            })?;
        }
        Ok(())
    }
}

/// What is done to a restored store before it takes its name.
pub type Finish<'a> = &'a mut dyn FnMut(&Store) -> Result<(), StoreError>;

/// Restores a chain into a folder that is new or empty.
pub fn restore(
    chain: &Chain,
    to: &Path,
    options: &Options,
    finish: Finish,
) -> Result<Restored, StoreError> {
    check_target(to)?;
    let Some(last) = chain.last() else {
        return Err(StoreError::NoEarlierBackup {
            folder: to.to_owned(),
        });
    };
    let told = last.manifest.tally();
    let draft = draft_of(to)?;
    clear(&draft)?;
    fs::create_dir_all(&draft).map_err(|error| StoreError::io("create", &draft, &error))?;
    folder::mark(&draft, RESTORING)?;
    let mut rebuild = Rebuild::begin(&draft, options, told.commits)?;
    chain.blocks(&mut |head, body| {
        let bytes = body.to_vec();
        let summary = head.summary;
        rebuild.block(&Body { bytes, summary })
    })?;
    last.records(&mut |key, value| rebuild.record(key.to_vec(), value.to_vec()))?;
    let (held, made) = rebuild.finish()?;
    drop(held);
    let counts = |tally: &Tally| {
        let facts = (tally.position, tally.events, tally.customers);
        (facts, tally.records, tally.digest)
    };
    if counts(&made) != counts(&told) {
        return Err(damaged_block(
            made.position,
            "what was restored is not what the backup counts",
        ));
    }
    let store = Store::open_with(&draft, &Schema::default(), options.clone())?;
    finish(&store)?;
    store.close()?;
    fs::rename(&draft, to).map_err(|error| StoreError::io("rename", &draft, &error))?;
    sync_path(parent_of(to))?;
    folder::unmark(to, RESTORING)?;
    Ok(Restored {
        folder: to.to_owned(),
        files: chain
            .backups
            .iter()
            .map(|backup| backup.path.clone())
            .collect(),
        commits: told.commits,
        position: told.position,
        customers: told.customers,
        events: told.events,
        records: told.records,
    })
}

/// Refuses a folder that holds anything.
pub fn check_target(to: &Path) -> Result<(), StoreError> {
    let mut entries = match fs::read_dir(to) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(StoreError::io("list", to, &error)),
    };
    match entries.next() {
        None => Ok(()),
        Some(entry) => {
            let name = entry.map(|entry| entry.file_name().to_string_lossy().into_owned());
            Err(StoreError::FolderTaken {
                folder: to.to_owned(),
                found: name.unwrap_or_else(|error| error.to_string()),
            })
        }
    }
}

/// Beside the target, so that a rename puts it there.
pub fn draft_of(to: &Path) -> Result<PathBuf, StoreError> {
    let name = to.file_name().ok_or_else(|| StoreError::NotAStore {
        folder: to.to_owned(),
        reason: "it has no name".to_owned(),
    })?;
    let mut draft = name.to_owned();
    draft.push(".restoring");
    Ok(parent_of(to).join(draft))
}

/// Removes what a restoring left that was cut off, and nothing else.
pub fn clear(draft: &Path) -> Result<(), StoreError> {
    if draft.join(RESTORING).exists() {
        return fs::remove_dir_all(draft).map_err(|error| StoreError::io("remove", draft, &error));
    }
    check_target(draft)
}
