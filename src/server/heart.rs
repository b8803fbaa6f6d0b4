//! The seam to what is served: the one place that knows the core, its follower and what
//! its errors mean to a caller.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use tokio::sync::watch;

use super::disk::Disk;
use super::metrics::{Metrics, whole};
use super::refusal::{Answered, FAULT, NO_MESSAGE, NO_PLAN, NO_TASK, Refusal, TOO_OLD};
use super::warnings::Warnings;
use crate::base::calendar::{Instant, Zone};
use crate::base::limit::SERVER_SHUTDOWN_SECONDS_MAX;
use crate::care::Care;
use crate::care::order::{self, Order, Reply};
use crate::care::state::State;
use crate::delivery::Courier;
use crate::host::{LoadFault, Refused};
use crate::ingest::facts::{Incoming, LineOutcome};
use crate::ingest::{self, ImportError, Mark};
use crate::live::core::{Core, HistoryError};
use crate::live::failure::CoreError;
use crate::live::history::Match;
use crate::live::moment::{self, Moment};
use crate::live::present::Live;
use crate::live::reload::Reloader;
use crate::live::rule_set::Outcome;
use crate::settings::Settings;
use crate::store::{Record, Store, StoreError};

/// Rules, data and members as they stand, and the way for facts to come in.
pub struct Heart {
    core: Arc<Core<Care>>,
    reloader: Reloader<Care>,
    courier: Arc<Courier>,
    published: watch::Receiver<u64>,
    warnings: Arc<Warnings>,
    refused_plugins: Refused,
    disk: Disk,
}

impl Heart {
    /// Serves a core whose rules follow their folder. `settings` are those that the courier has its channels from,
    /// `refused_plugins` is kept up by whoever reads the plugin folder.
    pub fn new(
        core: Arc<Core<Care>>,
        reloader: Reloader<Care>,
        courier: Arc<Courier>,
        settings: Settings,
        refused_plugins: Refused,
    ) -> Self {
        let live = core.live();
        let (sender, published) = watch::channel(live.sequence);
        let warnings = Arc::new(Warnings::new(settings));
        warnings.tell(&live);
        let told = Arc::clone(&warnings);
        core.on_publish(Box::new(move |live| {
            sender.send_replace(live.sequence);
            told.tell(live);
        }));
        Self {
            core,
            reloader,
            courier,
            published,
            warnings,
            refused_plugins,
            disk: Disk::default(),
        }
    }

    /// Plugin folders that could not be used when they were last read.
    pub fn refused_plugins(&self) -> Vec<LoadFault> {
        self.refused_plugins.list()
    }

    /// What someone should look at though the rules are sound.
    pub fn warnings(&self) -> &Warnings {
        &self.warnings
    }

    /// The rules' way in.
    pub fn reloader(&self) -> &Reloader<Care> {
        &self.reloader
    }

    /// Makes a customer gone; whether there was one.
    pub fn erase(&self, id: &str) -> Answered<bool> {
        self.core.erase(id).map_err(|error| refused(&error))
    }

    /// The present instant.
    pub fn now(&self) -> Instant {
        self.core.now()
    }

    /// The business zone.
    pub fn zone(&self) -> Zone {
        self.core.live().moment.zone().clone()
    }

    /// What stands now, or stood at `as_of`.
    pub fn moment(&self, as_of: Option<&str>) -> Answered<Moment> {
        let live = self.core.live();
        let Some(text) = as_of else {
            return Ok(live.moment.later(self.now()));
        };
        let at = moment::as_of(text, live.moment.zone()).ok_or_else(|| Refusal::as_of(text))?;
        Ok(live.moment.at(at))
    }

    /// What was published last, without waiting.
    pub fn published(&self) -> Arc<Live> {
        self.core.live()
    }

    /// The members at this very instant; may wait for the writing thread.
    pub fn settled(&self) -> Answered<Arc<Live>> {
        self.core.settled().map_err(|error| refused(&error))
    }

    /// Takes facts; on the disk and visible when it returns.
    pub fn submit(&self, facts: Vec<Incoming>) -> Answered<Vec<LineOutcome>> {
        self.core.submit(facts).map_err(|error| refused(&error))
    }

    /// Notes that a file is about to be imported, before its first fact.
    pub fn begin_import(&self, file: &Mark) -> Answered<()> {
        self.note(|store| ingest::beginning(store, std::slice::from_ref(file)))
    }

    /// Notes that a file is imported whole.
    pub fn end_import(&self, file: &Mark) -> Answered<()> {
        self.note(|store| ingest::ending(store, std::slice::from_ref(file)))
    }

    fn note(
        &self,
        records: impl FnOnce(&Store) -> Result<Vec<Record>, ImportError>,
    ) -> Answered<()> {
        let records = self.read(records)?;
        let records = records.map_err(|error| Refusal::new(FAULT, error.to_string()))?;
        self.core.keep(records).map_err(|error| refused(&error))
    }

    /// Match records after a number, and the number up to which was looked, for a reader who is there since the
    /// record `heard_after`.
    pub fn matches(
        &self,
        after: u64,
        heard_after: u64,
        count_max: usize,
    ) -> Answered<(Vec<Match>, u64)> {
        self.core
            .matches_heard(after, heard_after, count_max)
            .map_err(|error| match error {
                HistoryError::TooOld { oldest } => too_old(after, oldest),
                HistoryError::Store(error) => refused(&CoreError::Store(error)),
            })
    }

    /// Follows the number of the last match record.
    pub fn follow(&self) -> watch::Receiver<u64> {
        self.published.clone()
    }

    /// Whether facts are taken.
    pub fn ready(&self) -> Answered<()> {
        if let Some(why) = &self.core.live().halted {
            return Err(refused(&CoreError::Halted(Arc::clone(why))));
        }
        self.room().map_err(|error| {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            Refusal::foreign(error.code(), status, error.to_string()).help(error.help())
        })
    }

    /// Whether the disk has room for facts; the log is told when that changes.
    pub fn room(&self) -> Result<(), StoreError> {
        let found = self.core.room();
        self.disk.tell(&found);
        found
    }

    /// Sets the figures that are read when somebody asks.
    pub fn measure(&self, metrics: &Metrics) {
        let live = self.core.live();
        metrics
            .customers
            .set(i64::from(live.moment.snapshot.rows()));
        metrics.position.set(whole(live.moment.snapshot.position()));
        metrics.sequence.set(whole(live.sequence));
        metrics.writing.set(i64::from(live.halted.is_none()));
        metrics.disk_full.set(i64::from(self.room().is_err()));
        let attempt = live.rule_set.attempt();
        let refused = attempt.is_some_and(|attempt| attempt.outcome == Outcome::Refused);
        metrics.rules_refused.set(i64::from(refused));
        metrics
            .columns_unsaved
            .set(whole(self.core.columns_unsaved()));
        metrics.members_at.set(live.members.at().0 as f64);
        let sets = live.members.iter();
        metrics.members(sets.map(|(name, set)| (&**name, set.count())));
    }

    /// Gives care an order; what it answers is on the disk.
    pub fn order(&self, order: Order) -> Answered<Reply> {
        match self.core.order(order).map_err(|error| refused(&error))? {
            Reply::Refused(refusal) => Err(unordered(refusal)),
            reply => Ok(reply),
        }
    }

    /// What care keeps, as its records say; the zone is that of the rules that serve.
    pub fn care(&self) -> Answered<State> {
        let zone = self.zone();
        let read = self.read(|store| State::open(store, zone))?;
        read.map_err(|why| Refusal::new(FAULT, why))
    }

    /// Whether whoever reads the store for long should give up.
    pub fn store_wanted(&self) -> bool {
        self.core.store_wanted()
    }

    /// Reads the store.
    pub fn read<T>(&self, read: impl FnOnce(&Store) -> T) -> Answered<T> {
        let read = self.core.with_store(read);
        read.map_err(|error| refused(&CoreError::Store(error)))
    }

    /// Ends it in order: what is under way to the world first.
    pub fn close(&self) -> Result<(), String> {
        self.courier
            .stop(Duration::from_secs(SERVER_SHUTDOWN_SECONDS_MAX));
        self.core.close().map_err(|error| error.to_string())
    }
}

/// The refusal of a stream that would begin where nothing is kept.
pub fn too_old(after: u64, oldest: u64) -> Refusal {
    let mut refusal = Refusal::new(
        TOO_OLD,
        format!("records right after {after} are not kept; the oldest is {oldest}"),
    )
    .help("read the members of the filters anew and go on from the record that is current");
    refusal.0.oldest = Some(oldest);
    refusal
}

/// What an order that cannot be carried out means to the caller.
fn unordered(refusal: order::Refusal) -> Refusal {
    let order::Refusal {
        code,
        message,
        help,
    } = refusal;
    let answer = match code {
        "no_plan" => Refusal::new(NO_PLAN, message),
        "no_task" => Refusal::new(NO_TASK, message),
        "no_message" => Refusal::new(NO_MESSAGE, message),
        _ => Refusal::foreign(code, StatusCode::CONFLICT, message),
    };
    match help.is_empty() {
        true => answer,
        false => answer.help(help),
    }
}

/// What trouble of the core means to the caller.
pub fn refused(error: &CoreError) -> Refusal {
    let status = match error {
        CoreError::Busy => StatusCode::TOO_MANY_REQUESTS,
        CoreError::Stopped | CoreError::Halted(_) => StatusCode::SERVICE_UNAVAILABLE,
        _ if error.is_full() => StatusCode::INSUFFICIENT_STORAGE,
        CoreError::Store(StoreError::TooLarge { .. } | StoreError::BadFact { .. }) => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    Refusal::foreign(error.code(), status, error.to_string()).help(error.help())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_of_the_core_has_its_status() {
        let full = StoreError::NoSpace { free: 1, needed: 2 };
        let cases = [
            (CoreError::Busy, 429, "L001"),
            (CoreError::Stopped, 503, "L002"),
            (CoreError::Halted("x".into()), 503, "L003"),
            (CoreError::Store(full), 507, "S020"),
            (CoreError::Store(StoreError::Stopped), 500, "S042"),
        ];
        for (error, status, code) in cases {
            let problem = refused(&error).0;
            assert_eq!((problem.status, problem.code.as_str()), (status, code));
            assert!(problem.help.is_some(), "{code}");
        }
    }

    #[test]
    fn orders_about_nothing_are_not_found_and_others_are_in_conflict() {
        for (code, status, answered) in [
            ("no_plan", 404, "A023"),
            ("no_task", 404, "A024"),
            ("no_message", 404, "A025"),
            ("not_allowed", 409, "not_allowed"),
        ] {
            let problem = unordered(order::Refusal {
                code,
                message: "x".to_owned(),
                help: String::new(),
            });
            let problem = problem.0;
            assert_eq!((problem.status, problem.code.as_str()), (status, answered));
            assert_eq!(problem.help, None);
        }
    }

    #[test]
    fn a_stream_that_is_too_old_says_where_it_may_begin() {
        assert_eq!(too_old(3, 7).0.oldest, Some(7));
    }
}
