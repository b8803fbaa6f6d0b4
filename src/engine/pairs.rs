//! Customers paired with each of their others, where what is asked of the others also
//! depends on who asks: pairs are lanes, some thousands at a time.

use super::aggregate::facts::LANE_MASK;
use super::block::Block;
use super::evaluate::{Around, Evaluator, Outer, PairScope, Run};
use super::outcome::RunError;
use super::reach::Ways;
use super::relation::Verdicts;
use super::tally::tally;
use super::text::from_values;
use super::vector::{Place, Vector};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::columns::column::{BLOCK_ROWS, CHUNK_ROWS};
use crate::language::typed::AggregateFunction;
use crate::plan::operation::{PairsFold, PairsOp};

/// Pairs gathered before they are worked out, so that those of one chunk come together.
const PAIRS_TOGETHER: usize = 16 * BLOCK_ROWS as usize;

/// Other customer and lane of who asks.
type Pair = (u32, u16);

/// What becomes of the pairs.
enum Fold {
    Verdicts(Verdicts),
    /// Lane, other customer, value.
    Counted(AggregateFunction, Vec<(u16, u32, Option<Value>)>),
}

/// One operation over the lanes of a block.
struct Work<'w, 'a> {
    run: &'a Run<'a>,
    op: &'a PairsOp,
    outer: &'w [Outer<'a>],
    around: Around<'a>,
    /// Lanes of the block.
    len: usize,
    fold: Fold,
}

/// The operation for the lanes of a block; `outer`: what its program reads of them.
pub fn pairs<'a>(
    run: &'a Run<'a>,
    block: &Block<'a>,
    (op, kind): (&'a PairsOp, &Kind),
    outer: &[Outer<'a>],
    around: &Around<'a>,
) -> Result<Vector<'a>, RunError> {
    let ways = Ways::new(&run.edges, &op.reach);
    let ways = ways.ok_or(RunError::Malformed("a relation that was not prepared"))?;
    let len = block.len();
    let mut work = Work {
        run,
        op,
        outer,
        around: around.inside(&op.program),
        len,
        fold: match op.fold {
            PairsFold::Quantified(quantifier) => Fold::Verdicts(Verdicts::new(quantifier, len)),
            PairsFold::Aggregate(function) => Fold::Counted(function, Vec::new()),
        },
    };
    let mut waiting: Vec<Pair> = Vec::new();
    for (lane, at) in (0u16..).zip(0..len) {
        let others = ways.of_row(block.row(at)).into_iter();
        waiting.extend(others.map(|other| (other, lane)));
        if waiting.len() >= PAIRS_TOGETHER {
            work.take(&mut waiting)?;
        }
    }
    work.take(&mut waiting)?;
    Ok(work.finish(kind))
}

impl Work<'_, '_> {
    /// Works the pairs out, chunk by chunk.
    fn take(&mut self, waiting: &mut Vec<Pair>) -> Result<(), RunError> {
        waiting.sort_unstable();
        for of_chunk in waiting.chunk_by(|one, two| one.0 / CHUNK_ROWS == two.0 / CHUNK_ROWS) {
            for piece in of_chunk.chunks(BLOCK_ROWS as usize) {
                self.piece(piece)?;
            }
        }
        waiting.clear();
        Ok(())
    }

    fn piece(&mut self, pairs: &[Pair]) -> Result<(), RunError> {
        let Some((first, _)) = pairs.first() else {
            return Ok(());
        };
        let picks: Vec<u32> = pairs.iter().map(|(other, _)| other % CHUNK_ROWS).collect();
        let lanes: Vec<u16> = pairs.iter().map(|(_, lane)| lane & LANE_MASK).collect();
        let scope = PairScope {
            block: Block {
                chunk: first / CHUNK_ROWS,
                place: Place::Picks(&picks),
            },
            outer: self
                .outer
                .iter()
                .map(|outer| outer.gathered(&lanes, self.len))
                .collect(),
            around: self.around.clone(),
        };
        let mut evaluator = Evaluator::pairs(self.run, &self.op.program, scope);
        let condition = match self.op.condition {
            Some(slot) => Some(evaluator.slot(slot)?),
            None => None,
        };
        let value = match self.op.value {
            Some(slot) => Some((evaluator.slot(slot)?, &evaluator.operation(slot)?.kind)),
            None => None,
        };
        for (at, (other, lane)) in pairs.iter().enumerate() {
            let verdict = match &condition {
                Some(condition) => condition.truth()?.at(at),
                None => Some(true),
            };
            match &mut self.fold {
                Fold::Verdicts(verdicts) => verdicts.take(usize::from(*lane), verdict),
                Fold::Counted(_, counted) if verdict == Some(true) => {
                    let value = value.as_ref();
                    let value = value.and_then(|(vector, kind)| vector.value(at, kind));
                    counted.push((*lane, *other, value));
                }
                Fold::Counted(..) => {}
            }
        }
        Ok(())
    }

    fn finish<'a>(self, kind: &Kind) -> Vector<'a> {
        let (function, mut counted) = match self.fold {
            Fold::Verdicts(verdicts) => return Vector::Truth(verdicts.finish()),
            Fold::Counted(function, counted) => (function, counted),
        };
        // Numbers are added in the order of the others.
        counted.sort_by_key(|(lane, other, _)| (*lane, *other));
        let mut results: Vec<Option<Value>> = vec![tally(function, 0, &[], kind); self.len];
        for own in counted.chunk_by(|one, two| one.0 == two.0) {
            let values: Vec<Value> = own.iter().filter_map(|(.., value)| value.clone()).collect();
            let lane = own.first().map_or(0, |(lane, ..)| usize::from(*lane));
            if let Some(result) = results.get_mut(lane) {
                *result = tally(function, own.len(), &values, kind);
            }
        }
        from_values(results, kind)
    }
}
