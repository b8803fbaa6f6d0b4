//! A customer's place among others, and figures of a whole population, after checking.

use super::Typed;
use crate::base::decimal::Decimal;

/// Those among whom a customer is placed. Its expressions are about the customer, never about a fact.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    /// What they are ordered by: Int, Number, Money, Date or Time; for a count of any kind. Whoever lacks
    /// it does not belong.
    pub value: Typed,
    /// Bool: only *yes* belongs.
    pub among: Option<Typed>,
    /// Scalars: customers with the same values are a population of their own; whoever lacks one
    /// belongs to none.
    pub per: Vec<Typed>,
    /// Whether equal values are ordered by the bytes of the ids, ascending.
    pub ties_by_id: bool,
}

/// What is asked of a population.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RankMeasure {
    /// Number 0..1: how many are smaller, of all the others; alone 0.
    Percentile,
    /// Int: 1 + how many are greater.
    Rank,
    /// Int 1..=k: 1 + ⌊k · how many are smaller ÷ how many there are⌋.
    Quantile(u32),
    /// Bool: among the first or the last so many. Whoever `among` says *no* of is not.
    Top(RankReach),
    /// The same for everyone.
    Overall(Figure),
}

/// How far `top` or `bottom` reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RankReach {
    /// The smallest values.
    pub bottom: bool,
    /// A positive whole number of places, or a part of all within 0..=1.
    pub count: Decimal,
    /// Whether it is a part of all.
    pub share: bool,
}

impl RankReach {
    /// The last place that belongs among so many customers: of a part `p`, ⌈p · n⌉.
    pub fn places(self, population: u64) -> u64 {
        let whole = 10i128.saturating_pow(self.count.places);
        let wanted = match self.share {
            true => self.count.mantissa.saturating_mul(i128::from(population)),
            false => self.count.mantissa,
        };
        let places = wanted.div_euclid(whole) + i128::from(wanted.rem_euclid(whole) > 0);
        u64::try_from(places.max(0)).unwrap_or(u64::MAX)
    }
}

/// One number over a population.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Figure {
    /// Int: how many have a value.
    Count,
    /// Int, Number, Money as the value; of nothing 0. Numbers add in ascending order.
    Sum,
    /// Number, or Money of money; of nothing missing.
    Avg,
    /// As the value; of nothing missing.
    Min,
    /// As the value; of nothing missing.
    Max,
    /// Number, or Money of money, linear between neighbours; of nothing missing.
    Median,
    /// Number, or Money of money, of a sample; below two values missing.
    Stddev,
}

impl Figure {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Count,
        Self::Sum,
        Self::Avg,
        Self::Min,
        Self::Max,
        Self::Median,
        Self::Stddev,
    ];

    /// Its English word.
    pub const fn english(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::Sum => "sum",
            Self::Avg => "avg",
            Self::Min => "min",
            Self::Max => "max",
            Self::Median => "median",
            Self::Stddev => "stddev",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_reaches_to_the_next_whole_place() {
        let reach = |count: &str, share| RankReach {
            bottom: false,
            count: Decimal::parse(count).unwrap(),
            share,
        };
        assert_eq!(reach("0.01", true).places(5_369), 54);
        assert_eq!(reach("0.1", true).places(10), 1);
        assert_eq!(reach("0.1", true).places(11), 2);
        assert_eq!(reach("0.1", true).places(0), 0);
        assert_eq!(reach("1", true).places(7), 7);
        assert_eq!(reach("100", false).places(7), 100);
        assert_eq!(reach("0.000000000000000001", true).places(u64::MAX), 19);
    }
}
