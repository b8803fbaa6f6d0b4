//! A small disk that is full: while many facts come, while columns are saved, while a backup or
//! a compacted log is written, and while a store is opened. What was acknowledged stays, questions
//! are answered, and with room again everything goes on.

use std::fs;
use std::path::Path;

use tamis::base::calendar::Instant;
use tamis::base::value::Value;
use tamis::schema::EventId;
use tamis::store::backup::{Job, check_target};
use tamis::store::fact::{Fact, Row};
use tamis::store::{Options, Store, StoreError};

use crate::disk::Disk;
use crate::model::{self, mix};

/// Megabytes of the disk: the 64 that stay free, and some.
const DISK_MEGABYTES: usize = 128;

/// The disk, or a word that nothing is tried.
fn mounted(folder: &Path) -> Option<Disk> {
    let disk = Disk::mount(folder, DISK_MEGABYTES);
    if disk.is_none() {
        println!("skipped: no file system can be mounted here");
    }
    disk
}

fn events(from: u64, count: u64) -> Vec<Fact> {
    let event = |n: u64| Fact::Event {
        event: EventId(0),
        row: Row((n % 16) as u32),
        at: Instant(n as i64),
        sequence: None,
        identity: mix(n as u32, 9),
        fields: vec![
            Some(Value::Int(mix(n as u32, 1) as i64)),
            Some(Value::Int(mix(n as u32, 2) as i64)),
        ],
    };
    (from..from + count).map(event).collect()
}

fn opened(data: &Path) -> Result<Store, StoreError> {
    let store = Store::open_with(data, &model::schema(), Options::default())?;
    model::bring_customers(&store)?;
    Ok(store)
}

/// Appends until the disk is full; gives how many facts there are.
fn append_until_full(store: &Store) -> u64 {
    loop {
        let from = store.position();
        match store.append(events(from, 10_000)) {
            Ok(_) => {}
            Err(error) => {
                assert_eq!(error.code(), "S020", "{error}");
                return store.position();
            }
        }
    }
}

fn is_whole(store: &Store, facts: u64) {
    assert_eq!(store.position(), facts);
    let verified = store.verify().unwrap();
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!(verified.facts, facts);
}

#[test]
fn a_disk_that_is_mounted_takes_no_other_name() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("new");
    let Some(_disk) = mounted(&target) else {
        return;
    };
    // Empty, and yet no rename from beside it can replace it: known before anything is restored.
    let refused = check_target(&target).unwrap_err();
    assert_eq!(refused.code(), "S063");
    assert!(refused.to_string().contains("mounted on it"), "{refused}");
    assert_eq!(check_target(&target.join("data")), Ok(()));
}

#[test]
fn while_many_facts_come() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = mounted(folder.path()) else {
        return;
    };
    let data = folder.path().join("data");
    let store = opened(&data).unwrap();
    disk.fill(24);
    let facts = append_until_full(&store);
    is_whole(&store, facts);
    // To the last byte: reading goes on, and after a kill the store opens, in the room of its ballast.
    fs::write(data.join("BALLAST"), vec![1; 40 << 20]).unwrap();
    disk.fill(DISK_MEGABYTES);
    is_whole(&store, facts);
    assert_eq!(store.append(events(facts, 1)).unwrap_err().code(), "S020");
    drop(store);
    fs::remove_file(data.join("CLEAN")).ok();
    let store = opened(&data).unwrap();
    assert!(!data.join("BALLAST").exists());
    is_whole(&store, facts);
    assert_eq!(store.append(events(facts, 1)).unwrap_err().code(), "S020");
    disk.free();
    store.append(events(facts, 1)).unwrap();
    is_whole(&store, facts + 1);
}

#[test]
fn while_columns_are_saved_and_a_log_is_compacted() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = mounted(folder.path()) else {
        return;
    };
    let data = folder.path().join("data");
    let store = opened(&data).unwrap();
    store.append(events(16, 100_000)).unwrap();
    let facts = store.position();
    let columns = model::columns(&store).unwrap();
    disk.fill(DISK_MEGABYTES);
    // Refused before anything is written; and where the guard does not help, by the system.
    assert_eq!(columns.save(&store).unwrap_err().code(), "S020");
    let place = store.columns_folder().unwrap();
    let mut saver = tamis::columns::saved::Saver::default();
    assert!(saver.save(&place, &columns).is_err());
    is_whole(&store, facts);
    // With room for all but a second log.
    disk.free();
    disk.fill(DISK_MEGABYTES - 64 - store.size().unwrap().disk_bytes as usize * 3 / 2 / (1 << 20));
    store.close().unwrap();
    assert_eq!(model::compact(&data).unwrap_err().code(), "S020");
    let store = opened(&data).unwrap();
    is_whole(&store, facts);
    disk.free();
    let again = model::columns(&store).unwrap();
    assert_eq!(again.difference(&columns), None);
    assert!(saver.save(&place, &again).unwrap().files > 0);
    store.close().unwrap();
    model::compact(&data).unwrap();
    is_whole(&opened(&data).unwrap(), facts);
}

#[test]
fn where_a_backup_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let Some(disk) = mounted(&kept) else {
        return;
    };
    let store = opened(&folder.path().join("data")).unwrap();
    store.append(events(16, 200_000)).unwrap();
    let facts = store.position();
    disk.fill(DISK_MEGABYTES);
    let job = Job {
        folder: &kept,
        incremental: false,
        stop: &|| false,
    };
    let refused = store.backup(&job).unwrap_err();
    assert_eq!(refused.code(), "S040", "{refused}");
    assert!(refused.to_string().contains("No space left"), "{refused}");
    // Nothing of it is left, and the store does not mind.
    assert_eq!(fs::read_dir(&kept).unwrap().count(), 1);
    is_whole(&store, facts);
    store.append(events(facts, 10)).unwrap();
    disk.free();
    assert_eq!(store.backup(&job).unwrap().position, facts + 10);
}
