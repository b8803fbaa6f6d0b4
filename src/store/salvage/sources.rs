//! Logs that are read for a salvage: copies of the damaged one without its snapshots of pages,
//! so that sled reads all of it again, and a backup written out as a log.

use std::fs;
use std::path::Path;

use crate::store::backup::Chain;
use crate::store::block::{self, Body, Summary};
use crate::store::catalog::Tables;
use crate::store::engine::{Engine, Order};
use crate::store::error::StoreError;
use crate::store::folder::{self, COPY, LOG, WITNESS};
use crate::store::key;
use crate::store::log::damaged_block;
use crate::store::open;
use crate::store::options::Options;
use crate::store::rebuild::Rebuild;
use crate::store::swap::{self, COMPACT};
use crate::store::tally::Tally;
use crate::store::verify;
use crate::store::witness::Witness;

use super::Records;

/// A block whose checksum holds, in one of the logs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Block {
    /// Its first position.
    pub first: u64,
    count: u32,
    source: usize,
}

impl Block {
    /// The position after its last fact.
    pub fn end(&self) -> u64 {
        self.first + u64::from(self.count)
    }
}

/// Everything that could be read.
pub struct Sources {
    engines: Vec<Engine>,
    /// By first position; of several the longest first.
    blocks: Vec<Block>,
    /// Which of the engines has the records, and how sound they are.
    records: (usize, Records),
    /// The longest list of names: they are only ever added.
    pub catalog: Tables,
    /// How far the store was acknowledged, as far as anyone knows.
    pub end: u64,
    /// How many customers it had, as far as anyone knows.
    pub customers: u32,
    /// Commits counted so far.
    pub commits: u64,
    /// What was read, in words.
    pub tried: Vec<String>,
}

/// A log that opened.
struct Found {
    engine: Engine,
    tally: Option<Tally>,
    tables: Option<Tables>,
    sound: bool,
    is_backup: bool,
}

impl Sources {
    /// Copies and opens whatever there is below `place`.
    pub fn read(
        data: &Path,
        backup: Option<&Chain>,
        place: &Path,
        options: &Options,
    ) -> Result<Sources, StoreError> {
        let mut tried = Vec::new();
        let mut found = Vec::new();
        let compacted = format!("{COMPACT}/{LOG}");
        let mut logs = vec![(COPY, false), (LOG, false), (LOG, true)];
        if swap::is_begun(data) {
            logs.insert(0, (&compacted, false));
        }
        for (name, snapshots) in logs {
            let from = data.join(name);
            // As it is only when nothing else is sound: its snapshots may be what is damaged.
            let needed = !snapshots || !found.iter().any(|log: &Found| log.sound);
            if !needed || !from.join("db").exists() {
                continue;
            }
            let to = place.join(tried.len().to_string());
            let opened = copied(&from, &to, snapshots).and_then(|()| Found::open(&to, options));
            let how = if snapshots {
                "as it is"
            } else {
                "without snap.*"
            };
            tried.push(match &opened {
                Ok(log) => format!("{name} {how}: {}", log.describe()),
                Err(error) => format!("{name} {how}: {error}"),
            });
            found.extend(opened.ok());
        }
        if let Some(chain) = backup {
            let log = of_backup(chain, &place.join("backup"), options)?;
            tried.push(format!("the backup: {}", log.describe()));
            found.push(log);
        }
        let seen = Witness::open(&data.join(WITNESS))
            .ok()
            .map(|(_, seen)| seen);
        if let Some(seen) = &seen {
            tried.push(format!(
                "{WITNESS}: acknowledged up to position {}",
                seen.position
            ));
        }
        Self::of(found, seen, tried)
    }

    fn of(
        found: Vec<Found>,
        seen: Option<Tally>,
        tried: Vec<String>,
    ) -> Result<Sources, StoreError> {
        let nothing = || StoreError::NothingToSalvage {
            tried: tried.join("; "),
        };
        let tallies = || found.iter().filter_map(|log| log.tally).chain(seen);
        let place = |wanted: &dyn Fn(&Found) -> bool| found.iter().position(wanted);
        let records = place(&|log| log.sound && !log.is_backup)
            .map(|at| (at, Records::Sound))
            .or_else(|| place(&|log| log.is_backup).map(|at| (at, Records::OfBackup)))
            .or_else(|| place(&|log| log.tables.is_some()).map(|at| (at, Records::Doubtful)));
        let records = records.ok_or_else(nothing)?;
        let names = found.iter().filter_map(|log| log.tables.clone());
        let catalog = names.max_by_key(|tables| tables.entries);
        let (end, commits) = (
            tallies().map(|tally| tally.position).max().unwrap_or(0),
            tallies().map(|tally| tally.commits).max().unwrap_or(0),
        );
        let customers = tallies().map(|tally| tally.customers).max().unwrap_or(0);
        let mut sources = Sources {
            blocks: Vec::new(),
            records,
            catalog: catalog.ok_or_else(nothing)?,
            end,
            customers,
            commits,
            engines: found.into_iter().map(|log| log.engine).collect(),
            tried,
        };
        sources.find_blocks();
        match sources.blocks.is_empty() && sources.end > 0 {
            true => Err(StoreError::NothingToSalvage {
                tried: sources.tried.join("; "),
            }),
            false => Ok(sources),
        }
    }

    fn find_blocks(&mut self) {
        let mut blocks = Vec::new();
        let mut faults = Vec::new();
        for (source, engine) in self.engines.iter().enumerate() {
            let (from, until) = (key::facts(0), key::facts(u64::MAX));
            let read = engine.scan(&from, &until, Order::Rising, &mut |key, value| {
                let opened = block::open(value).ok();
                let first = key::facts_position(key);
                if let Some(((head, _, _), first)) = opened.zip(first)
                    && head.first == first
                {
                    blocks.push(Block {
                        first,
                        count: head.summary.count,
                        source,
                    });
                }
                Ok(true)
            });
            if let Err(error) = read {
                faults.push(format!("reading log {} on: {error}", source + 1));
            }
        }
        self.tried.extend(faults);
        blocks.sort_by_key(|block| (block.first, u32::MAX - block.count, block.source));
        self.blocks = blocks;
    }

    /// A block that holds the fact at a position.
    pub fn at(&self, position: u64) -> Option<&Block> {
        let end = self.blocks.partition_point(|block| block.first <= position);
        let before = self.blocks.get(..end).unwrap_or_default();
        // A block has at most 4,096 facts, so that only near ones may reach so far.
        let near = before.iter().rev().take_while(|block| {
            block.first + crate::base::limit::BLOCK_FACTS_MAX as u64 > position
        });
        near.filter(|block| block.end() > position)
            .min_by_key(|block| (position - block.first, block.source))
    }

    /// The first block behind a position.
    pub fn after(&self, position: u64) -> Option<&Block> {
        self.from(position + 1).next()
    }

    /// Blocks from a position on.
    pub fn from(&self, position: u64) -> impl Iterator<Item = &Block> {
        let start = self.blocks.partition_point(|block| block.first < position);
        self.blocks.get(start..).unwrap_or_default().iter()
    }

    /// What a block holds.
    pub fn bytes(&self, block: &Block) -> Result<(Summary, Vec<u8>), StoreError> {
        let gone = || damaged_block(block.first, "it was there a moment ago");
        let engine = self.engines.get(block.source).ok_or_else(gone)?;
        let value = engine.get(&key::facts(block.first))?.ok_or_else(gone)?;
        let (head, body, _) =
            block::open(&value).map_err(|fault| damaged_block(block.first, fault))?;
        Ok((head.summary, body.to_vec()))
    }

    /// Visits the names, and the records of the soundest log; says how sound.
    pub fn records(
        &self,
        put: &mut dyn FnMut(Vec<u8>, Vec<u8>) -> Result<(), StoreError>,
    ) -> Result<Records, StoreError> {
        let (at, how) = self.records;
        let mut sound = how;
        // Names first, from the log that has most of them.
        let named = self
            .engines
            .iter()
            .max_by_key(|engine| open::read_tables(engine).map_or(0, |tables| tables.entries));
        let names = [key::CATALOG];
        if let Some(engine) = named {
            engine.scan(
                &names,
                &[key::CATALOG + 1],
                Order::Rising,
                &mut |key, value| {
                    put(key.to_vec(), value.to_vec())?;
                    Ok(true)
                },
            )?;
        }
        let Some(engine) = self.engines.get(at) else {
            return Ok(sound);
        };
        for (from, until) in key::beside_facts() {
            let read = engine.scan(&from, &until, Order::Rising, &mut |key, value| {
                if key != key::TALLY && key.first() != Some(&key::CATALOG) {
                    put(key.to_vec(), value.to_vec())?;
                }
                Ok(true)
            });
            match read {
                Err(StoreError::Damaged { .. }) => sound = Records::Doubtful,
                other => other?,
            }
        }
        Ok(sound)
    }

    /// Lets go of the copies.
    pub fn close(self) -> Result<(), StoreError> {
        self.engines.into_iter().try_for_each(Engine::close)
    }
}

impl Found {
    fn open(folder: &Path, options: &Options) -> Result<Found, StoreError> {
        let engine = Engine::open(folder, options.tuning)?;
        let tally = engine.get(key::TALLY).ok().flatten();
        let tally = tally.and_then(|bytes| Tally::decode(&bytes));
        let tables = open::read_tables(&engine).ok();
        let sound = tally.is_some_and(|tally| verify::check_records(&engine, &tally).is_ok());
        Ok(Found {
            engine,
            tally,
            tables,
            sound,
            is_backup: false,
        })
    }

    fn describe(&self) -> String {
        let reached = match &self.tally {
            Some(tally) => format!("it reaches position {}", tally.position),
            None => "its tally is lost".to_owned(),
        };
        match self.sound {
            true => format!("{reached}, its records are sound"),
            false => format!("{reached}, its records are damaged"),
        }
    }
}

/// A backup as a log.
fn of_backup(chain: &Chain, place: &Path, options: &Options) -> Result<Found, StoreError> {
    let commits = chain.last().map_or(0, |last| last.manifest.tally().commits);
    let mut rebuild = Rebuild::begin(place, options, commits)?;
    chain.blocks(&mut |head, body| {
        let bytes = body.to_vec();
        let summary = head.summary;
        rebuild.block(&Body { bytes, summary })
    })?;
    if let Some(last) = chain.last() {
        last.records(&mut |key, value| rebuild.record(key.to_vec(), value.to_vec()))?;
    }
    drop(rebuild.finish()?);
    let found = Found::open(&place.join(LOG), options)?;
    Ok(Found {
        is_backup: true,
        ..found
    })
}

/// Copies a log; `snapshots`: with sled's snapshots of its pages.
fn copied(from: &Path, to: &Path, snapshots: bool) -> Result<(), StoreError> {
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
