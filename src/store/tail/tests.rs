//! Tails that were ended, taken up, dropped and cut off, by the store's public functions.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::base::calendar::{Instant, Zone};
use crate::base::limit;
use crate::columns::Snapshot;
use crate::schema::{EventId, Schema};
use crate::store::backup::{Chain, Job, restore};
use crate::store::compact::{Work, compact};
use crate::store::engine::{Engine, Tuning};
use crate::store::fact::{Fact, Row};
use crate::store::folder::LOG;
use crate::store::key;
use crate::store::tests::{facts_of, open, options, read_all, schema};
use crate::store::{Record, Shelf, Store};

/// Customers before the tail.
const BEFORE: u32 = 20;
/// Facts of those.
const FLOOR: u64 = BEFORE as u64 * 7;

fn record(key: &[u8]) -> Record {
    Record {
        shelf: Shelf::Due,
        key: key.to_vec(),
        value: Some(b"kept".to_vec()),
    }
}

fn facts(rows: std::ops::Range<u32>) -> Vec<Fact> {
    rows.flat_map(facts_of).collect()
}

/// A login like no other.
fn login(number: u32) -> Fact {
    match facts_of(0).remove(3) {
        Fact::Event {
            event,
            row,
            sequence,
            fields,
            ..
        } => Fact::Event {
            event,
            row,
            at: Instant(i64::from(number)),
            sequence,
            identity: u64::from(number),
            fields,
        },
        other => other,
    }
}

/// A store whose import of ten customers was cut off; the folder is closed.
fn cut_off(place: &Path) -> PathBuf {
    let data = place.join("data");
    let store = open(&data, &schema()).unwrap();
    store.append(facts(0..BEFORE / 2)).unwrap();
    store.append(facts(BEFORE / 2..BEFORE)).unwrap();
    store
        .begin_tail(b"note".to_vec(), vec![record(b"begun")])
        .unwrap();
    store.append(facts(BEFORE..BEFORE + 10)).unwrap();
    assert_eq!(
        (store.position(), store.customers()),
        (FLOOR + 70, BEFORE + 10)
    );
    assert!(store.is_tail_open());
    store.close().unwrap();
    data
}

/// What a store shows that holds these facts and nothing else.
fn shows(store: &Store, wanted: &[Fact]) {
    let count = wanted.len() as u64;
    assert_eq!(store.position(), count);
    assert!(read_all(store, 0) == wanted);
    for from in [count - 1, count, count + 30] {
        let rest = wanted.get(from as usize..).unwrap_or_default();
        assert!(read_all(store, from) == rest, "from {from}");
    }
    let is_customer = |fact: &&Fact| matches!(fact, Fact::Customer { .. });
    let customers = wanted.iter().filter(is_customer).count();
    assert_eq!(store.customers() as usize, customers);
    let size = store.size().unwrap();
    assert_eq!((size.facts, size.customers), (count, store.customers()));
    let verified = store.verify().unwrap();
    assert!(verified.is_sound(), "{verified:?}");
    assert_eq!((verified.facts, verified.blocks), (count, size.blocks));
    let snapshot = Snapshot::from_store(store, &schema(), Zone::utc()).unwrap();
    assert_eq!(snapshot.position(), count);
}

/// Keys of blocks from the place on where the tail began.
fn blocks_behind(data: &Path) -> usize {
    let engine = Engine::open(&data.join(LOG), Tuning::default()).unwrap();
    let keys = super::blocks(&engine, &key::facts(FLOOR)).unwrap();
    engine.close().unwrap();
    keys.len()
}

/// Changes the log behind the store's back.
fn tamper(data: &Path, change: impl Fn(&Engine)) {
    let engine = Engine::open(&data.join(LOG), Tuning::default()).unwrap();
    change(&engine);
    engine.sync().unwrap();
    engine.close().unwrap();
}

#[test]
fn what_was_cut_off_is_seen_by_nobody_until_it_is_gone_on_with_and_ended() {
    let place = tempfile::tempdir().unwrap();
    let data = cut_off(place.path());
    let store = open(&data, &schema()).unwrap();
    shows(&store, &facts(0..BEFORE));
    assert!(!store.is_tail_open());
    assert_eq!(store.tail_note().unwrap(), Some(b"note".to_vec()));
    assert!(store.record(Shelf::Due, b"begun").unwrap().is_some());
    let place_of = |row: u32| (Row(row), Instant(1_700_000_000 + i64::from(row) * 86_400));
    let asked = [place_of(3), place_of(BEFORE + 3)];
    assert_eq!(store.identities(EventId(0), &asked).unwrap().len(), 1);
    assert_eq!(store.told(EventId(0), &asked).unwrap().len(), 1);
    // One that brought nothing does not end what another one began.
    store.end_tail(vec![record(b"ended")]).unwrap();
    shows(&store, &facts(0..BEFORE));
    assert!(store.take_up_tail().unwrap());
    assert!(store.is_tail_open());
    assert_eq!(store.identities(EventId(0), &asked).unwrap().len(), 2);
    shows(&store, &facts(0..BEFORE + 10));
    // Columns of it are not saved: the log may be cut back yet.
    let snapshot = Snapshot::from_store(&store, &schema(), Zone::utc()).unwrap();
    assert!(snapshot.save(&store).is_err());
    store.append(facts_of(BEFORE + 10)).unwrap();
    let store = store.reopen(&schema()).unwrap();
    shows(&store, &facts(0..BEFORE));
    assert!(store.take_up_tail().unwrap());
    store.append(facts_of(BEFORE + 11)).unwrap();
    store.end_tail(vec![record(b"whole")]).unwrap();
    let store = store.reopen(&schema()).unwrap();
    shows(&store, &facts(0..BEFORE + 12));
    assert!(store.record(Shelf::Due, b"whole").unwrap().is_some());
    assert_eq!(store.tail_note().unwrap(), None);
    assert!(!store.take_up_tail().unwrap());
    let snapshot = Snapshot::from_store(&store, &schema(), Zone::utc()).unwrap();
    snapshot.save(&store).unwrap();
}

#[test]
fn records_keep_it_and_facts_of_others_drop_it() {
    let place = tempfile::tempdir().unwrap();
    let data = cut_off(place.path());
    let store = open(&data, &schema()).unwrap();
    let kept = store.append_with(Vec::new(), vec![record(b"beside")]);
    assert_eq!(kept.unwrap(), FLOOR);
    let store = store.reopen(&schema()).unwrap();
    shows(&store, &facts(0..BEFORE));
    assert!(store.record(Shelf::Due, b"beside").unwrap().is_some());
    assert!(store.tail_note().unwrap().is_some());
    // It carries the row that a hidden customer had.
    assert_eq!(store.append(facts_of(BEFORE)).unwrap(), FLOOR + 7);
    assert_eq!(store.tail_note().unwrap(), None);
    assert!(!store.take_up_tail().unwrap());
    let many: Vec<Fact> = facts(BEFORE + 1..3_000);
    store.append(many).unwrap();
    shows(&store, &facts(0..3_000));
    let store = store.reopen(&schema()).unwrap();
    shows(&store, &facts(0..3_000));
}

#[test]
fn a_tail_that_begins_takes_the_place_of_the_one_before() {
    let place = tempfile::tempdir().unwrap();
    let data = cut_off(place.path());
    let store = open(&data, &schema()).unwrap();
    store.begin_tail(b"other".to_vec(), Vec::new()).unwrap();
    assert_eq!(
        store.begin_tail(Vec::new(), Vec::new()).unwrap_err().code(),
        "S022"
    );
    assert_eq!(store.tail_note().unwrap(), Some(b"other".to_vec()));
    store.append(vec![login(1)]).unwrap();
    let store = store.reopen(&schema()).unwrap();
    shows(&store, &facts(0..BEFORE));
    store.drop_tail().unwrap();
    assert_eq!(store.tail_note().unwrap(), None);
    store.close().unwrap();
    assert_eq!(blocks_behind(&data), 0);
    // Begun, and nothing written: nothing is left of it.
    let store = open(&data, &schema()).unwrap();
    store.begin_tail(b"empty".to_vec(), Vec::new()).unwrap();
    let store = store.reopen(&schema()).unwrap();
    assert_eq!(store.tail_note().unwrap(), None);
    shows(&store, &facts(0..BEFORE));
    let most = limit::STORE_VALUE_BYTES_MAX;
    assert_eq!(
        store
            .begin_tail(vec![0; most], Vec::new())
            .unwrap_err()
            .code(),
        "S021"
    );
}

/// Commits that a disk takes before it is full.
fn with_room_for(data: &Path, commits: u64) -> Store {
    let left = Arc::new(AtomicU64::new(u64::MAX));
    let asked = Arc::clone(&left);
    let (mut options, faults) = options();
    options.free_bytes = Arc::new(move |_| {
        let had = asked.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            Some(left.saturating_sub(1))
        });
        Ok(match had {
            Ok(0) => 0,
            _ => 1 << 40,
        })
    });
    let store = Store::open_with(data, &schema(), options).unwrap();
    assert_eq!(faults.load(Ordering::SeqCst), 0);
    left.store(commits, Ordering::SeqCst);
    store
}

#[test]
fn a_drop_that_is_cut_off_anywhere_is_finished_by_the_next_opening() {
    let place = tempfile::tempdir().unwrap();
    let many = limit::STORE_SMALL_BLOCKS_MAX as u32 + 20;
    let data = place.path().join("data");
    let store = open(&data, &schema()).unwrap();
    store.append(facts(0..BEFORE)).unwrap();
    store.begin_tail(b"note".to_vec(), Vec::new()).unwrap();
    for number in 0..many {
        store.append(vec![login(number)]).unwrap();
    }
    // No small blocks are joined, so that one begins where the tail begins.
    assert!(store.size().unwrap().blocks > u64::from(many));
    store.close().unwrap();
    let portions = u64::from(many) / limit::STORE_DROPPED_BLOCKS_MAX as u64 + 1;
    let mut was_left = Vec::new();
    for commits in 0..=portions + 1 {
        let copy = place.path().join(format!("cut {commits}"));
        crate::store::folder::copy_folder(&data, &copy, true).unwrap();
        let store = with_room_for(&copy, commits);
        let appended = store.append(facts_of(BEFORE));
        let is_dropped = commits > portions;
        assert_eq!(
            appended.err().map(|error| error.code()),
            Some("S020"),
            "{commits}"
        );
        shows(&store, &facts(0..BEFORE));
        assert_eq!(store.tail_note().unwrap().is_none(), is_dropped);
        assert!(commits == 0 || !store.take_up_tail().unwrap());
        store.close().unwrap();
        was_left.push(blocks_behind(&copy));
        let (mut full, _) = options();
        full.free_bytes = Arc::new(|_| Ok(0));
        let store = Store::open_with(&copy, &schema(), full).unwrap();
        shows(&store, &facts(0..BEFORE));
        store.close().unwrap();
        let store = open(&copy, &schema()).unwrap();
        shows(&store, &facts(0..BEFORE));
        assert_eq!(store.tail_note().unwrap().is_some(), commits == 0);
        store.append(facts_of(BEFORE)).unwrap();
        store.append(facts_of(BEFORE + 1)).unwrap();
        shows(&store, &facts(0..BEFORE + 2));
        store.close().unwrap();
        assert_eq!(blocks_behind(&copy), 2);
    }
    assert!(
        was_left.is_sorted_by(|one, next| one >= next),
        "{was_left:?}"
    );
    assert_eq!((was_left[0], was_left.last()), (256, Some(&0)));
}

/// Several requests are on their way when one of them is refused.
#[test]
fn it_has_no_gap_where_the_disk_was_full_for_a_moment() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let free = Arc::new(AtomicU64::new(1 << 40));
    let asked = Arc::clone(&free);
    let (mut options, _) = options();
    options.free_bytes = Arc::new(move |_| Ok(asked.load(Ordering::SeqCst)));
    let store = Store::open_with(&data, &schema(), options).unwrap();
    store.append(facts(0..BEFORE)).unwrap();
    store.begin_tail(b"note".to_vec(), Vec::new()).unwrap();
    store.append(vec![login(1)]).unwrap();
    let code = |done: Result<u64, crate::store::StoreError>| done.err().map(|error| error.code());
    free.store(0, Ordering::SeqCst);
    assert_eq!(code(store.append(vec![login(2)])), Some("S020"));
    free.store(1 << 40, Ordering::SeqCst);
    assert_eq!(code(store.append(vec![login(3)])), Some("S020"));
    assert_eq!(code(store.end_tail(Vec::new()).map(|()| 0)), Some("S020"));
    store
        .append_with(Vec::new(), vec![record(b"beside")])
        .unwrap();
    let store = store.reopen(&schema()).unwrap();
    shows(&store, &facts(0..BEFORE));
    assert!(store.take_up_tail().unwrap());
    store.append(vec![login(2)]).unwrap();
    store.end_tail(Vec::new()).unwrap();
    let all = [facts(0..BEFORE), vec![login(1), login(2)]].concat();
    shows(&store.reopen(&schema()).unwrap(), &all);
}

#[test]
fn damage_in_it_harms_nobody() {
    for is_gone in [false, true] {
        let place = tempfile::tempdir().unwrap();
        let data = cut_off(place.path());
        tamper(&data, |engine| {
            let value = (!is_gone).then(|| vec![7; 200]);
            engine.put(vec![(key::facts(FLOOR), value)]).unwrap();
        });
        let store = open(&data, &schema()).unwrap();
        shows(&store, &facts(0..BEFORE));
        assert!(!store.take_up_tail().unwrap());
        store.append(facts_of(BEFORE)).unwrap();
        shows(&store, &facts(0..BEFORE + 1));
    }
}

#[test]
fn other_kinds_of_facts_drop_it() {
    let place = tempfile::tempdir().unwrap();
    let data = cut_off(place.path());
    // Fields that only hidden facts carry, and all facts that are seen with them.
    let mut other = schema();
    let text = other.attributes[3].kind.clone();
    let numbers = other.attributes.iter().position(|field| field.kind != text);
    other.attributes[numbers.unwrap()].kind = text;
    let refused = open(&data, &other).err().map(|error| error.code());
    assert_eq!(refused, Some("S030"));
    let store = open(&data, &schema()).unwrap();
    assert!(store.tail_note().unwrap().is_some());
    store.close().unwrap();
    // Nothing that is seen carries it: the tail alone would lose what it says.
    let data = place.path().join("none");
    let store = open(&data, &schema()).unwrap();
    store.begin_tail(b"note".to_vec(), Vec::new()).unwrap();
    store.append(facts(0..2)).unwrap();
    store.close().unwrap();
    let without = open(&data, &Schema::default()).unwrap();
    assert!(without.tail_note().unwrap().is_some());
    without.close().unwrap();
    let store = open(&data, &other).unwrap();
    assert_eq!(store.tail_note().unwrap(), None);
    let store = store.reopen(&schema()).unwrap();
    store.append(facts(0..2)).unwrap();
    assert!(read_all(&store, 0) == facts(0..2));
}

fn backup(store: &Store, folder: &Path, incremental: bool) -> PathBuf {
    let job = Job {
        folder,
        incremental,
        stop: &|| false,
    };
    store.backup(&job).unwrap().path
}

fn restored(backup: &Path, to: &Path) -> Store {
    let chain = Chain::of(backup).unwrap();
    restore(&chain, to, &options().0, &mut |_| Ok(())).unwrap();
    open(to, &schema()).unwrap()
}

#[test]
fn backups_do_not_hold_it_and_go_on_when_it_is_dropped() {
    let place = tempfile::tempdir().unwrap();
    let data = cut_off(place.path());
    let kept = place.path().join("kept");
    let store = open(&data, &schema()).unwrap();
    let first = backup(&store, &kept, false);
    let copy = restored(&first, &place.path().join("first"));
    shows(&copy, &facts(0..BEFORE));
    // Its record came along and means nothing there.
    assert!(!copy.take_up_tail().unwrap());
    assert_eq!(copy.tail_note().unwrap(), None);
    copy.append(facts_of(BEFORE)).unwrap();
    shows(&copy.reopen(&schema()).unwrap(), &facts(0..BEFORE + 1));
    // Others have written where the tail was.
    let mut wanted = facts(0..BEFORE);
    for number in 0..40 {
        store.append(vec![login(number)]).unwrap();
        wanted.push(login(number));
    }
    let second = backup(&store, &kept, true);
    shows(&restored(&second, &place.path().join("second")), &wanted);
    // One is ended between two backups.
    store.begin_tail(b"next".to_vec(), Vec::new()).unwrap();
    store.append(vec![login(99)]).unwrap();
    store.close().unwrap();
    let store = open(&data, &schema()).unwrap();
    let third = backup(&store, &kept, true);
    shows(&restored(&third, &place.path().join("third")), &wanted);
    assert!(store.take_up_tail().unwrap());
    store.end_tail(Vec::new()).unwrap();
    let fourth = backup(&store, &kept, true);
    wanted.push(login(99));
    shows(&restored(&fourth, &place.path().join("fourth")), &wanted);
}

#[test]
fn compacting_leaves_it_out() {
    let place = tempfile::tempdir().unwrap();
    let data = cut_off(place.path());
    let work = Work {
        erased: &std::collections::BTreeSet::new(),
        fate: &mut |_, _, value| Some(value),
        beside: &mut |_| Ok(()),
    };
    let without = Store::open_with(&data, &Schema::default(), options().0).unwrap();
    let done = compact(without, work).unwrap();
    assert_eq!(done.after.facts, FLOOR);
    let store = open(&data, &schema()).unwrap();
    shows(&store, &facts(0..BEFORE));
    assert!(!store.take_up_tail().unwrap());
    assert_eq!(store.record(Shelf::Source, super::KEY).unwrap(), None);
    assert!(store.record(Shelf::Due, b"begun").unwrap().is_some());
    store.append(facts_of(BEFORE)).unwrap();
    shows(&store, &facts(0..BEFORE + 1));
}

mod salvaged;
