//! Dates and instants read by a pattern of letters, text and pattern side by side, a letter at a time.

use crate::base::calendar::Date;

/// Reads `text` by `pattern`: `yyyy` `yy` (1970..2069) `MM` `dd` `HH` `mm` `ss` stand for so many digits,
/// every other character for itself. The second of the day is given when the pattern has hours.
/// `None` when the text does not fit or is no date of the calendar.
pub(super) fn parse_pattern(text: &str, pattern: &str) -> Option<(Date, Option<u32>)> {
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
    use proptest::prelude::*;

    use super::*;
    use crate::base::calendar;

    proptest! {
        #[test]
        fn every_pattern_is_read_as_the_calendar_does(
            text in "[0-9]{1,4}[-./ ][0-9]{1,2}[-./年][0-9]{1,4}( [0-9]{2}:[0-9]{2}(:[0-9]{2})?)?",
            pattern in "(yyyy|yy|dd)[-./ ](MM|mm)[-./年](dd|yyyy|yy)( HH:mm(:ss)?)?",
        ) {
            prop_assert_eq!(calendar::parse_pattern(&text, &pattern), parse_pattern(&text, &pattern));
        }

        #[test]
        fn a_text_of_its_pattern_is_read_as_the_calendar_does(
            (pattern, text) in proptest::sample::select(&PAIRS[..]).prop_flat_map(|(pattern, text)| {
                (Just(pattern), proptest::string::string_regex(text).unwrap())
            }),
        ) {
            prop_assert_eq!(calendar::parse_pattern(&text, pattern), parse_pattern(&text, pattern));
        }
    }

    /// Patterns, and texts near to theirs.
    const PAIRS: [(&str, &str); 5] = [
        (
            "yyyyMMdd",
            "(0000|19[0-9]{2}|20[0-9]{2})[01][0-9][0-3][0-9]",
        ),
        (
            "dd.MM.yy HH:mm",
            r"[0-3][0-9]\.[01][0-9]\.[0-9]{2} [0-2][0-9]:[0-6][0-9]",
        ),
        ("yyyy年MM月dd日", "20[0-9]{2}[年月][01][0-9]月[0-3][0-9]日?"),
        ("yyyyyyMMdd", "[12][0-9]{5}[01][0-9][0-3][0-9]"),
        ("HHmmss", "[0-2][0-9]{5}"),
    ];
}
