//! Tiers: at every date change the stored review is the one that the slow evaluator gives
//! from the ranks of that instant and from where everyone stood before; and cases that
//! have a name.

use std::collections::BTreeMap;
use std::sync::Arc;

use tamis::base::calendar::{Date, Instant};
use tamis::columns::Snapshot;
use tamis::engine::reference::people::SnapshotPeople;
use tamis::engine::reference::tier;
use tamis::engine::reviewed::Reviews;
use tamis::language::typed::{DefinitionKind, Detail, Rules};
use tamis::live::members::{Members, View};
use tamis::live::ranks::Ranks;

use crate::chance::Chance;
use crate::exact::{each_story, some_facts, some_time};
use crate::world::*;

/// By tiers and row, the class after the last review.
type Standing = BTreeMap<(Arc<str>, u32), Arc<str>>;

/// Reviews of every date after one instant up to another, from nothing but facts, ranks and the standing before.
fn held(world: &World, facts: &Snapshot, from: Instant, until: Instant, standing: &mut Standing) {
    let (first, last) = (world.zone.date_of(from), world.zone.date_of(until));
    for date in (first.0 + 1..=last.0).map(Date) {
        let expected = classes(&world.rules, facts, world, date, standing);
        for ((name, row), class) in &expected {
            let stored = world.members.ranks().reviews().at(name, date);
            let stored = stored.filter(|stored| stored.date == date);
            let stored = stored.unwrap_or_else(|| panic!("no review of {name} on {date}"));
            assert_eq!(stored.class(*row), class.as_ref(), "{name} c{row} {date}");
            match class {
                Some(class) => standing.insert((name.clone(), *row), class.clone()),
                None => standing.remove(&(name.clone(), *row)),
            };
        }
    }
}

fn classes(
    rules: &Rules,
    facts: &Snapshot,
    world: &World,
    date: Date,
    standing: &Standing,
) -> BTreeMap<(Arc<str>, u32), Option<Arc<str>>> {
    let mut found = BTreeMap::new();
    let at = (world.zone.start_of(date), &world.zone);
    for definition in &rules.definitions {
        let (DefinitionKind::Tiers, Detail::Tiers(detail)) = (definition.kind, &definition.detail)
        else {
            continue;
        };
        let id = rules.find(&definition.name).unwrap();
        for row in 0..facts.rows() {
            let key = (definition.name.clone(), row);
            let before = standing.get(&key).map(|class| &**class);
            let place = tier(rules, &SnapshotPeople(facts), row, id, before, at);
            let class = place.map(|place| detail.classes.values[place].name.clone());
            found.insert(key, class);
        }
    }
    found
}

fn some_tiers(chance: &mut Chance) -> String {
    let by = *chance.one(&[
        "assets",
        "assets default 0",
        "sum(purchase.amount, last 3 days)",
        "count(login, last 2 days)",
        "sum(guarantor.assets)",
    ]);
    let per = *chance.one(&["", "", " per tier"]);
    let keep = *chance.one(&["", "keep 20%", "keep 35%", "keep 100%"]);
    let last = *chance.one(&["basic: else", ""]);
    format!(
        "tiers grade by {by}{per} {{ gold: top 15%  silver: top 40%  {last}  {keep} }}\n\
         tiers second by assets {{ best: top 30%  rest: else  keep 25% }}\n\
         filter golden: grade = gold\nfilter others: not grade in (gold, silver)\n\
         filter odd: grade is missing or (count(purchase where amount > 50) > 2 and grade != silver)\n\
         filter among: top 1 by assets among (grade = silver)\n"
    )
}

#[test]
fn reviews_are_those_of_the_slow_evaluator() {
    each_story(20, |chance, _| {
        let items = some_tiers(chance);
        println!("{items}");
        let mut world = World::new("Europe/Prague", &items, 7, "2024-03-28T08:00");
        let past = some_facts(chance, &world, 30);
        world.go(world.now, &past);
        let mut standing = Standing::new();
        for _ in 0..10 {
            let (before, from) = (world.snapshot.clone(), world.now);
            let now = some_time(chance, &world);
            let facts = match chance.percent(60) {
                true => {
                    let count = 1 + chance.below(5);
                    some_facts(chance, &world, count)
                }
                false => Vec::new(),
            };
            let old = sets(&world.members);
            let changes = world.go(now, &facts);
            held(&world, &before, from, now, &mut standing);
            let ranks = Ranks::new(&world.law.snapshot, world.law.at);
            let ranks = Arc::new(ranks.reviewed(world.members.ranks().reviews()));
            let view = View {
                ranks: Some(&ranks),
                ..world.view()
            };
            let scratch = Members::compute(&world.rules, view).unwrap();
            assert_eq!(sets(&world.members), sets(&scratch));
            assert_eq!(replayed(old, &changes), sets(&scratch));
        }
    });
}

const ZONE: &str = "Europe/Prague";
const GRADE: &str =
    "tiers grade by assets { gold: top 25%  silver: top 50%  basic: else  keep 25% }";

fn assets(row: u32, amount: i64) -> tamis::store::fact::Fact {
    attribute(row, ASSETS, None, money(amount))
}

fn bank(items: &str) -> World {
    let mut world = World::new(ZONE, items, 4, "2024-05-10T12:00");
    let facts: Vec<_> = (0..4)
        .map(|row| assets(row, 100 - i64::from(row)))
        .collect();
    world.take("2024-05-10T12:00", &facts);
    world.until("2024-05-10T12:02");
    world
}

fn stands(reviews: &Reviews, date: &str) -> String {
    let standing = reviews.at("grade", Date::parse(date).unwrap());
    let class = |row| {
        let class = standing.as_ref().and_then(|standing| standing.class(row));
        class.map_or("-", |class| &**class).to_owned()
    };
    (0..4).map(class).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_tier_changes_at_the_date_change_and_not_before() {
    let mut world = bank(GRADE);
    // Before the first review the rank alone decides, at once.
    assert_eq!(
        world.take("2024-05-10T13:00", &[assets(3, 200)]),
        [
            "grade = gold c0 left 2024-05-10T13:00:00+02:00 Ranks",
            "grade = gold c3 entered 2024-05-10T13:00:00+02:00 Ranks",
            "grade = silver c0 entered 2024-05-10T13:00:00+02:00 Ranks",
            "grade = silver c1 left 2024-05-10T13:00:00+02:00 Ranks",
            "grade = basic c1 entered 2024-05-10T13:00:00+02:00 Ranks",
            "grade = basic c3 left 2024-05-10T13:00:00+02:00 Ranks",
        ]
    );
    assert!(world.until("2024-05-11T08:00").is_empty());
    assert_eq!(
        stands(world.members.ranks().reviews(), "2024-05-11"),
        "silver basic basic gold"
    );
    assert_eq!(
        stands(world.members.ranks().reviews(), "2024-05-10"),
        "- - - -"
    );
    // From then on only a date change moves anyone.
    let facts = [assets(0, 1), assets(2, 500)];
    assert!(world.take("2024-05-11T09:00", &facts).is_empty());
    assert!(world.until("2024-05-11T23:59:59").is_empty());
    // c2 passes; c3 falls to the second place, within top 25% + 25%; c0 falls to the last.
    assert_eq!(
        world.until("2024-05-12T00:00"),
        [
            "grade = gold c2 entered 2024-05-12T00:00:00+02:00 Time",
            "grade = silver c0 left 2024-05-12T00:00:00+02:00 Time",
            "grade = basic c0 entered 2024-05-12T00:00:00+02:00 Time",
            "grade = basic c2 left 2024-05-12T00:00:00+02:00 Time",
        ]
    );
    // Falling past what is kept: the third place.
    assert!(world.take("2024-05-12T09:00", &[assets(1, 300)]).is_empty());
    assert_eq!(
        world.until("2024-05-13T00:00"),
        [
            "grade = gold c3 left 2024-05-13T00:00:00+02:00 Time",
            "grade = silver c1 entered 2024-05-13T00:00:00+02:00 Time",
            "grade = basic c1 left 2024-05-13T00:00:00+02:00 Time",
            "grade = basic c3 entered 2024-05-13T00:00:00+02:00 Time",
        ]
    );
    let reviews = world.members.ranks().reviews();
    assert_eq!(stands(reviews, "2024-05-12"), "basic basic gold gold");
    assert_eq!(stands(reviews, "2024-05-13"), "basic silver gold basic");
}

#[test]
fn one_who_came_after_the_review_is_placed_by_rank() {
    let mut world = bank(GRADE);
    world.until("2024-05-11T00:00");
    let changes = world.take("2024-05-11T09:00", &[customer(4), assets(4, 900)]);
    assert_eq!(
        changes,
        ["grade = gold c4 entered 2024-05-11T09:00:00+02:00 Ranks"]
    );
    // Both stand there until the next review; then the rank keeps the one who fell by one place.
    let gold = |world: &World| sets(&world.members)[&Arc::from("grade = gold")].clone();
    assert_eq!(gold(&world), [0, 4].into());
    world.until("2024-05-12T00:00");
    assert_eq!(gold(&world), [0, 4].into());
}

#[test]
fn other_words_of_the_rule_count_from_the_next_review_on() {
    let mut world = bank(GRADE);
    world.until("2024-05-11T00:00");
    let wider = "tiers grade by assets { gold: top 50%  basic: else  keep 25% }";
    let rules = compiled(ZONE, wider);
    let (members, reload) = world.members.reload(&rules, world.view()).unwrap();
    // Gold and basic stand as reviewed; silver is no more, and its customer is placed by rank.
    let told: Vec<(u32, bool)> = reload
        .changes
        .iter()
        .map(|it| (it.row, it.entered))
        .collect();
    assert_eq!(told, [(1, true)], "{:?}", reload.changes);
    (world.members, world.rules) = (members, rules);
    assert!(world.until("2024-05-11T20:00").is_empty());
    // Who is placed by rank falls by rank, at once.
    let changes = world.take("2024-05-11T21:00", &[assets(3, 500)]);
    assert_eq!(
        changes,
        [
            "grade = gold c1 left 2024-05-11T21:00:00+02:00 Ranks",
            "grade = basic c1 entered 2024-05-11T21:00:00+02:00 Ranks",
        ]
    );
    let changes = world.until("2024-05-12T00:00");
    assert_eq!(
        changes,
        [
            "grade = gold c3 entered 2024-05-12T00:00:00+02:00 Time",
            "grade = basic c3 left 2024-05-12T00:00:00+02:00 Time",
        ]
    );
    // c1, on the third of four places, was never reviewed as gold.
    let reviews = world.members.ranks().reviews();
    assert_eq!(stands(reviews, "2024-05-12"), "gold basic basic gold");
    assert_eq!(stands(reviews, "2024-05-11"), "gold silver basic basic");
}
