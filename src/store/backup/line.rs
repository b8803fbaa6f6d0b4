//! Whether a log still goes the line of a backup that another one is to follow on. A folder that was put
//! back from an older copy and went on has another history under the same positions, and the same epoch.

use super::file::Backup;
use super::restore::Chain;
use crate::store::block::{self, body};
use crate::store::engine::{Engine, Order};
use crate::store::error::StoreError;
use crate::store::fact::Fact;
use crate::store::key;
use crate::store::log::damaged_block;
use crate::store::open;
use crate::store::tally::Tally;

/// Refuses a backup of a state in which this log never was.
///
/// # Errors
/// [`StoreError::ChainBroken`] says where the two part; damage of either is named.
pub fn check(engine: &Engine, tally: &Tally, chain: &Chain) -> Result<(), StoreError> {
    let Some(last) = chain.last() else {
        return Ok(());
    };
    let told = last.manifest.tally();
    if told.commits > tally.commits || told.position > tally.position {
        return Err(ahead(last, tally));
    }
    // Each block names the one before it, so that the last one pins them all.
    let is_linked = link_at(engine, tally, told.position)? == Some(told.last_checksum);
    if told.position == 0 || is_linked {
        return Ok(());
    }
    match parting(engine, told.position, (chain, last))? {
        None => Ok(()),
        Some(position) => Err(broken(
            last,
            format!(
                "at position {position} it holds other facts than this log, which went another way since"
            ),
        )),
    }
}

fn broken(backup: &Backup, what: String) -> StoreError {
    StoreError::ChainBroken {
        path: backup.path.clone(),
        what,
    }
}

/// Of a backup that is further than the log.
pub fn ahead(backup: &Backup, tally: &Tally) -> StoreError {
    let told = backup.manifest.tally();
    broken(
        backup,
        format!(
            "it is of commit {} and position {}, and this log, which has come to commit {} and position {}, was put back since",
            told.commits, told.position, tally.commits, tally.position
        ),
    )
}

/// The checksum of the block that ends at a position; `None`: none ends there, as small ones were joined.
fn link_at(engine: &Engine, tally: &Tally, position: u64) -> Result<Option<u64>, StoreError> {
    if position == tally.position {
        return Ok(Some(tally.last_checksum));
    }
    let Some(value) = engine.get(&key::facts(position))? else {
        return Ok(None);
    };
    let (head, _, _) = block::open(&value).map_err(|fault| damaged_block(position, fault))?;
    Ok(Some(head.before))
}

/// Where the block that holds the last fact before `end` says something else than the backup; it may have
/// been joined since, so that its checksum is another one.
fn parting(
    engine: &Engine,
    end: u64,
    (chain, last): (&Chain, &Backup),
) -> Result<Option<u64>, StoreError> {
    let catalog = open::read_tables(engine)?.whole();
    let mut value = Vec::new();
    let (from, until) = (key::facts(0), key::facts(end));
    engine.scan(&from, &until, Order::Falling, &mut |_, found| {
        value = found.to_vec();
        Ok(false)
    })?;
    let damaged = |fault| damaged_block(end.saturating_sub(1), fault);
    let (head, bytes, _) = block::open(&value).map_err(damaged)?;
    let own = body::decode(bytes, head.summary.count as usize, &catalog).map_err(damaged)?;
    let first = head.first;
    if first + (own.len() as u64) < end {
        return Err(damaged("it is missing"));
    }
    let own_at = |position: u64| own.get(usize::try_from(position.checked_sub(first)?).ok()?);
    let mut parted = None;
    let read = chain.blocks_behind(first, &mut |head, bytes| {
        // Names that this log does not have are not of its line either.
        let facts = body::decode(bytes, head.summary.count as usize, &catalog);
        let facts: Vec<Option<Fact>> = match facts {
            Ok(facts) => facts.into_iter().map(Some).collect(),
            Err(_) => vec![None; head.summary.count as usize],
        };
        let mut pairs = (head.first..end).zip(facts);
        let other =
            pairs.find(|(position, fact)| *position >= first && fact.as_ref() != own_at(*position));
        parted = parted.or(other.map(|(position, _)| position));
        Ok(())
    });
    match read {
        Ok(()) => Ok(parted),
        // Damaged there, it could not be restored either.
        Err(error) => Err(broken(last, error.to_string())),
    }
}
