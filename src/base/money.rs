//! Money: fixed point with four places in one currency, exact.
//!
//! Sums are taken in `i128` and fitted back; what does not fit is `None`, which
//! callers turn into a missing value with that reason.

use std::fmt;

use super::decimal::Decimal;

/// Ten-thousandths of the currency unit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Money(pub i64);

/// How many parts one unit has.
pub const MONEY_SCALE: i64 = 10_000;
/// Digits after the point.
pub const MONEY_PLACES: u32 = 4;

impl Money {
    /// Reads decimal digits exactly; `None` beyond four places or when it does not fit.
    pub fn parse(text: &str) -> Option<Self> {
        Decimal::parse(text)?.to_money()
    }

    /// Whole units.
    pub fn from_int(units: i64) -> Option<Self> {
        units.checked_mul(MONEY_SCALE).map(Self)
    }

    /// A sum of ten-thousandths fitted back.
    pub fn from_sum(sum: i128) -> Option<Self> {
        i64::try_from(sum).ok().map(Self)
    }

    /// `sum / count`, half to even at four places; `None` for nothing.
    pub fn average(sum: i128, count: u64) -> Option<Self> {
        if count == 0 {
            return None;
        }
        Self::from_sum(divide_half_even(sum, i128::from(count)))
    }

    /// What lies `rest / scale` of the way to another amount, 0..=1, half to even at four places.
    /// `scale` is positive and at most 10^18.
    pub fn part_way(self, other: Self, rest: i128, scale: i128) -> Option<Self> {
        let own = i128::from(self.0).checked_mul(scale.checked_sub(rest)?)?;
        let others = i128::from(other.0).checked_mul(rest)?;
        Self::from_sum(divide_half_even(own.checked_add(others)?, scale))
    }

    /// The sum, unless it overflows.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, unless it overflows.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The negative, unless it overflows.
    pub fn checked_neg(self) -> Option<Self> {
        self.0.checked_neg().map(Self)
    }

    /// The exact product with a float, half to even at four places. The float's bits are taken as the
    /// dyadic fraction they are, so that no rounding happens before the last.
    pub fn times(self, factor: f64) -> Option<Self> {
        let (mantissa, exponent) = split(factor)?;
        // 63 and 53 bits: the product fits 127.
        let product = i128::from(self.0) * i128::from(mantissa);
        if exponent >= 0 {
            let shifted = product.checked_mul(1i128.checked_shl(u32::try_from(exponent).ok()?)?)?;
            // A shift of 127 gives the sign bit; nothing but zero survives it.
            return if exponent > 120 && product != 0 {
                None
            } else {
                Self::from_sum(shifted)
            };
        }
        let shift = exponent.unsigned_abs();
        if shift > 126 {
            return Some(Self(0));
        }
        Self::from_sum(divide_half_even(product, 1i128 << shift))
    }

    /// The quotient by a float, half to even at four places, of the nearest float quotient;
    /// `None` for zero and for what does not fit.
    pub fn over(self, divisor: f64) -> Option<Self> {
        if divisor == 0.0 || !divisor.is_finite() {
            return None;
        }
        let (mantissa, exponent) = split(divisor)?;
        let (mantissa, sign) = (
            i128::from(mantissa.unsigned_abs()),
            if mantissa < 0 { -1 } else { 1 },
        );
        let own = i128::from(self.0) * sign;
        // own / (mantissa × 2^exponent): the power of two goes to the side where it is whole.
        if exponent >= 0 {
            // Past 2^70 the divisor exceeds twice every amount.
            let scaled = u32::try_from(exponent)
                .ok()
                .filter(|exponent| *exponent < 70)
                .map(|exponent| mantissa << exponent);
            return scaled.map_or(Some(Self(0)), |scaled| {
                Self::from_sum(divide_half_even(own, scaled))
            });
        }
        let shift = exponent.unsigned_abs();
        if own == 0 {
            return Some(Self(0));
        }
        let room = own.unsigned_abs().leading_zeros().saturating_sub(1);
        if shift <= room {
            return Self::from_sum(divide_half_even(own << shift, mantissa));
        }
        // Trailing zeros of the divisor's digits free as many bits.
        let free = mantissa.trailing_zeros().min(shift);
        let (mantissa, shift) = (mantissa >> free, shift - free);
        if shift <= room {
            Self::from_sum(divide_half_even(own << shift, mantissa))
        } else {
            None
        }
    }

    /// The ratio as the float nearest to the quotient of the two nearest floats; `None` over zero.
    pub fn ratio(self, other: Self) -> Option<f64> {
        if other.0 == 0 {
            None
        } else {
            Some(self.0 as f64 / other.0 as f64)
        }
    }

    /// The float nearest to the amount.
    pub fn to_number(self) -> f64 {
        self.0 as f64 / MONEY_SCALE as f64
    }

    /// Rounded to so many places (0..=4; more changes nothing), half away from zero.
    pub fn round(self, places: u32) -> Option<Self> {
        let unit = 10i64.pow(MONEY_PLACES.saturating_sub(places));
        let half = unit / 2;
        let rest = self.0 % unit;
        let whole = self.0 - rest;
        if rest.abs() < half || unit == 1 {
            return Some(Self(whole));
        }
        whole
            .checked_add(if rest < 0 { -unit } else { unit })
            .map(Self)
    }

    /// The greatest whole amount not above it.
    pub fn floor(self) -> Option<Self> {
        self.0.checked_sub(self.0.rem_euclid(MONEY_SCALE)).map(Self)
    }
}

impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Decimal::new(i128::from(self.0), MONEY_PLACES) {
            Some(decimal) => decimal.fmt(out),
            None => write!(out, "{}e-4", self.0),
        }
    }
}

/// `a / b` for positive `b`, half to even.
fn divide_half_even(a: i128, b: i128) -> i128 {
    let (quotient, rest) = (a.div_euclid(b), a.rem_euclid(b));
    match rest.cmp(&(b - rest)) {
        std::cmp::Ordering::Less => quotient,
        std::cmp::Ordering::Greater => quotient + 1,
        std::cmp::Ordering::Equal => quotient + (quotient & 1),
    }
}

/// A finite float as mantissa × 2^exponent.
fn split(number: f64) -> Option<(i64, i32)> {
    if !number.is_finite() {
        return None;
    }
    let bits = number.to_bits();
    let biased = ((bits >> 52) & 0x7ff) as i32;
    let fraction = (bits & ((1 << 52) - 1)) as i64;
    let (mantissa, exponent) = if biased == 0 {
        (fraction, -1_074)
    } else {
        (fraction | (1 << 52), biased - 1_075)
    };
    let zeros = if mantissa == 0 {
        0
    } else {
        mantissa.trailing_zeros()
    };
    let mantissa = mantissa >> zeros;
    Some((
        if number < 0.0 { -mantissa } else { mantissa },
        exponent + zeros as i32,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Money {
        Money::parse(text).unwrap()
    }

    #[test]
    fn prints_and_reads_without_trailing_zeros() {
        for text in [
            "0",
            "1234.5",
            "-0.0001",
            "922337203685477.5807",
            "-922337203685477.5808",
        ] {
            assert_eq!(money(text).to_string(), text);
        }
    }

    #[test]
    fn products_round_half_to_even_at_four_places() {
        assert_eq!(money("0.0001").times(0.5), Some(money("0")));
        assert_eq!(money("0.0003").times(0.5), Some(money("0.0002")));
        assert_eq!(money("-0.0003").times(0.5), Some(money("-0.0002")));
        assert_eq!(money("10.10").times(1.05), Some(money("10.605")));
        assert_eq!(
            money("922337203685477.5807").times(1.0),
            Some(Money(i64::MAX))
        );
        assert_eq!(money("922337203685477.5807").times(1.5), None);
        assert_eq!(money("1").times(1e300), None);
        assert_eq!(money("0").times(1e300), None);
        assert_eq!(money("1").times(1e-300), Some(money("0")));
        assert_eq!(money("1").times(f64::NAN), None);
    }

    #[test]
    fn quotients_round_half_to_even_at_four_places() {
        assert_eq!(money("1").over(3.0), Some(money("0.3333")));
        assert_eq!(money("2").over(-3.0), Some(money("-0.6667")));
        assert_eq!(money("0.0001").over(2.0), Some(money("0")));
        assert_eq!(money("0.0003").over(2.0), Some(money("0.0002")));
        assert_eq!(money("5").over(0.5), Some(money("10")));
        assert_eq!(money("5").over(0.1), Some(money("50")));
        assert_eq!(money("5").over(0.0), None);
        assert_eq!(money("5").over(1e300), Some(money("0")));
        assert_eq!(money("922337203685477").over(0.5), None);
    }

    #[test]
    fn averages_and_rounding() {
        assert_eq!(Money::average(3, 2), Some(Money(2)));
        assert_eq!(Money::average(5, 2), Some(Money(2)));
        assert_eq!(Money::average(-5, 2), Some(Money(-2)));
        assert_eq!(Money::average(1, 0), None);
        assert_eq!(money("2.5").round(0), Some(money("3")));
        assert_eq!(money("-2.5").round(0), Some(money("-3")));
        assert_eq!(money("2.4949").round(1), Some(money("2.5")));
        assert_eq!(money("-2.0001").floor(), Some(money("-3")));
        assert_eq!(money("922337203685477.5807").round(0), None);
    }
}
