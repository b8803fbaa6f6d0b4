//! Salvaging damaged stores, by the store's public functions.

use super::*;
use crate::store::backup::{Chain, Job};
use crate::store::engine::{Engine, Tuning};
use crate::store::folder::LOG;
use crate::store::key;
use crate::store::tests::{facts_of, open, options, read_all, schema};
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

fn had(data: &Path, to: &Path, backup: Option<&Path>) -> Salvaged {
    let chain = backup.map(|path| Chain::of(path).unwrap());
    salvage(data, to, chain.as_ref(), &options().0).unwrap()
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
    let refused = salvage(&data, &to, None, &options().0).unwrap_err();
    assert_eq!(refused.code(), "S067", "{refused}");
    let had = had(&data, &to, Some(&backup));
    let end = facts.len() as u64;
    let lost = Lost {
        positions: (980, end),
        customers: None,
    };
    assert_eq!((had.lost, had.records), (vec![lost], Records::OfBackup));
    assert!(read_all(&opened(&to), 0) == facts[..980]);
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
