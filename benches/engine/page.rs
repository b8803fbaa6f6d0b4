//! What is printed.

use std::time::Duration;

use tamis::columns::Snapshot;

use super::duck::Said;

/// One question measured.
pub struct Line {
    name: String,
    count: u64,
    ours_ms: f64,
    duck_ms: Option<f64>,
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

impl Line {
    pub fn new(name: &str, count: u64, ours_ms: Vec<f64>, duck_ms: Option<Vec<f64>>) -> Self {
        Self {
            name: name.to_owned(),
            count,
            ours_ms: median(ours_ms),
            duck_ms: duck_ms.map(median),
        }
    }

    fn ratio(&self) -> Option<f64> {
        self.duck_ms.map(|duck| duck / self.ours_ms)
    }

    fn text(&self) -> String {
        let duck = self
            .duck_ms
            .map_or_else(String::new, |ms| format!("{ms:.2}"));
        let ratio = self
            .ratio()
            .map_or_else(String::new, |ratio| format!("{ratio:.1}"));
        format!(
            "| {} | {} | {:.2} | {duck} | {ratio} |",
            self.name, self.count, self.ours_ms
        )
    }
}

/// Everything measured, printed at the end and as it comes.
pub struct Page {
    events: u64,
    ratios: Vec<f64>,
    figures: Vec<(String, String)>,
}

/// A figure of this process in bytes, where the system tells it.
pub fn status(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) << 10
}

fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}

impl Page {
    pub fn new(customers: u32, events: u64, duck: Option<&str>) -> Self {
        let duck = duck.map_or_else(
            || "no DuckDB".to_owned(),
            |version| format!("DuckDB {version}"),
        );
        println!("{customers} customers, {events} events, {duck}, two threads each\n");
        println!(
            "| question | customers | Tamis ms | DuckDB ms | times |\n| --- | --- | --- | --- | --- |"
        );
        Self {
            events,
            ratios: Vec::new(),
            figures: Vec::new(),
        }
    }

    pub fn figure(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.figures.push((name.into(), value.into()));
    }

    pub fn duck_load(&mut self, ms: f64, resident: u64) {
        self.figure("DuckDB: CSV into its memory", format!("{:.1} s", ms / 1e3));
        self.figure("DuckDB: resident after load", megabytes(resident));
    }

    pub fn loaded(&mut self, took: Duration, snapshot: &Snapshot) {
        let rate = self.events as f64 / took.as_secs_f64() / 1e6;
        self.figure(
            "Tamis: facts into columns",
            format!(
                "{:.1} s, {rate:.2} million events a second",
                took.as_secs_f64()
            ),
        );
        self.figure("Tamis: resident after load", megabytes(status("VmRSS")));
        self.figure("Tamis: peak of the load", megabytes(status("VmHWM")));
        let memory = snapshot.memory();
        self.figure(
            "Tamis: bytes an event",
            format!("{:.2}", memory.events_bytes as f64 / self.events as f64),
        );
        self.figure(
            "Tamis: bytes of ids, attributes, relations",
            [
                memory.ids_bytes,
                memory.attributes_bytes,
                memory.relations_bytes,
            ]
            .map(|bytes| megabytes(bytes as u64))
            .join(", "),
        );
        // From here on the peak is that of the questions.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
    }

    pub fn question(&mut self, line: Line) {
        println!("{}", line.text());
        self.ratios.extend(line.ratio());
    }

    pub fn thousand(&mut self, lines: Vec<Line>) {
        for line in lines {
            println!("{}", line.text());
        }
        if !self.ratios.is_empty() {
            let mean = self
                .ratios
                .iter()
                .map(|ratio| tamis::base::math::log(*ratio))
                .sum::<f64>()
                / self.ratios.len() as f64;
            println!(
                "| geometric mean of the single questions | | | | {:.1} |",
                tamis::base::math::exp(mean)
            );
        }
    }

    pub fn memory(&mut self, snapshot: &Snapshot, duck: Option<Said>) {
        let memory = snapshot.memory();
        self.figure(
            "Tamis: resident after the questions",
            megabytes(status("VmRSS")),
        );
        self.figure("Tamis: peak of the questions", megabytes(status("VmHWM")));
        self.figure(
            "Tamis: bytes kept for versions",
            megabytes(memory.versions_bytes as u64),
        );
        if let Some(said) = duck {
            self.figure(
                "DuckDB: resident after the questions",
                megabytes(said.resident),
            );
            self.figure("DuckDB: peak", megabytes(said.peak));
        }
    }

    pub fn print(&self) {
        println!("\n| figure | |\n| --- | --- |");
        for (name, value) in &self.figures {
            println!("| {name} | {value} |");
        }
    }
}
