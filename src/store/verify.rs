//! Verifying: every block decodes and every checksum holds, positions have no gap, counts and
//! digest agree, the witness agrees. Goes on past what is damaged and names all of it.

use std::path::Path;
use std::sync::PoisonError;

use super::block::{self, body};
use super::engine::{Engine, Order};
use super::error::StoreError;
use super::fact::Fact;
use super::key;
use super::log::{self, Shared};
use super::open;
use super::tally::{Tally, pair_hash};
use super::witness::{self, Witness};
use crate::base::limit;

/// One thing that is not as it was written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Damage {
    /// Positions affected, first and one past the last, where known.
    pub positions: Option<(u64, u64)>,
    /// Customers who are not known and entered there, or at other damage that names the same: the first
    /// row and the one after the last.
    pub customers: Option<(u32, u32)>,
    /// In words.
    pub what: String,
}

/// What verifying found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Verified {
    /// Facts read.
    pub facts: u64,
    /// Events among them.
    pub events: u64,
    /// Customers among them.
    pub customers: u32,
    /// Blocks read.
    pub blocks: u64,
    /// Records read.
    pub records: u64,
    /// Commits of the store.
    pub commits: u64,
    /// Empty when all is sound; at most [`limit::DIAGNOSTICS_MAX`], the rest are counted.
    pub damage: Vec<Damage>,
    /// Damage beyond those listed.
    pub more_damage: u64,
    /// What beside the log is not as it was written, in words: no fact hangs on it.
    pub beside: Vec<String>,
}

impl Verified {
    /// Whether everything is as it was written.
    pub fn is_sound(&self) -> bool {
        self.is_log_sound() && self.beside.is_empty()
    }

    /// Whether all facts and records are.
    pub fn is_log_sound(&self) -> bool {
        self.damage.is_empty()
    }

    /// Customers of these rows entered where facts were lost since the last known one.
    fn miss(&mut self, walk: &mut Walk, end: u32) {
        for at in std::mem::take(&mut walk.lost) {
            if let Some(damage) = self.damage.get_mut(at).filter(|_| end > walk.next_row) {
                damage.customers = Some((walk.next_row, end));
            }
        }
    }

    /// Facts are lost there, and maybe customers.
    fn lose(&mut self, walk: &mut Walk, positions: (u64, u64), what: impl Into<String>) {
        walk.broken = true;
        walk.lost.push(self.damage.len());
        self.add(Some(positions), what);
    }

    fn add(&mut self, positions: Option<(u64, u64)>, what: impl Into<String>) {
        if self.damage.len() < limit::DIAGNOSTICS_MAX {
            let what = what.into();
            self.damage.push(Damage {
                positions,
                customers: None,
                what,
            });
        } else {
            self.more_damage += 1;
        }
    }
}

/// Reads the whole store. An error only when it cannot be looked at; damage is in the answer.
pub fn verify(shared: &Shared, witness: &Path) -> Result<Verified, StoreError> {
    let mut found = Verified::default();
    let _layout = shared.layout.read().unwrap_or_else(PoisonError::into_inner);
    // Both of one commit: the witness hears of each before readers do.
    let (seen, sight) = {
        let gate = shared.gate.lock();
        let _gate = gate.unwrap_or_else(PoisonError::into_inner);
        (Witness::open(witness), shared.sight())
    };
    let tally = sight.seen;
    found.commits = tally.commits;
    let held = seen.and_then(|(witness, seen)| {
        found.beside.extend(witness.describe_unreadable());
        witness::compare(&sight.whole, &seen)
    });
    if let Err(error) = held {
        found.add(None, error.to_string());
    }
    let strays = shared.engine.strays()?;
    found.beside.extend(strays.into_iter().map(|name| {
        format!("{name} is none of the store's: while it lies there no fact is taken")
    }));
    verify_blocks(shared, &tally, &mut found);
    verify_records(shared, &mut found);
    Ok(found)
}

/// Where a walk over damaged blocks stands.
struct Walk {
    next: u64,
    /// Checksum the next block must name; unknown behind a damaged one.
    before: Option<u64>,
    bytes: u64,
    next_row: u32,
    broken: bool,
    /// Damage at which facts were lost since a customer was read, as places in the list.
    lost: Vec<usize>,
}

fn verify_blocks(shared: &Shared, tally: &Tally, found: &mut Verified) {
    let mut walk = Walk {
        next: 0,
        before: Some(0),
        bytes: 0,
        next_row: 0,
        broken: false,
        lost: Vec::new(),
    };
    let (from, until) = (key::facts(0), key::facts(tally.position));
    let scanned = shared
        .engine
        .scan(&from, &until, Order::Rising, &mut |key, value| {
            verify_block(shared, key, value, &mut walk, found);
            Ok(true)
        });
    let rest = (walk.next, tally.position);
    match scanned {
        Err(error) => found.lose(&mut walk, rest, error.to_string()),
        Ok(()) if walk.next < tally.position => found.lose(&mut walk, rest, "blocks are missing"),
        Ok(()) => {}
    }
    found.miss(&mut walk, tally.customers);
    if walk.broken {
        return;
    }
    let told = (tally.position, tally.events, tally.blocks, tally.customers);
    let read = (found.facts, found.events, found.blocks, found.customers);
    if told != read || walk.bytes != tally.block_bytes {
        found.add(
            None,
            format!(
                "the store counts {} facts, {} events, {} blocks, {} customers; read were {}, {}, {}, {}",
                told.0, told.1, told.2, told.3, read.0, read.1, read.2, read.3
            ),
        );
    }
    if walk.before != Some(tally.last_checksum) {
        found.add(None, "the last block is another one");
    }
}

fn verify_block(shared: &Shared, key: &[u8], value: &[u8], walk: &mut Walk, found: &mut Verified) {
    let Some(first) = key::facts_position(key) else {
        walk.broken = true;
        found.add(None, "a block lies under a key that is none");
        return;
    };
    if first != walk.next {
        found.lose(walk, (walk.next, first), "blocks are missing");
    }
    walk.next = first + 1;
    let (head, body, checksum) = match block::open(value) {
        Ok(opened) => opened,
        Err(fault) => {
            walk.before = None;
            let here = (first, first + 1);
            found.lose(walk, here, format!("the block there: {fault}"));
            return;
        }
    };
    let count = u64::from(head.summary.count);
    walk.next = first + count;
    let here = (first, walk.next);
    if head.first != first {
        walk.broken = true;
        found.add(Some(here), "the block there belongs to another position");
    }
    if walk.before.is_some_and(|before| before != head.before) {
        walk.broken = true;
        found.add(Some(here), "the block before is another one");
    }
    walk.before = Some(checksum);
    walk.bytes += value.len() as u64;
    found.blocks += 1;
    match body::decode(body, head.summary.count as usize, &shared.catalog) {
        Ok(facts) => verify_facts(&facts, walk, found, Some(here)),
        Err(fault) => found.lose(walk, here, format!("the block there: {fault}")),
    }
    found.facts += count;
    found.events += u64::from(head.summary.events);
}

/// Customers come in the order of their rows, and nobody is named before.
fn verify_facts(facts: &[Fact], walk: &mut Walk, found: &mut Verified, here: Option<(u64, u64)>) {
    for fact in facts {
        if let Fact::Customer { row, id } = fact {
            if row.0 != walk.next_row && !walk.broken {
                found.add(here, format!("customer {id} carries number {}", row.0));
            }
            found.miss(walk, row.0);
            walk.next_row = row.0.saturating_add(1);
            found.customers += 1;
        }
        let named = super::catalog::rows(fact);
        let strange = named
            .into_iter()
            .flatten()
            .find(|row| row.0 >= walk.next_row);
        if let (Some(row), false) = (strange, walk.broken) {
            found.add(
                here,
                format!("customer number {} is named before it came", row.0),
            );
        }
    }
}

/// Records are read between two commits, so that tally and pairs belong together.
fn verify_records(shared: &Shared, found: &mut Verified) {
    let gate = shared.gate.lock();
    let _gate = gate.unwrap_or_else(PoisonError::into_inner);
    match check_records(&shared.engine, &shared.tally()) {
        Ok(records) => found.records = records,
        Err(error) => found.add(None, error.to_string()),
    }
}

/// Holds every checksum and link of a log, decodes every fact in it whatever any schema says, and
/// holds its records against their digest.
pub fn hold(engine: &Engine, tally: &Tally) -> Result<(), StoreError> {
    let catalog = open::read_tables(engine)?.whole();
    log::walk(engine, tally, 0, &mut |head, body| {
        let decoded = body::decode(body, head.summary.count as usize, &catalog);
        decoded
            .map(drop)
            .map_err(|fault| log::damaged_block(head.first, fault))
    })?;
    check_records(engine, tally).map(drop)
}

/// Holds the records and names of a log against the count and digest of its tally; gives their
/// count. Damage that sled takes for an older state of a page shows here alone.
pub fn check_records(engine: &Engine, tally: &Tally) -> Result<u64, StoreError> {
    let (mut digest, mut count) = (0, 0);
    let mut visit = |key: &[u8], value: &[u8]| {
        if key.first() != Some(&key::META) {
            count += 1;
            digest ^= pair_hash(key, value);
        }
        Ok(true)
    };
    let (from, until) = ([key::META], [key::FACTS]);
    engine.scan(&from, &until, Order::Rising, &mut visit)?;
    let (from, until) = ([key::FACTS + 1], [0xff; limit::STORE_KEY_BYTES_MAX]);
    engine.scan(&from, &until, Order::Rising, &mut visit)?;
    if count != tally.records {
        return Err(StoreError::damaged(format!(
            "it counts {} records beside its facts, there are {count}",
            tally.records
        )));
    }
    if digest != tally.digest {
        return Err(StoreError::damaged(
            "some records beside its facts are others than were written",
        ));
    }
    Ok(count)
}

#[cfg(test)]
mod tests;
