//! A store out of backups: a full one and those that follow on it, into a new folder, which
//! takes its name when everything in it has been written, read back and counted.

use std::path::{Path, PathBuf};

use super::file::Backup;
use super::manifest::file_name;
use crate::base::limit;
use crate::schema::Schema;
use crate::store::Store;
use crate::store::block::{self, Body};
use crate::store::draft::Draft;
use crate::store::error::StoreError;
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
        if path.is_dir() {
            let what = match newest_but(path, None) {
                Some(newest) => format!(
                    "it is a folder; the newest in it that can be restored is {}",
                    newest.display()
                ),
                None => "it is a folder, and none in it can be restored".to_owned(),
            };
            return Err(StoreError::bad_backup(path, what));
        }
        Self::ending(Backup::open(path)?)
    }

    /// As [`Chain::of`], of an open one.
    pub fn ending(last: Backup) -> Result<Chain, StoreError> {
        let path = last.path.clone();
        match Self::read(last) {
            Err(Broken::Gap { after, missing }) => {
                let other = match newest_but(parent_of(&path), Some(&path)) {
                    Some(newest) => format!(
                        "the newest there that can be restored is {}",
                        newest.display()
                    ),
                    None => "no other one there can be restored".to_owned(),
                };
                let what = format!(
                    "{} follows on {}, which is not there; {other}",
                    after.display(),
                    missing.display()
                );
                Err(StoreError::bad_backup(&path, what))
            }
            Err(Broken::Other(error)) => Err(error),
            Ok(chain) => Ok(chain),
        }
    }

    fn read(last: Backup) -> Result<Chain, Broken> {
        let path = &last.path.clone();
        let mut backups = vec![last];
        while let Some(last) = backups.last()
            && let Some(base) = last.manifest.base
        {
            if backups.len() >= limit::BACKUP_CHAIN_MAX {
                let what = format!("it follows on more than {} others", limit::BACKUP_CHAIN_MAX);
                return Err(StoreError::bad_backup(path, what).into());
            }
            let earlier = parent_of(path).join(file_name(base.commits));
            if !earlier.exists() {
                return Err(Broken::Gap {
                    after: last.path.clone(),
                    missing: earlier,
                });
            }
            let found = Backup::open(&earlier)?;
            if found.name != base.name {
                let what = format!("{} is not the backup it follows on", earlier.display());
                return Err(StoreError::bad_backup(&last.path, what).into());
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

    /// Refuses when it has so many already that with one more it could not be restored.
    pub fn check_room(&self, backups_max: usize) -> Result<(), StoreError> {
        match self.last() {
            Some(last) if self.backups.len() >= backups_max => Err(StoreError::ChainBroken {
                path: last.path.clone(),
                what: format!("it is the last of {backups_max} that follow on each other"),
            }),
            _ => Ok(()),
        }
    }

    /// Visits the blocks of all of them in order, each position once.
    pub fn blocks(&self, visit: VisitBlock) -> Result<(), StoreError> {
        self.blocks_behind(0, visit)
    }

    /// As [`Chain::blocks`], without those that end at a position or before it.
    pub fn blocks_behind(&self, position: u64, visit: VisitBlock) -> Result<(), StoreError> {
        let mut next = (position == 0).then_some(0);
        for (at, backup) in self.backups.iter().enumerate() {
            // Small blocks may have been joined since: from here on the later backup speaks.
            let later = self.backups.iter().skip(at + 1);
            let until = later.map(|later| later.manifest.from).min();
            let until = until.unwrap_or(u64::MAX);
            backup.blocks_behind(position, &mut |bytes| {
                let (head, body, _) = block::open(bytes)
                    .map_err(|fault| StoreError::bad_backup(&backup.path, fault))?;
                let end = head.first + u64::from(head.summary.count);
                if head.first >= until || end <= position {
                    return Ok(());
                }
                if let Some(next) = next.filter(|next| *next != head.first) {
                    let what = format!("facts from position {next} to {} are missing", head.first);
                    return Err(StoreError::bad_backup(&backup.path, what));
                }
                next = Some(end);
                visit(&head, body)
            })?;
        }
        Ok(())
    }
}

/// Why a chain is none.
enum Broken {
    /// One of them is not there.
    Gap {
        /// What follows on it.
        after: PathBuf,
        /// Where it should lie.
        missing: PathBuf,
    },
    /// Anything else.
    Other(StoreError),
}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Broken::Other(error)
    }
}

/// The newest backup in a folder that is there with all those it follows on, but for that one. Frames are not read.
fn newest_but(folder: &Path, not: Option<&Path>) -> Option<PathBuf> {
    let numbers = super::write::numbers(folder).ok()?;
    let paths = numbers
        .into_iter()
        .rev()
        .map(|number| folder.join(file_name(number)));
    let mut others = paths.filter(|path| not.is_none_or(|not| path.file_name() != not.file_name()));
    others.find(|path| Backup::open(path).is_ok_and(|last| Chain::read(last).is_ok()))
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
    let Some(last) = chain.last() else {
        return Err(StoreError::NoEarlierBackup {
            folder: to.to_owned(),
        });
    };
    let told = last.manifest.tally();
    let draft = Draft::begin(to)?;
    let (draft, ()) = draft.fill(|place| {
        fill(chain, last, place, options)?;
        let store = Store::open_with(place, &Schema::default(), options.clone())?;
        finish(&store)?;
        store.close()
    })?;
    let made = draft.path().to_owned();
    let backups = chain.backups.iter();
    Ok(Restored {
        folder: draft.settle(&made)?,
        files: backups.map(|backup| backup.path.clone()).collect(),
        commits: told.commits,
        position: told.position,
        customers: told.customers,
        events: told.events,
        records: told.records,
    })
}

/// Writes all of it as a store that was closed in order, and counts it.
fn fill(chain: &Chain, last: &Backup, place: &Path, options: &Options) -> Result<(), StoreError> {
    let told = last.manifest.tally();
    let mut rebuild = Rebuild::begin(place, options, told.commits)?;
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
    match counts(&made) == counts(&told) {
        true => Ok(()),
        false => Err(damaged_block(
            made.position,
            "what was restored is not what the backup counts",
        )),
    }
}
