//! When a plugin that fails again and again is set aside, and when it is tried anew.
//! The clock is an argument; nothing is asked here.

use std::collections::VecDeque;

use crate::base::calendar::Instant;
use crate::base::limit::{PLUGIN_ASIDE_SECONDS, PLUGIN_FAULT_SECONDS, PLUGIN_FAULTS_MAX};

/// How a plugin stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is asked.
    Open,
    /// It is not asked until then; the next call after that is a trial.
    Aside {
        /// From when on it has been set aside.
        since: Instant,
        /// When it is tried again.
        until: Instant,
    },
}

/// What is known of a plugin's faults.
#[derive(Clone, Debug, Default)]
pub struct Quarantine {
    faults: VecDeque<Instant>,
    aside: Option<(Instant, Instant)>,
    /// How often it has been set aside without a good call in between.
    times: usize,
    /// Whether a trial is under way.
    trying: bool,
}

impl Quarantine {
    /// How it stands.
    pub fn standing(&self) -> Standing {
        match self.aside {
            Some((since, until)) => Standing::Aside { since, until },
            None => Standing::Open,
        }
    }

    /// Whether a call may go ahead; the instant says when the next may.
    pub fn admit(&mut self, now: Instant) -> Result<(), Instant> {
        match self.aside {
            None => Ok(()),
            Some((_, until)) if now >= until && !self.trying => {
                self.trying = true;
                Ok(())
            }
            Some((_, until)) => Err(until.max(Instant(now.0.saturating_add(1)))),
        }
    }

    /// A call went well.
    pub fn went_well(&mut self) {
        if self.aside.take().is_some() {
            self.faults.clear();
        }
        self.times = 0;
        self.trying = false;
    }

    /// A call failed.
    pub fn failed(&mut self, now: Instant) {
        self.faults.push_back(now);
        let old = Instant(now.0.saturating_sub(PLUGIN_FAULT_SECONDS));
        while self.faults.front().is_some_and(|at| *at <= old)
            || self.faults.len() > PLUGIN_FAULTS_MAX
        {
            self.faults.pop_front();
        }
        if !self.trying && self.faults.len() < PLUGIN_FAULTS_MAX {
            return;
        }
        let last = PLUGIN_ASIDE_SECONDS.len() - 1;
        let seconds = PLUGIN_ASIDE_SECONDS.get(self.times.min(last)).copied();
        let until = Instant(now.0.saturating_add(seconds.unwrap_or(0)));
        let since = self.aside.map_or(now, |(since, _)| since);
        self.aside = Some((since, until));
        self.times += 1;
        self.trying = false;
    }

    /// A call ended without saying anything about the plugin.
    pub fn given_up(&mut self) {
        self.trying = false;
    }

    /// Forgets everything.
    pub fn release(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aside(quarantine: &Quarantine) -> Option<(i64, i64)> {
        match quarantine.standing() {
            Standing::Open => None,
            Standing::Aside { since, until } => Some((since.0, until.0)),
        }
    }

    #[test]
    fn three_faults_in_ten_minutes_set_aside() {
        let mut quarantine = Quarantine::default();
        for at in [0, 300, 600] {
            assert_eq!(quarantine.admit(Instant(at)), Ok(()));
            quarantine.failed(Instant(at));
            assert_eq!(aside(&quarantine), None, "at {at}");
        }
        quarantine.failed(Instant(601));
        assert_eq!(aside(&quarantine), Some((601, 661)));
        assert_eq!(quarantine.admit(Instant(660)), Err(Instant(661)));
    }

    #[test]
    fn trials_come_later_and_later_and_one_at_a_time() {
        let mut quarantine = Quarantine::default();
        (0..3).for_each(|at| quarantine.failed(Instant(at)));
        let mut now = 2;
        for seconds in [60, 300, 1_800, 1_800] {
            now += seconds;
            assert!(quarantine.admit(Instant(now - 1)).is_err());
            assert_eq!(quarantine.admit(Instant(now)), Ok(()));
            assert_eq!(quarantine.admit(Instant(now)), Err(Instant(now + 1)));
            quarantine.failed(Instant(now));
            assert_eq!(aside(&quarantine).map(|it| it.0), Some(2));
        }
        assert_eq!(quarantine.admit(Instant(now + 1_800)), Ok(()));
        quarantine.given_up();
        assert_eq!(quarantine.admit(Instant(now + 1_800)), Ok(()));
        quarantine.went_well();
        assert_eq!(aside(&quarantine), None);
        quarantine.failed(Instant(now + 1_801));
        assert_eq!(aside(&quarantine), None, "it starts afresh");
    }
}
