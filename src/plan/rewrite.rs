//! The walk that all passes share: every operation, inputs first, is handed to a
//! step that enters it, or something equal to it, into a fresh program.

use super::builder::Builder;
use super::dead::keep_last;
use super::operation::{AggregateOp, Op, Operation, Output, Plan, Program, Slot};
use super::statistics::Statistics;
use crate::language::typed::Subject;

/// What a pass does with one operation whose inputs are already slots of the builder.
pub(super) type Step<'f> = dyn Fn(&mut Builder, Operation) -> Slot + 'f;

/// The plan after a step over all its programs, fact programs before their aggregate.
pub(super) fn rewrite(plan: Plan, statistics: &Statistics, step: &Step) -> Plan {
    let mut customers = Builder::new(None, statistics).keeping_labels();
    let roots: Vec<Slot> = plan.outputs.iter().map(|output| output.slot).collect();
    let uses = uses(&plan.program, &roots);
    let mut moved: Vec<Slot> = Vec::with_capacity(plan.program.operations.len());
    for (operation, uses) in plan.program.operations.into_iter().zip(uses) {
        let op = match operation.op {
            Op::Aggregate(aggregate) => aggregate_over(*aggregate, &moved, &customers, step),
            op => op.map_inputs(&mut |slot| to(&moved, slot)),
        };
        let slot = step(&mut customers, Operation { op, ..operation });
        customers.note_uses(slot, uses);
        moved.push(slot);
    }
    let outputs = plan
        .outputs
        .into_iter()
        .map(|output| Output {
            slot: to(&moved, output.slot),
            origins: origins(&output.origins, &moved, &customers),
            ..output
        })
        .collect();
    Plan {
        program: customers.program(),
        outputs,
    }
}

/// Where those to blame went. They stay even when folding found that they cannot decide:
/// an unknown row goes on saying all that it lacks.
fn origins(origins: &[Slot], moved: &[Slot], customers: &Builder) -> Vec<Slot> {
    let mut origins: Vec<Slot> = origins
        .iter()
        .map(|slot| to(moved, *slot))
        .filter(|slot| customers.may_miss(*slot))
        .collect();
    origins.sort_unstable();
    origins.dedup();
    origins
}

fn to(moved: &[Slot], slot: Slot) -> Slot {
    moved.get(slot.0 as usize).copied().unwrap_or(slot)
}

fn aggregate_over(aggregate: AggregateOp, moved: &[Slot], customers: &Builder, step: &Step) -> Op {
    let filter = aggregate
        .filter
        .map(|program| fact_program(program, aggregate.subject, moved, customers, step));
    let window = super::inputs::map_window(&aggregate.window, &mut |slot| to(moved, slot));
    Op::Aggregate(Box::new(AggregateOp {
        filter,
        window,
        ..aggregate
    }))
}

fn fact_program(
    program: Program,
    subject: Subject,
    outer: &[Slot],
    customers: &Builder,
    step: &Step,
) -> Program {
    let mut facts = customers.nested(subject);
    let root = Slot(u32::try_from(program.operations.len().saturating_sub(1)).unwrap_or(u32::MAX));
    let uses = uses(&program, &[root]);
    let mut moved: Vec<Slot> = Vec::with_capacity(program.operations.len());
    for (operation, uses) in program.operations.into_iter().zip(uses) {
        let slot = match operation.op {
            Op::Outer(slot) => facts.outer(to(outer, slot), customers),
            op => {
                let op = op.map_inputs(&mut |slot| to(&moved, slot));
                step(&mut facts, Operation { op, ..operation })
            }
        };
        facts.note_uses(slot, uses);
        moved.push(slot);
    }
    keep_last(facts.program(), to(&moved, root))
}

/// By slot: how many operations and roots read it.
fn uses(program: &Program, roots: &[Slot]) -> Vec<usize> {
    let mut uses = vec![0_usize; program.operations.len()];
    let inputs = program
        .operations
        .iter()
        .flat_map(|operation| operation.op.inputs());
    for slot in inputs.chain(roots.iter().copied()) {
        if let Some(count) = uses.get_mut(slot.0 as usize) {
            *count += 1;
        }
    }
    uses
}
