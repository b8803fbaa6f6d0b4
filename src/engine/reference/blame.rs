//! Which parts of an expression are to blame for a missing answer: those that are
//! missing though everything they are made of is present.

use std::collections::{BTreeMap, BTreeSet};

use super::evaluate::value;
use super::people::People;
use super::place::{Place, Question};
use super::tree::operands;
use crate::base::calendar::{Instant, Zone};
use crate::base::recursion::deep;
use crate::language::typed::{Rules, Typed};

/// For each part, by the name that `name` gives it, how many of the rows lack an answer and lack it.
/// A row counts once for each part to blame.
pub fn missing_because(
    rules: &Rules,
    people: &dyn People,
    rows: &[u32],
    typed: &Typed,
    at: (Instant, &Zone),
    name: &dyn Fn(&Typed) -> String,
) -> BTreeMap<String, u64> {
    let question = Question::new(rules, people, at.0, at.1);
    let mut counts = BTreeMap::new();
    for row in rows {
        let person = people.person(*row);
        let place = Place {
            question: &question,
            row: *row,
            person: &person,
            fact: None,
        };
        let mut blamed = BTreeSet::new();
        blame(&place, typed, &mut |part| {
            blamed.insert(name(part));
        });
        for part in blamed {
            *counts.entry(part).or_insert(0) += 1;
        }
    }
    counts
}

/// Gives each part to blame, possibly more than once. Nothing when the answer is present.
pub(crate) fn blame<'a>(place: &Place<'a>, typed: &'a Typed, found: &mut dyn FnMut(&'a Typed)) {
    if value(place, typed).is_some() {
        return;
    }
    let missing: Vec<&Typed> = operands(place.question.rules, typed)
        .into_iter()
        .filter(|part| value(place, part).is_none())
        .collect();
    if missing.is_empty() {
        found(typed);
    }
    for part in missing {
        deep(|| blame(place, part, found));
    }
}
