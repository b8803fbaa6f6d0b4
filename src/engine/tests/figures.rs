//! What a measured run says it read: to the byte what the layout makes it read, nothing of what bounds spare.

use super::trees::*;
use super::world::{World, now, options, plan};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::engine::outcome::SlotProfile;
use crate::engine::{External, Rows, RunOptions, run};
use crate::language::typed::{AggregateFunction, CompareOp, Typed, Window};
use crate::plan::operation::Op;

/// Events of the newest cell and of an older one.
const NEW: u64 = 100;
const OLD: u64 = 200;

/// Quantities of the older cell take a byte each, up to 199; of the newest two, up to 49,501. Ages take one.
fn world() -> World {
    let mut world = World::of(300);
    for row in 0..300 {
        world = world.attribute(row, AGE, Value::Int(20 + i64::from(row) % 60));
    }
    let quantity = |quantity: i64| [None, Some(Value::Int(quantity)), None, None];
    for at in 0..OLD as i64 {
        world = world.purchase(at as u32, "2024-05-02T00:00:00", quantity(at));
    }
    for at in 0..NEW as i64 {
        let held = quantity(at * 500 + at % 3 + 1);
        world = world.purchase(at as u32, "2024-06-20T00:00:00", held);
    }
    world
}

/// The figures of the only slot of that kind.
fn figures(typed: &Typed, wanted: fn(&Op) -> bool) -> SlotProfile {
    figures_over(&world(), typed, wanted)
}

fn figures_over(world: &World, typed: &Typed, wanted: fn(&Op) -> bool) -> SlotProfile {
    let (plan, snapshot) = (plan(typed), world.snapshot());
    let options = RunOptions {
        analyze: true,
        ..options()
    };
    let external = External::default();
    let outcome = run(&plan, &snapshot, &external, &Rows::All, now(), &options).unwrap();
    let mut found = plan
        .program
        .operations
        .iter()
        .zip(outcome.profile.unwrap().slots);
    found
        .find(|(operation, _)| wanted(&operation.op))
        .unwrap()
        .1
}

fn counted(above: i64) -> SlotProfile {
    let filter = compare(field_of(QUANTITY), CompareOp::Greater, int(above));
    let is_aggregate = |op: &Op| matches!(op, Op::Aggregate(_));
    figures(&count(Some(filter), Window::All), is_aggregate)
}

#[test]
fn a_where_tells_what_it_read_and_what_bounds_spared_it() {
    // (facts read, their bytes, facts spared, cells spared)
    let told = |profile: &SlotProfile| {
        (
            profile.where_facts,
            profile.where_bytes,
            profile.where_facts_spared,
            profile.where_cells_spared,
        )
    };
    assert_eq!(told(&counted(10)), (NEW + OLD, 2 * NEW + OLD, 0, 0));
    assert_eq!(told(&counted(199)), (NEW, 2 * NEW, OLD, 1));
    assert_eq!(told(&counted(50_000)), (0, 0, NEW + OLD, 2));
    // Nothing lies below: every quantity of the newest cell qualifies by its bounds.
    assert_eq!(told(&counted(0)), (OLD, OLD, NEW, 1));
}

#[test]
fn a_holding_is_counted_in_its_own_block_alone() {
    let mut world = World::of(9_000);
    for row in [0, 1, 5_000] {
        world = world.loan(row, &format!("l{row}"), None, 7);
    }
    let loans = aggregate(
        AggregateFunction::Count,
        LOAN,
        None,
        Kind::Int,
        None,
        Window::All,
    );
    let profile = figures_over(&world, &loans, |op| matches!(op, Op::Aggregate(_)));
    assert_eq!((profile.rows, profile.blocks, profile.facts), (9_000, 3, 3));
}

#[test]
fn what_a_where_asks_of_its_customer_is_not_told_by_bounds() {
    let filter = compare(attribute(AGE), CompareOp::Greater, int(30));
    let is_aggregate = |op: &Op| matches!(op, Op::Aggregate(_));
    let profile = figures(&count(Some(filter), Window::All), is_aggregate);
    assert_eq!(profile.where_facts, NEW + OLD);
    assert_eq!(
        (profile.where_facts_spared, profile.where_cells_spared),
        (0, 0)
    );
}

#[test]
fn bytes_are_those_of_what_was_read() {
    // Whose an event is, 2 bytes, where any of a cell may count; in the cell that holds today its date, 1.
    for (above, places) in [(10, 2 * (NEW + OLD)), (199, 2 * NEW), (50_000, 0)] {
        let profile = counted(above);
        assert_eq!(profile.bytes, places + NEW + profile.where_bytes, "{above}");
        assert_eq!(profile.rows_spared, profile.where_facts_spared, "{above}");
        assert_eq!((profile.cells_read, profile.facts), (2, NEW + OLD));
    }
    assert_eq!(counted(10).where_bytes, 400);
}

#[test]
fn a_comparison_that_bounds_decide_reads_nothing() {
    let told = |above: i64| {
        let older = compare(attribute(AGE), CompareOp::Greater, int(above));
        let profile = figures(&older, |op| matches!(op, Op::Compare(..)));
        (profile.rows, profile.bytes, profile.rows_spared)
    };
    assert_eq!(told(50), (300, 300, 0));
    assert_eq!(told(100), (300, 0, 300));
    assert_eq!(told(10), (300, 0, 300));
    let older = compare(attribute(AGE), CompareOp::Greater, int(50));
    let read = figures(&older, |op| matches!(op, Op::Attribute(_)));
    assert_eq!(
        (read.rows, read.bytes),
        (300, 0),
        "what compares it reads it"
    );
}
