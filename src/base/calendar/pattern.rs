//! Dates and instants read by a pattern of letters: `yyyyMMdd`, `dd.MM.yy HH:mm`.

use super::Date;

/// A pattern, cut once for all texts: `yyyy` `yy` (1970..2069) `MM` `dd` `HH` `mm` `ss` stand for so many digits,
/// every other character for itself.
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

#[derive(Clone, Copy, Debug)]
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
    Sign(char),
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

/// Reads `text` by `pattern`, as [`Pattern::read`] does.
pub fn parse_pattern(text: &str, pattern: &str) -> Option<(Date, Option<u32>)> {
    Pattern::new(pattern)?.read(text)
}

impl Pattern {
    /// `None`: no text that fits would say a date.
    pub fn new(pattern: &str) -> Option<Self> {
        let mut parts = Vec::with_capacity(pattern.len());
        let mut at = 0;
        let mut rest = pattern;
        while let Some(sign) = rest.chars().next() {
            let mut letters = LETTERS.iter();
            let found = letters.find(|(letters, _)| rest.starts_with(letters));
            let (length, means) = match found {
                Some((letters, means)) => (letters.len(), *means),
                None => (sign.len_utf8(), Means::Sign(sign)),
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

    /// The date and, where the pattern has hours, the second of the day. `None` when the text does not fit or is no
    /// date of the calendar.
    pub fn read(&self, text: &str) -> Option<(Date, Option<u32>)> {
        let text = text.as_bytes();
        if text.len() != self.length {
            return None;
        }
        let (mut year, mut month, mut day) = (0, 0, 0);
        let (mut hour, mut minute, mut second) = (None, 0, 0);
        for part in &self.parts {
            let bytes = text.get(part.from..part.until)?;
            if let Means::Sign(sign) = part.means {
                if sign.encode_utf8(&mut [0; 4]).as_bytes() != bytes {
                    return None;
                }
                continue;
            }
            let number = number(bytes)?;
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

/// The number of at most four digits.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |sum, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then_some(sum * 10 + u32::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stand_for_digits() {
        let day = |text: &str| Date::parse(text).unwrap();
        assert_eq!(
            parse_pattern("19930105", "yyyyMMdd"),
            Some((day("1993-01-05"), None))
        );
        assert_eq!(
            parse_pattern("05.01.69", "dd.MM.yy"),
            Some((day("2069-01-05"), None))
        );
        assert_eq!(
            parse_pattern("930105 09:30:01", "yyMMdd HH:mm:ss"),
            Some((day("1993-01-05"), Some(34_201)))
        );
        assert_eq!(parse_pattern("2024年6月", "yyyy年MM月"), None);
        assert_eq!(
            parse_pattern("2024年06月01日", "yyyy年MM月dd日"),
            Some((day("2024-06-01"), None))
        );
        for bad in ["19930230", "1993010", "199301055", "1993x105", ""] {
            assert_eq!(parse_pattern(bad, "yyyyMMdd"), None, "{bad}");
        }
        assert_eq!(parse_pattern("930105 24:00:00", "yyMMdd HH:mm:ss"), None);
    }
}
