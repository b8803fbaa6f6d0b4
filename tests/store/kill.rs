//! kill -9 at random moments, also during recovery and reopening: the content must be whole
//! turns, at least those that were acknowledged. Proves atomicity and recovery, not durability:
//! the page cache outlives a process.

use std::io::{BufRead, BufReader};
use std::process::Child;
use std::time::Duration;

use crate::child::{Orders, hear, undisturbed};
use crate::model::{self, Random, Size, Turns, WRITERS};

/// Reads until so many turns are acknowledged, kills, and takes in what was still said.
fn kill_after(mut child: Child, lines: usize, turns: &mut Turns) {
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let (mut line, mut heard) = (String::new(), 0);
    while heard < lines && out.read_line(&mut line).unwrap() > 0 {
        heard += usize::from(line.starts_with("done"));
        hear(line.trim_end(), turns);
        line.clear();
    }
    child.kill().unwrap();
    for line in out.lines().map_while(Result::ok) {
        hear(&line, turns);
    }
    child.wait().unwrap();
}

/// Kills a while after it said that.
fn kill_behind(mut child: Child, said: &str, pause: Duration, turns: &mut Turns) {
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while line.trim_end() != said {
        line.clear();
        assert!(
            out.read_line(&mut line).unwrap() > 0,
            "the child said nothing"
        );
    }
    // The moment of the kill, not a wait for something to happen.
    std::thread::sleep(pause);
    child.kill().unwrap();
    for line in out.lines().map_while(Result::ok) {
        hear(&line, turns);
    }
    child.wait().unwrap();
}

#[test]
fn killed_at_random_it_keeps_what_was_acknowledged() {
    let kills = model::times("TAMIS_KILLS", 20);
    let seed = model::times("TAMIS_SEED", 1) as u64;
    println!("seed {seed}, {kills} kills");
    let mut random = Random::new(seed);
    let (mut done, mut in_recovery, mut turns_held) = (0, 0, 0);
    while done < kills {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let mut turns = [0; WRITERS as usize];
        let size = [Size::Small, Size::Small, Size::Block, Size::Large][random.below(4)];
        for _ in 0..10.min(kills - done) {
            let mut orders = Orders::new(&data, size, 1_000_000);
            if random.below(4) == 0 {
                (orders.turns, orders.reopenings) = (2, 1_000);
            }
            kill_after(orders.start(), random.below(150), &mut turns);
            done += 1;
            if random.below(4) == 0 {
                let pause = Duration::from_micros(random.below(30_000) as u64);
                kill_behind(orders.start(), "opening", pause, &mut turns);
                (done, in_recovery) = (done + 1, in_recovery + 1);
            }
            let held = model::check_folder(&data, &turns);
            turns = held.unwrap_or_else(|wrong| panic!("after kill {done}, {size:?}: {wrong}"));
        }
        turns_held += turns.iter().sum::<u32>();
    }
    println!("{done} kills, {in_recovery} of them in recovery, {turns_held} turns held");
}

#[test]
fn killed_while_it_imports_nothing_is_half_there() {
    let kills = model::times("TAMIS_KILLS", 20);
    let seed = model::times("TAMIS_SEED", 1) as u64;
    println!("seed {seed}, {kills} kills");
    let mut random = Random::new(seed);
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut turns = [0; WRITERS as usize];
    let (mut cut_off, mut gone_on) = (0, 0);
    for done in 0..kills {
        let mut orders = Orders::new(&data, Size::Small, 1);
        (orders.tails, orders.tail_turns) = (1_000, 40);
        orders.goes_on = random.below(3) > 0;
        let begun = match orders.goes_on && cut_off_in(&data) {
            true => "goes on",
            // A fact of another one lets it go, before the next one begins.
            false => ["opening", "tail", "tail"][random.below(3)],
        };
        gone_on += usize::from(begun == "goes on");
        let pause = Duration::from_micros(random.below(30_000) as u64);
        kill_behind(orders.start(), begun, pause, &mut turns);
        cut_off += usize::from(cut_off_in(&data));
        let held = model::check_folder(&data, &turns);
        turns = held.unwrap_or_else(|wrong| panic!("after kill {done}: {wrong}"));
    }
    println!("{kills} kills, {cut_off} of them halfway, {gone_on} gone on with");
    assert!(
        cut_off > kills / 4 && gone_on > kills / 10,
        "{cut_off}, {gone_on}"
    );
}

/// Whether an import lies there that has not ended.
fn cut_off_in(data: &std::path::Path) -> bool {
    let _undisturbed = undisturbed();
    let store = data.exists().then(|| model::open(data).unwrap());
    store.is_some_and(|store| store.tail_note().unwrap().is_some())
}

#[test]
fn killed_while_it_compacts_one_of_the_two_logs_is_whole() {
    let kills = model::times("TAMIS_KILLS", 20);
    let seed = model::times("TAMIS_SEED", 1) as u64;
    println!("seed {seed}, {kills} kills");
    let mut random = Random::new(seed);
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let output = Orders::new(&data, Size::Small, 40).output();
    assert!(output.status.success());
    let mut turns = [0; WRITERS as usize];
    turns = model::check_folder(&data, &turns).unwrap();
    let mut epochs = std::collections::BTreeSet::new();
    for done in 0..kills {
        let mut orders = Orders::new(&data, Size::Small, 0);
        orders.compactings = 1_000;
        let pause = Duration::from_micros(random.below(400_000) as u64);
        // A quarter of them surely behind a compacting, however slow the machine is.
        let behind = if done % 4 == 3 {
            "compacted"
        } else {
            "opening"
        };
        kill_behind(orders.start(), behind, pause, &mut turns);
        let held = model::check_folder(&data, &turns);
        let held = held.unwrap_or_else(|wrong| panic!("after kill {done}: {wrong}"));
        assert_eq!(held, turns);
        let _undisturbed = undisturbed();
        epochs.insert(model::open(&data).unwrap().epoch());
    }
    println!("{kills} kills, {} logs", epochs.len());
    assert!(epochs.len() > kills / 4, "{epochs:?}");
}

#[test]
fn a_second_process_fails_at_once_and_names_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut turns = [0; WRITERS as usize];
    let mut child = Orders::new(&data, Size::Small, 1_000_000).start();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    while !line.starts_with("done") {
        line.clear();
        assert!(
            out.read_line(&mut line).unwrap() > 0,
            "the child said nothing"
        );
    }
    hear(line.trim_end(), &mut turns);
    let before = std::time::Instant::now();
    let error = model::open(&data).err().expect("opened twice");
    assert!(before.elapsed() < Duration::from_secs(1));
    assert_eq!(error.code(), "S001");
    let named = format!("by process {}", child.id());
    assert!(error.to_string().contains(&named), "{error}");
    child.kill().unwrap();
    child.wait().unwrap();
    for line in out.lines().map_while(Result::ok) {
        hear(&line, &mut turns);
    }
    model::check_folder(&data, &turns).unwrap();
}
