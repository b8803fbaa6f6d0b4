//! A text as tokens and the comments between them, without any grammar: words, numbers,
//! quotes and single signs, in the order of the text.

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Letters, digits and `_`, beginning with a letter.
    Word,
    /// Digits with their point, scale and `%`.
    Number,
    /// A text or a name in quotes.
    Quote,
    /// One other character.
    Sign,
}

/// What stands before a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Nothing.
    None,
    /// One blank.
    Space,
    /// Two blanks or more: where the lines of a block stand on one line.
    Wide,
    /// A line break, then so many blanks.
    Line(usize),
}

/// One token.
#[derive(Clone, Copy, Debug)]
pub struct Token<'t> {
    /// As written.
    pub text: &'t str,
    /// What it is.
    pub kind: Kind,
    /// What stands before it.
    pub gap: Gap,
    /// Its first byte.
    pub start: usize,
}

/// What stands between tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trivia {
    /// One empty line or several.
    Blank,
    /// A comment on a line of its own.
    Line(String),
    /// A comment behind a token, on its line.
    End(String),
}

/// A text taken apart.
#[derive(Debug, Default)]
pub struct Tokens<'t> {
    /// In order.
    pub tokens: Vec<Token<'t>>,
    /// Each with the number of tokens before it.
    pub trivia: Vec<(usize, Trivia)>,
}

/// Takes a text apart.
pub fn tokens(text: &str) -> Tokens<'_> {
    let mut out = Tokens::default();
    let mut at = 0;
    // Line breaks since the last token or comment, blanks since the last line break.
    let (mut breaks, mut blanks) = (0, 0);
    while let Some(letter) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let rest = text.get(at..).unwrap_or("");
        if letter == '\n' {
            breaks += 1;
            blanks = 0;
            at += 1;
            continue;
        }
        if letter.is_whitespace() || letter == '\u{feff}' {
            blanks += 1;
            at += letter.len_utf8();
            continue;
        }
        if breaks > 1 {
            out.trivia.push((out.tokens.len(), Trivia::Blank));
        }
        let length = if matches!(letter, '#' | '＃') {
            let line = rest.get(..line_end(rest)).unwrap_or("");
            let said = super::comment::normal(line);
            let fresh = breaks > 0 || out.tokens.is_empty();
            let trivia = if fresh {
                Trivia::Line(said)
            } else {
                Trivia::End(said)
            };
            out.trivia.push((out.tokens.len(), trivia));
            line.len()
        } else {
            let (length, kind) = one(rest, letter);
            let gap = match (breaks, blanks) {
                (0, 0) => Gap::None,
                (0, 1) => Gap::Space,
                (0, _) => Gap::Wide,
                (_, blanks) => Gap::Line(blanks),
            };
            out.tokens.push(Token {
                text: rest.get(..length).unwrap_or(""),
                kind,
                gap,
                start: at,
            });
            length
        };
        (breaks, blanks) = (0, 0);
        at += length;
    }
    out
}

fn line_end(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

/// Bytes and kind of the token that begins the text.
fn one(rest: &str, letter: char) -> (usize, Kind) {
    if let Some(length) = quote(rest, letter) {
        return (length, Kind::Quote);
    }
    if is_digit(letter) {
        return (number(rest), Kind::Number);
    }
    if is_word(letter) {
        // Digits inside a Latin name belong to it; between Chinese letters they are a number.
        let mut end = 0;
        let mut dense = false;
        for (at, letter) in rest.char_indices() {
            if !is_word(letter) || (is_digit(letter) && dense) {
                break;
            }
            dense = letter >= '\u{2e80}' && !is_digit(letter);
            end = at + letter.len_utf8();
        }
        return (end, Kind::Word);
    }
    (letter.len_utf8(), Kind::Sign)
}

/// Bytes of the quote that begins the text.
pub fn quote(rest: &str, open: char) -> Option<usize> {
    let close: &[char] = match open {
        '"' | '＂' => &['"', '＂'],
        '“' | '”' => &['”'],
        '「' => &['」'],
        '`' => &['`'],
        '【' => &['】'],
        _ => return None,
    };
    let inner = rest.get(open.len_utf8()..)?;
    let line = inner.get(..line_end(inner))?;
    let mut end = line.find(close)?;
    // A doubled quote is one quote inside.
    let mut doubled = matches!(open, '"' | '＂');
    while doubled {
        let width = line.get(end..)?.chars().next()?.len_utf8();
        let after = line.get(end + width..)?;
        doubled = after.starts_with(close);
        if doubled {
            let second = after.chars().next()?.len_utf8();
            let behind = line.get(end + width + second..)?;
            end += width + second + behind.find(close)?;
        }
    }
    let width = line.get(end..)?.chars().next()?.len_utf8();
    Some(open.len_utf8() + end + width)
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit() || ('０'..='９').contains(&letter)
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric()
        || matches!(
            letter,
            '_' | '＿' | '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}'
        )
}

fn number(rest: &str) -> usize {
    let mut end = 0;
    let mut point = false;
    let mut letters = rest.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().is_some_and(|(_, next)| is_digit(*next));
        let inside = is_digit(letter)
            || (letter == '_' && next)
            || (matches!(letter, '.' | '．') && next && !point);
        if !inside {
            break;
        }
        point |= matches!(letter, '.' | '．');
        end = at + letter.len_utf8();
    }
    for letter in rest.get(end..).unwrap_or("").chars() {
        match letter {
            '百' | '千' | '万' | '亿' => end += letter.len_utf8(),
            'k' | 'K' | 'm' | 'M' => {
                let behind = rest.get(end + 1..).unwrap_or("");
                if !behind.starts_with(is_word) {
                    end += 1;
                }
                break;
            }
            _ => break,
        }
    }
    if rest
        .get(end..)
        .is_some_and(|rest| rest.starts_with(['%', '％']))
    {
        end += rest
            .get(end..)
            .and_then(|rest| rest.chars().next())
            .map_or(0, char::len_utf8);
    }
    end
}
