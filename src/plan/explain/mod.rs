//! The plan as people read it: one numbered line an operation, programs inside it
//! indented below it, outputs at the foot. [`Listing`] is the same as
//! plain data for machine output.

mod names;
mod notation;
mod table;

use std::sync::Arc;

use super::cost::{self, Estimate};
use super::operation::{FactPlan, Op, Operation, Output, Plan, Program, Slot};
use super::statistics::Statistics;
use crate::base::kind::Kind;
use crate::base::recursion::deep;
use crate::language::typed::{Rules, Subject};

/// What a run measured, by slot of the customer program. Slots past the end were not measured.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Measured {
    /// By slot.
    pub slots: Vec<SlotMeasured>,
    /// Microseconds of the whole, from the question to the answer.
    pub elapsed_us: u64,
}

/// One slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct SlotMeasured {
    /// Rows it was computed for.
    pub rows: u64,
    /// Nanoseconds over all threads, without its inputs.
    pub time_ns: u64,
    /// Cells of facts gone through, counted for each block of customers.
    pub cells_read: u64,
    /// Cells of events that its window passed over, counted so.
    pub cells_skipped: u64,
    /// Blocks of customers in which it was computed.
    pub blocks: u64,
    /// Blocks in which nobody needed it.
    pub blocks_skipped: u64,
    /// Facts that lie in what it went through.
    pub facts: u64,
    /// Bytes of stored columns and of facts that it read, those of its `where` among them.
    pub bytes: u64,
    /// Lanes, and facts of its `where`, that bounds of a chunk or cell decided without their being read.
    pub rows_spared: u64,
    /// Facts its `where` read something of.
    pub where_facts: u64,
    /// Bytes its `where` read.
    pub where_bytes: u64,
    /// Facts its `where` judged by the bounds of their cells alone.
    pub where_facts_spared: u64,
    /// Cells, for each block of customers, all of whose facts it judged so.
    pub where_cells_spared: u64,
}

/// A plan as plain data.
#[derive(Clone, Debug, PartialEq)]
pub struct Listing {
    /// Programs inside an operation stand below it, one level deeper.
    pub lines: Vec<Line>,
    /// What is asked for.
    pub outputs: Vec<OutputLine>,
}

/// One operation.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// 0 = customers, 1 = facts of the aggregate above.
    pub depth: u8,
    /// Its number within its program.
    pub slot: u32,
    /// What it does, over the numbers of its inputs.
    pub operation: String,
    /// Kind of its result.
    pub kind: String,
    /// Whether it may be missing or unknown.
    pub may_miss: bool,
    /// Estimated nanoseconds a row, all below it included.
    pub cost: f64,
    /// Estimated share of yes; of conditions only.
    pub yes_share: Option<f64>,
    /// Slots read within its own program; of an aggregate also those its filter reads from the customer.
    pub inputs: Vec<u32>,
    /// Canonical text.
    pub label: Arc<str>,
    /// What a run measured.
    pub measured: Option<SlotMeasured>,
}

/// One thing asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputLine {
    /// What it is called.
    pub name: Arc<str>,
    /// Where it is.
    pub slot: u32,
    /// Slots and labels of the operations to blame for missing answers.
    pub origins: Vec<(u32, Arc<str>)>,
}

/// The plan as text, with estimates after what is known of the data.
pub fn explain(plan: &Plan, rules: &Rules, statistics: &Statistics) -> String {
    table::text(&listing(plan, rules, statistics, None))
}

/// The same with what a run measured, what the figures count, and the time that it took.
pub fn explain_analyzed(
    plan: &Plan,
    rules: &Rules,
    statistics: &Statistics,
    measured: &Measured,
) -> String {
    let listing = listing(plan, rules, statistics, Some(measured));
    let mut text = table::text(&listing);
    text.push_str(&table::legend(&listing));
    let slots = measured.slots.iter();
    let slots_ns: u64 = slots.map(|slot| slot.time_ns).sum();
    text.push_str(&format!(
        "took {} us; its operations {:.1} us, over all threads\n",
        measured.elapsed_us,
        slots_ns as f64 / 1_000.0
    ));
    text
}

/// The plan of facts as text: what is read of their customers, then the facts, one level deeper.
pub fn explain_facts(plan: &FactPlan, rules: &Rules, statistics: &Statistics) -> String {
    let mut listing = listing(&plan.customers, rules, statistics, None);
    let scope = notation::Scope {
        rules,
        subject: Some(plan.subject),
    };
    let estimates = cost::estimates(&plan.facts.operations, statistics);
    for (at, operation) in plan.facts.operations.iter().enumerate() {
        let estimate = estimates.get(at).copied().unwrap_or_default();
        listing.lines.push(Line {
            operation: scope.operation(operation),
            ..line(operation, at, 1, estimate, rules)
        });
    }
    listing.outputs = outputs(&plan.outputs, &plan.facts);
    table::text(&listing)
}

/// The plan as plain data.
pub fn listing(
    plan: &Plan,
    rules: &Rules,
    statistics: &Statistics,
    measured: Option<&Measured>,
) -> Listing {
    let estimates = cost::estimates(&plan.program.operations, statistics);
    let mut lines = Vec::new();
    for (at, operation) in plan.program.operations.iter().enumerate() {
        let measured = measured
            .and_then(|measured| measured.slots.get(at))
            .copied();
        let estimate = estimates.get(at).copied().unwrap_or_default();
        lines.push(Line {
            measured,
            ..line(operation, at, 0, estimate, rules)
        });
        inside(&operation.op, 1, (rules, statistics), &mut lines);
    }
    let outputs = outputs(&plan.outputs, &plan.program);
    Listing { lines, outputs }
}

fn outputs(outputs: &[Output], program: &Program) -> Vec<OutputLine> {
    outputs
        .iter()
        .map(|output| OutputLine {
            name: output.name.clone(),
            slot: output.slot.0,
            origins: output
                .origins
                .iter()
                .map(|slot| (slot.0, label(program, *slot)))
                .collect(),
        })
        .collect()
}

/// Lines of the programs inside an operation.
fn inside(op: &Op, depth: u8, (rules, statistics): (&Rules, &Statistics), lines: &mut Vec<Line>) {
    let subjects: Vec<Option<Subject>> = match op {
        Op::Aggregate(aggregate) => vec![Some(aggregate.subject)],
        Op::Followed(followed) => {
            let filtered = followed.steps.iter().filter(|step| step.filter.is_some());
            filtered
                .map(|step| Some(Subject::Event(step.event)))
                .collect()
        }
        _ => vec![None],
    };
    for (program, subject) in op.programs().into_iter().zip(subjects) {
        let scope = notation::Scope { rules, subject };
        let estimates = cost::estimates(&program.operations, statistics);
        for (at, operation) in program.operations.iter().enumerate() {
            let estimate = estimates.get(at).copied().unwrap_or_default();
            lines.push(Line {
                operation: scope.operation(operation),
                ..line(operation, at, depth, estimate, rules)
            });
            deep(|| {
                inside(
                    &operation.op,
                    depth.saturating_add(1),
                    (rules, statistics),
                    lines,
                )
            });
        }
    }
}

fn line(operation: &Operation, at: usize, depth: u8, estimate: Estimate, rules: &Rules) -> Line {
    let scope = notation::Scope {
        rules,
        subject: None,
    };
    Line {
        depth,
        slot: u32::try_from(at).unwrap_or(u32::MAX),
        operation: scope.operation(operation),
        kind: notation::kind(&operation.kind),
        may_miss: operation.may_miss,
        cost: estimate.cost,
        yes_share: matches!(operation.kind, Kind::Bool).then_some(estimate.yes),
        inputs: operation.op.inputs().iter().map(|slot| slot.0).collect(),
        label: operation.label.clone(),
        measured: None,
    }
}

fn label(program: &Program, slot: Slot) -> Arc<str> {
    program
        .operations
        .get(slot.0 as usize)
        .map_or_else(|| "".into(), |operation| operation.label.clone())
}
