//! The six functions and what the opening refuses.

use super::*;

fn open(folder: &Path) -> Engine {
    Engine::open(&folder.join("sled"), Tuning::default()).unwrap()
}

fn keys(engine: &Engine, from: &[u8], until: &[u8], order: Order) -> Vec<Vec<u8>> {
    let mut keys = Vec::new();
    engine
        .scan(from, until, order, &mut |key, _| {
            keys.push(key.to_vec());
            Ok(keys.len() < 3)
        })
        .unwrap();
    keys
}

#[test]
fn puts_gets_scans_and_opens_again() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path());
    let changes = (0..5_u8).map(|n| (vec![n], Some(vec![n; 3])));
    engine.put(changes.collect()).unwrap();
    engine.put(vec![(vec![2], None)]).unwrap();
    engine.sync().unwrap();
    engine.sync_names().unwrap();
    engine.close().unwrap();
    let engine = open(folder.path());
    assert_eq!(engine.get(&[1]).unwrap(), Some(vec![1; 3]));
    assert_eq!(engine.get(&[2]).unwrap(), None);
    assert_eq!(keys(&engine, &[0], &[4], Order::Rising), [[0], [1], [3]]);
    assert_eq!(keys(&engine, &[0], &[4], Order::Falling), [[3], [1], [0]]);
    assert!(engine.size().unwrap() > 0);
}

#[test]
fn a_value_of_64_kb_and_one_byte_is_refused_and_64_kb_make_no_blob() {
    let folder = tempfile::tempdir().unwrap();
    let engine = open(folder.path());
    let most = limit::STORE_VALUE_BYTES_MAX;
    let error = engine.put(vec![(vec![1], Some(vec![0; most + 1]))]);
    assert_eq!(error.unwrap_err().code(), "S021");
    for n in 0..40_u8 {
        engine.put(vec![(vec![n], Some(vec![n; most]))]).unwrap();
        engine.sync().unwrap();
    }
    assert!(engine.blobs_empty().unwrap());
}

#[test]
fn garbage_is_an_error_and_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sled");
    open(folder.path()).close().unwrap();
    fs::write(path.join("conf"), [0xff; 100]).unwrap();
    let error = Engine::open(&path, Tuning::default()).err().unwrap();
    assert_eq!(error.code(), "S012");
}

#[test]
fn a_panic_in_a_write_is_a_failed_write_and_one_in_a_read_is_damage() {
    let code = |done: Result<(), StoreError>| done.unwrap_err().code();
    let read = guarded(|| panic!("an assertion of the log"));
    assert_eq!(code(read), "S012");
    let written = guarded_write(|| panic!("an assertion of the log"));
    assert_eq!(code(written), "S041");
}

#[test]
fn damage_without_a_place_is_told_without_one() {
    let error = read_error(sled::Error::Corruption { at: None, bt: () }).to_string();
    assert!(error.ends_with("other bytes than were written"), "{error}");
}
