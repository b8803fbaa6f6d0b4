//! The rank tables of one instant: each is built when first asked for, and kept. Beside them the reviews of tiers. What a
//! table holds is the engine's business; when another instant is taken is that of whoever
//! holds the members.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use super::run::{Prepared, View};
use crate::base::calendar::Instant;
use crate::base::limit::RANK_TABLES_AT_ONCE;
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
        let builds: Vec<Build<'_>> = ranked.iter().map(|op| self.build(op)).collect();
        self.build_together(plan, &builds, view)?;
        let mut tables = Vec::with_capacity(builds.len());
        for build in &builds {
            let mut cell = lock(&build.cell);
            if cell.is_none() {
                self.fill(plan, &mut [(build.ranked, &mut *cell)], view)?;
            }
            tables.extend(cell.clone());
        }
        Ok(tables)
    }

    fn build<'p>(&self, ranked: &'p RankedOp) -> Build<'p> {
        let mut tables = lock(&self.tables);
        let cell = Arc::clone(tables.entry(Arc::clone(&ranked.table)).or_default());
        Build { ranked, cell }
    }

    /// Works out several at once that are missing and stand on no other table. Those that somebody else holds are
    /// left: whoever holds some and waits for others might be waited for. A table stands on others in one plan and
    /// on none in another, where what it asks of them was folded away.
    fn build_together(
        &self,
        plan: &Plan,
        builds: &[Build<'_>],
        view: View<'_>,
    ) -> Result<(), RunError> {
        let is_missing = |build: &&Build<'_>| free(&build.cell).is_some_and(|cell| cell.is_none());
        let stands_alone =
            |build: &&Build<'_>| !super::run::reads_tables(&plan.program, build.ranked.slots());
        let missing = builds.iter().filter(is_missing);
        let plain: Vec<&Build<'_>> = missing.filter(stands_alone).collect();
        for some in plain
            .chunks(RANK_TABLES_AT_ONCE)
            .filter(|some| some.len() > 1)
        {
            let held = some.iter();
            let held = held.filter_map(|build| Some((build.ranked, free(&build.cell)?)));
            let mut held: Vec<_> = held.filter(|(_, cell)| cell.is_none()).collect();
            let mut cells: Vec<_> = held
                .iter_mut()
                .map(|(ranked, cell)| (*ranked, &mut **cell))
                .collect();
            if !cells.is_empty() {
                self.fill(plan, &mut cells, view)?;
            }
        }
        Ok(())
    }

    /// Builds these in one run.
    fn fill(
        &self,
        plan: &Plan,
        missing: &mut [(&RankedOp, &mut Option<Arc<RankTable>>)],
        view: View<'_>,
    ) -> Result<(), RunError> {
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
        for (ranked, _) in missing.iter() {
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

/// The lock of a cell that nobody holds.
fn free(cell: &Cell) -> Option<std::sync::MutexGuard<'_, Option<Arc<RankTable>>>> {
    match cell.try_lock() {
        Ok(held) => Some(held),
        Err(TryLockError::Poisoned(held)) => Some(held.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// A lock whose holder's panic leaves nothing half done.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
