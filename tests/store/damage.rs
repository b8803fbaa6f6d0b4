//! Damage at random places of every file: the content is the same, or an error names what is
//! affected. Never silent, never a panic, never a hang.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use crate::child::{Orders, hear};
use crate::model::{self, Random, Size, Turns, WRITERS};

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target);
        } else {
            fs::copy(&source, &target).unwrap();
        }
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if fs::metadata(&path).unwrap().len() > 0 {
            found.push(path);
        }
    }
    found.sort();
}

/// One bit, 4 KiB of zeros, 512 bytes of garbage, or the tail cut; says which.
fn spoil(path: &Path, random: &mut Random) -> String {
    let file = fs::File::options()
        .write(true)
        .read(true)
        .open(path)
        .unwrap();
    let length = file.metadata().unwrap().len() as usize;
    let at = random.below(length) as u64;
    let kind = random.below(4);
    match kind {
        0 => {
            let mut byte = [0];
            file.read_exact_at(&mut byte, at).unwrap();
            byte[0] ^= 1 << random.below(8);
            file.write_all_at(&byte, at).unwrap();
        }
        1 | 2 => {
            let count = if kind == 1 { 4_096 } else { 512 };
            let count = count.min(length - at as usize);
            let bytes: Vec<u8> = (0..count)
                .map(|_| {
                    if kind == 1 {
                        0
                    } else {
                        random.below(256) as u8
                    }
                })
                .collect();
            file.write_all_at(&bytes, at).unwrap();
        }
        _ => file.set_len(at).unwrap(),
    }
    let kind = ["one bit", "zeros", "garbage", "cut"][kind];
    format!("{kind} at {at} of {length} in {}", path.display())
}

/// A store in one of three states, with all its turns.
fn prepare(state: &str, data: &Path) -> Turns {
    let mut orders = Orders::new(data, Size::Block, 6);
    if state == "reopened" {
        (orders.turns, orders.reopenings) = (5, 1);
    }
    let output = orders.output();
    assert!(output.status.success());
    let mut turns = [0; WRITERS as usize];
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().for_each(|line| hear(line, &mut turns));
    if state != "written" {
        // Columns are files as well; an opening more is what the other states are about anyway.
        let store = model::open(data).unwrap();
        model::columns(&store).unwrap().save(&store).unwrap();
        store.close().unwrap();
    }
    if state == "killed" {
        // What a killed process leaves: no mark of an orderly close.
        fs::remove_file(data.join("CLEAN")).unwrap();
    }
    turns
}

#[test]
fn damage_is_named_or_harmless() {
    let places = model::times("TAMIS_DAMAGES", 90).div_ceil(3);
    let seed = model::times("TAMIS_SEED", 1) as u64;
    println!("seed {seed}");
    let mut random = Random::new(seed);
    for state in ["written", "reopened", "killed"] {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let turns = prepare(state, &data);
        let (mut harmless, mut named) = (0, 0);
        for _ in 0..places {
            let copied = folder.path().join("copy");
            copy(&data, &copied);
            let mut found = Vec::new();
            files(&copied, &mut found);
            // Half of the places in the log, the rest in any file.
            let log = copied.join("sled/db");
            let path = match random.below(2) {
                0 => &log,
                _ => &found[random.below(found.len())],
            };
            let what = spoil(path, &mut random);
            let (sender, receiver) = mpsc::channel();
            let opened = copied.clone();
            std::thread::spawn(move || {
                let _ = sender.send(judge(&opened));
            });
            let judged = receiver.recv_timeout(Duration::from_secs(90));
            let judged = judged.unwrap_or_else(|error| panic!("{state}, {what}: {error}"));
            match judged {
                Ok(held) => {
                    assert_eq!(held, turns, "{state}, {what}: silently another content");
                    harmless += 1;
                }
                Err(said) => {
                    assert!(!said.is_empty(), "{state}, {what}: an error without words");
                    named += 1;
                }
            }
            fs::remove_dir_all(&copied).unwrap();
        }
        println!("{state}: {places} damages, {harmless} harmless, {named} named, 0 silent");
        assert!(named > 0 && harmless > 0);
    }
}

fn judge(data: &Path) -> Result<Turns, String> {
    let store = model::open(data).map_err(|error| format!("{}: {error}", error.code()))?;
    model::check(&store)
}
