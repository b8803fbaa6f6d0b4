//! Lines once and whole, whatever happens to the file.

use std::collections::BTreeMap;

use super::*;
use crate::care::outbox::{OutboxEntry, Standing};
use crate::letters::FilledLetter;

fn message(row: u32) -> Message {
    Message {
        entry: OutboxEntry {
            key: OutboxKey::of("plan", row, 0, "hello"),
            plan: "plan".to_owned(),
            step: "hello".to_owned(),
            channel: "email".to_owned(),
            template: "hello".to_owned(),
            row,
            customer: format!("c{row}"),
            address: Some(format!("c{row}@example.org")),
            entered_at: 0,
            due_at: 0,
            attempt: 1,
            standing: Standing::Waiting,
            values: BTreeMap::new(),
        },
        letter: FilledLetter {
            subject: "你好".to_owned(),
            text: "two\nlines".to_owned(),
            html: None,
        },
    }
}

/// Carries the messages at the same time.
fn carry(recorder: &Recorder, rows: &[u32]) -> Vec<Outcome> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let tasks: Vec<_> = rows
            .iter()
            .map(|row| {
                let recorder = recorder.clone();
                let message = message(*row);
                tokio::spawn(async move { recorder.carry(&message, Instant(0)).await })
            })
            .collect();
        let mut outcomes = Vec::new();
        for task in tasks {
            outcomes.push(task.await.unwrap());
        }
        outcomes
    })
}

fn rows(path: &Path) -> Vec<String> {
    fs::read_to_string(path)
        .unwrap()
        .lines()
        .map(|line| {
            let json: serde_json::Value = serde_json::from_str(line).unwrap();
            json["customer"].as_str().unwrap().to_owned()
        })
        .collect()
}

#[test]
fn each_message_is_one_line_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    let recorder = Recorder::open(folder.path()).unwrap();
    assert_eq!(carry(&recorder, &[1, 2, 1, 3]), vec![Outcome::Taken; 4]);
    assert_eq!(carry(&recorder, &[2]), [Outcome::Taken]);
    drop(recorder);
    let mut found = rows(&path);
    found.sort();
    assert_eq!(found, ["c1", "c2", "c3"]);
    // Another process knows them too.
    let recorder = Recorder::open(folder.path()).unwrap();
    assert_eq!(carry(&recorder, &[3, 4]), vec![Outcome::Taken; 2]);
    let mut found = rows(&path);
    found.sort();
    assert_eq!(found, ["c1", "c2", "c3", "c4"]);
    let first = fs::read_to_string(&path).unwrap();
    assert!(
        first.contains("你好") && first.contains("two\\nlines"),
        "{first}"
    );
}

#[test]
fn a_torn_line_is_cut_and_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    carry(&Recorder::open(folder.path()).unwrap(), &[1, 2]);
    let whole = fs::read(&path).unwrap();
    for cut in 1..=whole.len() {
        fs::write(&path, &whole[..whole.len() - cut]).unwrap();
        let recorder = Recorder::open(folder.path()).unwrap();
        carry(&recorder, &[1]);
        carry(&recorder, &[2]);
        let mut found = rows(&path);
        found.sort();
        assert_eq!(found, ["c1", "c2"], "{cut} bytes cut");
    }
}

#[test]
fn a_file_that_is_moved_away_is_begun_anew_and_nothing_repeats() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    let recorder = Recorder::open(folder.path()).unwrap();
    carry(&recorder, &[1]);
    fs::rename(&path, folder.path().join("old.ndjson")).unwrap();
    carry(&recorder, &[1, 2]);
    assert_eq!(rows(&path), ["c2"]);
    // Someone empties it, or adds a line by hand.
    fs::write(&path, "by hand\n").unwrap();
    carry(&recorder, &[1, 2, 3]);
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0], "by hand");
    assert!(lines[1].contains("c3"));
}

#[test]
fn a_file_has_one_writer() {
    let folder = tempfile::tempdir().unwrap();
    let first = Recorder::open(folder.path()).unwrap();
    carry(&first, &[1]);
    let refused = Recorder::open_within(folder.path(), Duration::ZERO).err();
    assert!(refused.unwrap().contains("another recorder"));
    // The first goes on, and its last lines stand before the second reads the file.
    let folder_path = folder.path().to_owned();
    let second = std::thread::spawn(move || Recorder::open(&folder_path).unwrap());
    carry(&first, &[2]);
    drop(first);
    let second = second.join().unwrap();
    assert_eq!(carry(&second, &[2, 3]), vec![Outcome::Taken; 2]);
    let mut found = rows(&folder.path().join(FILE_NAME));
    found.sort();
    assert_eq!(found, ["c1", "c2", "c3"]);
}

#[test]
fn a_file_that_comes_back_to_its_place_still_has_one_writer() {
    let folder = tempfile::tempdir().unwrap();
    let (path, aside) = (folder.path().join(FILE_NAME), folder.path().join("aside"));
    let recorder = Recorder::open(folder.path()).unwrap();
    carry(&recorder, &[1]);
    fs::rename(&path, &aside).unwrap();
    fs::create_dir(&path).unwrap();
    assert_ne!(carry(&recorder, &[2]), [Outcome::Taken]);
    fs::remove_dir(&path).unwrap();
    fs::rename(&aside, &path).unwrap();
    let refused = Recorder::open_within(folder.path(), Duration::ZERO).err();
    assert!(refused.unwrap().contains("another recorder"));
    assert_eq!(carry(&recorder, &[2]), [Outcome::Taken]);
    assert_eq!(rows(&path), ["c1", "c2"]);
}

#[test]
fn a_folder_that_cannot_be_written_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let error = Recorder::open(&folder.path().join("absent")).err().unwrap();
    assert!(error.contains(FILE_NAME), "{error}");
}
