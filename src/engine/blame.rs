//! Whom to blame for an unknown row: each origin that is missing there though all
//! its own inputs are present.

use super::evaluate::Evaluator;
use super::outcome::RunError;
use super::vector::Vector;
use super::{window, words};
use crate::plan::operation::{Op, Slot};

/// Lanes of the block for which each origin is to blame.
pub fn count(
    evaluator: &mut Evaluator<'_>,
    answer: &Vector<'_>,
    origins: &[Slot],
) -> Result<Vec<u64>, RunError> {
    let len = evaluator.lanes();
    let Some(missing) = absent(answer, len) else {
        return Ok(vec![0; origins.len()]);
    };
    let mut counts = Vec::with_capacity(origins.len());
    for origin in origins {
        let Some(mut blamed) = absent(&*evaluator.slot(*origin)?, len) else {
            counts.push(0);
            continue;
        };
        words::and_into(&mut blamed, &missing);
        for input in inputs(&evaluator.operation(*origin)?.op) {
            if words::is_none(&blamed) {
                break;
            }
            if let Some(present) = evaluator.slot(input)?.presence() {
                words::and_into(&mut blamed, &present);
            }
        }
        counts.push(words::ones(&blamed));
    }
    Ok(counts)
}

/// Lanes without a value; `None` = there is none.
fn absent(vector: &Vector<'_>, len: usize) -> Option<Vec<u64>> {
    let absent = words::not(&vector.presence()?, len);
    (!words::is_none(&absent)).then_some(absent)
}

/// What an operation is made of at the customer itself: not what is said of facts or of other customers.
fn inputs(op: &Op) -> Vec<Slot> {
    match op {
        Op::Aggregate(aggregate) => window::bounds(&aggregate.window),
        Op::Related { .. } | Op::RelatedAggregate { .. } => Vec::new(),
        op => op.inputs(),
    }
}
