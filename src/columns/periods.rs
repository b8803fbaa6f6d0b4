//! Dated facts as held during a period: the few versions last asked for, kept
//! beside the facts they are made of, so that untouched facts keep theirs.

use std::sync::{Arc, Mutex, PoisonError};

use crate::base::calendar::Instant;
use crate::base::limit::COLUMN_PERIODS_KEPT_MAX;

/// From an instant (included) to another (left out); `None` = open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(super) struct Period {
    from: Option<i64>,
    until: Option<i64>,
}

impl Period {
    /// The period around `now` in which none of the changes lies.
    pub fn between(changes: impl Iterator<Item = i64>, now: Instant) -> Self {
        let mut period = Self::default();
        for change in changes {
            if change <= now.0 {
                period.from = Some(period.from.map_or(change, |from| from.max(change)));
            } else {
                period.until = Some(period.until.map_or(change, |until| until.min(change)));
            }
        }
        period
    }

    fn holds(self, now: Instant) -> bool {
        self.from.is_none_or(|from| from <= now.0) && self.until.is_none_or(|until| now.0 < until)
    }
}

/// The versions last asked for, the latest first.
#[derive(Debug)]
pub(super) struct Periods<T> {
    kept: Mutex<Vec<(Period, Arc<T>)>>,
}

impl<T> Default for Periods<T> {
    fn default() -> Self {
        Self {
            kept: Mutex::default(),
        }
    }
}

impl<T> Periods<T> {
    /// The version at `now`, made if it is not kept. Others wait while it is made.
    pub fn at(&self, now: Instant, make: impl FnOnce() -> (Period, T)) -> Arc<T> {
        self.fitting(now, |_| true, make)
    }

    /// The same, where a kept version must fit besides; one that does not is made anew.
    pub fn fitting(
        &self,
        now: Instant,
        fits: impl Fn(&T) -> bool,
        make: impl FnOnce() -> (Period, T),
    ) -> Arc<T> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(period, version)| !period.holds(now) || fits(version));
        if let Some(place) = kept.iter().position(|(period, _)| period.holds(now)) {
            let found = kept.remove(place);
            let version = Arc::clone(&found.1);
            kept.insert(0, found);
            return version;
        }
        let (period, version) = make();
        let version = Arc::new(version);
        kept.truncate(COLUMN_PERIODS_KEPT_MAX - 1);
        kept.insert(0, (period, Arc::clone(&version)));
        version
    }

    /// Bytes of the versions kept.
    pub fn memory_bytes(&self, bytes: impl Fn(&T) -> usize) -> usize {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.iter().map(|(_, version)| bytes(version)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_version_serves_its_whole_period_and_few_are_kept() {
        let changes = [10, 20, 30, 40, 50, 60];
        let periods: Periods<i64> = Periods::default();
        let mut made = 0;
        let mut ask = |now: i64| {
            let version = periods.at(Instant(now), || {
                made += 1;
                (
                    Period::between(changes.into_iter(), Instant(now)),
                    changes.iter().filter(|change| **change <= now).count() as i64,
                )
            });
            assert_eq!(
                *version,
                changes.iter().filter(|change| **change <= now).count() as i64
            );
            made
        };
        assert_eq!([ask(10), ask(19), ask(15)], [1, 1, 1]);
        assert_eq!(
            [ask(9), ask(20), ask(70), ask(60), ask(10)],
            [2, 3, 4, 4, 4]
        );
        for second in 0..80 {
            ask(second);
        }
        assert_eq!(periods.kept.lock().unwrap().len(), COLUMN_PERIODS_KEPT_MAX);
    }
}
