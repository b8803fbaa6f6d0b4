//! Ways along relations: who is next to whom, who lies within some steps, and of whom
//! within some steps something holds. Which customers are asked is not decided here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::outcome::Rows;
use crate::columns::edge::Edges;
use crate::language::typed::Reach;
use crate::schema::RelationId;

/// The edges of a reach.
pub struct Ways<'r> {
    /// Each with whether it is gone from its far end.
    kinds: Vec<(&'r Edges, bool)>,
    steps: u32,
}

/// Nobody.
const NOBODY: u32 = u32::MAX;

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
                // Whole runs of rows are cheaper than a list of nearly all of them.
                if found.len() > rows as usize / 4 {
                    return Rows::All;
                }
                return Rows::List(found);
            }
            Rows::List(list) => self.spread(list.iter().flat_map(|row| self.near(*row)).collect()),
        };
        Rows::List(found.into_iter().collect())
    }

    /// For each customer asked, whether `holds` of some other one within the steps. Each edge is gone
    /// along once for each step: a customer keeps two of whom it holds, so that one is left when the
    /// way leads back to whoever asks.
    pub fn any(&self, asked: &Rows, rows: u32, holds: &dyn Fn(u32) -> bool) -> Vec<bool> {
        let all: Vec<u32> = match (asked, self.others(asked, rows)) {
            (Rows::All, _) | (_, Rows::All) => (0..rows).collect(),
            (Rows::List(asked), Rows::List(others)) => {
                let mut all: Vec<u32> = asked.iter().chain(&others).copied().collect();
                all.sort_unstable();
                all.dedup();
                all
            }
        };
        let place = |row: u32| match all.len() == rows as usize {
            true => Some(row as usize),
            false => all.binary_search(&row).ok(),
        };
        let mut found = vec![[NOBODY; 2]; all.len()];
        for _ in 0..self.steps {
            let mut next = vec![[NOBODY; 2]; all.len()];
            for (row, kept) in all.iter().zip(&mut next) {
                for near in self.near(*row) {
                    // Beyond the last of the others nothing is within reach of who asks.
                    let Some(at) = place(near) else { continue };
                    if holds(near) {
                        keep(kept, near);
                    }
                    for further in found.get(at).copied().unwrap_or([NOBODY; 2]) {
                        keep(kept, further);
                    }
                }
            }
            found = next;
        }
        let verdict = |row: u32| {
            let kept = place(row).and_then(|at| found.get(at)).copied();
            let kept = kept.unwrap_or([NOBODY; 2]);
            let other = kept.iter().any(|held| *held != NOBODY && *held != row);
            other || (kept.contains(&row) && self.near(row).any(|near| near == row))
        };
        match asked {
            Rows::All => (0..rows).map(verdict).collect(),
            Rows::List(list) => list.iter().map(|row| verdict(*row)).collect(),
        }
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
