//! Numbers over a whole population, from its sorted values. Whole numbers and money are
//! summed exactly and fitted back, else missing; numbers add in ascending order.

use super::turned;
use crate::base::deviation::deviation;
use crate::base::kind::Kind;
use crate::base::math::finite;
use crate::base::money::{MONEY_SCALE, Money};
use crate::base::quantile::Quantile;
use crate::base::value::Value;
use crate::language::typed::Figure;

/// All figures of one population.
#[derive(Clone, Debug)]
pub(super) struct Figures {
    count: usize,
    sum: Option<Value>,
    mean: Option<Value>,
    least: Option<Value>,
    greatest: Option<Value>,
    median: Option<Value>,
    deviation: Option<Value>,
}

impl Figures {
    /// Of keys in ascending order.
    pub fn of(kind: &Kind, sorted: &[i64]) -> Self {
        let end = |key: Option<&i64>| key.and_then(|key| super::value_of(kind, *key));
        let (sum, mean, median, spread) = match kind {
            Kind::Number => {
                let numbers: Vec<f64> = sorted
                    .iter()
                    .map(|key| f64::from_bits(turned(*key) as u64))
                    .collect();
                let mut sum = 0.0;
                for number in &numbers {
                    sum += number;
                }
                let mean = finite(sum / numbers.len() as f64);
                let number = |number: Option<f64>| number.map(Value::Number);
                let median = Quantile::MEDIAN.number(&numbers);
                let parts = (finite(sum), mean, median, deviation(&numbers));
                (
                    number(parts.0),
                    number(parts.1),
                    number(parts.2),
                    number(parts.3),
                )
            }
            Kind::Money => money(sorted),
            Kind::Int => whole(sorted),
            _ => (None, None, None, None),
        };
        Self {
            count: sorted.len(),
            sum,
            mean,
            least: end(sorted.first()),
            greatest: end(sorted.last()),
            median,
            deviation: spread,
        }
    }

    /// One of them.
    pub fn value(&self, figure: Figure) -> Option<Value> {
        match figure {
            Figure::Count => i64::try_from(self.count).ok().map(Value::Int),
            Figure::Sum => self.sum.clone(),
            Figure::Avg => self.mean.clone(),
            Figure::Min => self.least.clone(),
            Figure::Max => self.greatest.clone(),
            Figure::Median => self.median.clone(),
            Figure::Stddev => self.deviation.clone(),
        }
    }
}

/// Sum, mean, median, deviation.
type Four = (Option<Value>, Option<Value>, Option<Value>, Option<Value>);

fn exact(sorted: &[i64]) -> i128 {
    sorted.iter().map(|key| i128::from(*key)).sum()
}

fn money(sorted: &[i64]) -> Four {
    let sum = exact(sorted);
    let units: Vec<f64> = sorted.iter().map(|key| Money(*key).to_number()).collect();
    let spread = deviation(&units).and_then(|spread| Money(MONEY_SCALE).times(spread));
    (
        Money::from_sum(sum).map(Value::Money),
        Money::average(sum, sorted.len() as u64).map(Value::Money),
        Quantile::MEDIAN.money(sorted).map(Value::Money),
        spread.map(Value::Money),
    )
}

fn whole(sorted: &[i64]) -> Four {
    let sum = exact(sorted);
    let numbers: Vec<f64> = sorted.iter().map(|key| *key as f64).collect();
    (
        i64::try_from(sum).ok().map(Value::Int),
        finite(sum as f64 / sorted.len() as f64).map(Value::Number),
        Quantile::MEDIAN.whole(sorted).map(Value::Number),
        deviation(&numbers).map(Value::Number),
    )
}
