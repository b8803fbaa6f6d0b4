//! Folders, locks, full disks and failed writes.

use std::fs;
use std::os::unix::fs::FileExt;

use super::*;

fn filled() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &schema()).unwrap();
    store.append(facts_of(0)).unwrap();
    store.close().unwrap();
    folder
}

fn code(folder: &Path) -> &'static str {
    open(folder, &schema())
        .err()
        .map_or("none", |error| error.code())
}

#[test]
fn a_second_opening_names_the_process_that_holds_the_store() {
    let folder = filled();
    let store = open(folder.path(), &schema()).unwrap();
    let before = std::time::Instant::now();
    let error = open(folder.path(), &schema()).err().unwrap();
    assert!(before.elapsed().as_millis() < 1_000);
    assert_eq!(error.code(), "S001");
    assert_eq!(error.exit_code(), 4);
    let pid = format!("by process {}", std::process::id());
    assert!(error.to_string().contains(&pid), "{error}");
    drop(store);
    open(folder.path(), &schema()).unwrap();
}

#[test]
fn it_opens_again_and_again() {
    let folder = filled();
    let mut store = open(folder.path(), &schema()).unwrap();
    for row in 1..51 {
        store.append(facts_of(row)).unwrap();
        store = store.reopen(&schema()).unwrap();
    }
    assert_eq!(store.position(), 51 * 7);
    assert!(store.verify().unwrap().is_sound());
}

#[test]
fn folders_that_are_no_stores_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("letter.txt"), "dear").unwrap();
    let error = open(folder.path(), &schema()).err().unwrap();
    assert_eq!(error.code(), "S002");
    assert!(error.to_string().contains("letter.txt"), "{error}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    // A store whose FORMAT is lost must not be taken for an empty folder.
    let folder = filled();
    fs::remove_file(folder.path().join("FORMAT")).unwrap();
    assert_eq!(code(folder.path()), "S002");
    assert!(folder.path().join("sled/db").exists());
}

#[test]
fn other_formats_are_named() {
    let folder = filled();
    let say = |text: &str| fs::write(folder.path().join("FORMAT"), text).unwrap();
    say("tamis store\nformat 2\nmade by tamis 9.9.9\n");
    let error = open(folder.path(), &schema()).err().unwrap();
    assert_eq!(error.code(), "S004");
    assert!(
        error
            .to_string()
            .contains("newer format 2, written by tamis 9.9.9")
    );
    say("tamis store\nformat 0\nmade by tamis 0.0.1\n");
    assert_eq!(code(folder.path()), "S003");
    say("something else");
    assert_eq!(code(folder.path()), "S012");
    // Another program version of the same format is fine.
    say("tamis store\nformat 1\nmade by tamis 0.0.1\n");
    assert_eq!(code(folder.path()), "none");
}

#[test]
fn an_older_copy_of_the_log_under_a_newer_witness_is_refused_with_both_positions() {
    let folder = filled();
    let old = tempfile::tempdir().unwrap();
    fs::copy(folder.path().join("sled/db"), old.path().join("db")).unwrap();
    let store = open(folder.path(), &schema()).unwrap();
    store.append(facts_of(1)).unwrap();
    store.close().unwrap();
    for entry in fs::read_dir(folder.path().join("sled")).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().contains("snap.") {
            fs::remove_file(path).unwrap();
        }
    }
    fs::copy(old.path().join("db"), folder.path().join("sled/db")).unwrap();
    fs::remove_file(folder.path().join("CLEAN")).unwrap();
    let error = open(folder.path(), &schema()).err().unwrap();
    assert_eq!(error.code(), "S010");
    assert!(error.to_string().contains("ends at position 7 "), "{error}");
    assert!(error.to_string().contains("was position 14 "), "{error}");
    // What was found is kept as it was.
    assert!(folder.path().join("sled.before/db").exists());
    assert_eq!(code(folder.path()), "S010");
}

#[test]
fn a_torn_witness_slot_is_survived_and_two_are_not() {
    let folder = filled();
    let spoil = |place: u64| {
        let path = folder.path().join("WITNESS");
        let file = fs::File::options().write(true).open(path).unwrap();
        file.write_all_at(&[0xaa; 4], place).unwrap();
    };
    spoil(4_096 + 30);
    assert_eq!(code(folder.path()), "none");
    spoil(30);
    spoil(4_096 + 30);
    assert_eq!(code(folder.path()), "S011");
}

#[test]
fn stale_files_do_not_stop_the_start() {
    let folder = filled();
    fs::write(
        folder.path().join("sled/snap.00000000000FFFFF.generating"),
        "x",
    )
    .unwrap();
    fs::create_dir(folder.path().join("sled.copying")).unwrap();
    fs::write(folder.path().join("CREATING"), "").unwrap();
    fs::write(folder.path().join("FORMAT.new"), "").unwrap();
    fs::remove_file(folder.path().join("CLEAN")).unwrap();
    let store = open(folder.path(), &schema()).unwrap();
    assert_eq!(store.opened().copied, Copied::Done);
    assert!(read_all(&store, 0) == facts_of(0));
    assert!(!folder.path().join("sled.copying").exists());
    assert!(!folder.path().join("sled.before").exists());
}

#[test]
fn a_making_that_was_cut_off_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("CREATING"), "").unwrap();
    fs::create_dir(folder.path().join("sled")).unwrap();
    fs::write(folder.path().join("sled/db"), "torn").unwrap();
    fs::write(folder.path().join("WITNESS"), "").unwrap();
    let store = open(folder.path(), &schema()).unwrap();
    assert_eq!(store.opened().state, State::New);
}

#[test]
fn a_full_disk_refuses_writes_answers_reads_and_recovers() {
    let folder = tempfile::tempdir().unwrap();
    let free = Arc::new(AtomicU64::new(1 << 40));
    let asked = free.clone();
    let (mut options, faults) = options();
    options.free_bytes = Arc::new(move |_| Ok(asked.load(Ordering::SeqCst)));
    let store = Store::open_with(folder.path(), &schema(), options).unwrap();
    store.append(facts_of(0)).unwrap();
    free.store((64 << 20) - 1, Ordering::SeqCst);
    let error = store.append(facts_of(1)).unwrap_err();
    assert_eq!(error.code(), "S020");
    assert!(read_all(&store, 0) == facts_of(0));
    let many: Vec<Fact> = (1..5_000).flat_map(facts_of).collect();
    assert_eq!(store.append(many).unwrap_err().code(), "S020");
    assert_eq!(store.customers(), 1);
    free.store(64 << 20, Ordering::SeqCst);
    store.append(facts_of(1)).unwrap();
    assert_eq!(faults.load(Ordering::SeqCst), 0);
    assert!(store.verify().unwrap().is_sound());
}

#[test]
fn after_a_failed_write_nothing_more_is_taken() {
    let folder = tempfile::tempdir().unwrap();
    let (options, faults) = options();
    let store = Store::open_with(folder.path(), &schema(), options).unwrap();
    store.append(facts_of(0)).unwrap();
    // A value that left the file which is fsynced counts as a failed write.
    fs::write(folder.path().join("sled/blobs/1"), "").unwrap();
    assert_eq!(store.append(facts_of(1)).unwrap_err().code(), "S041");
    assert_eq!(faults.load(Ordering::SeqCst), 1);
    assert_eq!(store.append(facts_of(1)).unwrap_err().code(), "S042");
    assert_eq!(faults.load(Ordering::SeqCst), 1);
    assert_eq!(store.position(), 7);
    assert!(store.close().is_err());
    assert!(!folder.path().join("CLEAN").exists());
}

#[test]
fn sixteen_senders_share_commits_and_keep_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), &schema()).unwrap();
    store.append((0..16).flat_map(facts_of).collect()).unwrap();
    let start = store.position();
    std::thread::scope(|scope| {
        for row in 0..16_u32 {
            let store = &store;
            scope.spawn(move || {
                for turn in 0..50_i64 {
                    let mut login = facts_of(row).remove(3);
                    if let Fact::Event { at, .. } = &mut login {
                        at.0 = turn;
                    }
                    let after = store.append(vec![login.clone()]).unwrap();
                    let at = after - 1;
                    assert_eq!(read_all(store, at).first(), Some(&login));
                }
            });
        }
    });
    let mut turns = [0_i64; 16];
    for fact in read_all(&store, start) {
        let Fact::Event { row, at, .. } = fact else {
            panic!("{fact:?}")
        };
        let turn = &mut turns[row.0 as usize];
        assert_eq!(at.0, *turn);
        *turn += 1;
    }
    assert_eq!(turns, [50; 16]);
    let size = store.size().unwrap();
    assert!(size.commits < 800, "{size:?}");
    assert!(store.verify().unwrap().is_sound());
}

fn rights(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_folder_that_others_may_read_is_told_of() {
    use std::os::unix::fs::PermissionsExt;
    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("around").join("data");
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let heard = Arc::clone(&told);
    let heeding = Options {
        heed: Arc::new(move |error| heard.lock().unwrap().push(error.clone())),
        ..options().0
    };
    let begin = || Store::open_with(&data, &schema(), heeding.clone()).unwrap();
    // One that is made is its owner's alone; those around it are as any others.
    let store = begin();
    store.append(facts_of(0)).unwrap();
    store.close().unwrap();
    assert_eq!((rights(&data), told.lock().unwrap().len()), (0o700, 0));
    assert_ne!(rights(&place.path().join("around")) & 0o077, 0);
    for mode in [0o755, 0o740] {
        fs::set_permissions(&data, fs::Permissions::from_mode(mode)).unwrap();
        begin().close().unwrap();
        let said = told.lock().unwrap().pop().unwrap();
        assert_eq!(said.code(), "S043", "{said}");
        assert!(said.to_string().contains(&format!("{mode:o}")), "{said}");
        assert_eq!(rights(&data), mode);
    }
    // So is one that is restored.
    let store = begin();
    let kept = place.path().join("kept");
    let job = crate::store::backup::Job {
        folder: &kept,
        incremental: false,
        stop: &|| false,
    };
    let chain = crate::store::backup::Chain::of(&store.backup(&job).unwrap().path).unwrap();
    let to = place.path().join("new");
    crate::store::backup::restore(&chain, &to, &options().0, &mut |_| Ok(())).unwrap();
    assert_eq!(rights(&to), 0o700);
}
