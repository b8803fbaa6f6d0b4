//! What answers say of tiers: who stands where, of which review, and why.

use std::sync::Arc;

use tamis::base::calendar::Instant;
use tamis::base::source::Sources;
use tamis::engine::RunOptions;
use tamis::engine::trace::render;
use tamis::form::tiers::tiers_lines;
use tamis::language::words::Tongue;
use tamis::live::moment::Moment;
use tamis::live::question::Question;
use tamis::live::score::{ScoreWanted, Shape};

use crate::world::*;

const ITEMS: &str = "tiers grade \"等级\" by assets { gold \"金\": top 25%  silver \"银\": top 50%  basic \"普通\": else  keep 25% }\n\
     filter best: grade in (gold, silver)\n\
     report spread per grade { n: count(customer) }\n";

/// Reviewed on the 11th and the 12th; on the 12th c2 passed all others, and c4 entered after it.
fn world() -> World {
    let mut world = World::new("Europe/Prague", ITEMS, 4, "2024-05-10T12:00");
    let assets = |row, amount| attribute(row, ASSETS, None, money(amount));
    let facts: Vec<_> = (0..4)
        .map(|row| assets(row, 100 - i64::from(row)))
        .collect();
    world.take("2024-05-10T12:00", &facts);
    let since = Some(world.time("2024-05-11T10:00"));
    world.take(
        "2024-05-11T12:00",
        &[attribute(2, ASSETS, since, money(500))],
    );
    world.take("2024-05-12T12:00", &[customer(4), assets(4, 1)]);
    world.until("2024-05-12T12:05");
    world
}

fn moment(world: &World, at: Instant) -> Moment {
    let mut sources = Sources::default();
    sources.add("rules.tamis", ITEMS);
    let moment = Moment::new(sources, world.rules.clone(), world.snapshot.clone(), at);
    moment.with_reviews(Arc::clone(world.members.ranks().reviews()))
}

fn answered(world: &World, at: &str) -> String {
    let moment = moment(world, world.time(at));
    let options = RunOptions::default();
    let question = Question {
        filter: "best",
        show: Some("grade"),
        rows: true,
        ..Question::default()
    };
    let answer = moment.ask(&question, &options).unwrap();
    let rows = answer.rows.unwrap();
    let rows: Vec<String> = rows.iter().map(|row| format!("c{}", row.row)).collect();
    let lines = tiers_lines(&answer.tiers, answer.as_of, moment.zone());
    format!("{}: {}", rows.join(" "), lines.join("; "))
}

#[test]
fn answers_say_of_which_review_they_are() {
    let world = world();
    assert_eq!(
        answered(&world, "2024-05-12T13:00"),
        "c0 c1 c2: grade as reviewed on 2024-05-12"
    );
    assert_eq!(
        answered(&world, "2024-05-11T23:00"),
        "c0 c1: grade as reviewed on 2024-05-11"
    );
    assert_eq!(
        answered(&world, "2024-05-14T01:00"),
        "c0 c1 c2: grade as reviewed on 2024-05-12: there is no review of 2024-05-14"
    );
    assert_eq!(
        answered(&world, "2024-05-10T13:00"),
        "c0 c1 c2: grade by rank alone, without `keep`: there is no review up to 2024-05-10"
    );
}

#[test]
fn tiers_are_counted_and_reported() {
    let world = world();
    let moment = moment(&world, world.time("2024-05-12T13:00"));
    let options = RunOptions::default();
    let score = moment
        .score("等级", ScoreWanted::Figures, &options)
        .unwrap();
    let Shape::Classes(classes) = &score.shape else {
        panic!("no classes");
    };
    let counts: Vec<(&str, u64)> = classes.iter().map(|it| (&*it.name, it.count)).collect();
    assert_eq!(counts, [("gold", 2), ("silver", 1), ("basic", 2)]);
    assert!(
        moment
            .score("grade", ScoreWanted::Top(3), &options)
            .is_err()
    );
    let report = moment.report("spread").unwrap();
    let table = moment.tabled(report, None, &options).unwrap();
    assert_eq!(table.groups, 3);
    assert_eq!(table.tiers.len(), 1);
}

#[test]
fn why_shows_the_review() {
    let world = world();
    let why = |id, at: &str, tongue| {
        let moment = moment(&world, world.time(at));
        let trace = moment.why(id, "grade").unwrap();
        render(&trace, tongue, moment.zone())
    };
    let mut said = String::new();
    for (id, at) in [
        ("c0", "2024-05-12T13:00"),
        ("c2", "2024-05-12T13:00"),
        ("c4", "2024-05-12T13:00"),
        ("c1", "2024-05-10T13:00"),
    ] {
        for tongue in Tongue::BOTH {
            said.push_str(&why(id, at, tongue));
            said.push('\n');
        }
    }
    insta::assert_snapshot!(said);
}
