//! Which file completes which import that was cut off.

use std::slice::from_ref;

use super::*;
use crate::ingest::testing::schema;

struct Place {
    folder: tempfile::TempDir,
    store: Store,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("data"), &schema()).unwrap();
        Self { folder, store }
    }

    /// The mark of a file of the source `pays` with that content.
    fn mark(&self, name: &str, content: &[u8]) -> Mark {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        Mark::of("pays", &path).unwrap()
    }

    fn left(&self) -> usize {
        unfinished(&self.store).unwrap().len()
    }
}

#[test]
fn only_the_file_that_was_cut_off_completes_its_import() {
    let place = Place::new();
    let long = vec![b'x'; 3 * UNFINISHED_SAMPLE_BYTES as usize];
    let with = |end: &str| [&long[..], end.as_bytes()].concat();
    let february = place.mark("february.csv", &with("feb"));
    begin(&place.store, from_ref(&february)).unwrap();
    begin(&place.store, from_ref(&february)).unwrap();
    assert_eq!(place.left(), 1);
    let others = [
        place.mark("march.csv", b"who;at\n"),
        place.mark("january.csv", &with("jan")),
        place.mark("half.csv", &long),
        place.mark("february.csv", &with("mar, which is longer")),
    ];
    for other in others {
        begin(&place.store, from_ref(&other)).unwrap();
        assert_eq!(place.left(), 2);
        finish(&place.store, from_ref(&other)).unwrap();
        assert_eq!(place.left(), 1, "{other:?}");
    }
    let elsewhere = Mark {
        source: "people".to_owned(),
        ..february
    };
    finish(&place.store, &[elsewhere]).unwrap();
    assert_eq!(place.left(), 1);
    // The same elsewhere; the same with more at its end.
    for (name, end) in [("moved.csv", "feb"), ("february.csv", "feb\nmore\n")] {
        begin(&place.store, &[place.mark("february.csv", &with("feb"))]).unwrap();
        finish(&place.store, &[place.mark(name, &with(end))]).unwrap();
        assert_eq!(place.left(), 0, "{name}");
    }
}

#[test]
fn a_file_that_grows_and_is_cut_off_again_is_waited_for_in_full() {
    let place = Place::new();
    let short = place.mark("a.csv", b"id\n1\n");
    begin(&place.store, from_ref(&short)).unwrap();
    let long = place.mark("a.csv", b"id\n1\n2\n");
    begin(&place.store, from_ref(&long)).unwrap();
    let short = place.mark("old.csv", b"id\n1\n");
    finish(&place.store, &[short]).unwrap();
    assert_eq!(place.left(), 1);
    place.mark("a.csv", b"id\n1\n2\n");
    finish(&place.store, &[long]).unwrap();
    assert_eq!(place.left(), 0);
}

#[test]
fn what_is_given_up_is_waited_for_no_longer() {
    let place = Place::new();
    begin(&place.store, &[place.mark("a.csv", b"1")]).unwrap();
    begin(&place.store, &[place.mark("b.csv", b"2").passing()]).unwrap();
    let known = unfinished(&place.store).unwrap();
    let paths: Vec<Option<PathBuf>> = known.into_iter().map(|one| one.path).collect();
    assert_eq!(paths, [None, Some(place.folder.path().join("a.csv"))]);
    assert_eq!(give_up(&place.store, "people").unwrap(), 0);
    assert_eq!(give_up(&place.store, "pays").unwrap(), 2);
    assert_eq!(place.left(), 0);
}

#[test]
fn records_of_older_stores_are_read_and_others_are_damage() {
    let place = Place::new();
    let name = xxh3(b"pays").to_le_bytes();
    let record = |key: Vec<u8>, value: &[u8]| Record {
        shelf: Shelf::Source,
        key,
        value: Some(value.to_vec()),
    };
    let old = record([PREFIX, &name].concat(), b"pays");
    place.store.append_with(Vec::new(), vec![old]).unwrap();
    assert_eq!(unfinished(&place.store).unwrap()[0].source, "pays");
    finish(&place.store, &[place.mark("any.csv", b"1")]).unwrap();
    assert_eq!(place.left(), 0);
    for value in [&b"pays"[..], &[0xff; 40]] {
        let key = [PREFIX, &name, &name].concat();
        let broken = record(key, value);
        place.store.append_with(Vec::new(), vec![broken]).unwrap();
        assert!(unfinished(&place.store).is_err());
    }
}
