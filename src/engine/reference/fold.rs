//! Many values into one: `count sum avg min max distinct`. Missing values have been
//! left out by the caller; the order of the values is the order they are added in.

use super::compare::order;
use super::statistics;
use crate::base::kind::Kind;
use crate::base::math::finite;
use crate::base::money::Money;
use crate::base::value::Value;
use crate::language::typed::AggregateFunction;

/// Folds present values; `kind` is that of the result and decides what a sum of nothing is.
pub(super) fn fold(function: AggregateFunction, values: &[Value], kind: &Kind) -> Option<Value> {
    match function {
        AggregateFunction::Sum => sum(values, kind),
        AggregateFunction::Avg => average(values),
        AggregateFunction::Min => best(values, std::cmp::Ordering::Less),
        AggregateFunction::Max => best(values, std::cmp::Ordering::Greater),
        AggregateFunction::Distinct => Some(count(distinct(values))),
        AggregateFunction::Count => Some(count(values.len())),
        AggregateFunction::Any => Some(Value::Bool(!values.is_empty())),
        AggregateFunction::None => Some(Value::Bool(values.is_empty())),
        AggregateFunction::First => values.first().cloned(),
        AggregateFunction::Last => values.last().cloned(),
        // Asks for the age of each fact, and is answered by the caller.
        AggregateFunction::Decay(_) => None,
        AggregateFunction::Median => statistics::median(values),
        AggregateFunction::Stddev => statistics::stddev(values),
        AggregateFunction::Mode => statistics::mode(values),
        AggregateFunction::Modes(wanted) => Some(statistics::modes(values, wanted)),
        // They are about facts, not about values of them.
        AggregateFunction::Share
        | AggregateFunction::Gap
        | AggregateFunction::Elapsed(_)
        | AggregateFunction::Series(_) => None,
    }
}

/// A count as a value.
pub(super) fn count(number: usize) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

fn sum(values: &[Value], kind: &Kind) -> Option<Value> {
    match kind {
        Kind::Int => i64::try_from(whole_sum(values)).ok().map(Value::Int),
        Kind::Money => Money::from_sum(whole_sum(values)).map(Value::Money),
        Kind::Number => finite(number_sum(values)).map(Value::Number),
        _ => None,
    }
}

fn average(values: &[Value]) -> Option<Value> {
    match values.first()? {
        Value::Int(_) => finite(whole_sum(values) as f64 / values.len() as f64).map(Value::Number),
        Value::Number(_) => finite(number_sum(values) / values.len() as f64).map(Value::Number),
        Value::Money(_) => {
            let of = u64::try_from(values.len()).ok()?;
            Money::average(whole_sum(values), of).map(Value::Money)
        }
        _ => None,
    }
}

/// Whole numbers, or ten-thousandths of money.
fn whole_sum(values: &[Value]) -> i128 {
    values
        .iter()
        .map(|value| match value {
            Value::Int(number) => i128::from(*number),
            Value::Money(money) => i128::from(money.0),
            _ => 0,
        })
        .sum()
}

fn number_sum(values: &[Value]) -> f64 {
    let mut sum = 0.0;
    for value in values {
        if let Value::Number(number) = value {
            sum += number;
        }
    }
    sum
}

/// The first of the smallest or greatest.
fn best(values: &[Value], wanted: std::cmp::Ordering) -> Option<Value> {
    let mut best = values.first()?;
    for value in values {
        if order(value, best) == wanted {
            best = value;
        }
    }
    Some(best.clone())
}

fn distinct(values: &[Value]) -> usize {
    let mut seen: Vec<&Value> = Vec::new();
    for value in values {
        if !seen.iter().any(|other| order(value, other).is_eq()) {
            seen.push(value);
        }
    }
    seen.len()
}
