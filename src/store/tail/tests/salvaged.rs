//! What a salvage takes of a tail.

use super::*;
use crate::store::folder;
use crate::store::salvage::{Records, salvage};

#[test]
fn a_salvage_leaves_it_out_whatever_is_damaged_before() {
    let second = key::facts(FLOOR / 2);
    for lost in [None, Some(second.clone()), Some(key::TALLY.to_vec())] {
        let place = tempfile::tempdir().unwrap();
        let data = cut_off(place.path());
        tamper(&data, |engine| {
            let gone = lost.iter().map(|key| (key.clone(), None));
            engine.put(gone.collect()).unwrap();
        });
        let to = place.path().join("new");
        let had = salvage(&data, &to, (None, None), &options().0, &mut |_| Ok(())).unwrap();
        let is_tally_lost = lost.as_deref() == Some(key::TALLY);
        assert_eq!(had.records == Records::Sound, !is_tally_lost);
        let missing: Vec<_> = had.lost.iter().map(|lost| lost.positions).collect();
        let rows = match lost == Some(second.clone()) {
            true => BEFORE / 2,
            false => BEFORE,
        };
        let end = u64::from(rows) * 7;
        assert_eq!(missing.first(), (end < FLOOR).then_some(&(end, FLOOR)));
        // A lost end is filled, as any gap is, and no further than anybody saw.
        assert_eq!((had.position, had.customers), (FLOOR, BEFORE));
        let store = open(&to, &schema()).unwrap();
        let told = read_all(&store, 0);
        assert_eq!(told.len() as u64, FLOOR);
        let left_out = format!("70 facts behind position {FLOOR} are left out");
        assert!(
            had.tried.iter().any(|line| line.contains(&left_out)),
            "{:?}",
            had.tried
        );
        assert_eq!(told[..end as usize], facts(0..rows));
        assert!(!store.take_up_tail().unwrap());
    }
}

#[test]
fn a_salvage_of_an_ended_one_has_all_of_it() {
    let place = tempfile::tempdir().unwrap();
    let data = cut_off(place.path());
    let store = open(&data, &schema()).unwrap();
    assert!(store.take_up_tail().unwrap());
    store.end_tail(Vec::new()).unwrap();
    store.close().unwrap();
    let to = place.path().join("new");
    let had = salvage(&data, &to, (None, None), &options().0, &mut |_| Ok(())).unwrap();
    assert_eq!((had.position, had.lost), (FLOOR + 70, Vec::new()));
    shows(&open(&to, &schema()).unwrap(), &facts(0..BEFORE + 10));
}

#[test]
fn of_a_log_that_was_rolled_back_to_an_import_which_ended_since_all_is_taken() {
    let place = tempfile::tempdir().unwrap();
    let data = cut_off(place.path());
    let old = place.path().join("old");
    folder::copy_folder(&data.join(LOG), &old, true).unwrap();
    let store = open(&data, &schema()).unwrap();
    assert!(store.take_up_tail().unwrap());
    store.append(facts(BEFORE + 10..BEFORE + 15)).unwrap();
    store.end_tail(Vec::new()).unwrap();
    store.close().unwrap();
    std::fs::remove_dir_all(data.join(LOG)).unwrap();
    folder::copy_folder(&old, &data.join(LOG), true).unwrap();
    let to = place.path().join("new");
    let had = salvage(&data, &to, (None, None), &options().0, &mut |_| Ok(())).unwrap();
    let (known, end) = (FLOOR + 70, FLOOR + 105);
    let lost: Vec<_> = had.lost.iter().map(|lost| lost.positions).collect();
    assert_eq!(
        (had.position, lost),
        (end, vec![(known, end)]),
        "{:?}",
        had.tried
    );
    assert!(
        had.tried
            .iter()
            .any(|line| line.contains("may have ended since"))
    );
    let store = open(&to, &schema()).unwrap();
    assert!(read_all(&store, 0)[..known as usize] == facts(0..BEFORE + 10));
    assert!(store.verify().unwrap().is_sound());
    // The record of the tail is of the log that it was in.
    assert_eq!(
        store
            .record(Shelf::Source, crate::store::tail::KEY)
            .unwrap(),
        None
    );
}
