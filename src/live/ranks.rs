//! The rank tables of one instant: each is built when first asked for, and kept. Beside them the reviews of tiers. What a
//! table holds is the engine's business; when another instant is taken is that of whoever
//! holds the members.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::run::{Prepared, View};
use crate::base::calendar::Instant;
use crate::columns::Snapshot;
use crate::engine::rank::{self, RankTable};
use crate::engine::reviewed::{Reviewed, Reviews};
use crate::engine::{Rows, RunError, RunOptions};
use crate::plan::Plan;
use crate::plan::operation::{Output, RankedOp};

/// One table, while it is built or ready.
type Cell = Arc<Mutex<Option<Arc<RankTable>>>>;

/// Rank tables by the names that operations have for them. Names mean the same within one rule set.
#[derive(Debug)]
pub struct Ranks {
    at: Instant,
    snapshot: Snapshot,
    tables: Mutex<BTreeMap<Arc<str>, Cell>>,
    reviews: Arc<Reviews>,
    used: AtomicBool,
}

impl Ranks {
    /// Of these facts at that instant; no table is built yet.
    pub fn new(snapshot: &Snapshot, at: Instant) -> Self {
        Self {
            at,
            snapshot: snapshot.clone(),
            tables: Mutex::default(),
            reviews: Arc::default(),
            used: AtomicBool::new(false),
        }
    }

    /// The same, no table built, with these reviews of tiers.
    #[must_use]
    pub fn reviewed(self, reviews: &Arc<Reviews>) -> Self {
        Self {
            reviews: Arc::clone(reviews),
            ..Self::new(&self.snapshot, self.at)
        }
    }

    /// All reviews of tiers, those after the instant among them.
    pub fn reviews(&self) -> &Arc<Reviews> {
        &self.reviews
    }

    /// What the last review not after the instant says of the tiers of that name.
    pub fn standing(&self, tiers: &str) -> Option<Reviewed> {
        let today = self.snapshot.zone().date_of(self.at);
        self.reviews.at(tiers, today)
    }

    /// The instant that the tables show.
    pub fn at(&self) -> Instant {
        self.at
    }

    /// The facts that the tables show.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Whether anyone has asked for a table.
    pub fn is_used(&self) -> bool {
        self.used.load(Ordering::Acquire)
    }

    /// Whether the tables show these facts.
    pub fn is_of(&self, snapshot: &Snapshot) -> bool {
        self.snapshot.position() == snapshot.position()
            && self.snapshot.living() == snapshot.living()
    }

    /// The same facts and instant, no table built: for another rule set.
    #[must_use]
    pub fn anew(&self) -> Self {
        Self::new(&self.snapshot, self.at).reviewed(&self.reviews)
    }

    /// The table of a rank operation of that plan; tables and plugins that it stands on are asked first. Only
    /// whoever needs the same table waits meanwhile. A failure is not kept.
    pub(super) fn table(
        self: &Arc<Self>,
        plan: &Plan,
        ranked: &RankedOp,
        view: View<'_>,
    ) -> Result<Arc<RankTable>, RunError> {
        self.used.store(true, Ordering::Release);
        let cell = {
            let mut tables = lock(&self.tables);
            Arc::clone(tables.entry(Arc::clone(&ranked.table)).or_default())
        };
        let mut cell = lock(&cell);
        if let Some(table) = &*cell {
            return Ok(Arc::clone(table));
        }
        let table = Arc::new(self.build(plan, ranked, view)?);
        *cell = Some(Arc::clone(&table));
        Ok(table)
    }

    fn build(
        self: &Arc<Self>,
        plan: &Plan,
        ranked: &RankedOp,
        view: View<'_>,
    ) -> Result<RankTable, RunError> {
        let outputs = ranked.slots().map(|slot| Output {
            name: "member".into(),
            slot,
            origins: Vec::new(),
        });
        let members = Prepared::new(Plan {
            program: plan.program.clone(),
            outputs: outputs.collect(),
        });
        let options = RunOptions {
            analyze: false,
            left_aside: false,
            ..view.options.clone()
        };
        let view = View {
            snapshot: &self.snapshot,
            now: self.at,
            ranks: Some(self),
            options: &options,
            ..view
        };
        let outputs = members.run(view, &Rows::All)?.outputs;
        let malformed = RunError::Malformed("a rank table without its columns");
        let (value, rest) = outputs.split_first().ok_or(malformed.clone())?;
        let (among, per) = match ranked.among {
            Some(_) => rest
                .split_first()
                .map(|(among, per)| (Some(among), per))
                .ok_or(malformed)?,
            None => (None, rest),
        };
        let members = rank::Members {
            value,
            among,
            per,
            ties_by_id: ranked.ties_by_id,
        };
        Ok(RankTable::build(members, &self.snapshot, self.at))
    }
}

/// A lock whose holder's panic leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
