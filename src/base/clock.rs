//! Where `now` comes from, at the rim of the program. Everything inside takes `now` as
//! an argument.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::calendar::Instant;

/// A clock.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's.
    System,
    /// Stood at `at` when the process started, and has gone on since (demo and test clocks).
    Starting {
        /// The instant shown at the start.
        at: Instant,
        /// When that was.
        since: std::time::Instant,
    },
    /// Stands where someone last set it, in seconds as of [`Instant`]: rehearsals and tests.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The clock of a rule set: `clock starts`, else the machine's.
    pub fn new(starts: Option<Instant>) -> Self {
        match starts {
            Some(at) => Clock::Starting {
                at,
                since: std::time::Instant::now(),
            },
            None => Clock::System,
        }
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        match self {
            Clock::System => {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "the one place that asks the machine for the time"
                )]
                let now = std::time::SystemTime::now();
                match now.duration_since(std::time::UNIX_EPOCH) {
                    Ok(past) => Instant(i64::try_from(past.as_secs()).unwrap_or(i64::MAX)),
                    Err(before) => {
                        Instant(-i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX))
                    }
                }
            }
            Clock::Set(at) => Instant(at.load(Ordering::Acquire)),
            Clock::Starting { at, since } => {
                Instant(at.0.saturating_add(since.elapsed().as_secs() as i64))
            }
        }
    }
}
