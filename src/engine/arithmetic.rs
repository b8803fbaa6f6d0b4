//! Arithmetic. A missing operand, an overflow, a division by zero and a result that
//! is not finite are missing. Money is exact; text and text are joined by `+`.

use super::outcome::RunError;
use super::text::from_values;
use super::vector::Vector;
use super::words;
use crate::base::calendar::Zone;
use crate::base::kind::Kind;
use crate::base::math::finite;
use crate::base::money::{MONEY_SCALE, Money};
use crate::base::text::nfc;
use crate::base::value::Value;
use crate::language::typed::ArithmeticOp;

/// Applies a function where both sides are present; what it refuses is missing.
fn zip<A: Copy, B: Copy, R: Default>(
    left: &[A],
    right: &[B],
    presence: Option<Vec<u64>>,
    function: impl Fn(A, B) -> Option<R>,
) -> (Vec<R>, Option<Vec<u64>>) {
    let len = left.len();
    let mut results = Vec::with_capacity(len);
    let mut refused = words::none(len);
    for (lane, (left, right)) in left.iter().zip(right).enumerate() {
        match function(*left, *right) {
            Some(result) => results.push(result),
            None => {
                results.push(R::default());
                words::set(&mut refused, lane);
            }
        }
    }
    let presence = match (presence, words::is_none(&refused)) {
        (presence, true) => presence,
        (None, false) => Some(words::not(&refused, len)),
        (Some(present), false) => Some(words::and_not(&present, &refused)),
    };
    (results, presence)
}

/// The same with one side.
pub fn each<A: Copy, R: Default>(
    values: &[A],
    presence: Option<Vec<u64>>,
    function: impl Fn(A) -> Option<R>,
) -> (Vec<R>, Option<Vec<u64>>) {
    zip(values, values, presence, |value, _| function(value))
}

/// One operation over two vectors of the kinds given.
pub fn arithmetic<'a>(
    op: ArithmeticOp,
    left: (&Vector<'a>, &Kind),
    right: (&Vector<'a>, &Kind),
    len: usize,
) -> Result<Vector<'a>, RunError> {
    let presence = words::both(left.0.presence().as_deref(), right.0.presence().as_deref());
    match (left.1, right.1, op) {
        (Kind::Text, Kind::Text, ArithmeticOp::Add) => join(left.0, right.0, len),
        (Kind::Int, Kind::Int, ArithmeticOp::Add) => {
            keys(left.0, right.0, presence, len, |a, b| a.checked_add(b))
        }
        (Kind::Int, Kind::Int, ArithmeticOp::Subtract) => {
            keys(left.0, right.0, presence, len, |a, b| a.checked_sub(b))
        }
        (Kind::Int, Kind::Int, ArithmeticOp::Multiply) => {
            keys(left.0, right.0, presence, len, |a, b| a.checked_mul(b))
        }
        (Kind::Money, Kind::Money, ArithmeticOp::Add) => {
            keys(left.0, right.0, presence, len, |a, b| {
                Money(a).checked_add(Money(b)).map(|sum| sum.0)
            })
        }
        (Kind::Money, Kind::Money, ArithmeticOp::Subtract) => {
            keys(left.0, right.0, presence, len, |a, b| {
                Money(a).checked_sub(Money(b)).map(|rest| rest.0)
            })
        }
        (Kind::Money, Kind::Money, ArithmeticOp::Divide) => {
            let (left, right) = (left.0.as_keys()?, right.0.as_keys()?);
            let (numbers, presence) = zip(
                &left.data.wide(len),
                &right.data.wide(len),
                presence,
                |a, b| Money(a).ratio(Money(b)),
            );
            Ok(Vector::numbers(numbers, presence))
        }
        (Kind::Money, _, ArithmeticOp::Multiply) => {
            scaled(left, right, presence, len, Money::times)
        }
        (Kind::Money, _, ArithmeticOp::Divide) => scaled(left, right, presence, len, Money::over),
        (_, Kind::Money, ArithmeticOp::Multiply) => {
            scaled(right, left, presence, len, Money::times)
        }
        (Kind::Money, _, _) | (_, Kind::Money, _) => Err(RunError::Malformed(
            "money beside a number takes only times and divided by",
        )),
        _ => numbers(op, left, right, presence, len),
    }
}

fn keys<'a>(
    left: &Vector<'_>,
    right: &Vector<'_>,
    presence: Option<Vec<u64>>,
    len: usize,
    function: impl Fn(i64, i64) -> Option<i64>,
) -> Result<Vector<'a>, RunError> {
    let (left, right) = (left.as_keys()?, right.as_keys()?);
    let (keys, presence) = zip(
        &left.data.wide(len),
        &right.data.wide(len),
        presence,
        function,
    );
    Ok(Vector::keys(keys, presence))
}

fn scaled<'a>(
    money: (&Vector<'_>, &Kind),
    factor: (&Vector<'_>, &Kind),
    presence: Option<Vec<u64>>,
    len: usize,
    function: impl Fn(Money, f64) -> Option<Money>,
) -> Result<Vector<'a>, RunError> {
    let factor = factor.0.as_numbers(factor.1, len)?;
    let (keys, presence) = zip(
        &money.0.as_keys()?.data.wide(len),
        &factor.wide(len),
        presence,
        |money, factor| function(Money(money), factor).map(|money| money.0),
    );
    Ok(Vector::keys(keys, presence))
}

fn numbers<'a>(
    op: ArithmeticOp,
    left: (&Vector<'_>, &Kind),
    right: (&Vector<'_>, &Kind),
    presence: Option<Vec<u64>>,
    len: usize,
) -> Result<Vector<'a>, RunError> {
    let (left, right) = (
        left.0.as_numbers(left.1, len)?,
        right.0.as_numbers(right.1, len)?,
    );
    let (left, right) = (left.wide(len), right.wide(len));
    let (numbers, presence) = match op {
        ArithmeticOp::Add => zip(&left, &right, presence, |a, b| finite(a + b)),
        ArithmeticOp::Subtract => zip(&left, &right, presence, |a, b| finite(a - b)),
        ArithmeticOp::Multiply => zip(&left, &right, presence, |a, b| finite(a * b)),
        ArithmeticOp::Divide => zip(&left, &right, presence, |a, b| finite(a / b)),
    };
    Ok(Vector::numbers(numbers, presence))
}

fn join<'a>(left: &Vector<'_>, right: &Vector<'_>, len: usize) -> Result<Vector<'a>, RunError> {
    let (before, after) = (left.texts()?, right.texts()?);
    let joined = (0..len).map(|lane| {
        (left.is_present(lane) && right.is_present(lane)).then(|| {
            let both = format!("{}{}", before.at(lane), after.at(lane));
            Value::Text(nfc(&both).as_ref().into())
        })
    });
    Ok(from_values(joined.collect(), &Kind::Text))
}

/// The other sign.
pub fn negate<'a>(of: &Vector<'_>, kind: &Kind, len: usize) -> Result<Vector<'a>, RunError> {
    let presence = of.presence().map(std::borrow::Cow::into_owned);
    if let Kind::Number = kind {
        let (numbers, presence) = each(&of.as_numbers(kind, len)?.wide(len), presence, |number| {
            finite(-number)
        });
        return Ok(Vector::numbers(numbers, presence));
    }
    let (keys, presence) = each(&of.as_keys()?.data.wide(len), presence, i64::checked_neg);
    Ok(Vector::keys(keys, presence))
}

/// To a wider kind.
pub fn convert<'a>(
    of: &Vector<'a>,
    from: &Kind,
    to: &Kind,
    zone: &Zone,
    len: usize,
) -> Result<Vector<'a>, RunError> {
    let presence = || of.presence().map(std::borrow::Cow::into_owned);
    let (keys, presence) = match (from, to) {
        (Kind::Int, Kind::Number) => {
            return Ok(Vector::Numbers(of.as_numbers(from, len)?.into_owned()));
        }
        (Kind::Int, Kind::Money) => each(&of.as_keys()?.data.wide(len), presence(), |units| {
            Money::from_int(units).map(|money| money.0)
        }),
        (Kind::Number, Kind::Money) => {
            each(&of.as_numbers(from, len)?.wide(len), presence(), |number| {
                Money(MONEY_SCALE).times(number).map(|money| money.0)
            })
        }
        (Kind::Date, Kind::Time) => each(&of.as_keys()?.data.wide(len), presence(), |days| {
            Some(super::dates::start(days, zone))
        }),
        _ => return Ok(of.clone()),
    };
    Ok(Vector::keys(keys, presence))
}
