//! Many present values into what is typical of them: `median stddev mode modes`.
//! Sums and extremes are in `fold`.

use super::compare::order;
use super::number::size;
use crate::base::math::finite;
use crate::base::money::Money;
use crate::base::value::Value;

/// The middle value; of an even number midway between the two middle ones.
pub(super) fn median(values: &[Value]) -> Option<Value> {
    let mut sorted = values.to_vec();
    sorted.sort_by(order);
    let high = sorted.get(sorted.len() / 2)?;
    let low = match sorted.len().is_multiple_of(2) {
        true => sorted.get(sorted.len() / 2 - 1)?,
        false => high,
    };
    match (low, high) {
        (Value::Money(low), Value::Money(high)) => {
            let both = i128::from(low.0) + i128::from(high.0);
            Money::average(both, 2).map(Value::Money)
        }
        (Value::Int(low), Value::Int(high)) => {
            let both = i128::from(*low) + i128::from(*high);
            finite(both as f64 / 2.0).map(Value::Number)
        }
        // Halved first: the sum of two large numbers may be infinite.
        (Value::Number(low), Value::Number(high)) if low == high => Some(Value::Number(*low)),
        (Value::Number(low), Value::Number(high)) => {
            finite(low / 2.0 + high / 2.0).map(Value::Number)
        }
        _ => None,
    }
}

/// Of a sample: the root of the mean square distance from the mean, the mean over one less than there are.
/// In two passes, in the order of the values. T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for
/// Computing the Sample Variance", The American Statistician 37 (1983), algorithm 1.1.
pub(super) fn stddev(values: &[Value]) -> Option<Value> {
    if values.len() < 2 {
        return None;
    }
    let is_money = matches!(values.first()?, Value::Money(_));
    let sizes: Vec<f64> = values.iter().filter_map(plain).collect();
    let mean = match values.first()? {
        Value::Number(_) => sizes.iter().fold(0.0, |sum, size| sum + size),
        _ => whole(values) as f64,
    } / sizes.len() as f64;
    let mut squares = 0.0;
    for size in &sizes {
        squares += (size - mean) * (size - mean);
    }
    let deviation = (squares / (sizes.len() as f64 - 1.0)).sqrt();
    if is_money {
        return money(deviation);
    }
    finite(deviation).map(Value::Number)
}

/// Whole numbers and money in their smallest unit.
fn plain(value: &Value) -> Option<f64> {
    match value {
        Value::Money(money) => Some(money.0 as f64),
        other => size(other),
    }
}

fn whole(values: &[Value]) -> i128 {
    let mut sum = 0;
    for value in values {
        match value {
            Value::Int(number) => sum += i128::from(*number),
            Value::Money(money) => sum += i128::from(money.0),
            _ => {}
        }
    }
    sum
}

/// So many ten-thousandths, rounded half to even.
pub(super) fn money(ten_thousandths: f64) -> Option<Value> {
    let rounded = finite(ten_thousandths)?.round_ties_even();
    // Both ends are exact: 2^63 itself is the first that does not fit.
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&rounded);
    fits.then_some(Value::Money(Money(rounded as i64)))
}

/// Different values with how often each is there: the most frequent first, of equally frequent ones the smallest.
fn by_frequency(values: &[Value]) -> Vec<(Value, usize)> {
    let mut counts: Vec<(Value, usize)> = Vec::new();
    for value in values {
        match counts
            .iter_mut()
            .find(|(known, _)| order(known, value).is_eq())
        {
            Some((_, count)) => *count += 1,
            None => counts.push((value.clone(), 1)),
        }
    }
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| order(&a.0, &b.0)));
    counts
}

/// The most frequent value.
pub(super) fn mode(values: &[Value]) -> Option<Value> {
    by_frequency(values)
        .into_iter()
        .next()
        .map(|(value, _)| value)
}

/// So many of the most frequent values, as a set.
pub(super) fn modes(values: &[Value], wanted: u16) -> Value {
    let frequent = by_frequency(values).into_iter().take(usize::from(wanted));
    let mut members: Vec<Value> = frequent.map(|(value, _)| value).collect();
    members.sort_by(order);
    Value::Set(members.into())
}
