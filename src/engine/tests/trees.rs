//! The bank's schema, and short words for typed trees by hand.

use std::sync::Arc;

use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::base::value::Value;
use crate::language::typed::{
    Aggregate, AggregateFunction, CompareOp, Node, Quantifier, RelationStep, Rules, Subfield,
    Subject, Typed, Window,
};
use crate::schema::{
    AttributeId, Event, EventId, Field, FieldId, Holding, HoldingId, Relation, RelationEnd,
    RelationId, Schema,
};

pub const ASSETS: u16 = 0;
pub const AGE: u16 = 1;
pub const CITY: u16 = 2;
pub const OPENED: u16 = 4;
pub const RATE: u16 = 5;
pub const SEEN: u16 = 6;
pub const TAGS: u16 = 7;

pub const AMOUNT: u16 = 0;
pub const QUANTITY: u16 = 1;
pub const WEIGHT: u16 = 2;
pub const PRODUCT: u16 = 3;

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

fn attribute_kinds() -> [(&'static str, Kind); 8] {
    [
        ("assets", Kind::Money),
        ("age", Kind::Int),
        ("city", Kind::Text),
        ("vip", Kind::Bool),
        ("opened", Kind::Date),
        ("rate", Kind::Number),
        ("seen", Kind::Time),
        ("tags", Kind::Set(Arc::new(Kind::Text))),
    ]
}

fn purchase_kinds() -> [(&'static str, Kind); 4] {
    [
        ("amount", Kind::Money),
        ("quantity", Kind::Int),
        ("weight", Kind::Number),
        ("product", Kind::Text),
    ]
}

fn relation(name: &str, end: RelationEnd) -> Relation {
    Relation {
        name: name.into(),
        label: None,
        description: None,
        inverse: None,
        inverse_label: None,
        end,
        span: Span::default(),
    }
}

pub fn rules() -> Rules {
    let fields = |list: &[(&str, Kind)]| -> Vec<Field> {
        list.iter()
            .map(|(name, kind)| field(name, kind.clone()))
            .collect()
    };
    Rules {
        schema: Schema {
            attributes: fields(&attribute_kinds()),
            events: vec![Event {
                name: "purchase".into(),
                label: None,
                description: None,
                fields: fields(&purchase_kinds()),
                span: Span::default(),
            }],
            holdings: vec![Holding {
                name: "loan".into(),
                label: None,
                description: None,
                key: "loan_id".into(),
                fields: vec![field("amount", Kind::Money)],
                span: Span::default(),
            }],
            relations: vec![
                relation("friend", RelationEnd::Customer),
                relation("manager", RelationEnd::Text),
            ],
            ..Schema::default()
        },
        ..Rules::default()
    }
}

pub fn typed(node: Node, kind: Kind) -> Typed {
    Typed {
        node,
        kind,
        span: Span::default(),
    }
}

pub fn condition(node: Node) -> Typed {
    typed(node, Kind::Bool)
}

pub fn attribute(id: u16) -> Typed {
    let kind = attribute_kinds()[usize::from(id)].1.clone();
    typed(Node::Attribute(AttributeId(id)), kind)
}

pub fn field_of(id: u16) -> Typed {
    let kind = purchase_kinds()[usize::from(id)].1.clone();
    typed(Node::Field(FieldId(id)), kind)
}

pub fn literal(value: Value) -> Typed {
    let kind = match &value {
        Value::Bool(_) => Kind::Bool,
        Value::Int(_) => Kind::Int,
        Value::Number(_) => Kind::Number,
        Value::Money(_) => Kind::Money,
        Value::Text(_) => Kind::Text,
        Value::Date(_) => Kind::Date,
        Value::Time(_) => Kind::Time,
        Value::Set(_) | Value::Enum(_) => Kind::Set(Arc::new(Kind::Text)),
    };
    typed(Node::Literal(value), kind)
}

pub fn int(value: i64) -> Typed {
    literal(Value::Int(value))
}

pub fn compare(left: Typed, op: CompareOp, right: Typed) -> Typed {
    condition(Node::Compare {
        op,
        left: left.into(),
        right: right.into(),
    })
}

pub fn taken(id: u16) -> Option<Subfield> {
    Some(Subfield::Field(FieldId(id)))
}

pub fn aggregate(
    function: AggregateFunction,
    subject: Subject,
    field: Option<Subfield>,
    kind: Kind,
    filter: Option<Typed>,
    window: Window,
) -> Typed {
    typed(
        Node::Aggregate(Box::new(Aggregate {
            function,
            subject,
            name: None,
            field,
            filter,
            window,
        })),
        kind,
    )
}

pub fn count(filter: Option<Typed>, window: Window) -> Typed {
    aggregate(
        AggregateFunction::Count,
        PURCHASE,
        None,
        Kind::Int,
        filter,
        window,
    )
}

/// An aggregate of a field of the purchases, all of them.
pub fn of(function: AggregateFunction, field: u16, kind: Kind) -> Typed {
    aggregate(function, PURCHASE, taken(field), kind, None, Window::All)
}

pub const FRIEND: RelationStep = RelationStep {
    relation: RelationId(0),
    inverse: false,
};

pub fn friends(quantifier: Quantifier, about: Typed) -> Typed {
    condition(Node::Related {
        quantifier,
        reach: FRIEND.into(),
        condition: about.into(),
    })
}
