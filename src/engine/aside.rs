//! Facts left aside: those in an aggregate's window, or of a step of a sequence, whose
//! `where` is unknown, by the fields they lack. Counted on its own, so that nothing that spares a condition its
//! work can hide one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::aggregate::facts::{Batch, LANE_MASK};
use super::aggregate::sweep::Sweep;
use super::block::{Block, Blocks};
use super::evaluate::{Evaluator, Run};
use super::gather::check;
use super::outcome::{LeftAside, RunError, RunOptions};
use super::window::{Span, Spans};
use super::{pool, words};
use crate::base::kind::Kind;
use crate::language::typed::Subject;
use crate::plan::operation::{Op, Program, Slot, WindowOp};
use crate::schema::FieldId;

/// (aggregate, field) to facts.
type Counts = BTreeMap<(Arc<str>, Arc<str>), u64>;

/// A condition that facts of the customers asked are held against.
struct Judging<'p> {
    /// The operation that holds it.
    slot: Slot,
    subject: Subject,
    /// `None`: every fact up to now.
    window: Option<&'p WindowOp>,
    filter: &'p Program,
}

/// The facts of the rows asked that no aggregate and no step of a sequence below `starts` could judge.
pub fn left_aside(
    run: &Run<'_>,
    starts: &[Slot],
    blocks: &Blocks,
    options: &RunOptions,
) -> Result<Vec<LeftAside>, RunError> {
    let judgings = judgings(run.program, starts);
    let pieces = pool::map(options.threads, blocks.parts.len(), |at| {
        check(options)?;
        let part = blocks.parts.get(at).copied();
        let block = blocks.block(part.ok_or(RunError::Malformed("a block that is none"))?);
        let hidden = block.lanes_of(run.snapshot.hidden());
        let mut evaluator = Evaluator::customers(run, &block);
        let mut counts = Counts::new();
        for (label, judgings) in &judgings {
            let mut facts = Unjudged::new(judgings.len());
            for judging in judgings {
                unjudged(
                    &mut evaluator,
                    &block,
                    judging,
                    hidden.as_deref(),
                    &mut facts,
                )?;
            }
            for (field, count) in facts.counts() {
                *counts.entry((Arc::clone(label), field)).or_default() += count;
            }
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

/// Facts by the field they lack. What several conditions under one label leave aside, such as those of
/// each month of a period, counts once; a single one meets each fact once anyway.
enum Unjudged {
    Counted(BTreeMap<Arc<str>, u64>),
    Each(BTreeMap<Arc<str>, BTreeSet<(usize, usize)>>),
}

impl Unjudged {
    fn new(conditions: usize) -> Self {
        match conditions {
            ..=1 => Self::Counted(BTreeMap::new()),
            _ => Self::Each(BTreeMap::new()),
        }
    }

    fn add(&mut self, field: &Arc<str>, batch: &Batch<'_, '_>, lacking: &[u64]) {
        match self {
            Self::Counted(counts) => {
                *counts.entry(Arc::clone(field)).or_default() += words::ones(lacking);
            }
            Self::Each(facts) => {
                let table = batch.table.address();
                let places = words::positions(lacking).map(|at| (table, batch.place.at(at)));
                facts.entry(Arc::clone(field)).or_default().extend(places);
            }
        }
    }

    fn counts(self) -> Vec<(Arc<str>, u64)> {
        match self {
            Self::Counted(counts) => counts.into_iter().collect(),
            Self::Each(facts) => {
                let facts = facts.into_iter();
                facts.map(|(field, of)| (field, of.len() as u64)).collect()
            }
        }
    }
}

/// Adds the facts of a block that a condition could not judge.
fn unjudged<'a>(
    evaluator: &mut Evaluator<'a>,
    block: &'a Block<'a>,
    judging: &Judging<'a>,
    hidden: Option<&[u64]>,
    found: &mut Unjudged,
) -> Result<(), RunError> {
    let run = evaluator.run();
    let spans = match judging.window {
        Some(window) => evaluator.spans(window)?,
        None => Spans::Fixed(Span::ALL),
    };
    let filter = judging.filter;
    let sweep = Sweep {
        run,
        block,
        subject: judging.subject,
        spans: &spans.cut(run.moment.end()),
        filter: Some(filter),
        outer: &evaluator.outer([filter])?,
        around: &evaluator.around(judging.slot),
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
        if let Some(hidden) = hidden {
            let lane = |lane: u16| usize::from(lane & LANE_MASK);
            let seen = words::from_slice(batch.lanes, |at| !words::get(hidden, lane(at)));
            words::and_into(&mut open, &seen);
        }
        for (field, kind, label) in &fields {
            let vector = batch.table.field(*field, kind, batch.place);
            if let Some(present) = vector.presence() {
                found.add(label, batch, &words::and_not(&open, &present));
            }
        }
        Ok(true)
    })?;
    Ok(())
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

/// Conditions about facts of the customers asked themselves, by the text of what holds them.
fn judgings<'p>(program: &'p Program, starts: &[Slot]) -> BTreeMap<Arc<str>, Vec<Judging<'p>>> {
    let mut seen = vec![false; program.operations.len()];
    let mut open = starts.to_vec();
    let mut found: BTreeMap<Arc<str>, Vec<Judging<'p>>> = BTreeMap::new();
    while let Some(slot) = open.pop() {
        let at = slot.0 as usize;
        let (Some(operation), Some(seen)) = (program.operations.get(at), seen.get_mut(at)) else {
            continue;
        };
        if std::mem::replace(seen, true) {
            continue;
        }
        if let Op::Related { .. } | Op::RelatedAggregate { .. } = operation.op {
            continue;
        }
        let held = held(slot, &operation.op);
        if !held.is_empty() {
            let label = found.entry(Arc::clone(&operation.label));
            label.or_default().extend(held);
        }
        open.extend(operation.op.reads());
    }
    found
}

/// The conditions of an aggregate, or of a sequence where they speak of no other step.
fn held(slot: Slot, op: &Op) -> Vec<Judging<'_>> {
    match op {
        Op::Aggregate(aggregate) => {
            let judging = |filter| Judging {
                slot,
                subject: aggregate.subject,
                window: Some(&aggregate.window),
                filter,
            };
            aggregate.filter.as_ref().map(judging).into_iter().collect()
        }
        Op::Followed(followed) => {
            let steps = followed.steps.iter().filter(|step| !step.names_others);
            let steps = steps.filter_map(|step| {
                Some(Judging {
                    slot,
                    subject: Subject::Event(step.event),
                    window: None,
                    filter: step.filter.as_ref()?,
                })
            });
            steps.collect()
        }
        _ => Vec::new(),
    }
}
