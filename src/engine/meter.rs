//! What kernels read of stored columns and of facts, and what bounds spared them, counted by those that
//! read, on the thread that reads: so a figure is of bytes that were looked at. Never part of an answer.

use std::cell::Cell;
use std::ops::{Add, Sub};

/// Counts that only grow.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meter {
    /// Bytes read.
    pub bytes: u64,
    /// Lanes of which the bounds of their chunk or cell said all there is to say.
    pub spared: u64,
}

thread_local! {
    static METER: Cell<Meter> = const { Cell::new(Meter { bytes: 0, spared: 0 }) };
}

impl Meter {
    /// What this thread has counted so far.
    pub fn now() -> Self {
        METER.get()
    }
}

impl Add for Meter {
    type Output = Self;

    fn add(self, more: Self) -> Self {
        Self {
            bytes: self.bytes + more.bytes,
            spared: self.spared + more.spared,
        }
    }
}

impl Sub for Meter {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            bytes: self.bytes.saturating_sub(before.bytes),
            spared: self.spared.saturating_sub(before.spared),
        }
    }
}

/// So many values of a width were read.
pub fn read(values: usize, width_bytes: usize) {
    let mut meter = METER.get();
    meter.bytes += (values * width_bytes) as u64;
    METER.set(meter);
}

/// Bounds told all of so many lanes.
pub fn spare(lanes: usize) {
    let mut meter = METER.get();
    meter.spared += lanes as u64;
    METER.set(meter);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_thread_counts_its_own() {
        let before = Meter::now();
        read(10, 4);
        spare(3);
        std::thread::spawn(|| read(1_000, 8)).join().unwrap();
        let counted = Meter {
            bytes: 40,
            spared: 3,
        };
        assert_eq!(Meter::now() - before, counted);
    }
}
