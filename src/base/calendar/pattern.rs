//! Dates and instants read by a pattern of letters: `yyyyMMdd`, `dd.MM.yy HH:mm`.

use super::Date;

/// Reads `text` by `pattern`: `yyyy` `yy` (1970..2069) `MM` `dd` `HH` `mm` `ss` stand for so many digits,
/// every other character for itself. The second of the day is given when the pattern has hours.
/// `None` when the text does not fit or is no date of the calendar.
pub fn parse_pattern(text: &str, pattern: &str) -> Option<(Date, Option<u32>)> {
    let (mut year, mut month, mut day) = (None, None, None);
    let (mut hour, mut minute, mut second) = (None, 0, 0);
    let (mut text, mut pattern) = (text, pattern);
    while !pattern.is_empty() {
        let letters = LETTERS
            .iter()
            .find(|letters| pattern.starts_with(**letters));
        let Some(letters) = letters else {
            let mut wanted = pattern.chars();
            let mut found = text.chars();
            if wanted.next() != found.next() {
                return None;
            }
            (pattern, text) = (wanted.as_str(), found.as_str());
            continue;
        };
        let (digits, rest) = text.split_at_checked(letters.len())?;
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let number: u32 = digits.parse().ok()?;
        match *letters {
            "yyyy" => year = i32::try_from(number).ok(),
            "yy" => year = Some(if number >= 70 { 1_900 } else { 2_000 } + number as i32),
            "MM" => month = Some(number),
            "dd" => day = Some(number),
            "HH" => hour = Some(number),
            "mm" => minute = number,
            _ => second = number,
        }
        pattern = pattern.get(letters.len()..)?;
        text = rest;
    }
    if !text.is_empty() || hour.is_some_and(|hour| hour > 23) || minute > 59 || second > 59 {
        return None;
    }
    let date = Date::from_ymd(year?, month?, day?)?;
    Some((date, hour.map(|hour| hour * 3_600 + minute * 60 + second)))
}

/// Longest first, so that `yyyy` is not read as two years.
const LETTERS: [&str; 7] = ["yyyy", "yy", "MM", "dd", "HH", "mm", "ss"];

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
