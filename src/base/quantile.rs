//! The value at a part of the way through sorted values, linear between neighbours:
//! the medians and cuts of aggregates, populations and reports. Of n values the part p lies at
//! place p·(n − 1), counted from 0, worked out exactly. Sorting is the caller's.

use super::decimal::Decimal;
use super::math::finite;
use super::money::Money;

/// Which part of the way: 0.5 is the median.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantile {
    part: Decimal,
}

/// A place between two neighbours: `rest / scale` of the way from the one at `at` to the next.
struct Place {
    at: usize,
    rest: i128,
    scale: i128,
}

impl Quantile {
    /// Half of the way.
    pub const MEDIAN: Self = Self {
        part: Decimal {
            mantissa: 5,
            places: 1,
        },
    };

    /// A part of the way; `None` outside 0..=1.
    pub fn new(part: Decimal) -> Option<Self> {
        let whole = 10i128.checked_pow(part.places)?;
        (0..=whole)
            .contains(&part.mantissa)
            .then_some(Self { part })
    }

    /// Which part of the way, 0..=1.
    pub fn part(self) -> Decimal {
        self.part
    }

    fn place(self, count: usize) -> Option<Place> {
        let steps = i128::try_from(count.checked_sub(1)?).ok()?;
        let scale = 10i128.checked_pow(self.part.places)?;
        let way = self.part.mantissa.checked_mul(steps)?;
        Some(Place {
            at: usize::try_from(way.div_euclid(scale)).ok()?,
            rest: way.rem_euclid(scale),
            scale,
        })
    }

    /// Of floats, ascending; `None` of nothing.
    pub fn number(self, sorted: &[f64]) -> Option<f64> {
        let place = self.place(sorted.len())?;
        let low = *sorted.get(place.at)?;
        if place.rest == 0 {
            return finite(low);
        }
        let high = *sorted.get(place.at + 1)?;
        let part = place.rest as f64 / place.scale as f64;
        let gap = high - low;
        if gap.is_finite() {
            return finite(low + gap * part);
        }
        // Neighbours so far apart that their distance is no number.
        finite(low * (1.0 - part) + high * part)
    }

    /// Of whole numbers, ascending; `None` of nothing.
    pub fn whole(self, sorted: &[i64]) -> Option<f64> {
        let place = self.place(sorted.len())?;
        let low = *sorted.get(place.at)?;
        if place.rest == 0 {
            return finite(low as f64);
        }
        let high = i128::from(*sorted.get(place.at + 1)?);
        let way = i128::from(low)
            .checked_mul(place.scale - place.rest)?
            .checked_add(high.checked_mul(place.rest)?)?;
        finite(way as f64 / place.scale as f64)
    }

    /// Of ten-thousandths of money, ascending, half to even at four places; `None` of nothing.
    pub fn money(self, sorted: &[i64]) -> Option<Money> {
        let place = self.place(sorted.len())?;
        let low = Money(*sorted.get(place.at)?);
        if place.rest == 0 {
            return Some(low);
        }
        let high = Money(*sorted.get(place.at + 1)?);
        low.part_way(high, place.rest, place.scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(part: &str) -> Quantile {
        Quantile::new(Decimal::parse(part).unwrap()).unwrap()
    }

    #[test]
    fn cuts_lie_linearly_between_neighbours() {
        let sorted = [10.0, 20.0, 30.0, 40.0, 50.0];
        assert_eq!(at("0").number(&sorted), Some(10.0));
        assert_eq!(at("0.25").number(&sorted), Some(20.0));
        assert_eq!(at("0.9").number(&sorted), Some(46.0));
        assert_eq!(at("1").number(&sorted), Some(50.0));
        assert_eq!(at("0.5").number(&[]), None);
        assert_eq!(at("0.7").number(&[3.5]), Some(3.5));
        assert_eq!(at("0.5").number(&[f64::MIN, f64::MAX]), Some(0.0));
        assert_eq!(Quantile::MEDIAN.number(&[1.0, 2.0]), Some(1.5));
    }

    #[test]
    fn money_stays_money_and_whole_numbers_become_numbers() {
        assert_eq!(Quantile::MEDIAN.money(&[1, 2]), Some(Money(2)));
        assert_eq!(Quantile::MEDIAN.money(&[2, 3]), Some(Money(2)));
        assert_eq!(Quantile::MEDIAN.money(&[-3, -2]), Some(Money(-2)));
        assert_eq!(at("0.3").money(&[0, 10]), Some(Money(3)));
        assert_eq!(
            at("0.999999999999999999").money(&[i64::MIN, i64::MAX]),
            Some(Money(9_223_372_036_854_775_789))
        );
        assert_eq!(Quantile::MEDIAN.whole(&[1, 2]), Some(1.5));
        assert_eq!(Quantile::MEDIAN.whole(&[1, 2, 7]), Some(2.0));
        assert_eq!(
            Quantile::MEDIAN.whole(&[i64::MAX - 1, i64::MAX]),
            Some(9_223_372_036_854_775_807_i64 as f64)
        );
    }

    #[test]
    fn a_part_lies_between_nothing_and_all() {
        assert_eq!(Quantile::new(Decimal::parse("1.01").unwrap()), None);
        assert_eq!(Quantile::new(Decimal::parse("-0.1").unwrap()), None);
    }
}
