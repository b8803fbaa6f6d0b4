//! Columns saved beside a store and read again.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::super::tests::facts;
use super::file::VERSION;
use super::{Saver, load, tidy};
use crate::base::calendar::{Date, Instant, Zone};
use crate::base::checksum::xxh3;
use crate::base::value::Value;
use crate::columns::attribute::History;
use crate::columns::packed::Packed;
use crate::columns::{Builder, Snapshot};
use crate::schema::{AttributeId, EventId, HoldingId};
use crate::store::fact::{Fact, Row};
use crate::store::{Options, Store};

fn store(folder: &std::path::Path) -> Store {
    let options = Options {
        ballast_bytes: 0,
        free_bytes: std::sync::Arc::new(|_| Ok(1 << 40)),
        ..Options::default()
    };
    Store::open_with(folder, &facts::schema(), options).unwrap()
}

fn logs(count: usize) -> Vec<Vec<Fact>> {
    let mut runner = TestRunner::deterministic();
    let log = facts::log(20, 300..400);
    (0..count)
        .map(|_| log.new_tree(&mut runner).unwrap().current())
        .collect()
}

fn whole(log: &[Fact]) -> Snapshot {
    let mut builder = Builder::new(&facts::schema(), facts::prague());
    builder.apply(0, log).unwrap();
    builder.finish()
}

fn told(store: &Store) -> (Snapshot, Result<u64, String>) {
    Snapshot::from_store_telling(store, &facts::schema(), facts::prague()).unwrap()
}

#[test]
fn saved_columns_are_those_of_the_log_whenever_they_were_saved() {
    for log in logs(12) {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let mut taken = 0;
        for part in log.chunks(80) {
            store.append(part.to_vec()).unwrap();
            taken += part.len();
            let (snapshot, _) = told(&store);
            assert_eq!(snapshot.difference(&whole(&log[..taken])), None);
            snapshot.save(&store).unwrap();
            let (again, from) = told(&store);
            assert_eq!(from, Ok(taken as u64));
            assert_eq!(again.difference(&whole(&log[..taken])), None);
            for row in 0..again.rows() {
                assert_eq!(again.person(row), snapshot.person(row));
            }
            // Nothing new: nothing written.
            assert_eq!(again.save(&store).unwrap().files, 0);
        }
    }
}

#[test]
fn only_what_changed_is_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let log = logs(1).remove(0);
    store.append(log.clone()).unwrap();
    let first = told(&store).0.save(&store).unwrap();
    assert!(first.files > 3, "{first:?}");
    let event = log
        .iter()
        .find(|fact| matches!(fact, Fact::Event { .. }))
        .unwrap();
    store.append(vec![event.clone()]).unwrap();
    let (snapshot, from) = told(&store);
    assert_eq!(from, Ok(log.len() as u64));
    // That month and the base.
    assert_eq!(snapshot.save(&store).unwrap().files, 2);
    // So it is for one who saves again and again what he has in memory.
    let mut saver = Saver::default();
    let mut snapshot = whole(&log);
    let elsewhere = folder.path().join("columns/elsewhere");
    let mut save = |snapshot: &Snapshot| saver.save(&elsewhere, snapshot).unwrap().files;
    assert_eq!(save(&snapshot), first.files);
    snapshot = snapshot
        .refresh(log.len() as u64, std::slice::from_ref(event))
        .unwrap();
    assert_eq!((save(&snapshot), save(&snapshot)), (2, 0));
    snapshot.save(&store).unwrap();
    let kept = fs::read_dir(store.columns_folder().unwrap())
        .unwrap()
        .count();
    assert_eq!(kept as u64, first.files + 1);
}

#[test]
fn damaged_missing_and_half_written_files_are_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let log = logs(1).remove(0);
    store.append(log.clone()).unwrap();
    let expected = whole(&log);
    let columns = store.columns_folder().unwrap();
    told(&store).0.save(&store).unwrap();
    let names: Vec<_> = fs::read_dir(&columns)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    for path in &names {
        for kind in 0..4 {
            let bytes = fs::read(path).unwrap();
            // In the place of the file another one, as whoever mapped it keeps it.
            fs::remove_file(path).unwrap();
            match kind {
                0 => {}
                1 => fs::write(path, &bytes[..bytes.len() / 2]).unwrap(),
                kind => {
                    fs::write(path, &bytes).unwrap();
                    let file = fs::File::options().write(true).open(path).unwrap();
                    let at = if kind == 2 { 20 } else { bytes.len() - 3 };
                    file.write_all_at(&[!bytes[at]], at as u64).unwrap();
                }
            }
            let (snapshot, from) = told(&store);
            assert!(from.is_err(), "{} {kind}", path.display());
            assert_eq!(snapshot.difference(&expected), None);
            // What is saved again is sound, though the log has not grown.
            snapshot.save(&store).unwrap();
            assert_eq!(told(&store).1, Ok(log.len() as u64));
        }
    }
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name());
    names.map(|name| name.into_string().unwrap()).collect()
}

#[test]
fn what_a_crash_left_lying_is_not_read_and_goes_with_the_next_saving() {
    let (_folder, store, log, columns) = saved_store();
    let named = names(&columns);
    // Halves, and whole files that the list does not name.
    for name in ["7.7.7.col.new", "COLUMNS.new"] {
        fs::write(columns.join(name), "half").unwrap();
    }
    let month = named.iter().find(|name| name.starts_with("0.")).unwrap();
    fs::copy(columns.join(month), columns.join("0.7.7.col")).unwrap();
    let (snapshot, from) = told(&store);
    assert_eq!(from, Ok(log.len() as u64));
    assert_eq!(snapshot.difference(&whole(&log)), None);
    assert_eq!(snapshot.save(&store).unwrap().files, 0);
    assert_eq!(names(&columns), named);
}

#[test]
fn a_saving_under_other_rules_that_is_cut_off_leaves_what_was_saved() {
    let (_folder, store, log, columns) = saved_store();
    let mut builder = Builder::new(&facts::schema(), Zone::utc());
    builder.apply(0, &log).unwrap();
    let other = builder.finish();
    // All files are in their places when the list cannot be written.
    let files = || -> BTreeSet<_> {
        let entries = fs::read_dir(&columns).unwrap();
        entries.map(|entry| entry.unwrap().file_name()).collect()
    };
    let before = files();
    fs::create_dir(columns.join("COLUMNS.new")).unwrap();
    Saver::default().save(&columns, &other).unwrap_err();
    fs::remove_dir(columns.join("COLUMNS.new")).unwrap();
    assert_eq!(files(), before, "what failed takes up no room");
    let (snapshot, from) = told(&store);
    assert_eq!(from, Ok(log.len() as u64));
    assert_eq!(snapshot.difference(&whole(&log)), None);
}

#[test]
fn columns_under_other_clock_changes_of_the_same_zone_are_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let log = logs(1).remove(0);
    let older = Zone::utc().called("Europe/Prague");
    let mut builder = Builder::new(&facts::schema(), older.clone());
    builder.apply(0, &log).unwrap();
    let columns = folder.path().join("columns");
    Saver::default().save(&columns, &builder.finish()).unwrap();
    let loaded = |zone| load(&columns, &facts::schema(), zone, u64::MAX).map(|it| it.position());
    assert_eq!(loaded(older), Ok(log.len() as u64));
    let refused = Err("they were made under another schema or other clock changes".to_owned());
    assert_eq!(loaded(facts::prague()), refused);
}

fn login(row: u32, day: i32) -> Fact {
    Fact::Event {
        event: EventId(0),
        row: Row(row),
        at: facts::prague().start_of(Date(day)),
        sequence: None,
        identity: 0,
        fields: vec![],
    }
}

fn customers(count: u32) -> Vec<Fact> {
    let customer = |row| Fact::Customer {
        row: Row(row),
        id: format!("c{row}").into(),
    };
    (0..count).map(customer).collect()
}

/// A store with saved columns, its log and where they lie.
fn saved_store() -> (tempfile::TempDir, Store, Vec<Fact>, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let log = logs(1).remove(0);
    store.append(log.clone()).unwrap();
    told(&store).0.save(&store).unwrap();
    let columns = store.columns_folder().unwrap();
    (folder, store, log, columns)
}

fn saved(saver: &mut Saver, folder: &Path, snapshot: &Snapshot) -> (u64, Snapshot) {
    let written = saver.save(folder, snapshot).unwrap();
    tidy(folder).unwrap();
    let loaded = load(folder, &facts::schema(), facts::prague(), u64::MAX).unwrap();
    assert_eq!(loaded.difference(snapshot), None);
    (written.files, loaded)
}

#[test]
fn months_share_files_where_they_would_be_too_many() {
    let folder = tempfile::tempdir().unwrap();
    let columns = folder.path().join("columns");
    let mut log = customers(3);
    // From 1967 on, and the first and the last dates of the calendar.
    log.extend((-30..30).map(|month| login(2, month * 30)));
    log.extend([login(1, -719_162), login(0, 2_932_896)]);
    let snapshot = whole(&log);
    let (files, loaded) = saved(&mut Saver::of_files(12), &columns, &snapshot);
    assert!((3..=13).contains(&files), "{files}");
    // One more event in a file of many months, and the base.
    let loaded = loaded.refresh(loaded.position(), &[login(1, 301)]).unwrap();
    let (written, _) = saved(&mut Saver::of_files(12), &columns, &loaded);
    assert_eq!(written, 2);
    assert_eq!(names(&columns).len() as u64, files + 1);
    // Whoever may write more gives each month its own.
    let (written, _) = saved(&mut Saver::default(), &columns, &loaded);
    assert_eq!((written, names(&columns).len()), (63, 64));
}

#[test]
fn last_instants_are_asked_of_saved_columns_too() {
    let folder = tempfile::tempdir().unwrap();
    let columns = folder.path().join("columns");
    let mut log = customers(3);
    log.extend([login(0, 19_000), login(2, 19_100), login(2, 19_050)]);
    let (_, loaded) = saved(&mut Saver::default(), &columns, &whole(&log));
    let instants = |snapshot: &Snapshot| {
        let latest = snapshot.events(EventId(0)).latest(0, Instant(i64::MAX));
        latest.map(Option::<&Packed>::cloned)
    };
    assert_eq!(instants(&loaded), instants(&whole(&log)));
    assert_eq!(
        instants(&loaded).unwrap().unwrap().key(2),
        Some(facts::prague().start_of(Date(19_100)).0)
    );
}

/// Two owners of a loan in different chunks, and a dated number of children.
fn far_apart() -> Vec<Fact> {
    let mut log = customers(65_540);
    let since = |day| Some(facts::prague().start_of(Date(day)));
    let loan = |row, key: &str, day| Fact::Holding {
        holding: HoldingId(0),
        row: Row(row),
        key: key.into(),
        since: since(day),
        fields: vec![None; 3],
    };
    log.extend([loan(3, "stays", 19_000), loan(7, "goes", 19_000)]);
    log.push(loan(65_539, "goes", 19_100));
    let children = |since, count| Fact::Attributes {
        row: Row(5),
        since,
        fields: vec![(AttributeId(1), Some(Value::Int(count)))],
    };
    log.extend([children(None, 1), children(since(19_000), 2)]);
    log
}

#[test]
fn holdings_whose_owners_lie_far_apart_are_found_in_saved_columns() {
    let folder = tempfile::tempdir().unwrap();
    let columns = folder.path().join("columns");
    let log = far_apart();
    let (_, loaded) = saved(&mut Saver::default(), &columns, &whole(&log));
    assert_eq!(loaded.owners(HoldingId(0), "goes"), [7, 65_539]);
    assert_eq!(loaded.owners(HoldingId(0), "stays"), [3]);
    // Who owns it next is told of both chunks.
    let back = Fact::Holding {
        holding: HoldingId(0),
        row: Row(7),
        key: "goes".into(),
        since: Some(facts::prague().start_of(Date(19_050))),
        fields: vec![None; 3],
    };
    let more = |snapshot: &Snapshot| {
        let position = snapshot.position();
        snapshot
            .refresh(position, std::slice::from_ref(&back))
            .unwrap()
    };
    assert_eq!(more(&loaded).difference(&more(&whole(&log))), None);
}

#[test]
fn a_difference_in_what_only_refreshes_read_is_told() {
    let log = far_apart();
    let expected = whole(&log);
    assert_eq!(expected.difference(&whole(&log)), None);
    let mut other = whole(&log);
    let store = Arc::get_mut(&mut other.holdings[0]).unwrap();
    let code = store.keys.code("goes").unwrap();
    store.homes.set(code, [0].into_iter());
    let told = other.difference(&expected).unwrap();
    assert!(told.starts_with("the holding `loan`"), "{told}");
    type Change = fn(&mut History);
    let changes: [Change; 2] = [|history| history.base = None, |history| history.rows += 1];
    for change in changes {
        let mut other = whole(&log);
        let store = Arc::get_mut(&mut other.attributes[1]).unwrap();
        let history = store.histories[0].as_mut().unwrap();
        change(Arc::get_mut(history).unwrap());
        let told = other.difference(&expected).unwrap();
        assert!(told.starts_with("the attribute `children`"), "{told}");
    }
}

#[test]
fn columns_of_an_older_layout_are_made_anew_and_saved_again() {
    let (_folder, store, log, columns) = saved_store();
    let with_sum = |mut said: Vec<u8>| {
        said.extend_from_slice(&xxh3(&said).to_le_bytes());
        said
    };
    // A list that says so, then files that say so under a list that does not.
    let list = fs::read(columns.join("COLUMNS")).unwrap();
    let mut said = list[..list.len() - 8].to_vec();
    assert_eq!(u64::from(said[0]), VERSION);
    said[0] -= 1;
    fs::write(columns.join("COLUMNS"), with_sum(said)).unwrap();
    let (snapshot, from) = told(&store);
    assert_eq!(from, Err("they were made by another version".to_owned()));
    assert_eq!(snapshot.difference(&whole(&log)), None);
    fs::write(columns.join("COLUMNS"), list).unwrap();
    assert_eq!(told(&store).1, Ok(log.len() as u64));
    let names = fs::read_dir(&columns).unwrap();
    let names = names.map(|entry| entry.unwrap().path());
    let path = names
        .filter(|path| path.extension().is_some_and(|it| it == "col"))
        .min()
        .unwrap();
    let whole_file = fs::read(&path).unwrap();
    let mut head = whole_file[..48].to_vec();
    head[8] -= 1;
    let older = [with_sum(head), whole_file[56..].to_vec()].concat();
    fs::remove_file(&path).unwrap();
    fs::write(&path, older).unwrap();
    let (snapshot, from) = told(&store);
    assert!(from.unwrap_err().ends_with("it is of another format"));
    assert_eq!(snapshot.difference(&whole(&log)), None);
    fs::remove_file(columns.join("COLUMNS")).unwrap();
    snapshot.save(&store).unwrap();
    assert_eq!(told(&store).1, Ok(log.len() as u64));
}

#[test]
fn columns_of_another_schema_or_log_are_not_used() {
    let folder = tempfile::tempdir().unwrap();
    let log = logs(1).remove(0);
    let one = store(folder.path());
    one.append(log.clone()).unwrap();
    told(&one).0.save(&one).unwrap();
    one.close().unwrap();
    let mut other = facts::schema();
    other.attributes.swap(0, 1);
    let one = Store::open(folder.path(), &other).unwrap();
    let told = |store: &Store, schema| Snapshot::from_store_telling(store, schema, facts::prague());
    let (_, from) = told(&one, &other).unwrap();
    assert_eq!(
        from,
        Err("they were made under another schema or other clock changes".to_owned())
    );
    // Another log under the name of this one, shorter than they are.
    let second = tempfile::tempdir().unwrap();
    let two = store(second.path());
    two.append(log[..100].to_vec()).unwrap();
    let columns = two.columns_folder().unwrap();
    fs::create_dir_all(columns.parent().unwrap()).unwrap();
    fs::rename(one.columns_folder().unwrap(), &columns).unwrap();
    let (snapshot, from) = told(&two, &facts::schema()).unwrap();
    assert_eq!(from, Err("they reach further than the log".to_owned()));
    assert_eq!(snapshot.position(), 100);
}
