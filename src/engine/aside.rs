//! Facts left aside: those in an aggregate's window whose `where` is unknown, by the
//! fields they lack. Counted on its own, so that nothing that spares a condition its
//! work can hide one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::aggregate::facts::LANE_MASK;
use super::aggregate::sweep::Sweep;
use super::block::Blocks;
use super::evaluate::{Evaluator, Run};
use super::gather::check;
use super::outcome::{LeftAside, RunError, RunOptions};
use super::{pool, words};
use crate::base::kind::Kind;
use crate::plan::operation::{AggregateOp, Op, Operation, Program, Slot};
use crate::schema::FieldId;

/// (aggregate, field) to facts.
type Counts = BTreeMap<(Arc<str>, Arc<str>), u64>;

/// The facts of the rows asked that no aggregate below `starts` could judge.
pub fn left_aside(
    run: &Run<'_>,
    starts: &[Slot],
    blocks: &Blocks,
    options: &RunOptions,
) -> Result<Vec<LeftAside>, RunError> {
    let aggregates = aggregates(run.program, starts);
    let pieces = pool::map(options.threads, blocks.parts.len(), |at| {
        check(options)?;
        let part = blocks.parts.get(at).copied();
        let block = blocks.block(part.ok_or(RunError::Malformed("a block that is none"))?);
        let hidden = block.lanes_of(run.snapshot.hidden());
        let mut evaluator = Evaluator::customers(run, &block);
        let mut counts = Counts::new();
        for (slot, operation, aggregate, filter) in &aggregates {
            let spans = evaluator.spans(&aggregate.window)?.cut(run.moment.end());
            let outer = evaluator.outer([*filter])?;
            let around = evaluator.around(*slot);
            let sweep = Sweep {
                run,
                block: &block,
                subject: aggregate.subject,
                spans: &spans,
                filter: Some(filter),
                outer: &outer,
                around: &around,
            };
            let fields = fields(filter);
            sweep.each(false, &mut |batch, verdicts| {
                let known = verdicts.and_then(|verdicts| verdicts.known());
                let Some(known) = known else { return Ok(true) };
                let len = batch.lanes.len();
                let mut open = words::not(&known, len);
                if let Some(selected) = &batch.selected {
                    words::and_into(&mut open, selected);
                }
                if let Some(hidden) = &hidden {
                    let lane = |lane: u16| usize::from(lane & LANE_MASK);
                    let seen = words::from_slice(batch.lanes, |at| !words::get(hidden, lane(at)));
                    words::and_into(&mut open, &seen);
                }
                for (field, kind, label) in &fields {
                    let vector = batch.table.field(*field, kind, batch.place);
                    let Some(present) = vector.presence() else {
                        continue;
                    };
                    let lacking = words::ones(&words::and_not(&open, &present));
                    let key = (Arc::clone(&operation.label), Arc::clone(label));
                    *counts.entry(key).or_default() += lacking;
                }
                Ok(true)
            })?;
        }
        Ok(counts)
    })?;
    let mut counts = Counts::new();
    for (key, count) in pieces.into_iter().flatten() {
        *counts.entry(key).or_default() += count;
    }
    let found = counts.into_iter().filter(|(_, events)| *events > 0);
    Ok(found
        .map(|((aggregate, field), events)| LeftAside {
            aggregate,
            field,
            events,
        })
        .collect())
}

/// Fields that a filter reads.
fn fields(filter: &Program) -> Vec<(FieldId, &Kind, &Arc<str>)> {
    let mut seen = BTreeSet::new();
    let read = filter
        .operations
        .iter()
        .filter_map(|operation| match operation.op {
            Op::Field(field) => Some((field, &operation.kind, &operation.label)),
            _ => None,
        });
    read.filter(|(field, ..)| seen.insert(*field)).collect()
}

/// Aggregates with a filter about the customers asked themselves; of equal text only one.
fn aggregates<'p>(
    program: &'p Program,
    starts: &[Slot],
) -> Vec<(Slot, &'p Operation, &'p AggregateOp, &'p Program)> {
    let mut seen = vec![false; program.operations.len()];
    let mut open = starts.to_vec();
    let mut found: BTreeMap<&str, _> = BTreeMap::new();
    while let Some(slot) = open.pop() {
        let at = slot.0 as usize;
        let (Some(operation), Some(seen)) = (program.operations.get(at), seen.get_mut(at)) else {
            continue;
        };
        if std::mem::replace(seen, true) {
            continue;
        }
        match &operation.op {
            Op::Related { .. } | Op::RelatedAggregate { .. } => continue,
            Op::Aggregate(aggregate) => {
                if let Some(filter) = &aggregate.filter {
                    found.insert(&operation.label, (slot, operation, &**aggregate, filter));
                }
            }
            _ => {}
        }
        open.extend(operation.op.reads());
    }
    found.into_values().collect()
}
