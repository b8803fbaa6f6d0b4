//! Every answer stays what it is until its next change, whoever works it out.

use std::sync::Arc;

use tamis::base::calendar::Instant;
use tamis::base::span::SourceId;
use tamis::base::value::Value;
use tamis::engine::next_change::{Reads, TimeDependence, next_change};
use tamis::engine::reference::evaluate;
use tamis::engine::{Outcome, Rows};
use tamis::language::compile;
use tamis::language::typed::Typed;
use tamis::live::run::Prepared;
use tamis::plan::{self, Asked, Plan, Statistics};

use crate::exact::{each_story, some_world};
use crate::plugins::Speaking;
use crate::rules::CONDITIONS;
use crate::world::World;

/// Values, beside the conditions.
const VALUES: &[&str] = &[
    "days since seen",
    "months since born",
    "anniversary(born)",
    "sum(purchase.amount, last 3 hours)",
    "max(purchase.valid_to where valid_to < now)",
    "count(guarantor where seen in last 30 minutes)",
    "date(now - 3 hours)",
    "seen + 40 minutes",
    "if seen > now then 1 else 2",
    "text(now)",
];

fn typed(world: &World, text: &str) -> Typed {
    compile::expression(&world.rules, text, SourceId(9))
        .unwrap_or_else(|found| panic!("{text}: {found:#?}"))
        .typed
}

fn planned(world: &World, typed: &[Typed]) -> Plan {
    let asked: Vec<Asked<'_>> = typed
        .iter()
        .map(|typed| Asked {
            name: Arc::from("asked"),
            typed,
        })
        .collect();
    plan::optimise(plan::compile(&world.rules, &asked), &Statistics::default())
}

fn given(outcome: &Outcome, output: usize, row: usize) -> Option<Value> {
    let output = &outcome.outputs[output];
    match (&output.condition, &output.values) {
        (Some(condition), _) => condition.get(row).map(Value::Bool),
        (_, Some(values)) => values.get(row),
        _ => None,
    }
}

#[test]
fn answers_stay_until_their_next_change() {
    each_story(8, |chance, _| {
        let world = some_world(chance, CONDITIONS, 1);
        let texts: Vec<&str> = CONDITIONS.iter().chain(VALUES).copied().collect();
        let typed: Vec<Typed> = texts.iter().map(|text| typed(&world, text)).collect();
        let plan = planned(&world, &typed);
        let prepared = Prepared::new(plan.clone());
        let next = next_change(&plan, world.view().ahead(), &Rows::All).unwrap();
        let rows = world.snapshot.rows();
        let some: Vec<u32> = (0..rows).filter(|_| chance.percent(40)).rev().collect();
        let listed = next_change(&plan, world.view().ahead(), &Rows::List(some.clone())).unwrap();
        for (all, list) in next.iter().zip(&listed) {
            for row in &some {
                assert_eq!(all.of(*row), list.of(*row));
            }
        }
        let mut instants: Vec<i64> = (0..6)
            .map(|power| world.now.0 + chance.between(1, 40 * 9_i64.pow(power)))
            .collect();
        for next in &next {
            let row = chance.below(rows as usize) as u32;
            instants.extend(next.of(row).map(|at| at.0 - 1));
        }
        instants.retain(|at| *at > world.now.0);
        instants.sort_unstable();
        instants.dedup();
        let run = |at: Instant| prepared.run(world.view_at(at), &Rows::All).unwrap();
        let now = run(world.now);
        for at in instants {
            let then = run(Instant(at));
            for (output, next) in next.iter().enumerate() {
                for row in 0..rows {
                    let due = next.of(row);
                    if due.is_some_and(|due| due.0 <= at) {
                        continue;
                    }
                    let told = || {
                        format!(
                            "{} of c{row} at {} (next change {:?})\n{:#?}",
                            texts[output],
                            world.zone.format(Instant(at)),
                            due.map(|due| world.zone.format(due)),
                            world.snapshot.person(row)
                        )
                    };
                    let stays = given(&now, output, row as usize);
                    assert_eq!(stays, given(&then, output, row as usize), "{}", told());
                    let people = Speaking {
                        world: &world,
                        now: Instant(at),
                    };
                    let slow = evaluate(
                        &world.rules,
                        &people,
                        row,
                        &typed[output],
                        Instant(at),
                        &world.zone,
                    );
                    assert_eq!(stays, slow, "{}", told());
                }
            }
        }
    });
}

#[test]
fn dependence_on_time_is_known_from_the_plan() {
    let mut chance = crate::chance::Chance(1);
    let world = some_world(&mut chance, CONDITIONS, 1);
    for (text, wanted) in [
        ("assets > 100", TimeDependence::Never),
        ("any(purchase)", TimeDependence::Never),
        ("any(loan where amount > 5)", TimeDependence::Never),
        ("any guarantor (assets > 100)", TimeDependence::Never),
        ("any(purchase, last 2 days)", TimeDependence::Date),
        ("any guarantor (years since born > 3)", TimeDependence::Date),
        ("born in next 3 days", TimeDependence::Date),
        ("any(purchase, last 2 hours)", TimeDependence::Instants),
        ("seen < now", TimeDependence::Instants),
        (
            "any guarantor (hours since seen > 3)",
            TimeDependence::Instants,
        ),
    ] {
        let plan = planned(&world, &[typed(&world, text)]);
        let reads = Reads::of(&plan, &plan.outputs);
        assert_eq!(reads.dependence(), wanted, "{text}");
    }
}

#[test]
fn only_what_cannot_be_followed_is_restless() {
    let mut chance = crate::chance::Chance(1);
    let world = some_world(&mut chance, CONDITIONS, 1);
    for text in CONDITIONS {
        let plan = planned(&world, &[typed(&world, text)]);
        // Which date is meant is for a plugin to say; and now, held beside a single fact of somebody else
        // that is also held against whoever asks, is not followed to the second.
        let told = text.contains("if plugin") || text.contains("now and amount > self");
        let restless = Reads::of(&plan, &plan.outputs).clock.restless;
        assert_eq!(restless, told, "{text}");
    }
}
