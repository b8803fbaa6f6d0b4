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

/// For each part, by the name that `name` gives it, how many of the rows have no answer because it has
/// none. A row counts once for each part to blame.
pub fn missing_because(
    rules: &Rules,
    people: &dyn People,
    rows: &[u32],
    typed: &Typed,
    at: (Instant, &Zone),
    name: &dyn Fn(&Typed) -> String,
) -> BTreeMap<String, u64> {
    let question = Question::new(rules, people, at.0, at.1);
    count(&question, rows, name, &|place, found| {
        blame(rules, place, typed, found);
    })
}

/// Like [`missing_because`], but a part counts too where its value would not have mattered:
/// whatever lacks a value below an answer that is missing.
pub fn lacking(
    rules: &Rules,
    people: &dyn People,
    rows: &[u32],
    typed: &Typed,
    at: (Instant, &Zone),
    name: &dyn Fn(&Typed) -> String,
) -> BTreeMap<String, u64> {
    let question = Question::new(rules, people, at.0, at.1);
    count(&question, rows, name, &|place, found| {
        if value(place, typed).is_none() {
            lacks(rules, place, typed, found);
        }
    })
}

type Found<'a, 'f> = &'f mut dyn FnMut(&'a Typed);

fn count<'a>(
    question: &Question,
    rows: &[u32],
    name: &dyn Fn(&Typed) -> String,
    look: &dyn Fn(&Place, Found<'a, '_>),
) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for row in rows {
        let person = question.people.person(*row);
        let place = Place::of(question, *row, &person);
        let mut blamed = BTreeSet::new();
        look(&place, &mut |part| {
            blamed.insert(name(part));
        });
        for part in blamed {
            *counts.entry(part).or_insert(0) += 1;
        }
    }
    counts
}

/// Gives each part to blame, possibly more than once. Nothing when the answer is present.
fn blame<'a>(rules: &'a Rules, place: &Place, typed: &'a Typed, found: Found<'a, '_>) {
    if value(place, typed).is_some() {
        return;
    }
    let missing: Vec<&Typed> = operands(rules, typed)
        .into_iter()
        .filter(|part| value(place, part).is_none())
        .collect();
    if missing.is_empty() {
        found(typed);
    }
    for part in missing {
        deep(|| blame(rules, place, part, found));
    }
}

fn lacks<'a>(rules: &'a Rules, place: &Place, typed: &'a Typed, found: Found<'a, '_>) {
    let parts = operands(rules, typed);
    if value(place, typed).is_none() && parts.iter().all(|part| value(place, part).is_some()) {
        found(typed);
    }
    for part in parts {
        deep(|| lacks(rules, place, part, found));
    }
}
