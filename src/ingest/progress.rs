//! How far an import is, told now and then to whoever watches.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::reading::Reading;

/// Records between two looks at the clock.
const RECORDS_A_LOOK: u64 = 1_024;
/// Between two calls.
const CALL_MS_MIN: u64 = 100;

/// What an import does with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Reads it to be looked up.
    Lookups,
    /// Takes its customers.
    Customers,
    /// Takes its events, holdings and edges.
    Facts,
    /// Looks at its columns.
    Columns,
}

/// How far a stage of one source is.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// Name of the source.
    pub source: Arc<str>,
    /// What is done with it.
    pub stage: Stage,
    /// Bytes of the file read.
    pub bytes_done: u64,
    /// Bytes of the file.
    pub bytes_total: u64,
    /// Records read.
    pub rows: u64,
    /// Records a second, over this stage.
    pub rows_per_second: f64,
    /// The last word about this stage.
    pub is_done: bool,
}

/// Tells about one stage of one source.
pub struct Meter<'a> {
    tell: &'a dyn Fn(Progress),
    source: Arc<str>,
    stage: Stage,
    bytes_done: Arc<AtomicU64>,
    bytes_total: u64,
    started: Instant,
    told: Instant,
    rows: u64,
}

impl<'a> Meter<'a> {
    /// Starts, and says so.
    pub fn new(
        tell: &'a dyn Fn(Progress),
        source: &Arc<str>,
        stage: Stage,
        reading: &Reading,
    ) -> Self {
        let now = Instant::now();
        let meter = Self {
            tell,
            source: Arc::clone(source),
            stage,
            bytes_done: Arc::clone(&reading.bytes_done),
            bytes_total: reading.bytes_total,
            started: now,
            told: now,
            rows: 0,
        };
        meter.say(false);
        meter
    }

    /// One record more. Whether it is time to look whether someone wants to stop.
    pub fn step(&mut self) -> bool {
        self.rows += 1;
        if !self.rows.is_multiple_of(RECORDS_A_LOOK) {
            return false;
        }
        let now = Instant::now();
        if now.duration_since(self.told) >= Duration::from_millis(CALL_MS_MIN) {
            self.told = now;
            self.say(false);
        }
        true
    }

    /// The stage is over.
    pub fn finish(&self) {
        self.say(true);
    }

    fn say(&self, is_done: bool) {
        let seconds = self.started.elapsed().as_secs_f64();
        (self.tell)(Progress {
            source: Arc::clone(&self.source),
            stage: self.stage,
            bytes_done: self.bytes_done.load(Ordering::Relaxed),
            bytes_total: self.bytes_total,
            rows: self.rows,
            rows_per_second: if seconds > 0.0 {
                self.rows as f64 / seconds
            } else {
                0.0
            },
            is_done,
        });
    }
}
