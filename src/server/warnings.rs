//! What someone should look at though the rules are sound: steps of care plans that send
//! by channels which the settings do not have. Told in the log whenever another set serves,
//! and to whoever asks.

use std::sync::{Mutex, PoisonError};

use crate::delivery;
use crate::form::finding::Finding;
use crate::language::typed::CarePlan;
use crate::live::present::Live;
use crate::rules::revision::Revision;
use crate::settings::Settings;

/// The settings that rules are held against.
pub struct Warnings {
    settings: Settings,
    /// The set that the log was told of last.
    told: Mutex<Option<Revision>>,
}

impl Warnings {
    /// The log has been told nothing yet.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            told: Mutex::new(None),
        }
    }

    /// Of all plans, in the order of the rules.
    pub fn of_all(&self, live: &Live) -> Vec<Finding> {
        let moment = &live.moment;
        Finding::list(
            &moment.sources,
            &delivery::check(&moment.rules, &self.settings),
        )
    }

    /// Of one plan of that set.
    pub fn of_plan(&self, live: &Live, plan: &CarePlan) -> Vec<Finding> {
        let found = delivery::check_plan(plan, &self.settings);
        Finding::list(&live.moment.sources, &found)
    }

    /// Tells the log, once for each set that serves.
    pub fn tell(&self, live: &Live) {
        let serving = live.rule_set.accepted.revision;
        let before = {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            told.replace(serving)
        };
        if before == Some(serving) {
            return;
        }
        for warning in self.of_all(live) {
            let place = warning.places.first();
            tracing::warn!(
                target: "tamis::care",
                code = warning.code,
                file = place.map(|place| place.file.as_str()),
                line = place.map(|place| place.line),
                "{}",
                warning.message
            );
        }
    }
}
