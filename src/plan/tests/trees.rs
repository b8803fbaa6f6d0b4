//! A small bank and short words for typed trees by hand.

use std::sync::Arc;

use crate::base::calendar::{Date, Unit};
use crate::base::kind::{EnumKind, EnumValue, Kind};
use crate::base::money::Money;
use crate::base::span::Span;
use crate::base::value::Value;
use crate::language::typed::{
    Aggregate, AggregateFunction, ArithmeticOp, Choice, CompareOp, Definition, DefinitionId,
    DefinitionKind, Detail, Node, Quantifier, RelationStep, Rules, Subfield, Subject, Typed,
    Window,
};
use crate::plan::{Asked, Plan, Statistics, compile, explain};
use crate::schema::{
    AttributeId, Event, EventId, Field, FieldId, Holding, HoldingId, Relation, RelationEnd,
    RelationId, Schema,
};

pub const ASSETS: u16 = 0;
pub const AGE: u16 = 1;
pub const CITY: u16 = 2;
pub const VIP: u16 = 3;
pub const OPENED_ON: u16 = 4;
pub const RATE: u16 = 5;

/// Fields of both `purchase` and `loan`.
pub const AMOUNT: u16 = 0;
pub const CHANNEL: u16 = 1;

pub const PURCHASE: Subject = Subject::Event(EventId(0));
pub const LOAN: Subject = Subject::Holding(HoldingId(0));

fn field(name: &str, kind: Kind) -> Field {
    Field {
        name: name.into(),
        label: None,
        description: None,
        kind,
        sensitive: false,
        part: None,
        span: Span::default(),
    }
}

pub fn channel() -> Kind {
    let value = |name: &str| EnumValue {
        name: name.into(),
        label: None,
    };
    Kind::Enum(Arc::new(EnumKind {
        values: vec![value("mobile"), value("branch"), value("web")],
    }))
}

pub fn rules() -> Rules {
    Rules {
        schema: Schema {
            attributes: vec![
                field("assets", Kind::Money),
                field("age", Kind::Int),
                field("city", Kind::Text),
                field("vip", Kind::Bool),
                field("opened_on", Kind::Date),
                field("rate", Kind::Number),
            ],
            events: vec![Event {
                name: "purchase".into(),
                label: None,
                description: None,
                fields: vec![field("amount", Kind::Money), field("channel", channel())],
                span: Span::default(),
            }],
            holdings: vec![Holding {
                name: "loan".into(),
                label: None,
                description: None,
                key: "loan_id".into(),
                fields: vec![field("amount", Kind::Money), field("channel", channel())],
                span: Span::default(),
            }],
            relations: vec![Relation {
                name: "guarantor".into(),
                label: None,
                description: None,
                inverse: Some("guarantees".into()),
                inverse_label: None,
                end: RelationEnd::Customer,
                span: Span::default(),
            }],
            ..Schema::default()
        },
        ..Rules::default()
    }
}

/// Adds a definition and gives the tree that names it.
pub fn define(rules: &mut Rules, name: &str, expression: Typed) -> Typed {
    let kind = expression.kind.clone();
    let id = DefinitionId(u32::try_from(rules.definitions.len()).unwrap());
    rules.definitions.push(Definition {
        kind: if kind == Kind::Bool {
            DefinitionKind::Filter
        } else {
            DefinitionKind::Metric
        },
        name: name.into(),
        label: None,
        description: None,
        expression,
        detail: Detail::Plain,
        span: Span::default(),
    });
    of(Node::Definition(id), kind)
}

pub fn of(node: Node, kind: Kind) -> Typed {
    Typed {
        node,
        kind,
        span: Span::default(),
    }
}

pub fn attribute(id: u16) -> Typed {
    let kind = rules().schema.attributes[id as usize].kind.clone();
    of(Node::Attribute(AttributeId(id)), kind)
}

pub fn event_field(id: u16) -> Typed {
    let kind = rules().schema.events[0].fields[id as usize].kind.clone();
    of(Node::Field(FieldId(id)), kind)
}

pub fn yes() -> Typed {
    of(Node::Literal(Value::Bool(true)), Kind::Bool)
}

pub fn no() -> Typed {
    of(Node::Literal(Value::Bool(false)), Kind::Bool)
}

pub fn int(number: i64) -> Typed {
    of(Node::Literal(Value::Int(number)), Kind::Int)
}

pub fn number(number: f64) -> Typed {
    of(Node::Literal(Value::Number(number)), Kind::Number)
}

pub fn money(units: i64) -> Typed {
    let money = Money::from_int(units).unwrap();
    of(Node::Literal(Value::Money(money)), Kind::Money)
}

pub fn word(text: &str) -> Typed {
    of(Node::Literal(Value::Text(text.into())), Kind::Text)
}

pub fn code(code: u16) -> Typed {
    of(Node::Literal(Value::Enum(code)), channel())
}

pub fn day(year: i32, month: u32, day: u32) -> Typed {
    let date = Date::from_ymd(year, month, day).unwrap();
    of(Node::Literal(Value::Date(date)), Kind::Date)
}

pub fn not(a: Typed) -> Typed {
    of(Node::Not(Box::new(a)), Kind::Bool)
}

pub fn and(list: Vec<Typed>) -> Typed {
    of(Node::And(list), Kind::Bool)
}

pub fn or(list: Vec<Typed>) -> Typed {
    of(Node::Or(list), Kind::Bool)
}

pub fn at_least(count: u32, list: Vec<Typed>) -> Typed {
    of(Node::AtLeast { count, of: list }, Kind::Bool)
}

pub fn compare(left: Typed, op: CompareOp, right: Typed) -> Typed {
    let (left, right) = (Box::new(left), Box::new(right));
    of(Node::Compare { op, left, right }, Kind::Bool)
}

pub fn equal(left: Typed, right: Typed) -> Typed {
    compare(left, CompareOp::Equal, right)
}

pub fn at_most(left: Typed, right: Typed) -> Typed {
    compare(left, CompareOp::LessEqual, right)
}

pub fn above(left: Typed, right: Typed) -> Typed {
    compare(left, CompareOp::Greater, right)
}

pub fn is_in(value: Typed, choices: Vec<Choice>, negated: bool) -> Typed {
    let value = Box::new(value);
    of(
        Node::In {
            value,
            choices,
            negated,
        },
        Kind::Bool,
    )
}

pub fn span_of(low: Option<Typed>, high: Option<Typed>, high_included: bool) -> Choice {
    Choice::Range {
        low: low.map(Box::new),
        high: high.map(Box::new),
        high_included,
    }
}

pub fn is_missing(value: Typed) -> Typed {
    let value = Box::new(value);
    of(
        Node::IsMissing {
            value,
            negated: false,
        },
        Kind::Bool,
    )
}

pub fn default(value: Typed, fallback: Typed) -> Typed {
    let kind = value.kind.clone();
    let (value, fallback) = (Box::new(value), Box::new(fallback));
    of(Node::Default { value, fallback }, kind)
}

pub fn when(condition: Typed, then: Typed, otherwise: Typed) -> Typed {
    let kind = then.kind.clone();
    let node = Node::If {
        condition: Box::new(condition),
        then: Box::new(then),
        otherwise: Box::new(otherwise),
    };
    of(node, kind)
}

pub fn case(arms: Vec<(Typed, Typed)>, otherwise: Option<Typed>, kind: Kind) -> Typed {
    let otherwise = otherwise.map(Box::new);
    of(Node::Case { arms, otherwise }, kind)
}

/// Operands of the result's kind, or division.
pub fn arithmetic(left: Typed, op: ArithmeticOp, right: Typed, kind: Kind) -> Typed {
    let (left, right) = (Box::new(left), Box::new(right));
    of(Node::Arithmetic { op, left, right }, kind)
}

pub fn convert(value: Typed, kind: Kind) -> Typed {
    of(Node::Convert(Box::new(value)), kind)
}

pub fn years_since(from: Typed) -> Typed {
    let node = Node::Since {
        unit: Unit::Year,
        from: Box::new(from),
    };
    of(node, Kind::Int)
}

/// An aggregate over `AMOUNT` where the function takes a field.
pub fn aggregate(
    function: AggregateFunction,
    subject: Subject,
    filter: Option<Typed>,
    window: Window,
) -> Typed {
    let (kind, takes) = match function {
        AggregateFunction::Count => (Kind::Int, false),
        AggregateFunction::Distinct => (Kind::Int, true),
        AggregateFunction::Any | AggregateFunction::None => (Kind::Bool, false),
        _ => (Kind::Money, true),
    };
    let node = Node::Aggregate(Box::new(Aggregate {
        function,
        subject,
        name: None,
        field: takes.then_some(Subfield::Field(FieldId(AMOUNT))),
        filter,
        window,
    }));
    of(node, kind)
}

pub fn last_days(count: i64) -> Window {
    Window::Last {
        count,
        unit: Unit::Day,
        whole: false,
    }
}

pub fn guarantor() -> RelationStep {
    RelationStep {
        relation: RelationId(0),
        inverse: false,
    }
}

pub fn related(quantifier: Quantifier, condition: Typed) -> Typed {
    let node = Node::Related {
        quantifier,
        reach: guarantor().into(),
        condition: Box::new(condition),
    };
    of(node, Kind::Bool)
}

/// One output called `answer`.
pub fn plan(rules: &Rules, typed: &Typed) -> Plan {
    let name = "answer".into();
    compile(rules, &[Asked { name, typed }])
}

/// The plan of a tree as explain prints it.
pub fn shown(rules: &Rules, plan: &Plan) -> String {
    explain(plan, rules, &Statistics::default())
}
