//! Whom the store has erased: a keyed hash of each id, so that no import, request or
//! restored file brings the person back, and the rows that nobody sees. The key is
//! made once and stays with the store. Rewriting what the log still holds is not here.

pub mod carried;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::calendar::{Instant, Zone};
use crate::base::secret::{hmac_sha256, random_key};
use crate::columns::{ColumnsError, Snapshot, saved};
use crate::schema::Schema;
use crate::store::fact::Row;
use crate::store::{self, Record, Shelf, Store, StoreError};

/// Keys of a store's erasures begin with it: before all others of their shelf, so that reading ends with them.
const PREFIX: &[u8] = store::ERASURES;
/// After the prefix: where the key of the hashes lies.
const KEY: &[u8] = store::ERASURES_KEY;
/// After the prefix, before the hash: one erased customer.
const ID: &[u8] = b"id/";

type Hash = [u8; 32];

/// The erased customers of one store.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Erasures {
    /// Of the hashes; there is none before the first erasure.
    key: Option<Hash>,
    /// With the row and the instant of the erasure.
    hashes: BTreeMap<Hash, (Row, Instant)>,
    rows: BTreeSet<u32>,
}

impl Erasures {
    /// Whether the customer of that id (NFC) was erased.
    pub fn refuses(&self, id: &str) -> bool {
        match &self.key {
            Some(key) if !self.hashes.is_empty() => self.hashes.contains_key(&hash(key, id)),
            _ => false,
        }
    }

    /// Rows of the log that nobody may see: for [`Snapshot::hide`].
    pub fn rows(&self) -> &BTreeSet<u32> {
        &self.rows
    }

    /// The key of the hashes, once there was an erasure.
    pub fn key(&self) -> Option<store::ErasuresKey> {
        self.key
    }

    /// How many customers were erased.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether it has somebody whom the other has not; both under one key.
    fn beyond(&self, other: &Self) -> bool {
        let mut hashes = self.hashes.keys();
        hashes.any(|hash| !other.hashes.contains_key(hash))
    }

    /// Whether nobody was.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }
}

impl std::fmt::Debug for Erasures {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Erasures({})", self.len())
    }
}

fn hash(key: &Hash, id: &str) -> Hash {
    hmac_sha256(key, &[id.as_bytes()])
}

/// Reads who was erased.
///
/// # Errors
/// The store cannot be read, or holds a record of another form.
pub fn load(store: &Store) -> Result<Erasures, StoreError> {
    let mut reading = Reading::default();
    store.records(
        Shelf::Customer,
        &mut |key, value| match key.starts_with(PREFIX) {
            true => Ok(reading.take(key, value)),
            false => Ok(key < PREFIX),
        },
    )?;
    reading.finish()
}

/// Erasures while their records are read.
#[derive(Default)]
struct Reading {
    erasures: Erasures,
    broken: bool,
}

impl Reading {
    /// One record of the shelf; others than erasures are passed over. Whether all is well so far.
    fn take(&mut self, key: &[u8], value: &[u8]) -> bool {
        let Some(rest) = key.strip_prefix(PREFIX) else {
            return true;
        };
        let erasures = &mut self.erasures;
        let sound = match rest.strip_prefix(ID) {
            _ if rest == KEY => value.try_into().map(|key| erasures.key = Some(key)).is_ok(),
            Some(hash) => match (hash.try_into(), place_of(value)) {
                (Ok(hash), Some((row, at))) => {
                    erasures.hashes.insert(hash, (row, at));
                    erasures.rows.insert(row.0);
                    true
                }
                _ => false,
            },
            None => false,
        };
        self.broken |= !sound;
        sound
    }

    fn finish(self) -> Result<Erasures, StoreError> {
        let Self { erasures, broken } = self;
        match !broken && (erasures.key.is_some() || erasures.is_empty()) {
            true => Ok(erasures),
            false => Err(StoreError::damaged(
                "a record of an erased customer is none of this format",
            )),
        }
    }
}

/// One more erased customer: what holds once the records are in the store.
///
/// # Errors
/// No key could be made; the sentence says why.
pub fn records_for(
    erasures: &Erasures,
    id: &str,
    row: Row,
    at: Instant,
) -> Result<(Erasures, Vec<Record>), String> {
    let mut next = erasures.clone();
    let mut records = Vec::new();
    let key = match next.key {
        Some(key) => key,
        None => {
            let key = random_key()?;
            records.push(record(KEY, &[], key.to_vec()));
            *next.key.insert(key)
        }
    };
    let hash = hash(&key, id);
    next.hashes.insert(hash, (row, at));
    next.rows.insert(row.0);
    records.push(erased(&hash, row, at));
    Ok((next, records))
}

fn erased(hash: &Hash, row: Row, at: Instant) -> Record {
    let value = [&row.0.to_le_bytes()[..], &at.0.to_le_bytes()].concat();
    record(ID, hash, value)
}

fn record(part: &[u8], hash: &[u8], value: Vec<u8>) -> Record {
    Record {
        shelf: Shelf::Customer,
        key: [PREFIX, part, hash].concat(),
        value: Some(value),
    }
}

/// The row in four bytes, and in eight the instant of the erasure.
fn place_of(value: &[u8]) -> Option<(Row, Instant)> {
    let (row, at) = value.split_first_chunk::<4>()?;
    let at = i64::from_le_bytes(at.try_into().ok()?);
    Some((Row(u32::from_le_bytes(*row)), Instant(at)))
}

/// All facts in the store, of customers that are not erased.
///
/// # Errors
/// As [`Snapshot::from_store`].
pub fn snapshot(store: &Store, schema: &Schema, zone: Zone) -> Result<Snapshot, ColumnsError> {
    let erasures = load(store).map_err(ColumnsError::Store)?;
    let whole = Snapshot::from_store(store, schema, zone)?;
    Ok(whole.hide(erasures.rows.iter().copied()))
}

/// What saved columns are beside those that are made of the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SavedColumns {
    /// The same.
    Equal,
    /// There are none for this version, these kinds of facts and this log; why, in words.
    Absent(String),
    /// Their files are not what was written, or say something else; in words.
    Damaged(String),
}

/// As [`snapshot`], made of the whole log whatever is saved of it; and what is saved beside that.
///
/// # Errors
/// As [`Snapshot::from_store`].
pub fn rebuilt(
    store: &Store,
    schema: &Schema,
    zone: Zone,
) -> Result<(Snapshot, SavedColumns), ColumnsError> {
    let erasures = load(store).map_err(ColumnsError::Store)?;
    let hidden = || erasures.rows.iter().copied();
    let whole = Snapshot::of_log(store, schema, zone.clone())?.hide(hidden());
    let (snapshot, used) = Snapshot::from_store_telling(store, schema, zone.clone())?;
    let found = match (used, store.columns_folder()) {
        (Ok(_), _) => match snapshot.hide(hidden()).difference(&whole) {
            None => SavedColumns::Equal,
            Some(what) => SavedColumns::Damaged(what),
        },
        (Err(why), None) => SavedColumns::Absent(why),
        (Err(why), Some(folder)) => {
            match saved::is_meant(&folder, schema, &zone, store.position()) {
                Ok(false) => SavedColumns::Absent(why),
                Ok(true) | Err(_) => SavedColumns::Damaged(why),
            }
        }
    };
    Ok((whole, found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::testing;

    #[test]
    fn who_was_erased_is_known_after_reopening_and_not_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let schema = testing::schema();
        let store = Store::open(folder.path(), &schema).unwrap();
        assert_eq!(load(&store).unwrap(), Erasures::default());
        let (one, mut records) =
            records_for(&Erasures::default(), "Ada Lovelace", Row(3), Instant(7)).unwrap();
        let (two, more) = records_for(&one, "Ben", Row(1), Instant(8)).unwrap();
        assert_eq!((records.len(), more.len()), (2, 1));
        records.extend(more);
        records.push(Record {
            shelf: Shelf::Customer,
            key: b"z".to_vec(),
            value: Some(Vec::new()),
        });
        store.append_with(Vec::new(), records.clone()).unwrap();
        let store = store.reopen(&schema).unwrap();
        let known = load(&store).unwrap();
        assert_eq!(known, two);
        assert_eq!(known.rows(), &BTreeSet::from([1, 3]));
        assert!(known.refuses("Ada Lovelace") && known.refuses("Ben"));
        assert!(!known.refuses("ada lovelace") && !Erasures::default().refuses("Ben"));
        let holds_name = |bytes: &[u8]| {
            bytes
                .windows(3)
                .any(|part| part == b"Ada" || part == b"Ben")
        };
        assert!(!records.iter().any(|record| {
            holds_name(&record.key) || record.value.as_deref().is_some_and(holds_name)
        }));
        assert_eq!(format!("{known:?}"), "Erasures(2)");
    }

    #[test]
    fn a_record_of_another_form_is_damage() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path(), &testing::schema()).unwrap();
        let (_, records) = records_for(&Erasures::default(), "a", Row(0), Instant(0)).unwrap();
        for broken in [
            record(ID, &[1; 32], vec![0; 3]),
            record(ID, &[1; 5], vec![0; 12]),
            record(KEY, b"?", vec![0; 32]),
            records[1].clone(),
        ] {
            let remove = Record {
                value: None,
                ..broken.clone()
            };
            store.append_with(Vec::new(), vec![broken]).unwrap();
            assert!(load(&store).is_err());
            store.append_with(Vec::new(), vec![remove]).unwrap();
        }
        assert!(load(&store).unwrap().is_empty());
    }
}
