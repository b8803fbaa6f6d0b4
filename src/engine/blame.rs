//! Whom to blame for an unknown row: each origin that is missing there though all
//! its own inputs are present.

use super::evaluate::Evaluator;
use super::outcome::RunError;
use super::vector::Vector;
use super::{window, words};
use crate::language::typed::RankMeasure;
use crate::plan::operation::{Op, Slot};

/// Lanes of the block for which each origin is to blame. Origins with one label are one to the reader:
/// the first of them has the lanes of all, the others none. Hidden lanes blame nobody.
pub fn count(
    evaluator: &mut Evaluator<'_>,
    answer: &Vector<'_>,
    origins: &[Slot],
    hidden: Option<&[u64]>,
) -> Result<Vec<u64>, RunError> {
    let len = evaluator.lanes();
    let Some(mut missing) = absent(answer, len) else {
        return Ok(vec![0; origins.len()]);
    };
    if let Some(hidden) = hidden {
        words::and_not_into(&mut missing, hidden);
    }
    let mut by_label: Vec<(&str, usize, Vec<u64>)> = Vec::new();
    for (at, origin) in origins.iter().enumerate() {
        let Some(blamed) = blamed(evaluator, *origin, &missing)? else {
            continue;
        };
        let label = &*evaluator.operation(*origin)?.label;
        match by_label.iter_mut().find(|(known, ..)| *known == label) {
            Some((_, _, lanes)) => words::or_into(lanes, &blamed),
            None => by_label.push((label, at, blamed)),
        }
    }
    let mut counts = vec![0; origins.len()];
    for (_, at, lanes) in by_label {
        if let Some(count) = counts.get_mut(at) {
            *count = words::ones(&lanes);
        }
    }
    Ok(counts)
}

/// Lanes among `missing` that lack the origin though nothing it is made of is missing; `None` = there is none.
fn blamed(
    evaluator: &mut Evaluator<'_>,
    origin: Slot,
    missing: &[u64],
) -> Result<Option<Vec<u64>>, RunError> {
    let Some(mut blamed) = absent(&*evaluator.slot(origin)?, evaluator.lanes()) else {
        return Ok(None);
    };
    words::and_into(&mut blamed, missing);
    for input in inputs(&evaluator.operation(origin)?.op) {
        if words::is_none(&blamed) {
            break;
        }
        if let Some(present) = evaluator.slot(input)?.presence() {
            words::and_into(&mut blamed, &present);
        }
    }
    Ok((!words::is_none(&blamed)).then_some(blamed))
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
        Op::Related { .. } | Op::RelatedAggregate { .. } | Op::Pairs(_) | Op::Followed(_) => {
            Vec::new()
        }
        Op::Ranked(ranked) if matches!(ranked.measure, RankMeasure::Overall(_)) => Vec::new(),
        op => op.inputs(),
    }
}
