//! A question as plain data: a flat list of typed operations over numbered slots.
//! `compile` makes it from `language::typed`; each pass is a function from plan to
//! plan; `explain` prints it. Holds no closures and reads no data.

mod builder;
mod compile;
mod cost;
mod dead;
pub mod explain;
mod fold;
mod gather;
mod inputs;
mod lower;
mod nested;
pub mod operation;
mod order;
mod origins;
mod presence;
mod rewrite;
pub mod statistics;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::operation::{Op, Slot};
use crate::language::typed::Typed;

pub use compile::{compile, facts};
pub use explain::{explain, explain_analyzed, explain_facts};
pub use operation::{FactPlan, Plan};
pub use statistics::Statistics;

/// An expression to be answered, under the name it is answered by.
#[derive(Clone, Debug)]
pub struct Asked<'t> {
    /// A rule's name or the expression as written.
    pub name: Arc<str>,
    /// Checked against the rules given beside it.
    pub typed: &'t Typed,
}

/// The passes over what a plan of facts reads of customers. What it asks of the facts stays as written.
#[must_use]
pub fn optimise_facts(plan: FactPlan, statistics: &Statistics) -> FactPlan {
    let before: Vec<Slot> = slots(&plan.customers);
    let customers = optimise(plan.customers, statistics);
    let after = slots(&customers);
    let mut facts = plan.facts;
    for operation in &mut facts.operations {
        if let Op::Outer(slot) = &mut operation.op
            && let Some((_, moved)) = before.iter().zip(&after).find(|(known, _)| *known == slot)
        {
            *slot = *moved;
        }
    }
    FactPlan {
        customers,
        facts,
        ..plan
    }
}

fn slots(plan: &Plan) -> Vec<Slot> {
    plan.outputs.iter().map(|output| output.slot).collect()
}

/// All passes in their order. The outputs mean exactly what they meant: the same
/// yes, no and missing for every row, the same blame for each unknown.
#[must_use]
pub fn optimise(plan: Plan, statistics: &Statistics) -> Plan {
    // Each pass leaves behind what it replaced; counts of readers want it gone.
    let plan = dead::dead(fold::fold(plan, statistics));
    let plan = dead::dead(gather::gather(plan, statistics));
    let plan = fold::fold(plan, statistics);
    dead::dead(order::order(plan, statistics))
}
