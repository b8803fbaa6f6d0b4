//! Backups and what is restored of them, by the store's public functions.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::store::fact::Fact;
use crate::store::tests::{facts_of, open, options, read_all, schema};
use crate::store::{Record, Shelf, Store, StoreError};

fn job(folder: &Path, incremental: bool) -> Job<'_> {
    Job {
        folder,
        incremental,
        stop: &|| false,
    }
}

fn restored(from: &Path, to: &Path) -> Result<Restored, StoreError> {
    restore(&Chain::of(from)?, to, &options().0, &mut |_| Ok(()))
}

fn record(key: u32, value: &[u8]) -> Record {
    Record {
        shelf: Shelf::Due,
        key: key.to_be_bytes().to_vec(),
        value: Some(value.to_vec()),
    }
}

fn records(store: &Store) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut visit = |key: &[u8], value: &[u8]| {
        found.insert(key.to_vec(), value.to_vec());
        Ok(true)
    };
    store.records(Shelf::Due, &mut visit).unwrap();
    found
}

/// A store with those customers and a record for each.
fn filled(folder: &Path, rows: std::ops::Range<u32>) -> Store {
    let store = open(folder, &schema()).unwrap();
    for row in rows {
        let first = record(row, b"first");
        store.append_with(facts_of(row), vec![first]).unwrap();
    }
    store
}

fn holds(folder: &Path, facts: &[Fact], told: &BTreeMap<Vec<u8>, Vec<u8>>) {
    let store = open(folder, &schema()).unwrap();
    assert!(read_all(&store, 0) == facts);
    assert_eq!(records(&store), *told);
    assert!(store.verify().unwrap().is_sound());
    // It takes more facts.
    let next = store.customers();
    store.append(facts_of(next)).unwrap();
    store.close().unwrap();
}

#[test]
fn what_is_restored_is_what_was_backed_up() {
    let place = tempfile::tempdir().unwrap();
    let store = filled(&place.path().join("data"), 0..300);
    let (facts, told) = (read_all(&store, 0), records(&store));
    let made = store.backup(&job(place.path(), false)).unwrap();
    assert_eq!((made.position, made.from, made.repeated), (2_100, 0, false));
    // Nothing changed: the same file.
    let again = store.backup(&job(place.path(), false)).unwrap();
    assert_eq!(
        (again.path.clone(), again.repeated),
        (made.path.clone(), true)
    );
    store.append(facts_of(300)).unwrap();
    let to = place.path().join("new");
    let done = restored(&made.path, &to).unwrap();
    assert_eq!(
        (done.customers, done.position, done.events),
        (300, 2_100, 600)
    );
    assert!(!to.join("RESTORING").exists() && !place.path().join("new.restoring").exists());
    let other = open(&to, &schema()).unwrap();
    assert_ne!(other.epoch(), store.epoch());
    drop(other);
    holds(&to, &facts, &told);
}

/// A store of 51 customers, with a full backup of 50 of them and one that follows on it.
fn followed(place: &Path) -> (Store, BackedUp, BackedUp) {
    let store = filled(&place.join("data"), 0..50);
    let kept = place.join("kept");
    let full = store.backup(&job(&kept, false)).unwrap();
    store.append(facts_of(50)).unwrap();
    let part = store.backup(&job(&kept, true)).unwrap();
    (store, full, part)
}

#[test]
fn incremental_ones_make_a_chain() {
    let place = tempfile::tempdir().unwrap();
    let (store, full, first) = followed(place.path());
    let kept = place.path().join("kept");
    assert_eq!((first.from, first.position), (350, 357));
    // Records alone.
    let second = record(7, b"second");
    store.append_with(Vec::new(), vec![second]).unwrap();
    let second = store.backup(&job(&kept, true)).unwrap();
    assert_eq!((second.from, second.position), (357, 357));
    let last = (51..400).flat_map(facts_of).collect();
    store.append(last).unwrap();
    let third = store.backup(&job(&kept, true)).unwrap();
    assert!(first.bytes < full.bytes + 4_096 && third.from == 357);
    let to = place.path().join("new");
    let done = restored(&third.path, &to).unwrap();
    assert_eq!(
        done.files,
        [
            full.path.clone(),
            first.path.clone(),
            second.path,
            third.path.clone()
        ]
    );
    holds(&to, &read_all(&store, 0), &records(&store));
    // Each of them restores what it was of.
    let to = place.path().join("older");
    restored(&first.path, &to).unwrap();
    holds(
        &to,
        &read_all(&store, 0)[..357],
        &records(&filled(&place.path().join("other"), 0..50)),
    );
    // Without one in the middle nothing is restored.
    fs::remove_file(&first.path).unwrap();
    let error = restored(&third.path, &place.path().join("none")).unwrap_err();
    assert!(
        error
            .to_string()
            .contains(&first.path.display().to_string()),
        "{error}"
    );
    assert!(!place.path().join("none").exists());
}

#[test]
fn an_incremental_one_needs_an_earlier_one_of_the_same_log() {
    let place = tempfile::tempdir().unwrap();
    let store = filled(&place.path().join("data"), 0..3);
    let kept = place.path().join("kept");
    let error = store.backup(&job(&kept, true)).unwrap_err();
    assert_eq!(error.code(), "S061");
    let full = store.backup(&job(&kept, false)).unwrap();
    let to = place.path().join("new");
    restored(&full.path, &to).unwrap();
    let other = open(&to, &schema()).unwrap();
    other.append(facts_of(3)).unwrap();
    assert_eq!(other.backup(&job(&kept, true)).unwrap_err().code(), "S061");
    // A file of another store is not written over.
    fs::rename(
        &full.path,
        kept.join(file_name(store.size().unwrap().commits + 1)),
    )
    .unwrap();
    store.append(facts_of(3)).unwrap();
    assert_eq!(store.backup(&job(&kept, false)).unwrap_err().code(), "S063");
}

#[test]
fn nothing_follows_on_a_chain_that_cannot_be_restored() {
    let place = tempfile::tempdir().unwrap();
    let store = filled(&place.path().join("data"), 0..3);
    let kept = place.path().join("kept");
    store.backup(&job(&kept, false)).unwrap();
    store.append(facts_of(3)).unwrap();
    let middle = store.backup(&job(&kept, true)).unwrap();
    store.append(facts_of(4)).unwrap();
    let last = store.backup(&job(&kept, true)).unwrap();
    let chain = Chain::of(&last.path).unwrap();
    chain.check_room(4).unwrap();
    let full = chain.check_room(3).unwrap_err();
    assert_eq!(full.code(), "S068", "{full}");
    // The newest one is whole; one below it is gone.
    let away = place.path().join("away");
    fs::rename(&middle.path, &away).unwrap();
    for _ in 0..2 {
        let error = store.backup(&job(&kept, true)).unwrap_err();
        assert_eq!(error.code(), "S068", "{error}");
        let named = middle.path.display().to_string();
        assert!(error.to_string().contains(&named), "{error}");
        store.append(facts_of(store.customers())).unwrap();
    }
    fs::rename(&away, &middle.path).unwrap();
    let made = store.backup(&job(&kept, true)).unwrap();
    restored(&made.path, &place.path().join("new")).unwrap();
}

#[test]
fn a_full_one_is_full_where_an_incremental_one_is_of_the_same_commit() {
    let place = tempfile::tempdir().unwrap();
    let (store, first, part) = followed(place.path());
    let kept = place.path().join("kept");
    assert!(store.backup(&job(&kept, true)).unwrap().repeated);
    let full = store.backup(&job(&kept, false)).unwrap();
    assert_eq!((&full.path, full.from), (&part.path, 0));
    assert!(!full.repeated && store.backup(&job(&kept, false)).unwrap().repeated);
    // An incremental one that is asked for is as good as the full one that is there.
    assert!(store.backup(&job(&kept, true)).unwrap().repeated);
    fs::remove_file(first.path).unwrap();
    let to = place.path().join("new");
    assert_eq!(restored(&full.path, &to).unwrap().files, [full.path]);
    holds(&to, &read_all(&store, 0), &records(&store));
}

/// A backup with another manifest, sealed as if it had been written so.
fn resealed(path: &Path, change: impl Fn(&mut Manifest)) {
    let backup = Backup::open(path).unwrap();
    let at: u64 = 16
        + backup
            .manifest
            .frames
            .iter()
            .map(|frame| frame.bytes)
            .sum::<u64>();
    let mut manifest = backup.manifest.clone();
    change(&mut manifest);
    let raw = postcard::to_allocvec(&manifest).unwrap();
    let frame = frame::seal(frame::Kind::Manifest, &raw).unwrap();
    let mut bytes = fs::read(path).unwrap();
    bytes.truncate(at as usize);
    bytes.extend_from_slice(&frame);
    bytes.extend_from_slice(&at.to_le_bytes());
    bytes.extend_from_slice(&Manifest::name(&frame));
    bytes.extend_from_slice(manifest::END);
    fs::write(path, bytes).unwrap();
}

#[test]
fn a_backup_of_another_format_is_named_and_a_made_up_manifest_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let store = filled(&place.path().join("data"), 0..3);
    let made = store.backup(&job(place.path(), false)).unwrap().path;
    let code = || Backup::open(&made).err().map(|error| error.code());
    for (format, wanted) in [(2, Some("S004")), (0, Some("S003")), (1, None)] {
        let whole = fs::read(&made).unwrap();
        resealed(&made, |manifest| manifest.store_format = format);
        assert_eq!(code(), wanted, "format {format}");
        fs::write(&made, whole).unwrap();
    }
    resealed(&made, |manifest| {
        let mut wrapped = manifest.frames[0].clone();
        wrapped.bytes = u64::MAX - wrapped.bytes + 1;
        manifest.frames.push(wrapped.clone());
        wrapped.bytes = manifest.frames[0].bytes;
        manifest.frames.push(wrapped);
    });
    assert_eq!(code(), Some("S060"));
}

#[test]
fn a_restoring_that_runs_is_left_alone_and_a_failed_one_leaves_nothing() {
    let place = tempfile::tempdir().unwrap();
    let store = filled(&place.path().join("data"), 0..20);
    let made = store.backup(&job(place.path(), false)).unwrap().path;
    let (to, draft) = (place.path().join("new"), place.path().join("new.restoring"));
    let chain = Chain::of(&made).unwrap();
    let mut second = None;
    restore(&chain, &to, &options().0, &mut |_| {
        second = restored(&made, &to).err();
        Ok(())
    })
    .unwrap();
    let second = second.unwrap();
    assert_eq!(second.code(), "S001", "{second}");
    let pid = format!("by process {}", std::process::id());
    assert!(second.to_string().contains(&pid), "{second}");
    holds(&to, &read_all(&store, 0), &records(&store));
    fs::remove_dir_all(&to).unwrap();
    let failed = restore(&chain, &to, &options().0, &mut |_| {
        Err(StoreError::other_erasures("no"))
    });
    assert_eq!(failed, Err(StoreError::other_erasures("no")));
    assert!(!to.exists() && !draft.exists());
    // Somebody else takes the name meanwhile.
    let failed = restore(&chain, &to, &options().0, &mut |_| {
        fs::create_dir(&to).unwrap();
        fs::write(to.join("letter.txt"), "dear").unwrap();
        Ok(())
    });
    assert_eq!(failed.unwrap_err().code(), "S040");
    assert!(to.join("letter.txt").exists() && !draft.exists());
}

#[test]
fn a_link_is_no_place_to_restore_into() {
    let place = tempfile::tempdir().unwrap();
    let store = filled(&place.path().join("data"), 0..3);
    let made = store.backup(&job(place.path(), false)).unwrap().path;
    fs::create_dir(place.path().join("there")).unwrap();
    for target in ["there", "nowhere"] {
        let to = place.path().join(format!("to-{target}"));
        std::os::unix::fs::symlink(place.path().join(target), &to).unwrap();
        for to in [to.clone(), to.join("")] {
            let refused = restored(&made, &to).unwrap_err();
            assert_eq!(refused.code(), "S063", "{refused}");
        }
    }
}

#[test]
fn what_a_killed_one_left_half_written_goes_with_the_next() {
    let place = tempfile::tempdir().unwrap();
    let store = filled(&place.path().join("data"), 0..3);
    let kept = place.path().join("kept");
    fs::create_dir(&kept).unwrap();
    let (left, at_work) = (kept.join("tamis-1.tbk.new"), kept.join("tamis-77.tbk.new"));
    let (own, mine) = (kept.join("tamis-1.tbk.new.old"), kept.join("notes.new"));
    for path in [&left, &at_work, &own, &mine] {
        fs::write(path, "half").unwrap();
    }
    let held = fs::File::open(&at_work).unwrap();
    held.try_lock().unwrap();
    store.backup(&job(&kept, false)).unwrap();
    assert!(!left.exists());
    assert!(at_work.exists() && own.exists() && mine.exists());
    drop(held);
    store.backup(&job(&kept, false)).unwrap();
    assert!(!at_work.exists());
}

#[test]
fn a_damaged_backup_is_refused_with_what_is_lost() {
    let place = tempfile::tempdir().unwrap();
    let store = filled(&place.path().join("data"), 0..200);
    let made = store.backup(&job(place.path(), false)).unwrap();
    let whole = fs::read(&made.path).unwrap();
    let to = place.path().join("new");
    for at in (0..whole.len()).step_by(whole.len() / 60) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        fs::write(&made.path, &bytes).unwrap();
        let error = restored(&made.path, &to).unwrap_err();
        assert_eq!(error.code(), "S060", "{at}");
        assert!(!to.exists(), "{at}");
    }
    for length in [0, 10, whole.len() / 2, whole.len() - 1] {
        fs::write(&made.path, &whole[..length]).unwrap();
        assert_eq!(restored(&made.path, &to).unwrap_err().code(), "S060");
    }
    fs::write(&made.path, &whole).unwrap();
    let frames = Backup::open(&made.path).unwrap().manifest.frames;
    let file = fs::File::options().write(true).open(&made.path).unwrap();
    file.write_all_at(&[0xaa; 4], 16 + frames[0].bytes + 40)
        .unwrap();
    let error = restored(&made.path, &to).unwrap_err().to_string();
    assert!(error.contains("facts from position 0 to 1400"), "{error}");
    fs::write(&made.path, &whole).unwrap();
    file.write_all_at(&[0xaa; 4], 16 + 40).unwrap();
    let error = restored(&made.path, &to).unwrap_err().to_string();
    assert!(error.contains("records beside the facts"), "{error}");
    fs::write(&made.path, &whole).unwrap();
    restored(&made.path, &to).unwrap();
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let place = tempfile::tempdir().unwrap();
    let store = filled(&place.path().join("data"), 0..3);
    let made = store.backup(&job(place.path(), false)).unwrap();
    let to = place.path().join("new");
    fs::create_dir(&to).unwrap();
    fs::write(to.join("letter.txt"), "dear").unwrap();
    assert_eq!(restored(&made.path, &to).unwrap_err().code(), "S063");
    fs::remove_file(to.join("letter.txt")).unwrap();
    // Nor is what lies where it is made, unless a restoring left it.
    let draft = place.path().join("new.restoring");
    fs::create_dir(&draft).unwrap();
    fs::write(draft.join("x"), "").unwrap();
    assert_eq!(restored(&made.path, &to).unwrap_err().code(), "S063");
    fs::write(draft.join("RESTORING"), "").unwrap();
    restored(&made.path, &to).unwrap();
    assert!(!draft.exists());
}

#[test]
fn a_backup_that_is_given_up_leaves_no_file() {
    let place = tempfile::tempdir().unwrap();
    let store = filled(&place.path().join("data"), 0..3);
    let many = vec![b'x'; 60_000];
    for key in 0..40_u32 {
        let value = [&many[..], &key.to_le_bytes()].concat();
        store
            .append_with(Vec::new(), vec![record(1_000 + key, &value)])
            .unwrap();
    }
    let kept = place.path().join("kept");
    let stopped = Job {
        stop: &|| true,
        ..job(&kept, false)
    };
    assert_eq!(store.backup(&stopped).unwrap_err().code(), "S066");
    assert_eq!(fs::read_dir(&kept).unwrap().count(), 0);
    store.backup(&job(&kept, false)).unwrap();
}

#[test]
fn a_backup_under_load_is_of_one_commit() {
    let place = tempfile::tempdir().unwrap();
    let store = filled(&place.path().join("data"), 0..16);
    let done = AtomicBool::new(false);
    let value = |turn: u32| [&turn.to_be_bytes()[..], &[7; 2_000]].concat();
    std::thread::scope(|scope| {
        for row in 0..4_u32 {
            let (store, done) = (&store, &done);
            scope.spawn(move || {
                for turn in 0.. {
                    if done.load(Ordering::SeqCst) {
                        return;
                    }
                    let mut login = facts_of(row).remove(3);
                    if let Fact::Event { at, .. } = &mut login {
                        at.0 = i64::from(turn);
                    }
                    // Many records, so that reading them takes several looks.
                    let records = (0..20)
                        .map(|key| record(row * 1_000 + (turn % 50) * 20 + key, &value(turn)))
                        .chain([record(100_000 + row, &turn.to_be_bytes())]);
                    store.append_with(vec![login], records.collect()).unwrap();
                }
            });
        }
        for round in 0..6 {
            let kept = place.path().join("kept");
            let made = store.backup(&job(&kept, round > 0)).unwrap();
            let to = place.path().join(format!("new{round}"));
            let told = restored(&made.path, &to).unwrap();
            assert_eq!(told.position, made.position);
            let copy = open(&to, &schema()).unwrap();
            // As many turns of each writer in the log as its record says.
            let mut turns = [0_u32; 4];
            for fact in read_all(&copy, 16 * 7) {
                let Fact::Event { row, at, .. } = fact else {
                    panic!("{fact:?}")
                };
                let turn = &mut turns[row.0 as usize];
                assert_eq!(at.0, i64::from(*turn));
                *turn += 1;
            }
            let found = records(&copy);
            for (row, turn) in (0_u32..).zip(turns) {
                let last = found.get(&(100_000 + row).to_be_bytes()[..]);
                let last = last.map(|value| u32::from_be_bytes(value[..].try_into().unwrap()));
                assert_eq!(last, turn.checked_sub(1), "writer {row}");
                for key in turn.saturating_sub(1) % 50 * 20..turn.saturating_sub(1) % 50 * 20 + 20 {
                    let held = found.get(&(row * 1_000 + key).to_be_bytes()[..]);
                    assert!(turn == 0 || held == Some(&value(turn - 1)));
                }
            }
        }
        done.store(true, Ordering::SeqCst);
    });
    assert!(store.verify().unwrap().is_sound());
}

mod line;
