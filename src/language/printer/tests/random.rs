//! Random expressions that the parser can make; items are next door.

mod followed;
mod item;
mod ranked;
mod report;

pub use item::item;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::base::calendar::{Date, Unit};
use crate::base::decimal::Decimal;
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
        vec((option::weighted(0.1, name()), inner.clone()), 1..4),
        option::of(inner.clone().prop_map(Box::new)),
        option::weighted(0.2, unit()),
        ranked::clauses(inner.clone()),
        option::of(window(inner.clone()).prop_map(Box::new)),
    )
        .prop_map(|(text, arguments, filter, by, ranked, window)| {
            let name = Name {
                text: text.to_owned(),
                quoted: false,
                span: Span::default(),
            };
            let (tags, arguments) = arguments.into_iter().unzip();
            let (among, per, ties_by_id) = ranked;
            ExprNode::Call(Box::new(Call {
                name,
                arguments,
                tags,
                filter,
                by,
                among,
                per,
                ties_by_id,
                window,
            }))
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
        inner.clone().prop_map(Box::new),
    )
        .prop_map(
            |(quantifier, relations, steps, condition)| ExprNode::Relation {
                quantifier,
                relations,
                steps,
                condition,
            },
        );
    prop_oneof![
        3 => call,
        1 => field,
        1 => relation,
        1 => ranked::top(inner.clone()),
        1 => followed::followed(inner),
    ]
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
