//! When an answer may change though no new fact comes: instants that follow from
//! the clock, from values compared with it, from events that leave a window, and
//! from facts dated ahead. Earlier than needed is allowed, later never.
//!
//! Answers themselves are not worked out here, nor is it kept who waits for what.

mod analyst;
mod facts;
mod nested;
mod reads;
mod side;
mod term;

use super::external::External;
use super::outcome::{OutputResult, Rows, RunError, RunOptions};
use crate::base::calendar::Instant;
use crate::columns::Snapshot;
use crate::language::typed::{RelationStep, Subject};
use crate::plan::operation::{Plan, Slot};

pub use reads::{Clock, Reads, TimeDependence};
pub use term::{Base, Term, next_date};

/// The facts, and the instant from which on changes are sought.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// The facts.
    pub snapshot: &'a Snapshot,
    /// Changes are sought strictly after it.
    pub now: Instant,
    /// How to run what has to be run.
    pub options: &'a RunOptions,
}

/// The first instants at which an answer may differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NextChange {
    /// Of every row: the date changes, or an instant passes that all are compared with.
    pub all: Option<Instant>,
    /// Of single rows, ascending by row, each row at most once.
    pub rows: Vec<(u32, Instant)>,
}

impl NextChange {
    /// Of one row; `None` = never without new facts.
    pub fn of(&self, row: u32) -> Option<Instant> {
        let own = self
            .rows
            .binary_search_by_key(&row, |(row, _)| *row)
            .ok()
            .and_then(|at| self.rows.get(at))
            .map(|(_, at)| *at);
        earlier(own, self.all)
    }
}

fn earlier(one: Option<Instant>, two: Option<Instant>) -> Option<Instant> {
    [one, two].into_iter().flatten().min()
}

/// For each output of the plan and the rows asked, the first instant strictly after `now` at which
/// the answer may differ if no fact is added.
pub fn next_change(plan: &Plan, view: View<'_>, rows: &Rows) -> Result<Vec<NextChange>, RunError> {
    plan.outputs
        .iter()
        .map(|output| Reads::of(plan, [output]).next_change(view, rows))
        .collect()
}

impl Clock {
    /// The next change for all rows, a restless clock's next second included.
    pub fn next(&self, view: View<'_>) -> Option<Instant> {
        let restless = self.restless.then(|| Instant(view.now.0.saturating_add(1)));
        earlier(self.next_steady(view), restless)
    }

    /// The same, what may change at any second left out.
    pub fn next_steady(&self, view: View<'_>) -> Option<Instant> {
        let zone = view.snapshot.zone();
        let now = view.now;
        let date = self.date.then(|| next_date(zone, now));
        let moved = self.dates_moved.iter().map(|offset| {
            let moved = Instant(now.0.saturating_add(*offset));
            Instant(next_date(zone, moved).0.saturating_sub(*offset))
        });
        let instants = self.instants.iter().filter_map(|term| {
            let from = match term.base() {
                Base::Fixed(at) => at,
                Base::Date(date) => zone.start_of(date).0,
                _ => return None,
            };
            term.next(from, now.0, zone).map(Instant)
        });
        moved.chain(instants).chain(date).min()
    }
}

impl Reads {
    /// The first instants strictly after the view's at which what is read here may change.
    pub fn next_change(&self, view: View<'_>, rows: &Rows) -> Result<NextChange, RunError> {
        Ok(NextChange {
            all: self.clock.next(view),
            rows: self.next_rows(view, rows)?,
        })
    }

    /// The instants of single rows, ascending by row; the clock that all rows share left out.
    pub fn next_rows(&self, view: View<'_>, rows: &Rows) -> Result<Vec<(u32, Instant)>, RunError> {
        let list = match rows {
            Rows::All => None,
            Rows::List(list) => {
                let mut list = list.clone();
                list.sort_unstable();
                list.dedup();
                if let Some(row) = list.last().filter(|row| **row >= view.snapshot.rows()) {
                    return Err(RunError::UnknownRow(*row));
                }
                Some(list)
            }
        };
        let mut found = self.found(view, list.as_deref())?;
        found.retain(|(row, _)| !view.snapshot.is_hidden(*row));
        Ok(found
            .into_iter()
            .map(|(row, at)| (row, Instant(at)))
            .collect())
    }

    /// (row, instant) by row, each row once; `rows`: everyone, or these, ascending.
    fn found(&self, view: View<'_>, rows: Option<&[u32]>) -> Result<Vec<(u32, i64)>, RunError> {
        let mut found: Vec<(u32, i64)> = Vec::new();
        let snapshot = view.snapshot;
        let mut ahead = |list: Vec<(u32, Instant)>| {
            found.extend(list.into_iter().map(|(row, at)| (row, at.0)));
        };
        for id in &self.attributes {
            ahead(snapshot.attribute_ahead(*id, rows, view.now));
        }
        for id in &self.texts {
            ahead(snapshot.edges_ahead(*id, false, rows, view.now));
        }
        for step in self.relations.iter().flat_map(|(kinds, _)| kinds) {
            ahead(snapshot.edges_ahead(step.relation, step.inverse, rows, view.now));
        }
        for subject in self.facts.keys() {
            if let Subject::Holding(id) = subject {
                ahead(snapshot.holdings_ahead(*id, rows, view.now));
            }
        }
        for (subject, terms) in &self.facts {
            facts::found(*subject, terms, view, rows, &mut found);
        }
        self.of_values(view, rows, &mut found)?;
        for (kinds, other) in &self.relations {
            neighbours(kinds, other, view, rows, &mut found)?;
        }
        found.sort_unstable();
        found.dedup_by_key(|(row, _)| *row);
        Ok(found)
    }

    /// Instants that follow from values of the rows.
    fn of_values(
        &self,
        view: View<'_>,
        rows: Option<&[u32]>,
        found: &mut Vec<(u32, i64)>,
    ) -> Result<(), RunError> {
        let Some(probe) = &self.probe else {
            return Ok(());
        };
        let asked = rows.map_or(Rows::All, |list| Rows::List(list.to_vec()));
        let options = RunOptions {
            analyze: false,
            left_aside: false,
            ..view.options.clone()
        };
        let outcome = super::run(
            probe,
            view.snapshot,
            // What plugins say is never probed: it counts as turning at any second.
            &External::default(),
            &asked,
            view.now,
            &options,
        )?;
        let zone = view.snapshot.zone();
        for term in &self.terms {
            let Base::Slot(slot) = term.base() else {
                continue;
            };
            let Some(output) = self.place(slot).and_then(|at| outcome.outputs.get(at)) else {
                return Err(RunError::Malformed("an instant that nothing gives"));
            };
            each_row(view, rows, |at, row| {
                let next =
                    value(output, at, view).and_then(|from| term.next(from, view.now.0, zone));
                found.extend(next.map(|next| (row, next)));
            });
        }
        Ok(())
    }

    fn place(&self, slot: Slot) -> Option<usize> {
        self.slots.binary_search(&slot).ok()
    }
}

/// The instant that an output gives for the row at a position.
fn value(output: &OutputResult, at: usize, view: View<'_>) -> Option<i64> {
    let value = output.values.as_ref()?.get(at)?;
    term::instant_of(&value, view.snapshot.zone())
}

/// Positions and rows asked.
fn each_row(view: View<'_>, rows: Option<&[u32]>, mut take: impl FnMut(usize, u32)) {
    match rows {
        None => {
            for (at, row) in (0..view.snapshot.rows()).enumerate() {
                take(at, row);
            }
        }
        Some(list) => {
            for (at, row) in list.iter().enumerate() {
                take(at, *row);
            }
        }
    }
}

/// Instants at which something about a customer at the other end may change.
fn neighbours(
    kinds: &[RelationStep],
    other: &Reads,
    view: View<'_>,
    rows: Option<&[u32]>,
    found: &mut Vec<(u32, i64)>,
) -> Result<(), RunError> {
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for step in kinds {
        let edges = view.snapshot.edges(step.relation, view.now);
        match (rows, step.inverse) {
            (None, false) => pairs.extend(edges.pairs()),
            (None, true) => pairs.extend(edges.pairs_back()),
            (Some(list), inverse) => {
                for row in list {
                    let far = if inverse {
                        edges.to(*row)
                    } else {
                        edges.from(*row)
                    };
                    pairs.extend(far.iter().map(|far| (*row, *far)));
                }
            }
        }
    }
    let mut others: Vec<u32> = pairs.iter().map(|(_, far)| *far).collect();
    others.sort_unstable();
    others.dedup();
    if others.is_empty() {
        return Ok(());
    }
    let next = other.found(view, Some(&others))?;
    for (row, far) in pairs {
        if let Ok(at) = next.binary_search_by_key(&far, |(row, _)| *row)
            && let Some((_, instant)) = next.get(at)
        {
            found.push((row, *instant));
        }
    }
    Ok(())
}
