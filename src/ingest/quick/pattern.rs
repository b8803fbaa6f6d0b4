//! A pattern of a date or an instant, cut once for all records. It reads as
//! [`crate::base::calendar::parse_pattern`] does.

use super::digits;
use crate::base::calendar::Date;

/// A pattern.
#[derive(Debug)]
pub struct Pattern {
    /// In the order of the text.
    parts: Vec<Part>,
    /// Bytes of every text that fits.
    length: usize,
}

#[derive(Debug)]
struct Part {
    from: usize,
    until: usize,
    means: Means,
}

#[derive(Debug)]
enum Means {
    Year,
    /// Of two digits: 1970 to 2069.
    ShortYear,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    /// Itself.
    Sign(Box<[u8]>),
}

/// Longest first, so that `yyyy` is not read as two years.
const LETTERS: [(&str, Means); 7] = [
    ("yyyy", Means::Year),
    ("yy", Means::ShortYear),
    ("MM", Means::Month),
    ("dd", Means::Day),
    ("HH", Means::Hour),
    ("mm", Means::Minute),
    ("ss", Means::Second),
];

impl Pattern {
    /// `None`: it is no pattern of a date.
    pub fn new(pattern: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut at = 0;
        let mut rest = pattern;
        while !rest.is_empty() {
            let found = LETTERS
                .into_iter()
                .find(|(letters, _)| rest.starts_with(letters));
            let (length, means) = match found {
                Some((letters, means)) => (letters.len(), means),
                None => {
                    let sign = rest.chars().next()?;
                    let bytes = rest.as_bytes().get(..sign.len_utf8())?;
                    (sign.len_utf8(), Means::Sign(bytes.into()))
                }
            };
            parts.push(Part {
                from: at,
                until: at + length,
                means,
            });
            at += length;
            rest = rest.get(length..)?;
        }
        let has = |wanted: fn(&Means) -> bool| parts.iter().any(|part| wanted(&part.means));
        let is_date = has(|means| matches!(means, Means::Year | Means::ShortYear))
            && has(|means| matches!(means, Means::Month))
            && has(|means| matches!(means, Means::Day));
        is_date.then_some(Self { parts, length: at })
    }

    /// The date and, where the pattern has hours, the second of the day; `None` when the text does not fit.
    pub fn read(&self, text: &[u8]) -> Option<(Date, Option<u32>)> {
        if text.len() != self.length {
            return None;
        }
        let (mut year, mut month, mut day) = (0, 0, 0);
        let (mut hour, mut minute, mut second) = (None, 0, 0);
        for part in &self.parts {
            let bytes = text.get(part.from..part.until)?;
            if let Means::Sign(sign) = &part.means {
                if **sign != *bytes {
                    return None;
                }
                continue;
            }
            let number = u32::try_from(digits::number(bytes)?).ok()?;
            match part.means {
                Means::Year => year = number,
                Means::ShortYear => year = number + if number >= 70 { 1_900 } else { 2_000 },
                Means::Month => month = number,
                Means::Day => day = number,
                Means::Hour => hour = Some(number),
                Means::Minute => minute = number,
                Means::Second => second = number,
                Means::Sign(_) => {}
            }
        }
        if hour.is_some_and(|hour| hour > 23) || minute > 59 || second > 59 {
            return None;
        }
        let date = Date::from_ymd(i32::try_from(year).ok()?, month, day)?;
        Some((date, hour.map(|hour| hour * 3_600 + minute * 60 + second)))
    }
}
