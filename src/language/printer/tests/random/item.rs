//! Random items that the parser can make.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::{at, expression, name, quoted, time};
use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::language::syntax::*;
use crate::language::words;

fn kind() -> impl Strategy<Value = KindSyntax> {
    let plain = select(vec![
        Kind::Bool,
        Kind::Int,
        Kind::Number,
        Kind::Money,
        Kind::Text,
        Kind::Date,
        Kind::Time,
    ])
    .prop_map(KindSyntax::Plain);
    prop_oneof![
        3 => plain.clone(),
        1 => vec((name(), option::of(quoted())), 1..4).prop_map(KindSyntax::OneOf),
        1 => plain.prop_map(|kind| KindSyntax::SetOf(Box::new(kind))),
    ]
}

fn description() -> impl Strategy<Value = Option<String>> {
    option::of(
        select(vec!["one line", "两行\n# and more", "a\n\nb", "  indented"])
            .prop_map(str::to_owned),
    )
}

fn fields() -> impl Strategy<Value = Vec<FieldSyntax>> {
    let word = select(vec!["email", "phone", "consent"]).prop_map(|text| Name {
        text: text.to_owned(),
        quoted: false,
        span: Span::default(),
    });
    let field = (
        name(),
        option::of(quoted()),
        description(),
        kind(),
        any::<bool>(),
        option::of(word),
    )
        .prop_map(
            |(name, label, description, kind, sensitive, part)| FieldSyntax {
                name,
                label,
                description,
                kind: (kind, Span::default()),
                sensitive,
                part,
            },
        );
    vec(field, 0..5)
}

fn assignment() -> impl Strategy<Value = Assignment> {
    let built_in = select(vec![
        "id", "customer", "at", "sequence", "key", "from", "to", "since",
    ])
    .prop_map(|text| Name {
        text: text.to_owned(),
        quoted: false,
        span: Span::default(),
    });
    // What the left side of an assignment never reads as a built-in name.
    let own = name().prop_filter("no built-in", |name| words::built_in(&name.text).is_none());
    (
        prop_oneof![built_in, own],
        prop_oneof![5 => expression(), 1 => Just(at(ExprNode::Clear))],
    )
        .prop_map(|(name, value)| Assignment { name, value })
}

fn route() -> impl Strategy<Value = Route> {
    let target = prop_oneof![
        Just(RouteTarget::Customer),
        name().prop_map(RouteTarget::Event),
        name().prop_map(RouteTarget::Holding),
        name().prop_map(RouteTarget::Relation),
    ];
    (target, option::of(expression()), vec(assignment(), 0..4)).prop_map(
        |(target, when, assignments)| Route {
            target,
            when,
            assignments,
            span: Span::default(),
        },
    )
}

fn source() -> impl Strategy<Value = ItemNode> {
    let delimiter = prop_oneof![
        quoted().prop_map(DelimiterSyntax::Character),
        Just(DelimiterSyntax::Blanks)
    ];
    let word = select(vec!["csv", "ndjson"]).prop_map(|text| Name {
        text: text.to_owned(),
        quoted: false,
        span: Span::default(),
    });
    let format = (
        option::of(word),
        option::of(delimiter),
        option::of(quoted()),
        option::of(vec(name(), 1..4)),
        option::of(quoted()),
        vec(quoted(), 0..3),
    )
        .prop_map(
            |(format, delimiter, quote, header, encoding, missing)| FormatSyntax {
                format,
                delimiter,
                quote,
                header,
                encoding,
                missing,
            },
        );
    let key = option::of(
        (expression(), option::of(expression())).prop_map(|(key, when)| KeySyntax { key, when }),
    );
    (
        quoted(),
        format,
        key,
        vec(expression(), 0..2),
        vec(route(), 0..3),
    )
        .prop_map(|(file, format, key, skip, routes)| ItemNode::Source {
            file,
            format,
            key,
            skip,
            routes,
        })
}

/// Any item.
pub fn item() -> impl Strategy<Value = Item> {
    let inverse = option::of((name(), option::of(quoted())));
    let clock = option::of(time().prop_map(|time| (time, Span::default())));
    let bound = || expression();
    let node = prop_oneof![
        (option::of(quoted()), clock).prop_map(|(time_zone, clock_starts)| ItemNode::Settings {
            time_zone,
            clock_starts
        }),
        fields().prop_map(|fields| ItemNode::Customer { fields }),
        fields().prop_map(|fields| ItemNode::Event { fields }),
        (option::of(name()), fields()).prop_map(|(key, fields)| ItemNode::Holding { key, fields }),
        (inverse, any::<bool>())
            .prop_map(|(inverse, to_text)| ItemNode::Relation { inverse, to_text }),
        source(),
        source(),
        (expression(), option::of((bound(), bound())))
            .prop_map(|(value, range)| ItemNode::Param { value, range }),
        expression().prop_map(ItemNode::Metric),
        expression().prop_map(ItemNode::Filter),
    ];
    (name(), option::of(quoted()), description(), node).prop_map(
        |(mut name, mut label, description, node)| {
            let keyword = match &node {
                ItemNode::Settings { .. } => Some(("settings", true)),
                ItemNode::Customer { .. } => Some(("customer", false)),
                _ => None,
            };
            if let Some((keyword, bare)) = keyword {
                name = Name {
                    text: keyword.to_owned(),
                    quoted: false,
                    span: Span::default(),
                };
                label = label.filter(|_| !bare);
            }
            Item {
                name,
                label,
                description,
                node,
                span: Span::default(),
            }
        },
    )
}
