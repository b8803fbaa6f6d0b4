//! Salvaging damaged stores, by the store's public functions.

use super::*;
use crate::store::backup::{Chain, Job};
use crate::store::engine::{Engine, Order, Tuning};
use crate::store::folder::{self, LOG};
use crate::store::key;
use crate::store::tests::{facts_of, open, options, others_of, read_all, schema};
use crate::store::{Record, Shelf, Store};

fn record(row: u32) -> Record {
    Record {
        shelf: Shelf::Due,
        key: row.to_be_bytes().to_vec(),
        value: Some(b"kept".to_vec()),
    }
}

/// A closed store; a backup of its first half is beside it.
fn filled(place: &Path) -> (PathBuf, PathBuf, Vec<Fact>) {
    let data = place.join("data");
    let store = open(&data, &schema()).unwrap();
    for row in 0..280 {
        store.append_with(facts_of(row), vec![record(row)]).unwrap();
        if row == 139 {
            let kept = place.join("kept");
            let job = Job {
                folder: &kept,
                incremental: false,
                stop: &|| false,
            };
            store.backup(&job).unwrap();
        }
    }
    let facts = read_all(&store, 0);
    store.close().unwrap();
    let mut kept = std::fs::read_dir(place.join("kept")).unwrap();
    let backup = kept.next().unwrap().unwrap().path();
    (data, backup, facts)
}

/// Changes the log behind the store's back.
fn tamper(data: &Path, change: impl Fn(&Engine)) {
    let engine = Engine::open(&data.join(LOG), Tuning::default()).unwrap();
    change(&engine);
    engine.sync().unwrap();
    engine.close().unwrap();
}

fn remove(engine: &Engine, position: u64) {
    engine.put(vec![(key::facts(position), None)]).unwrap();
}

/// First positions of the blocks of a closed store.
fn places(data: &Path) -> Vec<u64> {
    let engine = Engine::open(&data.join(LOG), Tuning::default()).unwrap();
    let mut places = Vec::new();
    let (from, until) = (key::facts(0), key::facts(u64::MAX));
    engine
        .scan(&from, &until, Order::Rising, &mut |key, _| {
            places.extend(key::facts_position(key));
            Ok(true)
        })
        .unwrap();
    engine.close().unwrap();
    places
}

fn try_salvage(data: &Path, to: &Path, chain: Option<&Chain>) -> Result<Salvaged, StoreError> {
    salvage(data, to, (chain, None), &options().0, &mut |_| Ok(()))
}

fn had(data: &Path, to: &Path, backup: Option<&Path>) -> Salvaged {
    let chain = backup.map(|path| Chain::of(path).unwrap());
    try_salvage(data, to, chain.as_ref()).unwrap()
}

fn opened(folder: &Path) -> Store {
    let store = open(folder, &schema()).unwrap();
    assert!(store.verify().unwrap().is_sound());
    store
}

#[test]
fn a_sound_store_is_had_whole() {
    let place = tempfile::tempdir().unwrap();
    let (data, _, facts) = filled(place.path());
    let to = place.path().join("new");
    let had = had(&data, &to, None);
    assert_eq!((had.lost, had.records), (vec![], Records::Sound));
    let store = opened(&to);
    assert!(read_all(&store, 0) == facts);
    assert!(
        store
            .record(Shelf::Due, &279_u32.to_be_bytes())
            .unwrap()
            .is_some()
    );
    assert!(!place.path().join("new.restoring").exists());
    // The damaged folder is left alone.
    assert!(read_all(&opened(&data), 0) == facts);
}

#[test]
fn what_is_lost_is_named_and_what_lies_behind_it_is_there() {
    let place = tempfile::tempdir().unwrap();
    let (data, backup, facts) = filled(place.path());
    // One block in the first half, one in the second: of a customer each.
    let (early, late) = (70 * 7, 210 * 7);
    tamper(&data, |engine| {
        remove(engine, early);
        remove(engine, late);
    });
    assert!(!open(&data, &schema()).unwrap().verify().unwrap().is_sound());
    let alone = place.path().join("alone");
    let without = had(&data, &alone, None);
    let lost = |at: u64| Lost {
        positions: (at, at + 7),
        customers: Some((at as u32 / 7, at as u32 / 7 + 1)),
    };
    assert_eq!(without.lost, [lost(early), lost(late)]);
    let store = opened(&alone);
    let read = read_all(&store, 0);
    assert_eq!(read.len(), facts.len());
    assert!(read[late as usize + 7..] == facts[late as usize + 7..]);
    assert!(matches!(&read[late as usize], Fact::Customer { id, .. } if **id == *"lost:210"));
    store.append(facts_of(280)).unwrap();
    // The backup has the first half.
    let both = place.path().join("both");
    let with = had(&data, &both, Some(&backup));
    assert_eq!(
        (with.lost, with.records),
        (vec![lost(late)], Records::Sound)
    );
    let read = read_all(&opened(&both), 0);
    assert!(read[..late as usize] == facts[..late as usize]);
}

#[test]
fn a_log_that_does_not_open_leaves_the_backup() {
    let place = tempfile::tempdir().unwrap();
    let (data, backup, facts) = filled(place.path());
    std::fs::write(data.join(LOG).join("db"), [0xa7; 100_000]).unwrap();
    let to = place.path().join("new");
    let refused = try_salvage(&data, &to, None).unwrap_err();
    assert_eq!(refused.code(), "S067", "{refused}");
    let had = had(&data, &to, Some(&backup));
    let end = facts.len() as u64;
    let lost = Lost {
        positions: (980, end),
        customers: None,
    };
    assert_eq!((had.lost, had.records), (vec![lost], Records::OfBackup));
    let read = read_all(&opened(&to), 0);
    assert!(read[..980] == facts[..980]);
    assert!(read[980..] == vec![Fact::nothing(Row(0)); facts.len() - 980]);
}

#[test]
fn damaged_records_are_told_of() {
    let place = tempfile::tempdir().unwrap();
    let (data, backup, facts) = filled(place.path());
    tamper(&data, |engine| {
        let gone = [&[0x50][..], &5_u32.to_be_bytes()].concat();
        engine.put(vec![(gone, None)]).unwrap();
    });
    assert!(open(&data, &schema()).is_err());
    let one = place.path().join("one");
    assert_eq!(had(&data, &one, None).records, Records::Doubtful);
    assert!(read_all(&opened(&one), 0) == facts);
    let two = place.path().join("two");
    assert_eq!(had(&data, &two, Some(&backup)).records, Records::OfBackup);
    let store = opened(&two);
    assert!(read_all(&store, 0) == facts);
    assert!(
        store
            .record(Shelf::Due, &5_u32.to_be_bytes())
            .unwrap()
            .is_some()
    );
}

fn backup_of(store: &Store, kept: &Path) -> PathBuf {
    let job = Job {
        folder: kept,
        incremental: false,
        stop: &|| false,
    };
    store.backup(&job).unwrap().path
}

/// Facts of those rows, as another store has them.
fn others(rows: std::ops::Range<u32>) -> Vec<Fact> {
    rows.flat_map(others_of).collect()
}

#[test]
fn a_log_that_was_rolled_back_has_no_sound_records() {
    let place = tempfile::tempdir().unwrap();
    let (data, _, _) = filled(place.path());
    let old = place.path().join("old");
    folder::copy_folder(&data.join(LOG), &old, true).unwrap();
    let store = open(&data, &schema()).unwrap();
    for row in 280..285 {
        store.append_with(facts_of(row), vec![record(row)]).unwrap();
    }
    let facts = read_all(&store, 0);
    let newest = backup_of(&store, &place.path().join("newest"));
    store.close().unwrap();
    std::fs::remove_dir_all(data.join(LOG)).unwrap();
    folder::copy_folder(&old, &data.join(LOG), true).unwrap();
    let one = place.path().join("one");
    let alone = had(&data, &one, None);
    assert_eq!(alone.records, Records::Doubtful, "{:?}", alone.tried);
    let lost = Lost {
        positions: (280 * 7, 285 * 7),
        customers: None,
    };
    assert_eq!(alone.lost, [lost]);
    // Of two that are what they count the one that went further has them.
    let two = place.path().join("two");
    let both = had(&data, &two, Some(&newest));
    assert_eq!((both.records, both.lost), (Records::OfBackup, vec![]));
    let store = opened(&two);
    assert!(read_all(&store, 0) == facts);
    let last = store.record(Shelf::Due, &284_u32.to_be_bytes());
    assert!(last.unwrap().is_some());
}

fn erased(part: &[u8], value: &[u8]) -> Record {
    Record {
        shelf: Shelf::Customer,
        key: [crate::store::ERASURES, part].concat(),
        value: Some(value.to_vec()),
    }
}

#[test]
fn whom_any_source_knows_as_erased_stays_so() {
    for own_key in [b"one", b"two"] {
        let place = tempfile::tempdir().unwrap();
        let (data, _, _) = filled(place.path());
        let store = open(&data, &schema()).unwrap();
        store
            .append_with(Vec::new(), vec![erased(b"key", own_key)])
            .unwrap();
        let backup = backup_of(&store, &place.path().join("older"));
        let later = vec![erased(b"key", b"one"), erased(b"id/ada", b"row")];
        store.append_with(Vec::new(), later).unwrap();
        store.close().unwrap();
        tamper(&data, |engine| {
            let gone = [&[0x50][..], &5_u32.to_be_bytes()].concat();
            engine.put(vec![(gone, None)]).unwrap();
        });
        let to = place.path().join("new");
        let had = had(&data, &to, Some(&backup));
        assert_eq!(had.records, Records::OfBackup);
        let find = |part: &[u8]| {
            let key = [crate::store::ERASURES, part].concat();
            opened(&to).record(Shelf::Customer, &key).unwrap()
        };
        assert_eq!(find(b"key").as_deref(), Some(&own_key[..]));
        let is_same = own_key == b"one";
        assert_eq!(find(b"id/ada").is_some(), is_same);
        let told = had.tried.iter().any(|line| line.contains("another key"));
        assert_eq!(told, !is_same, "{:?}", had.tried);
    }
}

#[test]
fn a_backup_of_another_line_is_not_mixed_in() {
    let place = tempfile::tempdir().unwrap();
    let (data, half, facts) = filled(place.path());
    tamper(&data, |engine| remove(engine, 70 * 7));
    let to = place.path().join("new");
    let refused = |backup: &Path| {
        let error = try_salvage(&data, &to, Some(&Chain::of(backup).unwrap())).unwrap_err();
        assert_eq!(error.code(), "S060", "{error}");
        assert!(!to.exists() && !place.path().join("new.restoring").exists());
        error.to_string()
    };
    let strange = open(&place.path().join("strange"), &schema()).unwrap();
    strange.append(others(0..100)).unwrap();
    let said = refused(&backup_of(&strange, &place.path().join("strange-kept")));
    assert!(
        said.contains("at position 0 it holds other facts"),
        "{said}"
    );
    // One that was restored from this very store and went another way since.
    let twin = place.path().join("twin");
    let chain = Chain::of(&half).unwrap();
    crate::store::backup::restore(&chain, &twin, &options().0, &mut |_| Ok(())).unwrap();
    let twin = open(&twin, &schema()).unwrap();
    twin.append(others(140..280)).unwrap();
    let twins = backup_of(&twin, &place.path().join("twin-kept"));
    let said = refused(&twins);
    assert!(
        said.contains("at position 980 it holds other facts"),
        "{said}"
    );
    // With nothing left to hold it against, what lies behind is not believed either.
    tamper(&data, |engine| {
        (140..280).for_each(|row| remove(engine, row * 7));
    });
    let done = had(&data, &to, Some(&twins));
    let told = done
        .tried
        .iter()
        .any(|line| line.contains("from position 980 on are left out"));
    assert!(told, "{:?}", done.tried);
    let lost = Lost {
        positions: (980, facts.len() as u64),
        customers: Some((140, 280)),
    };
    assert_eq!(done.lost, [lost]);
    assert!(read_all(&opened(&to), 0)[..980] == facts[..980]);
}

#[test]
fn an_older_backup_fills_gaps_also_after_the_log_was_compacted_and_somebody_erased() {
    let place = tempfile::tempdir().unwrap();
    let (data, half, _) = filled(place.path());
    let store = Store::open_with(&data, &Schema::default(), options().0).unwrap();
    let work = crate::store::compact::Work {
        erased: &std::collections::BTreeSet::from([7, 90]),
        fate: &mut |_, _, value| Some(value),
        beside: &mut |_| Ok(()),
    };
    crate::store::compact::compact(store, work).unwrap();
    let store = open(&data, &schema()).unwrap();
    let facts = read_all(&store, 0);
    store.close().unwrap();
    let places = places(&data);
    // The first block of several is gone.
    assert!(places.len() > 1 && places[1] < 980, "{places:?}");
    tamper(&data, |engine| remove(engine, 0));
    let to = place.path().join("new");
    let done = had(&data, &to, Some(&half));
    assert_eq!((done.lost, done.records), (vec![], Records::Sound));
    let read = read_all(&opened(&to), 0);
    assert!(read[places[1] as usize..] == facts[places[1] as usize..]);
    assert!(matches!(&read[49], Fact::Customer { id, .. } if **id == *"客户-7"));
}

#[test]
fn the_old_log_of_a_swap_that_was_cut_off_is_tried() {
    let place = tempfile::tempdir().unwrap();
    let (data, _, facts) = filled(place.path());
    // The old log lies aside, the new one has its place, and the witness is still the old one.
    std::fs::rename(data.join(LOG), data.join("sled.old")).unwrap();
    std::fs::create_dir(data.join(LOG)).unwrap();
    std::fs::write(data.join(LOG).join("db"), [0xa7; 100_000]).unwrap();
    std::fs::write(data.join("SWAP"), "").unwrap();
    let to = place.path().join("new");
    let done = had(&data, &to, None);
    assert_eq!((done.lost, done.records), (vec![], Records::Sound));
    assert!(read_all(&opened(&to), 0) == facts);
    let absent = done
        .tried
        .iter()
        .any(|line| line == "sled.before: not there");
    assert!(absent, "{:?}", done.tried);
}

#[test]
fn a_folder_that_is_not_there_is_not_salvaged() {
    let place = tempfile::tempdir().unwrap();
    let (_, backup, _) = filled(place.path());
    let nowhere = place.path().join("nowhere");
    let chain = Chain::of(&backup).unwrap();
    let to = place.path().join("new");
    let refused = try_salvage(&nowhere, &to, Some(&chain)).unwrap_err();
    assert_eq!(refused.code(), "S002", "{refused}");
    assert!(!nowhere.exists() && !to.exists());
}

#[test]
fn a_gap_of_many_blocks_is_filled_and_the_rows_behind_it_stay() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let store = open(&data, &schema()).unwrap();
    store
        .append((0..2_000).flat_map(facts_of).collect())
        .unwrap();
    let facts = read_all(&store, 0);
    store.close().unwrap();
    let (from, until) = (key::facts(1_000), key::facts(9_000));
    tamper(&data, |engine| {
        let mut gone = Vec::new();
        engine
            .scan(&from, &until, Order::Rising, &mut |key, _| {
                gone.push((key.to_vec(), None));
                Ok(true)
            })
            .unwrap();
        engine.put(gone).unwrap();
    });
    let to = place.path().join("new");
    let done = had(&data, &to, None);
    let [lost] = &done.lost[..] else {
        panic!("{:?}", done.lost)
    };
    let (start, end) = lost.positions;
    assert!(start < 3_000 && end - start > 7_000, "{lost:?}");
    let read = read_all(&opened(&to), 0);
    assert_eq!(read.len(), facts.len());
    assert!(read[..start as usize] == facts[..start as usize]);
    assert!(read[end as usize..] == facts[end as usize..]);
    let (first, last) = lost.customers.unwrap();
    let names = read[start as usize..end as usize]
        .iter()
        .filter_map(|fact| match fact {
            Fact::Customer { row, id } => Some((row.0, id.to_string())),
            _ => None,
        });
    let wanted: Vec<_> = (first..last)
        .map(|row| (row, format!("lost:{row}")))
        .collect();
    assert_eq!(names.collect::<Vec<_>>(), wanted);
}

#[test]
fn rows_that_were_lost_at_the_end_are_given_to_nobody_else() {
    let place = tempfile::tempdir().unwrap();
    let (data, _, _) = filled(place.path());
    tamper(&data, |engine| {
        (270..280).for_each(|row| remove(engine, row * 7));
    });
    let to = place.path().join("new");
    let lost = Lost {
        positions: (270 * 7, 280 * 7),
        customers: Some((270, 280)),
    };
    let done = had(&data, &to, None);
    assert_eq!((done.lost, done.customers), (vec![lost], 280));
    let store = opened(&to);
    let kept = store.record(Shelf::Due, &275_u32.to_be_bytes()).unwrap();
    assert!(kept.is_some());
    assert!(store.append(facts_of(270)).is_err());
    store.append(facts_of(280)).unwrap();
}

#[test]
fn a_key_of_erased_ids_that_is_lost_is_taken_from_who_knows_it() {
    let place = tempfile::tempdir().unwrap();
    let (data, _, _) = filled(place.path());
    let store = open(&data, &schema()).unwrap();
    let records = vec![erased(b"id/ada", &[0; 12])];
    store.append_with(Vec::new(), records).unwrap();
    store.close().unwrap();
    let key = [crate::store::ERASURES, crate::store::ERASURES_KEY].concat();
    for known in [None, Some([7; 32])] {
        let to = place.path().join(format!("new-{}", known.is_some()));
        let done = salvage(&data, &to, (None, known), &options().0, &mut |_| Ok(()));
        let told = done.unwrap().tried;
        assert!(
            told.iter()
                .any(|line| line.contains("the key of erased ids is lost"))
        );
        let made = opened(&to).record(Shelf::Customer, &key).unwrap().unwrap();
        assert_eq!((made.len(), made == [7; 32]), (32, known.is_some()));
    }
}

mod line;
