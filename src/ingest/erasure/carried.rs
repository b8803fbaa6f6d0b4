//! Erasures carried over to an older state of the same store, so that a restored backup does
//! not bring back whom the store had erased since.

use std::collections::BTreeSet;

use super::{Erasures, KEY, Reading, erased, hash, load, record};
use crate::base::limit::ERASED_RECORDS_AT_ONCE;
use crate::store::backup::Chain;
use crate::store::fact::Fact;
use crate::store::lineage::{Common, Lineage, Log};
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

/// Another state of a store, which knows whom it erased.
pub enum Other {
    /// An open store.
    Store(Store),
    /// A backup.
    Backup(Chain),
}

impl Other {
    /// Who was erased there.
    ///
    /// # Errors
    /// It cannot be read, or holds a record of another form.
    pub fn erasures(&self) -> Result<Erasures, StoreError> {
        match self {
            Other::Store(store) => load(store),
            Other::Backup(chain) => of_backup(chain),
        }
    }

    /// Its log.
    pub fn log(&self) -> Log<'_> {
        match self {
            Other::Store(store) => Log::Store(store),
            Other::Backup(chain) => Log::Backup(chain),
        }
    }

    /// Whether it goes on from that commit: a store may stand where it was backed up, another backup may not.
    fn goes_on_from(&self, commits: u64) -> bool {
        match self {
            Other::Store(_) => self.log().commits() >= commits,
            Other::Backup(_) => self.log().commits() > commits,
        }
    }
}

/// Gives whom another state knows as erased, once it is shown to be of the store that the backup is of, and
/// newer: by the key of the hashes, which a store makes once; by the epoch; or by the facts of both.
///
/// # Errors
/// It is of another store, or nothing shows that it is of this one; it is not newer; either of them is damaged.
pub fn check(chain: &Chain, other: &Other) -> Result<Erasures, StoreError> {
    let (own, known) = (of_backup(chain)?, other.erasures()?);
    let (backup, log) = (Log::Backup(chain), other.log());
    let has_one_key = same_key(&own, &known)?;
    if !has_one_key && backup.epoch() != log.epoch() {
        prove(&Lineage::of(log)?, backup)?;
    }
    let tells_more = known.beyond(&own);
    // Erasures are never taken back: a state without some of them is an older one.
    let is_behind = own.beyond(&known);
    if tells_more || (!is_behind && other.goes_on_from(backup.commits())) {
        return Ok(known);
    }
    Err(StoreError::OlderErasures {
        what: format!(
            "what --erased-in names is of commit {} and knows nobody else as erased than the backup, which is of commit {}",
            log.commits(),
            backup.commits()
        ),
    })
}

/// Refuses a log that nothing shows to be of one store with another one.
///
/// # Errors
/// [`StoreError::OtherErasures`]; it cannot be read.
pub fn prove(other: &Lineage, own: Log<'_>) -> Result<(), StoreError> {
    let what = match other.common(own)? {
        Common::Facts(_) => return Ok(()),
        Common::Nothing => "nothing in it is also here".to_owned(),
        Common::OtherKinds => "it knows other kinds of facts".to_owned(),
        Common::OtherFacts(position) => format!("at position {position} it holds other facts"),
    };
    Err(StoreError::other_erasures(what))
}

/// Whether both have a key, which then is one.
///
/// # Errors
/// There are two.
pub fn same_key(own: &Erasures, known: &Erasures) -> Result<bool, StoreError> {
    match own.key.zip(known.key) {
        Some((own, key)) if own != key => Err(StoreError::other_erasures(
            "their hashes are made with another key",
        )),
        both => Ok(both.is_some()),
    }
}

/// Erases in `store` whoever `known` says; gives their rows there. Those whom the store never had
/// stay refused. The key of the hashes is taken over where there is none: only of what is shown to be of
/// this store, as it shuts out every other one from then on.
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

    /// In a folder of its own, as backups are named by their commit.
    fn chain(store: &Store, place: &std::path::Path, name: &str) -> Chain {
        Chain::of(&backup(store, &place.join(name))).unwrap()
    }

    #[test]
    fn erasures_of_another_store_are_refused() {
        let place = tempfile::tempdir().unwrap();
        let one = store(&place.path().join("one"), &["ada", "ben"]);
        let two = store(&place.path().join("two"), &["ada", "ben"]);
        erase(&one, "ada", 0);
        erase(&two, "ben", 1);
        let known = load(&two).unwrap();
        let refused = StoreError::other_erasures("their hashes are made with another key");
        assert_eq!(carry(&one, &known), Err(refused.clone()));
        // Known before anything is restored.
        let (of_one, of_two) = (
            chain(&one, place.path(), "kept-1"),
            chain(&two, place.path(), "kept-2"),
        );
        let two = Other::Store(two);
        assert_eq!(check(&of_one, &two), Err(refused));
        assert_eq!(check(&of_two, &two), Ok(known));
        let nobody = Erasures::default();
        assert_eq!(carry(&one, &nobody), Ok(BTreeSet::new()));
    }

    #[test]
    fn a_key_is_taken_over_of_this_very_store_only() {
        let place = tempfile::tempdir().unwrap();
        let own = store(&place.path().join("own"), &["ada", "ben", "eva"]);
        let before = chain(&own, place.path(), "kept");
        // It has somebody of the same id, so that the hash of hers would find one here.
        let strange = store(&place.path().join("strange"), &["zoe", "ada"]);
        let bare = store(&place.path().join("bare"), &[]);
        let refused = |other: Store| check(&before, &Other::Store(other)).unwrap_err().code();
        assert_eq!(refused(bare), "S064");
        erase(&strange, "ada", 1);
        assert_eq!(refused(strange), "S064");
        let without = store(&place.path().join("without"), &["zoe", "ada"]);
        assert_eq!(refused(without), "S064");
        // Written anew under another epoch it is shown to be the same by its facts.
        let to = place.path().join("anew");
        restore(&before, &to, &Options::default(), &mut |_| Ok(())).unwrap();
        let anew = Store::open(&to, &testing::schema()).unwrap();
        erase(&anew, "ben", 1);
        let known = load(&anew).unwrap();
        assert_eq!(check(&before, &Other::Store(anew)), Ok(known));
    }

    #[test]
    fn a_state_that_is_not_newer_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let own = store(&place.path().join("own"), &["ada", "ben", "eva"]);
        let oldest = chain(&own, place.path(), "first");
        let again = Other::Backup(chain(&own, place.path(), "again"));
        erase(&own, "ada", 0);
        let second = chain(&own, place.path(), "second");
        let code =
            |chain: &Chain, other: &Other| check(chain, other).err().map(|error| error.code());
        // Itself, one of the same commit, and an older one.
        assert_eq!(code(&oldest, &again), Some("S069"));
        assert_eq!(code(&second, &again), Some("S069"));
        assert_eq!(code(&oldest, &Other::Backup(second)), None);
        // The store stands where it was backed up: nobody was erased since.
        let newest = chain(&own, place.path(), "newest");
        let own = Other::Store(own);
        assert_eq!(code(&newest, &own), None);
    }
}
