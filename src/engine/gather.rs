//! Slots over many blocks: vectors of the blocks become bit sets and columns over
//! the rows asked, in their order.

mod joining;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::block::Blocks;
use super::evaluate::{Evaluator, Run};
use super::outcome::{Condition, ResultColumn, ResultData, RunError, RunOptions, SlotProfile};
use super::vector::Vector;
use super::{blame, pool, words};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::columns::bits::Bits;
use crate::plan::operation::Slot;
use joining::Joining;

/// Lanes of all slots together below which waking threads to put blocks together costs more than it saves.
const LANES_PARALLEL_MIN: usize = 4 << 20;

/// A slot and the slots that may be to blame where it is missing.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Which.
    pub slot: Slot,
    /// Of its output.
    pub origins: Vec<Slot>,
}

/// One slot over all rows asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Gathered {
    /// Bool.
    Condition(Condition),
    /// Every other kind.
    Values(ResultColumn),
}

impl Gathered {
    /// The value of a row, by its position.
    pub fn value(&self, index: usize) -> Option<Value> {
        match self {
            Gathered::Condition(condition) => condition.get(index).map(Value::Bool),
            Gathered::Values(column) => column.get(index),
        }
    }
}

/// What one block gives.
struct Piece {
    vectors: Vec<Owned>,
    /// Lanes of hidden customers; `None` = none.
    hidden: Option<Vec<u64>>,
    /// By slot wanted, by origin.
    blame: Vec<Vec<u64>>,
    profile: Vec<SlotProfile>,
}

/// A vector that has left its block.
enum Owned {
    Truth {
        yes: Vec<u64>,
        /// Lanes that are neither yes nor no; `None` = there is none.
        open: Option<Vec<u64>>,
    },
    Values {
        data: ResultData,
        presence: Vec<u64>,
    },
}

/// All slots wanted.
pub struct Result {
    /// By slot wanted.
    pub slots: Vec<Gathered>,
    /// By slot wanted, by origin: rows it is to blame for.
    pub blame: Vec<Vec<u64>>,
    /// By operation; empty unless measured.
    pub profile: Vec<SlotProfile>,
}

/// Evaluates slots over blocks.
pub fn gather(
    run: &Run<'_>,
    wanted: &[Wanted],
    blocks: &Blocks,
    options: &RunOptions,
) -> std::result::Result<Result, RunError> {
    let pieces = pool::map(options.threads, blocks.parts.len(), |at| {
        check(options)?;
        let part = blocks.parts.get(at).copied();
        let part = part.ok_or(RunError::Malformed("a block that is none"))?;
        let block = blocks.block(part);
        let hidden = block.lanes_of(run.snapshot.hidden());
        let mut evaluator = Evaluator::customers(run, &block);
        let (mut vectors, mut blames) = (Vec::new(), Vec::new());
        for want in wanted {
            let vector = evaluator.slot(want.slot)?;
            let hidden = hidden.as_deref();
            blames.push(blame::count(
                &mut evaluator,
                &vector,
                &want.origins,
                hidden,
            )?);
            vectors.push(own(&vector, run.kind(want.slot), block.len(), hidden));
        }
        Ok(Piece {
            vectors,
            hidden,
            blame: blames,
            profile: evaluator.profile,
        })
    })?;
    join(run, wanted, blocks, pieces, options.threads)
}

/// Ends the run when it has been cancelled.
pub fn check(options: &RunOptions) -> std::result::Result<(), RunError> {
    match &options.cancel {
        Some(flag) if flag.load(Ordering::Relaxed) => Err(RunError::Cancelled),
        _ => Ok(()),
    }
}

/// What a hidden customer has is left behind.
fn own(vector: &Vector<'_>, kind: &Kind, len: usize, hidden: Option<&[u64]>) -> Owned {
    let seen = |mut bits: Vec<u64>| {
        if let Some(hidden) = hidden {
            words::and_not_into(&mut bits, hidden);
        }
        bits
    };
    let presence = || {
        seen(match vector.presence() {
            Some(present) => present.into_owned(),
            None => words::all(len),
        })
    };
    let (data, presence) = match vector {
        Vector::Truth(truth) => {
            return Owned::Truth {
                yes: seen(truth.yes.clone()),
                open: truth.known().map(|known| seen(words::not(&known, len))),
            };
        }
        Vector::Keys(keys) => (
            ResultData::Keys(keys.data.wide(len).into_owned()),
            presence(),
        ),
        Vector::Numbers(numbers) => (
            ResultData::Numbers(numbers.wide(len).into_owned()),
            presence(),
        ),
        Vector::Texts(texts) => {
            let presence = presence();
            let nothing: Arc<str> = Arc::from("");
            let text = |lane| {
                if words::get(&presence, lane) {
                    texts.table.shared(texts.codes.at(lane))
                } else {
                    Arc::clone(&nothing)
                }
            };
            (ResultData::Texts((0..len).map(text).collect()), presence)
        }
        Vector::Sets(_) => {
            let nothing: Arc<[Value]> = Arc::from([]);
            let set = |lane| match vector.value(lane, kind) {
                Some(Value::Set(set)) => set,
                _ => Arc::clone(&nothing),
            };
            (ResultData::Sets((0..len).map(set).collect()), presence())
        }
    };
    Owned::Values { data, presence }
}

/// A vector of some block by itself.
pub fn taken(vector: &Vector<'_>, kind: &Kind, len: usize) -> Gathered {
    let bits = |words: Vec<u64>| Bits { words, len };
    match own(vector, kind, len, None) {
        Owned::Truth { yes, open } => {
            let decided = match open {
                Some(open) => words::or(&yes, &open),
                None => yes.clone(),
            };
            Gathered::Condition(Condition {
                no: bits(words::not(&decided, len)),
                yes: bits(yes),
                hidden: 0,
            })
        }
        Owned::Values { data, presence } => Gathered::Values(ResultColumn {
            kind: kind.clone(),
            data,
            presence: bits(presence),
        }),
    }
}

fn join(
    run: &Run<'_>,
    wanted: &[Wanted],
    blocks: &Blocks,
    pieces: Vec<Piece>,
    threads: usize,
) -> std::result::Result<Result, RunError> {
    let mut blame: Vec<Vec<u64>> = wanted
        .iter()
        .map(|want| vec![0; want.origins.len()])
        .collect();
    let mut profile: Vec<SlotProfile> = Vec::new();
    let per_slot = || Vec::with_capacity(pieces.len());
    let mut columns: Vec<Vec<Owned>> = wanted.iter().map(|_| per_slot()).collect();
    let mut hidden = match run.snapshot.hidden().is_empty() {
        true => Vec::new(),
        false => words::none(blocks.lanes),
    };
    for (piece, part) in pieces.into_iter().zip(&blocks.parts) {
        if let Some(lanes) = &piece.hidden {
            words::place(&mut hidden, part.start, lanes);
        }
        for (column, owned) in columns.iter_mut().zip(piece.vectors) {
            column.push(owned);
        }
        for (counts, more) in blame.iter_mut().zip(&piece.blame) {
            for (count, more) in counts.iter_mut().zip(more) {
                *count += more;
            }
        }
        profile.resize(piece.profile.len(), SlotProfile::default());
        for (all, one) in profile.iter_mut().zip(&piece.profile) {
            all.add(one);
        }
    }
    let order = blocks.order.as_deref();
    let count = match order {
        None => words::ones(&hidden),
        Some(order) => order
            .iter()
            .filter(|lane| words::get(&hidden, **lane as usize))
            .count() as u64,
    };
    let is_much = columns.len().saturating_mul(blocks.lanes) >= LANES_PARALLEL_MIN;
    let threads = if is_much { threads } else { 1 };
    let columns = columns.into_iter().zip(wanted).collect();
    let slots = pool::map_each(threads, columns, |(column, want): (Vec<Owned>, &Wanted)| {
        let mut joining = Joining::new(run.kind(want.slot), blocks.lanes);
        for (owned, part) in column.into_iter().zip(&blocks.parts) {
            joining.take(part.start, owned);
        }
        Ok(joining.finish(order, (&hidden, count)))
    })?;
    Ok(Result {
        slots,
        blame,
        profile,
    })
}
