//! Whom to blame when an answer is missing: the operations below an output that
//! bring missing values in and whose missing values can reach it.

use super::inputs::window_inputs;
use super::operation::{Op, Output, Program, Slot};
use super::presence::{self, Known};
use super::statistics::Statistics;
use crate::language::typed::RankMeasure;

/// Fills the origins of every output, in slot order. Presence is taken as the operations state it.
pub(super) fn fill(program: &Program, outputs: &mut [Output], statistics: &Statistics) {
    let sources = sources(program, statistics);
    let mut seen = vec![0_usize; program.operations.len()];
    for (number, output) in outputs.iter_mut().enumerate() {
        output.origins = reach(program, &sources, output.slot, &mut seen, number + 1);
    }
}

/// By slot: whether the operation may be missing though all its inputs are present.
fn sources(program: &Program, statistics: &Statistics) -> Vec<bool> {
    let mut sizes = Vec::with_capacity(program.operations.len());
    let mut sources = Vec::with_capacity(program.operations.len());
    for operation in &program.operations {
        let known = Known {
            operations: &program.operations,
            sizes: &sizes,
            subject: None,
            statistics,
            inputs_present: true,
        };
        // Where no review gave a class, what stands in its place is to blame.
        let is_review = matches!(operation.op, Op::Reviewed(_));
        let source = operation.may_miss
            && !is_review
            && presence::may_miss(&operation.op, &operation.kind, &known);
        let size = presence::size(&operation.op, &operation.kind, &known);
        sources.push(source);
        sizes.push(size);
    }
    sources
}

fn reach(
    program: &Program,
    sources: &[bool],
    from: Slot,
    seen: &mut [usize],
    number: usize,
) -> Vec<Slot> {
    let mut found = Vec::new();
    let mut open = vec![from];
    while let Some(slot) = open.pop() {
        let at = slot.0 as usize;
        let (Some(operation), Some(mark)) = (program.operations.get(at), seen.get_mut(at)) else {
            continue;
        };
        if !operation.may_miss || std::mem::replace(mark, number) == number {
            continue;
        }
        if sources.get(at).copied().unwrap_or(false) {
            found.push(slot);
        }
        match &operation.op {
            // What happens inside is about facts or other customers.
            Op::Aggregate(aggregate) => open.extend(window_inputs(&aggregate.window)),
            Op::Related { .. } | Op::RelatedAggregate { .. } | Op::Pairs(_) | Op::Followed(_) => {}
            Op::Ranked(ranked) if matches!(ranked.measure, RankMeasure::Overall(_)) => {}
            op => open.extend(op.inputs()),
        }
    }
    found.sort_unstable();
    found
}
