//! Trees → plans as written.

use std::sync::Arc;

use super::trees::*;
use crate::base::kind::Kind;
use crate::language::typed::{
    AggregateFunction, ArithmeticOp, CompareOp, Node, Quantifier, Typed, Window,
};
use crate::plan::operation::{Op, Plan};
use crate::plan::{Asked, Statistics, compile, optimise};

fn labels(plan: &Plan) -> Vec<&str> {
    let output = &plan.outputs[0];
    output
        .origins
        .iter()
        .map(|slot| &*plan.program.operations[slot.0 as usize].label)
        .collect()
}

fn may_miss(plan: &Plan) -> bool {
    plan.program.operations[plan.outputs[0].slot.0 as usize].may_miss
}

#[test]
fn a_filter_with_a_where_is_one_flat_list() {
    let rules = rules();
    let large = and(vec![
        above(
            event_field(AMOUNT),
            arithmetic(
                attribute(ASSETS),
                ArithmeticOp::Divide,
                number(2.0),
                Kind::Money,
            ),
        ),
        equal(event_field(CHANNEL), code(2)),
        at_most(attribute(AGE), int(45)),
    ]);
    let filter = and(vec![
        above(attribute(ASSETS), money(500_000)),
        aggregate(AggregateFunction::Any, PURCHASE, Some(large), last_days(90)),
        related(Quantifier::Any, above(attribute(ASSETS), money(500_000))),
        not(equal(attribute(CITY), word("上海"))),
    ]);
    insta::assert_snapshot!(shown(&rules, &plan(&rules, &filter)));
}

#[test]
fn a_where_reads_the_customer_through_outer_slots_and_constants_directly() {
    let rules = rules();
    let nested = aggregate(
        AggregateFunction::Avg,
        PURCHASE,
        Some(equal(event_field(CHANNEL), code(0))),
        Window::All,
    );
    let typed = aggregate(
        AggregateFunction::Count,
        PURCHASE,
        Some(and(vec![
            above(event_field(AMOUNT), nested),
            compare(
                of(Node::At, Kind::Time),
                CompareOp::Less,
                of(Node::Now, Kind::Time),
            ),
            yes(),
        ])),
        Window::Since(Box::new(attribute(OPENED_ON))),
    );
    insta::assert_snapshot!(shown(&rules, &plan(&rules, &typed)));
}

#[test]
fn a_name_is_its_slot_and_is_computed_once() {
    let mut rules = rules();
    let age = define(&mut rules, "years", years_since(attribute(OPENED_ON)));
    let rich = define(
        &mut rules,
        "rich",
        and(vec![
            above(attribute(ASSETS), money(1)),
            above(age.clone(), int(3)),
        ]),
    );
    let typed = or(vec![rich.clone(), not(rich), above(age, int(3))]);
    let plan = plan(&rules, &typed);
    insta::assert_snapshot!(shown(&rules, &plan));
}

fn misses(typed: Typed, expected: bool) {
    let rules = rules();
    let plan = plan(&rules, &typed);
    let shown = shown(&rules, &plan);
    assert_eq!(may_miss(&plan), expected, "{shown}");
    assert_eq!(labels(&plan).is_empty(), !expected, "{shown}");
}

#[test]
fn presence_of_values_is_known_where_it_follows() {
    let count = || aggregate(AggregateFunction::Count, PURCHASE, None, last_days(90));
    let computed = |op, right, kind| arithmetic(count(), op, right, kind);
    misses(attribute(AGE), true);
    misses(is_missing(attribute(AGE)), false);
    misses(default(attribute(AGE), int(0)), false);
    misses(default(attribute(AGE), attribute(AGE)), true);
    misses(computed(ArithmeticOp::Add, count(), Kind::Int), false);
    misses(computed(ArithmeticOp::Multiply, count(), Kind::Int), true);
    misses(computed(ArithmeticOp::Divide, int(3), Kind::Number), false);
    misses(computed(ArithmeticOp::Divide, count(), Kind::Number), true);
    misses(case(vec![(yes(), int(1))], None, Kind::Int), true);
    misses(case(vec![(yes(), int(1))], Some(int(2)), Kind::Int), false);
    misses(of(Node::Missing, Kind::Int), true);
    misses(and(vec![attribute(VIP), no()]), false);
    misses(and(vec![attribute(VIP), yes()]), true);
}

#[test]
fn presence_of_aggregates_is_known_where_it_follows() {
    let over = |function, filter, window| aggregate(function, PURCHASE, filter, window);
    let since = |bound| Window::Since(Box::new(bound));
    let opened = || since(attribute(OPENED_ON));
    let unknown_where = || Some(above(event_field(AMOUNT), attribute(ASSETS)));
    misses(over(AggregateFunction::Count, None, last_days(90)), false);
    misses(over(AggregateFunction::Any, None, opened()), true);
    misses(
        over(AggregateFunction::Any, None, since(day(2024, 1, 1))),
        false,
    );
    misses(
        over(AggregateFunction::None, unknown_where(), Window::All),
        false,
    );
    misses(over(AggregateFunction::Avg, None, Window::All), true);
    misses(over(AggregateFunction::Sum, None, Window::All), true);
    misses(related(Quantifier::Any, yes()), false);
    misses(
        related(Quantifier::Any, above(attribute(AGE), int(3))),
        true,
    );
}

#[test]
fn an_event_has_its_instant_and_a_holding_may_lack_it() {
    let rules = rules();
    let at_misses = |subject| {
        let before = compare(
            of(Node::At, Kind::Time),
            CompareOp::Less,
            of(Node::Now, Kind::Time),
        );
        let typed = aggregate(AggregateFunction::Any, subject, Some(before), Window::All);
        let plan = plan(&rules, &typed);
        let Op::Aggregate(aggregate) = &plan.program.operations[0].op else {
            panic!("{plan:?}");
        };
        let filter = aggregate.filter.as_ref().unwrap();
        assert!(matches!(filter.operations[0].op, Op::At));
        filter.operations[0].may_miss
    };
    assert!(!at_misses(PURCHASE));
    assert!(at_misses(LOAN));
}

#[test]
fn origins_are_what_brings_missing_values_in() {
    let rules = rules();
    let blamed = |typed: Typed| {
        let plan = plan(&rules, &typed);
        let labels: Vec<String> = labels(&plan).into_iter().map(str::to_owned).collect();
        labels.join("; ")
    };
    let ratio = arithmetic(
        attribute(ASSETS),
        ArithmeticOp::Divide,
        aggregate(AggregateFunction::Avg, PURCHASE, None, Window::All),
        Kind::Number,
    );
    assert_eq!(
        blamed(above(ratio, number(2.0))),
        "assets; avg(purchase.amount); assets / avg(purchase.amount)"
    );
    assert_eq!(
        blamed(and(vec![
            is_missing(attribute(CITY)),
            above(default(attribute(AGE), int(0)), int(18)),
            attribute(VIP),
        ])),
        "vip",
        "what is asked for by `is missing` and what has a default cannot make an answer unknown"
    );
    assert_eq!(
        blamed(related(Quantifier::All, above(attribute(AGE), int(3)))),
        "all guarantor (age > 3)",
        "what is missing at others is told as the relation"
    );
    let window = Window::Since(Box::new(attribute(OPENED_ON)));
    assert_eq!(
        blamed(above(
            aggregate(
                AggregateFunction::Count,
                PURCHASE,
                Some(above(event_field(AMOUNT), attribute(ASSETS))),
                window
            ),
            int(3)
        )),
        "opened_on",
        "an unknown where leaves events aside, it does not make the count missing"
    );
}

#[test]
fn operations_grow_with_distinct_parts_and_not_with_filters() {
    let mut rules = rules();
    // 40 atoms; 1,000 filters of three each, every second one built on the one before.
    let atoms: Vec<_> = (0..40).map(|n| above(attribute(AGE), int(n))).collect();
    let mut names: Vec<Typed> = Vec::new();
    for n in 0..1_000_usize {
        let pick = |k: usize| atoms[(n * 7 + k * 11 + n / 40) % 40].clone();
        let mut parts = vec![pick(0), pick(1), pick(2)];
        if let (1, Some(before)) = (n % 2, names.last()) {
            parts.push(before.clone());
        }
        let filter = and(parts);
        names.push(define(&mut rules, &format!("filter_{n}"), filter));
    }
    let asked: Vec<Asked> = names
        .iter()
        .enumerate()
        .map(|(n, typed)| Asked {
            name: format!("filter_{n}").into(),
            typed,
        })
        .collect();
    let plan = compile(&rules, &asked);
    let connectives = plan
        .program
        .operations
        .iter()
        .filter(|operation| matches!(operation.op, Op::And(_)))
        .count();
    assert!(connectives <= 1_000);
    assert_eq!(
        plan.program.operations.len() - connectives,
        40 + 40 + 1,
        "each atom, its constant, and the attribute, once"
    );
    let better = optimise(plan.clone(), &Statistics::default());
    assert!(better.program.operations.len() <= plan.program.operations.len());
    assert_eq!(better.outputs.len(), 1_000);
}

#[test]
fn deep_trees_neither_overflow_nor_cost_their_square() {
    let rules = rules();
    let mut typed = attribute(VIP);
    for _ in 0..50_000 {
        typed = not(and(vec![typed, attribute(VIP)]));
    }
    let plan = plan(&rules, &typed);
    assert_eq!(plan.program.operations.len(), 2 * 50_000 + 1);
    let last: &Arc<str> = &plan.program.operations.last().unwrap().label;
    assert_eq!(&**last, "(an expression of 150001 parts)");
    let better = optimise(plan, &Statistics::default());
    assert_eq!(labels(&better), ["vip"]);
    // The tree's own destructor goes as deep as the tree.
    std::mem::forget(typed);
}
