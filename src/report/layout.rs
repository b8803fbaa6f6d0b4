//! What a pass over the rows asks of each: its condition, its keys, and what the tallies
//! of that pass take.

use std::sync::Arc;

use crate::language::typed::{Report, Typed};
use crate::plan::Asked;

/// Positions among what is asked.
#[derive(Debug)]
pub struct Layout<'r> {
    /// In order.
    pub asked: Vec<&'r Typed>,
    names: Vec<Arc<str>>,
    /// Whether the first of them is the report's condition.
    pub filtered: bool,
    /// Position of the first key; they lie together.
    pub keys: usize,
    /// Tallies of the pass.
    pub tallies: Vec<TallyAt>,
}

/// One tally.
#[derive(Clone, Copy, Debug)]
pub struct TallyAt {
    /// Among the report's tallies.
    pub tally: usize,
    /// What is taken; `None` = the row itself.
    pub value: Option<usize>,
    /// Its condition.
    pub filter: Option<usize>,
}

impl<'r> Layout<'r> {
    /// What that pass asks.
    pub fn of(report: &'r Report, pass: u32) -> Self {
        let mut asked: Vec<&Typed> = report.filter.iter().collect();
        let mut names: Vec<Arc<str>> = asked.iter().map(|_| "where".into()).collect();
        let keys = asked.len();
        names.extend(report.groups.iter().map(|group| Arc::clone(&group.name)));
        asked.extend(report.groups.iter().map(|group| &group.value));
        let mut tallies = Vec::new();
        for (tally, item) in report.tallies.iter().enumerate() {
            if item.pass != pass {
                continue;
            }
            let mut enter = |typed: &'r Typed, name: Arc<str>| {
                asked.push(typed);
                names.push(name);
                asked.len() - 1
            };
            let value = item.value.as_ref();
            let value = value.map(|value| enter(value, Arc::clone(&item.text)));
            let filter = item.filter.as_ref();
            let filter =
                filter.map(|filter| enter(filter, format!("where of {}", item.text).into()));
            tallies.push(TallyAt {
                tally,
                value,
                filter,
            });
        }
        Self {
            filtered: report.filter.is_some(),
            asked,
            names,
            keys,
            tallies,
        }
    }

    /// As a plan is asked.
    pub fn questions(&self) -> Vec<Asked<'r>> {
        let asked = self.asked.iter().zip(&self.names);
        asked
            .map(|(typed, name)| Asked {
                name: Arc::clone(name),
                typed,
            })
            .collect()
    }
}
