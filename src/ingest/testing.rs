//! Schemas, typed sources and records by hand, for the tests of this folder.

use std::sync::Arc;

use crate::base::kind::{EnumKind, EnumValue, Kind};
use crate::base::span::Span;
use crate::base::value::Value;
use crate::language::typed::{CompareOp, Delimiter, Format, Function, Node, SourceFile, Typed};
use crate::schema::{AttributeId, Event, Field, Holding, Relation, RelationEnd, Schema, Settings};

/// Attributes name, born (sensitive), wealth, vip, tags; event buy (amount int, way); holding loan (amount money); relations knows, manager.
pub fn schema() -> Schema {
    Schema {
        settings: Settings {
            time_zone: "Europe/Prague".to_owned(),
            clock_starts: None,
        },
        attributes: vec![
            field("name", Kind::Text),
            Field {
                sensitive: true,
                ..field("born", Kind::Date)
            },
            field("wealth", Kind::Money),
            field("vip", Kind::Bool),
            field("tags", Kind::Set(Arc::new(Kind::Text))),
        ],
        events: vec![Event {
            name: "buy".into(),
            label: None,
            description: None,
            fields: vec![field("amount", Kind::Int), field("way", ways())],
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
            relation("knows", RelationEnd::Customer),
            relation("manager", RelationEnd::Text),
        ],
        ..Schema::default()
    }
}

pub const NAME: AttributeId = AttributeId(0);
pub const WEALTH: AttributeId = AttributeId(2);

/// `one of (web "网银", branch "柜面")`
pub fn ways() -> Kind {
    let value = |name: &str, label: &str| EnumValue {
        name: name.into(),
        label: Some(label.into()),
    };
    Kind::Enum(Arc::new(EnumKind {
        values: vec![value("web", "网银"), value("branch", "柜面")],
    }))
}

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

/// A source of `;` separated text without routes; columns are separated by blanks.
pub fn source(name: &str, file: &str, columns: &str) -> SourceFile {
    SourceFile {
        name: name.into(),
        label: None,
        file: file.to_owned(),
        folder: String::new(),
        format: Format::Csv {
            delimiter: Delimiter::Character(b';'),
            quote: Some(b'"'),
            header: None,
            encoding: "utf-8".to_owned(),
        },
        columns: columns.split_whitespace().map(str::to_owned).collect(),
        missing: Vec::new(),
        key: None,
        skip: Vec::new(),
        routes: Vec::new(),
        span: Span::default(),
    }
}

pub fn typed(node: Node, kind: Kind) -> Typed {
    Typed {
        node,
        kind,
        span: Span::default(),
    }
}

pub fn column(index: u32) -> Typed {
    typed(Node::Column(index), Kind::Text)
}

pub fn literal(text: &str) -> Typed {
    typed(Node::Literal(Value::Text(text.into())), Kind::Text)
}

/// A text read as that kind.
pub fn read(value: Typed, kind: Kind) -> Typed {
    call(Function::Read, vec![value], kind)
}

pub fn call(function: Function, arguments: Vec<Typed>, kind: Kind) -> Typed {
    typed(
        Node::Call {
            function,
            arguments,
        },
        kind,
    )
}

pub fn is(left: Typed, right: Typed) -> Typed {
    typed(
        Node::Compare {
            op: CompareOp::Equal,
            left: Box::new(left),
            right: Box::new(right),
        },
        Kind::Bool,
    )
}
