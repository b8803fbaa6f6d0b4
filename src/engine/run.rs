//! From a question to its answer: columns of the instant, what relations need of
//! other customers, then all outputs block by block.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::aggregate::families::Families;
use super::aside;
use super::block::Blocks;
use super::cache::Cache;
use super::evaluate::Run;
use super::external::External;
use super::gather::{Gathered, Result as Answers, Wanted, gather};
use super::outcome::{Outcome, OutputResult, Profile, Rows, RunError, RunOptions, SlotProfile};
use super::relation;
use super::window::Moment;
use crate::base::calendar::Instant;
use crate::columns::Snapshot;
use crate::language::typed::Subject;
use crate::plan::operation::{Op, Output, Plan, Program, Slot};

/// Answers every output of the plan for the rows asked, as of `now`.
///
/// The answer is a function of the arguments other than `options.threads`. A list may name rows in any
/// order and repeatedly; answers stand at the same positions, while `missing_because`, `left_aside` and
/// the profile count a repeated row once.
pub fn run(
    plan: &Plan,
    snapshot: &Snapshot,
    external: &External,
    rows: &Rows,
    now: Instant,
    options: &RunOptions,
) -> Result<Outcome, RunError> {
    let blocks = Blocks::new(rows, snapshot.rows())?;
    let run = prepared(plan, snapshot, external, (rows, &blocks), now, options)?;
    let wanted: Vec<Wanted> = plan
        .outputs
        .iter()
        .map(|output| Wanted {
            slot: output.slot,
            origins: output.origins.clone(),
        })
        .collect();
    let answers = gather(&run, &wanted, &blocks, options)?;
    let left_aside = if options.left_aside {
        let slots: Vec<Slot> = plan.outputs.iter().map(|output| output.slot).collect();
        aside::left_aside(&run, &slots, &blocks, options)?
    } else {
        Vec::new()
    };
    let mut outcome = outcome(plan, answers, &blocks, options);
    outcome.left_aside = left_aside;
    Ok(outcome)
}

/// What all blocks share: columns of the instant, and what relations need of other customers.
pub(super) fn prepared<'r>(
    plan: &'r Plan,
    snapshot: &'r Snapshot,
    external: &'r External,
    (rows, blocks): (&Rows, &Blocks),
    now: Instant,
    options: &RunOptions,
) -> Result<Run<'r>, RunError> {
    let mut run = Run {
        program: &plan.program,
        snapshot,
        external,
        moment: Moment {
            now,
            zone: snapshot.zone(),
        },
        cache: Cache::new(blocks.lanes),
        attributes: BTreeMap::new(),
        recorded: BTreeMap::new(),
        texts: BTreeMap::new(),
        holdings: BTreeMap::new(),
        edges: BTreeMap::new(),
        neighbours: BTreeMap::new(),
        readers: readers(&plan.program),
        families: Families::default(),
        analyze: options.analyze,
    };
    let starts = starts(plan);
    let reached = load(&mut run, &starts, now);
    // Of a few customers each aggregate looks up what is theirs.
    if let Rows::All = rows {
        run.families = Families::of(&plan.program, &reached, snapshot, &run.moment);
    }
    relation::prepare(&mut run, &starts, rows, options)?;
    Ok(run)
}

/// How many operations read each slot.
fn readers(program: &Program) -> Vec<u16> {
    let mut readers = vec![0_u16; program.operations.len()];
    for slot in program.operations.iter().flat_map(|it| it.op.reads()) {
        if let Some(count) = readers.get_mut(slot.0 as usize) {
            *count = count.saturating_add(1);
        }
    }
    readers
}

/// What is evaluated: outputs, and whatever may be to blame with what it is made of.
fn starts(plan: &Plan) -> Vec<Slot> {
    let mut starts = Vec::new();
    for output in &plan.outputs {
        starts.push(output.slot);
        for origin in &output.origins {
            starts.push(*origin);
            let operation = plan.program.operations.get(origin.0 as usize);
            match operation.map(|operation| &operation.op) {
                Some(Op::Plugin { inputs, .. }) => starts.extend(inputs),
                Some(Op::Ranked(ranked)) => starts.extend(ranked.slots()),
                _ => {}
            }
        }
    }
    starts
}

/// Columns that the slots read, as of now; tells which slots they stand on, themselves among these.
fn load(run: &mut Run<'_>, starts: &[Slot], now: Instant) -> Vec<bool> {
    let mut seen = vec![false; run.program.operations.len()];
    let mut open = starts.to_vec();
    while let Some(slot) = open.pop() {
        let at = slot.0 as usize;
        let operation = run.program.operations.get(at);
        let (Some(operation), Some(seen)) = (operation, seen.get_mut(at)) else {
            continue;
        };
        if std::mem::replace(seen, true) {
            continue;
        }
        let snapshot = run.snapshot;
        match &operation.op {
            Op::Attribute(id) => {
                let column = run.attributes.entry(*id);
                column.or_insert_with(|| snapshot.attribute(*id, now));
            }
            Op::Recorded(id) => {
                let column = run.recorded.entry(*id);
                column.or_insert_with(|| snapshot.recorded(*id, now));
            }
            Op::RelationTexts(id) => {
                let column = run.texts.entry(*id);
                column.or_insert_with(|| snapshot.relation_texts(*id, now));
            }
            op => {
                load_facts(run, op, now);
                op.each_inside(&mut |op| load_facts(run, op, now));
            }
        }
        open.extend(operation.op.reads());
        open.extend(operation.op.elsewhere());
    }
    seen
}

/// Holdings and edges that an operation goes through, as of now.
fn load_facts(run: &mut Run<'_>, op: &Op, now: Instant) {
    let snapshot = run.snapshot;
    let kinds = match op {
        Op::Aggregate(aggregate) => {
            if let Subject::Holding(id) = aggregate.subject {
                let holdings = run.holdings.entry(id);
                holdings.or_insert_with(|| snapshot.holdings(id, now));
            }
            return;
        }
        Op::RelatedAggregate { step, .. } => std::slice::from_ref(step),
        Op::Related { reach, .. } => &reach.kinds,
        Op::Pairs(pairs) => &pairs.reach.kinds,
        _ => return,
    };
    for step in kinds {
        let edges = run.edges.entry(step.relation);
        edges.or_insert_with(|| snapshot.edges(step.relation, now));
    }
}

fn outcome(plan: &Plan, answers: Answers, blocks: &Blocks, options: &RunOptions) -> Outcome {
    let outputs = plan.outputs.iter().zip(answers.slots).zip(&answers.blame);
    let outputs = outputs.map(|((output, answer), blame)| {
        let (condition, values) = match answer {
            Gathered::Condition(condition) => (Some(condition), None),
            Gathered::Values(values) => (None, Some(values)),
        };
        OutputResult {
            condition,
            values,
            missing_because: missing_because(plan, output, blame),
        }
    });
    let outputs = outputs.collect();
    let profile = options.analyze.then(|| {
        let mut slots = answers.profile;
        slots.resize(plan.program.operations.len(), SlotProfile::default());
        let total = blocks.parts.len() as u64;
        for slot in &mut slots {
            slot.blocks_skipped = total.saturating_sub(slot.blocks);
        }
        Profile {
            slots,
            blocks: total,
        }
    });
    Outcome {
        outputs,
        left_aside: Vec::new(),
        profile,
    }
}

/// Origins by label with their rows: greatest first, then by label. Origins with one
/// label are counted together, a row once.
fn missing_because(plan: &Plan, output: &Output, blame: &[u64]) -> Vec<(Arc<str>, u64)> {
    let mut by_label: BTreeMap<Arc<str>, u64> = BTreeMap::new();
    for (origin, count) in output.origins.iter().zip(blame) {
        let operation = plan.program.operations.get(origin.0 as usize);
        if let Some(operation) = operation
            && *count > 0
        {
            *by_label.entry(Arc::clone(&operation.label)).or_default() += *count;
        }
    }
    let mut because: Vec<(Arc<str>, u64)> = by_label.into_iter().collect();
    because.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    because
}
