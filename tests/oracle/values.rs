//! Values of every kind: mostly few and near each other, so that they meet; now and
//! then at the edge of what their kind holds.

use std::sync::Arc;

use tamis::base::calendar::{Date, Instant, Zone};
use tamis::base::kind::{EnumKind, EnumValue, Kind};
use tamis::base::money::Money;
use tamis::base::value::Value;

use crate::tape::Tape;

/// 2024-03-20; most dates lie around it.
pub const MIDDLE: Date = Date(19_802);

const INTS: [i64; 16] = [
    1,
    0,
    2,
    3,
    5,
    -1,
    -7,
    10,
    40,
    100,
    255,
    256,
    65_536,
    1_000_000,
    4_294_967_296,
    -40_000,
];
const EDGE_INTS: [i64; 8] = [
    i64::MAX,
    i64::MIN,
    i64::MAX - 1,
    i64::MIN + 1,
    9_007_199_254_740_993,
    i64::MAX / 2 + 1,
    -9_007_199_254_740_993,
    922_337_203_685_477,
];
const NUMBERS: [f64; 12] = [
    1.0, 0.0, 0.5, 2.0, -1.5, 0.1, 0.2, 3.25, 100.0, -7.0, 1e6, 2.5,
];
const EDGE_NUMBERS: [f64; 8] = [
    1e308,
    -1e308,
    f64::MAX,
    f64::MIN,
    1e-300,
    5e-324,
    1e17,
    9.3e18,
];
const MONEYS: [i64; 12] = [
    10_000,
    0,
    1,
    -1,
    5_000,
    12_345,
    1_000_000,
    9_999,
    -250_000,
    500_000_000,
    3,
    20_000,
];
const EDGE_MONEYS: [i64; 5] = [
    i64::MAX,
    i64::MIN,
    i64::MAX - 9_999,
    i64::MIN + 1,
    i64::MAX / 2,
];
/// In normal form C; some differ only by case, width or surrounding space.
pub const TEXTS: [&str; 18] = [
    "a",
    "",
    "A",
    "ａ",
    " a ",
    "b",
    "ab",
    "a-b-c",
    "vip",
    "VIP",
    "上海",
    "北京",
    "上",
    "straße",
    "STRASSE",
    "12",
    "2024-03-20",
    "-1234.5",
];
/// Patterns that compile.
pub const PATTERNS: [&str; 6] = ["a", "^a$", "", "海", "[0-9]+", "^(vip|b)"];

/// A short list and one past 8 bits.
pub fn enum_kind(count: usize) -> Kind {
    let values = (0..count)
        .map(|at| EnumValue {
            name: format!("v{at}").into(),
            label: None,
        })
        .collect();
    Kind::Enum(Arc::new(EnumKind { values }))
}

/// A date near the middle of the data, now and then far away.
pub fn date(tape: &mut Tape) -> Date {
    match tape.below(12) {
        0..6 => Date(MIDDLE.0 + tape.between(-45, 45) as i32),
        6..10 => Date(MIDDLE.0 + tape.between(-800, 800) as i32),
        // Month ends, leap days, the turn of a year.
        10 => *tape.one(&[
            Date(19_782),
            Date(19_722),
            Date(19_723),
            Date(19_812),
            Date(18_321),
        ]),
        _ => *tape.one(&[
            Date(0),
            Date(-1),
            Date(-719_162),
            Date(2_932_896),
            Date(-25_000),
            Date(40_000),
        ]),
    }
}

/// An instant at a date's start or at some second of its clock.
pub fn instant(tape: &mut Tape, zone: &Zone) -> Instant {
    let date = match tape.below(12) {
        0..6 => Date(MIDDLE.0 + tape.between(-45, 45) as i32),
        6..11 => Date(MIDDLE.0 + tape.between(-800, 800) as i32),
        // As those are written who know of none, and within the calendar still.
        _ if tape.chance(25) => {
            let first = zone.start_of(Date(-719_162 + tape.between(0, 1) as i32));
            let last = zone.start_of(Date(2_932_896 - tape.between(0, 1) as i32));
            return *tape.one(&[first, first, Instant(first.0 + 3_600), last]);
        }
        _ => Date(MIDDLE.0 + tape.between(-20_000, 5_000) as i32),
    };
    let start = zone.start_of(date);
    match tape.below(6) {
        0..3 => start,
        3 => Instant(start.0 - 1),
        4 => Instant(start.0 + tape.between(0, 24) * 3_600),
        _ => Instant(start.0 + tape.between(0, 90_000)),
    }
}

/// A value of that kind.
pub fn value(tape: &mut Tape, kind: &Kind, zone: &Zone) -> Value {
    let edge = tape.chance(4);
    match kind {
        Kind::Bool => Value::Bool(tape.below(2) == 0),
        Kind::Int if edge => Value::Int(*tape.one(&EDGE_INTS)),
        Kind::Int => Value::Int(*tape.one(&INTS)),
        Kind::Number if edge => Value::Number(*tape.one(&EDGE_NUMBERS)),
        Kind::Number => Value::Number(*tape.one(&NUMBERS)),
        Kind::Money if edge => Value::Money(Money(*tape.one(&EDGE_MONEYS))),
        Kind::Money => Value::Money(Money(*tape.one(&MONEYS))),
        Kind::Text => Value::Text(Arc::from(*tape.one(&TEXTS))),
        Kind::Enum(list) => Value::Enum(tape.below(list.values.len()) as u16),
        Kind::Date => Value::Date(date(tape)),
        Kind::Time => Value::Time(instant(tape, zone)),
        Kind::Set(inner) => {
            let mut items: Vec<Value> = Vec::new();
            for _ in 0..tape.below(4) {
                items.push(value(tape, inner, zone));
            }
            items.sort_by(Value::order);
            items.dedup();
            Value::Set(items.into())
        }
    }
}
