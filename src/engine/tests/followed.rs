//! The work of a sequence, in pairs looked at: quadratic where conditions name one step
//! at a time, linear where only the order matters.

use super::trees::*;
use super::world::*;
use crate::base::calendar::Unit;
use crate::base::kind::Kind;
use crate::engine::{External, Rows, RunOptions, run};
use crate::language::typed::{
    CompareOp, Followed, FollowedStep, NamedFact, Node, Subfield, Typed, Within,
};
use crate::plan::operation::Op;
use crate::schema::{EventId, FieldId};

const STEPS: u64 = 5;

fn step(filter: Option<Typed>, within: Option<Within>) -> FollowedStep {
    FollowedStep {
        name: Some("s".into()),
        absent: false,
        event: EventId(0),
        filter,
        within,
    }
}

/// `amount < s.amount` of the step so many before.
fn below(out: u32) -> Typed {
    let named = Node::Named(NamedFact {
        out,
        name: "s".into(),
        subject: PURCHASE,
        take: Subfield::Field(FieldId(AMOUNT)),
    });
    let earlier = typed(named, Kind::Money);
    compare(field_of(AMOUNT), CompareOp::Less, earlier)
}

/// The answer for one customer with `count` purchases of falling amounts, a minute apart, and the pairs
/// looked at.
fn asked(steps: Vec<FollowedStep>, count: u64) -> (Option<bool>, u64) {
    let instant = |at| format!("2024-06-01T{:02}:{:02}", at / 60, at % 60);
    asked_of(steps, (0..count).map(instant))
}

/// The same with purchases at those instants.
fn asked_of(
    steps: Vec<FollowedStep>,
    instants: impl Iterator<Item = String>,
) -> (Option<bool>, u64) {
    let sequence = condition(Node::Followed(Box::new(Followed { steps })));
    let mut world = World::of(1);
    for (at, instant) in (0..).zip(instants) {
        let amount = Some(money(1_000 - at));
        world = world.purchase(0, &instant, [amount, None, None, None]);
    }
    let (plan, snapshot) = (plan(&sequence), world.snapshot());
    let options = RunOptions {
        analyze: true,
        ..options()
    };
    let external = External::default();
    let outcome = run(&plan, &snapshot, &external, &Rows::All, now(), &options).unwrap();
    let mut operations = plan.program.operations.iter();
    let at = operations.position(|it| matches!(it.op, Op::Followed(_)));
    let profile = outcome.profile.unwrap();
    let verdict = outcome.outputs[0].condition.as_ref().unwrap().get(0);
    (verdict, profile.slots[at.unwrap()].pairs)
}

/// A purchase of at least so much, then one below it, perhaps so far from it.
fn falling(bound: i64, within: Option<Within>) -> Vec<FollowedStep> {
    let amount = |op| compare(field_of(AMOUNT), op, literal(money(bound)));
    vec![
        step(Some(amount(CompareOp::GreaterEqual)), None),
        step(Some(amount(CompareOp::Less)), within),
    ]
}

#[test]
fn events_on_the_first_and_the_last_date_follow_each_other() {
    let years = Within {
        low: 9_998,
        high: 9_998,
        unit: Unit::Year,
    };
    for (instants, within, expected) in [
        (["0001-01-01", "0001-01-01T00:01"], None, true),
        (["0001-01-01", "0001-01-29"], None, true),
        (["0001-01-01", "2024-06-01"], None, true),
        (["2024-06-01", "0001-01-01"], None, false),
        // Not yet.
        (["0001-01-01", "9999-12-31T23:59"], Some(years), false),
    ] {
        let expected = Some(expected);
        let instants = instants.map(str::to_owned).into_iter();
        assert_eq!(asked_of(falling(1_000, within), instants).0, expected);
    }
}

#[test]
fn where_the_clock_is_changed_each_event_is_looked_at_once() {
    let day = Within {
        low: 1,
        high: 2,
        unit: Unit::Day,
    };
    for (date, next) in [
        ("2024-03-30", "2024-03-31"),
        ("2024-03-31", "2024-04-01"),
        ("2023-10-28", "2023-10-29"),
        ("2023-10-29", "2023-10-30"),
    ] {
        let instants = (0..100).map(|at| match at {
            0..50 => format!("{date}T23:{at:02}"),
            _ => format!("{next}T00:{:02}", at - 50),
        });
        let found = asked_of(falling(951, Some(day)), instants);
        assert_eq!(found, (Some(true), 100), "{date}");
    }
}

#[test]
fn where_only_the_order_matters_each_event_is_looked_at_once_a_step() {
    for count in [50, 100, 200] {
        let steps = (0..STEPS).map(|_| step(None, None)).collect();
        let (found, pairs) = asked(steps, count);
        assert_eq!(found, Some(true));
        assert!(pairs <= STEPS * count, "{pairs} pairs of {count} events");
    }
}

#[test]
fn naming_the_step_before_is_quadratic_however_many_steps() {
    for count in [50, 100, 200] {
        let steps = (0..STEPS).map(|at| step((at > 0).then(|| below(1)), None));
        let (found, pairs) = asked(steps.collect(), count);
        assert_eq!(found, Some(true));
        assert!(pairs <= STEPS * count * count, "{pairs} of {count}");
        let day = Within {
            low: 0,
            high: 1,
            unit: Unit::Day,
        };
        let steps = (0..STEPS).map(|at| step(None, (at > 0).then_some(day)));
        let (found, pairs) = asked(steps.collect(), count);
        assert_eq!(found, Some(true));
        assert!(pairs <= STEPS * count * count, "{pairs} of {count}");
    }
}

#[test]
fn naming_one_more_step_costs_one_more_power() {
    for count in [20, 40] {
        let steps = vec![
            step(None, None),
            step(None, None),
            step(Some(below(2)), None),
            step(Some(below(3)), None),
        ];
        let (found, pairs) = asked(steps, count);
        assert_eq!(found, Some(true));
        assert!(pairs <= 4 * count * count * count, "{pairs} of {count}");
    }
}
