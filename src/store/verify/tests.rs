//! What verifying says of lost blocks and the customers in them.

use super::*;
use crate::store::tests::{facts_of, open, schema};

#[test]
fn lost_customers_are_put_to_the_places_where_facts_are_lost() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &schema()).unwrap();
    for row in 0..30 {
        store.append(facts_of(row)).unwrap();
    }
    // A block for each customer; and one without any in the middle, which nobody misses customers in.
    let alone: Vec<Fact> = facts_of(3).split_off(2);
    store.append(alone).unwrap();
    store.append(facts_of(30)).unwrap();
    let engine = &store.shared().unwrap().engine;
    let (early, late, last) = (5 * 7, 20 * 7, 30 * 7 + 5);
    let gone = [early, late, last].map(|at| (key::facts(at), None));
    engine.put(gone.to_vec()).unwrap();
    let found = store.verify().unwrap();
    let told: Vec<_> = found
        .damage
        .iter()
        .filter_map(|damage| Some((damage.positions?, damage.customers?)))
        .collect();
    assert_eq!(
        told,
        [
            ((early, early + 7), (5, 6)),
            ((late, late + 7), (20, 21)),
            ((last, last + 7), (30, 31)),
        ]
    );
    // What is said of the blocks behind them says nothing of customers.
    let behind = found
        .damage
        .iter()
        .filter(|damage| damage.customers.is_none());
    assert_eq!(behind.count(), 2, "{:?}", found.damage);
}

#[test]
fn where_facts_are_lost_twice_before_the_next_customer_both_name_them() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &schema()).unwrap();
    let alone = || facts_of(1).split_off(2);
    store.append(facts_of(0)).unwrap();
    store.append(facts_of(1)).unwrap();
    for facts in [alone(), alone(), alone(), facts_of(2)] {
        store.append(facts).unwrap();
    }
    let engine = &store.shared().unwrap().engine;
    let gone = [7, 19].map(|at| (key::facts(at), None));
    engine.put(gone.to_vec()).unwrap();
    let found = store.verify().unwrap();
    let told = found
        .damage
        .iter()
        .filter(|damage| damage.customers == Some((1, 2)));
    let told: Vec<_> = told.map(|damage| damage.positions).collect();
    assert_eq!(told, [Some((7, 14)), Some((19, 24))]);
}

#[test]
fn a_torn_slot_of_the_witness_and_a_stray_file_are_told_of_beside_a_sound_log() {
    use std::os::unix::fs::FileExt;
    let folder = tempfile::tempdir().unwrap();
    let witness = folder.path().join("WITNESS");
    let mut rows = 0..;
    for slot in [0_u64, 1] {
        let store = open(folder.path(), &schema()).unwrap();
        store.append(facts_of(rows.next().unwrap())).unwrap();
        assert!(store.verify().unwrap().is_sound());
        store.close().unwrap();
        let file = std::fs::File::options().write(true).open(&witness).unwrap();
        let at = slot * crate::store::witness::SLOT_STRIDE_BYTES;
        file.write_all_at(&[0; 8], at).unwrap();
        // Without its newer slot the witness is behind the log, which harms nothing.
        let store = open(folder.path(), &schema()).unwrap();
        let found = store.verify().unwrap();
        assert!(found.is_log_sound() && !found.is_sound(), "{found:?}");
        let said = format!("slot {} of 2", slot + 1);
        assert!(found.beside[0].contains(&said), "{found:?}");
        // The next two commits write both.
        store.append(facts_of(rows.next().unwrap())).unwrap();
        store.append(facts_of(rows.next().unwrap())).unwrap();
        assert!(store.verify().unwrap().is_sound());
        store.close().unwrap();
    }
    let stray = folder.path().join("sled/blobs/7");
    std::fs::write(&stray, "?").unwrap();
    let store = open(folder.path(), &schema()).unwrap();
    let found = store.verify().unwrap();
    assert!(found.is_log_sound() && !found.is_sound(), "{found:?}");
    assert!(found.beside[0].contains("sled/blobs/7"), "{found:?}");
    std::fs::remove_file(stray).unwrap();
    assert!(store.verify().unwrap().is_sound());
}
