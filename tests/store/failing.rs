//! Disks that fail under a running process: an fsync that errs, a disk that is full in spite of
//! the guard. The process ends with code 4, nothing is answered after it, and nothing answered
//! is lost.

use crate::child::{Orders, hear};
use crate::model::{self, Size, WRITERS};
use crate::recorder;

/// Runs a child that meets the failure; what it acknowledged must be there afterwards.
fn ends_and_keeps(variable: &str, value: &str, said: &str) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let output = Orders::new(&data, Size::Small, 1_000_000)
        .command()
        .env("LD_PRELOAD", recorder::library())
        .env("TAMIS_RECORD_ROOT", folder.path())
        .env("TAMIS_RECORD_LOG", "/dev/null")
        .env(variable, value)
        .output()
        .unwrap();
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{error}");
    assert!(
        error.contains("error[S041]") && error.contains(said),
        "{error}"
    );
    let mut turns = [0; WRITERS as usize];
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().for_each(|line| hear(line, &mut turns));
    assert!(
        turns.iter().any(|held| *held > 0),
        "it met the failure too early"
    );
    model::check_folder(&data, &turns).unwrap();
}

#[test]
fn an_fsync_that_errs_ends_the_process() {
    ends_and_keeps("TAMIS_FSYNC_FAIL", "20", "fsync");
}

#[test]
fn a_disk_that_is_full_in_spite_of_the_guard_ends_the_process() {
    ends_and_keeps("TAMIS_SPACE", "20000000", "No space left");
}
