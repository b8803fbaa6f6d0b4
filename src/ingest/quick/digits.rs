//! Numbers, dates and clock times of plain digits. What is written otherwise is `None` here, whether it means
//! something or not.

use crate::base::calendar::{DAY_SECONDS, Date};

/// Digits that fit 64 bits.
const DIGITS_MAX: usize = 18;

/// A number of so many digits, one at least.
pub fn number(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() || digits.len() > DIGITS_MAX {
        return None;
    }
    digits.iter().try_fold(0_u64, |sum, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then_some(sum * 10 + u64::from(digit))
    })
}

/// `12`, `-12`.
pub fn whole(text: &[u8]) -> Option<i64> {
    let (digits, sign) = signed(text);
    Some(sign * number(digits)?.cast_signed())
}

/// `12`, `-12.5` as whole parts, so many places of them; at most so many are written.
pub fn fixed(text: &[u8], places: u32) -> Option<i64> {
    let (digits, sign) = signed(text);
    let point = digits.iter().position(|byte| *byte == b'.');
    let (before, after) = match point {
        Some(point) => (digits.get(..point)?, digits.get(point + 1..)?),
        None => (digits, &b"0"[..]),
    };
    let given = u32::try_from(after.len()).ok()?;
    let rest = number(after)?.checked_mul(10_u64.pow(places.checked_sub(given)?))?;
    let parts = number(before)?.checked_mul(10_u64.pow(places))?;
    Some(sign * i64::try_from(parts.checked_add(rest)?).ok()?)
}

fn signed(text: &[u8]) -> (&[u8], i64) {
    match text.split_first() {
        Some((b'-', digits)) => (digits, -1),
        _ => (text, 1),
    }
}

/// `2024-06-30`.
pub fn date(text: &[u8]) -> Option<Date> {
    let [a, b, c, d, b'-', e, f, b'-', g, h] = text else {
        return None;
    };
    let year = number(&[*a, *b, *c, *d])?;
    let (month, day) = (number(&[*e, *f])?, number(&[*g, *h])?);
    Date::from_ymd(
        i32::try_from(year).ok()?,
        u32::try_from(month).ok()?,
        u32::try_from(day).ok()?,
    )
}

/// `2024-06-30T09:30:15`, also with a blank, without an offset.
pub fn instant(text: &[u8]) -> Option<(Date, Option<u32>)> {
    let (day, clock) = text.split_at_checked(10)?;
    let [b'T' | b' ', a, b, b':', c, d, b':', e, f] = clock else {
        return None;
    };
    let (hour, minute, second) = (number(&[*a, *b])?, number(&[*c, *d])?, number(&[*e, *f])?);
    let of_day = hour * 3_600 + minute * 60 + second;
    let fits = hour < 24 && minute < 60 && second < 60 && of_day < DAY_SECONDS.cast_unsigned();
    let of_day = u32::try_from(of_day).ok()?;
    fits.then_some((date(day)?, Some(of_day)))
}
