//! Imports that were cut off: which sources they read, kept in the store from their first fact on
//! until they are through, so that whoever asks is told that a part is missing.

use std::collections::BTreeSet;

use super::error::ImportError;
use crate::base::checksum::xxh3;
use crate::store::{Record, Shelf, Store, StoreError};

/// What the keys begin with; a hash of the source's name follows.
const PREFIX: &[u8] = b"unfinished\0";

/// Names of the sources whose import was cut off and not repeated since, sorted.
///
/// # Errors
/// [`ImportError`] when the store cannot be read.
pub fn unfinished(store: &Store) -> Result<BTreeSet<String>, ImportError> {
    let mut found = BTreeSet::new();
    let mut is_sound = true;
    store.records(Shelf::Source, &mut |key, value| {
        if key.starts_with(PREFIX) {
            match std::str::from_utf8(value) {
                Ok(name) => is_sound &= found.insert(name.to_owned()),
                Err(_) => is_sound = false,
            }
        }
        Ok(is_sound)
    })?;
    match is_sound {
        true => Ok(found),
        false => Err(ImportError::Store(StoreError::damaged(
            "a record of an import that was cut off is none of this format",
        ))),
    }
}

/// Notes that these sources are being imported.
pub fn begin(store: &Store, sources: &BTreeSet<String>) -> Result<(), ImportError> {
    let known = unfinished(store)?;
    let records = sources.difference(&known).map(|name| Record {
        value: Some(name.as_bytes().to_vec()),
        ..removal(name)
    });
    save(store, records.collect())
}

/// Notes that these sources are imported whole.
pub fn finish(store: &Store, sources: &BTreeSet<String>) -> Result<(), ImportError> {
    let known = unfinished(store)?;
    let records = sources.intersection(&known).map(|name| removal(name));
    save(store, records.collect())
}

fn removal(name: &str) -> Record {
    Record {
        shelf: Shelf::Source,
        key: [PREFIX, &xxh3(name.as_bytes()).to_le_bytes()].concat(),
        value: None,
    }
}

fn save(store: &Store, records: Vec<Record>) -> Result<(), ImportError> {
    if !records.is_empty() {
        store.append_with(Vec::new(), records)?;
    }
    Ok(())
}
