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
    /// Another clock, standing at an instant until that clock has caught up.
    Held {
        /// The clock.
        clock: Box<Clock>,
        /// Not before.
        until: Instant,
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

    /// The same, never behind `last`: a clock that was started goes on from there, any other stands there until it
    /// has caught up.
    #[must_use]
    pub fn not_before(self, last: Instant) -> Self {
        if self.now() >= last {
            return self;
        }
        match self {
            Clock::Starting { .. } => Clock::new(Some(last)),
            other => Clock::Held {
                clock: Box::new(other),
                until: last,
            },
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
            Clock::Held { clock, until } => clock.now().max(*until),
            Clock::Set(at) => Instant(at.load(Ordering::Acquire)),
            Clock::Starting { at, since } => {
                Instant(at.0.saturating_add(since.elapsed().as_secs() as i64))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_clock_is_behind_what_was_recorded() {
        let early = Instant(1_000);
        let started = Clock::new(Some(early)).not_before(Instant(5_000));
        assert!(
            matches!(
                started,
                Clock::Starting {
                    at: Instant(5_000),
                    ..
                }
            ),
            "{started:?}"
        );
        let started = Clock::new(Some(early)).not_before(Instant(900));
        assert!(
            matches!(
                started,
                Clock::Starting {
                    at: Instant(1_000),
                    ..
                }
            ),
            "{started:?}"
        );
        let set = Arc::new(AtomicI64::new(1_000));
        let held = Clock::Set(Arc::clone(&set)).not_before(Instant(5_000));
        assert_eq!(held.now(), Instant(5_000));
        set.store(4_999, Ordering::Release);
        assert_eq!(held.now(), Instant(5_000));
        set.store(5_001, Ordering::Release);
        assert_eq!(held.now(), Instant(5_001));
        assert!(matches!(Clock::System.not_before(early), Clock::System));
    }
}
