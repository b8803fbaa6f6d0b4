//! Real folders, real threads; each wait is for a condition with a deadline.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};

use super::*;

const DEADLINE: Duration = Duration::from_secs(20);

const QUICK: Waits = Waits {
    quiet: Duration::from_millis(30),
    wait_max: Duration::from_millis(200),
    poll: Duration::from_millis(40),
    look: Duration::from_secs(3_600),
};

fn rules(folder: &Path) -> Vec<Watched> {
    vec![Watched {
        folder: folder.to_owned(),
        endings: &["tamis"],
    }]
}

/// A watch that reports what `a.tamis` says at each call, and how many calls there were.
struct Seen {
    watch: Watch,
    texts: Receiver<String>,
    calls: Arc<AtomicUsize>,
}

fn see(folder: &Path, listen: Listen) -> Seen {
    let (sender, texts) = channel();
    let calls = Arc::new(AtomicUsize::new(0));
    let (counted, file) = (Arc::clone(&calls), folder.join("a.tamis"));
    let on_change = Box::new(move || {
        counted.fetch_add(1, Ordering::SeqCst);
        let text = fs::read_to_string(&file).unwrap_or_default();
        let busy = text == "busy" && fs::write(&file, "busy no more").is_ok();
        let _ = sender.send(text);
        if busy { Next::Again } else { Next::Change }
    });
    let watch = Watch::start_with(rules(folder), on_change, listen, QUICK).unwrap();
    Seen {
        watch,
        texts,
        calls,
    }
}

impl Seen {
    /// Waits until a call finds that text.
    fn until(&self, wanted: &str) {
        let end = Instant::now() + DEADLINE;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let text = self.texts.recv_timeout(left);
            if text.expect("a call with the text wanted") == wanted {
                return;
            }
        }
    }

    fn until_hearing(&self, wanted: impl Fn(&Hearing) -> bool) {
        let end = Instant::now() + DEADLINE;
        while !wanted(&self.watch.hearing()) {
            assert!(Instant::now() < end, "{:?}", self.watch.hearing());
            std::thread::yield_now();
        }
    }
}

/// As editors save: another file takes the name.
fn replace(folder: &Path, text: &str) {
    let draft = folder.join(".a.tamis.new");
    fs::write(&draft, text).unwrap();
    fs::rename(&draft, folder.join("a.tamis")).unwrap();
}

#[test]
fn a_file_written_or_replaced_is_seen() {
    let folder = tempfile::tempdir().unwrap();
    let seen = see(folder.path(), Box::new(listen));
    seen.until("");
    seen.until_hearing(|hearing| *hearing == Hearing::Told);
    fs::write(folder.path().join("a.tamis"), "written").unwrap();
    seen.until("written");
    replace(folder.path(), "replaced");
    seen.until("replaced");
    fs::remove_file(folder.path().join("a.tamis")).unwrap();
    seen.until("");
    // In a folder that came later too.
    fs::create_dir(folder.path().join("deep")).unwrap();
    let before = seen.calls.load(Ordering::SeqCst);
    fs::write(folder.path().join("deep/b.tamis"), "x").unwrap();
    let end = Instant::now() + DEADLINE;
    while seen.calls.load(Ordering::SeqCst) == before {
        assert!(Instant::now() < end);
        std::thread::yield_now();
    }
}

#[test]
fn a_file_replaced_without_end_is_seen_on_the_way_and_at_last() {
    let folder = tempfile::tempdir().unwrap();
    let seen = see(folder.path(), Box::new(listen));
    seen.until("");
    // Without a pause: the folder is never quiet, and is looked at all the same.
    let mut written = 0;
    let end = Instant::now() + DEADLINE;
    while seen.calls.load(Ordering::SeqCst) < 4 {
        written += 1;
        replace(folder.path(), &format!("{written}"));
        assert!(Instant::now() < end);
    }
    replace(folder.path(), "last");
    seen.until("last");
    let calls = seen.calls.load(Ordering::SeqCst);
    assert!(calls < written / 2, "{calls} calls for {written} files");
}

#[test]
fn who_could_not_take_it_is_called_again() {
    let folder = tempfile::tempdir().unwrap();
    // Hears nothing, so that only the wish to be called again finds the second text.
    let deaf: Listen = Box::new(|_, _| Ok(Box::new(())));
    replace(folder.path(), "busy");
    let seen = see(folder.path(), deaf);
    seen.until("busy");
    seen.until("busy no more");
    assert_eq!(seen.calls.load(Ordering::SeqCst), 2);
}

#[test]
fn many_files_at_once_are_one_change() {
    let folder = tempfile::tempdir().unwrap();
    let seen = see(folder.path(), Box::new(listen));
    seen.until("");
    let draft = tempfile::tempdir_in(folder.path().parent().unwrap()).unwrap();
    fs::create_dir(draft.path().join("many")).unwrap();
    for number in 0..300 {
        let name = format!("many/{number}.tamis");
        fs::write(draft.path().join(name), "x").unwrap();
    }
    fs::rename(draft.path().join("many"), folder.path().join("many")).unwrap();
    replace(folder.path(), "mark");
    seen.until("mark");
    assert!(seen.calls.load(Ordering::SeqCst) <= 3);
}

#[test]
fn a_folder_removed_and_made_again_is_watched_again() {
    let top = tempfile::tempdir().unwrap();
    let folder = top.path().join("rules");
    fs::create_dir(&folder).unwrap();
    replace(&folder, "first");
    let seen = see(&folder, Box::new(listen));
    seen.until("first");
    seen.until_hearing(|hearing| *hearing == Hearing::Told);
    fs::remove_dir_all(&folder).unwrap();
    seen.until("");
    seen.until_hearing(
        |hearing| matches!(hearing, Hearing::Polling { why } if why.contains("is not there")),
    );
    fs::create_dir(&folder).unwrap();
    replace(&folder, "second");
    seen.until("second");
    seen.until_hearing(|hearing| *hearing == Hearing::Told);
    replace(&folder, "third");
    seen.until("third");
    // Swapped for another folder in one step.
    let other = top.path().join("other");
    fs::create_dir(&other).unwrap();
    replace(&other, "fourth");
    fs::rename(&folder, top.path().join("old")).unwrap();
    fs::rename(&other, &folder).unwrap();
    seen.until("fourth");
    seen.until_hearing(|hearing| *hearing == Hearing::Told);
    replace(&folder, "fifth");
    seen.until("fifth");
}

#[test]
fn a_listener_that_dies_is_replaced_by_looking_until_another_lives() {
    let folder = tempfile::tempdir().unwrap();
    let ears: Arc<Mutex<Vec<Ear>>> = Arc::default();
    let allowed = Arc::new(AtomicUsize::new(1));
    let (kept, left) = (Arc::clone(&ears), Arc::clone(&allowed));
    // Hears nothing by itself.
    let deaf: Listen = Box::new(move |_, ear| {
        if left.load(Ordering::SeqCst) == 0 {
            return Err("no more listeners".to_owned());
        }
        left.fetch_sub(1, Ordering::SeqCst);
        kept.lock().unwrap().push(ear);
        Ok(Box::new(()))
    });
    let seen = see(folder.path(), deaf);
    seen.until("");
    seen.until_hearing(|hearing| *hearing == Hearing::Told);
    ears.lock().unwrap()[0].tell(Signal::Dead("it died".to_owned()));
    seen.until_hearing(|hearing| matches!(hearing, Hearing::Polling { .. }));
    // Found by looking.
    replace(folder.path(), "looked");
    seen.until("looked");
    seen.until_hearing(
        |hearing| matches!(hearing, Hearing::Polling { why } if &**why == "no more listeners"),
    );
    allowed.store(1, Ordering::SeqCst);
    seen.until_hearing(|hearing| *hearing == Hearing::Told);
    replace(folder.path(), "told");
    seen.watch.look();
    seen.until("told");
}

#[test]
fn reading_the_folder_calls_nobody_and_the_watch_ends_when_dropped() {
    let folder = tempfile::tempdir().unwrap();
    replace(folder.path(), "x");
    let seen = see(folder.path(), Box::new(listen));
    seen.until("x");
    for _ in 0..50 {
        fs::read(folder.path().join("a.tamis")).unwrap();
    }
    replace(folder.path(), "y");
    seen.until("y");
    assert_eq!(seen.calls.load(Ordering::SeqCst), 2);
    let Seen { watch, texts, .. } = seen;
    drop(watch);
    // The thread is gone and with it the other end.
    assert!(texts.recv_timeout(DEADLINE).is_err());
}
