//! Whether a backup is of the line that a damaged log went. Logs only grow, so that two which hold
//! the same at one position held the same at all positions before; behind the last such position
//! nothing tells. What erasing or an earlier salvage put in the place of a fact proves nothing.

use super::sources::{Block, Sources};
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
    for block in backup {
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
            match shared(sources, log, block, catalog)? {
                Kin::Other(position) => return Ok(Kin::Other(position)),
                Kin::Until(position) => until = until.max(position),
            }
        }
    }
    Ok(Kin::Until(until))
}

/// As [`compare`], of two blocks that overlap, or of which one follows the other.
fn shared(
    sources: &Sources,
    log: &Block,
    backup: &Block,
    catalog: &Catalog,
) -> Result<Kin, StoreError> {
    let (one, other) = (sources.open(log)?, sources.open(backup)?);
    if log.first == backup.end() {
        return Ok(Kin::Until(match one.before == other.checksum {
            true => backup.end(),
            false => 0,
        }));
    }
    if log.first == backup.first && one.body == other.body {
        return Ok(Kin::Until(backup.end()));
    }
    let facts = |body: &[u8], block: &Block| {
        let count = usize::try_from(block.end() - block.first).unwrap_or(0);
        body::decode(body, count, catalog).ok()
    };
    // Names may be lost on either side: then these two tell nothing.
    let Some((one, other)) = facts(&one.body, log).zip(facts(&other.body, backup)) else {
        return Ok(Kin::Until(0));
    };
    let (from, end) = (log.first.max(backup.first), log.end().min(backup.end()));
    let after = |facts: Vec<Fact>, first: u64| {
        let passed = usize::try_from(from - first).unwrap_or(usize::MAX);
        facts.into_iter().skip(passed)
    };
    let pairs = after(one, log.first).zip(after(other, backup.first));
    let mut until = 0;
    for (position, (one, other)) in (from..end).zip(pairs) {
        match (says_nothing(&one) || says_nothing(&other), one == other) {
            (true, _) => {}
            (false, true) => until = position + 1,
            (false, false) => return Ok(Kin::Other(position)),
        }
    }
    Ok(Kin::Until(until))
}

/// Whether it may lie in the place of another one.
fn says_nothing(fact: &Fact) -> bool {
    match fact {
        Fact::Customer { id, .. } => id.starts_with('\0') || id.starts_with(super::LOST),
        Fact::Attributes { fields, .. } => fields.is_empty(),
        Fact::Holding { fields, .. } => fields.iter().all(Option::is_none),
        Fact::Event { .. } | Fact::Relation { .. } => false,
    }
}
