//! An exact decimal as written in a rule or a file: `2.5m`, `1.2亿`, `3%`, `1_000`.
//! Arithmetic between values is not here.

use std::cmp::Ordering;
use std::fmt;

use super::money::{MONEY_PLACES, Money};

/// `mantissa / 10^places`. `2.5m` is 2_500_000 / 10^0, `3%` is 3 / 10^2.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Decimal {
    /// Signed digits.
    pub mantissa: i128,
    /// Digits after the point, 0..=18; trailing zeros removed.
    pub places: u32,
}

/// Digits a decimal may have after its point.
pub const PLACES_MAX: u32 = 18;
/// Digits a decimal may have in all; more would not fit beside a power of ten.
const DIGITS_MAX: usize = 30;

/// Digits that fit 64 bits.
const DIGITS_OF_WORD: usize = 18;

impl Decimal {
    /// With trailing zeros removed. `None` beyond 18 places.
    pub fn new(mut mantissa: i128, mut places: u32) -> Option<Self> {
        while places > 0 && mantissa % 10 == 0 {
            mantissa /= 10;
            places -= 1;
        }
        (places <= PLACES_MAX).then_some(Self { mantissa, places })
    }

    /// Reads `-1234.50`, `.5`, `+7`: digits with at most one point and a sign. No exponent, no grouping.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, text.get(1..)?),
            b'+' => (false, text.get(1..)?),
            _ => (false, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let whole = whole.trim_start_matches('0');
        let part_short = part.trim_end_matches('0');
        if digits.is_empty() || digits == "." || !all_digits(whole) || !all_digits(part) {
            return None;
        }
        if whole.len() + part_short.len() > DIGITS_MAX {
            return None;
        }
        let digits = whole.bytes().chain(part_short.bytes());
        let mantissa = match whole.len() + part_short.len() <= DIGITS_OF_WORD {
            // Most numbers fit a word, in which digits add up faster.
            true => i128::from(digits.fold(0u64, |sum, byte| sum * 10 + u64::from(byte - b'0'))),
            false => digits.fold(0i128, |sum, byte| sum * 10 + i128::from(byte - b'0')),
        };
        Self::new(
            if negative { -mantissa } else { mantissa },
            u32::try_from(part_short.len()).ok()?,
        )
    }

    /// Times a power of ten: `k`, `万`, `%`. `None` on overflow.
    pub fn shifted(self, power: i32) -> Option<Self> {
        if power >= 0 {
            let power = power.unsigned_abs();
            let used = power.min(self.places);
            let factor = 10i128.checked_pow(power - used)?;
            Self::new(self.mantissa.checked_mul(factor)?, self.places - used)
        } else {
            Self::new(self.mantissa, self.places + power.unsigned_abs())
        }
    }

    /// The sum. `None` on overflow.
    pub fn plus(self, other: Self) -> Option<Self> {
        let places = self.places.max(other.places);
        let at = |decimal: Self| {
            let scale = 10i128.checked_pow(places - decimal.places)?;
            decimal.mantissa.checked_mul(scale)
        };
        Self::new(at(self)?.checked_add(at(other)?)?, places)
    }

    /// By value.
    pub fn compared(self, other: Self) -> Ordering {
        let places = self.places.max(other.places);
        let at = |decimal: Self| {
            let scale = 10i128.saturating_pow(places - decimal.places);
            decimal.mantissa.saturating_mul(scale)
        };
        at(self).cmp(&at(other))
    }

    /// The negative.
    pub fn negated(self) -> Self {
        Self {
            mantissa: -self.mantissa,
            places: self.places,
        }
    }

    /// Exactly, or `None` when it has more than four places or does not fit.
    pub fn to_money(self) -> Option<Money> {
        let factor = 10i128.pow(MONEY_PLACES.checked_sub(self.places)?);
        i64::try_from(self.mantissa.checked_mul(factor)?)
            .ok()
            .map(Money)
    }

    /// Exactly, or `None` when it has places or does not fit.
    pub fn to_int(self) -> Option<i64> {
        if self.places == 0 {
            i64::try_from(self.mantissa).ok()
        } else {
            None
        }
    }

    /// The nearest float.
    pub fn to_number(self) -> f64 {
        // The standard reader rounds digits correctly; every decimal prints as digits it can read.
        self.to_string().parse().unwrap_or(0.0)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.mantissa.unsigned_abs().to_string();
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let places = self.places as usize;
        if places == 0 {
            return write!(out, "{sign}{digits}");
        }
        let padded = format!("{digits:0>width$}", width = places + 1);
        let (whole, part) = padded
            .split_at_checked(padded.len() - places)
            .unwrap_or((&padded, ""));
        write!(out, "{sign}{whole}.{part}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_kept_exactly() {
        for (text, shown) in [
            ("-1234.50", "-1234.5"),
            (".5", "0.5"),
            ("+007", "7"),
            ("0.00", "0"),
            ("5.", "5"),
            ("-0.05", "-0.05"),
        ] {
            assert_eq!(Decimal::parse(text).unwrap().to_string(), shown);
        }
        for bad in ["", "-", ".", "1e3", "1,000", "1.2.3", "--1", "1_000", "٣"] {
            assert_eq!(Decimal::parse(bad), None, "{bad}");
        }
        assert_eq!(Decimal::parse(&"9".repeat(31)), None);
    }

    #[test]
    fn powers_of_ten_shift_the_point() {
        let shifted = |text: &str, power| {
            Decimal::parse(text)
                .unwrap()
                .shifted(power)
                .map(|d| d.to_string())
        };
        assert_eq!(shifted("2.5", 6).as_deref(), Some("2500000"));
        assert_eq!(shifted("1.25", 1).as_deref(), Some("12.5"));
        assert_eq!(shifted("3", -2).as_deref(), Some("0.03"));
        assert_eq!(shifted("9", 100), None);
        assert_eq!(shifted("1", -19), None);
    }

    #[test]
    fn values_are_exact_or_refused() {
        let decimal = |text: &str| Decimal::parse(text).unwrap();
        assert_eq!(decimal("12.3456").to_money(), Some(Money(123_456)));
        assert_eq!(decimal("12.34567").to_money(), None);
        assert_eq!(
            decimal("922337203685477.5807").to_money(),
            Some(Money(i64::MAX))
        );
        assert_eq!(decimal("922337203685477.5808").to_money(), None);
        assert_eq!(decimal("12.5").to_int(), None);
        assert_eq!(decimal("0.1").to_number(), 0.1);
    }
}
