//! Which file completes which import that was cut off, and which import goes on with it.

use std::slice::from_ref;

use super::*;
use crate::base::limit::IMPORT_FILES_MAX;
use crate::ingest::erasure::Erasures;
use crate::ingest::testing::schema;
use crate::language::typed::Rules;
use crate::store::fact::{Fact, Row};

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

    /// Notes that these files are being imported, as a server does.
    fn begin(&self, marks: &[Mark]) {
        let records = beginning(&self.store, marks).unwrap();
        self.store.append_with(Vec::new(), records).unwrap();
    }

    fn note(&self, marks: &[Mark]) -> Note {
        let schema = schema();
        let rules = Rules {
            schema,
            ..Rules::default()
        };
        Note::of(&rules, marks, &[], &Erasures::default())
    }

    /// Writes the customer who comes next.
    fn write(&self) {
        let row = self.store.customers();
        let id = format!("c{row}").into();
        let customer = Fact::Customer { row: Row(row), id };
        self.store.append(vec![customer]).unwrap();
    }

    /// What an import leaves that is cut off here.
    fn cut_off(self, marks: &[Mark]) -> Self {
        let note = self.note(marks);
        begin(&self.store, &note, marks).unwrap();
        self.write();
        let store = self.store.reopen(&schema()).unwrap();
        Self { store, ..self }
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
    place.begin(from_ref(&february));
    place.begin(from_ref(&february));
    assert_eq!(place.left(), 1);
    let others = [
        place.mark("march.csv", b"who;at\n"),
        place.mark("january.csv", &with("jan")),
        place.mark("half.csv", &long),
        place.mark("february.csv", &with("mar, which is longer")),
    ];
    for other in others {
        place.begin(from_ref(&other));
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
        place.begin(&[place.mark("february.csv", &with("feb"))]);
        finish(&place.store, &[place.mark(name, &with(end))]).unwrap();
        assert_eq!(place.left(), 0, "{name}");
    }
}

#[test]
fn a_file_that_grows_and_is_cut_off_again_is_waited_for_in_full() {
    let place = Place::new();
    let short = place.mark("a.csv", b"id\n1\n");
    place.begin(from_ref(&short));
    let long = place.mark("a.csv", b"id\n1\n2\n");
    place.begin(from_ref(&long));
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
    place.begin(&[place.mark("a.csv", b"1")]);
    place.begin(&[place.mark("b.csv", b"2").passing()]);
    let known = unfinished(&place.store).unwrap();
    let paths: Vec<Option<PathBuf>> = known.into_iter().map(|one| one.path).collect();
    assert_eq!(paths, [None, Some(place.folder.path().join("a.csv"))]);
    let given_up = |files, is_seen| GivenUp { files, is_seen };
    let give_up = |source: &str| give_up(&place.store, source).unwrap();
    assert_eq!(give_up("people"), given_up(0, false));
    assert_eq!(give_up("pays"), given_up(2, true));
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
    let old = record([SEEN, &name].concat(), b"pays");
    place.store.append_with(Vec::new(), vec![old]).unwrap();
    assert_eq!(unfinished(&place.store).unwrap()[0].source, "pays");
    finish(&place.store, &[place.mark("any.csv", b"1")]).unwrap();
    assert_eq!(place.left(), 0);
    for value in [&b"pays"[..], &[0xff; 40]] {
        let key = [UNSEEN, &name, &name].concat();
        let broken = record(key, value);
        place.store.append_with(Vec::new(), vec![broken]).unwrap();
        assert!(unfinished(&place.store).is_err());
    }
}

#[test]
fn the_same_import_goes_on_and_every_other_one_begins_anew() {
    let place = Place::new();
    place.write();
    let file = place.mark("a.csv", b"id\n1\n");
    let place = place.cut_off(from_ref(&file));
    assert_eq!((place.store.position(), place.left()), (1, 1));
    assert!(!unfinished(&place.store).unwrap()[0].is_seen);
    assert!(go_on(&place.store, &place.note(from_ref(&file))).unwrap());
    assert_eq!(place.store.position(), 2);
    finish(&place.store, from_ref(&file)).unwrap();
    assert_eq!((place.store.position(), place.left()), (2, 0));
    let changed_nanos = file.changed_nanos + 1;
    let touched = Mark {
        changed_nanos,
        ..file.clone()
    };
    let other = place.mark("b.csv", b"id\n2\n");
    let mut place = place;
    for marks in [
        vec![touched],
        vec![other.clone()],
        vec![file.clone(), other],
    ] {
        place = place.cut_off(from_ref(&file));
        assert!(!go_on(&place.store, &place.note(&marks)).unwrap());
        assert_eq!(place.store.tail_note().unwrap(), None);
        assert_eq!((place.store.position(), place.left()), (2, 1));
    }
    let by = |file: &Mark, lookups: &[Mark], format: &str| {
        let mut rules = Rules::default();
        rules.schema.settings.time_zone = format.to_owned();
        Note::of(&rules, from_ref(file), lookups, &Erasures::default())
    };
    assert_eq!(by(&file, &[], "UTC"), by(&file, &[], "UTC"));
    assert_ne!(by(&file, &[], "UTC"), by(&file, &[], "Europe/Prague"));
    assert_ne!(by(&file, &[], "UTC"), by(&file, from_ref(&file), "UTC"));
}

#[test]
fn an_import_that_writes_nothing_shows_nothing_of_another_one() {
    let place = Place::new();
    let file = place.mark("a.csv", b"id\n1\n");
    let place = place.cut_off(from_ref(&file));
    finish(&place.store, &[place.mark("b.csv", b"id\n2\n")]).unwrap();
    assert_eq!((place.store.position(), place.left()), (0, 1));
    finish(&place.store, from_ref(&file)).unwrap();
    assert_eq!((place.store.position(), place.left()), (0, 0));
}

#[test]
fn what_is_given_up_unseen_is_dropped_with_all_of_its_import() {
    let place = Place::new();
    let people = Mark {
        source: "people".to_owned(),
        ..place.mark("p.csv", b"1")
    };
    let before = place.mark("before.csv", b"0");
    let place = place.cut_off(from_ref(&before));
    let marks = [people, place.mark("a.csv", b"2")];
    let place = place.cut_off(&marks);
    assert_eq!(place.left(), 3);
    // The one before has nothing stored any more.
    finish(&place.store, from_ref(&before)).unwrap();
    assert!(place.store.tail_note().unwrap().is_some());
    let given_up = give_up(&place.store, "people").unwrap();
    assert_eq!((given_up.files, given_up.is_seen), (1, false));
    assert_eq!(place.store.tail_note().unwrap(), None);
    assert_eq!(place.left(), 1);
    assert!(!go_on(&place.store, &place.note(&marks)).unwrap());
    assert_eq!(give_up(&place.store, "pays").unwrap().files, 1);
}

/// As many files as one import takes, with long paths: more than one commit takes.
#[test]
fn an_import_of_very_many_files_is_cut_off_gone_on_with_and_ends() {
    let place = Place::new();
    let file = place.mark("a.csv", b"id\n1\n");
    let marks: Vec<Mark> = (0..IMPORT_FILES_MAX)
        .map(|number| Mark {
            source: format!("s{number}"),
            path: PathBuf::from(format!("/{}/{number:09}.csv", "f".repeat(185))),
            ..file.clone()
        })
        .collect();
    assert_eq!(marks[0].path.as_os_str().len(), 200);
    let place = place.cut_off(&marks);
    assert_eq!((place.store.position(), place.left()), (0, marks.len()));
    assert!(go_on(&place.store, &place.note(&marks)).unwrap());
    assert_eq!(place.store.position(), 1);
    finish(&place.store, &marks).unwrap();
    assert_eq!((place.store.position(), place.left()), (1, 0));
    // Given up, one of them is enough to drop what is stored of all.
    let place = place.cut_off(&marks);
    assert_eq!(give_up(&place.store, "s3999").unwrap().files, 1);
    assert_eq!(place.store.tail_note().unwrap(), None);
    assert_eq!(place.left(), marks.len() - 1);
}
