//! Customers that are hidden are as if they had never been: every answer about the
//! others is that of a log in which nobody speaks of them.

use std::collections::{BTreeMap, BTreeSet};

use tamis::engine::{Outcome, Rows};
use tamis::language::typed::Typed;
use tamis::plan::Plan;
use tamis::store::fact::{Fact, Row, Target};

use crate::answers::{answer, given, same, snapshot};
use crate::case::Case;
use tamis::columns::Snapshot;

/// The law over one case.
pub fn holds(case: &Case, plan: &Plan, questions: &[Typed]) -> Result<(), String> {
    let step = 2 + case.facts.len() as u32 % 5;
    let hidden: BTreeSet<u32> = (0..case.rows).filter(|row| row % step == 1).collect();
    let facts: Vec<Fact> = case.facts.iter().map(own_keys).collect();
    let seen = hiding(case, &facts, &hidden);
    let (others, rows) = without(&facts, &hidden);
    let fewer = snapshot(&case.rules, &case.zone, &others);
    if (seen.living(), seen.rows()) != (fewer.rows(), case.rows) {
        return Err(format!("{} living, {} wanted", seen.living(), fewer.rows()));
    }
    let wanted = answer(plan, &fewer, &Rows::All, case.now, 1);
    let found = answer(plan, &seen, &Rows::All, case.now, 2);
    let place = |row: u32| Some(row as usize);
    agree(&rows, questions, &wanted, (&found, &hidden, &place))?;
    let list: Vec<u32> = (0..case.rows).rev().collect();
    let last = case.rows.saturating_sub(1);
    let place = |row: u32| Some((last - row) as usize);
    let found = answer(plan, &seen, &Rows::List(list), case.now, 1);
    agree(&rows, questions, &wanted, (&found, &hidden, &place))?;
    people(&seen, &fewer, &rows, &hidden)
}

/// A holding that goes from one owner to another would come back to the first one where nobody
/// speaks of the second: here each owner has keys of its own.
fn own_keys(fact: &Fact) -> Fact {
    let mut fact = fact.clone();
    if let Fact::Holding { row, key, .. } = &mut fact {
        *key = format!("{key}/{}", row.0).into();
    }
    fact
}

/// The facts with customers hidden on the way: half of them before the rest of the facts comes.
fn hiding(case: &Case, facts: &[Fact], hidden: &BTreeSet<u32>) -> Snapshot {
    let half = facts.len() / 2;
    let first = snapshot(&case.rules, &case.zone, &facts[..half]);
    let early: Vec<u32> = hidden.iter().copied().filter(|row| row % 2 == 1).collect();
    let first = first.hide(early.iter().copied());
    let all = first.refresh(half as u64, &facts[half..]).unwrap();
    all.hide(early).hide(hidden.iter().copied())
}

/// The facts of all others, and the row that each of them has there.
fn without(facts: &[Fact], hidden: &BTreeSet<u32>) -> (Vec<Fact>, BTreeMap<u32, u32>) {
    let mut rows = BTreeMap::new();
    let mut others = Vec::new();
    for fact in facts {
        let mut fact = fact.clone();
        if let Fact::Customer { row, .. } = &fact
            && !hidden.contains(&row.0)
        {
            rows.insert(row.0, rows.len() as u32);
        }
        let moved = |row: &mut Row| match rows.get(&row.0) {
            Some(new) => {
                *row = Row(*new);
                true
            }
            None => false,
        };
        let is_kept = match &mut fact {
            Fact::Customer { row, .. }
            | Fact::Attributes { row, .. }
            | Fact::Event { row, .. }
            | Fact::Holding { row, .. } => moved(row),
            Fact::Relation { from, to, .. } => {
                moved(from)
                    && match to {
                        Target::Customer(to) => moved(to),
                        Target::Text(_) => true,
                    }
            }
        };
        if is_kept {
            others.push(fact);
        }
    }
    (others, rows)
}

type Found<'a> = (
    &'a Outcome,
    &'a BTreeSet<u32>,
    &'a dyn Fn(u32) -> Option<usize>,
);

/// Values of the others, counts, blame and what was left aside are equal; the hidden have nothing.
fn agree(
    rows: &BTreeMap<u32, u32>,
    questions: &[Typed],
    wanted: &Outcome,
    (found, hidden, place): Found<'_>,
) -> Result<(), String> {
    let outputs = wanted.outputs.iter().zip(&found.outputs);
    for (typed, (wanted, found)) in questions.iter().zip(outputs) {
        for (old, new) in rows {
            let wanted = given(wanted, *new as usize);
            let found = place(*old).and_then(|at| given(found, at));
            if !same(&wanted, &found) {
                return Err(format!(
                    "row {old}: without the hidden {wanted:?}, beside them {found:?}\n  {typed:?}"
                ));
            }
        }
        for row in hidden {
            if let Some(value) = place(*row).and_then(|at| given(found, at)) {
                return Err(format!("hidden row {row} has {value:?}\n  {typed:?}"));
            }
        }
        let counts = |output: &tamis::engine::OutputResult| {
            output
                .condition
                .as_ref()
                .map(|condition| condition.counts())
        };
        if counts(wanted) != counts(found) || wanted.missing_because != found.missing_because {
            return Err(format!(
                "without the hidden {:?} {:?}, beside them {:?} {:?}\n  {typed:?}",
                counts(wanted),
                wanted.missing_because,
                counts(found),
                found.missing_because
            ));
        }
    }
    if wanted.left_aside != found.left_aside {
        return Err(format!(
            "left aside without the hidden {:?}, beside them {:?}",
            wanted.left_aside, found.left_aside
        ));
    }
    Ok(())
}

/// Ids lead to the others alone, in the same order; nothing is told of the hidden.
fn people(
    seen: &Snapshot,
    fewer: &Snapshot,
    rows: &BTreeMap<u32, u32>,
    hidden: &BTreeSet<u32>,
) -> Result<(), String> {
    let ids = |snapshot: &Snapshot| -> Vec<String> {
        let rows = snapshot.by_id().iter();
        rows.map(|row| snapshot.id(*row).to_owned()).collect()
    };
    if ids(seen) != ids(fewer) {
        return Err("the living are others by id".to_owned());
    }
    for row in hidden {
        if seen.person(*row) != Default::default() || !seen.id(*row).is_empty() {
            return Err(format!("something is told of hidden row {row}"));
        }
    }
    let lost = rows
        .keys()
        .find(|row| seen.row(seen.id(**row)) != Some(**row));
    match lost {
        Some(row) => Err(format!("row {row} is not found by its id")),
        None => Ok(()),
    }
}
