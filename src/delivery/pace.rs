//! How many attempts may begin now. At no time are there more within sixty seconds than the
//! channel allows; one second's worth may come at once. It is forgotten when the process ends:
//! limits that must outlive it are those of care plans.

use std::time::{Duration, Instant};

/// Counts the attempts of one channel.
#[derive(Debug)]
pub(super) struct Rate {
    /// `None`: no bound.
    bound: Option<Bound>,
}

#[derive(Debug)]
struct Bound {
    /// Between two attempts in the long run.
    interval: Duration,
    /// Attempts that may come at once.
    burst: u32,
    /// When the last attempt granted would have come had they come evenly.
    even: Option<Instant>,
}

impl Rate {
    pub(super) fn new(per_minute_max: Option<u32>) -> Self {
        let minute = Duration::from_secs(60);
        let bound = per_minute_max.map(|most| {
            // What comes at once is taken off the even rest, so that the sum stays below the bound.
            let burst = (most / 60).max(1);
            let even = if burst > 1 { most - burst } else { most.max(1) };
            Bound {
                interval: minute / even,
                burst,
                even: None,
            }
        });
        Self { bound }
    }

    /// How many of `wanted` may begin at that instant; they count as begun.
    pub(super) fn take(&mut self, now: Instant, wanted: usize) -> usize {
        let Some(bound) = &mut self.bound else {
            return wanted;
        };
        let mut taken = 0;
        while taken < wanted {
            let ahead = bound.interval * (bound.burst - 1);
            let earliest = match bound.even {
                Some(even) => even.max(now) + bound.interval,
                None => now + bound.interval,
            };
            // `earliest` is the place of this attempt in the even row, one interval late.
            if earliest > now + bound.interval + ahead {
                break;
            }
            bound.even = Some(earliest);
            taken += 1;
        }
        taken
    }

    /// Gives back attempts that did not begin.
    pub(super) fn give_back(&mut self, count: usize) {
        if let Some(bound) = &mut self.bound
            && let Some(even) = bound.even
        {
            let back = bound.interval * u32::try_from(count).unwrap_or(u32::MAX);
            bound.even = even.checked_sub(back);
        }
    }

    /// When the next attempt may begin; `None` if it may begin now.
    pub(super) fn next(&self, now: Instant) -> Option<Instant> {
        let bound = self.bound.as_ref()?;
        let free = bound
            .even?
            .checked_sub(bound.interval * (bound.burst - 1))?;
        (free > now).then_some(free)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Instants at which attempts begin when there is always one that wants to.
    fn run(per_minute: u32, seconds: u64, step_ms: u64) -> Vec<u64> {
        let start = Instant::now();
        let mut rate = Rate::new(Some(per_minute));
        let mut begun = Vec::new();
        let mut at = 0;
        while at < seconds * 1_000 {
            let taken = rate.take(start + Duration::from_millis(at), 1_000_000);
            begun.extend(std::iter::repeat_n(at, taken));
            at += step_ms;
        }
        begun
    }

    #[test]
    fn no_minute_has_more_than_the_bound_and_most_is_used() {
        for (per_minute, step_ms) in [
            (1, 250),
            (7, 10),
            (60, 10),
            (600, 20),
            (6_000, 20),
            (6_000, 700),
        ] {
            let begun = run(per_minute, 180, step_ms);
            let most = begun
                .iter()
                .map(|first| {
                    begun
                        .iter()
                        .filter(|at| **at >= *first && **at < first + 60_000)
                        .count()
                })
                .take(500)
                .max()
                .unwrap_or(0);
            assert!(
                most <= per_minute as usize,
                "{per_minute}: {most} in a minute"
            );
            let least = (f64::from(per_minute) * 3.0 * 0.9).floor() as usize;
            assert!(
                begun.len() >= least,
                "{per_minute}: {} in three",
                begun.len()
            );
        }
    }

    #[test]
    fn what_is_given_back_may_be_taken_again() {
        let now = Instant::now();
        let mut rate = Rate::new(Some(60));
        assert_eq!(rate.take(now, 5), 1);
        assert_eq!(rate.take(now, 5), 0);
        assert_eq!(rate.next(now), Some(now + Duration::from_secs(1)));
        rate.give_back(1);
        assert_eq!(rate.next(now), None);
        assert_eq!(rate.take(now, 5), 1);
    }

    #[test]
    fn without_a_bound_all_may_begin() {
        let now = Instant::now();
        let mut rate = Rate::new(None);
        assert_eq!(rate.take(now, 9_999), 9_999);
        assert_eq!(rate.next(now), None);
    }
}
