//! One slot while its blocks are put together.

use super::{Gathered, Owned};
use crate::base::kind::Kind;
use crate::columns::bits::Bits;
use crate::engine::outcome::{Condition, ResultColumn, ResultData};
use crate::engine::words;

/// What has come so far.
pub(super) struct Joining {
    kind: Kind,
    yes: Vec<u64>,
    /// Of a condition what is neither; empty where there is nothing of that kind.
    open: Vec<u64>,
    data: ResultData,
    lanes: usize,
}

impl Joining {
    /// Nothing yet, of so many lanes.
    pub(super) fn new(kind: &Kind, lanes: usize) -> Self {
        Self {
            yes: words::none(lanes),
            open: Vec::new(),
            data: match kind {
                Kind::Number => ResultData::Numbers(Vec::with_capacity(lanes)),
                Kind::Text => ResultData::Texts(Vec::with_capacity(lanes)),
                Kind::Set(_) => ResultData::Sets(Vec::with_capacity(lanes)),
                Kind::Bool => ResultData::Keys(Vec::new()),
                _ => ResultData::Keys(Vec::with_capacity(lanes)),
            },
            kind: kind.clone(),
            lanes,
        }
    }

    /// Adds a block whose lanes begin there; blocks come in order.
    pub(super) fn take(&mut self, start: usize, owned: Owned) {
        match owned {
            Owned::Truth { yes, open } => {
                words::place(&mut self.yes, start, &yes);
                if let Some(open) = open {
                    self.open.resize(words::count(self.lanes), 0);
                    words::place(&mut self.open, start, &open);
                }
            }
            Owned::Values { data, presence } => {
                words::place(&mut self.yes, start, &presence);
                match (&mut self.data, data) {
                    (ResultData::Keys(all), ResultData::Keys(more)) => all.extend(more),
                    (ResultData::Numbers(all), ResultData::Numbers(more)) => all.extend(more),
                    (ResultData::Texts(all), ResultData::Texts(more)) => all.extend(more),
                    (ResultData::Sets(all), ResultData::Sets(more)) => all.extend(more),
                    // A vector has the layout of its operation's kind.
                    _ => {}
                }
            }
        }
    }

    /// `hidden`: which lanes are, if any, and how many of the rows asked.
    pub(super) fn finish(self, order: Option<&[u32]>, (hidden, count): (&[u64], u64)) -> Gathered {
        let (lanes, kind) = (self.lanes, self.kind);
        let bits = |all: Vec<u64>| match order {
            None => Bits {
                words: all,
                len: lanes,
            },
            Some(order) => Bits {
                words: words::from_slice(order, |lane| words::get(&all, lane as usize)),
                len: order.len(),
            },
        };
        if let Kind::Bool = kind {
            let no = no(&self.yes, self.open, hidden, lanes);
            return Gathered::Condition(Condition {
                no: bits(no),
                yes: bits(self.yes),
                hidden: count,
            });
        }
        let data = match (self.data, order) {
            (data, None) => data,
            (ResultData::Keys(all), Some(order)) => ResultData::Keys(reordered(&all, order)),
            (ResultData::Numbers(all), Some(order)) => ResultData::Numbers(reordered(&all, order)),
            (ResultData::Texts(all), Some(order)) => ResultData::Texts(reordered(&all, order)),
            (ResultData::Sets(all), Some(order)) => ResultData::Sets(reordered(&all, order)),
        };
        Gathered::Values(ResultColumn {
            kind,
            data,
            presence: bits(self.yes),
        })
    }
}

fn reordered<T: Clone>(all: &[T], order: &[u32]) -> Vec<T> {
    let lanes = order.iter().filter_map(|lane| all.get(*lane as usize));
    lanes.cloned().collect()
}

/// Lanes that are neither yes nor open nor hidden; the last two are empty where there is none.
fn no(yes: &[u64], open: Vec<u64>, hidden: &[u64], lanes: usize) -> Vec<u64> {
    let mut no = match open.is_empty() {
        true => words::not(yes, lanes),
        false => {
            let mut no = open;
            for (no, yes) in no.iter_mut().zip(yes) {
                *no = !(*no | yes);
            }
            words::trim(&mut no, lanes);
            no
        }
    };
    words::and_not_into(&mut no, hidden);
    no
}
