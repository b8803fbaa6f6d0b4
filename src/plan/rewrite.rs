//! The walk that all passes share: every operation, inputs first, is handed to a
//! step that enters it, or something equal to it, into a fresh program.

use super::builder::Builder;
use super::dead::keep_only;
use super::operation::{Op, Operation, Output, PairsOp, Plan, Program, Slot};
use super::statistics::Statistics;
use crate::base::recursion::deep;
use crate::language::typed::Subject;

/// What a pass does with one operation whose inputs are already slots of the builder.
pub(super) type Step<'f> = dyn Fn(&mut Builder, Operation) -> Slot + 'f;

/// The plan after a step over all its programs, those inside an operation before it.
pub(super) fn rewrite(plan: Plan, statistics: &Statistics, step: &Step) -> Plan {
    let mut customers = Builder::new(None, statistics).keeping_labels();
    let roots: Vec<Slot> = plan.outputs.iter().map(|output| output.slot).collect();
    let uses = uses(&plan.program, &roots);
    let mut moved: Vec<Slot> = Vec::with_capacity(plan.program.operations.len());
    for (operation, uses) in plan.program.operations.into_iter().zip(uses) {
        let op = over(operation.op, &moved, &customers, step);
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

/// The operation over the slots of the builder, the programs inside it rewritten first.
fn over(op: Op, moved: &[Slot], around: &Builder, step: &Step) -> Op {
    match op {
        Op::Aggregate(mut aggregate) => {
            let subject = aggregate.subject;
            let filter = aggregate.filter.take();
            aggregate.filter =
                filter.map(|program| condition(program, subject, moved, around, step));
            aggregate.window =
                super::inputs::map_window(&aggregate.window, &mut |slot| to(moved, slot));
            Op::Aggregate(aggregate)
        }
        Op::Pairs(pairs) => Op::Pairs(Box::new(pairs_over(*pairs, moved, around, step))),
        Op::Followed(mut followed) => {
            for part in &mut followed.steps {
                let subject = Subject::Event(part.event);
                let filter = part.filter.take();
                part.filter = filter.map(|it| condition(it, subject, moved, around, step));
            }
            Op::Followed(followed)
        }
        op => op.map_inputs(&mut |slot| to(moved, slot)),
    }
}

fn pairs_over(pairs: PairsOp, moved: &[Slot], around: &Builder, step: &Step) -> PairsOp {
    let roots = pairs.roots();
    let (program, roots) = inside(pairs.program, None, &roots, moved, around, step);
    let mut roots = roots.into_iter();
    PairsOp {
        condition: pairs.condition.and_then(|_| roots.next()),
        value: pairs.value.and_then(|_| roots.next()),
        program,
        ..pairs
    }
}

/// A program whose last operation is what it is for.
fn condition(
    program: Program,
    subject: Subject,
    outer: &[Slot],
    around: &Builder,
    step: &Step,
) -> Program {
    let root = Slot(u32::try_from(program.operations.len().saturating_sub(1)).unwrap_or(u32::MAX));
    inside(program, Some(subject), &[root], outer, around, step).0
}

/// A program inside an operation, and where its roots went; nothing but what they need is left.
fn inside(
    program: Program,
    subject: Option<Subject>,
    roots: &[Slot],
    outer: &[Slot],
    around: &Builder,
    step: &Step,
) -> (Program, Vec<Slot>) {
    let mut within = around.nested(subject);
    let uses = uses(&program, roots);
    let mut moved: Vec<Slot> = Vec::with_capacity(program.operations.len());
    for (operation, uses) in program.operations.into_iter().zip(uses) {
        let slot = match operation.op {
            Op::Outer(slot) => within.outer(to(outer, slot), around),
            Op::Other(slot) => within.other(to(outer, slot), around),
            Op::Carried(slot) => within.carried(to(outer, slot), around),
            op => {
                let op = deep(|| over(op, &moved, &within, step));
                step(&mut within, Operation { op, ..operation })
            }
        };
        within.note_uses(slot, uses);
        moved.push(slot);
    }
    let roots: Vec<Slot> = roots.iter().map(|root| to(&moved, *root)).collect();
    keep_only(within.program(), &roots)
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
