//! Typed expressions as labels.

use std::sync::Arc;

use super::*;
use crate::base::calendar::{Instant, Unit};
use crate::base::kind::{EnumKind, EnumValue, Kind};
use crate::base::money::Money;
use crate::base::span::Span;
use crate::base::value::Value;
use crate::language::syntax::{ArithmeticOp, CompareOp, Quantifier};
use crate::language::typed::{
    Aggregate, AggregateFunction, Choice, Function, Node, RelationStep, Rules, Subfield, Subject,
    Typed, Window,
};
use crate::schema::{
    AttributeId, Event, EventId, Field, FieldId, Relation, RelationEnd, RelationId,
};

fn channel() -> Kind {
    let value = |name: &str, label: &str| EnumValue {
        name: name.into(),
        label: Some(label.into()),
    };
    let values = vec![value("mobile", "手机"), value("branch office", "柜面")];
    Kind::Enum(Arc::new(EnumKind { values }))
}

fn field(name: &str, label: Option<&str>, kind: Kind) -> Field {
    Field {
        name: name.into(),
        label: label.map(Into::into),
        description: None,
        kind,
        sensitive: false,
        part: None,
        span: Span::default(),
    }
}

fn rules() -> Rules {
    let mut rules = Rules::default();
    rules.schema.attributes = vec![
        field("amount", Some("资产"), Kind::Money),
        field("opened on", None, Kind::Date),
    ];
    rules.schema.events = vec![Event {
        name: "purchase".into(),
        label: Some("消费".into()),
        description: None,
        fields: vec![
            field("amount", Some("金额"), Kind::Money),
            field("channel", Some("渠道"), channel()),
        ],
        span: Span::default(),
    }];
    rules.schema.relations = vec![Relation {
        name: "guarantor".into(),
        label: Some("担保人".into()),
        description: None,
        inverse: Some("guarantees".into()),
        inverse_label: None,
        end: RelationEnd::Customer,
        span: Span::default(),
    }];
    rules
}

fn at(node: Node, kind: Kind) -> Typed {
    Typed {
        node,
        kind,
        span: Span::default(),
    }
}

fn money(units: i64) -> Typed {
    at(
        Node::Literal(Value::Money(Money(units * 10_000))),
        Kind::Money,
    )
}

fn compare(left: Typed, op: CompareOp, right: Typed) -> Typed {
    at(
        Node::Compare {
            op,
            left: Box::new(left),
            right: Box::new(right),
        },
        Kind::Bool,
    )
}

fn sum() -> Typed {
    let channel_of = at(Node::Field(FieldId(1)), channel());
    let choice = |code| Choice::One(at(Node::Literal(Value::Enum(code)), channel()));
    let among = Node::In {
        value: Box::new(channel_of),
        choices: vec![choice(0), choice(1)],
        negated: false,
    };
    let own = compare(
        at(Node::Field(FieldId(0)), Kind::Money),
        CompareOp::Greater,
        at(Node::Attribute(AttributeId(0)), Kind::Money),
    );
    let aggregate = Aggregate {
        function: AggregateFunction::Sum,
        subject: Subject::Event(EventId(0)),
        name: None,
        field: Some(Subfield::Field(FieldId(0))),
        filter: Some(at(Node::And(vec![at(among, Kind::Bool), own]), Kind::Bool)),
        window: Window::Last {
            count: 90,
            unit: Unit::Day,
            whole: false,
        },
    };
    at(Node::Aggregate(Box::new(aggregate)), Kind::Money)
}

fn last_at() -> Typed {
    let aggregate = Aggregate {
        function: AggregateFunction::Last,
        subject: Subject::Event(EventId(0)),
        name: None,
        field: Some(Subfield::At),
        filter: None,
        window: Window::All,
    };
    at(Node::Aggregate(Box::new(aggregate)), Kind::Time)
}

fn labels(tree: &Typed, subject: Option<Subject>) -> [String; 2] {
    Tongue::BOTH.map(|tongue| super::super::typed(&rules(), subject, tree, tongue))
}

#[test]
fn aggregates_name_their_fields() {
    assert_eq!(
        labels(
            &compare(sum(), CompareOp::GreaterEqual, money(50_000)),
            None
        ),
        [
            "sum(purchase.amount where channel in (mobile, \"branch office\") and amount > self.amount, last 90 days) >= 50k",
            "合计（消费.金额 其中 渠道 属于（手机，柜面） 且 金额 > 资产，近90天） >= 5万",
        ]
    );
    let since = Node::Since {
        unit: Unit::Day,
        from: Box::new(last_at()),
    };
    assert_eq!(
        labels(&at(since, Kind::Int), None),
        [
            "days since last(purchase).at",
            "距今天数（最近（消费）.时间）"
        ]
    );
}

#[test]
fn a_part_of_a_where_is_named_by_its_subject() {
    let part = compare(
        at(Node::Field(FieldId(0)), Kind::Money),
        CompareOp::Less,
        money(7),
    );
    assert_eq!(
        labels(&part, Some(Subject::Event(EventId(0)))),
        ["amount < 7", "金额 < 7"]
    );
}

#[test]
fn relations_dates_and_functions() {
    let opened = || at(Node::Attribute(AttributeId(1)), Kind::Date);
    let condition = compare(
        opened(),
        CompareOp::Less,
        at(Node::Literal(Value::Time(Instant(0))), Kind::Time),
    );
    let related = |inverse| {
        let step = RelationStep {
            relation: RelationId(0),
            inverse,
        };
        let condition = Box::new(condition.clone());
        at(
            Node::Related {
                quantifier: Quantifier::None,
                reach: step.into(),
                condition,
            },
            Kind::Bool,
        )
    };
    assert_eq!(
        labels(&related(false), None),
        [
            "none guarantor (`opened on` < 1970-01-01T08:00)",
            "没有 担保人（【opened on】 < 1970-01-01T08:00）",
        ]
    );
    assert!(labels(&related(true), None)[1].starts_with("没有 guarantees（"));
    let later = at(
        Node::DateAdd {
            base: Box::new(opened()),
            count: -3,
            unit: Unit::Month,
        },
        Kind::Date,
    );
    assert_eq!(
        labels(&later, None),
        ["`opened on` - 3 months", "【opened on】 - 3个月"]
    );
    let half = at(Node::Literal(Value::Number(0.5)), Kind::Number);
    let product = Node::Arithmetic {
        op: ArithmeticOp::Multiply,
        left: Box::new(half),
        right: Box::new(money(2)),
    };
    let round = Node::Call {
        function: Function::Round,
        arguments: vec![at(product, Kind::Money)],
    };
    assert_eq!(
        labels(&at(round, Kind::Money), None),
        ["round(0.5 * 2)", "四舍五入（0.5 × 2）"]
    );
}
