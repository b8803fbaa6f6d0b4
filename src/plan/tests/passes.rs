//! What each pass makes of small plans.

use super::trees::*;
use crate::base::calendar::Unit;
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::language::typed::{
    AggregateFunction, ArithmeticOp, Choice, CompareOp, Node, Quantifier, Typed, Window,
};
use crate::plan::operation::Plan;
use crate::plan::statistics::AttributeStatistics;
use crate::plan::{Statistics, dead, fold, gather, optimise, order};
use crate::schema::AttributeId;

/// The answer's operation as explain shows it after folding.
fn folded(typed: &Typed) -> String {
    last_line(&dead::dead(fold::fold(
        plan(&rules(), typed),
        &Statistics::default(),
    )))
}

/// Label-free text of the answer's operation, slots replaced by their own texts.
fn last_line(plan: &Plan) -> String {
    let rules = rules();
    let listing = crate::plan::explain::listing(plan, &rules, &Statistics::default(), None);
    let customers: Vec<_> = listing
        .lines
        .iter()
        .filter(|line| line.depth == 0)
        .collect();
    let mut texts: Vec<String> = Vec::new();
    for line in &customers {
        let mut text = line.operation.clone();
        for input in line.inputs.iter().rev() {
            text = text.replace(&format!("#{input}"), &texts[*input as usize]);
        }
        let plain = text
            .strip_prefix("constant ")
            .or_else(|| text.strip_prefix("attribute "))
            .map(str::to_owned);
        texts.push(plain.unwrap_or_else(|| format!("[{text}]")));
    }
    texts[plan.outputs[0].slot.0 as usize].clone()
}

#[test]
fn constants_are_computed() {
    let sum = arithmetic(int(2), ArithmeticOp::Multiply, int(21), Kind::Int);
    assert_eq!(folded(&sum), "42");
    let half = arithmetic(
        number(0.5),
        ArithmeticOp::Multiply,
        money(1_001),
        Kind::Money,
    );
    assert_eq!(folded(&half), "500.5");
    let by_zero = arithmetic(int(1), ArithmeticOp::Divide, int(0), Kind::Number);
    assert_eq!(folded(&by_zero), "missing");
    let over = arithmetic(int(i64::MAX), ArithmeticOp::Add, int(1), Kind::Int);
    assert_eq!(folded(&over), "missing");
    assert_eq!(folded(&convert(int(3), Kind::Money)), "3");
    let later = of(
        Node::DateAdd {
            base: Box::new(day(2024, 1, 31)),
            count: 1,
            unit: Unit::Month,
        },
        Kind::Date,
    );
    assert_eq!(folded(&later), "2024-02-29");
    assert_eq!(folded(&above(int(3), int(2))), "yes");
    assert_eq!(folded(&equal(word("a"), word("b"))), "no");
}

#[test]
fn a_missing_constant_goes_on_being_blamed() {
    let by_zero = arithmetic(int(1), ArithmeticOp::Divide, int(0), Kind::Number);
    let sum = arithmetic(by_zero, ArithmeticOp::Add, attribute(RATE), Kind::Number);
    let plan = optimise(
        plan(&rules(), &above(sum, number(1.0))),
        &Statistics::default(),
    );
    let blamed: Vec<&str> = plan.outputs[0]
        .origins
        .iter()
        .map(|slot| &*plan.program.operations[slot.0 as usize].label)
        .collect();
    assert_eq!(blamed, ["1 / 0", "rate", "1 / 0 + rate"]);
}

#[test]
fn kleene_identities_hold_for_unknown_too() {
    let a = || attribute(VIP);
    let b = || above(attribute(AGE), int(1));
    assert_eq!(folded(&and(vec![a(), yes()])), "vip");
    assert_eq!(folded(&and(vec![a(), b(), no()])), "no");
    assert_eq!(folded(&or(vec![a(), yes()])), "yes");
    assert_eq!(folded(&or(vec![no(), no()])), "no");
    assert_eq!(folded(&and(vec![a(), a()])), "vip");
    assert_eq!(folded(&not(not(a()))), "vip");
    assert_eq!(folded(&not(yes())), "no");
    assert_eq!(
        folded(&and(vec![a(), not(a())])),
        "[and vip [not vip]]",
        "unknown where vip is missing"
    );
    let known = || is_missing(a());
    assert_eq!(folded(&and(vec![known(), not(known())])), "no");
    assert_eq!(folded(&or(vec![known(), not(known())])), "yes");
    assert_eq!(folded(&at_least(1, vec![a(), b()])), "[or vip [age > 1]]");
    assert_eq!(folded(&at_least(2, vec![a(), b()])), "[and vip [age > 1]]");
    assert_eq!(
        folded(&at_least(2, vec![a(), yes(), b()])),
        "[or vip [age > 1]]"
    );
    assert_eq!(folded(&at_least(3, vec![a(), no(), b()])), "no");
    assert_eq!(folded(&at_least(0, vec![a()])), "yes");
    let missing = || of(Node::Missing, Kind::Bool);
    assert_eq!(folded(&or(vec![missing(), a()])), "[or missing vip]");
    assert_eq!(folded(&is_missing(missing())), "yes");
    assert_eq!(folded(&is_missing(int(3))), "no");
}

#[test]
fn choices_fold() {
    assert_eq!(folded(&when(yes(), int(1), attribute(AGE))), "1");
    assert_eq!(
        folded(&when(
            yes(),
            attribute(AGE),
            years_since(attribute(OPENED_ON))
        )),
        "age"
    );
    assert_eq!(folded(&default(int(3), attribute(AGE))), "3");
    let arms = vec![
        (no(), int(1)),
        (attribute(VIP), int(2)),
        (yes(), int(3)),
        (yes(), int(4)),
    ];
    assert_eq!(
        folded(&case(arms, None, Kind::Int)),
        "[case vip: 2, else: 3]"
    );
    assert_eq!(
        folded(&case(vec![(no(), int(1))], None, Kind::Int)),
        "missing"
    );
}

#[test]
fn lists_are_sorted_and_merged() {
    let one = |n| Choice::One(int(n));
    let range = |low, high, closed| span_of(Some(int(low)), Some(int(high)), closed);
    let age = || attribute(AGE);
    let text = |choices, negated| folded(&is_in(age(), choices, negated));
    assert_eq!(
        text(vec![one(5), one(1), one(5), one(3)], false),
        "[age in (1 3 5)]"
    );
    assert_eq!(text(vec![one(5)], true), "[age != 5]");
    assert_eq!(
        text(vec![range(1, 5, false), range(5, 9, true), one(7)], false),
        "[age in 1..9]"
    );
    assert_eq!(text(vec![range(1, 5, false)], true), "[age not in 1..<5]");
    assert_eq!(
        text(vec![range(1, 5, true), one(5), range(20, 30, true)], false),
        "[age in (1..5 20..30)]"
    );
    assert_eq!(
        text(vec![span_of(Some(int(5)), None, true), one(9)], false),
        "[age >= 5]"
    );
    assert_eq!(
        text(vec![span_of(None, Some(int(5)), false)], true),
        "[age >= 5]"
    );
    assert_eq!(text(vec![range(9, 5, true), one(2)], false), "[age = 2]");
    assert_eq!(
        text(
            vec![one(2), Choice::One(of(Node::Missing, Kind::Int)), one(1)],
            false
        ),
        "[age in (1 2 missing)]",
        "a missing choice makes a non-match unknown"
    );
    assert_eq!(folded(&is_in(int(4), vec![range(1, 5, true)], true)), "no");
}

#[test]
fn facts_that_never_or_always_qualify() {
    let over = |function, filter| folded(&aggregate(function, PURCHASE, Some(filter), Window::All));
    assert_eq!(over(AggregateFunction::Count, no()), "0");
    assert_eq!(over(AggregateFunction::None, no()), "yes");
    assert_eq!(over(AggregateFunction::Sum, no()), "0");
    assert_eq!(
        over(AggregateFunction::Avg, no()),
        "[avg purchase.amount where]"
    );
    assert_eq!(
        over(
            AggregateFunction::Count,
            or(vec![yes(), equal(event_field(CHANNEL), code(1))])
        ),
        "[count purchase]"
    );
    let since = Window::Since(Box::new(attribute(OPENED_ON)));
    let typed = aggregate(AggregateFunction::Count, PURCHASE, Some(no()), since);
    assert_eq!(folded(&typed), "[count purchase where, since opened_on]");
    assert_eq!(folded(&related(Quantifier::Any, no())), "no");
    assert_eq!(folded(&related(Quantifier::All, yes())), "yes");
}

#[test]
fn a_constant_of_the_customer_is_one_inside_a_where() {
    let mut rules = rules();
    let limit = define(
        &mut rules,
        "limit",
        arithmetic(money(2), ArithmeticOp::Add, money(3), Kind::Money),
    );
    let typed = aggregate(
        AggregateFunction::Count,
        PURCHASE,
        Some(above(event_field(AMOUNT), limit)),
        Window::All,
    );
    let plan = optimise(plan(&rules, &typed), &Statistics::default());
    insta::assert_snapshot!(shown(&rules, &plan));
}

#[test]
fn nested_lists_open_unless_they_are_shared() {
    let vip = attribute(VIP);
    let adult = above(attribute(AGE), int(18));
    let rich = above(attribute(ASSETS), money(1));
    let gathered = |typed: &Typed| {
        last_line(&dead::dead(gather::gather(
            plan(&rules(), typed),
            &Statistics::default(),
        )))
    };
    let inner = and(vec![vip.clone(), adult.clone()]);
    assert_eq!(
        gathered(&and(vec![inner.clone(), rich.clone()])),
        "[and vip [age > 18] [assets > 1]]"
    );
    assert_eq!(
        gathered(&or(vec![and(vec![inner.clone(), rich]), not(inner)])),
        "[or [and [and vip [age > 18]] [assets > 1]] [not [and vip [age > 18]]]]",
        "read twice: computed once"
    );
    let city = |name| equal(attribute(CITY), word(name));
    assert_eq!(
        gathered(&or(vec![
            city("b"),
            vip,
            city("a"),
            is_in(attribute(CITY), vec![Choice::One(word("c"))], false)
        ])),
        "[or [city in (\"b\" \"a\" \"c\")] vip]"
    );
    assert_eq!(
        gathered(&or(vec![city("b"), city("a")])),
        "[city in (\"b\" \"a\")]"
    );
}

#[test]
fn cheap_and_deciding_parts_come_first() {
    let sum = above(
        aggregate(AggregateFunction::Sum, PURCHASE, None, last_days(365)),
        money(50),
    );
    let city = equal(attribute(CITY), word("a"));
    let old = above(attribute(AGE), int(30));
    let typed = and(vec![sum.clone(), old.clone(), city.clone()]);
    let ordered = |typed: &Typed, statistics: &Statistics| {
        last_line(&order::order(plan(&rules(), typed), statistics))
    };
    assert_eq!(
        ordered(&typed, &Statistics::default()),
        "[and [city = \"a\"] [age > 30] [[sum purchase.amount, last 365 days] > 50]]"
    );
    let mut statistics = Statistics::default();
    let known = AttributeStatistics {
        low: Some(Value::Int(0)),
        high: Some(Value::Int(31)),
        ..AttributeStatistics::default()
    };
    statistics.attributes.insert(AttributeId(AGE), known);
    let cities = AttributeStatistics {
        distinct: Some(2),
        ..AttributeStatistics::default()
    };
    statistics.attributes.insert(AttributeId(CITY), cities);
    assert_eq!(
        ordered(&typed, &statistics),
        "[and [age > 30] [city = \"a\"] [[sum purchase.amount, last 365 days] > 50]]"
    );
    assert_eq!(
        ordered(&or(vec![city, old]), &Statistics::default()),
        "[or [age > 30] [city = \"a\"]]",
        "an or is decided by yes"
    );
}

#[test]
fn promised_presence_leaves_unknown_out() {
    let mut statistics = Statistics::default();
    let known = AttributeStatistics {
        always_present: true,
        ..AttributeStatistics::default()
    };
    statistics.attributes.insert(AttributeId(AGE), known);
    let typed = and(vec![
        above(attribute(AGE), int(3)),
        not(is_missing(attribute(AGE))),
    ]);
    let plan = optimise(plan(&rules(), &typed), &statistics);
    assert_eq!(last_line(&plan), "[age > 3]");
    assert!(plan.outputs[0].origins.is_empty());
    assert!(plan.program.operations.iter().all(|item| !item.may_miss));
}

#[test]
fn nothing_unread_is_left() {
    let typed = and(vec![
        or(vec![above(attribute(ASSETS), money(1)), yes()]),
        compare(attribute(AGE), CompareOp::Less, int(3)),
    ]);
    let plan = optimise(plan(&rules(), &typed), &Statistics::default());
    insta::assert_snapshot!(shown(&rules(), &plan));
}
