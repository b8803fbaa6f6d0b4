//! What can be had of a damaged store, as a new one: the damaged folder is left as it is. Blocks
//! are taken from copies of its log and from a backup, wherever their checksums hold; what no source
//! has is named, and its places are filled so that rows and positions stay what they are.

mod sources;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::backup::Chain;
use super::block::{Body, body, pack};
use super::catalog::Catalog;
use super::draft::Draft;
use super::error::StoreError;
use super::fact::{Fact, Row};
use super::folder::Folder;
use super::options::Options;
use super::rebuild::Rebuild;
use sources::{Block, Sources};

/// Where copies are read, in the folder of the making.
const READ: &str = "read";
/// Where the new store is made, beside it.
const MADE: &str = "store";

/// Facts that no source has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lost {
    /// From the first log position to the one after the last.
    pub positions: (u64, u64),
    /// Rows of customers who entered there and whose ids are lost: the first and the one after the last.
    pub customers: Option<(u32, u32)>,
}

/// Where the records beside the facts come from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Records {
    /// From the log, and they are those that it counts.
    Sound,
    /// From the backup: as old as it is.
    OfBackup,
    /// From the log, where some are missing or older than they were.
    Doubtful,
}

/// What was had.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Salvaged {
    /// The new store.
    pub folder: PathBuf,
    /// Its log position.
    pub position: u64,
    /// Its customers.
    pub customers: u32,
    /// What is not in it.
    pub lost: Vec<Lost>,
    /// How sound the records are.
    pub records: Records,
    /// What was read, and what could not be, in words.
    pub tried: Vec<String>,
}

/// Makes a new store of what can be read of the one in `data`, and of a backup.
pub fn salvage(
    data: &Path,
    to: &Path,
    backup: Option<&Chain>,
    options: &Options,
) -> Result<Salvaged, StoreError> {
    let held = match Folder::lock(data) {
        Err(error @ StoreError::Locked { .. }) => return Err(error),
        other => other.ok(),
    };
    let (draft, mut done) = Draft::begin(to)?.fill(|place| {
        let sources = Sources::read(data, backup, &place.join(READ), options)?;
        let done = fill(&sources, &place.join(MADE), options)?;
        sources.close()?;
        Ok(done)
    })?;
    let made = draft.path().join(MADE);
    done.folder = draft.settle(&made)?;
    drop(held);
    Ok(done)
}

/// Writes the new log.
fn fill(sources: &Sources, made: &Path, options: &Options) -> Result<Salvaged, StoreError> {
    let mut filling = Filling {
        rebuild: Rebuild::begin(made, options, sources.commits)?,
        catalog: sources.catalog.whole(),
        sources,
        lost: Vec::new(),
    };
    filling.fill()?;
    let lost = std::mem::take(&mut filling.lost);
    let mut rebuild = filling.rebuild;
    let records = sources.records(&mut |key, value| rebuild.record(key, value))?;
    let (held, tally) = rebuild.finish()?;
    drop(held);
    Ok(Salvaged {
        folder: made.to_owned(),
        position: tally.position,
        customers: tally.customers,
        lost,
        records,
        tried: sources.tried.clone(),
    })
}

/// The new log while it is filled.
struct Filling<'a> {
    rebuild: Rebuild,
    catalog: Catalog,
    sources: &'a Sources,
    lost: Vec<Lost>,
}

impl Filling<'_> {
    fn fill(&mut self) -> Result<(), StoreError> {
        loop {
            let next = self.rebuild.position();
            if let Some(block) = self.sources.at(next) {
                self.block(block, next)?;
                continue;
            }
            match self.sources.after(next) {
                Some(block) => self.gap(next, block.first)?,
                None => break,
            }
        }
        let (next, end) = (self.rebuild.position(), self.sources.end);
        if next < end {
            self.lost.push(Lost {
                positions: (next, end),
                customers: None,
            });
        }
        Ok(())
    }

    /// Takes a block, or what of it lies behind `next`.
    fn block(&mut self, block: &Block, next: u64) -> Result<(), StoreError> {
        let (summary, bytes) = self.sources.bytes(block)?;
        let facts = body::decode(&bytes, summary.count as usize, &self.catalog);
        let Ok(mut facts) = facts else {
            // Of this block only its bytes are sound: names in it are lost.
            return self.gap(next, block.end());
        };
        if block.first == next && !self.comes_early(&facts) {
            return self.rebuild.block(&Body { bytes, summary });
        }
        let passed = usize::try_from(next - block.first).unwrap_or(usize::MAX);
        facts.drain(..passed.min(facts.len()));
        self.put(facts)
    }

    /// Whether a customer has another row than the next one.
    fn comes_early(&self, facts: &[Fact]) -> bool {
        let mut customers = facts.iter().filter_map(|fact| match fact {
            Fact::Customer { row, .. } => Some(row.0),
            _ => None,
        });
        customers
            .next()
            .is_some_and(|row| row != self.rebuild.customers())
    }

    fn put(&mut self, facts: Vec<Fact>) -> Result<(), StoreError> {
        for body in pack::pack(&facts, &self.catalog)? {
            self.rebuild.block(&body)?;
        }
        Ok(())
    }

    /// Fills the places of lost facts: with customers of the rows that are missing behind them, then with
    /// facts that say nothing.
    fn gap(&mut self, from: u64, until: u64) -> Result<(), StoreError> {
        let first = self.rebuild.customers();
        let room = u32::try_from(until - from).unwrap_or(u32::MAX);
        let wanted = self.next_row(until)?.saturating_sub(first);
        // The first fact of all is a customer.
        let count = wanted.max(u32::from(first == 0)).min(room);
        let customers = (first..first + count).map(|row| Fact::Customer {
            row: Row(row),
            id: Arc::from(format!("lost:{row}")),
        });
        let nothing = std::iter::repeat_n(
            Fact::Attributes {
                row: Row(0),
                since: None,
                fields: Vec::new(),
            },
            (room - count) as usize,
        );
        let facts: Vec<Fact> = customers.chain(nothing).collect();
        self.put(facts)?;
        self.lost.push(Lost {
            positions: (from, until),
            customers: (count > 0).then_some((first, first + count)),
        });
        Ok(())
    }

    /// The row of the first customer from a position on; when none comes, how many there are or are spoken of.
    fn next_row(&self, from: u64) -> Result<u32, StoreError> {
        let mut spoken_of = self.sources.customers;
        for block in self.sources.from(from) {
            let (summary, bytes) = self.sources.bytes(block)?;
            if summary.events > 0 {
                spoken_of = spoken_of.max(summary.rows.1.saturating_add(1));
            }
            if summary.customers == 0 {
                continue;
            }
            let facts = body::decode(&bytes, summary.count as usize, &self.catalog);
            let first = facts.into_iter().flatten().find_map(|fact| match fact {
                Fact::Customer { row, .. } => Some(row.0),
                _ => None,
            });
            if let Some(row) = first {
                return Ok(row);
            }
        }
        Ok(spoken_of)
    }
}

#[cfg(test)]
mod tests;
