//! Everything a salvage can read: the logs in the damaged folder and a backup, their blocks by
//! position, and which of them may speak for the store.

use std::path::Path;

use super::Records;
use super::found::{Found, described};
use super::names;
use super::records;
use crate::base::limit;
use crate::store::backup::Chain;
use crate::store::block::{self, Summary, body};
use crate::store::catalog::{Catalog, Tables};
use crate::store::engine::Order;
use crate::store::error::StoreError;
use crate::store::fact::Fact;
use crate::store::folder::{COPY, LOG, WITNESS};
use crate::store::key;
use crate::store::log::damaged_block;
use crate::store::options::Options;
use crate::store::swap::{self, COMPACT, OLD};
use crate::store::tally::Tally;
use crate::store::witness::Witness;

/// A block whose checksum holds, in one of the logs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Block {
    /// Its first position.
    pub first: u64,
    /// Customers among its facts.
    pub customers: u32,
    /// The row after the last one that its events speak of; 0: none.
    pub rows_end: u32,
    /// Its facts, or as many of them as are used.
    pub count: u32,
    /// Which of the logs it lies in.
    pub source: usize,
}

impl Block {
    /// The position after its last fact.
    pub fn end(&self) -> u64 {
        self.first + u64::from(self.count)
    }
}

/// A block as it lies there.
pub struct Opened {
    /// Its counts.
    pub summary: Summary,
    /// Its facts, packed.
    pub body: Vec<u8>,
    /// Checksum that it names as that of the block before it.
    pub before: u64,
    /// Its own checksum.
    pub checksum: u64,
}

/// Everything that could be read.
pub struct Sources {
    /// The logs; the backup is the last one.
    pub found: Vec<Found>,
    /// By first position; of several the longest first.
    blocks: Vec<Block>,
    /// Which of the logs has the records, and how sound they are.
    pub records: (usize, Records),
    /// Which of the logs has the names.
    pub names: usize,
    /// Its list of them.
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

impl Sources {
    /// Copies and opens whatever there is below `place`.
    pub fn read(
        data: &Path,
        backup: Option<&Chain>,
        place: &Path,
        options: &Options,
    ) -> Result<Sources, StoreError> {
        let (seen, mut tried) = witnesses(data);
        let mut found = logs(data, place, options, (&seen, &mut tried));
        if let Some(chain) = backup {
            let log = Found::of_backup(chain, &place.join("backup"), options)?;
            tried.push(log.describe(&seen));
            found.push(log);
        }
        trust_the_newest(&mut found);
        let Some(names) = names::choose(&found) else {
            return Err(nothing(&tried));
        };
        let mut sources = Sources {
            found,
            blocks: Vec::new(),
            records: (0, Records::Doubtful),
            names,
            catalog: Tables::default(),
            end: 0,
            customers: 0,
            commits: 0,
            tried,
        };
        sources.name(names);
        sources.find_blocks();
        if let Some(chain) = backup {
            sources.hold_backup(chain, &seen)?;
        }
        sources.count(&seen);
        let records = records::choose(&sources.found, &seen);
        sources.records = records.ok_or_else(|| nothing(&sources.tried))?;
        match sources.blocks.is_empty() && sources.end > 0 {
            true => Err(nothing(&sources.tried)),
            false => Ok(sources),
        }
    }

    /// How far the store had come, as far as anyone knows.
    fn count(&mut self, seen: &[Tally]) {
        let told = self.found.iter().filter_map(|log| log.tally);
        let seen = seen.iter().map(|witnessed| {
            let mut logs = self.found.iter();
            let seen = logs.find_map(|log| log.seen_of(witnessed));
            seen.unwrap_or(*witnessed)
        });
        for tally in told.chain(seen) {
            self.end = self.end.max(tally.position);
            self.customers = self.customers.max(tally.customers);
            self.commits = self.commits.max(tally.commits);
        }
    }

    /// Reads by the names of that log.
    pub fn name(&mut self, names: usize) {
        let tables = self.found.get(names).and_then(|log| log.tables.clone());
        self.catalog = tables.unwrap_or_default();
        self.names = names;
    }

    /// Finds the blocks that can be read whole.
    pub fn find_blocks(&mut self) {
        let catalog = self.catalog.whole();
        let mut nameless: Option<(u64, u64, u64)> = None;
        let mut blocks = Vec::new();
        let mut faults = Vec::new();
        for (source, log) in self.found.iter().enumerate() {
            let (from, until) = (key::facts(0), key::facts(log.until));
            let read = log
                .engine
                .scan(&from, &until, Order::Rising, &mut |key, value| {
                    let opened = block::open(value).ok();
                    let first = key::facts_position(key);
                    if let Some(((head, body, _), first)) = opened.zip(first)
                        && head.first == first
                    {
                        let Summary { rows, count, .. } = head.summary;
                        if body::decode(body, count as usize, &catalog).is_err() {
                            let end = first + u64::from(count);
                            let (start, _, blocks) = nameless.unwrap_or((first, end, 0));
                            nameless = Some((start, end, blocks + 1));
                            return Ok(true);
                        }
                        blocks.push(Block {
                            first,
                            customers: head.summary.customers,
                            rows_end: match head.summary.events {
                                0 => 0,
                                _ => rows.1.saturating_add(1),
                            },
                            count,
                            source,
                        });
                    }
                    Ok(true)
                });
            if let Err(error) = read {
                faults.push(format!("{}: reading on: {error}", log.name));
            }
            match log.describe_tail() {
                Ok(told) => faults.extend(told),
                Err(error) => faults.push(format!("{}: reading on: {error}", log.name)),
            }
            if let Some((start, end, blocks)) = nameless.take() {
                faults.push(format!(
                    "{}: {blocks} blocks between positions {start} and {end} are of names that are lost",
                    log.name
                ));
            }
        }
        faults.retain(|fault| !self.tried.contains(fault));
        self.tried.extend(faults);
        blocks.sort_by_key(|block| (block.first, u32::MAX - block.count, block.source));
        self.blocks = blocks;
    }

    /// All blocks, by first position.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// Others in their place, by first position.
    pub fn set_blocks(&mut self, blocks: Vec<Block>) {
        self.blocks = blocks;
    }

    /// A block that holds the fact at a position: that of the first source which has one, so that a backup
    /// never speaks where the log does.
    pub fn at(&self, position: u64) -> Option<&Block> {
        let end = self.blocks.partition_point(|block| block.first <= position);
        let before = self.blocks.get(..end).unwrap_or_default();
        // A block has at most 4,096 facts, so that only near ones may reach so far.
        let near = before
            .iter()
            .rev()
            .take_while(|block| block.first + limit::BLOCK_FACTS_MAX as u64 > position);
        near.filter(|block| block.end() > position)
            .min_by_key(|block| (block.source, position - block.first))
    }

    /// The first block behind a position.
    pub fn after(&self, position: u64) -> Option<&Block> {
        self.blocks.get(self.place(position + 1))
    }

    /// Up to where a block speaks that is read from a position on: one of an earlier source that begins in it goes
    /// first.
    pub fn reach(&self, block: &Block, from: u64) -> u64 {
        let behind = self.blocks.get(self.place(from + 1)..);
        let within = behind.into_iter().flatten();
        let mut within = within.take_while(|other| other.first < block.end());
        let earlier = within.find(|other| other.source < block.source);
        earlier.map_or(block.end(), |other| other.first)
    }

    /// Where the first block lies that begins there or behind.
    pub fn place(&self, position: u64) -> usize {
        self.blocks.partition_point(|block| block.first < position)
    }

    /// What a block holds.
    pub fn open(&self, block: &Block) -> Result<Opened, StoreError> {
        let gone = || damaged_block(block.first, "it was there a moment ago");
        let log = self.found.get(block.source).ok_or_else(gone)?;
        let value = log.engine.get(&key::facts(block.first))?.ok_or_else(gone)?;
        let (head, body, checksum) =
            block::open(&value).map_err(|fault| damaged_block(block.first, fault))?;
        Ok(Opened {
            summary: head.summary,
            body: body.to_vec(),
            before: head.before,
            checksum,
        })
    }

    /// The facts of a block, as many of them as are used.
    pub fn facts(&self, block: &Block, catalog: &Catalog) -> Result<Vec<Fact>, StoreError> {
        let Opened { summary, body, .. } = self.open(block)?;
        let mut facts = body::decode(&body, summary.count as usize, catalog)
            .map_err(|fault| damaged_block(block.first, fault))?;
        facts.truncate(block.count as usize);
        Ok(facts)
    }

    /// Lets go of the copies.
    pub fn close(self) -> Result<(), StoreError> {
        self.found
            .into_iter()
            .try_for_each(|log| log.engine.close())
    }
}

/// Where a log that is as new as what was acknowledged tells of an import that has not ended, an older copy of it
/// has nothing to add.
fn trust_the_newest(found: &mut [Found]) {
    let floors: Vec<Tally> = found.iter().filter_map(|log| log.floor).collect();
    for log in found {
        let Some(before) = log.floor_before else {
            continue;
        };
        let held = floors.iter().find(|floor| floor.epoch == before.epoch);
        log.until = held.map_or(log.until, |floor| floor.position);
    }
}

/// What the witnesses of the folder saw acknowledged: in the middle of a swap each log has its own.
fn witnesses(data: &Path) -> (Vec<Tally>, Vec<String>) {
    let compacted = Path::new(COMPACT).join(WITNESS);
    let mut names = vec![Path::new(WITNESS)];
    if swap::is_begun(data) {
        names.push(&compacted);
    }
    let (mut seen, mut tried) = (Vec::new(), Vec::new());
    for name in names {
        let opened = Witness::open(&data.join(name)).map(|(_, seen)| seen);
        tried.push(match &opened {
            Ok(seen) => format!(
                "{}: acknowledged up to position {} and commit {}",
                name.display(),
                seen.position,
                seen.commits
            ),
            Err(error) => error.to_string(),
        });
        seen.extend(opened.ok());
    }
    (seen, tried)
}

/// The logs of the folder that open.
fn logs(
    data: &Path,
    place: &Path,
    options: &Options,
    (seen, tried): (&[Tally], &mut Vec<String>),
) -> Vec<Found> {
    let compacted = format!("{COMPACT}/{LOG}");
    let mut names = vec![(COPY, false), (LOG, false), (LOG, true)];
    if swap::is_begun(data) {
        // The new log is the store from then on; the old one lies aside.
        names.insert(0, (&compacted, false));
        names.push((OLD, false));
    }
    let mut found: Vec<Found> = Vec::new();
    for (at, (name, snapshots)) in names.into_iter().enumerate() {
        let from = data.join(name);
        // As it is only when nothing else is sound: its snapshots may be what is damaged.
        let is_sound = |log: &Found| log.sound && log.is_acknowledged(seen);
        if snapshots && (found.iter().any(is_sound) || !from.join("db").exists()) {
            continue;
        }
        if !from.join("db").exists() {
            tried.push(format!("{name}: not there"));
            continue;
        }
        let to = place.join(at.to_string());
        match Found::copied(&from, &to, (name, snapshots), options, seen) {
            Ok(log) => {
                tried.push(log.describe(seen));
                found.push(log);
            }
            Err(error) => tried.push(format!("{}: {error}", described(name, snapshots))),
        }
    }
    found
}

fn nothing(tried: &[String]) -> StoreError {
    StoreError::NothingToSalvage {
        tried: tried.join("; "),
    }
}
