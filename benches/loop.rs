//! The whole loop measured: facts in, members changed, matches told, rules exchanged.
//! Prints medians; where a figure hangs on the disk it stands beside a bare append of
//! 64 kB with its fsync, in the same folder and the same run.
//!
//! `cargo bench --bench loop`; `TAMIS_BENCH_CUSTOMERS` (10,000), `TAMIS_BENCH_BATCHES`
//! (60 of 500 events a sender), `TAMIS_BENCH_FOLDER` (the system's scratch folder).

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "a measurement that cannot go on ends with a panic, and prints"
)]

use std::fs;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use tamis::base::clock::Clock;
use tamis::engine::RunOptions;
use tamis::ingest::facts::{Incoming, IncomingKind, LineOutcome, parse_lines};
use tamis::live::core::{Core, Opening};

mod shared;
use shared::{
    BATCH, FILTERS, NOW, SENDERS, Times, bare, customers, events, filters, number, processor_ms,
    rate, schema, scratch,
};

fn load(folder: &Path, shift: usize) -> tamis::rules::Loaded {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("schema.tamis"), schema("", "")).unwrap();
    fs::write(folder.join("filters.tamis"), filters(FILTERS, shift)).unwrap();
    let loaded = tamis::rules::load(folder).unwrap();
    assert!(loaded.is_sound(), "{:#?}", loaded.diagnostics);
    loaded
}

fn parsed(kind: IncomingKind, lines: &str) -> Vec<Incoming> {
    let lines = parse_lines(kind, lines.as_bytes()).unwrap();
    lines.into_iter().map(|(_, line)| line.unwrap()).collect()
}

fn main() {
    // `cargo test --benches` only asks whether it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let count = number("TAMIS_BENCH_CUSTOMERS", 10_000);
    let batches = number("TAMIS_BENCH_BATCHES", 60);
    let scratch = scratch();
    let rules_folder = scratch.path().join("rules");
    let zone = tamis::base::calendar::Zone::load("Asia/Shanghai").unwrap();
    let opening = Opening {
        store_folder: scratch.path().join("data"),
        loaded: load(&rules_folder, 0),
        plugins: Arc::default(),
        clock: Clock::new(zone.parse(NOW)),
        options: RunOptions::default(),
        ranks_seconds: 60,
    };
    let core: Core = Core::open(opening, ()).unwrap();
    println!("{count} customers, {FILTERS} live filters, {SENDERS} senders, batches of {BATCH}");
    people(&core, count);
    let mut alone = bare(scratch.path());
    alone.line("bare append of 64 kB and fsync");
    intake(&core, count, batches, &mut alone);
    bare(scratch.path()).line("bare append of 64 kB and fsync, again");
    to_match(&core);
    exchange(&core, &rules_folder);
    idle(&core);
    core.close().unwrap();
}

fn people(core: &Core, count: usize) {
    let from = Instant::now();
    let numbers: Vec<usize> = (0..count).collect();
    for chunk in numbers.chunks(5_000) {
        core.submit(parsed(IncomingKind::Customers, &customers(chunk)))
            .unwrap();
    }
    rate("customers taken", count, "customers", from);
}

fn intake(core: &Core, count: usize, batches: usize, alone: &mut Times) {
    let from = Instant::now();
    let times: Vec<Duration> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS)
            .map(|sender| {
                scope.spawn(move || {
                    let mut seed = sender as u64 * 1_000_003;
                    let mut times = Vec::new();
                    for _ in 0..batches {
                        let lines = events(&mut seed, count, BATCH);
                        let from = Instant::now();
                        let facts = parsed(IncomingKind::Events, &lines);
                        let outcomes = core.submit(facts).unwrap();
                        times.push(from.elapsed());
                        assert!(outcomes.iter().all(|it| *it == LineOutcome::Accepted));
                    }
                    times
                })
            })
            .collect();
        senders
            .into_iter()
            .flat_map(|sender| sender.join().unwrap())
            .collect()
    });
    let what = "durable events, parsed from lines";
    rate(what, SENDERS * batches * BATCH, "events", from);
    let mut times = Times(times);
    times.line("from lines to acknowledgement");
    times.line_over(alone);
}

/// From one event to the record that its customer entered.
fn to_match(core: &Core) {
    let (told, heard) = mpsc::channel();
    core.on_publish(Box::new(move |live| {
        let _ = told.send(live.sequence);
    }));
    let mut times = Vec::new();
    for at in 0..60 {
        let before = core.live().sequence;
        let lines = format!("{{\"id\":\"new{at}\",\"assets\":100000,\"tier\":\"gold\"}}\n");
        let from = Instant::now();
        core.submit(parsed(IncomingKind::Customers, &lines))
            .unwrap();
        while heard.recv().unwrap() <= before {}
        assert!(!core.matches(before, 10).unwrap().0.is_empty());
        times.push(from.elapsed());
    }
    Times(times).line("from a fact to its match record");
}

fn exchange(core: &Core, folder: &Path) {
    let (mut read, mut taken) = (Vec::new(), Vec::new());
    for shift in 1..8 {
        let from = Instant::now();
        let loaded = load(folder, shift);
        read.push(from.elapsed());
        let from = Instant::now();
        core.take_rules(loaded, "bench").unwrap();
        taken.push(from.elapsed());
    }
    Times(read).line("100 filters read and checked");
    Times(taken).line("100 changed filters taken, members told");
}

/// Processor time of the whole process while nothing happens.
fn idle(core: &Core) {
    let seconds = number("TAMIS_BENCH_IDLE_SECONDS", 10);
    let sequence = core.live().sequence;
    let before = processor_ms("self");
    std::thread::sleep(Duration::from_secs(seconds as u64));
    let spent = processor_ms("self") - before;
    assert_eq!(core.live().sequence, sequence);
    println!("{:<58} {spent:>9} ms of processor in {seconds} s", "idle");
}
