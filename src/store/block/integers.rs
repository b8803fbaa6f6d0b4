//! Columns of whole numbers: one value for all, offsets from the least, or offsets of the
//! differences; offsets divided by what divides them all and packed in as few bits as the
//! largest needs. Instants that are dates, amounts in whole units and rising rows shrink so.

use super::wire::{Reader, put_signed, put_varint};

const CONSTANT: u8 = 0;
const OFFSETS: u8 = 1;
const DIFFERENCES: u8 = 2;

/// Appends the numbers in the shortest of the three forms. Their count is not written.
pub fn encode(numbers: &[i64], out: &mut Vec<u8>) {
    let Some((first, rest)) = numbers.split_first() else {
        return;
    };
    if rest.iter().all(|number| number == first) {
        out.push(CONSTANT);
        put_signed(out, *first);
        return;
    }
    let differences: Vec<i64> = numbers
        .iter()
        .zip(rest)
        .map(|(before, after)| after.wrapping_sub(*before))
        .collect();
    let (plain, stepped) = (Frame::of(numbers), Frame::of(&differences));
    if stepped.width < plain.width {
        out.push(DIFFERENCES);
        put_signed(out, *first);
        stepped.write(&differences, out);
    } else {
        out.push(OFFSETS);
        plain.write(numbers, out);
    }
}

/// Reads `count` numbers back; `None` when the bytes do not hold them.
pub fn decode(reader: &mut Reader, count: usize) -> Option<Vec<i64>> {
    if count == 0 {
        return Some(Vec::new());
    }
    match reader.byte()? {
        CONSTANT => Some(vec![reader.signed()?; count]),
        OFFSETS => read_frame(reader, count),
        DIFFERENCES => {
            let mut at = reader.signed()?;
            let mut numbers = Vec::with_capacity(count);
            numbers.push(at);
            for difference in read_frame(reader, count - 1)? {
                at = at.wrapping_add(difference);
                numbers.push(at);
            }
            Some(numbers)
        }
        _ => None,
    }
}

/// Least value, common divisor of the offsets from it, bits of the largest quotient.
struct Frame {
    least: i64,
    divisor: Divisor,
    width: u32,
}

impl Frame {
    fn of(numbers: &[i64]) -> Frame {
        let least = numbers.iter().copied().min().unwrap_or(0);
        let offset = |number: &i64| number.wrapping_sub(least) as u64;
        let largest = numbers.iter().map(offset).max().unwrap_or(0);
        let mut divisor = Divisor::of(largest.max(1));
        for number in numbers {
            if divisor.number == 1 {
                break;
            }
            let offset = offset(number);
            if !divisor.divides(offset) {
                divisor = Divisor::of(common_divisor(divisor.number, offset));
            }
        }
        Frame {
            least,
            width: u64::BITS - divisor.quotient(largest).leading_zeros(),
            divisor,
        }
    }

    fn write(&self, numbers: &[i64], out: &mut Vec<u8>) {
        put_signed(out, self.least);
        put_varint(out, self.divisor.number);
        out.push(self.width as u8);
        out.reserve((numbers.len() * self.width as usize).div_ceil(8));
        let (mut bits, mut held) = (0_u128, 0_u32);
        for number in numbers {
            let quotient = self
                .divisor
                .quotient(number.wrapping_sub(self.least) as u64);
            bits |= u128::from(quotient) << held;
            held += self.width;
            if held >= u64::BITS {
                out.extend_from_slice(&(bits as u64).to_le_bytes());
                bits >>= u64::BITS;
                held -= u64::BITS;
            }
        }
        let bytes = held.div_ceil(8) as usize;
        out.extend(bits.to_le_bytes().iter().take(bytes));
    }
}

/// A number that many are divided by without a division: by shifting and by the inverse of its odd part.
#[derive(Clone, Copy, Debug)]
struct Divisor {
    number: u64,
    shift: u32,
    inverse: u64,
    quotient_max: u64,
}

impl Divisor {
    /// Not zero.
    fn of(number: u64) -> Divisor {
        let shift = number.trailing_zeros() % u64::BITS;
        let odd = number >> shift;
        // Right in three bits; each step doubles them.
        let mut inverse = odd;
        for _ in 0..5 {
            inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
        }
        Divisor {
            number,
            shift,
            inverse,
            quotient_max: u64::MAX / number.max(1),
        }
    }

    /// Whether nothing is left over: else the product lies beyond every quotient.
    fn divides(&self, number: u64) -> bool {
        number.rotate_right(self.shift).wrapping_mul(self.inverse) <= self.quotient_max
    }

    /// Of a number that it divides.
    fn quotient(&self, number: u64) -> u64 {
        (number >> self.shift).wrapping_mul(self.inverse)
    }
}

fn read_frame(reader: &mut Reader, count: usize) -> Option<Vec<i64>> {
    let least = reader.signed()?;
    let divisor = reader.varint()?;
    let width = u32::from(reader.byte()?);
    (width <= u64::BITS).then_some(())?;
    let mut packed = reader
        .take(count.checked_mul(width as usize)?.div_ceil(8))?
        .iter();
    let mask = u64::MAX.checked_shr(u64::BITS - width).unwrap_or(0);
    let (mut bits, mut held) = (0_u128, 0_u32);
    let mut numbers = Vec::with_capacity(count);
    for _ in 0..count {
        while held < width {
            bits |= u128::from(*packed.next()?) << held;
            held += 8;
        }
        let offset = (bits as u64 & mask).wrapping_mul(divisor);
        bits >>= width;
        held -= width;
        numbers.push(least.wrapping_add(offset as i64));
    }
    Some(numbers)
}

fn common_divisor(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn packed(numbers: &[i64]) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode(numbers, &mut bytes);
        let mut reader = Reader::new(&bytes);
        assert_eq!(decode(&mut reader, numbers.len()).unwrap(), numbers);
        assert!(reader.is_empty());
        bytes
    }

    #[test]
    fn shapes_of_real_columns_are_short() {
        assert_eq!(packed(&[7; 1_000]).len(), 2);
        let dates: Vec<i64> = (0..800).map(|n| 1_700_000_000 + (n / 8) * 86_400).collect();
        assert!(packed(&dates).len() < 800 / 8 + 20);
        let rows: Vec<i64> = (0..800).map(|n| 1_000_000 + n).collect();
        assert!(packed(&rows).len() < 16);
        let amounts: Vec<i64> = (0..800).map(|n| (n * 7_919 % 1_000) * 10_000).collect();
        assert!(packed(&amounts).len() < 800 * 10 / 8 + 20);
    }

    #[test]
    fn the_ends_of_the_range_survive() {
        packed(&[]);
        packed(&[i64::MIN, i64::MAX]);
        packed(&[i64::MAX, i64::MIN, 0, -1, 1]);
        packed(&[i64::MIN, i64::MIN + 2, i64::MAX - 1]);
    }

    proptest! {
        #[test]
        fn divisors_divide(number in 1_u64.., shift in 0_u32..64, other in any::<u64>()) {
            let number = (number >> shift).max(1);
            let divisor = Divisor::of(number);
            prop_assert_eq!(divisor.divides(other), other % number == 0);
            let multiple = other - other % number;
            prop_assert!(divisor.divides(multiple));
            prop_assert_eq!(divisor.quotient(multiple), multiple / number);
        }

        #[test]
        fn any_numbers_read_back(numbers in proptest::collection::vec(any::<i64>(), 0..200)) {
            packed(&numbers);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200), count in 0_usize..300) {
            if let Some(numbers) = decode(&mut Reader::new(&bytes), count) {
                prop_assert_eq!(numbers.len(), count);
            }
        }
    }
}
