//! Erasures carried over to an older state of the same store, so that a restored backup does
//! not bring back whom the store had erased since.

use std::collections::BTreeSet;

use super::{Erasures, KEY, Reading, erased, hash, load, record};
use crate::base::limit::ERASED_RECORDS_AT_ONCE;
use crate::store::backup::Chain;
use crate::store::fact::Fact;
use crate::store::{NOWHERE, Record, Shelf, Store, StoreError};

/// Reads who was erased in the store that a backup is of.
///
/// # Errors
/// The backup is damaged, or holds a record of another form.
pub fn of_backup(chain: &Chain) -> Result<Erasures, StoreError> {
    let mut reading = Reading::default();
    if let Some(last) = chain.last() {
        last.records(&mut |key, value| {
            if let Some(key) = key.strip_prefix(&[Shelf::Customer.byte()]) {
                reading.take(key, value);
            }
            Ok(())
        })?;
    }
    reading.finish()
}

/// Refuses erasures that [`carry`] would refuse once a backup is restored.
///
/// # Errors
/// The hashes of the two are made with different keys; the backup is damaged.
pub fn check(chain: &Chain, known: &Erasures) -> Result<(), StoreError> {
    match known.is_empty() {
        true => Ok(()),
        false => same_key(&of_backup(chain)?, known),
    }
}

fn same_key(own: &Erasures, known: &Erasures) -> Result<(), StoreError> {
    match own.key.zip(known.key) {
        Some((own, key)) if own != key => Err(StoreError::OtherErasures),
        _ => Ok(()),
    }
}

/// Erases in `store` whoever `known` says; gives their rows there. Those whom the store never had
/// stay refused.
///
/// # Errors
/// The hashes of the two are made with different keys.
pub fn carry(store: &Store, known: &Erasures) -> Result<BTreeSet<u32>, StoreError> {
    let own = load(store)?;
    let Some(key) = known.key.filter(|_| !known.is_empty()) else {
        return Ok(BTreeSet::new());
    };
    same_key(&own, known)?;
    let mut missing = known.hashes.clone();
    missing.retain(|hash, _| !own.hashes.contains_key(hash));
    let (mut records, mut rows) = (Vec::new(), BTreeSet::new());
    if own.key.is_none() {
        records.push(record(KEY, &[], key.to_vec()));
    }
    store.scan(0, &mut |_, facts| {
        for fact in &facts {
            let Fact::Customer { row, id } = fact else {
                continue;
            };
            let hash = hash(&key, id);
            if let Some((_, at)) = missing.remove(&hash) {
                rows.insert(row.0);
                records.push(erased(&hash, *row, at));
            }
        }
        Ok(())
    })?;
    let nowhere = missing.iter();
    records.extend(nowhere.map(|(hash, (_, at))| erased(hash, NOWHERE, *at)));
    append(store, records)?;
    Ok(rows)
}

/// Writes records in portions that the store takes.
///
/// # Errors
/// The store refuses them.
pub fn append(store: &Store, records: Vec<Record>) -> Result<(), StoreError> {
    let mut records = records.into_iter().peekable();
    while records.peek().is_some() {
        let portion = records.by_ref().take(ERASED_RECORDS_AT_ONCE).collect();
        store.append_with(Vec::new(), portion)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::calendar::Instant;
    use crate::ingest::erasure::records_for;
    use crate::ingest::testing;
    use crate::store::Options;
    use crate::store::backup::{Job, restore};
    use crate::store::fact::Row;

    fn store(folder: &std::path::Path, ids: &[&str]) -> Store {
        let options = Options {
            ballast_bytes: 0,
            ..Options::default()
        };
        let store = Store::open_with(folder, &testing::schema(), options).unwrap();
        let customer = |(row, id): (u32, &&str)| Fact::Customer {
            row: Row(row),
            id: (*id).into(),
        };
        store
            .append((0..).zip(ids).map(customer).collect())
            .unwrap();
        store
    }

    fn erase(store: &Store, id: &str, row: u32) {
        let (_, records) = records_for(&load(store).unwrap(), id, Row(row), Instant(7)).unwrap();
        store.append_with(Vec::new(), records).unwrap();
    }

    fn backup(store: &Store, folder: &std::path::Path) -> std::path::PathBuf {
        let job = Job {
            folder,
            incremental: false,
            stop: &|| false,
        };
        store.backup(&job).unwrap().path
    }

    #[test]
    fn a_restored_backup_does_not_bring_back_who_was_erased_since() {
        let place = tempfile::tempdir().unwrap();
        let store = store(&place.path().join("data"), &["ada", "ben", "eva"]);
        let older = backup(&store, place.path());
        erase(&store, "ben", 1);
        let with_ben = backup(&store, place.path());
        erase(&store, "zoe", 3);
        let newest = backup(&store, place.path());
        let known = of_backup(&Chain::of(&newest).unwrap()).unwrap();
        assert_eq!(known, load(&store).unwrap());
        for (at, from) in [older, with_ben].iter().enumerate() {
            let to = place.path().join(format!("new{at}"));
            let mut rows = BTreeSet::new();
            restore(
                &Chain::of(from).unwrap(),
                &to,
                &Options::default(),
                &mut |store| {
                    rows = carry(store, &known)?;
                    Ok(())
                },
            )
            .unwrap();
            assert_eq!(
                rows,
                if at == 0 {
                    BTreeSet::from([1])
                } else {
                    BTreeSet::new()
                }
            );
            let store = Store::open(&to, &testing::schema()).unwrap();
            let held = load(&store).unwrap();
            assert!(held.refuses("ben") && held.refuses("zoe") && !held.refuses("ada"));
            assert_eq!(held.rows(), &BTreeSet::from([1, u32::MAX]));
        }
    }

    #[test]
    fn erasures_of_another_store_are_refused() {
        let place = tempfile::tempdir().unwrap();
        let one = store(&place.path().join("one"), &["ada", "ben"]);
        let two = store(&place.path().join("two"), &["ada", "ben"]);
        erase(&one, "ada", 0);
        erase(&two, "ben", 1);
        let known = load(&two).unwrap();
        assert_eq!(carry(&one, &known), Err(StoreError::OtherErasures));
        // Known before anything is restored.
        let chain = |store, to: &str| Chain::of(&backup(store, &place.path().join(to))).unwrap();
        let (of_one, of_two) = (chain(&one, "kept-1"), chain(&two, "kept-2"));
        assert_eq!(check(&of_one, &known), Err(StoreError::OtherErasures));
        assert_eq!(check(&of_two, &known), Ok(()));
        assert_eq!(check(&of_one, &Erasures::default()), Ok(()));
        let nobody = Erasures::default();
        assert_eq!(carry(&one, &nobody), Ok(BTreeSet::new()));
    }
}
