//! Operations that nobody reads fall away; slots close up.

use super::operation::{Operation, Plan, Program, Slot};

/// The plan without operations that no output needs. Order is kept.
#[must_use]
pub fn dead(plan: Plan) -> Plan {
    let roots: Vec<Slot> = plan
        .outputs
        .iter()
        .flat_map(|output| output.origins.iter().copied().chain([output.slot]))
        .collect();
    let (program, moved) = keep(plan.program, &roots);
    let mut outputs = plan.outputs;
    for output in &mut outputs {
        output.slot = moved.to(output.slot);
        for origin in &mut output.origins {
            *origin = moved.to(*origin);
        }
    }
    Plan { program, outputs }
}

/// A fact program of what one slot needs; that slot comes last.
pub(super) fn keep_last(program: Program, last: Slot) -> Program {
    keep(program, &[last]).0
}

/// A program of what some slots need, and where these went.
pub(super) fn keep_only(program: Program, roots: &[Slot]) -> (Program, Vec<Slot>) {
    let (program, moved) = keep(program, roots);
    let roots = roots.iter().map(|root| moved.to(*root)).collect();
    (program, roots)
}

/// Where slots went.
struct Moved(Vec<Slot>);

impl Moved {
    fn to(&self, slot: Slot) -> Slot {
        self.0.get(slot.0 as usize).copied().unwrap_or(slot)
    }
}

fn keep(program: Program, roots: &[Slot]) -> (Program, Moved) {
    let mut needed = vec![false; program.operations.len()];
    for root in roots {
        mark(&mut needed, *root);
    }
    for (at, operation) in program.operations.iter().enumerate().rev() {
        if needed.get(at).copied().unwrap_or(false) {
            for input in operation.op.inputs() {
                mark(&mut needed, input);
            }
        }
    }
    let mut moved = Moved(Vec::with_capacity(program.operations.len()));
    let mut kept: Vec<Operation> = Vec::new();
    for (mut operation, needed) in program.operations.into_iter().zip(needed) {
        moved
            .0
            .push(Slot(u32::try_from(kept.len()).unwrap_or(u32::MAX)));
        if needed {
            operation.op = operation.op.map_inputs(&mut |slot| moved.to(slot));
            kept.push(operation);
        }
    }
    (Program { operations: kept }, moved)
}

fn mark(needed: &mut [bool], slot: Slot) {
    if let Some(flag) = needed.get_mut(slot.0 as usize) {
        *flag = true;
    }
}
