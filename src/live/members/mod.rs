//! The exact members of every saved filter at one snapshot and instant, and how
//! they come to the next. Values only: nothing is stored here, nobody is told, and
//! the clock is an argument.

mod advance;
mod queue;
mod ranked;
#[cfg(test)]
mod tests;
mod touched;
mod watched;

use std::collections::BTreeSet;
use std::sync::Arc;

use self::queue::Queue;
use self::watched::Watched;
use super::ranks::Ranks;
use super::statistics;
use crate::base::calendar::Instant;
use crate::base::limit::{MEMBERS_RESTLESS_SECONDS, RANKS_SECONDS};
use crate::columns::bits::Bits;
use crate::engine::RunError;
use crate::language::typed::{CARE_AUDIENCE_PREFIX, Rules};

pub use super::run::View;
pub use touched::{Touch, Touched};

/// The members of one filter.
#[derive(Clone, Debug, Default)]
pub struct MemberSet {
    /// Rows on *yes*. May be shorter than the snapshot: past its end there is no member.
    pub yes: Arc<Bits>,
    /// Why these are the members of an earlier moment: the last run failed.
    pub stale: Option<Arc<str>>,
}

/// Why someone entered or left.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A fact about the customer, or about one that it is related to.
    Fact {
        /// Name of the attribute, event, holding or relation; `customer` for one that entered.
        kind: Arc<str>,
    },
    /// Time passed.
    Time,
    /// The filter now says something else.
    Rule,
    /// A plugin answered otherwise.
    Plugin,
    /// Found after a restart; the moment of the change is not known.
    Restart,
    /// The customer was erased.
    Erasure,
    /// Rank tables were built anew: others passed the customer, or he passed them.
    Ranks,
}

/// Someone entered or left a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// First name of the filter.
    pub filter: Arc<str>,
    /// Who.
    pub row: u32,
    /// Entered or left.
    pub entered: bool,
    /// When: the instant due, or that of the advance.
    pub at: Instant,
    /// Why.
    pub cause: Cause,
}

/// What another rule set brings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reload {
    /// Of filters that say something else now.
    pub changes: Vec<Change>,
    /// New filters, with how many members they start with.
    pub initial: Vec<(Arc<str>, u64)>,
    /// Filters that are no more.
    pub dropped: Vec<Arc<str>>,
}

/// Members of all saved filters. A clone shares everything.
#[derive(Clone, Debug)]
pub struct Members {
    watched: Arc<Watched>,
    /// As the filters.
    sets: Vec<MemberSet>,
    at: Instant,
    position: u64,
    /// When the clock that all rows share changes something.
    clock: Option<Instant>,
    queue: Queue,
    /// The rank tables that the sets are made with.
    ranks: Arc<Ranks>,
    /// When they are to be built anew, for facts that came since.
    ranks_due: Option<Instant>,
    /// Seconds between two buildings while facts come.
    ranks_seconds: i64,
    /// Customers that are never members.
    hidden: Arc<BTreeSet<u32>>,
    /// Runs of the engine since they were first computed.
    runs: u64,
}

impl Members {
    /// The members from nothing.
    pub fn compute(rules: &Rules, view: View<'_>) -> Result<Self, RunError> {
        let statistics = statistics::measure(view.snapshot, view.now);
        let watched = Arc::new(Watched::new(rules, &statistics));
        let mut members = Self {
            sets: vec![MemberSet::default(); watched.filters.len()],
            watched,
            at: view.now,
            position: view.snapshot.position(),
            clock: None,
            queue: Queue::default(),
            ranks: match view.ranks {
                Some(ranks) => Arc::clone(ranks),
                None => Arc::new(Ranks::new(view.snapshot, view.now)),
            },
            ranks_due: None,
            ranks_seconds: RANKS_SECONDS,
            hidden: Arc::default(),
            runs: 0,
        };
        members.fill(view)?;
        members.schedule(view)?;
        Ok(members)
    }

    /// The instant at which the sets are exact.
    pub fn at(&self) -> Instant {
        self.at
    }

    /// The log position of the facts they are made of.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Runs of the engine since the members were computed from nothing.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// The first instant after [`Members::at`] at which a set may differ though no fact comes.
    pub fn next_due(&self) -> Option<Instant> {
        let restless = self.watched.reads.clock.restless;
        let again = Instant(self.at.0.saturating_add(MEMBERS_RESTLESS_SECONDS));
        [self.steady_due(), restless.then_some(again)]
            .into_iter()
            .flatten()
            .min()
    }

    fn steady_due(&self) -> Option<Instant> {
        let due = [self.clock, self.queue.first(), self.ranks_due];
        due.into_iter().flatten().min()
    }

    /// The members of a filter, by its name, else by its label.
    pub fn of(&self, filter: &str) -> Option<&MemberSet> {
        let filters = &self.watched.filters;
        let place = filters
            .iter()
            .position(|item| &*item.name == filter)
            .or_else(|| {
                filters
                    .iter()
                    .position(|item| item.label.as_deref() == Some(filter))
            })?;
        self.sets.get(place)
    }

    /// All filters by first name, in the order of the rules, then the audiences of care plans, which
    /// [`is_audience`] tells apart.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &MemberSet)> {
        let names = self.watched.filters.iter().map(|filter| &filter.name);
        names.zip(&self.sets)
    }

    /// What each filter says, as a hash: equal ones mean the same over the same kinds of facts.
    pub fn meanings(&self) -> impl Iterator<Item = (Arc<str>, u64)> + '_ {
        let filters = self.watched.filters.iter();
        filters.map(|filter| (Arc::clone(&filter.name), filter.hash))
    }

    /// The same without some customers, now and in all that follows from it; `self` is left as it is.
    #[must_use]
    pub fn without(&self, rows: &BTreeSet<u32>, at: Instant) -> (Self, Vec<Change>) {
        let mut members = self.clone();
        Arc::make_mut(&mut members.hidden).extend(rows);
        let mut changes = Vec::new();
        for (filter, set) in members.watched.filters.iter().zip(&mut members.sets) {
            for row in rows {
                if set.contains(*row) {
                    set.put(*row, false);
                    changes.push(Change {
                        filter: Arc::clone(&filter.name),
                        row: *row,
                        entered: false,
                        at,
                        cause: Cause::Erasure,
                    });
                }
            }
        }
        (members, changes)
    }

    /// Who entered and left since sets kept elsewhere: for each filter the change from `kept` to what it is
    /// now. Filters that nothing is kept of, and stale ones, are left out.
    pub fn since_kept<'k>(
        &self,
        kept: impl Fn(&str) -> Option<&'k Bits>,
        cause: &Cause,
    ) -> Vec<Change> {
        let mut changes = Vec::new();
        for (name, set) in self.iter() {
            if let (Some(kept), None) = (kept(name), &set.stale) {
                changes.extend(differences(name, kept, &set.yes, self.at, cause));
            }
        }
        changes
    }
}

impl MemberSet {
    /// Whether that customer is a member.
    pub fn contains(&self, row: u32) -> bool {
        self.yes.get(row as usize)
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.yes.count()
    }

    /// Who, ascending.
    pub fn rows(&self) -> impl Iterator<Item = u32> + '_ {
        self.yes.iter().filter_map(|row| u32::try_from(row).ok())
    }

    fn put(&mut self, row: u32, on: bool) {
        let bits = Arc::make_mut(&mut self.yes);
        let at = row as usize;
        if at >= bits.len {
            bits.len = at + 1;
            bits.words.resize(bits.len.div_ceil(64), 0);
        }
        bits.set(at, on);
    }
}

/// Whether these are the members of a care plan's audience, not of a filter that anyone wrote.
pub fn is_audience(name: &str) -> bool {
    name.starts_with(CARE_AUDIENCE_PREFIX)
}

/// Changes from one set to another, by row; sets may differ in length.
pub fn differences(
    filter: &Arc<str>,
    old: &Bits,
    new: &Bits,
    at: Instant,
    cause: &Cause,
) -> Vec<Change> {
    let words = old.words.len().max(new.words.len());
    let word = |bits: &Bits, at: usize| bits.words.get(at).copied().unwrap_or(0);
    let differing = (0..words).flat_map(|place| {
        crate::columns::bits::ones(word(old, place) ^ word(new, place))
            .map(move |bit| place * 64 + bit)
    });
    differing
        .filter_map(|row| {
            Some(Change {
                filter: Arc::clone(filter),
                row: u32::try_from(row).ok()?,
                entered: new.get(row),
                at,
                cause: cause.clone(),
            })
        })
        .collect()
}
