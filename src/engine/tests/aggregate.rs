//! Aggregates over events and holdings.

use super::trees::*;
use super::world::{World, day, instant, money, text};
use crate::base::calendar::Unit;
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::language::typed::{AggregateFunction, CompareOp, Decay, Node, Subfield, Typed, Window};

const NOTHING: [Option<Value>; 4] = [None, None, None, None];

fn of_amount(amount: i64) -> [Option<Value>; 4] {
    [Some(money(amount)), None, None, None]
}

fn of_quantity(quantity: i64) -> [Option<Value>; 4] {
    [None, Some(Value::Int(quantity)), None, None]
}

fn ints(values: &[i64]) -> Vec<Option<Value>> {
    values
        .iter()
        .map(|value| Some(Value::Int(*value)))
        .collect()
}

fn constant(value: Value) -> Box<Typed> {
    literal(value).into()
}

/// One customer, one purchase on each of the instants.
fn on(instants: &[&str]) -> World {
    let world = World::of(1);
    instants
        .iter()
        .fold(world, |world, at| world.purchase(0, at, NOTHING))
}

fn counted(world: &World, window: Window) -> i64 {
    match world.values(&count(None, window))[0] {
        Some(Value::Int(count)) => count,
        ref other => panic!("{other:?}"),
    }
}

#[test]
fn facts_after_now_are_never_seen() {
    let world = on(&[
        "2024-06-30T12:00:00",
        "2024-06-30T12:00:01",
        "2024-07-01T00:00:00",
    ]);
    assert_eq!(counted(&world, Window::All), 1);
    assert_eq!(counted(&world, Window::This(Unit::Year)), 1);
    assert_eq!(
        counted(
            &world,
            Window::Since(constant(Value::Date(day("2024-06-30"))))
        ),
        1
    );
}

#[test]
fn windows_of_dates_count_whole_dates() {
    let world = on(&[
        "2024-04-01T23:59:59",
        "2024-04-02T00:00:00",
        "2024-05-30T10:00:00",
        "2024-05-31T10:00:00",
        "2024-06-29T23:59:59",
        "2024-06-30T00:00:00",
    ]);
    let last = |count, unit, whole| Window::Last { count, unit, whole };
    assert_eq!(counted(&world, last(90, Unit::Day, false)), 5);
    assert_eq!(counted(&world, last(1, Unit::Day, true)), 1);
    // From the day after 30 May, one month back.
    assert_eq!(counted(&world, last(1, Unit::Month, false)), 3);
    assert_eq!(counted(&world, last(1, Unit::Month, true)), 2);
    assert_eq!(counted(&world, last(5, Unit::Week, false)), 4);
    assert_eq!(counted(&world, last(13, Unit::Hour, false)), 2);
    let previous = |count, unit| Window::Previous { count, unit };
    assert_eq!(counted(&world, previous(1, Unit::Month)), 1);
    // 2 April to 16 May.
    assert_eq!(counted(&world, previous(45, Unit::Day)), 1);
    assert_eq!(counted(&world, Window::PreviousCalendar(Unit::Month)), 2);
    assert_eq!(counted(&world, Window::This(Unit::Month)), 2);
    let rolling = |count, unit| Window::Rolling { count, unit };
    assert_eq!(counted(&world, rolling(31, Unit::Day)), 3);
}

#[test]
fn bounded_windows_hold_their_ends_as_they_say() {
    let world = on(&[
        "2024-03-01T00:00:00",
        "2024-03-01T12:00:00",
        "2024-03-02T00:00:00",
        "2024-03-31T12:00:00",
    ]);
    let date = |text| constant(Value::Date(day(text)));
    let time = |text| constant(Value::Time(instant(text)));
    assert_eq!(counted(&world, Window::Since(date("2024-03-02"))), 2);
    assert_eq!(
        counted(&world, Window::Since(time("2024-03-01T12:00:00"))),
        3
    );
    assert_eq!(counted(&world, Window::Before(date("2024-03-02"))), 2);
    assert_eq!(
        counted(&world, Window::Before(time("2024-03-01T12:00:00"))),
        1
    );
    let between = |from, to| Window::Between(from, to);
    assert_eq!(
        counted(&world, between(date("2024-03-01"), date("2024-03-01"))),
        2
    );
    assert_eq!(
        counted(
            &world,
            between(date("2024-03-01"), time("2024-03-01T12:00:00"))
        ),
        2
    );
    assert_eq!(
        counted(&world, between(date("2024-04-01"), date("2024-03-01"))),
        0
    );
    let within = |count, unit, from| Window::WithinAfter { count, unit, from };
    assert_eq!(counted(&world, within(0, Unit::Day, date("2024-03-01"))), 2);
    assert_eq!(
        counted(&world, within(1, Unit::Month, date("2024-03-01"))),
        4
    );
    assert_eq!(
        counted(&world, within(12, Unit::Hour, date("2024-03-01"))),
        2
    );
    assert_eq!(
        counted(&world, within(12, Unit::Hour, time("2024-03-01T12:00:00"))),
        2
    );
}

#[test]
fn a_missing_bound_makes_the_aggregate_missing() {
    let world = World::of(2)
        .purchase(0, "2024-03-01T00:00:00", NOTHING)
        .purchase(1, "2024-03-01T00:00:00", NOTHING)
        .attribute(0, OPENED, Value::Date(day("2024-01-01")));
    let since = || Window::Since(attribute(OPENED).into());
    assert_eq!(
        world.values(&count(None, since())),
        [Some(Value::Int(1)), None]
    );
    let any = aggregate(
        AggregateFunction::Any,
        PURCHASE,
        None,
        Kind::Bool,
        None,
        since(),
    );
    assert_eq!(world.verdicts(&any), [Some(true), None]);
}

#[test]
fn of_nothing_counts_and_sums_are_zero_and_the_rest_missing() {
    let world = World::of(1).purchase(0, "2024-03-01T00:00:00", NOTHING);
    let values = |function, kind| world.values(&of(function, QUANTITY, kind)).remove(0);
    assert_eq!(
        values(AggregateFunction::Sum, Kind::Int),
        Some(Value::Int(0))
    );
    assert_eq!(
        values(AggregateFunction::Distinct, Kind::Int),
        Some(Value::Int(0))
    );
    for function in [
        AggregateFunction::Min,
        AggregateFunction::Max,
        AggregateFunction::First,
        AggregateFunction::Last,
    ] {
        assert_eq!(values(function, Kind::Int), None, "{function:?}");
    }
    assert_eq!(values(AggregateFunction::Avg, Kind::Number), None);
}

#[test]
fn sums_are_exact_and_missing_when_they_do_not_fit() {
    let world = World::of(3)
        .purchase(0, "2024-03-01T00:00:00", of_quantity(i64::MAX))
        .purchase(0, "2024-03-02T00:00:00", of_quantity(1))
        .purchase(1, "2024-03-01T00:00:00", of_quantity(i64::MAX))
        .purchase(1, "2024-05-02T00:00:00", of_quantity(1))
        .purchase(1, "2024-05-03T00:00:00", of_quantity(-1))
        .purchase(2, "2024-05-03T00:00:00", of_quantity(5));
    assert_eq!(
        world.values(&of(AggregateFunction::Sum, QUANTITY, Kind::Int)),
        [None, Some(Value::Int(i64::MAX)), Some(Value::Int(5))]
    );
    let mean = world.values(&of(AggregateFunction::Avg, QUANTITY, Kind::Number));
    assert_eq!(mean[2], Some(Value::Number(5.0)));
    assert_eq!(
        mean[0],
        Some(Value::Number(9_223_372_036_854_775_808.0 / 2.0))
    );
}

#[test]
fn the_mean_of_money_is_half_even() {
    let cents = |parts| {
        [
            Some(Value::Money(crate::base::money::Money(parts))),
            None,
            None,
            None,
        ]
    };
    let world = World::of(1)
        .purchase(0, "2024-03-01T00:00:00", cents(1))
        .purchase(0, "2024-03-02T00:00:00", cents(2));
    assert_eq!(
        world.values(&of(AggregateFunction::Avg, AMOUNT, Kind::Money)),
        [Some(Value::Money(crate::base::money::Money(2)))]
    );
}

#[test]
fn numbers_add_in_order_of_time() {
    let weight = |weight| [None, None, Some(Value::Number(weight)), None];
    let world = World::of(1)
        .purchase(0, "2024-05-01T00:00:00", weight(-1e16))
        .purchase(0, "2024-01-01T00:00:00", weight(1e16))
        .purchase(0, "2024-03-01T00:00:00", weight(1.0));
    // 1e16 + 1 is 1e16 again: in any other order the sum is 1.
    assert_eq!(
        world.values(&of(AggregateFunction::Sum, WEIGHT, Kind::Number)),
        [Some(Value::Number(0.0))]
    );
}

#[test]
fn what_decays_halves_with_every_half_life_of_whole_dates() {
    let world = World::of(3)
        .purchase(0, "2024-06-30T00:00:01", of_amount(100))
        .purchase(0, "2024-05-31T23:59:59", of_amount(100))
        .purchase(0, "2024-07-01T00:00:00", of_amount(100))
        .purchase(1, "2024-05-01T10:00:00", of_quantity(7));
    let decay = AggregateFunction::Decay(Decay { half_life_days: 30 });
    let near = |found: &Option<Value>, wanted: f64| match found {
        Some(Value::Number(number)) => assert!((number - wanted).abs() < 1e-9, "{number}"),
        other => panic!("{other:?}"),
    };
    let sums = world.values(&of(decay, AMOUNT, Kind::Number));
    near(&sums[0], 150.0);
    // A fact without the field is skipped; of nothing it is 0.
    near(&sums[1], 0.0);
    near(&sums[2], 0.0);
    let counts = aggregate(decay, PURCHASE, None, Kind::Number, None, Window::All);
    let counts = world.values(&counts);
    near(&counts[0], 1.5);
    near(&counts[1], 0.25);
    near(&counts[2], 0.0);
}

#[test]
fn the_ends_go_by_instant_then_sequence_and_read_their_own_fact_alone() {
    let at = "2024-05-01T00:00:00";
    let world = World::of(2)
        .ordered(0, at, Some(2), of_quantity(1))
        .ordered(0, at, Some(1), of_quantity(2))
        .purchase(1, at, of_quantity(7))
        .purchase(1, "2024-06-01T00:00:00", NOTHING);
    let first = of(AggregateFunction::First, QUANTITY, Kind::Int);
    assert_eq!(world.values(&first), ints(&[2, 7]));
    let last = of(AggregateFunction::Last, QUANTITY, Kind::Int);
    assert_eq!(world.values(&last), [Some(Value::Int(1)), None]);
    let when = aggregate(
        AggregateFunction::Last,
        PURCHASE,
        Some(Subfield::At),
        Kind::Time,
        None,
        Window::All,
    );
    assert_eq!(
        world.values(&when)[1],
        Some(Value::Time(instant("2024-06-01T00:00:00")))
    );
}

#[test]
fn different_values_are_counted_once() {
    let product = |name: &str| [None, None, None, Some(text(name))];
    let world = World::of(2)
        .purchase(0, "2024-01-01T00:00:00", product("fund"))
        .purchase(0, "2024-05-01T00:00:00", product("card"))
        .purchase(0, "2024-06-01T00:00:00", product("fund"))
        .purchase(1, "2024-06-01T00:00:00", of_quantity(i64::MIN))
        .purchase(1, "2024-06-02T00:00:00", of_quantity(i64::MAX));
    let products = of(AggregateFunction::Distinct, PRODUCT, Kind::Int);
    assert_eq!(world.values(&products), ints(&[2, 0]));
    let quantities = of(AggregateFunction::Distinct, QUANTITY, Kind::Int);
    assert_eq!(world.values(&quantities), ints(&[0, 2]));
    let last = of(AggregateFunction::Last, PRODUCT, Kind::Text);
    assert_eq!(world.values(&last), [Some(text("fund")), None]);
}

#[test]
fn only_facts_with_yes_count_and_unknown_ones_are_left_aside() {
    let world = World::of(2)
        .purchase(0, "2024-06-01T00:00:00", of_amount(10))
        .purchase(0, "2024-06-02T00:00:00", NOTHING)
        .purchase(0, "2024-01-02T00:00:00", NOTHING)
        .purchase(1, "2024-06-01T00:00:00", of_amount(30))
        .attribute(0, ASSETS, money(5))
        .attribute(1, ASSETS, money(50));
    let more = compare(field_of(AMOUNT), CompareOp::Greater, attribute(ASSETS));
    let month = Window::This(Unit::Month);
    let typed = count(Some(more), month);
    assert_eq!(world.values(&typed), ints(&[1, 0]));
    let aside = world.outcome(&typed).left_aside;
    assert_eq!(aside.len(), 1);
    assert_eq!((&*aside[0].field, aside[0].events), ("amount", 1));
}

#[test]
fn holdings_count_in_the_state_they_are_in_for_who_owns_them_then() {
    let world = World::of(2)
        .loan(0, "a", None, 10)
        .loan(0, "b", Some("2024-01-01T00:00:00"), 20)
        .loan(1, "b", Some("2024-05-01T00:00:00"), 30)
        .loan(0, "c", Some("2024-08-01T00:00:00"), 40);
    let sum = aggregate(
        AggregateFunction::Sum,
        LOAN,
        taken(0),
        Kind::Money,
        None,
        Window::All,
    );
    assert_eq!(world.values(&sum), [Some(money(10)), Some(money(30))]);
    let first = |field, kind| {
        let first = AggregateFunction::First;
        aggregate(first, LOAN, Some(field), kind, None, Window::All)
    };
    assert_eq!(
        world.values(&first(Subfield::At, Kind::Time)),
        [None, Some(Value::Time(instant("2024-05-01T00:00:00")))]
    );
    assert_eq!(
        world.values(&first(Subfield::Key, Kind::Text)),
        [Some(text("a")), Some(text("b"))]
    );
    let at = typed(Node::At, Kind::Time);
    let bound = literal(Value::Time(instant("2020-01-01T00:00:00")));
    let dated = compare(at, CompareOp::Greater, bound);
    let count = aggregate(
        AggregateFunction::Count,
        LOAN,
        None,
        Kind::Int,
        Some(dated),
        Window::All,
    );
    assert_eq!(world.values(&count), ints(&[0, 1]));
}
