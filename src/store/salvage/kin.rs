//! Whether a backup is of the line that a damaged log went. Logs only grow, so that two which hold
//! the same at one position held the same at all positions before; behind the last such position
//! nothing tells. What erasing or an earlier salvage put in the place of a fact proves nothing.

use std::cell::OnceCell;

use super::sources::{Block, Opened, Sources};
use crate::base::limit;
use crate::store::block::body;
use crate::store::catalog::Catalog;
use crate::store::error::StoreError;
use crate::store::fact::Fact;

/// What two logs have in common.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kin {
    /// They are the same up to that position, as far as can be read; 0: nothing tells.
    Until(u64),
    /// At that position they hold other facts.
    Other(u64),
}

/// Holds the blocks of a backup against those of logs, both by first position.
pub fn compare(
    sources: &Sources,
    logs: &[Block],
    backup: &[Block],
    catalog: &Catalog,
) -> Result<Kin, StoreError> {
    let mut until = 0;
    let mut last: Option<Side> = None;
    for block in backup {
        let side = Side::open(sources, block)?;
        // A block has at most that many facts, so that only near ones may reach so far.
        let near = block.first.saturating_sub(limit::BLOCK_FACTS_MAX as u64);
        let start = logs.partition_point(|log| log.first < near);
        let mut before = None;
        for log in logs.get(start..).unwrap_or_default() {
            if log.first > block.end() {
                break;
            }
            // Of several copies of one block the first one speaks.
            let place = Some((log.first, log.end()));
            if log.end() <= block.first || place == before {
                continue;
            }
            before = place;
            // Many small ones may overlap one that was joined.
            let log = match last.take().filter(|last| last.block == *log) {
                Some(last) => last,
                None => Side::open(sources, log)?,
            };
            match shared(last.insert(log), &side, catalog) {
                Kin::Other(position) => return Ok(Kin::Other(position)),
                Kin::Until(position) => until = until.max(position),
            }
        }
    }
    Ok(Kin::Until(until))
}

/// A block on one of the two sides.
struct Side {
    block: Block,
    opened: Opened,
    /// Decoded when they are asked for.
    facts: OnceCell<Option<Vec<Fact>>>,
}

impl Side {
    fn open(sources: &Sources, block: &Block) -> Result<Side, StoreError> {
        Ok(Side {
            block: *block,
            opened: sources.open(block)?,
            facts: OnceCell::new(),
        })
    }

    /// Its facts from a position on; `None`: their names are lost.
    fn facts_from(&self, position: u64, catalog: &Catalog) -> Option<&[Fact]> {
        let Opened { summary, body, .. } = &self.opened;
        let decode = || body::decode(body, summary.count as usize, catalog).ok();
        let facts = self.facts.get_or_init(decode).as_ref()?;
        facts.get(usize::try_from(position - self.block.first).ok()?..)
    }
}

/// As [`compare`], of two blocks that overlap, or of which one follows the other.
fn shared(one: &Side, other: &Side, catalog: &Catalog) -> Kin {
    let (log, backup) = (&one.block, &other.block);
    if log.first == backup.end() {
        return Kin::Until(match one.opened.before == other.opened.checksum {
            true => backup.end(),
            false => 0,
        });
    }
    if log.first == backup.first && one.opened.body == other.opened.body {
        return Kin::Until(backup.end());
    }
    let (from, end) = (log.first.max(backup.first), log.end().min(backup.end()));
    // Names may be lost on either side: then these two tell nothing.
    let Some((own, others)) = one
        .facts_from(from, catalog)
        .zip(other.facts_from(from, catalog))
    else {
        return Kin::Until(0);
    };
    let mut until = 0;
    for (position, (own, other)) in (from..end).zip(own.iter().zip(others)) {
        match (says_nothing(own) || says_nothing(other), own == other) {
            (true, _) => {}
            (false, true) => until = position + 1,
            (false, false) => return Kin::Other(position),
        }
    }
    Kin::Until(until)
}

/// Whether it may lie in the place of another one.
pub fn says_nothing(fact: &Fact) -> bool {
    match fact {
        Fact::Customer { id, .. } => id.starts_with('\0') || id.starts_with(super::LOST),
        Fact::Attributes { fields, .. } => fields.is_empty(),
        Fact::Holding { fields, .. } => fields.iter().all(Option::is_none),
        Fact::Event { .. } | Fact::Relation { .. } => false,
    }
}
