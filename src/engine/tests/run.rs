//! The run itself: rows, blame, profile, threads, cancelling.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::trees::*;
use super::world::{World, ask, money, now, options, plan};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::engine::{External, Rows, RunError, RunOptions, run};
use crate::language::typed::{ArithmeticOp, CompareOp, Node, Typed, Window};

fn older() -> Typed {
    compare(attribute(AGE), CompareOp::Greater, int(30))
}

/// Some thousands of customers, ages 0..60, every seventh unknown.
fn many(rows: u32) -> World {
    let ages = (0..rows).filter(|row| row % 7 != 0);
    ages.fold(World::of(rows), |world, row| {
        world.attribute(row, AGE, Value::Int(i64::from(row % 60)))
    })
}

#[test]
fn yes_no_and_unknown_are_all_rows_asked() {
    let rows = 70_000;
    let (plan, snapshot) = (plan(&older()), many(rows).snapshot());
    let outcome = ask(&plan, &snapshot, &Rows::All);
    let condition = outcome.outputs[0].condition.as_ref().unwrap();
    let (yes, no, unknown) = condition.counts();
    assert_eq!(yes + no + unknown, u64::from(rows));
    assert_eq!(unknown, u64::from(rows.div_ceil(7)));
    let wanted = (0..rows)
        .filter(|row| row % 7 != 0 && row % 60 > 30)
        .count();
    assert_eq!(yes, wanted as u64);
    let list = Rows::List(vec![69_999, 31, 69_999, 0]);
    let some = ask(&plan, &snapshot, &list);
    let some = some.outputs[0].condition.as_ref().unwrap();
    let verdicts: Vec<_> = (0..4).map(|index| some.get(index)).collect();
    assert_eq!(verdicts, [Some(true), Some(true), Some(true), None]);
    assert_eq!(some.yes.len, 4);
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let (plan, snapshot) = (plan(&older()), many(30_000).snapshot());
    let with = |threads| {
        let options = RunOptions {
            threads,
            ..options()
        };
        let external = External::default();
        run(&plan, &snapshot, &external, &Rows::All, now(), &options).unwrap()
    };
    assert_eq!(with(1), with(2));
    assert_eq!(with(1), with(3));
}

#[test]
fn a_cancelled_run_says_so_and_a_row_that_is_none_is_named() {
    let (plan, snapshot) = (plan(&older()), many(10).snapshot());
    let options = RunOptions {
        cancel: Some(Arc::new(AtomicBool::new(true))),
        ..options()
    };
    let external = External::default();
    let cancelled = run(&plan, &snapshot, &external, &Rows::All, now(), &options);
    assert_eq!(cancelled.unwrap_err(), RunError::Cancelled);
    let stranger = Rows::List(vec![10]);
    let unknown = run(
        &plan,
        &snapshot,
        &external,
        &stranger,
        now(),
        &super::world::options(),
    );
    assert_eq!(unknown.unwrap_err(), RunError::UnknownRow(10));
}

#[test]
fn the_part_that_is_missing_on_its_own_is_to_blame() {
    // 0: everything there; 1: no age; 2: age 20, so that the division has nothing to divide by.
    let world = World::of(3)
        .attribute(0, AGE, Value::Int(40))
        .attribute(2, AGE, Value::Int(20));
    let rest = typed(
        Node::Arithmetic {
            op: ArithmeticOp::Subtract,
            left: attribute(AGE).into(),
            right: int(20).into(),
        },
        Kind::Int,
    );
    let ratio = typed(
        Node::Arithmetic {
            op: ArithmeticOp::Divide,
            left: int(100).into(),
            right: rest.into(),
        },
        Kind::Number,
    );
    let high = compare(ratio, CompareOp::Greater, literal(Value::Number(1.0)));
    let outcome = world.outcome(&high);
    let because: Vec<(&str, u64)> = outcome.outputs[0]
        .missing_because
        .iter()
        .map(|(label, count)| (&**label, *count))
        .collect();
    assert_eq!(because, [("100 / (age - 20)", 1), ("age", 1)]);
}

#[test]
fn a_child_that_can_change_nothing_is_left_out() {
    let world = World::of(3).attribute(0, ASSETS, money(1));
    let never = condition(Node::IsMissing {
        value: typed(Node::CustomerId, Kind::Text).into(),
        negated: false,
    });
    let busy = compare(count(None, Window::All), CompareOp::Greater, int(3));
    let both = condition(Node::And(vec![never, busy]));
    let (plan, snapshot) = (plan(&both), world.snapshot());
    let options = RunOptions {
        analyze: true,
        ..options()
    };
    let external = External::default();
    let outcome = run(&plan, &snapshot, &external, &Rows::All, now(), &options).unwrap();
    let profile = outcome.profile.unwrap();
    assert_eq!(profile.blocks, 1);
    let of = |kind: fn(&crate::plan::operation::Op) -> bool| {
        let at = plan.program.operations.iter().position(|it| kind(&it.op));
        &profile.slots[at.unwrap()]
    };
    let aggregate = of(|op| matches!(op, crate::plan::operation::Op::Aggregate(_)));
    assert_eq!((aggregate.rows, aggregate.blocks_skipped), (0, 1));
    let first = of(|op| matches!(op, crate::plan::operation::Op::IsMissing { .. }));
    assert_eq!((first.rows, first.blocks_skipped), (3, 0));
}
