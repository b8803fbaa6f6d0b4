//! Compacting, by the store's public functions.

use std::fs;
use std::path::Path;

use super::*;
use crate::base::calendar::Instant;
use crate::base::money::Money;
use crate::base::value::Value;
use crate::schema::{AttributeId, RelationId, Schema};
use crate::store::tests::{facts_of, open, options, read_all, schema};
use crate::store::{Record, State};

fn compacted(folder: &Path, erased: &BTreeSet<u32>) -> (Compacted, Gone) {
    let store = Store::open_with(folder, &Schema::default(), options().0).unwrap();
    let mut gone = Gone::default();
    let done = compact(
        store,
        Work {
            erased,
            fate: &mut |shelf, key, value| (shelf != Shelf::Due || key != b"gone").then_some(value),
            beside: &mut |found| {
                gone = found.clone();
                Ok(())
            },
        },
    );
    (done.unwrap(), gone)
}

/// Whether any file below holds those bytes.
fn holds(folder: &Path, text: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => holds(&path, text),
            false => fs::read(&path)
                .unwrap()
                .windows(text.len())
                .any(|part| part == text),
        }
    })
}

fn record(key: &[u8]) -> Record {
    Record {
        shelf: Shelf::Due,
        key: key.to_vec(),
        value: Some(b"kept".to_vec()),
    }
}

#[test]
fn small_blocks_are_joined_and_everything_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &schema()).unwrap();
    for row in 0..400 {
        store
            .append_with(
                facts_of(row),
                vec![record(b"gone"), record(&row.to_be_bytes())],
            )
            .unwrap();
    }
    store
        .append((400..3_000).flat_map(facts_of).collect())
        .unwrap();
    let facts = read_all(&store, 0);
    let (size, epoch) = (store.size().unwrap(), store.epoch());
    store.close().unwrap();
    let (done, gone) = compacted(folder.path(), &BTreeSet::new());
    assert_eq!(gone, Gone::default());
    assert_eq!(done.before.blocks, size.blocks);
    assert!(done.after.blocks + 300 < size.blocks, "{done:?}");
    assert_eq!((done.facts_forgotten, done.records_forgotten), (0, 1));
    let store = open(folder.path(), &schema()).unwrap();
    assert_eq!(store.opened().state, State::Store { clean: true });
    assert_ne!(store.epoch(), epoch);
    assert!(read_all(&store, 0) == facts);
    assert!(store.verify().unwrap().is_sound());
    let kept = store.record(Shelf::Due, &399_u32.to_be_bytes());
    assert_eq!(kept.unwrap().as_deref(), Some(&b"kept"[..]));
    assert_eq!(store.record(Shelf::Due, b"gone").unwrap(), None);
    assert_eq!(store.size().unwrap().commits, done.after.commits);
    store.append(facts_of(3_000)).unwrap();
    for rest in ["compact", "sled.old", "SWAP"] {
        assert!(!folder.path().join(rest).exists());
    }
}

fn name(text: &str) -> Fact {
    Fact::Attributes {
        row: Row(7),
        since: Some(Instant(9)),
        fields: vec![(AttributeId(3), Some(Value::Text(text.into())))],
    }
}

fn holding(row: u32, key: &str, since: i64) -> Fact {
    Fact::Holding {
        holding: HoldingId(0),
        row: Row(row),
        key: key.into(),
        since: Some(Instant(since)),
        fields: vec![Some(Value::Money(Money(77)))],
    }
}

fn edge(from: u32, to: u32) -> Fact {
    Fact::Relation {
        relation: RelationId(0),
        from: Row(from),
        to: Target::Customer(Row(to)),
        since: None,
    }
}

#[test]
fn nothing_of_the_erased_is_left_in_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &schema()).unwrap();
    store.append((0..20).flat_map(facts_of).collect()).unwrap();
    let told = vec![
        name("Božena Vymazaná"),
        holding(7, "SHARED-1", 5),
        holding(3, "SHARED-1", 2),
        edge(2, 7),
        edge(2, 3),
    ];
    store.append(told.clone()).unwrap();
    let before = read_all(&store, 0);
    // Some of it in small blocks, some in others, all of it also in the old states of the log.
    store.close().unwrap();
    let secrets = ["客户-7", "Božena", "CZ7"];
    for secret in &secrets[..2] {
        assert!(holds(folder.path(), secret.as_bytes()), "{secret}");
    }
    let (done, gone) = compacted(folder.path(), &BTreeSet::from([7]));
    assert_eq!(gone.ids, BTreeSet::from(["客户-7".into()]));
    assert_eq!(gone.keys, BTreeSet::from(["CZ7".into()]));
    assert!(!holds(folder.path(), "客户-7".as_bytes()));
    assert!(!holds(folder.path(), "Božena".as_bytes()));
    let store = open(folder.path(), &schema()).unwrap();
    let after = read_all(&store, 0);
    assert_eq!(after.len(), before.len());
    let mut changed = 0;
    for (old, new) in before.iter().zip(&after) {
        if old == new {
            continue;
        }
        changed += 1;
        let about = super::super::catalog::rows(old);
        let is_customer = matches!(old, Fact::Customer { row: Row(7), .. });
        assert!(is_customer || about.contains(&Some(Row(7))), "{old:?}");
    }
    assert_eq!(changed, done.facts_forgotten);
    // What another owner had before still ends when the erased one took it over.
    assert!(after.iter().any(|fact| matches!(
        fact,
        Fact::Holding { row: Row(7), key, fields, .. } if **key == *"SHARED-1" && fields[..] == [None]
    )));
    assert!(!format!("{after:?}").contains("CZ7\""));
    assert!(after.contains(&edge(2, 3)) && !after.contains(&edge(2, 7)));
    assert!(store.verify().unwrap().is_sound());
    store.close().unwrap();
    // Once more changes nothing.
    let (again, gone) = compacted(folder.path(), &BTreeSet::from([7]));
    assert_eq!((again.facts_forgotten, gone), (0, Gone::default()));
}

#[test]
fn without_room_nothing_is_touched() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &schema()).unwrap();
    store.append(facts_of(0)).unwrap();
    store.close().unwrap();
    let mut options = options().0;
    options.free_bytes = Arc::new(|_| Ok(65 << 20));
    let store = Store::open_with(folder.path(), &Schema::default(), options).unwrap();
    let work = Work {
        erased: &BTreeSet::new(),
        fate: &mut |_, _, value| Some(value),
        beside: &mut |_| Ok(()),
    };
    assert_eq!(compact(store, work).unwrap_err().code(), "S020");
    let store = open(folder.path(), &schema()).unwrap();
    assert_eq!(read_all(&store, 0).len(), 7);
}
