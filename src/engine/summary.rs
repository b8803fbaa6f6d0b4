//! One figure of several values of a fact's field. Values come raw: a whole number,
//! money in ten-thousandths, a code, or the bits of a float, in order of time.
//! Which values belong together is said by those who ask.

use crate::base::kind::Kind;
use crate::base::math::finite;
use crate::base::money::Money;
use crate::base::value::Value;
use crate::language::typed::FactMeasure;

/// A number of either sort.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub enum Figure {
    /// An Int, or Money in ten-thousandths.
    Whole(i64),
    /// Finite.
    Number(f64),
}

impl Figure {
    /// As the kind of the result says.
    pub fn value(self, kind: &Kind) -> Option<Value> {
        Some(match (self, kind) {
            (Figure::Whole(raw), Kind::Money) => Value::Money(Money(raw)),
            (Figure::Whole(raw), Kind::Number) => Value::Number(raw as f64),
            (Figure::Whole(raw), _) => Value::Int(raw),
            (Figure::Number(number), _) => Value::Number(number),
        })
    }

    /// Its size; of Money in ten-thousandths.
    pub fn size(self) -> f64 {
        match self {
            Figure::Whole(raw) => raw as f64,
            Figure::Number(number) => number,
        }
    }
}

/// The figure nearest to a size: Money rounded half to even.
pub fn of_size(size: f64, kind: &Kind) -> Option<Figure> {
    let size = finite(size)?;
    if *kind != Kind::Money {
        return Some(Figure::Number(size));
    }
    let rounded = size.round_ties_even();
    // Both ends are exact: 2^63 itself is the first that does not fit.
    let fits = (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&rounded);
    fits.then_some(Figure::Whole(rounded as i64))
}

/// A measure of present values; `count`: the facts they were taken of, `kind`: that of the values. May
/// put the values into another order.
pub fn measure(of: FactMeasure, count: usize, raw: &mut [i64], kind: &Kind) -> Option<Figure> {
    let is_number = matches!(kind, Kind::Number);
    match of {
        FactMeasure::Count => i64::try_from(count).ok().map(Figure::Whole),
        FactMeasure::Distinct => {
            raw.sort_unstable();
            let runs = raw.chunk_by(|one, next| one == next);
            i64::try_from(runs.count()).ok().map(Figure::Whole)
        }
        FactMeasure::Sum if is_number => finite(total(raw)).map(Figure::Number),
        FactMeasure::Sum => i64::try_from(whole(raw)).ok().map(Figure::Whole),
        FactMeasure::Avg => mean(raw, kind),
        FactMeasure::Min if is_number => numbers(raw).min_by(f64::total_cmp).map(Figure::Number),
        FactMeasure::Max if is_number => numbers(raw).max_by(f64::total_cmp).map(Figure::Number),
        FactMeasure::Min => raw.iter().min().copied().map(Figure::Whole),
        FactMeasure::Max => raw.iter().max().copied().map(Figure::Whole),
        FactMeasure::Median => median(raw, kind),
        FactMeasure::Stddev => stddev(raw, kind),
    }
}

/// A float as a raw value.
pub fn raw_of(number: f64) -> i64 {
    number.to_bits() as i64
}

/// A raw value as the float it is.
pub fn number_of(raw: i64) -> f64 {
    f64::from_bits(raw as u64)
}

fn numbers(raw: &[i64]) -> impl Iterator<Item = f64> {
    raw.iter().map(|bits| number_of(*bits))
}

fn total(raw: &[i64]) -> f64 {
    numbers(raw).fold(0.0, |sum, number| sum + number)
}

fn whole(raw: &[i64]) -> i128 {
    raw.iter().map(|raw| i128::from(*raw)).sum()
}

fn mean(raw: &[i64], kind: &Kind) -> Option<Figure> {
    if raw.is_empty() {
        return None;
    }
    match kind {
        Kind::Number => finite(total(raw) / raw.len() as f64).map(Figure::Number),
        Kind::Money => {
            let count = u64::try_from(raw.len()).ok()?;
            Money::average(whole(raw), count).map(|money| Figure::Whole(money.0))
        }
        _ => finite(whole(raw) as f64 / raw.len() as f64).map(Figure::Number),
    }
}

/// The middle value, or midway between the two middle ones.
fn median(raw: &mut [i64], kind: &Kind) -> Option<Figure> {
    let middle = raw.len() / 2;
    if middle >= raw.len() {
        return None;
    }
    let is_even = raw.len().is_multiple_of(2);
    let by_size = |a: &i64, b: &i64| match kind {
        Kind::Number => number_of(*a).total_cmp(&number_of(*b)),
        _ => a.cmp(b),
    };
    let (below, high, _) = raw.select_nth_unstable_by(middle, by_size);
    let high = *high;
    let low = match is_even {
        true => below.iter().copied().max_by(by_size)?,
        false => high,
    };
    let both = i128::from(low) + i128::from(high);
    match kind {
        Kind::Number if low == high => Some(Figure::Number(number_of(high))),
        // Halved first: the sum of two large numbers may be infinite.
        Kind::Number => finite(number_of(low) / 2.0 + number_of(high) / 2.0).map(Figure::Number),
        Kind::Money => Money::average(both, 2).map(|money| Figure::Whole(money.0)),
        _ => finite(both as f64 / 2.0).map(Figure::Number),
    }
}

/// Of a sample, in two passes: T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for Computing the
/// Sample Variance", The American Statistician 37 (1983), algorithm 1.1.
fn stddev(raw: &[i64], kind: &Kind) -> Option<Figure> {
    if raw.len() < 2 {
        return None;
    }
    let count = raw.len() as f64;
    let squares = |mean: f64, sizes: &mut dyn Iterator<Item = f64>| {
        sizes.fold(0.0, |sum, size| sum + (size - mean) * (size - mean))
    };
    let squares = match kind {
        Kind::Number => squares(total(raw) / count, &mut numbers(raw)),
        _ => {
            let mean = whole(raw) as f64 / count;
            squares(mean, &mut raw.iter().map(|raw| *raw as f64))
        }
    };
    of_size((squares / (count - 1.0)).sqrt(), kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn int(of: FactMeasure, mut raw: Vec<i64>) -> Option<Figure> {
        let count = raw.len();
        measure(of, count, &mut raw, &Kind::Int)
    }

    #[test]
    fn the_middle_is_midway_between_two() {
        assert_eq!(
            int(FactMeasure::Median, vec![5, 1, 9]),
            Some(Figure::Number(5.0))
        );
        assert_eq!(
            int(FactMeasure::Median, vec![4, 1, 9, 5]),
            Some(Figure::Number(4.5))
        );
        assert_eq!(int(FactMeasure::Median, Vec::new()), None);
        let widest = vec![i64::MAX, i64::MAX];
        assert_eq!(
            int(FactMeasure::Median, widest),
            Some(Figure::Number(i64::MAX as f64))
        );
        let large = [f64::MAX, f64::MAX].map(raw_of);
        let middle = measure(FactMeasure::Median, 2, &mut large.to_vec(), &Kind::Number);
        assert_eq!(middle, Some(Figure::Number(f64::MAX)));
        let tie = measure(FactMeasure::Median, 2, &mut [1, 2], &Kind::Money);
        assert_eq!(tie, Some(Figure::Whole(2)));
    }

    #[test]
    fn deviation_is_that_of_a_sample() {
        assert_eq!(
            int(FactMeasure::Stddev, vec![2, 4, 4, 4, 5, 5, 7, 9]).map(Figure::size),
            Some((32.0f64 / 7.0).sqrt())
        );
        assert_eq!(int(FactMeasure::Stddev, vec![7]), None);
        assert_eq!(
            int(FactMeasure::Stddev, vec![7, 7]),
            Some(Figure::Number(0.0))
        );
        // The one-pass formula of squares loses these digits.
        let far: Vec<i64> = [4, 7, 13, 16].map(|step| 1_000_000_000 + step).to_vec();
        assert_eq!(
            int(FactMeasure::Stddev, far).map(Figure::size),
            Some(30.0f64.sqrt())
        );
        let money = measure(FactMeasure::Stddev, 2, &mut [10_000, 20_000], &Kind::Money);
        assert_eq!(money, Some(Figure::Whole(7_071)));
    }

    #[test]
    fn what_does_not_fit_is_missing() {
        assert_eq!(int(FactMeasure::Sum, vec![i64::MAX, 1]), None);
        assert_eq!(
            int(FactMeasure::Sum, vec![i64::MAX, 1, -1]),
            Some(Figure::Whole(i64::MAX))
        );
        let huge = [f64::MAX, f64::MAX].map(raw_of);
        assert_eq!(
            measure(FactMeasure::Sum, 2, &mut huge.to_vec(), &Kind::Number),
            None
        );
        assert_eq!(of_size(1e19, &Kind::Money), None);
    }
}
