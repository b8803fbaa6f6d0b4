//! The records beside the facts that a salvage takes over: those of the soundest log, and of every
//! source whom the store erased, because nobody else keeps these persons out.

use std::collections::BTreeMap;

use super::Records;
use super::found::Found;
use super::sources::Sources;
use crate::base::secret::random_key;
use crate::store::engine::Order;
use crate::store::error::StoreError;
use crate::store::key;
use crate::store::record::{ERASURES, ERASURES_KEY, ErasuresKey, NOWHERE, Shelf, full_key};
use crate::store::tail;
use crate::store::tally::Tally;

type Put<'a> = &'a mut dyn FnMut(Vec<u8>, Vec<u8>) -> Result<(), StoreError>;
type Pairs = BTreeMap<Vec<u8>, Vec<u8>>;

/// Which of the logs has the records: of those that have all that was acknowledged the one that went
/// furthest, else of those that are what they count, else of any.
pub fn choose(found: &[Found], seen: &[Tally]) -> Option<(usize, Records)> {
    let furthest = |wanted: &dyn Fn(&Found) -> bool| {
        // Those of a backup that went another way speak of other persons.
        let own = |log: &Found| log.rows_shared.is_none();
        let places = found.iter().enumerate();
        let places = places.filter(|(_, log)| own(log) && wanted(log));
        // Of several that went as far the first one.
        let places = places.rev().max_by_key(|(_, log)| log.commits());
        places.map(|(at, log)| (at, log.is_backup))
    };
    let whole = furthest(&|log| log.sound && !log.is_backup && log.is_acknowledged(seen));
    if let Some((at, _)) = whole {
        return Some((at, Records::Sound));
    }
    let found = furthest(&|log| log.sound).or_else(|| furthest(&|log| log.tables.is_some()));
    found
        .or_else(|| furthest(&|_| true))
        .map(|(at, is_backup)| match is_backup {
            true => (at, Records::OfBackup),
            false => (at, Records::Doubtful),
        })
}

impl Sources {
    /// Gives the names, whom the store erased, and the records of the chosen log; says how sound they
    /// are, and what could not be taken over.
    /// `known`: a key of erased ids, for when the store's own is lost.
    pub fn records(
        &self,
        known: Option<ErasuresKey>,
        put: Put,
    ) -> Result<(Records, Vec<String>), StoreError> {
        let (at, mut how) = self.records;
        // Names first.
        if let Some(log) = self.found.get(self.names) {
            let (from, until) = ([key::CATALOG], [key::CATALOG + 1]);
            log.engine
                .scan(&from, &until, Order::Rising, &mut |key, value| {
                    put(key.to_vec(), value.to_vec())?;
                    Ok(true)
                })?;
        }
        let (erased, faults) = self.erased(at, known)?;
        for (key, value) in erased {
            put(key, value)?;
        }
        let Some(log) = self.found.get(at) else {
            return Ok((how, faults));
        };
        for (from, until) in key::beside_facts() {
            let read = log
                .engine
                .scan(&from, &until, Order::Rising, &mut |key, value| {
                    // Facts behind the tail's beginning are in the new log as any others, or not at all.
                    let is_of_log = key == key::TALLY || key == tail::key();
                    if !is_of_log && key.first() != Some(&key::CATALOG) {
                        put(key.to_vec(), value.to_vec())?;
                    }
                    Ok(true)
                });
            match read {
                Err(StoreError::Damaged { .. }) => how = Records::Doubtful,
                other => other?,
            }
        }
        Ok((how, faults))
    }

    /// Whom any of the sources erased, the chosen one first: their hashes are made with one key.
    fn erased(
        &self,
        chosen: usize,
        known: Option<ErasuresKey>,
    ) -> Result<(Pairs, Vec<String>), StoreError> {
        let own_key = full_key(Shelf::Customer, &[ERASURES, ERASURES_KEY].concat());
        let (mut all, mut faults) = (Pairs::new(), Vec::new());
        let others = (0..self.found.len()).filter(|at| *at != chosen);
        for at in std::iter::once(chosen).chain(others) {
            let Some(log) = self.found.get(at) else {
                continue;
            };
            let (own, fault) = erased_in(log);
            faults.extend(fault);
            let keys = all.get(&own_key).zip(own.get(&own_key));
            if keys.is_some_and(|(one, other)| one != other) {
                faults.push(format!(
                    "{}: whom it erased is not taken over, as their hashes are made with another key",
                    log.name
                ));
                continue;
            }
            for (key, value) in own {
                let value = match log.rows_shared {
                    Some(rows) if key != own_key => placed(value, rows),
                    _ => value,
                };
                all.entry(key).or_insert(value);
            }
        }
        if !all.is_empty() && !all.contains_key(&own_key) {
            // Their rows stay hidden; without the key nobody can know them by their ids.
            let (key, how) = match known {
                Some(key) => (key, "the one that was given besides is taken for it"),
                None => (
                    random_key().map_err(StoreError::damaged)?,
                    "they stay hidden, but imports no longer refuse them",
                ),
            };
            all.insert(own_key, key.to_vec());
            faults.push(format!("the key of erased ids is lost: {how}"));
        }
        Ok((all, faults))
    }
}

/// An erased customer as the store is to know it; from the row `rows` on others have those rows here.
fn placed(value: Vec<u8>, rows: u32) -> Vec<u8> {
    match value.split_first_chunk::<4>() {
        Some((row, at)) if u32::from_le_bytes(*row) >= rows => {
            [&NOWHERE.0.to_le_bytes()[..], at].concat()
        }
        _ => value,
    }
}

/// Whom one log erased, as far as it can be read.
fn erased_in(log: &Found) -> (Pairs, Option<String>) {
    let mut own = Pairs::new();
    let from = full_key(Shelf::Customer, ERASURES);
    let until = [Shelf::Customer.byte() + 1];
    let read = log
        .engine
        .scan(&from, &until, Order::Rising, &mut |key, value| {
            let is_one = key.starts_with(&from);
            if is_one {
                own.insert(key.to_vec(), value.to_vec());
            }
            Ok(is_one)
        });
    let fault = read.err().map(|error| {
        format!(
            "{}: whom it erased could not all be read: {error}",
            log.name
        )
    });
    (own, fault)
}
