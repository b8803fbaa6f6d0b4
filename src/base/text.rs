//! Text as people mean it: normal form, folding for `~`, display width, and pieces by
//! character position. Patterns are in [`super::pattern`].

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// In normal form C.
pub fn nfc(text: &str) -> Cow<'_, str> {
    match is_nfc_quick(text.chars()) {
        IsNormalized::Yes => Cow::Borrowed(text),
        _ => Cow::Owned(text.nfc().collect()),
    }
}

/// Without case, width (only U+FF00 to U+FFEF and U+3000, so that ① stays ①) and surrounding space.
pub fn fold(text: &str) -> String {
    let narrow: String = text
        .chars()
        .map(|letter| match letter {
            '\u{3000}' => " ".to_owned(),
            '\u{ff00}'..='\u{ffef}' => letter.nfkc().collect(),
            _ => letter.to_string(),
        })
        .collect();
    caseless::default_case_fold_str(narrow.trim())
        .nfc()
        .collect()
}

/// Columns it takes on a terminal; a Chinese character takes two.
pub fn width(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// Where the character with that number starts, or the end.
fn offset(text: &str, characters: i64) -> usize {
    let Ok(characters) = usize::try_from(characters) else {
        return 0;
    };
    text.char_indices()
        .nth(characters)
        .map_or(text.len(), |(at, _)| at)
}

/// The first `count` characters.
pub fn left(text: &str, count: i64) -> &str {
    text.get(..offset(text, count)).unwrap_or("")
}

/// The last `count` characters.
pub fn right(text: &str, count: i64) -> &str {
    text.get(offset(text, length(text).saturating_sub(count.max(0)))..)
        .unwrap_or("")
}

/// `count` characters from position `from`, counted from 1. What lies before the first is nothing.
pub fn middle(text: &str, from: i64, count: i64) -> &str {
    let start = from.saturating_sub(1);
    let end = start.saturating_add(count.max(0)).max(0);
    text.get(offset(text, start.max(0))..offset(text, end))
        .unwrap_or("")
}

/// How many characters.
pub fn length(text: &str) -> i64 {
    text.chars().count() as i64
}

/// What stands before the first `mark`; `None` without one.
pub fn before<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(before, _)| before)
}

/// What stands after the first `mark`; `None` without one.
pub fn after<'a>(text: &'a str, mark: &str) -> Option<&'a str> {
    text.split_once(mark).map(|(_, after)| after)
}

/// Without surrounding space of any script.
pub fn trim(text: &str) -> &str {
    text.trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_from_one() {
        assert_eq!(
            (
                left("客户资产", 2),
                right("客户资产", 2),
                middle("客户资产", 2, 2)
            ),
            ("客户", "资产", "户资")
        );
        assert_eq!(
            (
                left("ab", 9),
                right("ab", 9),
                middle("ab", 9, 1),
                middle("ab", 0, 2)
            ),
            ("ab", "ab", "", "a")
        );
        assert_eq!(
            (
                left("ab", -1),
                right("ab", -1),
                middle("ab", 1, -1),
                middle("ab", i64::MIN, i64::MAX)
            ),
            ("", "", "", "")
        );
        assert_eq!(
            (
                length("客户"),
                before("a-b-c", "-"),
                after("a-b-c", "-"),
                after("a", "-")
            ),
            (2, Some("a"), Some("b-c"), None)
        );
    }

    #[test]
    fn folding_leaves_meaning_alone() {
        assert_eq!(fold("　ＶＩＰ客户 "), "vip客户");
        assert_eq!(fold("Straße"), fold("STRASSE"));
        assert_ne!(fold("①"), "1");
        assert_eq!(nfc("e\u{301}"), "é");
        assert_eq!(width("年龄 a"), 6);
    }
}
