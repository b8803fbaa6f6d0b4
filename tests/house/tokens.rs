//! Rust text cut into tokens, as far as the laws need it: words, literals,
//! punctuation, each with its line. Comments fall away; `::` is one token.

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// an identifier or keyword
    Word,
    /// a text, character, number or lifetime
    Literal,
    /// one sign, or `::`
    Sign,
}

/// One token.
#[derive(Clone, Debug)]
pub struct Token {
    /// As written; literals other than numbers are `""`.
    pub text: String,
    /// What it is.
    pub kind: Kind,
    /// From 1.
    pub line: usize,
    /// Whether it stands under `#[cfg(test)]`.
    pub test: bool,
}

impl Token {
    /// Whether it is that word or sign.
    pub fn is(&self, text: &str) -> bool {
        self.kind != Kind::Literal && self.text == text
    }
}

/// Cuts a Rust text.
pub fn cut(text: &str) -> Vec<Token> {
    let mut reader = Reader {
        rest: text,
        line: 1,
        tokens: Vec::new(),
    };
    while let Some(first) = reader.rest.chars().next() {
        reader.one(first);
    }
    reader.tokens
}

struct Reader<'t> {
    rest: &'t str,
    line: usize,
    tokens: Vec<Token>,
}

impl Reader<'_> {
    fn one(&mut self, first: char) {
        if first.is_whitespace() {
            self.skip(first.len_utf8());
        } else if self.rest.starts_with("//") {
            self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
        } else if self.rest.starts_with("/*") {
            self.skip(block_comment(self.rest));
        } else if let Some(length) = quoted(self.rest) {
            self.take(length, Kind::Literal, "\"\"");
        } else if first == '\'' {
            self.take(tick(self.rest), Kind::Literal, "''");
        } else if first.is_alphabetic() || first == '_' || first.is_ascii_digit() {
            let length = self
                .rest
                .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                .unwrap_or(self.rest.len());
            let (word, _) = self.rest.split_at(length);
            let kind = if first.is_ascii_digit() {
                Kind::Literal
            } else {
                Kind::Word
            };
            self.take(length, kind, word);
        } else if self.rest.starts_with("::") {
            self.take(2, Kind::Sign, "::");
        } else {
            self.take(first.len_utf8(), Kind::Sign, &first.to_string());
        }
    }

    fn skip(&mut self, length: usize) {
        let (gone, rest) = self.rest.split_at(length);
        self.line += gone.matches('\n').count();
        self.rest = rest;
    }

    fn take(&mut self, length: usize, kind: Kind, text: &str) {
        let token = Token {
            text: text.to_owned(),
            kind,
            line: self.line,
            test: false,
        };
        self.tokens.push(token);
        self.skip(length);
    }
}

/// Bytes of a comment that may hold others.
fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            let Some(next) = rest.chars().next() else {
                break;
            };
            at += next.len_utf8();
        }
    }
    text.len()
}

/// Bytes of a text literal at the start, raw or not.
fn quoted(text: &str) -> Option<usize> {
    let body = text.trim_start_matches(['b', 'c', 'r']);
    let prefix = text.len() - body.len();
    if prefix > 2 {
        return None;
    }
    let hashes = body.len() - body.trim_start_matches('#').len();
    let inner = body.get(hashes..)?.strip_prefix('"')?;
    let start = prefix + hashes + 1;
    let raw = text.get(..prefix)?.contains('r');
    if raw {
        let end = format!("\"{}", "#".repeat(hashes));
        return Some(
            inner
                .find(&end)
                .map_or(text.len(), |at| start + at + end.len()),
        );
    }
    if hashes > 0 {
        return None;
    }
    let mut escaped = false;
    for (at, c) in inner.char_indices() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == '"' {
            return Some(start + at + 1);
        }
    }
    Some(text.len())
}

/// Bytes of a character literal or a lifetime.
fn tick(text: &str) -> usize {
    let mut characters = text.char_indices().skip(1);
    match characters.next() {
        Some((_, '\\')) => {
            characters.next();
            characters
                .find(|(_, c)| *c == '\'')
                .map_or(text.len(), |(at, _)| at + 1)
        }
        Some((at, c)) => {
            let after = at + c.len_utf8();
            if text.get(after..).is_some_and(|rest| rest.starts_with('\'')) {
                after + 1
            } else {
                1
            }
        }
        None => text.len(),
    }
}

/// Marks what stands under `#[cfg(test)]`: the item that follows, to its `;` or closing brace.
pub fn mark_tests(mut tokens: Vec<Token>) -> Vec<Token> {
    let sign = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut at = 0;
    while at < tokens.len() {
        let here = tokens
            .iter()
            .skip(at)
            .zip(sign)
            .filter(|(token, text)| token.is(text))
            .count();
        if here == sign.len() {
            let end = item_end(&tokens, at + sign.len());
            for token in tokens.iter_mut().take(end).skip(at) {
                token.test = true;
            }
            at = end;
        } else {
            at += 1;
        }
    }
    tokens
}

/// One past the last token of the item that starts there.
pub fn item_end(tokens: &[Token], start: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token.text.as_str() {
            "(" | "[" | "{" if token.kind == Kind::Sign => depth += 1,
            ")" | "]" if token.kind == Kind::Sign => depth = depth.saturating_sub(1),
            "}" if token.kind == Kind::Sign => {
                depth = depth.saturating_sub(1);
                let goes_on = tokens.get(at + 1).is_some_and(|next| next.is(";"));
                if depth == 0 && !goes_on {
                    return at + 1;
                }
            }
            ";" if depth == 0 && token.kind == Kind::Sign => return at + 1,
            _ => {}
        }
    }
    tokens.len()
}

#[test]
fn comments_and_texts_hide_what_they_hold() {
    let text = "use a::b; // use c::d\n/* x /* y */ z */ let s = r#\"e::f \" g\"#; let c = '\\''; fn f<'a>() {} \"h \\\" i\" b'j'";
    let words: Vec<_> = cut(text)
        .into_iter()
        .filter(|token| token.kind == Kind::Word)
        .map(|token| token.text)
        .collect();
    assert_eq!(
        words.join(" "),
        "use a b let s let c fn f a b",
        "the last two are the name of a lifetime and the mark of a byte"
    );
}

#[test]
fn test_code_is_marked() {
    let tokens = mark_tests(cut(
        "fn a() {} #[cfg(test)] #[path = \"x\"] mod t { fn b() { c() } } fn d() {} #[cfg(test)] use e::{f}; g",
    ));
    let marked: Vec<_> = tokens
        .iter()
        .filter(|token| token.test && token.kind == Kind::Word)
        .map(|token| token.text.as_str())
        .collect();
    assert_eq!(
        marked.join(" "),
        "cfg test path mod t fn b c cfg test use e f"
    );
}
