//! A stored value as text, exactly: as a file of delimited text would say it.

use std::fmt::Display;
use std::io::Write;

use parquet::data_type::Int96;

use super::kind::Kind;
use crate::base::calendar::{DAY_SECONDS, Date};

/// The day number of 1970-01-01 in the calendar of old instants.
const JULIAN_DAY_1970: i64 = 2_440_588;
const NANOSECONDS: i64 = 1_000_000_000;

pub fn boolean(value: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if value { b"true" } else { b"false" });
}

/// A number of 32 or 64 bits by its meaning.
pub fn int(value: i64, kind: Kind, out: &mut Vec<u8>) {
    match kind {
        Kind::Decimal { places } => decimal(i128::from(value), places, out),
        Kind::Date => date(value, out),
        Kind::Clock { per_second } => clock(value.div_euclid(per_second), out),
        Kind::Time { per_second, is_utc } => {
            time(value.div_euclid(per_second), out);
            if is_utc {
                out.push(b'Z');
            }
        }
        _ => whole(i128::from(value), out),
    }
}

/// Bytes by their meaning.
pub fn bytes(bytes: &[u8], kind: Kind, out: &mut Vec<u8>) {
    match kind {
        Kind::Decimal { places } => match big_endian(bytes) {
            Some(value) => decimal(value, places, out),
            // What fits no number is refused where it is read as one.
            None => out.extend_from_slice(b"beyond 38 digits"),
        },
        Kind::Half => {
            let pair = <[u8; 2]>::try_from(bytes).map(u16::from_le_bytes);
            float(pair.map_or(f64::NAN, half), out);
        }
        Kind::Uuid => uuid(bytes, out),
        _ => out.extend_from_slice(bytes),
    }
}

/// A float in the fewest digits that name it. One that is no number is missing: writers of tables
/// put it where a value is not known.
pub fn float<F: Display + Into<f64> + Copy>(value: F, out: &mut Vec<u8>) {
    let wide: f64 = value.into();
    if !wide.is_nan() {
        put(out, format_args!("{value}"));
    }
}

pub fn whole(value: i128, out: &mut Vec<u8>) {
    decimal(value, 0, out);
}

/// An instant of twelve bytes: nanoseconds of the day, then the day.
pub fn old_time(value: &Int96, out: &mut Vec<u8>) {
    let mut parts = value.data().iter().map(|part| i64::from(*part));
    let mut next = || parts.next().unwrap_or(0);
    let (low, high, day) = (next(), next(), next());
    let nanoseconds = (high << 32) | low;
    let seconds = nanoseconds.div_euclid(NANOSECONDS);
    time((day - JULIAN_DAY_1970) * DAY_SECONDS + seconds, out);
}

/// `value / 10^places`, every place written.
fn decimal(value: i128, places: u32, out: &mut Vec<u8>) {
    // Sign, 39 digits, a point; more places than digits are zeros in front.
    let mut digits = [b'0'; 48];
    let mut rest = value.unsigned_abs();
    let mut count = 0;
    if let Ok(mut small) = u64::try_from(rest) {
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (small % 10) as u8;
            small /= 10;
            count += 1;
            if small == 0 {
                break;
            }
        }
    } else {
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
            count += 1;
            if rest == 0 {
                break;
            }
        }
    }
    let places = (places as usize).min(digits.len() - 1);
    let shown = count.max(places + 1);
    let (_, shown) = digits.split_at(digits.len() - shown);
    let (before, after) = shown.split_at(shown.len() - places);
    if value < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(before);
    if !after.is_empty() {
        out.push(b'.');
        out.extend_from_slice(after);
    }
}

/// `2024-06-30`; a day outside of four-digit years is written so that no reader takes it for another.
fn date(days: i64, out: &mut Vec<u8>) {
    let Some(date) = Date::of_day(days) else {
        put(out, format_args!("day {days} of 1970"));
        return;
    };
    let (year, month, day) = date.ymd();
    let year = year.unsigned_abs();
    two(year / 100, out);
    two(year % 100, out);
    out.push(b'-');
    two(month, out);
    out.push(b'-');
    two(day, out);
}

fn time(seconds: i64, out: &mut Vec<u8>) {
    date(seconds.div_euclid(DAY_SECONDS), out);
    out.push(b'T');
    clock(seconds.rem_euclid(DAY_SECONDS), out);
}

/// `12:34:56`; what is no time of a day is written so that no reader takes it for one.
fn clock(seconds: i64, out: &mut Vec<u8>) {
    let Some(seconds) = u32::try_from(seconds)
        .ok()
        .filter(|_| seconds < DAY_SECONDS)
    else {
        put(out, format_args!("second {seconds} of the day"));
        return;
    };
    two(seconds / 3_600, out);
    out.push(b':');
    two(seconds / 60 % 60, out);
    out.push(b':');
    two(seconds % 60, out);
}

/// Two digits of a number below a hundred.
fn two(value: u32, out: &mut Vec<u8>) {
    let digit = |value: u32| b'0' + u8::try_from(value % 10).unwrap_or(0);
    out.push(digit(value / 10));
    out.push(digit(value));
}

fn uuid(bytes: &[u8], out: &mut Vec<u8>) {
    for (at, byte) in bytes.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push(b'-');
        }
        put(out, format_args!("{byte:02x}"));
    }
}

/// A signed number, its highest byte first; `None` beyond 128 bits.
pub fn big_endian(bytes: &[u8]) -> Option<i128> {
    let negative = bytes.first().is_some_and(|first| *first >= 0x80);
    let sign = if negative { 0xff } else { 0 };
    let spare = bytes.len().saturating_sub(16);
    let (head, tail) = bytes.split_at(spare);
    let fits = head.iter().all(|byte| *byte == sign)
        && (spare == 0
            || tail
                .first()
                .is_some_and(|first| (*first >= 0x80) == negative));
    if !fits {
        return None;
    }
    let mut value: i128 = if negative { -1 } else { 0 };
    for byte in tail {
        value = (value << 8) | i128::from(*byte);
    }
    Some(value)
}

/// A float of 16 bits.
fn half(bits: u16) -> f64 {
    let sign = if bits & 0x8000 == 0 { 1.0 } else { -1.0 };
    let exponent = i32::from(bits >> 10 & 0x1f);
    let fraction = f64::from(bits & 0x3ff);
    // Two to small powers by multiplication: exact.
    let two_to = |power: i32| -> f64 {
        let step = if power < 0 { 0.5 } else { 2.0 };
        (0..power.unsigned_abs()).fold(1.0, |value, _| value * step)
    };
    match exponent {
        0 => sign * fraction * two_to(-24),
        0x1f if fraction == 0.0 => sign * f64::INFINITY,
        0x1f => f64::NAN,
        _ => sign * (1_024.0 + fraction) * two_to(exponent - 25),
    }
}

fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // A list of bytes takes whatever is written.
    let _ = out.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_time_of_a_day_is_not_taken_for_one() {
        let said = |value: i64| {
            let mut out = Vec::new();
            int(value, Kind::Clock { per_second: 1_000 }, &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(said(0), "00:00:00");
        assert_eq!(said(86_399_999), "23:59:59");
        assert_eq!(said(-1), "second -1 of the day");
        assert_eq!(said(86_400_000), "second 86400 of the day");
    }
}
