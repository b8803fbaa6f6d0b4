//! In which ways a text may be written in a file, and whether one of many texts is.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::base::text::fold;
use crate::ingest::text;

/// Texts that are sought, as one search finds them.
pub struct Named {
    /// By the first run of letters and digits in it: the text, and how many bytes come before that run.
    by_word: HashMap<String, Vec<(String, usize)>>,
    /// Those without any.
    bare: Vec<String>,
}

impl Named {
    /// Empty texts are sought nowhere.
    pub fn new<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut by_word: HashMap<String, Vec<(String, usize)>> = HashMap::new();
        let mut bare = Vec::new();
        for text in texts.filter(|text| !text.trim().is_empty()) {
            let text = plain(text);
            let first = words(&text).next();
            match first.map(|(at, word)| (at, word.to_owned())) {
                Some((at, word)) => by_word.entry(word).or_default().push((text, at)),
                None => bare.push(text),
            }
        }
        Self { by_word, bare }
    }

    /// Whether one of the texts stands as a whole word in a record, in any way of writing.
    pub fn is_in(&self, record: &[u8]) -> bool {
        spellings(record).any(|text| self.is_in_text(&plain(&text)))
    }

    fn is_in_text(&self, record: &str) -> bool {
        let stands = |text: &str, at: usize| {
            let before = record.get(..at).and_then(|part| part.chars().next_back());
            let after = record.get(at..).and_then(|part| part.strip_prefix(text));
            after.is_some_and(|after| is_edge(before) && is_edge(after.chars().next()))
        };
        words(record).any(|(at, word)| {
            let sought = self.by_word.get(word).into_iter().flatten();
            sought
                .filter_map(|(text, lead)| Some((text, at.checked_sub(*lead)?)))
                .any(|(text, at)| stands(text, at))
        }) || self.bare.iter().any(|text| {
            let mut places = record.match_indices(text.as_str());
            places.any(|(at, _)| stands(text, at))
        })
    }
}

fn is_edge(letter: Option<char>) -> bool {
    !letter.is_some_and(char::is_alphanumeric)
}

/// Runs of letters and digits, each with its place.
fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split(|letter: char| !letter.is_alphanumeric())
        .map(move |word| {
            let place = at;
            let end = place + word.len();
            let sign = text.get(end..).and_then(|rest| rest.chars().next());
            at = end + sign.map_or(0, char::len_utf8);
            (place, word)
        })
        .filter(|(_, word)| !word.is_empty())
}

/// In one normal form, case and width; signs that stand several times in a row, as quotes in quotes do, once.
fn plain(text: &str) -> String {
    let folded = match text.is_ascii() {
        true => Cow::Owned(text.trim().to_ascii_lowercase()),
        false => Cow::<str>::Owned(fold(text)),
    };
    let mut plain = String::with_capacity(folded.len());
    let mut last = None;
    for letter in folded.chars() {
        if last != Some(letter) || letter.is_alphanumeric() {
            plain.push(letter);
        }
        last = Some(letter);
    }
    plain
}

/// The texts that a record may stand for: as it is, in the encoding that its bytes look like, and without
/// the escapes of JSON.
pub fn spellings(record: &[u8]) -> impl Iterator<Item = Cow<'_, str>> {
    let lossy = String::from_utf8_lossy(record);
    let shown = text::shown(record);
    let other = Some(shown).filter(|shown| *shown != lossy);
    let unescaped = lossy.contains('\\').then(|| Cow::Owned(unescaped(&lossy)));
    [Some(lossy), other, unescaped].into_iter().flatten()
}

/// Without the escapes of JSON; what is none stays.
pub fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        let (letter, taken) = escape(after).unwrap_or(('\\', 0));
        out.push_str(before);
        out.push(letter);
        rest = after.get(taken..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// What stands behind the sign of an escape, and how many bytes of it belong to it.
fn escape(text: &str) -> Option<(char, usize)> {
    let letter = match text.bytes().next()? {
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'u' => return unit(text),
        sign @ (b'"' | b'\\' | b'/') => char::from(sign),
        _ => return None,
    };
    Some((letter, 1))
}

/// The character behind `u`, of one escape or of a pair.
fn unit(text: &str) -> Option<(char, usize)> {
    let hex = |at: usize| u16::from_str_radix(text.get(at..at + 4)?, 16).ok();
    let first = hex(1)?;
    if let Some(letter) = char::from_u32(u32::from(first)) {
        return Some((letter, 5));
    }
    let second = hex(7).filter(|_| text.get(5..7) == Some("\\u"))?;
    let letter = char::decode_utf16([first, second]).next()?.ok()?;
    Some((letter, 11))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(record: &str, text: &str) -> bool {
        Named::new([text].into_iter()).is_in(record.as_bytes())
    }

    #[test]
    fn a_text_is_named_as_a_whole_word() {
        assert!(names("a;客户-7;b", "客户-7") && names("7", "7") && names("x,7\n", "7"));
        assert!(!names("17,71", "7") && !names("客户-77", "客户-7") && !names("x", ""));
        assert!(names("17 7", "7"));
        assert!(names("x;-7-;y", "-7-") && !names("x;-7;y", "-7-"));
        assert!(names("x;--;y", "--") && !names("xy", "--"));
        assert!(!names("a b c", "b d") && names("a b  c", "b c"));
    }

    #[test]
    fn a_text_is_named_in_every_way_of_writing() {
        assert!(names(r#"{"id":"\u5ba2\u6237-7"}"#, "客户-7"));
        assert!(names(r#"{"id":"\ud83d\ude00x","#, "😀x"));
        assert!(names(r#"{"id":"a\/b\"c"}"#, "a/b\"c"));
        assert!(!names(r#"{"id":"\u5ba2\u6237-78"}"#, "客户-7"));
        assert!(names("1,\"O\"\"Neil\",x", "O\"Neil"));
        assert!(names("\"1,\"\"O\"\"\"\"Neil\"\",x\"", "O\"Neil"));
        assert!(names("1;'O''Neil';x", "O'Neil"));
        assert!(names("Rene\u{301};x", "René"));
        assert!(names("ｃ７;x", "C7"));
        let named = Named::new(["客户"].into_iter());
        assert!(named.is_in(b"1;\xbf\xcd\xbb\xa7;x"));
        assert!(!named.is_in(b"1;\xbf\xcd;x"));
    }

    #[test]
    fn escapes_that_are_none_stay() {
        for text in [r"\u12", r"\x", r"\ud800", r"a\", r"\ud800\u0041"] {
            assert!(unescaped(text).contains('\\'), "{text}");
        }
        assert_eq!(unescaped(r#"a\\n\n\"\u0041"#), "a\\n\n\"A");
    }
}
