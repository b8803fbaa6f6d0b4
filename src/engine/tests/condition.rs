//! Comparisons, memberships, choices and functions over attributes.

use super::trees::*;
use super::world::{World, day, instant, money, text};
use crate::base::calendar::Unit;
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::language::typed::{
    ArithmeticOp, Choice, CompareOp, Function, Node, TextOp, Typed, Window,
};

/// Ages 20, missing, 40.
fn ages() -> World {
    World::of(3)
        .attribute(0, AGE, Value::Int(20))
        .attribute(2, AGE, Value::Int(40))
}

fn cities(names: &[&str]) -> World {
    let world = World::of(names.len() as u32 + 1);
    let rows = (0..).zip(names);
    rows.fold(world, |world, (row, name)| {
        world.attribute(row, CITY, text(name))
    })
}

fn missing(kind: Kind) -> Typed {
    typed(Node::Missing, kind)
}

#[test]
fn a_missing_side_makes_a_comparison_unknown() {
    let older = compare(attribute(AGE), CompareOp::Greater, int(30));
    assert_eq!(ages().verdicts(&older), [Some(false), None, Some(true)]);
    let other = compare(attribute(AGE), CompareOp::NotEqual, int(20));
    assert_eq!(ages().verdicts(&other), [Some(false), None, Some(true)]);
    let turned = compare(int(30), CompareOp::Greater, attribute(AGE));
    assert_eq!(ages().verdicts(&turned), [Some(true), None, Some(false)]);
}

#[test]
fn below_the_lower_end_is_no_though_the_upper_is_missing() {
    let between = condition(Node::Between {
        value: attribute(AGE).into(),
        low: int(30).into(),
        low_included: true,
        high: missing(Kind::Int).into(),
        high_included: true,
        negated: false,
    });
    assert_eq!(ages().verdicts(&between), [Some(false), None, None]);
}

fn is_in(value: Typed, choices: Vec<Choice>, negated: bool) -> Typed {
    condition(Node::In {
        value: value.into(),
        choices,
        negated,
    })
}

#[test]
fn without_a_match_a_missing_choice_leaves_a_membership_open() {
    let choices = || {
        vec![
            Choice::One(int(20)),
            Choice::One(missing(Kind::Int)),
            Choice::Range {
                low: Some(Box::new(int(41))),
                high: None,
                high_included: true,
            },
        ]
    };
    let among = is_in(attribute(AGE), choices(), false);
    assert_eq!(ages().verdicts(&among), [Some(true), None, None]);
    let outside = is_in(attribute(AGE), choices(), true);
    assert_eq!(ages().verdicts(&outside), [Some(false), None, None]);
}

#[test]
fn many_constant_choices_are_looked_up() {
    let mut choices: Vec<Choice> = (0..40)
        .step_by(4)
        .map(|age| Choice::One(int(age)))
        .collect();
    choices.push(Choice::Range {
        low: Some(Box::new(int(39))),
        high: Some(Box::new(int(41))),
        high_included: false,
    });
    let among = is_in(attribute(AGE), choices, false);
    assert_eq!(ages().verdicts(&among), [Some(true), None, Some(true)]);
    let words = ["Praha", "Brno"].map(|name| Choice::One(literal(text(name))));
    let among = is_in(attribute(CITY), words.into(), false);
    let verdicts = cities(&["Praha", "praha", "Brno"]).verdicts(&among);
    assert_eq!(verdicts, [Some(true), Some(false), Some(true), None]);
}

#[test]
fn text_orders_by_code_point_and_folds_only_when_asked() {
    let world = cities(&["Zlin", "a", "ä", "京"]);
    let after = compare(attribute(CITY), CompareOp::Greater, literal(text("a")));
    assert_eq!(
        world.verdicts(&after),
        [Some(false), Some(false), Some(true), Some(true), None]
    );
    let like = compare(attribute(CITY), CompareOp::Like, literal(text("ＺＬＩＮ ")));
    assert_eq!(world.verdicts(&like)[0], Some(true));
    let test = |folded| {
        condition(Node::TextTest {
            op: TextOp::StartsWith,
            folded,
            value: attribute(CITY).into(),
            pattern: literal(text("z")).into(),
        })
    };
    assert_eq!(world.verdicts(&test(false))[0], Some(false));
    assert_eq!(world.verdicts(&test(true))[0], Some(true));
    let matches = condition(Node::Matches {
        folded: false,
        value: attribute(CITY).into(),
        pattern: "^.l".into(),
    });
    assert_eq!(world.verdicts(&matches)[0], Some(true));
}

#[test]
fn a_set_holds_its_members_and_equals_its_equal() {
    let tags = |names: &[&str]| Value::Set(names.iter().map(|name| text(name)).collect());
    let world = World::of(3)
        .attribute(0, TAGS, tags(&["gold", "vip"]))
        .attribute(1, TAGS, tags(&[]));
    let contains = |member: &str, folded| {
        condition(Node::SetContains {
            folded,
            set: attribute(TAGS).into(),
            member: literal(text(member)).into(),
        })
    };
    assert_eq!(
        world.verdicts(&contains("vip", false)),
        [Some(true), Some(false), None]
    );
    assert_eq!(world.verdicts(&contains("VIP", false))[0], Some(false));
    assert_eq!(world.verdicts(&contains("VIP", true))[0], Some(true));
    let same = compare(
        attribute(TAGS),
        CompareOp::Equal,
        literal(tags(&["gold", "vip"])),
    );
    assert_eq!(world.verdicts(&same), [Some(true), Some(false), None]);
}

#[test]
fn missing_is_asked_of_values_and_of_conditions() {
    let unknown = compare(attribute(AGE), CompareOp::Greater, int(30));
    let is_missing = |value: Typed, negated| {
        condition(Node::IsMissing {
            value: value.into(),
            negated,
        })
    };
    let yes = [Some(false), Some(true), Some(false)];
    assert_eq!(ages().verdicts(&is_missing(attribute(AGE), false)), yes);
    assert_eq!(ages().verdicts(&is_missing(unknown, false)), yes);
    let no = [Some(true), Some(false), Some(true)];
    assert_eq!(ages().verdicts(&is_missing(attribute(AGE), true)), no);
}

#[test]
fn a_choice_over_an_unknown_condition_is_missing() {
    let older = || compare(attribute(AGE), CompareOp::Greater, int(30));
    let either = typed(
        Node::If {
            condition: older().into(),
            then: literal(text("old")).into(),
            otherwise: literal(text("young")).into(),
        },
        Kind::Text,
    );
    assert_eq!(
        ages().values(&either),
        [Some(text("young")), None, Some(text("old"))]
    );
    let known = condition(Node::IsMissing {
        value: attribute(AGE).into(),
        negated: false,
    });
    let arms = |first: Typed, second: Typed| {
        typed(
            Node::Case {
                arms: vec![(first, int(1)), (second, int(2))],
                otherwise: None,
            },
            Kind::Int,
        )
    };
    let before = ages().values(&arms(older(), known.clone()));
    assert_eq!(before, [None, None, Some(Value::Int(1))]);
    let after = ages().values(&arms(known, older()));
    assert_eq!(after, [None, Some(Value::Int(1)), Some(Value::Int(2))]);
}

fn arithmetic(op: ArithmeticOp, left: Typed, right: Typed, kind: Kind) -> Typed {
    typed(
        Node::Arithmetic {
            op,
            left: left.into(),
            right: right.into(),
        },
        kind,
    )
}

#[test]
fn what_does_not_fit_or_divides_by_zero_is_missing() {
    let huge = arithmetic(
        ArithmeticOp::Multiply,
        attribute(AGE),
        int(i64::MAX / 30),
        Kind::Int,
    );
    assert_eq!(
        ages().values(&huge),
        [Some(Value::Int(20 * (i64::MAX / 30))), None, None]
    );
    let rest = arithmetic(ArithmeticOp::Subtract, attribute(AGE), int(20), Kind::Int);
    let ratio = arithmetic(ArithmeticOp::Divide, int(10), rest, Kind::Number);
    assert_eq!(
        ages().values(&ratio),
        [None, None, Some(Value::Number(0.5))]
    );
    let filled = typed(
        Node::Default {
            value: ratio.into(),
            fallback: literal(Value::Number(7.0)).into(),
        },
        Kind::Number,
    );
    assert_eq!(ages().values(&filled)[0], Some(Value::Number(7.0)));
}

#[test]
fn money_is_exact_beside_numbers() {
    let world = World::of(1)
        .attribute(0, ASSETS, money(10))
        .attribute(0, RATE, Value::Number(0.1));
    let part = arithmetic(
        ArithmeticOp::Multiply,
        attribute(RATE),
        attribute(ASSETS),
        Kind::Money,
    );
    assert_eq!(world.values(&part), [Some(money(1))]);
    let ratio = arithmetic(
        ArithmeticOp::Divide,
        attribute(ASSETS),
        attribute(ASSETS),
        Kind::Number,
    );
    assert_eq!(world.values(&ratio), [Some(Value::Number(1.0))]);
}

#[test]
fn outside_its_domain_a_function_is_missing() {
    let call = |function, arguments| {
        typed(
            Node::Call {
                function,
                arguments,
            },
            Kind::Number,
        )
    };
    let rate = |rate| World::of(2).attribute(0, RATE, Value::Number(rate));
    let log = call(Function::Log, vec![attribute(RATE)]);
    assert_eq!(rate(1.0).values(&log), [Some(Value::Number(0.0)), None]);
    assert_eq!(rate(0.0).values(&log), [None, None]);
    let scale = |low, high| {
        let ends = [low, high].map(|end| literal(Value::Number(end)));
        let [low, high] = ends;
        call(Function::Scale, vec![attribute(RATE), low, high])
    };
    assert_eq!(rate(3.0).values(&scale(1.0, 1.0)), [None, None]);
    assert_eq!(
        rate(3.0).values(&scale(5.0, 1.0)),
        [Some(Value::Number(0.5)), None]
    );
    assert_eq!(
        rate(9.0).values(&scale(1.0, 5.0)),
        [Some(Value::Number(1.0)), None]
    );
}

#[test]
fn a_weighted_mean_skips_what_is_missing() {
    let number = |number| literal(Value::Number(number));
    let weighted = |arguments| {
        typed(
            Node::Call {
                function: Function::Weighted,
                arguments,
            },
            Kind::Number,
        )
    };
    let world = World::of(2).attribute(0, RATE, Value::Number(2.0));
    let both = weighted(vec![attribute(RATE), number(3.0), number(6.0), number(1.0)]);
    assert_eq!(
        world.values(&both),
        [Some(Value::Number(3.0)), Some(Value::Number(6.0))]
    );
    let alone = weighted(vec![attribute(RATE), number(0.4)]);
    assert_eq!(world.values(&alone), [Some(Value::Number(2.0)), None]);
}

#[test]
fn functions_of_texts_go_by_dictionary_entry() {
    let left = typed(
        Node::Call {
            function: Function::Left,
            arguments: vec![attribute(CITY), int(2)],
        },
        Kind::Text,
    );
    let world = cities(&["Praha", "Prostejov", "Brno"]);
    assert_eq!(
        world.values(&left),
        [Some(text("Pr")), Some(text("Pr")), Some(text("Br")), None]
    );
    let same = compare(left, CompareOp::Equal, literal(text("Pr")));
    assert_eq!(
        world.verdicts(&same),
        [Some(true), Some(true), Some(false), None]
    );
}

#[test]
fn completed_units_turn_on_the_day_and_hours_drop_their_rest() {
    let world = World::of(2)
        .attribute(0, OPENED, Value::Date(day("2024-02-29")))
        .attribute(1, OPENED, Value::Date(day("2024-07-02")))
        .attribute(0, SEEN, Value::Time(instant("2024-06-30T10:01:00")))
        .attribute(1, SEEN, Value::Time(instant("2024-06-30T13:59:00")));
    let since = |unit, from: u16| {
        typed(
            Node::Since {
                unit,
                from: attribute(from).into(),
            },
            Kind::Int,
        )
    };
    let ints = |values: [i64; 2]| values.map(|value| Some(Value::Int(value)));
    assert_eq!(world.values(&since(Unit::Month, OPENED)), ints([4, 0]));
    assert_eq!(world.values(&since(Unit::Day, OPENED)), ints([122, -2]));
    assert_eq!(world.values(&since(Unit::Hour, SEEN)), ints([1, -1]));
    assert_eq!(world.values(&since(Unit::Day, SEEN)), ints([0, 0]));
}

#[test]
fn a_window_over_a_date_is_not_cut_at_now_but_since_is() {
    let world = World::of(4)
        .attribute(0, OPENED, Value::Date(day("2024-06-01")))
        .attribute(1, OPENED, Value::Date(day("2024-07-01")))
        .attribute(2, OPENED, Value::Date(day("2024-06-30")));
    let within = |window| {
        condition(Node::InWindow {
            value: attribute(OPENED).into(),
            window: Box::new(window),
            negated: false,
        })
    };
    let year = within(Window::This(Unit::Year));
    assert_eq!(
        world.verdicts(&year),
        [Some(true), Some(true), Some(true), None]
    );
    let since = within(Window::Since(
        literal(Value::Date(day("2024-06-02"))).into(),
    ));
    assert_eq!(
        world.verdicts(&since),
        [Some(false), Some(false), Some(true), None]
    );
    let bound = within(Window::Before(missing(Kind::Date).into()));
    assert_eq!(world.verdicts(&bound), [None; 4]);
}
