//! What the records beside the facts say of erased customers, taken away.

use std::collections::BTreeSet;

use crate::care;
use crate::ingest::erasure::carried;
use crate::live;
use crate::store::{Record, Shelf, Store, StoreError};

/// Shelves with records about single customers.
const SHELVES: [Shelf; 4] = [
    Shelf::Customer,
    Shelf::Membership,
    Shelf::Due,
    Shelf::Outbox,
];

/// What becomes of a record.
pub(super) enum Fate {
    /// It says nothing of them.
    Kept,
    /// It is about one of them alone.
    Removed,
    /// It says what it said of others.
    Rewritten(Vec<u8>),
}

/// What becomes of a record once the customers of these rows are gone.
pub(super) fn fate(shelf: Shelf, key: &[u8], value: &[u8], rows: &BTreeSet<u32>) -> Fate {
    if let Some(rest) = live::forget::without(shelf, key, value, rows) {
        return Fate::Rewritten(rest);
    }
    match care::forget::row_of(shelf, key, value) {
        Some(row) if rows.contains(&row) => Fate::Removed,
        _ => Fate::Kept,
    }
}

/// Takes away what the records of an open store say of these customers.
pub(super) fn records(store: &Store, rows: &BTreeSet<u32>) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut changes = Vec::new();
    for shelf in SHELVES {
        store.records(shelf, &mut |key, value| {
            let value = match fate(shelf, key, value, rows) {
                Fate::Kept => return Ok(true),
                Fate::Removed => None,
                Fate::Rewritten(value) => Some(value),
            };
            changes.push(Record {
                shelf,
                key: key.to_vec(),
                value,
            });
            Ok(true)
        })?;
    }
    // Rewritten blocks of the history have up to 8 kB.
    for change in changes {
        carried::append(store, vec![change])?;
    }
    Ok(())
}
