//! Stores that were put back from an older copy and went on: what follows on which backup.

use super::*;
use crate::store::tests::others_of;

/// A store of 50 customers with a full backup, a copy of it, and then ten more with another backup.
fn forked(place: &Path) -> (Store, Store, BackedUp) {
    let data = place.join("data");
    let store = filled(&data, 0..50);
    let kept = place.join("kept");
    store.backup(&job(&kept, false)).unwrap();
    store.close().unwrap();
    let older = place.join("older");
    crate::store::folder::copy_folder(&data, &older, true).unwrap();
    let store = open(&data, &schema()).unwrap();
    (50..60).for_each(|row| {
        store.append(facts_of(row)).unwrap();
    });
    let part = store.backup(&job(&kept, true)).unwrap();
    (store, open(&older, &schema()).unwrap(), part)
}

/// Appends single customers until the small blocks are joined over the first of these positions.
fn join(store: &Store, facts: impl Fn(u32) -> Vec<Fact>) {
    let mut blocks = store.size().unwrap().blocks;
    for row in store.customers()..2_000 {
        store.append(facts(row)).unwrap();
        let now = store.size().unwrap().blocks;
        if std::mem::replace(&mut blocks, now) > now {
            return;
        }
    }
    panic!("nothing was joined");
}

#[test]
fn none_follows_on_one_of_another_line() {
    let place = tempfile::tempdir().unwrap();
    let (_, older, part) = forked(place.path());
    let kept = place.path().join("kept");
    (50..61).for_each(|row| {
        older.append(others_of(row)).unwrap();
    });
    let refused = older.backup(&job(&kept, true)).unwrap_err();
    assert_eq!(refused.code(), "S068", "{refused}");
    let said = refused.to_string();
    assert!(said.contains("at position 413 it holds"), "{said}");
    assert!(said.contains(&part.path.display().to_string()), "{said}");
    // A full one begins anew.
    older.backup(&job(&kept, false)).unwrap();
    older.append(others_of(61)).unwrap();
    let made = older.backup(&job(&kept, true)).unwrap();
    let to = place.path().join("new");
    restored(&made.path, &to).unwrap();
    holds(&to, &read_all(&older, 0), &records(&older));
}

#[test]
fn joined_blocks_are_held_against_the_one_they_follow_on() {
    let place = tempfile::tempdir().unwrap();
    let (store, older, _) = forked(place.path());
    let kept = place.path().join("kept");
    // As many facts as the other one, so that records alone would be written.
    (50..60).for_each(|row| {
        older.append(others_of(row)).unwrap();
    });
    let changed = record(7, b"changed");
    older.append_with(Vec::new(), vec![changed]).unwrap();
    let code = || older.backup(&job(&kept, true)).unwrap_err().code();
    assert_eq!(code(), "S068");
    join(&older, others_of);
    assert_eq!(code(), "S068");
    join(&store, facts_of);
    let made = store.backup(&job(&kept, true)).unwrap();
    assert!(made.from < 420, "{made:?}");
    let to = place.path().join("new");
    restored(&made.path, &to).unwrap();
    holds(&to, &read_all(&store, 0), &records(&store));
}

#[test]
fn one_follows_on_the_newest_that_is_not_further_than_the_log() {
    let place = tempfile::tempdir().unwrap();
    let (_, older, part) = forked(place.path());
    let kept = place.path().join("kept");
    older.append(others_of(50)).unwrap();
    let made = older.backup(&job(&kept, true)).unwrap();
    assert_eq!(made.from, 350);
    let to = place.path().join("new");
    restored(&made.path, &to).unwrap();
    holds(&to, &read_all(&older, 0), &records(&older));
    // Where there is no such one, the other is named.
    let alone = place.path().join("alone");
    fs::create_dir(&alone).unwrap();
    fs::copy(&part.path, alone.join(part.path.file_name().unwrap())).unwrap();
    let refused = older.backup(&job(&alone, true)).unwrap_err();
    assert_eq!(refused.code(), "S068", "{refused}");
    let said = refused.to_string();
    assert!(said.contains("was put back since"), "{said}");
}

#[test]
fn one_on_which_another_follows_is_left_in_its_place() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let store = filled(&data, 0..5);
    let kept = place.path().join("kept");
    store.backup(&job(&kept, false)).unwrap();
    store.append(facts_of(5)).unwrap();
    let part = store.backup(&job(&kept, true)).unwrap();
    store.close().unwrap();
    let older = place.path().join("older");
    crate::store::folder::copy_folder(&data, &older, true).unwrap();
    let store = open(&data, &schema()).unwrap();
    store.append(facts_of(6)).unwrap();
    let later = store.backup(&job(&kept, true)).unwrap();
    // The store is put back to the commit of the one in the middle.
    let older = open(&older, &schema()).unwrap();
    let refused = older.backup(&job(&kept, false)).unwrap_err();
    assert_eq!(refused.code(), "S063");
    let named = later.path.display().to_string();
    assert!(refused.to_string().contains(&named), "{refused}");
    assert!(older.backup(&job(&kept, true)).is_ok());
    restored(&later.path, &place.path().join("new")).unwrap();
    assert!(part.path.exists());
    // Nor where nobody can tell what one of them follows on.
    fs::rename(&later.path, place.path().join("away")).unwrap();
    fs::create_dir(&later.path).unwrap();
    let refused = older.backup(&job(&kept, false)).unwrap_err();
    assert_eq!(refused.code(), "S040", "{refused}");
    assert_eq!(Backup::open(&part.path).unwrap().manifest.from, part.from);
}

#[test]
fn a_chain_with_a_gap_and_a_folder_name_what_can_be_restored() {
    let place = tempfile::tempdir().unwrap();
    let (store, full, middle) = followed(place.path());
    let kept = place.path().join("kept");
    store.append(facts_of(51)).unwrap();
    let last = store.backup(&job(&kept, true)).unwrap();
    let said = |path: &Path| Chain::of(path).err().unwrap().to_string();
    let name = |made: &BackedUp| made.path.file_name().unwrap().display().to_string();
    let folder = said(&kept);
    assert!(
        folder.contains("is a folder") && folder.contains(&name(&last)),
        "{folder}"
    );
    fs::remove_file(&middle.path).unwrap();
    let gap = said(&last.path);
    let parts = [
        format!("follows on {}", middle.path.display()),
        "which is not there".to_owned(),
        format!("can be restored is {}", full.path.display()),
    ];
    assert!(parts.iter().all(|part| gap.contains(part)), "{gap}");
    assert!(said(&kept).contains(&name(&full)));
    fs::remove_file(&full.path).unwrap();
    assert!(said(&last.path).contains("no other one there can be restored"));
    assert!(said(&kept).contains("none in it can be restored"));
    assert!(said(place.path()).contains("none in it"));
}
