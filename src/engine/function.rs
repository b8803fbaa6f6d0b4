//! Scalar functions over vectors. A missing argument and one outside the function's
//! domain make the result missing. Functions of texts go through `scalar`, once a
//! dictionary entry where that pays.

use std::borrow::Cow;
use std::rc::Rc;

use super::arithmetic::each;
use super::cache::Cache;
use super::dates;
use super::outcome::RunError;
use super::scalar;
use super::text;
use super::vector::Vector;
use super::weighted::weighted;
use super::window::Moment;
use super::words;
use crate::base::kind::Kind;
use crate::base::math::{exp, finite, log, round_half_away};
use crate::base::money::Money;
use crate::base::value::Value;
use crate::language::typed::Function;

/// An argument with its kind.
pub type Argument<'a, 'k> = (Rc<Vector<'a>>, &'k Kind);

/// What a call needs besides its arguments.
pub struct Call<'c, 'k> {
    /// Which function.
    pub function: Function,
    /// Kind of the result.
    pub kind: &'k Kind,
    /// Now and the zone.
    pub moment: &'c Moment<'c>,
    /// Of the run.
    pub cache: &'c Cache,
    /// Names the call in the cache.
    pub operation: usize,
    /// Lanes.
    pub len: usize,
}

/// Applies the function.
pub fn call<'a>(
    call: &Call<'_, '_>,
    arguments: &[Argument<'a, '_>],
) -> Result<Vector<'a>, RunError> {
    let Some((first, kind)) = arguments.first() else {
        return Err(RunError::Malformed("a function without arguments"));
    };
    match call.function {
        Function::Min | Function::Max | Function::Clamp => ordered(call, arguments),
        Function::Round | Function::Floor | Function::Abs => rounded(call, arguments),
        Function::Log | Function::Exp | Function::Sqrt | Function::Scale => {
            floating(call, arguments)
        }
        Function::Year
        | Function::Quarter
        | Function::Month
        | Function::Day
        | Function::Weekday
        | Function::Anniversary => calendar(call, first, kind),
        Function::ToNumber if kind.is_numeric() => Ok(Vector::Numbers(
            first.as_numbers(kind, call.len)?.into_owned(),
        )),
        Function::ToDate if matches!(kind, Kind::Date | Kind::Time) => {
            let days = dates::days(first, kind, call.moment.zone, call.len)?;
            Ok(Vector::keys(days.into_owned(), presence(arguments)))
        }
        Function::Weighted => weighted(call, arguments),
        _ => plain(call, arguments),
    }
}

/// Where all arguments are present.
fn presence(arguments: &[Argument<'_, '_>]) -> Option<Vec<u64>> {
    arguments.iter().fold(None, |all, (vector, _)| {
        words::both(all.as_deref(), vector.presence().as_deref())
    })
}

/// Min, Max, Clamp of one kind.
fn ordered<'a>(
    call: &Call<'_, '_>,
    arguments: &[Argument<'a, '_>],
) -> Result<Vector<'a>, RunError> {
    let present = presence(arguments);
    if let Kind::Number = call.kind {
        let wide: Vec<_> = arguments
            .iter()
            .map(|(vector, kind)| vector.as_numbers(kind, call.len))
            .collect::<Result<_, _>>()?;
        let wide: Vec<_> = wide.iter().map(|numbers| numbers.wide(call.len)).collect();
        let (numbers, present) = fold(call.function, &wide, present);
        return Ok(Vector::numbers(numbers, present));
    }
    let wide: Vec<_> = arguments
        .iter()
        .map(|(vector, _)| Ok(vector.as_keys()?.data.wide(call.len)))
        .collect::<Result<_, RunError>>()?;
    let (keys, present) = fold(call.function, &wide, present);
    Ok(Vector::keys(keys, present))
}

fn fold<T: PartialOrd + Copy + Default>(
    function: Function,
    arguments: &[Cow<'_, [T]>],
    present: Option<Vec<u64>>,
) -> (Vec<T>, Option<Vec<u64>>) {
    let Some((first, rest)) = arguments.split_first() else {
        return (Vec::new(), present);
    };
    if function == Function::Clamp
        && let [low, high] = rest
    {
        let triples: Vec<_> = first.iter().zip(low.iter()).zip(high.iter()).collect();
        // Ends the wrong way round hold nothing.
        return each(&triples, present, |((value, low), high)| {
            if low > high {
                None
            } else if value < low {
                Some(*low)
            } else if value > high {
                Some(*high)
            } else {
                Some(*value)
            }
        });
    }
    let mut best = first.to_vec();
    for other in rest {
        for (best, other) in best.iter_mut().zip(other.iter()) {
            let better = match function {
                Function::Min => other < best,
                _ => other > best,
            };
            if better {
                *best = *other;
            }
        }
    }
    (best, present)
}

/// A whole number, if it is one of 64 bits.
fn whole(number: f64) -> Option<i64> {
    // Both ends are exact: 2^63 itself is the first that does not fit.
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&number);
    fits.then_some(number as i64)
}

/// Round, Floor, Abs: Int, Number, Money.
fn rounded<'a>(
    call: &Call<'_, '_>,
    arguments: &[Argument<'a, '_>],
) -> Result<Vector<'a>, RunError> {
    let (len, function) = (call.len, call.function);
    let Some((first, kind)) = arguments.first() else {
        return Err(RunError::Malformed("a function without arguments"));
    };
    let present = presence(arguments);
    let places = match arguments.get(1) {
        Some((places, _)) => Some(places.as_keys()?.data.wide(len)),
        None => None,
    };
    let at = |lane: usize| match &places {
        // Places outside 0..=9 are outside the domain.
        Some(places) => u32::try_from(*places.get(lane)?).ok().filter(|n| *n <= 9),
        None => Some(0),
    };
    if let Kind::Number = kind {
        let numbers = first.as_numbers(kind, len)?;
        let lanes: Vec<(usize, f64)> = numbers.wide(len).iter().copied().enumerate().collect();
        if matches!(function, Function::Abs) || places.is_some() {
            let (numbers, present) = each(&lanes, present, |(lane, number)| match function {
                Function::Abs => finite(number.abs()),
                _ => round_half_away(number, at(lane)?),
            });
            return Ok(Vector::numbers(numbers, present));
        }
        let (keys, present) = each(&lanes, present, |(_, number)| match function {
            Function::Floor => whole(number.floor()),
            _ => whole(round_half_away(number, 0)?),
        });
        return Ok(Vector::keys(keys, present));
    }
    let keys = first.as_keys()?.data.wide(len);
    let lanes: Vec<(usize, i64)> = keys.iter().copied().enumerate().collect();
    let is_money = matches!(kind, Kind::Money);
    let (keys, present) = each(&lanes, present, |(lane, key)| match (function, is_money) {
        (Function::Abs, _) => key.checked_abs(),
        (Function::Floor, true) => Money(key).floor().map(|money| money.0),
        (Function::Round, true) => Money(key).round(at(lane)?).map(|money| money.0),
        (Function::Round, false) => at(lane).map(|_| key),
        _ => Some(key),
    });
    Ok(Vector::keys(keys, present))
}

/// Log, Exp, Sqrt, Scale: any numeric kind, to Number.
fn floating<'a>(
    call: &Call<'_, '_>,
    arguments: &[Argument<'a, '_>],
) -> Result<Vector<'a>, RunError> {
    let len = call.len;
    let present = presence(arguments);
    let wide: Vec<_> = arguments
        .iter()
        .map(|(vector, kind)| vector.as_numbers(kind, len))
        .collect::<Result<_, _>>()?;
    let wide: Vec<_> = wide.iter().map(|numbers| numbers.wide(len)).collect();
    let (numbers, present) = match (call.function, wide.as_slice()) {
        (Function::Log, [of]) => each(of, present, |x| if x > 0.0 { finite(log(x)) } else { None }),
        (Function::Exp, [of]) => each(of, present, |x| finite(exp(x))),
        (Function::Sqrt, [of]) => each(
            of,
            present,
            |x| {
                if x >= 0.0 { finite(x.sqrt()) } else { None }
            },
        ),
        (Function::Scale, [of, low, high]) => {
            let lanes: Vec<_> = of.iter().zip(low.iter()).zip(high.iter()).collect();
            each(&lanes, present, |((x, low), high)| {
                let part = finite((x - low) / (high - low))?;
                finite(part.clamp(0.0, 1.0))
            })
        }
        _ => return Err(RunError::Malformed("a function has too few arguments")),
    };
    Ok(Vector::numbers(numbers, present))
}

/// Parts of a date, and its next return.
fn calendar<'a>(call: &Call<'_, '_>, of: &Vector<'_>, kind: &Kind) -> Result<Vector<'a>, RunError> {
    let days = dates::days(of, kind, call.moment.zone, call.len)?;
    let today = call.moment.today();
    let keys = days.iter().map(|day| {
        let date = dates::date(*day);
        match call.function {
            Function::Weekday => i64::from(date.weekday()),
            Function::Anniversary => i64::from(date.anniversary(today).0),
            part => {
                let (year, month, day) = date.ymd();
                match part {
                    Function::Year => i64::from(year),
                    Function::Quarter => i64::from(month.div_ceil(3)),
                    Function::Month => i64::from(month),
                    _ => i64::from(day),
                }
            }
        }
    });
    Ok(Vector::keys(
        keys.collect(),
        of.presence().map(Cow::into_owned),
    ))
}

/// Value by value.
fn plain<'a>(call: &Call<'_, '_>, arguments: &[Argument<'a, '_>]) -> Result<Vector<'a>, RunError> {
    if matches!(call.function, Function::MissingIf | Function::Read) {
        return Err(RunError::Malformed("a function of sources in a question"));
    }
    let kinds: Vec<&Kind> = arguments.iter().map(|(_, kind)| *kind).collect();
    let apply = |values: &[Value]| scalar::apply(call.function, values, &kinds, call.moment.zone);
    let constants: Option<Vec<Value>> = arguments
        .iter()
        .skip(1)
        .map(|(vector, _)| match &**vector {
            Vector::Texts(texts) => texts.constant().map(|text| Value::Text(text.into())),
            Vector::Keys(keys) if keys.is_constant() => vector.value(0, &Kind::Int),
            _ => None,
        })
        .collect();
    if let (Some((first, _)), Some(constants)) = (arguments.first(), constants)
        && let Vector::Texts(texts) = &**first
    {
        return text::map(
            texts,
            call.kind,
            call.len,
            call.cache,
            call.operation,
            |text| {
                let mut values = vec![Value::Text(text.into())];
                values.extend(constants.iter().cloned());
                apply(&values)
            },
        );
    }
    let values = (0..call.len).map(|lane| {
        let values: Option<Vec<Value>> = arguments
            .iter()
            .map(|(vector, kind)| vector.value(lane, kind))
            .collect();
        apply(&values?)
    });
    Ok(text::from_values(values.collect(), call.kind))
}
