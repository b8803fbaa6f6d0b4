//! What must hold for every case.

use std::collections::{BTreeMap, BTreeSet};

use tamis::base::value::Value;
use tamis::columns::Snapshot;
use tamis::engine::reference::aside::left_aside;
use tamis::engine::reference::blame::{lacking, missing_because};
use tamis::engine::reference::people::{FactPeople, SnapshotPeople, from_facts};
use tamis::engine::{Outcome, Rows};
use tamis::language::printer;
use tamis::language::typed::Typed;
use tamis::language::words::Tongue;
use tamis::plan::statistics::{AttributeStatistics, Statistics};
use tamis::plan::{Plan, optimise};
use tamis::schema::AttributeId;

use crate::answers::{answer, expected, given, plan, refreshed, same, snapshot};
use crate::case::Case;
use tamis::engine::reference::{People, evaluate, evaluate_rows};

/// All laws over one case; the error says which broke and how.
pub fn holds(case: &Case) -> Result<(), String> {
    let people = from_facts(&case.rules.schema, &case.facts);
    let whole = snapshot(&case.rules, &case.zone, &case.facts);
    if whole.rows() != case.rows || people.rows() != case.rows {
        return Err(format!("{} rows, {} in columns", case.rows, whole.rows()));
    }
    let expected: Vec<Vec<Option<Value>>> = case
        .questions
        .iter()
        .map(|typed| expected(&case.rules, &people, typed, case.now, &case.zone))
        .collect();
    let plain = plan(&case.rules, &case.questions);
    let outcome = answer(&plain, &whole, &Rows::All, case.now, 1);
    equal(case, &expected, &outcome, "engine and reference")?;
    sums(case, &outcome)?;
    let quick = optimise(plain.clone(), &statistics(case, &people));
    let optimised = answer(&quick, &whole, &Rows::All, case.now, 1);
    equal(case, &expected, &optimised, "optimised plan and reference")?;
    unchanged(case, &outcome, &optimised, "optimised")?;
    let threads = answer(&quick, &whole, &Rows::All, case.now, 2);
    if threads != optimised {
        return Err(differing("two threads and one", &optimised, &threads));
    }
    restricted(case, &quick, &whole, &optimised)?;
    let pieces = refreshed(
        &case.rules,
        &case.zone,
        &case.facts,
        1 + case.facts.len() % 5,
    );
    let again = answer(&quick, &pieces, &Rows::All, case.now, 2);
    if again != optimised {
        return Err(differing(
            "a refreshed snapshot and a built one",
            &optimised,
            &again,
        ));
    }
    told(case, &people, &whole)?;
    crate::erased::holds(case, &plain, &case.questions)?;
    crate::erased::holds(case, &quick, &case.questions)?;
    remembered(case, &people, &pieces)
}

fn text(case: &Case, typed: &Typed) -> String {
    printer::typed(&case.rules, None, typed, Tongue::English)
}

/// Every row, three-valued.
fn equal(
    case: &Case,
    expected: &[Vec<Option<Value>>],
    outcome: &Outcome,
    who: &str,
) -> Result<(), String> {
    for ((typed, expected), output) in case.questions.iter().zip(expected).zip(&outcome.outputs) {
        for (row, wanted) in expected.iter().enumerate() {
            let given = given(output, row);
            if !same(wanted, &given) {
                return Err(format!(
                    "{who}: row {row}: reference {wanted:?}, engine {given:?}\n  {}",
                    text(case, typed)
                ));
            }
        }
    }
    Ok(())
}

/// yes + no + unknown = rows, and none is both.
fn sums(case: &Case, outcome: &Outcome) -> Result<(), String> {
    for condition in outcome
        .outputs
        .iter()
        .filter_map(|it| it.condition.as_ref())
    {
        let (yes, no, unknown) = condition.counts();
        let both = condition.yes.words.iter().zip(&condition.no.words);
        if yes + no + unknown != u64::from(case.rows) || both.into_iter().any(|(a, b)| a & b != 0) {
            return Err(format!("{yes} + {no} + {unknown} rows of {}", case.rows));
        }
    }
    Ok(())
}

/// Estimates may lie; the promise of presence is kept.
fn statistics(case: &Case, people: &FactPeople) -> Statistics {
    let mut statistics = Statistics {
        customers: Some(u64::from(case.rows)),
        ..Statistics::default()
    };
    for at in 0..case.rules.schema.attributes.len() {
        let typed = crate::expression::typed(
            tamis::language::typed::Node::Attribute(AttributeId(at as u16)),
            case.rules.schema.attributes[at].kind.clone(),
        );
        let always_present = (0..case.rows)
            .all(|row| evaluate(&case.rules, people, row, &typed, case.now, &case.zone).is_some());
        let estimates = AttributeStatistics {
            always_present,
            missing_share: Some((at % 3) as f64 / 3.0),
            ..AttributeStatistics::default()
        };
        statistics
            .attributes
            .insert(AttributeId(at as u16), estimates);
    }
    statistics
}

fn unchanged(case: &Case, before: &Outcome, after: &Outcome, how: &str) -> Result<(), String> {
    for (typed, (before, after)) in case
        .questions
        .iter()
        .zip(before.outputs.iter().zip(&after.outputs))
    {
        let by_label = |list: &[(std::sync::Arc<str>, u64)]| -> BTreeMap<String, u64> {
            list.iter()
                .map(|(label, count)| (label.to_string(), *count))
                .collect()
        };
        let (a, b) = (
            by_label(&before.missing_because),
            by_label(&after.missing_because),
        );
        if a != b {
            return Err(format!(
                "{how}: blame {a:?} became {b:?}\n  {}",
                text(case, typed)
            ));
        }
    }
    Ok(())
}

fn differing(what: &str, a: &Outcome, b: &Outcome) -> String {
    for (at, (a, b)) in a.outputs.iter().zip(&b.outputs).enumerate() {
        if a != b {
            return format!("{what} differ in question {at}:\n{a:?}\n{b:?}");
        }
    }
    format!("{what} differ: {:?} and {:?}", a.left_aside, b.left_aside)
}

/// A list of rows answers as the same rows of the whole do.
fn restricted(
    case: &Case,
    plan: &Plan,
    snapshot: &Snapshot,
    whole: &Outcome,
) -> Result<(), String> {
    let step = 1 + case.facts.len() as u32 % 7;
    let mut list: Vec<u32> = (0..case.rows)
        .rev()
        .step_by(step as usize)
        .take(500)
        .collect();
    list.extend([0, case.rows - 1]);
    list.sort_unstable();
    list.dedup();
    if case.facts.len().is_multiple_of(2) {
        list.reverse();
    }
    let some = answer(plan, snapshot, &Rows::List(list.clone()), case.now, 1);
    for (typed, (whole, some)) in case
        .questions
        .iter()
        .zip(whole.outputs.iter().zip(&some.outputs))
    {
        for (index, row) in list.iter().enumerate() {
            let (wanted, found) = (given(whole, *row as usize), given(some, index));
            if !same(&wanted, &found) {
                return Err(format!(
                    "row {row}: of all {wanted:?}, of a list {found:?}\n  {}",
                    text(case, typed)
                ));
            }
        }
    }
    Ok(())
}

/// Blame and facts left aside are told by text. What is written in two ways, once by a name, is one part
/// with one of the two texts; so this looks at questions without names.
fn told(case: &Case, people: &FactPeople, snapshot: &Snapshot) -> Result<(), String> {
    let unnamed = case.questions.iter().filter(|typed| {
        let text = format!("{typed:?}");
        !text.contains("Definition(") && !text.contains("Param(")
    });
    let questions: Vec<Typed> = unnamed.cloned().collect();
    let plain = plan(&case.rules, &questions);
    let quick = optimise(plain.clone(), &statistics(case, people));
    let outcome = answer(&plain, snapshot, &Rows::All, case.now, 2);
    blamed(case, &questions, people, &outcome)?;
    aside(case, &questions, people, &outcome, true)?;
    let outcome = answer(&quick, snapshot, &Rows::All, case.now, 2);
    blamed(case, &questions, people, &outcome)?;
    aside(case, &questions, people, &outcome, false)
}

/// Each count of blame lies between that of the parts through which the answer is
/// missing and that of all parts that lack something.
fn blamed(
    case: &Case,
    questions: &[Typed],
    people: &FactPeople,
    outcome: &Outcome,
) -> Result<(), String> {
    let rows: Vec<u32> = (0..case.rows).collect();
    let at = (case.now, &case.zone);
    for (typed, output) in questions.iter().zip(&outcome.outputs) {
        let name = |part: &Typed| text(case, part);
        let least = missing_because(&case.rules, people, &rows, typed, at, &name);
        let most = lacking(&case.rules, people, &rows, typed, at, &name);
        let mut given: BTreeMap<String, u64> = BTreeMap::new();
        for (label, count) in &output.missing_because {
            given.insert(label.to_string(), *count);
        }
        let labels: BTreeSet<&String> = least.keys().chain(given.keys()).collect();
        for label in labels {
            let of = |counts: &BTreeMap<String, u64>| counts.get(label).copied().unwrap_or(0);
            let count = of(&given);
            if count < of(&least) || count > of(&most) {
                return Err(format!(
                    "blame of `{label}`: engine {count}, reference {} to {}\n  {}",
                    of(&least),
                    of(&most),
                    text(case, typed)
                ));
            }
        }
    }
    Ok(())
}

/// Facts that could not be judged. An optimised plan may have dropped (`all` is false) an aggregate that
/// no answer hangs on; of those it kept it tells the same.
fn aside(
    case: &Case,
    questions: &[Typed],
    people: &FactPeople,
    outcome: &Outcome,
    all: bool,
) -> Result<(), String> {
    let rows: Vec<u32> = (0..case.rows).collect();
    let mut wanted: BTreeMap<(String, String), u64> = BTreeMap::new();
    for typed in questions {
        let found = left_aside(
            &case.rules,
            people,
            &rows,
            typed,
            (case.now, &case.zone),
            &|part| text(case, part),
        );
        wanted.extend(found);
    }
    let given: BTreeMap<(String, String), u64> = outcome
        .left_aside
        .iter()
        .map(|it| ((it.aggregate.to_string(), it.field.to_string()), it.events))
        .collect();
    let equal = given
        .iter()
        .all(|(key, count)| wanted.get(key) == Some(count));
    if !equal || all && wanted.len() != given.len() {
        let questions: Vec<String> = questions.iter().map(|it| text(case, it)).collect();
        return Err(format!(
            "left aside: reference {wanted:?}, engine {given:?}\n  {}",
            questions.join("\n  ")
        ));
    }
    Ok(())
}

/// What a snapshot remembers of a person answers as the facts do.
fn remembered(case: &Case, people: &FactPeople, snapshot: &Snapshot) -> Result<(), String> {
    let remembered = SnapshotPeople(snapshot);
    let step = 1 + case.rows as usize / 200;
    let rows: Vec<u32> = (0..case.rows).step_by(step).collect();
    let at = (case.now, &case.zone);
    for typed in &case.questions {
        let from = |people: &dyn People| evaluate_rows(&case.rules, people, &rows, typed, at);
        let both = from(people).into_iter().zip(from(&remembered));
        for (row, (wanted, found)) in rows.iter().zip(both) {
            if !same(&wanted, &found) {
                return Err(format!(
                    "row {row}: from facts {wanted:?}, from the snapshot's person {found:?}\n  {}",
                    text(case, typed)
                ));
            }
        }
    }
    Ok(())
}
