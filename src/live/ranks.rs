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
use crate::engine::{OutputResult, Rows, RunError, RunOptions};
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

    /// The tables of rank operations of that plan, in their order; tables and plugins that they stand on are
    /// asked first. Only whoever needs the same tables waits meanwhile. A failure is not kept.
    pub(super) fn tables(
        self: &Arc<Self>,
        plan: &Plan,
        ranked: &[&RankedOp],
        view: View<'_>,
    ) -> Result<Vec<Arc<RankTable>>, RunError> {
        self.used.store(true, Ordering::Release);
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
        let builds: Vec<Build<'_>> = ranked.iter().map(|op| self.build(plan, op)).collect();
        // Those that stand on no other table are worked out together: nobody whom they wait for waits for them.
        let mut plain: Vec<&Build<'_>> = builds.iter().filter(|build| build.is_plain).collect();
        plain.sort_by_key(|build| &build.ranked.table);
        self.built(plan, &plain, view)?;
        let mut tables = Vec::with_capacity(builds.len());
        for build in &builds {
            self.built(plan, &[build], view)?;
            tables.extend(lock(&build.cell).clone());
        }
        Ok(tables)
    }

    fn build<'p>(&self, plan: &Plan, ranked: &'p RankedOp) -> Build<'p> {
        let cell = {
            let mut tables = lock(&self.tables);
            Arc::clone(tables.entry(Arc::clone(&ranked.table)).or_default())
        };
        Build {
            ranked,
            cell,
            is_plain: !super::run::reads_tables(&plan.program, ranked.slots()),
        }
    }

    /// Builds those that are not there, in one run; they are in the order of their names.
    fn built(&self, plan: &Plan, builds: &[&Build<'_>], view: View<'_>) -> Result<(), RunError> {
        let locked = builds.iter().map(|build| (build.ranked, lock(&build.cell)));
        let mut missing: Vec<_> = locked.filter(|(_, cell)| cell.is_none()).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let slots = missing.iter().flat_map(|(ranked, _)| ranked.slots());
        let outputs = slots.map(|slot| Output {
            name: "member".into(),
            slot,
            origins: Vec::new(),
        });
        let members = Prepared::new(Plan {
            outputs: outputs.collect(),
            program: plan.program.clone(),
        });
        let outputs = members.run(view, &Rows::All)?.outputs;
        let mut rest = outputs.as_slice();
        let mut members = Vec::with_capacity(missing.len());
        for (ranked, _) in &missing {
            members.push(taken(ranked, &mut rest)?);
        }
        let threads = view.options.threads;
        let tables = RankTable::build_each(&members, &self.snapshot, self.at, threads)?;
        for ((_, cell), table) in missing.iter_mut().zip(tables) {
            **cell = Some(Arc::new(table));
        }
        Ok(())
    }
}

/// A table that is wanted.
struct Build<'p> {
    ranked: &'p RankedOp,
    cell: Cell,
    /// It stands on no other table.
    is_plain: bool,
}

/// The members of a table, which lie first in `rest`.
fn taken<'o>(
    ranked: &RankedOp,
    rest: &mut &'o [OutputResult],
) -> Result<rank::Members<'o>, RunError> {
    let malformed = RunError::Malformed("a rank table without its columns");
    let own = rest.split_at_checked(ranked.slots().count());
    let (own, later) = own.ok_or(malformed.clone())?;
    *rest = later;
    let (value, more) = own.split_first().ok_or(malformed.clone())?;
    let (among, per) = match ranked.among {
        Some(_) => more
            .split_first()
            .map(|(among, per)| (Some(among), per))
            .ok_or(malformed)?,
        None => (None, more),
    };
    Ok(rank::Members {
        value,
        among,
        per,
        ties_by_id: ranked.ties_by_id,
    })
}

/// A lock whose holder's panic leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
