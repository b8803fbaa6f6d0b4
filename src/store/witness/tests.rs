//! Slots, torn slots, and what a comparison says.

use super::*;

fn at(commits: u64) -> Tally {
    Tally {
        epoch: 7,
        commits,
        position: commits * 10,
        last_checksum: commits * 31,
        records: 2,
        digest: 99,
        ..Tally::default()
    }
}

fn spoil(path: &Path, slot: u64) {
    let file = File::options().write(true).open(path).unwrap();
    file.write_all_at(&[0xff], slot * SLOT_STRIDE_BYTES + 20)
        .unwrap();
}

#[test]
fn the_newer_slot_counts_and_a_torn_one_leaves_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("WITNESS");
    let mut witness = Witness::create(&path, &at(0)).unwrap();
    for commits in 1..=5 {
        witness.write(&at(commits)).unwrap();
        let (_, seen) = Witness::open(&path).unwrap();
        assert_eq!(seen, at(commits));
    }
    // Commit 5 went to slot 0 (two at creation, then 1 to slot 0, 2 to slot 1 …).
    spoil(&path, 0);
    let (mut witness, seen) = Witness::open(&path).unwrap();
    assert_eq!(seen, at(4));
    // The next write must go to the torn slot and not over the sound one.
    witness.write(&at(6)).unwrap();
    spoil(&path, 0);
    assert_eq!(Witness::open(&path).unwrap().1, at(4));
    spoil(&path, 1);
    let error = Witness::open(&path).err().unwrap();
    assert_eq!(error.code(), "S011");
    assert!(error.to_string().contains("both slots"), "{error}");
}

#[test]
fn a_missing_or_cut_witness_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("WITNESS");
    assert_eq!(Witness::open(&path).err().unwrap().code(), "S011");
    Witness::create(&path, &at(3)).unwrap();
    let file = File::options().write(true).open(&path).unwrap();
    file.set_len(100).unwrap();
    assert_eq!(Witness::open(&path).unwrap().1, at(3));
    file.set_len(10).unwrap();
    assert_eq!(Witness::open(&path).err().unwrap().code(), "S011");
}

#[test]
fn behind_is_refused_with_both_positions_and_ahead_is_fine() {
    assert_eq!(compare(&at(5), &at(5)), Ok(()));
    assert_eq!(compare(&at(6), &at(5)), Ok(()));
    let error = compare(&at(4), &at(5)).unwrap_err();
    assert_eq!(error.code(), "S010");
    assert!(error.to_string().contains("position 40"), "{error}");
    assert!(error.to_string().contains("position 50"), "{error}");
    let mut other = at(5);
    other.digest = 1;
    assert_eq!(compare(&other, &at(5)).unwrap_err().code(), "S012");
    other.epoch = 1;
    assert_eq!(compare(&other, &at(5)).unwrap_err().code(), "S011");
}
