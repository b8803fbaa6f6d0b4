//! The first look at a text, letter by letter: where quotes, names in quotes, comments and
//! brackets lie, and which lines begin with a word. Reads every text and finds no fault itself.
//!
//! It also writes the text that the grammar reads: comments and rare blanks become spaces of the
//! same length, so that places stay true and the grammar finds a blank by one comparison.

use std::borrow::Cow;
use std::ops::Range;

/// Stands for control letters that are no blanks: the grammar knows no place for it.
const NO_BLANK: char = '\u{1}';

/// Round, curly, square.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bracket {
    Round,
    Curly,
    Square,
}

/// What opens, closes, or fails to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Open(Bracket),
    Close(Bracket),
    /// A quote that its line does not close.
    Quote,
    /// A name in quotes that is empty or that its line does not close.
    NameQuote,
}

/// What one look finds, in order.
#[derive(Debug, Default)]
pub struct Scanned {
    /// Signs and the bytes they lie at.
    pub signs: Vec<(Sign, Range<usize>)>,
    /// First bytes of the lines that may begin with a word.
    pub words: Vec<usize>,
    /// Bytes to read as another letter of one byte, ascending.
    blanks: Vec<(Range<usize>, char)>,
}

impl Scanned {
    /// The text as the grammar reads it: as long as it was typed, byte for byte.
    pub fn plain<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.blanks.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut plain = String::with_capacity(text.len());
        let mut from = 0;
        for (blank, letter) in &self.blanks {
            plain.push_str(text.get(from..blank.start).unwrap_or(""));
            plain.extend(std::iter::repeat_n(*letter, blank.len()));
            from = blank.end;
        }
        plain.push_str(text.get(from..).unwrap_or(""));
        Cow::Owned(plain)
    }
}

/// Looks a text over.
pub fn scan(text: &str) -> Scanned {
    let mut scanned = Scanned::default();
    let mut rest = text;
    // After the mark that some editors put first, the first line begins.
    let mut fresh = true;
    while let Some(letter) = rest.chars().next() {
        let at = text.len() - rest.len();
        if fresh && begins_word(letter) {
            scanned.words.push(at);
        }
        fresh = matches!(letter, '\n' | '\r') || (at == 0 && letter == '\u{feff}');
        let length = scanned.step(letter, rest, at);
        rest = rest.get(length..).unwrap_or("");
        if !fresh {
            rest = past_plain(rest);
        }
    }
    scanned
}

impl Scanned {
    /// Takes what begins here; gives its length.
    fn step(&mut self, letter: char, rest: &str, at: usize) -> usize {
        let width = letter.len_utf8();
        let mut sign = |sign: Sign, length: usize| {
            self.signs.push((sign, at..at + length));
            length
        };
        match letter {
            '(' | '（' => sign(Sign::Open(Bracket::Round), width),
            '{' | '｛' => sign(Sign::Open(Bracket::Curly), width),
            '[' | '［' => sign(Sign::Open(Bracket::Square), width),
            ')' | '）' => sign(Sign::Close(Bracket::Round), width),
            '}' | '｝' => sign(Sign::Close(Bracket::Curly), width),
            ']' | '］' => sign(Sign::Close(Bracket::Square), width),
            '"' | '＂' => quoted(rest).unwrap_or_else(|| sign(Sign::Quote, line(rest))),
            '“' | '”' => closed(rest, &['”']).unwrap_or_else(|| sign(Sign::Quote, line(rest))),
            '「' => closed(rest, &['」']).unwrap_or_else(|| sign(Sign::Quote, line(rest))),
            '`' => name(rest, '`').unwrap_or_else(|| sign(Sign::NameQuote, line(rest))),
            '【' => name(rest, '】').unwrap_or_else(|| sign(Sign::NameQuote, line(rest))),
            // Alone it is an apostrophe.
            '\'' | '‘' | '’' => closed(rest, &['\'', '‘', '’']).unwrap_or(width),
            '#' | '＃' => {
                let length = line(rest);
                self.blanks.push((at..at + length, ' '));
                length
            }
            '\u{3000}' | '\u{a0}' | '\u{feff}' => {
                self.blanks.push((at..at + width, ' '));
                width
            }
            // The grammar takes all between tab and space for blanks, one comparison for each.
            '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' => {
                self.blanks.push((at..at + width, NO_BLANK));
                width
            }
            _ => width,
        }
    }
}

/// Whether a line that begins so may open an item; the grammar decides.
fn begins_word(letter: char) -> bool {
    letter == '_' || letter.is_ascii_alphanumeric() || !letter.is_ascii()
}

/// Without the letters, digits and signs at its start that open, close and end nothing.
fn past_plain(rest: &str) -> &str {
    let plain = |byte: &u8| matches!(byte, b'a'..=b'z' | b' ' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'*'..=b'/' | b':'..=b'?' | b'\t');
    let length = rest.bytes().position(|byte| !plain(&byte));
    rest.get(length.unwrap_or(rest.len())..).unwrap_or("")
}

/// Bytes to the end of the line.
fn line(rest: &str) -> usize {
    rest.find(['\n', '\r']).unwrap_or(rest.len())
}

/// Bytes of a quote to its end on this line; its first letter opens it.
fn closed(rest: &str, closing: &[char]) -> Option<usize> {
    let open = rest.chars().next()?.len_utf8();
    let inner = rest.get(open..open.max(line(rest)))?;
    let (end, close) = inner
        .char_indices()
        .find(|(_, letter)| closing.contains(letter))?;
    Some(open + end + close.len_utf8())
}

/// Bytes of a text in straight quotes, in which two stand for one.
fn quoted(rest: &str) -> Option<usize> {
    let mut at = rest.chars().next()?.len_utf8();
    loop {
        let inner = rest.get(at..)?;
        match inner.chars().next()? {
            '"' if inner.starts_with("\"\"") => at += 2,
            close @ ('"' | '＂') => return Some(at + close.len_utf8()),
            '\n' | '\r' => return None,
            other => at += other.len_utf8(),
        }
    }
}

/// Bytes of a name in quotes that is not empty.
fn name(rest: &str, closing: char) -> Option<usize> {
    let length = closed(rest, &[closing])?;
    let marks = rest.chars().next()?.len_utf8() + closing.len_utf8();
    (length > marks).then_some(length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Signs as the letters they lie at, and the text that is read.
    fn seen(text: &str) -> (Vec<&str>, String) {
        let scanned = scan(text);
        let signs = scanned.signs.iter().map(|(_, at)| &text[at.clone()]);
        (signs.collect(), scanned.plain(text).into_owned())
    }

    #[test]
    fn quotes_hide_brackets_and_comments() {
        for quoted in [
            "\"(#)\"",
            "\"a\"\"(\"",
            "“(#”",
            "”(#”",
            "「(#」",
            "`(#`",
            "【(#】",
            "'(#'",
            "‘(#’",
        ] {
            let text = format!("{quoted} )");
            assert_eq!(seen(&text), (vec![")"], text.clone()), "{quoted}");
        }
    }

    #[test]
    fn what_its_line_does_not_close_is_told_to_the_end_of_the_line() {
        for open in ["\"a", "\"\"\"", "“a(", "「#", "``", "`a", "【】", "【#"] {
            for end in ["", "\n(", "\r\n("] {
                let text = format!("x {open}{end}");
                let rest = if end.is_empty() {
                    vec![open]
                } else {
                    vec![open, "("]
                };
                assert_eq!(seen(&text), (rest, text.clone()), "{text:?}");
            }
        }
        // An apostrophe alone is a letter.
        assert_eq!(seen("it's ("), (vec!["("], "it's (".to_owned()));
    }

    #[test]
    fn comments_and_rare_blanks_become_spaces_of_their_length() {
        let (_, plain) = seen("a # (\"客户\r\n＃）\nb\u{3000}c\u{a0}\u{feff}d\u{c}\te");
        let spaces = |count| " ".repeat(count);
        let wanted = format!(
            "a {}\r\n{}\nb{}c{}d{}\te",
            spaces(10),
            spaces(6),
            spaces(3),
            spaces(5),
            '\u{1}'
        );
        assert_eq!(plain, wanted);
    }

    #[test]
    fn lines_that_may_open_an_item() {
        let text = "\u{feff}a\n b\n\n客户\r\n# c\n(d\n`e`\r_f";
        let words = scan(text).words;
        let letters: Vec<char> = words
            .iter()
            .filter_map(|at| text[*at..].chars().next())
            .collect();
        assert_eq!(letters, ['\u{feff}', 'a', '客', '_']);
    }

    proptest! {
        #[test]
        fn what_is_read_is_as_long_as_what_was_typed(text in "[a\"“”'‘「」`【】(）#＃\u{3000}\u{b}\r\n\u{feff}客]{0,40}") {
            let scanned = scan(&text);
            prop_assert_eq!(scanned.plain(&text).len(), text.len());
            let ascending = scanned.signs.windows(2).all(|pair| pair[0].1.end <= pair[1].1.start);
            prop_assert!(ascending);
        }
    }
}
