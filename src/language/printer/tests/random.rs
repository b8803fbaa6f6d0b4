//! Random trees that the parser can make.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::base::calendar::{Date, Unit};
use crate::base::decimal::Decimal;
use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::language::syntax::*;
use crate::language::words::{self, Role};

fn at(node: ExprNode) -> Expr {
    Expr {
        node,
        span: Span::default(),
    }
}

fn name() -> impl Strategy<Value = Name> {
    let plain = vec![
        "a",
        "assets",
        "last",
        "source",
        "top",
        "limit",
        "filter",
        "year",
        "资产",
        "近90天消费额",
        "客户号",
        "self",
        "x1",
        "_y",
    ];
    let quoted = vec!["and", "my name", "非", "a`b", "c】d", "今天", "5x", "资产"];
    let named = |quoted: bool| {
        move |text: &str| Name {
            text: text.to_owned(),
            quoted,
            span: Span::default(),
        }
    };
    prop_oneof![4 => select(plain).prop_map(named(false)), 1 => select(quoted).prop_map(named(true))]
}

fn text() -> impl Strategy<Value = String> {
    "[a-z \"#(){},上海“」'`%]{0,8}"
}

fn quoted() -> impl Strategy<Value = Quoted> {
    text().prop_map(|text| Quoted {
        text,
        span: Span::default(),
    })
}

fn unit() -> impl Strategy<Value = Unit> {
    select(vec![
        Unit::Minute,
        Unit::Hour,
        Unit::Day,
        Unit::Week,
        Unit::Month,
        Unit::Quarter,
        Unit::Year,
    ])
}

fn date() -> impl Strategy<Value = Date> {
    (-200_000i32..200_000).prop_map(Date)
}

fn time() -> impl Strategy<Value = LocalTime> {
    (date(), 0u32..86_400).prop_map(|(date, second)| LocalTime { date, second })
}

fn decimal() -> impl Strategy<Value = Decimal> {
    let sizes = prop_oneof![
        0i128..100,
        select(vec![
            10_000,
            50_000,
            500_000,
            2_500_000,
            123_456,
            100_000_000,
            120_000_000
        ])
    ];
    (sizes, 0u32..4, any::<bool>()).prop_filter_map("a decimal", |(mantissa, places, negative)| {
        Decimal::new(if negative { -mantissa } else { mantissa }, places)
    })
}

fn leaf() -> impl Strategy<Value = ExprNode> {
    prop_oneof![
        4 => name().prop_map(ExprNode::Name),
        2 => decimal().prop_map(ExprNode::Number),
        1 => text().prop_map(ExprNode::Text),
        1 => any::<bool>().prop_map(ExprNode::Bool),
        1 => date().prop_map(ExprNode::Date),
        1 => time().prop_map(ExprNode::Time),
        1 => select(vec![ExprNode::Today, ExprNode::Now, ExprNode::Missing]),
        1 => (0i64..1000, unit()).prop_map(|(count, unit)| ExprNode::Ago { count, unit }),
        1 => (0i64..1000, unit()).prop_map(|(count, unit)| ExprNode::Span { count, unit }),
    ]
}

/// Any expression.
pub fn expression() -> impl Strategy<Value = Expr> {
    leaf().prop_map(at).prop_recursive(5, 40, 4, |inner| {
        prop_oneof![
            logic(inner.clone()).prop_map(at),
            tests(inner.clone()).prop_map(at),
            values(inner.clone()).prop_map(at),
            calls(inner).prop_map(at),
        ]
        .boxed()
    })
}

type Inner = BoxedStrategy<Expr>;

fn logic(inner: Inner) -> impl Strategy<Value = ExprNode> {
    let list = || vec(inner.clone(), 2..4);
    let boxed = || inner.clone().prop_map(Box::new);
    let arm = (inner.clone(), inner.clone()).prop_map(|(condition, value)| CaseArm {
        condition: Some(condition),
        value,
    });
    let otherwise = option::of(inner.clone().prop_map(|value| CaseArm {
        condition: None,
        value,
    }));
    prop_oneof![
        boxed().prop_map(ExprNode::Not),
        list().prop_map(ExprNode::And),
        list().prop_map(ExprNode::Or),
        (1u32..4, vec(inner.clone(), 1..4)).prop_map(|(count, of)| ExprNode::AtLeast { count, of }),
        (boxed(), boxed(), boxed()).prop_map(|(condition, then, otherwise)| ExprNode::If {
            condition,
            then,
            otherwise
        }),
        (vec(arm, 1..3), otherwise).prop_map(|(arms, otherwise)| {
            ExprNode::Case(arms.into_iter().chain(otherwise).collect())
        }),
    ]
}

fn choice(inner: Inner) -> impl Strategy<Value = Choice> {
    let end = || inner.clone().prop_map(Box::new);
    let range = |low, high, high_included| Choice::Range {
        low,
        high,
        high_included,
        span: Span::default(),
    };
    prop_oneof![
        inner.clone().prop_map(Choice::One),
        (option::of(end()), end(), any::<bool>()).prop_map(move |(low, high, included)| range(
            low,
            Some(high),
            included
        )),
        end().prop_map(move |low| range(Some(low), None, true)),
    ]
}

fn tests(inner: Inner) -> impl Strategy<Value = ExprNode> {
    let boxed = || inner.clone().prop_map(Box::new);
    let ops = select(vec![
        CompareOp::Equal,
        CompareOp::NotEqual,
        CompareOp::Less,
        CompareOp::LessEqual,
        CompareOp::Greater,
        CompareOp::GreaterEqual,
        CompareOp::Like,
    ]);
    let text_ops = select(vec![
        TextOp::Contains,
        TextOp::StartsWith,
        TextOp::EndsWith,
        TextOp::Matches,
    ]);
    prop_oneof![
        (ops, boxed(), boxed()).prop_map(|(op, left, right)| ExprNode::Compare { op, left, right }),
        (boxed(), boxed(), boxed(), 0u8..5).prop_map(|(value, low, high, form)| {
            ExprNode::Between {
                value,
                low,
                low_included: form != 1 && form != 2,
                high,
                high_included: form != 1 && form != 3,
                negated: form == 4,
            }
        }),
        (boxed(), vec(choice(inner.clone()), 1..4), any::<bool>()).prop_map(
            |(value, choices, negated)| ExprNode::In {
                value,
                choices,
                negated
            }
        ),
        (boxed(), window(inner.clone()), any::<bool>()).prop_map(|(value, window, negated)| {
            ExprNode::InWindow {
                value,
                window: Box::new(window),
                negated,
            }
        }),
        (text_ops, any::<bool>(), boxed(), boxed()).prop_map(|(op, folded, value, pattern)| {
            ExprNode::TextTest {
                op,
                folded,
                value,
                pattern,
            }
        }),
        (boxed(), any::<bool>())
            .prop_map(|(value, negated)| ExprNode::IsMissing { value, negated }),
    ]
}

fn values(inner: Inner) -> impl Strategy<Value = ExprNode> {
    let boxed = || inner.clone().prop_map(Box::new);
    let ops = select(vec![
        ArithmeticOp::Add,
        ArithmeticOp::Subtract,
        ArithmeticOp::Multiply,
        ArithmeticOp::Divide,
    ]);
    prop_oneof![
        3 => (ops, boxed(), boxed()).prop_map(|(op, left, right)| ExprNode::Arithmetic { op, left, right }),
        1 => boxed().prop_map(ExprNode::Negate),
        1 => (boxed(), boxed()).prop_map(|(value, fallback)| ExprNode::Default { value, fallback }),
        1 => (unit(), boxed()).prop_map(|(unit, from)| ExprNode::Since { unit, from }),
    ]
}

fn calls(inner: Inner) -> impl Strategy<Value = ExprNode> {
    let known = words::ALL
        .iter()
        .filter(|word| matches!(word.role, Role::Aggregate | Role::Function))
        .map(|word| word.english)
        .filter(|word| *word != "before")
        .chain(["number", "text", "date", "time", "own_name"])
        .collect::<Vec<_>>();
    let call = (
        select(known),
        vec(inner.clone(), 1..4),
        option::of(inner.clone().prop_map(Box::new)),
        option::of(window(inner.clone()).prop_map(Box::new)),
    )
        .prop_map(|(text, arguments, filter, window)| {
            let name = Name {
                text: text.to_owned(),
                quoted: false,
                span: Span::default(),
            };
            ExprNode::Call(Call {
                name,
                arguments,
                filter,
                window,
            })
        })
        .boxed();
    let field = (
        prop_oneof![name().prop_map(ExprNode::Name), call.clone()],
        name(),
    )
        .prop_map(|(base, field)| ExprNode::Field {
            base: Box::new(at(base)),
            field,
        });
    let relation = (
        select(vec![Quantifier::Any, Quantifier::All, Quantifier::None]),
        vec(name(), 1..3),
        1u32..4,
        inner.prop_map(Box::new),
    )
        .prop_map(
            |(quantifier, relations, steps, condition)| ExprNode::Relation {
                quantifier,
                relations,
                steps,
                condition,
            },
        );
    prop_oneof![3 => call, 1 => field, 1 => relation]
}

fn window(inner: Inner) -> impl Strategy<Value = Window> {
    let boxed = || inner.clone().prop_map(Box::new);
    let dates = || {
        select(vec![
            Unit::Day,
            Unit::Week,
            Unit::Month,
            Unit::Quarter,
            Unit::Year,
        ])
    };
    let fixed = select(vec![Unit::Minute, Unit::Hour, Unit::Day, Unit::Week]);
    let count = || 1i64..500;
    prop_oneof![
        (count(), unit()).prop_map(|(count, unit)| WindowNode::Last {
            count,
            unit,
            whole: false
        }),
        (count(), dates()).prop_map(|(count, unit)| WindowNode::Last {
            count,
            unit,
            whole: true
        }),
        (count(), unit()).prop_map(|(count, unit)| WindowNode::Previous { count, unit }),
        (count(), fixed).prop_map(|(count, unit)| WindowNode::Rolling { count, unit }),
        (count(), unit()).prop_map(|(count, unit)| WindowNode::Next { count, unit }),
        dates().prop_map(WindowNode::This),
        dates().prop_map(WindowNode::PreviousCalendar),
        boxed().prop_map(WindowNode::Since),
        boxed().prop_map(WindowNode::Before),
        (boxed(), boxed()).prop_map(|(low, high)| WindowNode::Between(low, high)),
        (0i64..500, unit(), boxed()).prop_map(|(count, unit, from)| WindowNode::WithinAfter {
            count,
            unit,
            from
        }),
    ]
    .prop_map(|node| Window {
        node,
        span: Span::default(),
    })
}

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
