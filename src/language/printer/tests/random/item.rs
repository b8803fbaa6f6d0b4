//! Random items that the parser can make.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::report::report;
use super::{at, expression, name, quoted, time, unit};
use crate::base::decimal::Decimal;
use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::language::syntax::care::{Action, Care, ClockTime, Length, Step, When};
use crate::language::syntax::score::{
    Bin, BinTest, CardLine, Score, Scorecard, Stage, Tier, Tiers,
};
use crate::language::syntax::test::{Dated, End, Expectation, Expected, Line, Test};
use crate::language::syntax::*;
use crate::language::words::{self, Tongue};

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
            format: Box::new(format),
            key,
            skip,
            routes,
        })
}

fn clock() -> impl Strategy<Value = ClockTime> {
    (0u16..1440).prop_map(ClockTime)
}

fn length() -> impl Strategy<Value = Length> {
    (0i64..1000, unit()).prop_map(|(count, unit)| Length {
        count,
        unit,
        span: Span::default(),
    })
}

fn when() -> impl Strategy<Value = When> {
    prop_oneof![
        Just(When::Enters),
        Just(When::ByHand),
        clock().prop_map(When::EveryDay),
        (1u32..=31, clock()).prop_map(|(day, at)| When::EveryMonth { day, at }),
        (1u32..=12, 1u32..=29, option::of(clock())).prop_map(|(month, day, at)| When::EveryYear {
            month,
            day,
            at
        }),
        name().prop_map(When::AfterEvent),
    ]
}

fn action() -> impl Strategy<Value = Action> {
    let channel = prop_oneof![
        name(),
        Just(Name {
            text: "email".to_owned(),
            quoted: false,
            span: Span::default(),
        })
    ];
    let leaf = prop_oneof![
        (channel, quoted()).prop_map(|(channel, template)| Action::Send { channel, template }),
        (name(), quoted()).prop_map(|(queue, title)| Action::Task { queue, title }),
        quoted().prop_map(Action::Tag),
        length().prop_map(Action::Wait),
        Just(Action::Stop),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        (expression(), inner.clone(), inner).prop_map(|(condition, then, otherwise)| Action::If {
            condition,
            then: Box::new(then),
            otherwise: Box::new(otherwise),
        })
    })
}

fn step() -> impl Strategy<Value = Step> {
    (name(), action()).prop_map(|(name, action)| Step {
        name,
        action,
        span: Span::default(),
    })
}

fn care() -> impl Strategy<Value = ItemNode> {
    let count = || (0i64..100_000).prop_map(|count| (count, Span::default()));
    let share = (0i128..=1_000).prop_filter_map("a decimal", |mantissa| Decimal::new(mantissa, 3));
    let conditions = (
        expression(),
        option::of(expression()),
        option::of((expression(), length())),
    );
    let entry = (
        when().prop_map(|when| (when, Span::default())),
        any::<bool>(),
        any::<bool>(),
        option::of(length()),
    );
    let bounds = (
        option::of(count()),
        option::of((0i64..100, length())),
        option::of((clock(), clock()).prop_map(|(from, to)| (from, to, Span::default()))),
        option::of(share.prop_map(|share| (share, Span::default()))),
        option::of(count()),
    );
    (conditions, entry, bounds, vec(step(), 1..4)).prop_map(
        |((audience, exclude, goal), entry, bounds, steps)| {
            let (when, those_already_in, rule_changes, once_per) = entry;
            let (limit_day, limit_customer, quiet, holdout, expect) = bounds;
            ItemNode::Care(Box::new(Care {
                audience,
                exclude,
                when,
                those_already_in,
                rule_changes,
                once_per,
                limit_day,
                limit_customer,
                quiet,
                holdout,
                expect,
                goal,
                steps,
            }))
        },
    )
}

fn dated() -> impl Strategy<Value = Dated> {
    (time(), any::<bool>()).prop_map(|(mut time, day_only)| {
        if day_only {
            time.second = 0;
        }
        Dated {
            time,
            day_only,
            span: Span::default(),
        }
    })
}

fn expectation() -> impl Strategy<Value = Expectation> {
    let expected = prop_oneof![
        expression().prop_map(Expected::Holds),
        (name(), any::<bool>()).prop_map(|(filter, negated)| Expected::Member { filter, negated }),
        (name(), option::of(name()), any::<bool>()).prop_map(|(plan, step, negated)| {
            Expected::Receives {
                plan,
                step,
                negated,
            }
        }),
    ];
    (name(), expected).prop_map(|(customer, expected)| Expectation {
        customer,
        expected,
        span: Span::default(),
    })
}

fn test() -> impl Strategy<Value = ItemNode> {
    let given = || vec(assignment(), 0..3);
    let span = Span::default();
    let end = prop_oneof![name().prop_map(End::Customer), quoted().prop_map(End::Text)];
    let line = prop_oneof![
        (name(), given()).prop_map(move |(name, assignments)| Line::Customer {
            name,
            assignments,
            span
        }),
        (name(), name(), given()).prop_map(move |(subject, customer, assignments)| Line::Fact {
            subject,
            customer,
            assignments,
            span
        }),
        (name(), name(), end).prop_map(move |(relation, customer, end)| Line::Edge {
            relation,
            customer,
            end,
            span
        }),
        (name(), dated()).prop_map(move |(plan, at)| Line::Start { plan, at, span }),
        vec(expectation(), 1..3).prop_map(Line::Expect),
    ];
    (dated(), vec(line, 0..4))
        .prop_map(|(as_of, lines)| ItemNode::Test(Box::new(Test { as_of, lines })))
}

fn points() -> impl Strategy<Value = Expr> {
    prop_oneof![
        3 => super::decimal().prop_map(|number| at(ExprNode::Number(number))),
        1 => name().prop_map(|name| at(ExprNode::Name(name))),
        1 => name().prop_map(|name| {
            at(ExprNode::Negate(Box::new(at(ExprNode::Name(name)))))
        }),
    ]
}

fn bin() -> impl Strategy<Value = Bin> {
    let op = select(vec![
        CompareOp::Less,
        CompareOp::LessEqual,
        CompareOp::Greater,
        CompareOp::GreaterEqual,
        CompareOp::NotEqual,
        CompareOp::Like,
    ]);
    let range = (option::of(expression()), expression(), any::<bool>()).prop_map(
        |(low, high, high_included)| Choice::Range {
            low: low.map(Box::new),
            high: Some(Box::new(high)),
            high_included,
            span: Span::default(),
        },
    );
    // `missing` opens the bin of that name, and no value.
    let opens = |one: &Expr| crate::language::printer::expression(one, Tongue::English);
    let value =
        move || expression().prop_filter("a value", move |one| !opens(one).starts_with("missing"));
    let one = value();
    let choice = prop_oneof![one.prop_map(Choice::One), range];
    let test = prop_oneof![
        (op, expression()).prop_map(|(op, end)| BinTest::Compare(op, end)),
        vec(choice, 1..3).prop_map(BinTest::Choices),
        Just(BinTest::Missing),
        Just(BinTest::Else),
    ];
    (test, points(), option::of(quoted())).prop_map(|(test, points, reason)| Bin {
        test,
        points,
        reason,
        span: Span::default(),
    })
}

fn scorecard() -> impl Strategy<Value = ItemNode> {
    let line = prop_oneof![
        2 => (expression(), vec(bin(), 1..4)).prop_map(|(value, bins)| CardLine::Row {
            value,
            bins,
            span: Span::default(),
        }),
        1 => (expression(), points(), option::of(quoted())).prop_map(
            |(condition, points, reason)| CardLine::When {
                condition,
                points,
                reason,
                span: Span::default(),
            },
        ),
    ];
    (
        option::of(points()),
        option::of((expression(), expression())),
        vec(line, 1..4),
    )
        .prop_map(|(base, range, lines)| {
            ItemNode::Scorecard(Box::new(Scorecard { base, range, lines }))
        })
}

fn score() -> impl Strategy<Value = ItemNode> {
    (option::of((expression(), expression())), expression())
        .prop_map(|(range, expression)| ItemNode::Score(Box::new(Score { range, expression })))
}

fn stages() -> impl Strategy<Value = ItemNode> {
    // A number before a name that is a unit would take it.
    let condition = option::of(expression().prop_map(|inner| at(ExprNode::Not(Box::new(inner)))));
    let stage =
        (name(), option::of(quoted()), condition).prop_map(|(name, label, condition)| Stage {
            name,
            label,
            condition,
            span: Span::default(),
        });
    vec(stage, 1..4).prop_map(ItemNode::Stages)
}

fn tiers() -> impl Strategy<Value = ItemNode> {
    let share = || (1i128..=10_000).prop_map(|part| Decimal::new(part, 4).unwrap());
    let tier = (name(), option::of(quoted()), option::of(share()));
    let tier = tier.prop_map(|(name, label, top)| Tier {
        name,
        label,
        top,
        span: Span::default(),
    });
    let keep = option::of(share().prop_map(|keep| (keep, Span::default())));
    let per = prop_oneof![Just(Vec::new()), vec(expression(), 1..3)];
    (expression(), per, vec(tier, 1..4), keep).prop_map(|(by, per, tiers, keep)| {
        ItemNode::Tiers(Box::new(Tiers {
            by,
            per,
            tiers,
            keep,
        }))
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
        (name(), expression()).prop_map(|(of, condition)| ItemNode::EventPart { of, condition }),
        (option::of(name()), fields()).prop_map(|(key, fields)| ItemNode::Holding { key, fields }),
        (inverse, any::<bool>())
            .prop_map(|(inverse, to_text)| ItemNode::Relation { inverse, to_text }),
        source(),
        source(),
        (expression(), option::of((bound(), bound())))
            .prop_map(|(value, range)| ItemNode::Param { value, range }),
        expression().prop_map(ItemNode::Metric),
        expression().prop_map(ItemNode::Filter),
        care(),
        care(),
        report(),
        report(),
        test(),
        score(),
        scorecard(),
        scorecard(),
        stages(),
        tiers(),
    ];
    (name(), option::of(quoted()), description(), node).prop_map(
        |(mut name, mut label, description, node)| {
            let keyword = match &node {
                ItemNode::Settings { .. } => Some(("settings", true)),
                ItemNode::Customer { .. } => Some(("customer", false)),
                ItemNode::Test(_) => {
                    // What it shows stands in quotes, and nothing else names it.
                    name.quoted = true;
                    label = None;
                    None
                }
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
