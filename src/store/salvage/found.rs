//! A log that opened for a salvage: a copy of one of the damaged store, without its snapshots of
//! pages, so that sled reads all of it again, or a backup written out as a log.

use std::fs;
use std::path::Path;

use crate::store::backup::Chain;
use crate::store::block::{self, Body};
use crate::store::catalog::Tables;
use crate::store::engine::{Engine, Order};
use crate::store::error::StoreError;
use crate::store::folder::{self, LOG};
use crate::store::key;
use crate::store::open;
use crate::store::options::Options;
use crate::store::rebuild::Rebuild;
use crate::store::tail::Tail;
use crate::store::tally::Tally;
use crate::store::verify;

/// A log that opened.
pub struct Found {
    /// What it is, in words.
    pub name: String,
    /// Its pages.
    pub engine: Engine,
    /// How far it says that the store had come, as far as it was seen.
    pub tally: Option<Tally>,
    /// As it was before an import that had not ended: nobody has seen what lies behind.
    pub floor: Option<Tally>,
    /// The same as told by a log that is older than what was acknowledged: the import may have ended since.
    pub floor_before: Option<Tally>,
    /// Blocks from this position on are not used.
    pub until: u64,
    /// Its names, when all of them can be read.
    pub tables: Option<Tables>,
    /// Whether its records are those that its own tally counts.
    pub sound: bool,
    /// Whether it is the backup.
    pub is_backup: bool,
    /// Of a backup that went another way: its rows below this one are those of the store.
    pub rows_shared: Option<u32>,
}

impl Found {
    /// Opens a copy of the log in a folder; `snapshots`: with sled's snapshots of its pages.
    pub fn copied(
        from: &Path,
        to: &Path,
        (name, snapshots): (&str, bool),
        options: &Options,
        seen: &[Tally],
    ) -> Result<Found, StoreError> {
        copy(from, to, snapshots)?;
        Self::open(to, described(name, snapshots), options, seen)
    }

    /// `seen` tells which log it is where its own tally is lost.
    fn open(
        folder: &Path,
        name: String,
        options: &Options,
        seen: &[Tally],
    ) -> Result<Found, StoreError> {
        let engine = Engine::open(folder, options.tuning)?;
        let tally = engine.get(key::TALLY).ok().flatten();
        let tally = tally.and_then(|bytes| Tally::decode(&bytes));
        let tables = open::read_tables(&engine).ok();
        let sound = tally.is_some_and(|tally| verify::check_records(&engine, &tally).is_ok());
        let is_own = |floor: &Tally| match &tally {
            Some(own) => own.epoch == floor.epoch,
            None => seen.iter().any(|seen| seen.epoch == floor.epoch),
        };
        let tail = Tail::read(&engine).ok().flatten();
        let told = tail.map(|tail| tail.floor).filter(is_own);
        let behind = told.and_then(|floor| acknowledged_behind(&floor, tally.as_ref(), seen));
        let floor = told.filter(|_| behind.is_none());
        Ok(Found {
            name,
            engine,
            tally: tally.map(|whole| floor.map_or(whole, |floor| floor.over(&whole))),
            floor,
            floor_before: told.filter(|_| behind.is_some()),
            until: behind.unwrap_or_else(|| floor.map_or(u64::MAX, |floor| floor.position)),
            tables,
            sound,
            is_backup: false,
            rows_shared: None,
        })
    }

    /// A backup as a log. What it says of itself is what the store said that it is of.
    pub fn of_backup(chain: &Chain, place: &Path, options: &Options) -> Result<Found, StoreError> {
        let told = chain.last().map(|last| last.manifest.tally());
        let mut rebuild = Rebuild::begin(place, options, 0)?;
        chain.blocks(&mut |head, body| {
            let bytes = body.to_vec();
            let summary = head.summary;
            rebuild.block(&Body { bytes, summary })
        })?;
        if let Some(last) = chain.last() {
            last.records(&mut |key, value| rebuild.record(key.to_vec(), value.to_vec()))?;
        }
        drop(rebuild.finish()?);
        let found = Found::open(&place.join(LOG), "the backup".to_owned(), options, &[])?;
        Ok(Found {
            is_backup: true,
            tally: told,
            ..found
        })
    }

    /// What of that was seen which a witness saw committed: an import may not have ended.
    pub fn seen_of(&self, witnessed: &Tally) -> Option<Tally> {
        let floor = self.floor.filter(|floor| floor.epoch == witnessed.epoch);
        floor.map(|floor| floor.over(witnessed))
    }

    /// What is not taken of an import, or taken although nobody knows that it ended, in words.
    pub fn describe_tail(&self) -> Result<Option<String>, StoreError> {
        let Some(floor) = self.floor.or(self.floor_before) else {
            return Ok(None);
        };
        let (name, from) = (&self.name, floor.position);
        if self.floor.is_none() && self.until > from {
            return Ok(Some(format!(
                "{name}: it is older than what was acknowledged, and an import that had not ended then may have ended since: what it has of it behind position {from} is taken"
            )));
        }
        let mut facts = 0;
        let (first, end) = (key::facts(from), key::facts(u64::MAX));
        self.engine
            .scan(&first, &end, Order::Rising, &mut |_, value| {
                let opened = block::open(value).ok();
                facts += opened.map_or(0, |(head, _, _)| u64::from(head.summary.count));
                Ok(true)
            })?;
        Ok((facts > 0).then(|| {
            format!(
                "{name}: {facts} facts behind position {from} are left out, of an import that had not ended"
            )
        }))
    }

    /// Commits that it says it has.
    pub fn commits(&self) -> u64 {
        self.tally.map_or(0, |tally| tally.commits)
    }

    /// Whether it has all that a witness of this very log saw acknowledged; without one nobody can tell.
    pub fn is_acknowledged(&self, seen: &[Tally]) -> bool {
        self.tally.is_some_and(|tally| {
            let own = seen.iter().filter(|seen| seen.epoch == tally.epoch);
            let witnessed = own.map(|seen| seen.commits).max();
            witnessed.is_some_and(|commits| tally.commits >= commits)
        })
    }

    /// What was found, in words.
    pub fn describe(&self, seen: &[Tally]) -> String {
        let reached = match &self.tally {
            Some(tally) => format!(
                "it reaches position {} and commit {}",
                tally.position, tally.commits
            ),
            None => "its tally is lost".to_owned(),
        };
        let records = match self.sound {
            false => "its records are damaged",
            true if self.is_backup || self.is_acknowledged(seen) => "its records are sound",
            true => "its records are sound, but nothing shows that they are the newest",
        };
        format!("{}: {reached}, {records}", self.name)
    }
}

/// Up to where a store was acknowledged whose log is older, so that it may not know that the import it tells of
/// has ended; `None`: the log is as new as that, or nobody can tell.
fn acknowledged_behind(floor: &Tally, own: Option<&Tally>, seen: &[Tally]) -> Option<u64> {
    let seen = seen.iter().filter(|seen| seen.epoch == floor.epoch);
    let newest = seen.max_by_key(|seen| seen.commits)?;
    (own?.commits < newest.commits).then_some(newest.position)
}

/// What is read of a log, in words.
pub fn described(name: &str, snapshots: bool) -> String {
    match snapshots {
        true => format!("{name} as it is"),
        false => format!("{name} without snap.*"),
    }
}

/// Copies a log; `snapshots`: with sled's snapshots of its pages.
fn copy(from: &Path, to: &Path, snapshots: bool) -> Result<(), StoreError> {
    if let Some(parent) = to.parent() {
        fs::create_dir_all(parent).map_err(|error| StoreError::io("create", parent, &error))?;
    }
    folder::copy_folder(from, to, true)?;
    if snapshots {
        return Ok(());
    }
    let entries = fs::read_dir(to).map_err(|error| StoreError::io("list", to, &error))?;
    for entry in entries {
        let path = entry
            .map_err(|error| StoreError::io("list", to, &error))?
            .path();
        let name = path.file_name().map(|name| name.to_string_lossy());
        if name.is_some_and(|name| name.starts_with("snap.")) {
            fs::remove_file(&path).map_err(|error| StoreError::io("remove", &path, &error))?;
        }
    }
    Ok(())
}
