//! Cases that have a name.

use std::collections::BTreeSet;

use tamis::base::calendar::{Date, Instant};
use tamis::base::value::Value;
use tamis::live::members::{Cause, Members};

use crate::world::*;

const PRAGUE: &str = "Europe/Prague";

#[test]
fn leaves_on_the_date_due() {
    let mut world = World::new(
        PRAGUE,
        "filter active: any(purchase, last 90 days)",
        2,
        "2024-01-10T12:00",
    );
    let bought = purchase(1, world.time("2024-01-10T11:00"), 5);
    assert_eq!(
        world.take("2024-01-10T12:00", &[bought]),
        ["active c1 entered 2024-01-10T12:00:00+01:00 Fact { kind: \"purchase\" }"]
    );
    assert!(world.until("2024-04-08T23:59:59").is_empty());
    assert_eq!(
        world.until("2024-05-01T00:00"),
        ["active c1 left 2024-04-09T00:00:00+02:00 Time"]
    );
}

#[test]
fn leaves_at_the_second_due() {
    let mut world = World::new(
        PRAGUE,
        "filter recent: any(purchase, last 72 hours)\nfilter waiting: hours since last(purchase).at >= 2",
        1,
        "2024-05-10T12:00",
    );
    let bought = purchase(0, world.time("2024-05-10T12:00:07"), 5);
    let entered = world.take("2024-05-10T12:00:10", &[bought]);
    assert_eq!(entered.len(), 1);
    assert_eq!(
        world.members.next_due(),
        Some(world.time("2024-05-10T14:00:07"))
    );
    assert_eq!(
        world.until("2024-05-10T14:00:07"),
        ["waiting c0 entered 2024-05-10T14:00:07+02:00 Time"]
    );
    assert!(world.until("2024-05-13T12:00:06").is_empty());
    assert_eq!(
        world.until("2024-05-13T12:00:07"),
        ["recent c0 left 2024-05-13T12:00:07+02:00 Time"]
    );
    assert_eq!(world.members.next_due(), None);
}

#[test]
fn dates_of_23_and_25_hours_end_when_they_end() {
    for (zone, day, end) in [
        (PRAGUE, "2024-03-31", "2024-04-01T00:00:00+02:00"),
        (PRAGUE, "2024-10-27", "2024-10-28T00:00:00+01:00"),
        // Midnight itself is left out: the date starts at one.
        (
            "America/Sao_Paulo",
            "2018-11-03",
            "2018-11-04T01:00:00-02:00",
        ),
        (
            "America/Sao_Paulo",
            "2018-02-17",
            "2018-02-18T00:00:00-03:00",
        ),
    ] {
        let mut world = World::new(
            zone,
            "filter today_only: any(purchase, last 1 days)\nfilter day_long: any(purchase, rolling 1 days)",
            1,
            &format!("{day}T10:00"),
        );
        let at = world.time(&format!("{day}T09:00"));
        world.go(world.now, &[purchase(0, at, 1)]);
        let changes = world.until("2025-01-01");
        let long = world.zone.format(Instant(at.0 + 86_400));
        assert_eq!(
            changes,
            [
                format!("today_only c0 left {end} Time"),
                format!("day_long c0 left {long} Time")
            ]
        );
    }
}

#[test]
fn what_is_dated_ahead_enters_on_time() {
    let mut world = World::new(
        PRAGUE,
        "filter bought: any(purchase)\nfilter rich: assets > 100\nfilter owes: any(loan)\nfilter backed: count(guarantor) > 0\nfilter managed: manager contains \"Li\"",
        2,
        "2024-05-10T12:00",
    );
    let at = |second: i64| Some(Instant(world.time("2024-05-11T08:00").0 + second));
    let facts = [
        purchase(0, at(0).unwrap(), 5),
        attribute(0, ASSETS, at(1), money(200)),
        attribute(0, ASSETS, at(6), money(50)),
        loan(0, "L1", at(2), vec![money(5), None]),
        loan(1, "L1", at(3), vec![money(5), None]),
        guarantor(0, 1, at(4)),
        manager(0, "Li", at(5)),
    ];
    assert!(world.take("2024-05-10T12:00", &facts).is_empty());
    let changes = world.until("2024-05-12T00:00");
    let wanted = [
        "bought c0 entered 2024-05-11T08:00:00+02:00 Time",
        "rich c0 entered 2024-05-11T08:00:01+02:00 Time",
        "owes c0 entered 2024-05-11T08:00:02+02:00 Time",
        "owes c0 left 2024-05-11T08:00:03+02:00 Time",
        "owes c1 entered 2024-05-11T08:00:03+02:00 Time",
        "backed c0 entered 2024-05-11T08:00:04+02:00 Time",
        "managed c0 entered 2024-05-11T08:00:05+02:00 Time",
        "rich c0 left 2024-05-11T08:00:06+02:00 Time",
    ];
    assert_eq!(changes, wanted);
    assert_eq!(world.members.next_due(), None);
}

#[test]
fn a_neighbour_changes_who_is_in() {
    let mut world = World::new(
        PRAGUE,
        "filter safe: any guarantor (assets > 100 and any(login, last 2 hours))\nfilter deep: any guarantees (any guarantees (assets > 100))",
        4,
        "2024-05-10T12:00",
    );
    let edges = [
        guarantor(0, 1, None),
        guarantor(1, 2, None),
        guarantor(3, 1, None),
    ];
    assert!(world.take("2024-05-10T12:00", &edges).is_empty());
    let at = world.time("2024-05-10T12:30");
    let login = event(LOGIN, 1, at, 1, vec![None]);
    assert!(world.take("2024-05-10T12:30", &[login]).is_empty());
    let rich = attribute(1, ASSETS, None, money(500));
    assert_eq!(
        world.take("2024-05-10T13:00", &[rich]),
        [
            "safe c0 entered 2024-05-10T13:00:00+02:00 Fact { kind: \"assets\" }",
            "safe c3 entered 2024-05-10T13:00:00+02:00 Fact { kind: \"assets\" }",
        ]
    );
    let rich = attribute(0, ASSETS, None, money(500));
    assert_eq!(
        world.take("2024-05-10T13:10", &[rich]),
        ["deep c2 entered 2024-05-10T13:10:00+02:00 Fact { kind: \"assets\" }"]
    );
    assert_eq!(
        world.until("2024-05-10T15:00"),
        [
            "safe c0 left 2024-05-10T14:30:00+02:00 Time",
            "safe c3 left 2024-05-10T14:30:00+02:00 Time",
        ]
    );
}

#[test]
fn an_idle_advance_runs_nothing() {
    let mut world = World::new(
        PRAGUE,
        "filter a: any(purchase, last 3 hours)\nfilter b: assets > 5\nfilter c: days since born > 3",
        50,
        "2024-05-10T12:00",
    );
    let runs = world.members.runs();
    for second in 0..100 {
        let now = Instant(world.now.0 + second);
        assert!(world.go(now, &[]).is_empty());
    }
    assert_eq!(world.members.runs(), runs);
    // A fact that no filter reads runs nothing either; one that a filter reads runs once.
    world.go(
        world.now,
        &[attribute(3, NOTE, None, Some(Value::Text("x".into())))],
    );
    assert_eq!(world.members.runs(), runs);
    world.go(world.now, &[attribute(3, ASSETS, None, money(9))]);
    assert_eq!(world.members.runs(), runs + 1);
    world.until("2024-05-11T00:00");
    assert_eq!(world.members.runs(), runs + 2);
}

#[test]
fn a_visit_between_two_looks_is_told() {
    let mut world = World::new(
        PRAGUE,
        "filter fresh: any(purchase, last 1 hours)",
        1,
        "2024-05-10T12:00",
    );
    let ahead = purchase(0, world.time("2024-05-10T13:00:30"), 1);
    world.go(world.now, &[ahead]);
    assert_eq!(
        world.until("2024-06-01"),
        [
            "fresh c0 entered 2024-05-10T13:00:30+02:00 Time",
            "fresh c0 left 2024-05-10T14:00:30+02:00 Time",
        ]
    );
}

#[test]
fn instants_compared_with_now_are_passed_to_the_second() {
    let mut world = World::new(
        PRAGUE,
        "filter over: seen <= now\nfilter cold: seen < now - 3 hours\nfilter old: seen < now - 2 days\nfilter open: any(purchase where valid_to >= now)\nfilter launched: now >= 2024-05-20T10:00",
        1,
        "2024-05-10T12:00",
    );
    let seen = world.time("2024-05-10T12:10");
    let valid = Value::Time(Instant(seen.0 + 60));
    let bought = event(
        PURCHASE,
        0,
        Instant(seen.0 - 900),
        1,
        vec![None, None, Some(valid)],
    );
    let facts = [attribute(0, SEEN, None, Some(Value::Time(seen))), bought];
    assert_eq!(
        world.take("2024-05-10T12:00", &facts),
        ["open c0 entered 2024-05-10T12:00:00+02:00 Fact { kind: \"purchase\" }"]
    );
    assert_eq!(
        world.until("2024-06-01"),
        [
            "over c0 entered 2024-05-10T12:10:00+02:00 Time",
            "open c0 left 2024-05-10T12:11:01+02:00 Time",
            "cold c0 entered 2024-05-10T15:10:01+02:00 Time",
            "old c0 entered 2024-05-12T12:10:01+02:00 Time",
            "launched c0 entered 2024-05-20T10:00:00+02:00 Time",
        ]
    );
}

#[test]
fn rules_come_and_go() {
    let mut world = World::new(
        PRAGUE,
        "filter rich: assets > 100\nfilter poor: assets < 10\nfilter old: any(purchase)",
        3,
        "2024-05-10T12:00",
    );
    let assets = |row, whole| attribute(row, ASSETS, None, money(whole));
    world.go(world.now, &[assets(0, 200), assets(1, 50), assets(2, 5)]);
    let rules = compiled(
        PRAGUE,
        "metric wealth: assets\nfilter poor: assets < 10\nfilter rich: wealth > 20\nfilter known: assets is present",
    );
    let (members, reload) = world.members.reload(&rules, world.view()).unwrap();
    let told = world.told(&reload.changes);
    assert_eq!(told, ["rich c1 entered 2024-05-10T12:00:00+02:00 Rule"]);
    assert_eq!(reload.initial, [("known".into(), 3)]);
    assert_eq!(reload.dropped, ["old".into()]);
    let scratch = Members::compute(&rules, world.view()).unwrap();
    assert_eq!(sets(&members), sets(&scratch));
    let elsewhere = world.view_at(Instant(world.now.0 + 1));
    assert!(members.reload(&rules, elsewhere).is_err());
}

#[test]
fn the_erased_are_members_no_more() {
    let mut world = World::new(PRAGUE, "filter rich: assets > 100", 3, "2024-05-10T12:00");
    let assets = |row, whole| attribute(row, ASSETS, None, money(whole));
    world.go(world.now, &[assets(0, 200), assets(1, 200)]);
    let (members, changes) = world.members.without(&BTreeSet::from([1]), world.now);
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].cause, Cause::Erasure);
    world.members = members;
    assert!(world.go(world.now, &[assets(1, 300)]).is_empty());
    assert_eq!(world.members.of("rich").unwrap().count(), 1);
}

#[test]
fn a_birthday_comes_with_the_date() {
    let mut world = World::new(
        PRAGUE,
        "filter adult: years since born >= 18\nfilter soon: anniversary(born) in next 2 days",
        1,
        "2024-02-20T12:00",
    );
    let born = Date::from_ymd(2006, 2, 28).unwrap();
    world.go(
        world.now,
        &[attribute(0, BORN, None, Some(Value::Date(born)))],
    );
    assert_eq!(
        world.until("2024-04-01"),
        [
            "soon c0 entered 2024-02-27T00:00:00+01:00 Time",
            "adult c0 entered 2024-02-28T00:00:00+01:00 Time",
            "soon c0 left 2024-02-29T00:00:00+01:00 Time",
        ]
    );
}

#[test]
fn one_stage_is_left_when_the_next_is_entered() {
    let items = "stages phase \"阶段\" { fresh: any(purchase, last 2 days)  rich \"富\": assets > 100  other: else }\n\
                 score worth range 0..5: count(purchase, last 3 days)\n\
                 filter known: worth >= 1 and phase != fresh";
    let mut world = World::new(PRAGUE, items, 2, "2024-01-10T12:00");
    let names: Vec<&str> = world.members.iter().map(|(name, _)| &**name).collect();
    let stages = ["phase = fresh", "phase = rich", "phase = other"];
    assert_eq!(names, [&["known"], stages.as_slice()].concat());
    assert_eq!(
        world.members.of("阶段 = 富").map(|set| set.count()),
        Some(0)
    );
    assert_eq!(
        world.members.of("phase = other").map(|set| set.count()),
        Some(2)
    );
    let bought = purchase(1, world.time("2024-01-10T11:00"), 5);
    assert_eq!(
        world.take("2024-01-10T12:00", &[bought]),
        [
            "phase = fresh c1 entered 2024-01-10T12:00:00+01:00 Fact { kind: \"purchase\" }",
            "phase = other c1 left 2024-01-10T12:00:00+01:00 Fact { kind: \"purchase\" }",
        ]
    );
    assert_eq!(
        world.until("2024-01-20T00:00"),
        [
            "known c1 entered 2024-01-12T00:00:00+01:00 Time",
            "phase = fresh c1 left 2024-01-12T00:00:00+01:00 Time",
            "phase = other c1 entered 2024-01-12T00:00:00+01:00 Time",
            "known c1 left 2024-01-13T00:00:00+01:00 Time",
        ]
    );
    // Another order of the stages is another rule: who moves is told so.
    let assets = attribute(0, ASSETS, None, money(500));
    assert_eq!(world.take("2024-01-20T01:00", &[assets]).len(), 2);
}

#[test]
fn what_happens_two_steps_away_is_seen_at_once() {
    let mut world = World::new(
        PRAGUE,
        "filter near: any guarantor within 2 steps (any(login, last 1 days))",
        4,
        "2024-01-10T12:00",
    );
    let edges = [
        guarantor(0, 1, None),
        guarantor(1, 2, None),
        guarantor(2, 3, None),
    ];
    world.go(world.now, &edges);
    let at = world.time("2024-01-10T12:30");
    let entered = world.take("2024-01-10T12:30", &[login(2, at)]);
    let told = |who: &str| {
        format!("near {who} entered 2024-01-10T12:30:00+01:00 Fact {{ kind: \"login\" }}")
    };
    assert_eq!(entered, [told("c0"), told("c1")]);
    let left = world.until("2024-02-01");
    assert_eq!(left.len(), 2);
    assert!(
        left.iter()
            .all(|it| it.contains("2024-01-11T00:00:00+01:00 Time"))
    );
}

#[test]
fn an_edge_two_steps_away_is_seen_at_once() {
    let mut world = World::new(
        PRAGUE,
        "filter near: any guarantor within 2 steps (assets > 100)",
        3,
        "2024-01-10T12:00",
    );
    world.go(
        world.now,
        &[
            attribute(2, ASSETS, None, money(500)),
            guarantor(0, 1, None),
        ],
    );
    let entered = world.take("2024-01-10T13:00", &[guarantor(1, 2, None)]);
    assert_eq!(entered.len(), 2, "{entered:?}");
}

#[test]
fn absence_comes_true_by_time_alone() {
    let mut world = World::new(
        PRAGUE,
        "filter quiet: followed(login, no purchase within 2 days)\nfilter still: followed(login, no purchase within 90 minutes)",
        1,
        "2024-01-10T12:00",
    );
    let at = world.time("2024-01-10T12:00");
    assert!(world.take("2024-01-10T12:00", &[login(0, at)]).is_empty());
    assert_eq!(
        world.until("2024-02-01"),
        [
            "still c0 entered 2024-01-10T13:30:01+01:00 Time",
            "quiet c0 entered 2024-01-13T00:00:00+01:00 Time"
        ]
    );
}

fn login(row: u32, at: Instant) -> tamis::store::fact::Fact {
    event(LOGIN, row, at, 1, vec![Some(Value::Text("a".into()))])
}
