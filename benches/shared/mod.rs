//! What the measurements of the whole loop share: rules and facts made from nothing, times
//! and how they are printed, and the bare append that figures of the disk stand beside.

#![allow(dead_code, reason = "each measurement takes what it needs")]

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// Who sends at the same time.
pub const SENDERS: usize = 4;
/// Events of one request.
pub const BATCH: usize = 500;
/// Filters whose members are kept.
pub const FILTERS: usize = 100;

/// A number from the environment.
pub fn number(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

/// A scratch folder, on the disk that is to be measured.
pub fn scratch() -> tempfile::TempDir {
    let parent = std::env::var_os("TAMIS_BENCH_FOLDER").map_or_else(std::env::temp_dir, Into::into);
    tempfile::tempdir_in(parent).unwrap()
}

/// The instant at which everything happens.
pub const NOW: &str = "2024-06-30T12:00";

/// Kinds of facts; `more` goes into the settings and the customer.
pub fn schema(settings: &str, customer: &str) -> String {
    format!(
        r#"
settings {{ time_zone "Asia/Shanghai" {settings} }}
customer {{ assets: money  born: date  tier: one of (gold, silver, plain) {customer} }}
event purchase {{ amount: money  channel: one of (branch, web, phone) }}
event login {{ device: text }}
"#
    )
}

/// Filters that read all there is, each with bounds of its own.
pub fn filters(count: usize, shift: usize) -> String {
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

/// Customers as lines.
pub fn customers(numbers: &[usize]) -> String {
    let mut lines = String::new();
    for at in numbers {
        let assets = at % 1_000;
        let line = format!("{{\"id\":\"c{at}\",\"assets\":{assets},\"tier\":\"silver\"}}");
        let _ = writeln!(lines, "{line}");
    }
    lines
}

/// splitmix64.
pub fn mixed(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *seed;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Events as lines.
pub fn events(seed: &mut u64, customers: usize, count: usize) -> String {
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

/// How long something took, several times.
pub struct Times(pub Vec<Duration>);

impl Times {
    /// The time below which that share lies, in milliseconds.
    pub fn at(&mut self, share: f64) -> f64 {
        self.0.sort_unstable();
        let place = ((self.0.len() - 1) as f64 * share).round() as usize;
        self.0[place].as_secs_f64() * 1_000.0
    }

    /// Prints half and most of them.
    pub fn line(&mut self, what: &str) {
        let (half, most) = (self.at(0.5), self.at(0.99));
        println!(
            "{what:<58} {half:>9.2} ms   p99 {most:>9.2} ms   n {}",
            self.0.len()
        );
    }

    /// Prints how they stand to others.
    pub fn line_over(&mut self, others: &mut Self) {
        println!(
            "{:<58} {:>9.1} x      p99 {:>9.1} x",
            "  over the bare append",
            self.at(0.5) / others.at(0.5),
            self.at(0.99) / others.at(0.99)
        );
    }
}

/// Prints how many of something there were in a second.
pub fn rate(what: &str, count: usize, unit: &str, since: Instant) {
    let rate = count as f64 / since.elapsed().as_secs_f64();
    println!("{what:<58} {rate:>9.0} {unit}/s");
}

/// Appends of 64 kB, each with its fsync, in that folder.
pub fn bare(folder: &Path) -> Times {
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

/// Processor time of a process so far, in milliseconds, where the system tells it.
pub fn processor_ms(process: &str) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let fields: Vec<u64> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse().ok())
        .collect();
    // The system counts in hundredths of a second.
    fields.iter().sum::<u64>() * 10
}
