//! Columns saved beside a store and read again.

use std::fs;
use std::os::unix::fs::FileExt;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::super::tests::facts;
use super::file::VERSION;
use crate::base::checksum::xxh3;
use crate::columns::{Builder, Snapshot};
use crate::store::fact::Fact;
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
    let mut saver = crate::columns::saved::Saver::default();
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
            // What is saved again is sound.
            fs::remove_file(columns.join("COLUMNS")).ok();
            snapshot.save(&store).unwrap();
            assert_eq!(told(&store).1, Ok(log.len() as u64));
        }
    }
    fs::write(columns.join("7.7.7.col.new"), "half").unwrap();
    fs::write(columns.join("COLUMNS.new"), "half").unwrap();
    assert!(told(&store).1.is_ok());
}

#[test]
fn columns_of_an_older_layout_are_made_anew_and_saved_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path());
    let log = logs(1).remove(0);
    store.append(log.clone()).unwrap();
    told(&store).0.save(&store).unwrap();
    let columns = store.columns_folder().unwrap();
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
    assert_eq!(from, Err("they were made under another schema".to_owned()));
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
