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

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use tamis::base::clock::Clock;
use tamis::engine::RunOptions;
use tamis::ingest::facts::{Incoming, IncomingKind, LineOutcome, parse_lines};
use tamis::live::core::{Core, Opening};

const SENDERS: usize = 4;
const BATCH: usize = 500;
const FILTERS: usize = 100;

fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

const SCHEMA: &str = r#"
settings { time_zone "Asia/Shanghai" }
customer { assets: money  born: date  tier: one of (gold, silver, plain) }
event purchase { amount: money  channel: one of (branch, web, phone) }
event login { device: text }
"#;

/// Filters that read all there is, each with bounds of its own.
fn filters(count: usize, shift: usize) -> String {
    (0..count)
        .map(|at| {
            let bound = (at * 37 + shift) % 900;
            let days = 3 + at % 80;
            let condition = match at % 5 {
                0 => format!("assets >= {bound} and tier != plain"),
                1 => format!("count(purchase, last {days} days) >= 3"),
                2 => {
                    format!("sum(purchase.amount where channel = web, last {days} days) > {bound}")
                }
                3 => format!("none(login, last {days} days) and assets > {bound}"),
                _ => format!("days since last(purchase).at >= {days} or tier = gold"),
            };
            format!("filter f{at}: {condition}\n")
        })
        .collect()
}

fn load(folder: &Path, shift: usize) -> tamis::rules::Loaded {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("schema.tamis"), SCHEMA).unwrap();
    fs::write(folder.join("filters.tamis"), filters(FILTERS, shift)).unwrap();
    let loaded = tamis::rules::load(folder).unwrap();
    assert!(loaded.is_sound(), "{:#?}", loaded.diagnostics);
    loaded
}

fn parsed(kind: IncomingKind, lines: &str) -> Vec<Incoming> {
    let lines = parse_lines(kind, lines.as_bytes()).unwrap();
    lines.into_iter().map(|(_, line)| line.unwrap()).collect()
}

/// splitmix64.
fn mixed(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *seed;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

fn events(seed: &mut u64, customers: usize, count: usize) -> String {
    (0..count)
        .map(|_| {
            let who = mixed(seed) as usize % customers;
            let (day, second) = (1 + mixed(seed) % 28, mixed(seed) % 86_400);
            let (hour, minute, second) = (second / 3_600, second / 60 % 60, second % 60);
            let at = format!("2024-06-{day:02}T{hour:02}:{minute:02}:{second:02}+08:00");
            let id = mixed(seed);
            if id.is_multiple_of(3) {
                format!("{{\"event\":\"login\",\"customer\":\"c{who}\",\"id\":\"{id:x}\",\"at\":\"{at}\",\"device\":\"d\"}}\n")
            } else {
                format!("{{\"event\":\"purchase\",\"customer\":\"c{who}\",\"id\":\"{id:x}\",\"at\":\"{at}\",\"amount\":{},\"channel\":\"web\"}}\n", id % 1_000)
            }
        })
        .collect()
}

struct Times(Vec<Duration>);

impl Times {
    fn at(&mut self, share: f64) -> f64 {
        self.0.sort_unstable();
        let place = ((self.0.len() - 1) as f64 * share).round() as usize;
        self.0[place].as_secs_f64() * 1_000.0
    }

    fn line(&mut self, what: &str) {
        let (half, most) = (self.at(0.5), self.at(0.99));
        println!(
            "{what:<58} {half:>9.2} ms   p99 {most:>9.2} ms   n {}",
            self.0.len()
        );
    }
}

fn bare(folder: &Path) -> Times {
    let mut file = File::create(folder.join("bare")).unwrap();
    let block = vec![7_u8; 64 << 10];
    let mut times = Vec::new();
    for _ in 0..100 {
        let from = Instant::now();
        file.write_all(&block).unwrap();
        file.sync_data().unwrap();
        times.push(from.elapsed());
    }
    Times(times)
}

fn main() {
    // `cargo test --benches` only asks whether it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let customers = number("TAMIS_BENCH_CUSTOMERS", 10_000);
    let batches = number("TAMIS_BENCH_BATCHES", 60);
    let parent = std::env::var_os("TAMIS_BENCH_FOLDER").map_or_else(std::env::temp_dir, Into::into);
    let scratch = tempfile::tempdir_in(parent).unwrap();
    let rules_folder = scratch.path().join("rules");
    let zone = tamis::base::calendar::Zone::load("Asia/Shanghai").unwrap();
    let opening = Opening {
        store_folder: scratch.path().join("data"),
        loaded: load(&rules_folder, 0),
        plugins: Arc::default(),
        clock: Clock::new(zone.parse("2024-06-30T12:00")),
        options: RunOptions::default(),
    };
    let core: Core = Core::open(opening, ()).unwrap();
    println!(
        "{customers} customers, {FILTERS} live filters, {SENDERS} senders, batches of {BATCH}"
    );
    people(&core, customers);
    let mut alone = bare(scratch.path());
    alone.line("bare append of 64 kB and fsync");
    intake(&core, customers, batches, &mut alone);
    bare(scratch.path()).line("bare append of 64 kB and fsync, again");
    to_match(&core);
    exchange(&core, &rules_folder);
    idle(&core);
    core.close().unwrap();
}

fn people(core: &Core, customers: usize) {
    let from = Instant::now();
    let ids: Vec<usize> = (0..customers).collect();
    for chunk in ids.chunks(5_000) {
        let lines: String = chunk
            .iter()
            .map(|at| {
                format!(
                    "{{\"id\":\"c{at}\",\"assets\":{},\"tier\":\"silver\"}}\n",
                    at % 1_000
                )
            })
            .collect();
        core.submit(parsed(IncomingKind::Customers, &lines))
            .unwrap();
    }
    println!(
        "{:<58} {:>9.0} customers/s",
        "customers taken",
        customers as f64 / from.elapsed().as_secs_f64()
    );
}

fn intake(core: &Core, customers: usize, batches: usize, alone: &mut Times) {
    let from = Instant::now();
    let times: Vec<Duration> = std::thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS)
            .map(|sender| {
                scope.spawn(move || {
                    let mut seed = sender as u64 * 1_000_003;
                    let mut times = Vec::new();
                    for _ in 0..batches {
                        let lines = events(&mut seed, customers, BATCH);
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
    let rate = (SENDERS * batches * BATCH) as f64 / from.elapsed().as_secs_f64();
    println!(
        "{:<58} {rate:>9.0} events/s",
        "durable events, parsed from lines"
    );
    let mut times = Times(times);
    times.line("from lines to acknowledgement");
    println!(
        "{:<58} {:>9.1} x      p99 {:>9.1} x",
        "  over the bare append",
        times.at(0.5) / alone.at(0.5),
        times.at(0.99) / alone.at(0.99)
    );
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
    let ticks = || {
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let fields: Vec<u64> = stat
            .rsplit(')')
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .filter_map(|field| field.parse().ok())
            .collect();
        fields.get(10).copied().unwrap_or(0) + fields.get(11).copied().unwrap_or(0)
    };
    let seconds = number("TAMIS_BENCH_IDLE_SECONDS", 10);
    let sequence = core.live().sequence;
    let before = ticks();
    std::thread::sleep(Duration::from_secs(seconds as u64));
    let spent = (ticks() - before) * 10;
    assert_eq!(core.live().sequence, sequence);
    println!("{:<58} {spent:>9} ms of processor in {seconds} s", "idle");
}
