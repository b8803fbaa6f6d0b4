//! Sums of floating numbers without any error but the last rounding: the same number
//! comes out whatever the order and however the parts were split. Kept as digits of 32
//! bits, the lowest a multiple of the smallest float.

/// Bits of one digit.
const DIGIT_BITS: u32 = 32;
/// Exponent of the lowest bit that a float has.
const LOWEST_EXPONENT: i32 = -1_074;
/// Additions after which digits are brought in order: each adds less than 2³² to a digit of 63 bits.
const ADDITIONS_MAX: u32 = 1 << 30;

/// An exact sum of finite floats.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ExactSum {
    /// Place of the first digit, counted in digits from the lowest exponent.
    first: usize,
    digits: Vec<i64>,
    additions: u32,
}

impl ExactSum {
    /// Adds a finite number; another one adds nothing.
    pub fn add(&mut self, number: f64) {
        let bits = number.to_bits();
        let exponent = ((bits >> 52) & 0x7ff) as u32;
        let fraction = bits & ((1 << 52) - 1);
        if exponent == 0x7ff {
            return;
        }
        // Bits above the lowest exponent at which the mantissa lies.
        let (mantissa, shift) = match exponent {
            0 => (fraction, 0),
            _ => (fraction | (1 << 52), exponent - 1),
        };
        if mantissa == 0 {
            return;
        }
        let place = (shift / DIGIT_BITS) as usize;
        let wide = u128::from(mantissa) << (shift % DIGIT_BITS);
        let negative = number.is_sign_negative();
        self.cover(place, place + 3);
        let from = place - self.first;
        for (digit, at) in self.digits.iter_mut().skip(from).zip(0u32..3) {
            let part = ((wide >> (DIGIT_BITS * at)) & 0xffff_ffff) as i64;
            *digit += if negative { -part } else { part };
        }
        self.added(1);
    }

    /// Adds another sum.
    pub fn merge(&mut self, other: &Self) {
        if other.digits.is_empty() {
            return;
        }
        let mut other = other.clone();
        other.carry();
        self.cover(other.first, other.first + other.digits.len());
        let from = other.first - self.first;
        for (digit, more) in self.digits.iter_mut().skip(from).zip(&other.digits) {
            *digit += more;
        }
        self.added(1);
    }

    fn added(&mut self, count: u32) {
        self.additions += count;
        if self.additions >= ADDITIONS_MAX {
            self.carry();
        }
    }

    /// Makes room for the digits of these places.
    fn cover(&mut self, from: usize, to: usize) {
        if self.digits.is_empty() {
            self.first = from;
        }
        if from < self.first {
            let more = self.first - from;
            self.digits.splice(0..0, std::iter::repeat_n(0, more));
            self.first = from;
        }
        let len = (to - self.first).max(self.digits.len());
        self.digits.resize(len, 0);
    }

    /// Brings every digit but the last into 0..2³²; the last carries the sign.
    fn carry(&mut self) {
        let mut carry = 0i64;
        for digit in &mut self.digits {
            let whole = *digit + carry;
            *digit = whole & 0xffff_ffff;
            carry = whole >> DIGIT_BITS;
        }
        if carry != 0 {
            self.digits.push(carry);
        }
        self.additions = 1;
    }

    /// The sum rounded once to the nearest float, ties to even; `None` = beyond all floats.
    pub fn value(&self) -> Option<f64> {
        let mut sum = self.clone();
        sum.carry();
        let negative = sum.digits.last().is_some_and(|last| *last < 0);
        if negative {
            sum.digits.iter_mut().for_each(|digit| *digit = -*digit);
            sum.carry();
        }
        while sum.digits.last() == Some(&0) {
            sum.digits.pop();
        }
        let Some(top) = sum.digits.last() else {
            return Some(0.0);
        };
        let top_bits = i64::BITS - top.leading_zeros();
        let digits_below = sum.first + sum.digits.len() - 1;
        // Bits of the whole sum, counted from the lowest exponent.
        let bits = digits_below as u64 * u64::from(DIGIT_BITS) + u64::from(top_bits);
        let dropped = bits.saturating_sub(53);
        let mut kept = 0u64;
        let mut half = false;
        let mut rest = false;
        for (digit, place) in sum.digits.iter().zip(sum.first as u64..) {
            let start = place * u64::from(DIGIT_BITS);
            for bit in 0..u64::from(i64::BITS - 1) {
                if (digit >> bit) & 1 == 0 {
                    continue;
                }
                let at = start + bit;
                if at >= dropped {
                    kept += 1 << (at - dropped);
                } else if at + 1 == dropped {
                    half = true;
                } else {
                    rest = true;
                }
            }
        }
        if half && (rest || kept & 1 == 1) {
            kept += 1;
        }
        let exponent = i32::try_from(dropped).ok()? + LOWEST_EXPONENT;
        let value = scaled(kept as f64, exponent);
        let value = if negative { -value } else { value };
        value.is_finite().then_some(value)
    }
}

/// `value × 2^exponent`, exact unless it lies beyond all floats.
fn scaled(value: f64, exponent: i32) -> f64 {
    let power = |exponent: i32| match exponent {
        -1_022.. => f64::from_bits(u64::from((exponent + 1_023).unsigned_abs()) << 52),
        _ => f64::from_bits(1 << (exponent - LOWEST_EXPONENT).max(0)),
    };
    // One power of two has room for every exponent below; above, two steps are needed.
    let first = exponent.clamp(LOWEST_EXPONENT, 1_000);
    let rest = exponent - first;
    if rest > 1_000 {
        return f64::INFINITY;
    }
    value * power(first) * power(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(numbers: &[f64]) -> Option<f64> {
        let mut sum = ExactSum::default();
        numbers.iter().for_each(|number| sum.add(*number));
        sum.value()
    }

    #[test]
    fn nothing_is_lost_on_the_way() {
        assert_eq!(sum(&[]), Some(0.0));
        assert_eq!(sum(&[1e100, 1.0, -1e100]), Some(1.0));
        assert_eq!(sum(&[0.1; 10]), Some(1.0));
        assert_eq!(sum(&[f64::MAX, f64::MAX, -f64::MAX]), Some(f64::MAX));
        assert_eq!(sum(&[f64::MAX, f64::MAX]), None);
        assert_eq!(sum(&[-0.1, -0.2]), Some(-0.30000000000000004));
        let tiny = f64::from_bits(1);
        assert_eq!(sum(&[tiny, tiny, -1.0, 1.0]), Some(tiny + tiny));
        assert_eq!(
            sum(&[f64::MIN_POSITIVE, -tiny]),
            Some(f64::MIN_POSITIVE - tiny)
        );
        // Halfway between two floats: to the even one, and up as soon as anything lies above.
        let even = 9_007_199_254_740_992.0;
        assert_eq!(sum(&[even, 1.0]), Some(even));
        assert_eq!(sum(&[even, 1.0, tiny]), Some(even + 2.0));
        assert_eq!(sum(&[even, 3.0]), Some(even + 4.0));
    }

    #[test]
    fn two_numbers_add_as_the_machine_adds_them() {
        let mut seed = 0x9e37_79b9_7f4a_7c15u64;
        let mut next = || {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            f64::from_bits(seed)
        };
        let mut tried = 0;
        while tried < 20_000 {
            let (a, b) = (next(), next());
            // Near ones too, so that digits meet.
            let b = if tried % 2 == 0 {
                b
            } else {
                a * -0.75 + b.abs().min(1.0)
            };
            let wanted = a + b;
            if a.is_finite() && b.is_finite() && wanted.is_finite() {
                assert_eq!(sum(&[a, b]), Some(wanted + 0.0), "{a} + {b}");
                tried += 1;
            }
        }
    }

    #[test]
    fn neither_order_nor_parts_matter() {
        let numbers: Vec<f64> = (0..1_000)
            .map(|at| f64::from(at * 7_919 % 1_009) * 0.1 - 30.0)
            .collect();
        let whole = sum(&numbers);
        let mut turned = numbers.clone();
        turned.reverse();
        assert_eq!(sum(&turned), whole);
        let mut parts = ExactSum::default();
        for part in numbers.chunks(17) {
            let mut sum = ExactSum::default();
            part.iter().for_each(|number| sum.add(*number));
            parts.merge(&sum);
        }
        assert_eq!(parts.value(), whole);
    }
}
