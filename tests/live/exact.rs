//! Random stories: at every look the members are those computed from nothing, and
//! what was told on the way is all that happened, when it happened.

use std::collections::BTreeSet;
use std::sync::Arc;

use tamis::base::calendar::{Date, Instant};
use tamis::base::value::Value;
use tamis::engine::next_change::Reads;
use tamis::language::typed::Rules;
use tamis::live::members::{Cause, Change, Members, View};
use tamis::plan::{Asked, compile};
use tamis::store::fact::Fact;

use crate::chance::Chance;
use crate::ranked::Law;
use crate::rules;
use crate::world::*;

/// Where the clock is turned, and where it is not.
const PLACES: [(&str, &str); 5] = [
    ("Europe/Prague", "2024-03-28T08:00"),
    ("Europe/Prague", "2024-10-25T22:00"),
    ("America/Sao_Paulo", "2018-11-02T12:00"),
    ("America/Sao_Paulo", "2018-02-16T12:00"),
    ("Asia/Shanghai", "2024-02-27T12:00"),
];

const STORIES: u64 = 25;
const LOOKS: usize = 14;

fn number(name: &str, otherwise: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("{name} is a number")),
        Err(_) => otherwise,
    }
}

/// Runs every story with its own seed.
pub fn each_story(count: u64, story: impl Fn(&mut Chance, u64)) {
    let seed = number("TAMIS_LIVE_SEED", 7_171);
    let count = number("TAMIS_LIVE_STORIES", count);
    println!("TAMIS_LIVE_SEED={seed} TAMIS_LIVE_STORIES={count}");
    for at in 0..count {
        let seed = seed.wrapping_add(at);
        println!("story {seed}");
        story(&mut Chance(seed), seed);
    }
}

/// A world with some past.
pub fn some_world(chance: &mut Chance, texts: &[&str], filters: usize) -> World {
    let (zone, now) = *chance.one(&PLACES);
    let items = rules::filters(chance, texts, filters);
    println!("{zone}\n{items}");
    let mut world = World::new(zone, &items, 6, now);
    let past = some_facts(chance, &world, 25);
    world.go(world.now, &past);
    world
}

fn some_instant(chance: &mut Chance, now: Instant) -> Instant {
    let at = match chance.below(4) {
        0 => now.0 + chance.between(-4 * 3_600, 3 * 3_600),
        1 => now.0 + chance.between(-5 * 86_400, 2 * 86_400),
        2 => (now.0 + chance.between(-40 * 86_400, 3 * 86_400)) / 900 * 900,
        _ => now.0 + chance.between(-100, 100),
    };
    Instant(at)
}

fn some_value(chance: &mut Chance, world: &World, id: u16) -> Option<Value> {
    if chance.percent(12) {
        return None;
    }
    match id {
        ASSETS => money(chance.between(0, 200)),
        BORN => {
            let near = world.zone.date_of(world.now).0;
            let years = *chance.one(&[0, 0, 18 * 365 + 4]);
            let day = near - years + chance.between(-8, 8) as i32;
            Some(Value::Date(Date(day)))
        }
        SEEN => Some(Value::Time(some_instant(chance, world.now))),
        TIER => Some(Value::Enum(chance.below(2) as u16)),
        _ => Some(Value::Text((*chance.one(&["x", "axb", "no"])).into())),
    }
}

/// Facts of every kind, late, at hand and dated ahead.
pub fn some_facts(chance: &mut Chance, world: &World, count: usize) -> Vec<Fact> {
    let mut rows = world.snapshot.rows();
    let mut facts = Vec::new();
    for _ in 0..count {
        let row = chance.below(rows as usize) as u32;
        let at = some_instant(chance, world.now);
        let since = chance.percent(60).then_some(at);
        let identity = chance.next();
        facts.push(match chance.below(20) {
            0 => {
                rows += 1;
                customer(rows - 1)
            }
            1..7 => {
                let paid = some_value(chance, world, BORN);
                let valid = some_value(chance, world, SEEN);
                let fields = vec![money(chance.between(1, 150)), paid, valid];
                event(PURCHASE, row, at, identity, fields)
            }
            7..10 => {
                let device = Value::Text((*chance.one(&["a", "b"])).into());
                event(LOGIN, row, at, identity, vec![Some(device)])
            }
            10..15 => {
                let id = chance.below(5) as u16;
                attribute(row, id, since, some_value(chance, world, id))
            }
            15..17 => {
                let key = *chance.one(&["L1", "L2", "L3"]);
                let fields = vec![
                    money(chance.between(1, 99)),
                    some_value(chance, world, BORN),
                ];
                loan(row, key, since, fields)
            }
            17 => manager(row, if chance.percent(50) { "Li" } else { "Wu" }, since),
            _ => guarantor(row, chance.below(rows as usize) as u32, since),
        });
    }
    facts
}

pub fn some_time(chance: &mut Chance, world: &World) -> Instant {
    let due = world.members.next_due();
    let after = match chance.below(7) {
        0 => 0,
        1 => chance.between(1, 120),
        2 => chance.between(1, 4 * 3_600),
        3 => chance.between(1, 2 * 86_400),
        4 => due.map_or(7, |due| (due.0 - world.now.0).min(9 * 86_400)),
        5 => due.map_or(7, |due| (due.0 - world.now.0 - 1).clamp(0, 9 * 86_400)),
        _ => chance.between(1, 9 * 86_400),
    };
    Instant(world.now.0 + after)
}

/// At instants between two looks the sets of the facts known then are the old ones with what was told so far.
fn on_the_way(chance: &mut Chance, before: &Before, world: &World, changes: &[Change]) {
    let until = world.now.0 - 1;
    if until <= before.now.0 {
        return;
    }
    let mut instants: Vec<i64> = (0..2)
        .map(|_| chance.between(before.now.0, until))
        .collect();
    for change in changes.iter().take(4) {
        instants.extend([change.at.0 - 1, change.at.0]);
    }
    instants.retain(|at| (before.now.0..=until).contains(at));
    for at in instants {
        let mut law = before.law.clone();
        law.pass(&world.zone, &before.snapshot, Instant(at));
        let ranks = law.ranks();
        let view = View {
            snapshot: &before.snapshot,
            ranks: Some(&ranks),
            ..world.view_at(Instant(at))
        };
        let scratch = Members::compute(&world.rules, view).unwrap();
        let so_far: Vec<Change> = changes.iter().filter(|it| it.at.0 <= at).cloned().collect();
        let by_itself = |cause: &Cause| matches!(cause, Cause::Time | Cause::Ranks);
        assert!(so_far.iter().all(|change| by_itself(&change.cause)));
        let restless = restless(&world.rules);
        let steady = |mut sets: Sets| {
            sets.retain(|name, _| !restless.contains(name));
            sets
        };
        assert_eq!(
            steady(replayed(before.sets.clone(), &so_far)),
            steady(sets(&scratch)),
            "at {}: {:#?}",
            world.zone.format(Instant(at)),
            world.told(changes)
        );
    }
}

/// Filters that may change at any second and are exact only when someone looks.
fn restless(rules: &Rules) -> BTreeSet<Arc<str>> {
    let filters = rules.definitions.iter();
    let restless = filters.filter(|filter| {
        let asked = Asked {
            name: Arc::clone(&filter.name),
            typed: &filter.expression,
        };
        let plan = compile(rules, &[asked]);
        Reads::of(&plan, &plan.outputs).clock.restless
    });
    restless.map(|filter| Arc::clone(&filter.name)).collect()
}

/// What was before a look.
struct Before {
    now: Instant,
    snapshot: tamis::columns::Snapshot,
    sets: Sets,
    law: Law,
}

fn story(chance: &mut Chance) {
    let count = 3 + chance.below(12);
    let mut world = some_world(chance, &rules::all(), count);
    world.wait(*chance.one(&[0, 60, 7_200]));
    for look in 0..LOOKS {
        let before = Before {
            now: world.now,
            snapshot: world.snapshot.clone(),
            sets: sets(&world.members),
            law: world.law.clone(),
        };
        let now = some_time(chance, &world);
        let facts = match chance.percent(60) {
            true => {
                let count = 1 + chance.below(4);
                some_facts(chance, &world, count)
            }
            false => Vec::new(),
        };
        let changes = world.go(now, &facts);
        let ranks = world.law.ranks();
        let view = View {
            ranks: Some(&ranks),
            ..world.view()
        };
        let scratch = Members::compute(&world.rules, view).unwrap();
        let told = || {
            format!(
                "look {look}, {} to {}\n{facts:#?}\n{:#?}",
                world.zone.format(before.now),
                world.zone.format(now),
                world.told(&changes)
            )
        };
        assert_eq!(sets(&world.members), sets(&scratch), "{}", told());
        assert_eq!(
            replayed(before.sets.clone(), &changes),
            sets(&scratch),
            "{}",
            told()
        );
        on_the_way(chance, &before, &world, &changes);
        if chance.percent(15) {
            reload(chance, &mut world, count);
        }
    }
}

fn reload(chance: &mut Chance, world: &mut World, count: usize) {
    let count = (count + chance.below(3)).saturating_sub(1).max(1);
    let items = rules::filters(chance, &rules::all(), count);
    println!("now\n{items}");
    let rules = compiled(world.zone.name(), &items);
    let old = sets(&world.members);
    let (members, reload) = world.members.reload(&rules, world.view()).unwrap();
    let scratch = Members::compute(&rules, world.view()).unwrap();
    let new = sets(&members);
    assert_eq!(new, sets(&scratch));
    let mut replay = replayed(old, &reload.changes);
    replay.retain(|name, _| !reload.dropped.contains(name));
    for (name, count) in &reload.initial {
        assert_eq!(new[name].len() as u64, *count);
        assert!(replay.insert(name.clone(), new[name].clone()).is_none());
    }
    assert_eq!(replay, new);
    world.members = members;
    world.rules = rules;
    world.law = Law::new(&world.snapshot, world.now, world.law.seconds);
}

#[test]
fn members_are_those_computed_from_nothing() {
    each_story(STORIES, |chance, _| story(chance));
}
