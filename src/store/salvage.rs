//! What can be had of a damaged store, as a new one: the damaged folder is left as it is. Blocks
//! are taken from copies of its log and from a backup, wherever their checksums hold; what no source
//! has is named, and its places are filled so that rows and positions stay what they are.

mod apart;
mod found;
mod kin;
mod names;
mod records;
mod sources;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Store;
use super::backup::{Chain, Finish};
use super::block::{Body, pack};
use super::catalog::Catalog;
use super::draft::Draft;
use super::error::StoreError;
use super::fact::{Fact, Row};
use super::folder::Folder;
use super::options::Options;
use super::rebuild::Rebuild;
use super::record::ErasuresKey;
use crate::base::limit;
use crate::schema::Schema;
pub(super) use kin::says_nothing;
use sources::{Block, Opened, Sources};

/// Where copies are read, in the folder of the making.
const READ: &str = "read";
/// Where the new store is made, beside it.
const MADE: &str = "store";
/// Before the row of a customer whose id is lost.
const LOST: &str = "lost:";

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

/// Makes a new store of what can be read of the one in `data`, and of a backup; `known` is the key of erased ids as
/// somebody else has it, for when it is lost. `finish` is done to the new store before it takes its name.
pub fn salvage(
    data: &Path,
    to: &Path,
    (backup, known): (Option<&Chain>, Option<ErasuresKey>),
    options: &Options,
    finish: Finish,
) -> Result<Salvaged, StoreError> {
    if !data.is_dir() {
        return Err(StoreError::NotAStore {
            folder: data.to_owned(),
            reason: "there is no such folder".to_owned(),
        });
    }
    let held = match Folder::lock(data) {
        Err(error @ StoreError::Locked { .. }) => return Err(error),
        other => other.ok(),
    };
    let (draft, mut done) = Draft::begin(to)?.fill(|place| {
        let sources = Sources::read(data, backup, &place.join(READ), options)?;
        let made = place.join(MADE);
        let done = fill(&sources, known, &made, options)?;
        sources.close()?;
        let store = Store::open_with(&made, &Schema::default(), options.clone())?;
        finish(&store)?;
        store.close()?;
        Ok(done)
    })?;
    let made = draft.path().join(MADE);
    done.folder = draft.settle(&made)?;
    drop(held);
    Ok(done)
}

/// Writes the new log.
fn fill(
    sources: &Sources,
    known: Option<ErasuresKey>,
    made: &Path,
    options: &Options,
) -> Result<Salvaged, StoreError> {
    let mut filling = Filling {
        rebuild: Rebuild::begin(made, options, sources.commits)?,
        catalog: sources.catalog.whole(),
        sources,
        rows: None,
        lost: Vec::new(),
    };
    filling.fill()?;
    let lost = std::mem::take(&mut filling.lost);
    let mut rebuild = filling.rebuild;
    let (records, faults) = sources.records(known, &mut |key, value| rebuild.record(key, value))?;
    let (held, tally) = rebuild.finish()?;
    drop(held);
    Ok(Salvaged {
        folder: made.to_owned(),
        position: tally.position,
        customers: tally.customers,
        lost,
        records,
        tried: sources.tried.iter().cloned().chain(faults).collect(),
    })
}

/// The new log while it is filled.
struct Filling<'a> {
    rebuild: Rebuild,
    catalog: Catalog,
    sources: &'a Sources,
    /// By block: the row of the first customer from there on; made when the first gap is met.
    rows: Option<Vec<u32>>,
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
        // Records may speak of rows that came there: nobody else may get them.
        let (next, end) = (self.rebuild.position(), self.sources.end);
        match next < end {
            true => self.gap(next, end),
            false => Ok(()),
        }
    }

    /// Takes a block, or what of it lies behind `next` and no earlier source has.
    fn block(&mut self, block: &Block, next: u64) -> Result<(), StoreError> {
        let end = self.sources.reach(block, next);
        let Opened { summary, body, .. } = self.sources.open(block)?;
        let whole = (block.first, block.first + u64::from(summary.count));
        if (next, end) == whole {
            let bytes = body;
            return self.rebuild.block(&Body { bytes, summary });
        }
        let facts = self.sources.facts(block, &self.catalog)?;
        let place = |position: u64| usize::try_from(position - block.first).unwrap_or(usize::MAX);
        let facts = facts.get(place(next)..place(end)).unwrap_or_default();
        self.put(facts)
    }

    fn put(&mut self, facts: &[Fact]) -> Result<(), StoreError> {
        for body in pack::pack(facts, &self.catalog)? {
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
        let mut customers = (first..first + count).map(|row| Fact::Customer {
            row: Row(row),
            id: Arc::from(format!("{LOST}{row}")),
        });
        let nothing = || Fact::nothing(Row(0));
        // A gap may be most of a log: no more of it than a block takes is made at a time.
        let mut next = from;
        while next < until {
            let end = until.min(next + limit::BLOCK_FACTS_MAX as u64);
            let facts = (next..end).map(|_| customers.next().unwrap_or_else(nothing));
            self.put(&facts.collect::<Vec<_>>())?;
            next = end;
        }
        self.lost.push(Lost {
            positions: (from, until),
            customers: (count > 0).then_some((first, first + count)),
        });
        Ok(())
    }

    /// The row of the first customer from a position on; when none comes, how many there are or are spoken of.
    fn next_row(&mut self, from: u64) -> Result<u32, StoreError> {
        let rows = match self.rows.take() {
            Some(rows) => rows,
            None => self.rows_ahead()?,
        };
        let row = rows.get(self.sources.place(from)).copied();
        self.rows = Some(rows);
        Ok(row.unwrap_or(self.sources.customers))
    }

    /// That of every block, in one pass from the end.
    fn rows_ahead(&self) -> Result<Vec<u32>, StoreError> {
        let mut comes = None;
        let mut spoken_of = self.sources.customers;
        let mut rows = Vec::with_capacity(self.sources.blocks().len());
        for block in self.sources.blocks().iter().rev() {
            spoken_of = spoken_of.max(block.rows_end);
            if block.customers > 0 {
                let facts = self.sources.facts(block, &self.catalog)?;
                let first = facts.into_iter().find_map(|fact| match fact {
                    Fact::Customer { row, .. } => Some(row.0),
                    _ => None,
                });
                comes = first.or(comes);
            }
            rows.push(comes.unwrap_or(spoken_of));
        }
        rows.reverse();
        Ok(rows)
    }
}

#[cfg(test)]
mod tests;
