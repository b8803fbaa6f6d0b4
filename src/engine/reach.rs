//! Ways along relations: who is next to whom, who lies within some steps, and of whom
//! within some steps something holds. Which customers are asked is not decided here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::outcome::{Rows, RunError, RunOptions};
use super::two_steps::TwoSteps;
use super::{pool, words};
use crate::columns::column::CHUNK_ROWS;
use crate::columns::edge::Edges;
use crate::language::typed::Reach;
use crate::schema::RelationId;

/// The edges of a reach.
pub struct Ways<'r> {
    /// Each with whether it is gone from its far end.
    kinds: Vec<(&'r Edges, bool)>,
    steps: u32,
}

/// Of whom something holds: a bit a row where that is known, and asked one by one.
type Held<'h> = (Option<Vec<u64>>, &'h (dyn Fn(u32) -> bool + Sync));

/// Nobody.
const NOBODY: u32 = u32::MAX;
/// None of two.
const NONE: [u32; 2] = [NOBODY; 2];

impl<'r> Ways<'r> {
    /// `None`: edges that were not loaded.
    pub fn new(edges: &'r BTreeMap<RelationId, Arc<Edges>>, reach: &Reach) -> Option<Self> {
        let kinds = reach.kinds.iter();
        let kinds = kinds.map(|step| Some((&**edges.get(&step.relation)?, step.inverse)));
        Some(Self {
            kinds: kinds.collect::<Option<_>>()?,
            steps: reach.steps,
        })
    }

    /// Whether one step is all.
    pub fn is_direct(&self) -> bool {
        self.steps <= 1
    }

    /// The kinds, each with whether it is gone from its far end.
    pub fn kinds(&self) -> &[(&'r Edges, bool)] {
        &self.kinds
    }

    /// Customers one step away, each once for each kind that leads to it.
    fn near(&self, row: u32) -> impl Iterator<Item = u32> + '_ {
        let kinds = self.kinds.iter();
        kinds.flat_map(move |(edges, inverse)| {
            let far = if *inverse {
                edges.to(row)
            } else {
                edges.from(row)
            };
            far.iter().copied()
        })
    }

    /// The others of one customer, ascending, each once.
    pub fn of_row(&self, row: u32) -> Vec<u32> {
        let near: BTreeSet<u32> = self.near(row).collect();
        if self.is_direct() {
            return near.into_iter().collect();
        }
        let leads_back = near.contains(&row);
        let mut found = self.spread(near);
        if !leads_back {
            found.remove(&row);
        }
        found.into_iter().collect()
    }

    /// Customers one step away and those that the remaining steps lead to from there.
    fn spread(&self, near: BTreeSet<u32>) -> BTreeSet<u32> {
        let mut found = near.clone();
        let mut rim = near;
        for _ in 1..self.steps {
            let next: BTreeSet<u32> = rim.iter().flat_map(|row| self.near(*row)).collect();
            rim = next.difference(&found).copied().collect();
            if rim.is_empty() {
                break;
            }
            found.extend(&rim);
        }
        found
    }

    /// Everybody whom these customers lead to, ascending, each once; of `rows` in all.
    pub fn others(&self, asked: &Rows, rows: u32) -> Rows {
        let found: BTreeSet<u32> = match asked {
            // Whole runs of rows are cheaper than a list of nearly all of them.
            Rows::All if self.reaches_many(rows) => return Rows::All,
            // Whom some steps reach, a last step reaches.
            Rows::All => {
                let mut found: Vec<u32> = Vec::new();
                for (edges, inverse) in &self.kinds {
                    // Seen from the other end the near rows are the others, and they ascend.
                    let before = found.len();
                    if *inverse {
                        found.extend(edges.pairs().map(|(near, _)| near));
                    } else {
                        found.extend(edges.pairs_back().map(|(near, _)| near));
                    }
                    if before > 0 {
                        found.sort_unstable();
                    }
                    found.dedup();
                }
                if found.len() > rows as usize / 4 {
                    return Rows::All;
                }
                return Rows::List(found);
            }
            Rows::List(list) => self.spread(list.iter().flat_map(|row| self.near(*row)).collect()),
        };
        Rows::List(found.into_iter().collect())
    }

    /// Whether one kind alone leads to a good part of everyone.
    fn reaches_many(&self, rows: u32) -> bool {
        self.kinds.iter().any(|(edges, inverse)| {
            // Seen from the other end the near rows are the others, and they ascend.
            let back = if *inverse { &edges.out } else { &edges.into };
            let others = back.iter().flatten().map(|chunk| {
                let pairs = chunk.rows.iter().zip(chunk.rows.iter().skip(1));
                let changes = pairs.filter(|(one, next)| one != next).count();
                changes + usize::from(!chunk.rows.is_empty())
            });
            others.sum::<usize>() > rows as usize / 4
        })
    }

    /// For each customer asked, a bit: whether it holds of some other one within the steps. Each edge is gone
    /// along once for each step: a customer keeps two of whom it holds, so that one is left when the
    /// way leads back to whoever asks.
    pub fn any(
        &self,
        asked: &Rows,
        rows: u32,
        (held, holds): Held<'_>,
        options: &RunOptions,
    ) -> Result<Vec<u64>, RunError> {
        let of_everyone = |held: Option<Vec<u64>>| {
            let held =
                held.unwrap_or_else(|| words::from_fn(rows as usize, |row| holds(row as u32)));
            self.any_of_everyone(rows, &held, options)
        };
        let Rows::List(list) = asked else {
            return of_everyone(held);
        };
        let Rows::List(others) = self.others(asked, rows) else {
            let found = of_everyone(held)?;
            let bit = |row: u32| words::get(&found, row as usize);
            return Ok(words::from_slice(list, bit));
        };
        let mut all: Vec<u32> = list.iter().chain(&others).copied().collect();
        all.sort_unstable();
        all.dedup();
        let place = |row: u32| all.binary_search(&row).ok();
        let mut found = vec![NONE; all.len()];
        for _ in 0..self.steps {
            let mut next = vec![NONE; all.len()];
            for (row, kept) in all.iter().zip(&mut next) {
                for near in self.near(*row) {
                    // Beyond the last of the others nothing is within reach of who asks.
                    let Some(at) = place(near) else { continue };
                    if holds(near) {
                        keep(kept, near);
                    }
                    for further in found.get(at).copied().unwrap_or(NONE) {
                        keep(kept, further);
                    }
                }
            }
            found = next;
        }
        let kept = |row: u32| place(row).and_then(|at| found.get(at)).copied();
        Ok(words::from_slice(list, |row| {
            self.is_other(row, kept(row).unwrap_or(NONE))
        }))
    }

    /// The same for every row, chunk by chunk along the edges as they lie.
    fn any_of_everyone(
        &self,
        rows: u32,
        held: &[u64],
        options: &RunOptions,
    ) -> Result<Vec<u64>, RunError> {
        if words::is_none(held) {
            return Ok(words::none(rows as usize));
        }
        if self.steps == 2 {
            let kinds = &self.kinds;
            return TwoSteps { kinds, rows, held }.any(options);
        }
        let chunks = rows.div_ceil(CHUNK_ROWS);
        let mut found: Vec<[u32; 2]> = Vec::new();
        for _ in 0..self.steps {
            let parts = pool::map_long(options.threads, chunks as usize, |chunk| {
                super::gather::check(options)?;
                Ok(self.step(chunk as u32, rows, held, &found))
            })?;
            found = parts.concat();
        }
        Ok(words::from_fn(rows as usize, |row| {
            let kept = found.get(row).copied().unwrap_or(NONE);
            kept != NONE && self.is_other(row as u32, kept)
        }))
    }

    /// Whom of those that hold one more step leads to from each row of a chunk; `found` says it of one step less.
    fn step(&self, chunk: u32, rows: u32, held: &[u64], found: &[[u32; 2]]) -> Vec<[u32; 2]> {
        let len = CHUNK_ROWS.min(rows - chunk * CHUNK_ROWS);
        let mut next = vec![NONE; len as usize];
        for (edges, inverse) in &self.kinds {
            let chunks = if *inverse { &edges.into } else { &edges.out };
            let Some(Some(edges)) = chunks.get(chunk as usize) else {
                continue;
            };
            for (row, near) in edges.rows.iter().zip(&edges.others) {
                let Some(kept) = next.get_mut(usize::from(*row)) else {
                    continue;
                };
                if words::get(held, *near as usize) {
                    keep(kept, *near);
                }
                if let Some(further) = found.get(*near as usize)
                    && *further != NONE
                {
                    further.iter().for_each(|further| keep(kept, *further));
                }
            }
        }
        next
    }

    /// Whether one of those kept is another than the row itself, or the row leads to itself at once.
    fn is_other(&self, row: u32, kept: [u32; 2]) -> bool {
        let other = kept.iter().any(|held| *held != NOBODY && *held != row);
        other || (kept.contains(&row) && self.near(row).any(|near| near == row))
    }
}

/// Keeps one more, if there is room and it is new.
fn keep(kept: &mut [u32; 2], row: u32) {
    if row == NOBODY || kept.contains(&row) {
        return;
    }
    if let Some(free) = kept.iter_mut().find(|held| **held == NOBODY) {
        *free = row;
    }
}
