//! Why a condition came out as it did, in a few short parts for a help line.

use super::world::World;
use crate::base::calendar::{Instant, Zone};
use crate::engine::trace::{Part, Verdict, trace};
use crate::language::typed::Typed;

/// The parts that decide, at most so many; how many more there are is said.
pub(super) fn why(
    world: &World<'_>,
    customer: usize,
    condition: &Typed,
    now: Instant,
    most: usize,
) -> String {
    let row = u32::try_from(customer).unwrap_or(u32::MAX);
    let trace = trace(world.rules, &world.people, row, condition, now, world.zone);
    let mut parts = Vec::new();
    gather(&trace.root, world.zone, &mut parts);
    let more = parts.len().saturating_sub(most);
    parts.truncate(most);
    if more > 0 {
        parts.push(format!("and {more} more"));
    }
    parts.join("; ")
}

/// Conditions that are made of no other condition, with the values they compare.
fn gather(part: &Part, zone: &Zone, found: &mut Vec<String>) {
    let conditions = || {
        part.children
            .iter()
            .filter(|child| child.verdict().is_some())
    };
    if conditions().next().is_some() {
        conditions().for_each(|child| gather(child, zone, found));
        return;
    }
    let is = match part.verdict() {
        Some(Verdict::Yes) => "yes",
        Some(Verdict::No) => "no",
        Some(Verdict::Unknown) => "unknown",
        None => return,
    };
    let values: Vec<String> = part
        .children
        .iter()
        .map(|child| {
            let value = child.value.as_ref();
            let value = value.map(|value| value.display(&child.kind, zone));
            let value = value.unwrap_or_else(|| "missing".to_owned());
            format!("{} is {value}", child.text.english)
        })
        .collect();
    let text = &part.text.english;
    found.push(match values.is_empty() {
        true => format!("`{text}` is {is}"),
        false => format!("`{text}` is {is}, for {}", values.join(" and ")),
    });
}
