//! A small bank with two customers, asked in both tongues.

use std::sync::Arc;

use super::{Evidence, Part, Reason, Trace, Verdict, render, trace};
use crate::base::calendar::{Date, Instant, Unit, Zone};
use crate::base::decimal::Decimal;
use crate::base::kind::Kind;
use crate::base::money::Money;
use crate::base::span::Span;
use crate::base::value::Value;
use crate::engine::reference::people::from_facts;
use crate::language::typed::{
    Aggregate, AggregateFunction, ArithmeticOp, CompareOp, Definition, DefinitionId,
    DefinitionKind, Detail, Figure, Node, Population, Quantifier, RankMeasure, RankReach, Reach,
    RelationStep, Rules, Subfield, Subject, Typed, Window,
};
use crate::language::words::Tongue;
use crate::schema::{
    AttributeId, Event, EventId, Field, FieldId, Relation, RelationEnd, RelationId, Schema,
};
use crate::store::fact::{Fact, Row, Target};

mod units;

fn field(name: &str, label: &str, kind: Kind) -> Field {
    Field {
        name: name.into(),
        label: Some(label.into()),
        description: None,
        kind,
        sensitive: false,
        part: None,
        span: Span::default(),
    }
}

fn schema() -> Schema {
    let attributes = vec![
        field("assets", "资产", Kind::Money),
        field("city", "城市", Kind::Text),
        field("visits", "到访次数", Kind::Int),
    ];
    let events = vec![Event {
        name: "purchase".into(),
        label: Some("消费".into()),
        description: None,
        fields: vec![
            field("amount", "金额", Kind::Money),
            field("product", "产品", Kind::Text),
        ],
        span: Span::default(),
    }];
    let relations = vec![Relation {
        name: "guarantor".into(),
        label: Some("担保人".into()),
        description: None,
        inverse: Some("guarantees".into()),
        inverse_label: None,
        end: RelationEnd::Customer,
        span: Span::default(),
    }];
    Schema {
        attributes,
        events,
        relations,
        ..Schema::default()
    }
}

fn typed(node: Node, kind: Kind) -> Typed {
    Typed {
        node,
        kind,
        span: Span::default(),
    }
}

fn money(units: i64) -> Value {
    Value::Money(Money(units * 10_000))
}

fn attribute(at: u16, kind: Kind) -> Typed {
    typed(Node::Attribute(AttributeId(at)), kind)
}

fn compare(op: CompareOp, left: Typed, right: Value) -> Typed {
    let right = typed(Node::Literal(right), left.kind.clone());
    let node = Node::Compare {
        op,
        left: Box::new(left),
        right: Box::new(right),
    };
    typed(node, Kind::Bool)
}

fn rich() -> Typed {
    compare(
        CompareOp::GreaterEqual,
        attribute(0, Kind::Money),
        money(500_000),
    )
}

fn in_shanghai() -> Typed {
    let city = attribute(1, Kind::Text);
    compare(CompareOp::Equal, city, Value::Text("上海".into()))
}

fn purchases(function: AggregateFunction, filter: Option<Typed>, window: Window) -> Typed {
    let (field, kind) = match function {
        AggregateFunction::Sum | AggregateFunction::Avg => {
            (Some(Subfield::Field(FieldId(0))), Kind::Money)
        }
        AggregateFunction::Count => (None, Kind::Int),
        _ => (None, Kind::Bool),
    };
    let aggregate = Aggregate {
        function,
        subject: Subject::Event(EventId(0)),
        name: None,
        field,
        filter,
        window,
    };
    typed(Node::Aggregate(Box::new(aggregate)), kind)
}

fn last_days(count: i64) -> Window {
    Window::Last {
        count,
        unit: Unit::Day,
        whole: false,
    }
}

fn rules() -> Rules {
    Rules {
        schema: schema(),
        definitions: vec![Definition {
            kind: DefinitionKind::Filter,
            name: "rich".into(),
            label: Some("高净值".into()),
            description: None,
            expression: rich(),
            detail: Detail::Plain,
            span: Span::default(),
        }],
        ..Rules::default()
    }
}

fn definition() -> Typed {
    typed(Node::Definition(DefinitionId(0)), Kind::Bool)
}

/// 2024-06-30 in Shanghai.
fn today() -> Date {
    Date::from_ymd(2024, 6, 30).unwrap()
}

fn zone() -> Zone {
    Zone::load("Asia/Shanghai").unwrap()
}

fn facts() -> Vec<Fact> {
    let enter = |row: u32| Fact::Customer {
        row: Row(row),
        id: format!("c{row}").into(),
    };
    let attributes = |row: u32, fields: Vec<(u16, Value)>| Fact::Attributes {
        row: Row(row),
        since: None,
        fields: fields
            .into_iter()
            .map(|(at, value)| (AttributeId(at), Some(value)))
            .collect(),
    };
    let purchase = |days: i32, seconds: i64, units: i64, product: Option<&str>| {
        let start = zone().start_of(Date(today().0 - days));
        Fact::Event {
            event: EventId(0),
            row: Row(0),
            at: Instant(start.0 + seconds),
            sequence: None,
            identity: 0,
            fields: vec![
                Some(money(units)),
                product.map(|product| Value::Text(Arc::from(product))),
            ],
        }
    };
    let mut facts = vec![
        enter(0),
        enter(1),
        enter(2),
        attributes(0, vec![(0, money(800_000)), (2, Value::Int(0))]),
        attributes(1, vec![(0, money(10)), (1, Value::Text("上海".into()))]),
        purchase(3, 3_600, 120, Some("fund")),
        purchase(10, 0, 80, None),
        purchase(20, 0, 5, Some("card")),
    ];
    for other in [1, 2] {
        facts.push(Fact::Relation {
            relation: RelationId(0),
            from: Row(0),
            to: Target::Customer(Row(other)),
            since: None,
        });
    }
    facts
}

fn traced(typed: &Typed) -> Trace {
    let people = from_facts(&schema(), &facts());
    let now = Instant(zone().start_of(today()).0 + 34_200);
    trace(&rules(), &people, 0, typed, now, &zone())
}

fn of_fund() -> Typed {
    let product = typed(Node::Field(FieldId(1)), Kind::Text);
    compare(CompareOp::Equal, product, Value::Text("fund".into()))
}

/// `rich and (… or city = 上海) and any guarantor (rich) and not rich …`
fn whole() -> Typed {
    let spent = purchases(AggregateFunction::Sum, Some(of_fund()), last_days(90));
    let spent = compare(CompareOp::Greater, spent, money(1_000));
    let either = typed(Node::Or(vec![spent, in_shanghai()]), Kind::Bool);
    let related = Node::Related {
        quantifier: Quantifier::Any,
        reach: Reach::from(RelationStep {
            relation: RelationId(0),
            inverse: false,
        }),
        condition: Box::new(definition()),
    };
    let not = typed(Node::Not(Box::new(definition())), Kind::Bool);
    let parts = vec![definition(), either, typed(related, Kind::Bool), not];
    typed(Node::And(parts), Kind::Bool)
}

#[test]
fn a_condition_is_taken_apart_in_english() {
    let trace = traced(&whole());
    insta::assert_snapshot!(render(&trace, Tongue::English, &zone()));
}

#[test]
fn a_condition_is_taken_apart_in_chinese() {
    let trace = traced(&whole());
    insta::assert_snapshot!(render(&trace, Tongue::Chinese, &zone()));
}

/// The first part below that has a reason of its own.
fn cause(part: &Part) -> Option<Reason> {
    match part.reason {
        Some(Reason::Inputs) => part.children.iter().find_map(cause),
        reason => reason,
    }
}

fn divided() -> Typed {
    let spent = purchases(AggregateFunction::Count, None, Window::All);
    let node = Node::Arithmetic {
        op: ArithmeticOp::Divide,
        left: Box::new(spent),
        right: Box::new(attribute(2, Kind::Int)),
    };
    typed(node, Kind::Number)
}

#[test]
fn a_missing_value_says_why() {
    let nothing = Window::Between(
        Box::new(typed(Node::Today, Kind::Date)),
        Box::new(typed(Node::Today, Kind::Date)),
    );
    let open = Window::Since(Box::new(typed(Node::Missing, Kind::Date)));
    let cases = [
        (attribute(1, Kind::Text), Reason::NotGiven),
        (divided(), Reason::DivisionByZero),
        (
            purchases(AggregateFunction::Avg, None, nothing),
            Reason::Nothing,
        ),
        (
            purchases(AggregateFunction::Count, None, open),
            Reason::MissingBound,
        ),
    ];
    for (typed, reason) in cases {
        let trace = traced(&typed);
        assert_eq!(trace.root.value, None, "{}", trace.root.text.english);
        assert_eq!(
            cause(&trace.root),
            Some(reason),
            "{}",
            trace.root.text.english
        );
    }
    let trace = traced(&divided());
    let shown = [Tongue::English, Tongue::Chinese].map(|it| render(&trace, it, &zone()));
    insta::assert_snapshot!(shown.concat());
}

#[test]
fn a_definition_is_shown_once() {
    let trace = traced(&whole());
    let [first, .., not] = trace.root.children.as_slice() else {
        panic!("four parts");
    };
    assert_eq!((first.shown_before, first.children.len()), (false, 1));
    let again = &not.children[0];
    assert_eq!((again.shown_before, again.children.len()), (true, 0));
    assert_eq!(again.verdict(), Some(Verdict::Yes));
}

#[test]
fn evidence_is_bounded_and_says_its_length() {
    let mut facts = facts();
    for second in 0..30 {
        facts.push(Fact::Event {
            event: EventId(0),
            row: Row(1),
            at: Instant(second),
            sequence: None,
            identity: second as u64,
            fields: vec![None, None],
        });
    }
    let people = from_facts(&schema(), &facts);
    let count = purchases(AggregateFunction::Count, None, Window::All);
    let now = zone().start_of(today());
    let trace = trace(&rules(), &people, 1, &count, now, &zone());
    let Some(Evidence::Facts { counted, .. }) = &trace.root.evidence else {
        panic!("facts are the evidence of a count");
    };
    assert_eq!((counted.shown.len(), counted.total), (10, 30));
    assert_eq!(counted.shown[0].at, Some(Instant(29)));
    let shown = render(&trace, Tongue::English, &zone());
    assert!(
        shown.contains("30 purchase counted, the newest 10 shown"),
        "{shown}"
    );
}

#[test]
fn every_left_column_ends_where_the_values_start() {
    use crate::base::text::width;
    let shown = render(&traced(&whole()), Tongue::Chinese, &zone());
    let column = |value: &str| {
        let line = shown.lines().find(|line| line.ends_with(value))?;
        Some(width(line.strip_suffix(value)?))
    };
    let columns: Vec<usize> = ["800000", "缺失：未提供", "（见上文）"]
        .into_iter()
        .filter_map(column)
        .collect();
    assert_eq!(columns.len(), 3, "{shown}");
    assert!(columns.iter().all(|at| *at == columns[0]), "{shown}");
}

#[test]
fn a_place_among_others_shows_the_bound() {
    let population = Population {
        value: attribute(0, Kind::Money),
        among: None,
        per: Vec::new(),
        ties_by_id: false,
    };
    let top = RankMeasure::Top(RankReach {
        bottom: false,
        count: Decimal::parse("0.01").unwrap(),
        share: true,
    });
    let measures = [
        (top, Kind::Bool),
        (RankMeasure::Rank, Kind::Int),
        (RankMeasure::Overall(Figure::Median), Kind::Money),
    ];
    let shown: String = measures
        .into_iter()
        .flat_map(|(measure, kind)| {
            let population = Box::new(population.clone());
            let node = Node::Ranked {
                measure,
                population,
            };
            let trace = traced(&typed(node, kind));
            Tongue::BOTH.map(|tongue| render(&trace, tongue, &zone()))
        })
        .collect();
    insta::assert_snapshot!(shown);
}
