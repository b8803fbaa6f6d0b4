//! Who speaks where several sources have a position, and what is used of a backup that went another way.

use super::*;
use crate::base::calendar::Instant;
use crate::base::kind::Kind;
use crate::base::money::Money;
use crate::base::value::Value;
use crate::schema::EventId;
use crate::store::NOWHERE;
use crate::store::block::{self, Body};
use crate::store::compact::{Work, compact};
use crate::store::tests::{event, field};

/// Compacts a closed store.
fn compacted(data: &Path, erased: &std::collections::BTreeSet<u32>) {
    let store = Store::open_with(data, &Schema::default(), options().0).unwrap();
    let work = Work {
        erased,
        fate: &mut |_, _, value| Some(value),
        beside: &mut |_| Ok(()),
    };
    compact(store, work).unwrap();
}

/// A store out of a backup.
fn restored(backup: &Path, to: &Path) {
    let chain = Chain::of(backup).unwrap();
    crate::store::backup::restore(&chain, to, &options().0, &mut |_| Ok(())).unwrap();
}

fn is_told(done: &Salvaged, what: &str) -> bool {
    done.tried.iter().any(|line| line.contains(what))
}

#[test]
fn what_was_erased_stays_away_where_the_log_can_be_read() {
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    let store = open(&data, &schema()).unwrap();
    (0..10).for_each(|row| {
        store.append(facts_of(row)).unwrap();
    });
    store
        .append((10..280).flat_map(facts_of).collect())
        .unwrap();
    let before = read_all(&store, 0);
    let older = backup_of(&store, &place.path().join("older"));
    store.close().unwrap();
    let of_backup = places(&data);
    compacted(&data, &(66..280).step_by(2).collect());
    let store = open(&data, &schema()).unwrap();
    let facts = read_all(&store, 0);
    store.close().unwrap();
    // A block of the backup reaches from where the log has lost one to where it has one, with erased facts.
    let of_log = places(&data);
    let [lost, next] = [of_log[of_log.len() - 2], of_log[of_log.len() - 1]];
    let start = of_backup.iter().rev().find(|first| **first < next).unwrap();
    let reaches = of_backup.iter().find(|first| *first > start);
    let end = reaches.map_or(facts.len(), |end| *end as usize);
    assert!(
        facts[next as usize..end] != before[next as usize..end],
        "{of_log:?} {of_backup:?}"
    );
    tamper(&data, |engine| remove(engine, lost));
    let to = place.path().join("new");
    let done = had(&data, &to, Some(&older));
    assert_eq!((done.lost, done.records), (vec![], Records::Sound));
    let read = read_all(&opened(&to), 0);
    assert!(read[next as usize..] == facts[next as usize..]);
    assert!(read[..lost as usize] == facts[..lost as usize]);
    let gap = lost as usize..next as usize;
    assert!(read[gap.clone()] == before[gap]);
}

#[test]
fn a_block_whose_names_are_lost_is_left_to_another_source() {
    let place = tempfile::tempdir().unwrap();
    let (data, half, facts) = filled(place.path());
    let first = 70 * 7;
    tamper(&data, |engine| {
        let value = engine.get(&key::facts(first)).unwrap().unwrap();
        let (head, _, _) = block::open(&value).unwrap();
        let body = Body {
            bytes: vec![0xff; 40],
            summary: head.summary,
        };
        let (value, _) = block::seal(&body, first, head.before);
        engine.put(vec![(key::facts(first), Some(value))]).unwrap();
    });
    let alone = had(&data, &place.path().join("alone"), None);
    assert_eq!(alone.lost.len(), 1, "{:?}", alone.lost);
    let said = format!(
        "1 blocks between positions {first} and {} are of names",
        first + 7
    );
    assert!(is_told(&alone, &said), "{:?}", alone.tried);
    let to = place.path().join("new");
    assert_eq!(had(&data, &to, Some(&half)).lost, []);
    assert!(read_all(&opened(&to), 0) == facts);
}

#[test]
fn a_block_of_a_backup_is_cut_where_nothing_shows_that_it_is_its_own() {
    let place = tempfile::tempdir().unwrap();
    let (data, half, facts) = filled(place.path());
    let twin = place.path().join("twin");
    restored(&half, &twin);
    let store = open(&twin, &schema()).unwrap();
    store.append(others(140..150)).unwrap();
    store.close().unwrap();
    compacted(&twin, &std::collections::BTreeSet::new());
    assert!(!places(&twin).contains(&980));
    let store = open(&twin, &schema()).unwrap();
    let twins = backup_of(&store, &place.path().join("twins"));
    tamper(&data, |engine| {
        remove(engine, 138 * 7);
        (140..280).for_each(|row| remove(engine, row * 7));
    });
    let to = place.path().join("new");
    let lost = Lost {
        positions: (980, facts.len() as u64),
        customers: Some((140, 280)),
    };
    assert_eq!(had(&data, &to, Some(&twins)).lost, [lost]);
    assert!(read_all(&opened(&to), 0)[..980] == facts[..980]);
}

/// Where an erased customer lies, as it is stored.
fn place_of(row: u32) -> Vec<u8> {
    [&row.to_le_bytes()[..], &[0; 8]].concat()
}

/// A backup that went another way from position 980 on: it has more commits and more names, and its records are
/// sound.
fn strange_twin(place: &Path, half: &Path, mut other: Schema) -> PathBuf {
    let twin = place.join("twin");
    restored(half, &twin);
    other.attributes.push(field("vip", Kind::Bool));
    let store = open(&twin, &other).unwrap();
    store.append(others(140..150)).unwrap();
    for (part, value) in [
        (&b"key"[..], vec![1; 32]),
        (b"id/early", place_of(5)),
        (b"id/late", place_of(145)),
    ] {
        let records = vec![erased(part, &value)];
        store.append_with(Vec::new(), records).unwrap();
    }
    let strange = Record {
        value: Some(b"strange".to_vec()),
        ..record(145)
    };
    for _ in 0..200 {
        store
            .append_with(Vec::new(), vec![strange.clone()])
            .unwrap();
    }
    backup_of(&store, &place.join("twins"))
}

#[test]
fn of_a_backup_that_went_another_way_only_whom_it_erased_is_taken_over() {
    let place = tempfile::tempdir().unwrap();
    let (data, half, _) = filled(place.path());
    let with = |name: &str| {
        let mut schema = schema();
        let amount = field("amount", Kind::Money);
        schema.events.push(event(name, vec![amount.clone()]));
        schema
    };
    let named = |row: u32| Fact::Event {
        event: EventId(2),
        row: crate::store::fact::Row(row),
        at: Instant(7),
        sequence: None,
        identity: 1,
        fields: vec![Some(Value::Money(Money(5)))],
    };
    let store = open(&data, &with("refund")).unwrap();
    store.append(vec![named(3)]).unwrap();
    let facts = read_all(&store, 0);
    store.close().unwrap();
    let twins = strange_twin(place.path(), &half, with("visit"));
    tamper(&data, |engine| {
        (140..150).for_each(|row| remove(engine, row * 7));
        let gone = [&[0x50][..], &5_u32.to_be_bytes()].concat();
        engine.put(vec![(gone, None)]).unwrap();
    });
    let to = place.path().join("new");
    let done = had(&data, &to, Some(&twins));
    let lost = Lost {
        positions: (980, 1_050),
        customers: Some((140, 150)),
    };
    assert_eq!(
        (&done.lost[..], done.records),
        (&[lost][..], Records::Doubtful)
    );
    assert!(is_told(&done, "from position 980 on are left out"));
    let store = open(&to, &with("refund")).unwrap();
    let read = read_all(&store, 0);
    assert!(read[..980] == facts[..980] && read[1_050..] == facts[1_050..]);
    let due = store.record(Shelf::Due, &145_u32.to_be_bytes()).unwrap();
    assert_eq!(due.as_deref(), Some(&b"kept"[..]));
    let row_of = |part: &[u8]| {
        let key = [crate::store::ERASURES, part].concat();
        store.record(Shelf::Customer, &key).unwrap()
    };
    assert_eq!(row_of(b"id/early"), Some(place_of(5)));
    assert_eq!(row_of(b"id/late"), Some(place_of(NOWHERE.0)));
}

#[test]
fn a_backup_that_nothing_shows_to_be_of_the_store_is_told_of() {
    let place = tempfile::tempdir().unwrap();
    let (data, half, _) = filled(place.path());
    std::fs::write(data.join(LOG).join("db"), [0xa7; 100_000]).unwrap();
    let strange = open(&place.path().join("strange"), &schema()).unwrap();
    strange.append(others(0..100)).unwrap();
    let stranger = backup_of(&strange, &place.path().join("strange-kept"));
    for (name, backup, told) in [("own", &half, false), ("other", &stranger, true)] {
        let done = had(&data, &place.path().join(name), Some(backup));
        assert_eq!(is_told(&done, "nothing shows"), told, "{:?}", done.tried);
    }
}
