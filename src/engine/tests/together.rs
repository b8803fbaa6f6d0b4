//! Aggregates that are swept together say what each says alone.

use std::sync::Arc;

use super::trees::*;
use super::world::{World, money, now, options, plan};
use crate::base::calendar::Unit;
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::columns::Snapshot;
use crate::engine::outcome::{OutputResult, SlotProfile};
use crate::engine::{External, Rows, RunOptions, run};
use crate::language::typed::{AggregateFunction, Typed, Window};
use crate::plan::operation::Op;
use crate::plan::{Asked, Plan, compile};

const ROWS: u32 = 4_100;

/// Purchases of two years before now and of some days after it, by some customers of two blocks; every seventh
/// lacks its amount.
fn world(amount: impl Fn(u64) -> i64) -> World {
    let mut world = World::of(ROWS);
    for at in 0..3_000_u64 {
        let mixed = at.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24;
        let day = 737 - (mixed % 750) as i64;
        let date = crate::base::calendar::Date(19_180)
            .add(day, Unit::Day)
            .unwrap();
        let (year, month, day) = date.ymd();
        let time = [0, 43_199, 43_200, 43_201, mixed / 7 % 86_400][(mixed % 5) as usize];
        let (hour, minute, second) = (time / 3_600, time / 60 % 60, time % 60);
        let text = format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
        let paid = (!mixed.is_multiple_of(7)).then(|| money(amount(mixed)));
        let quantity = Some(Value::Int((mixed % 90) as i64 - 20));
        world = world.purchase(
            (mixed % 40 + mixed / 64 % 2 * 4_060) as u32,
            &text,
            [paid, quantity, None, None],
        );
    }
    world
}

fn windows() -> Vec<Window> {
    let last = |count, unit| Window::Last {
        count,
        unit,
        whole: false,
    };
    vec![
        Window::All,
        last(7, Unit::Day),
        last(30, Unit::Day),
        last(90, Unit::Day),
        last(36, Unit::Hour),
        Window::Previous {
            count: 90,
            unit: Unit::Day,
        },
        Window::This(Unit::Month),
        Window::Last {
            count: 3,
            unit: Unit::Month,
            whole: true,
        },
        last(365, Unit::Day),
    ]
}

/// Each function over each window.
fn aggregates() -> Vec<Typed> {
    let each = |window: Window| {
        let of = |function, field: Option<u16>, kind| {
            aggregate(
                function,
                PURCHASE,
                field.and_then(taken),
                kind,
                None,
                window.clone(),
            )
        };
        [
            of(AggregateFunction::Count, None, Kind::Int),
            of(AggregateFunction::Any, None, Kind::Bool),
            of(AggregateFunction::None, None, Kind::Bool),
            of(AggregateFunction::Sum, Some(AMOUNT), Kind::Money),
            of(AggregateFunction::Sum, Some(QUANTITY), Kind::Int),
        ]
    };
    windows().into_iter().flat_map(each).collect()
}

fn asked(plan: &Plan, snapshot: &Snapshot, rows: &Rows) -> (Vec<OutputResult>, Vec<SlotProfile>) {
    let options = RunOptions {
        analyze: true,
        ..options()
    };
    let outcome = run(plan, snapshot, &External::default(), rows, now(), &options).unwrap();
    (outcome.outputs, outcome.profile.unwrap().slots)
}

fn all_at_once(aggregates: &[Typed]) -> Plan {
    let name: Arc<str> = "asked".into();
    let asked: Vec<Asked<'_>> = aggregates
        .iter()
        .map(|typed| Asked {
            name: name.clone(),
            typed,
        })
        .collect();
    compile(&rules(), &asked)
}

#[test]
fn what_is_swept_together_is_what_each_says_alone() {
    // Ordinary amounts, and amounts of which few fit in a sum.
    for scale in [1, 300_000_000_000] {
        let snapshot = world(|mixed| (mixed % 900) as i64 * scale).snapshot();
        let aggregates = aggregates();
        let together = all_at_once(&aggregates);
        let (shared, _) = asked(&together, &snapshot, &Rows::All);
        let (listed, _) = asked(&together, &snapshot, &Rows::List((0..ROWS).collect()));
        assert_eq!(shared, listed);
        for (typed, found) in aggregates.iter().zip(&shared) {
            let (alone, _) = asked(&plan(typed), &snapshot, &Rows::All);
            assert_eq!(&alone[0], found, "{typed:?}");
        }
        let some = shared.iter().filter_map(|found| found.values.as_ref());
        assert!(some.clone().count() > 20);
        let differing = some.clone().filter(|values| {
            let mut rows = 0..ROWS as usize;
            rows.any(|row| values.get(row) != values.get(50))
        });
        assert!(differing.count() > 20, "most windows hold something");
        let lacking = some
            .filter(|values| values.presence.count() < u64::from(ROWS))
            .count();
        assert_eq!(lacking > 0, scale > 1, "sums that do not fit are missing");
    }
}

#[test]
fn one_sweep_serves_all_windows() {
    let snapshot = world(|mixed| (mixed % 900) as i64).snapshot();
    let counts: Vec<Typed> = windows()
        .into_iter()
        .map(|window| count(None, window))
        .collect();
    let plan = all_at_once(&counts);
    let (_, slots) = asked(&plan, &snapshot, &Rows::All);
    let operations = plan.program.operations.iter().zip(&slots);
    let swept = operations.filter(|(operation, _)| matches!(operation.op, Op::Aggregate(_)));
    let read: Vec<u64> = swept.clone().map(|(_, slot)| slot.cells_read).collect();
    assert_eq!(read.len(), windows().len());
    let cells = snapshot.events(crate::schema::EventId(0)).cells.len() as u64;
    let later = snapshot.events(crate::schema::EventId(0)).cells.iter();
    let later = later.filter(|cell| cell.starts.first() > now()).count() as u64;
    // Two blocks of one chunk.
    assert_eq!(read.iter().sum::<u64>(), 2 * (cells - later));
    assert_eq!(read.iter().filter(|cells| **cells > 0).count(), 1);
    assert!(swept.clone().all(|(_, slot)| slot.rows == u64::from(ROWS)));
}
