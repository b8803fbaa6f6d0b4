//! A few present values into one: what aggregates over relations fold, in the order
//! of the other customers' rows.

use crate::base::kind::Kind;
use crate::base::math::finite;
use crate::base::money::Money;
use crate::base::value::Value;
use crate::language::typed::AggregateFunction;

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
    }
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
