//! Who speaks where several sources have a position.

use super::*;
use crate::store::block::{self, Body};
use crate::store::compact::{Work, compact};

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
