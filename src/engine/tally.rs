//! A few present values into one: what aggregates over relations fold, in the order
//! of the other customers' rows.

use super::summary;
use crate::base::kind::Kind;
use crate::base::math::finite;
use crate::base::money::Money;
use crate::base::value::Value;
use crate::columns::code;
use crate::language::typed::{AggregateFunction, FactMeasure};

/// Folds the values of `count` others; `kind` is that of the result. Sums that do not fit are missing.
pub fn tally(
    function: AggregateFunction,
    count: usize,
    values: &[Value],
    kind: &Kind,
) -> Option<Value> {
    let int = |count: usize| i64::try_from(count).ok().map(Value::Int);
    match function {
        AggregateFunction::Count => int(count),
        AggregateFunction::Any => Some(Value::Bool(count > 0)),
        AggregateFunction::None => Some(Value::Bool(count == 0)),
        AggregateFunction::Sum => match kind {
            Kind::Number => finite(numbers(values)).map(Value::Number),
            Kind::Money => Money::from_sum(whole(values)).map(Value::Money),
            _ => i64::try_from(whole(values)).ok().map(Value::Int),
        },
        AggregateFunction::Avg => match values.first()? {
            Value::Number(_) => finite(numbers(values) / values.len() as f64).map(Value::Number),
            Value::Money(_) => {
                let count = u64::try_from(values.len()).ok()?;
                Money::average(whole(values), count).map(Value::Money)
            }
            _ => finite(whole(values) as f64 / values.len() as f64).map(Value::Number),
        },
        AggregateFunction::Min => values.iter().min_by(|a, b| a.order(b)).cloned(),
        AggregateFunction::Max => values.iter().max_by(|a, b| a.order(b)).cloned(),
        AggregateFunction::Distinct => {
            let mut sorted: Vec<&Value> = values.iter().collect();
            sorted.sort_by(|a, b| a.order(b));
            sorted.dedup_by(|a, b| a.order(b).is_eq());
            int(sorted.len())
        }
        AggregateFunction::First => values.first().cloned(),
        AggregateFunction::Last => values.last().cloned(),
        // Other customers have no age.
        AggregateFunction::Decay(_) => None,
        AggregateFunction::Median => summed_up(FactMeasure::Median, values, kind),
        AggregateFunction::Stddev => summed_up(FactMeasure::Stddev, values, kind),
        AggregateFunction::Mode => mode(values),
        // About facts alone.
        AggregateFunction::Modes(_)
        | AggregateFunction::Share
        | AggregateFunction::Gap
        | AggregateFunction::Elapsed(_)
        | AggregateFunction::Series(_) => None,
    }
}

fn summed_up(of: FactMeasure, values: &[Value], kind: &Kind) -> Option<Value> {
    let taken = match values.first()? {
        Value::Number(_) => Kind::Number,
        Value::Money(_) => Kind::Money,
        _ => Kind::Int,
    };
    let raw = values.iter().filter_map(|value| match value {
        Value::Number(number) => Some(summary::raw_of(*number)),
        other => code::key(other),
    });
    let mut raw: Vec<i64> = raw.collect();
    summary::measure(of, raw.len(), &mut raw, &taken)?.value(kind)
}

/// The most frequent value, of several the smallest.
fn mode(values: &[Value]) -> Option<Value> {
    let mut sorted: Vec<&Value> = values.iter().collect();
    sorted.sort_by(|a, b| a.order(b));
    let runs = sorted.chunk_by(|a, b| a.order(b).is_eq());
    // Of equally long runs the first stays.
    let longest = runs.reduce(|best, run| if run.len() > best.len() { run } else { best });
    longest?.first().map(|value| (*value).clone())
}

fn whole(values: &[Value]) -> i128 {
    let key = |value: &Value| match value {
        Value::Int(int) => i128::from(*int),
        Value::Money(money) => i128::from(money.0),
        _ => 0,
    };
    values.iter().map(key).sum()
}

fn numbers(values: &[Value]) -> f64 {
    values.iter().fold(0.0, |sum, value| match value {
        Value::Number(number) => sum + number,
        _ => sum,
    })
}
