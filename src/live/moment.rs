//! One consistent view: the rule set, the data and the instant.

use std::sync::Arc;

use super::ranks::Ranks;
use super::statistics;
use crate::base::calendar::{Date, Instant, Unit, Zone};
use crate::base::diagnostic::Diagnostic;
use crate::base::source::Sources;
use crate::base::span::SourceId;
use crate::columns::Snapshot;
use crate::engine::RunError;
use crate::engine::reviewed::Reviews;
use crate::host::PluginSet;
use crate::language::typed::Rules;
use crate::plan::Statistics;
use crate::report::ReportError;

/// What every question of one request sees.
#[derive(Clone)]
pub struct Moment {
    /// The texts the rules came from.
    pub sources: Arc<Sources>,
    /// The compiled set.
    pub rules: Arc<Rules>,
    /// The data.
    pub snapshot: Arc<Snapshot>,
    /// The plugins that the rules were checked against.
    pub plugins: Arc<PluginSet>,
    /// What was measured of the data, for the order of work.
    pub statistics: Arc<Statistics>,
    /// The rank tables, perhaps of an earlier instant.
    pub ranks: Arc<Ranks>,
    /// The instant asked about.
    pub now: Instant,
}

/// Why a question has no answer.
#[derive(Debug)]
pub enum AskError {
    /// The question's text is wrong; the sources hold it beside the rules' texts.
    Text(Box<Sources>, Vec<Diagnostic>),
    /// The run ended early.
    Run(RunError),
    /// No customer has that id.
    NoCustomer(String),
    /// No score has that name, or it cannot be asked so.
    NoScore {
        /// What is wrong.
        message: String,
        /// What would be right.
        help: String,
    },
    /// No report has that name.
    NoReport(String),
    /// A report has no table.
    Report(ReportError),
}

impl Moment {
    /// The view of these rules over these data at that instant, without plugins.
    pub fn new(sources: Sources, rules: Rules, snapshot: Snapshot, now: Instant) -> Self {
        let statistics = Arc::new(statistics::measure(&snapshot, now));
        Self {
            sources: Arc::new(sources),
            rules: Arc::new(rules),
            ranks: Arc::new(Ranks::new(&snapshot, now)),
            snapshot: Arc::new(snapshot),
            plugins: Arc::default(),
            statistics,
            now,
        }
    }

    /// The same with these plugins, which the rules were checked against.
    #[must_use]
    pub fn with_plugins(self, plugins: Arc<PluginSet>) -> Self {
        Self {
            plugins,
            ranks: Arc::new(self.ranks.anew()),
            ..self
        }
    }

    /// The same rules and instant over other data.
    pub fn over(self, snapshot: Snapshot) -> Self {
        Self {
            statistics: Arc::new(statistics::measure(&snapshot, self.now)),
            ranks: Arc::new(Ranks::new(&snapshot, self.now).reviewed(self.ranks.reviews())),
            snapshot: Arc::new(snapshot),
            ..self
        }
    }

    /// The same with these reviews of tiers.
    #[must_use]
    pub fn with_reviews(self, reviews: Arc<Reviews>) -> Self {
        let ranks = Ranks::new(&self.snapshot, self.now).reviewed(&reviews);
        Self {
            ranks: Arc::new(ranks),
            ..self
        }
    }

    /// The same rules and data at another instant, with rank tables of its own.
    #[must_use]
    pub fn at(&self, now: Instant) -> Self {
        Self {
            now,
            ranks: Arc::new(Ranks::new(&self.snapshot, now).reviewed(self.ranks.reviews())),
            ..self.clone()
        }
    }

    /// The same some time later: the rank tables stay those of their date.
    #[must_use]
    pub fn later(&self, now: Instant) -> Self {
        let zone = self.zone();
        if zone.date_of(now) != zone.date_of(self.ranks.at()) {
            return self.at(now);
        }
        Self {
            now,
            ..self.clone()
        }
    }

    /// The business zone.
    pub fn zone(&self) -> &Zone {
        self.snapshot.zone()
    }

    /// The texts of the rules with one more, so that diagnostics can point into it.
    pub(super) fn with_text(&self, name: &str, text: &str) -> (Sources, SourceId) {
        let mut sources = Sources::clone(&self.sources);
        let id = sources.add(name, text);
        (sources, id)
    }
}

/// Reads `--as-of`: an instant, or a date, which means its end.
pub fn as_of(text: &str, zone: &Zone) -> Option<Instant> {
    let text = text.trim();
    match Date::parse(text) {
        Some(date) => Some(Instant(zone.start_of(date.add(1, Unit::Day)?).0 - 1)),
        None => zone.parse(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_means_its_end() {
        let zone = Zone::load("Europe/Prague").unwrap();
        let shown = |text| as_of(text, &zone).map(|at| zone.format(at));
        assert_eq!(
            shown("2024-03-31").as_deref(),
            Some("2024-03-31T23:59:59+02:00")
        );
        assert_eq!(
            shown("2024-06-30T09:30").as_deref(),
            Some("2024-06-30T09:30:00+02:00")
        );
        assert_eq!(shown("9999-12-31"), None);
        assert_eq!(shown("yesterday"), None);
    }
}
