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

/// Whether a text has control characters, line breaks and tabs among them.
pub fn has_control(text: &str) -> bool {
    // Those beyond ASCII begin with this byte, as some letters do.
    const LATIN: u8 = 0xc2;
    let is_doubtful = |byte: &u8| *byte < b' ' || *byte == 0x7f || *byte == LATIN;
    text.as_bytes().iter().any(is_doubtful) && text.chars().any(char::is_control)
}

/// With a picture in the place of each control character: a terminal does what such characters say.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !has_control(text) {
        return Cow::Borrowed(text);
    }
    let picture = |letter: char| match letter {
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(letter)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ if letter.is_control() => '\u{fffd}',
        _ => letter,
    };
    Cow::Owned(text.chars().map(picture).collect())
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
    fn control_characters_are_seen_and_not_done() {
        assert_eq!(
            visible("\u{1b}[2Jé客\t\0\u{7f}\u{9b}"),
            "␛[2Jé客␉␀␡\u{fffd}"
        );
        assert!(matches!(visible("é ©客"), Cow::Borrowed(_)));
        assert!(has_control("a\nb") && has_control("\u{85}") && !has_control("a é b"));
    }

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
