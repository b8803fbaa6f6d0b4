//! Runs of letters in a text, with what stands around them. Comments, quotes and quoted
//! names are passed over. What a run says is not looked at here.

use super::Body;
use crate::language::words;

/// What stands before a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Before {
    /// Nothing, or what a value follows.
    Wants,
    /// A value.
    Has,
    /// A point: the run begins with a field.
    Point,
    /// Another run, or the end of a line: either may be.
    Open,
}

/// What stands after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// `(`
    Round,
    /// `{`
    Curly,
    /// A text or a quoted name.
    Quote,
    /// A point and a name.
    Point,
    /// A minus: of arithmetic or of a number.
    Minus,
    /// A sign between values, a bracket, a comma, the end.
    End,
    /// Another run.
    Open,
}

/// What stands around a run.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// Before it.
    pub before: Before,
    /// After it.
    pub after: After,
    /// Whether words that open the clauses of a care plan count.
    pub care: bool,
}

/// Letters, digits and `_` without space; a number in it with its point, `%` and date.
#[derive(Clone, Debug)]
pub struct Run<'t> {
    /// What is written.
    pub text: &'t str,
    /// Its first byte.
    pub start: usize,
    /// What stands around it.
    pub context: Context,
    /// Whether a colon says that it is a new name.
    pub declared: bool,
    /// Whether the innermost open bracket is round.
    pub in_brackets: bool,
}

/// What the innermost open bracket is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Round,
    Curly,
    /// The branches of `case`, whose colons follow conditions.
    Case,
}

/// What stands before the end of a text, whose last run is among those given; `None` inside of
/// a comment or a quote.
pub fn ending(text: &str) -> Option<(Vec<Run<'_>>, Before)> {
    let line = text.rfind('\n').map_or(0, |at| at + 1);
    let mut at = line;
    while let Some(rest) = text.get(at..)
        && let Some(letter) = rest.chars().next()
    {
        if matches!(letter, '#' | '＃') {
            return None;
        }
        at += match quote_end(rest) {
            Some(length) => length,
            None if matches!(letter, '"' | '＂' | '“' | '「' | '`' | '【') => return None,
            None => letter.len_utf8(),
        };
    }
    let mut scan = Scan {
        text,
        at: 0,
        before: Before::Wants,
        open: Vec::new(),
        runs: Vec::new(),
    };
    scan.all();
    Some((scan.runs, scan.before))
}

/// Every run of the text in order.
pub fn runs(text: &str, body: Body) -> Vec<Run<'_>> {
    let mut scan = Scan {
        text,
        at: 0,
        before: Before::Wants,
        open: Vec::new(),
        runs: Vec::new(),
    };
    scan.all();
    let mut runs = scan.runs;
    if body == Body::Rows {
        for run in &mut runs {
            run.declared &= run.in_brackets;
        }
    }
    runs
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    before: Before,
    open: Vec<Open>,
    runs: Vec<Run<'t>>,
}

impl<'t> Scan<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn all(&mut self) {
        while let Some(letter) = self.rest().chars().next() {
            match letter {
                '\n' => {
                    if self.before == Before::Has {
                        self.before = Before::Open;
                    }
                    self.at += 1;
                }
                _ if letter.is_whitespace() || letter == '\u{feff}' => {
                    self.at += letter.len_utf8();
                }
                '#' | '＃' => self.at += line_end(self.rest()),
                _ if quote_end(self.rest()).is_some() => {
                    self.at += quote_end(self.rest()).unwrap_or(1);
                    self.before = Before::Has;
                }
                _ if is_word(letter) => self.run(),
                _ => self.sign(letter),
            }
        }
    }

    fn sign(&mut self, letter: char) {
        self.at += letter.len_utf8();
        self.before = match letter {
            '(' | '（' | '[' | '［' => {
                self.open.push(Open::Round);
                Before::Wants
            }
            '{' | '｛' => {
                let case = self.runs.last().is_some_and(|run| {
                    run.context.after == After::Curly
                        && words::CASE.forms().any(|form| {
                            run.text.eq_ignore_ascii_case(form)
                                || (!form.is_ascii() && run.text.ends_with(form))
                        })
                });
                self.open.push(if case { Open::Case } else { Open::Curly });
                Before::Wants
            }
            ')' | '）' | ']' | '］' | '}' | '｝' => {
                self.open.pop();
                Before::Has
            }
            '.' | '．' if !self.rest().starts_with(['.', '．']) && self.before != Before::Wants => {
                Before::Point
            }
            _ => Before::Wants,
        };
    }

    fn run(&mut self) {
        let start = self.at;
        let text = run_at(self.text, start);
        self.at = start + text.len();
        let rest = self.rest();
        let in_brackets = self.open.last() == Some(&Open::Round);
        self.runs.push(Run {
            text,
            start,
            context: Context {
                before: self.before,
                after: after(rest),
                care: false,
            },
            declared: self.open.last() != Some(&Open::Case) && declares(rest, in_brackets),
            in_brackets,
        });
        self.before = Before::Open;
    }
}

/// Whether the letter may stand in a name.
pub fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '＿') || is_mark(letter)
}

/// Marks that combine with the letter before them.
fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{3099}' | '\u{309a}')
}

fn is_digit(letter: char) -> bool {
    letter.is_ascii_digit() || ('０'..='９').contains(&letter)
}

/// The run that begins there. A number in it takes its point, `%` and the rest of a date.
fn run_at(text: &str, start: usize) -> &str {
    let rest = text.get(start..).unwrap_or("");
    let mut digits = 0;
    let mut end = 0;
    loop {
        let tail = rest.get(end..).unwrap_or("");
        let mut letters = tail.chars();
        let Some(letter) = letters.next() else { break };
        let next = letters.next();
        if is_word(letter) {
            digits = if is_digit(letter) { digits + 1 } else { 0 };
            end += letter.len_utf8();
        } else if digits > 0
            && (matches!(letter, '%' | '％')
                || matches!(letter, '.' | '．') && next.is_some_and(is_digit))
        {
            digits = 0;
            end += letter.len_utf8();
        } else if digits == 4 && letter == '-' && date_tail(tail) > 0 {
            end += date_tail(tail);
            digits = 0;
        } else {
            break;
        }
    }
    rest.get(..end).unwrap_or("")
}

/// Bytes of `-06-30` or `-06-30T09:30:00`; 0 when it is none.
pub fn date_tail(tail: &str) -> usize {
    let bytes = tail.as_bytes();
    let fits = |pattern: &str, at: usize| {
        pattern.bytes().enumerate().all(|(offset, wanted)| {
            bytes.get(at + offset).is_some_and(|byte| match wanted {
                b'0' => byte.is_ascii_digit(),
                _ => byte.eq_ignore_ascii_case(&wanted),
            })
        })
    };
    match () {
        () if fits("-00-00t00:00:00", 0) => 15,
        () if fits("-00-00t00:00", 0) => 12,
        () if fits("-00-00", 0) => 6,
        () => 0,
    }
}

fn line_end(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

/// Bytes of the quote that begins the text, with its marks.
fn quote_end(rest: &str) -> Option<usize> {
    let open = rest.chars().next()?;
    let close: &[char] = match open {
        '"' | '＂' => &['"', '＂'],
        '“' | '”' => &['”'],
        '「' => &['」'],
        '`' => &['`'],
        '【' => &['】'],
        '\'' | '‘' | '’' => &['\'', '‘', '’'],
        _ => return None,
    };
    let inner = rest.get(open.len_utf8()..)?;
    let line = inner.get(..line_end(inner))?;
    let end = line.find(close)?;
    let width = line.get(end..)?.chars().next()?.len_utf8();
    Some(open.len_utf8() + end + width)
}

/// Without white space and comments at the start.
fn past_space(mut rest: &str) -> &str {
    loop {
        rest = rest.trim_start();
        if !rest.starts_with(['#', '＃']) {
            return rest;
        }
        rest = rest.get(line_end(rest)..).unwrap_or("");
    }
}

fn after(rest: &str) -> After {
    if rest.starts_with(['.', '．']) {
        return match rest.chars().nth(1) {
            Some('.' | '．') => After::End,
            _ => After::Point,
        };
    }
    let next = past_space(rest);
    match next.chars().next() {
        Some('(' | '（' | '[' | '［') => After::Round,
        Some('{' | '｛') => After::Curly,
        Some('-' | '－' | '−' | '–') => After::Minus,
        Some(_) if quote_end(next).is_some() => After::Quote,
        Some(letter) if is_word(letter) => After::Open,
        _ => After::End,
    }
}

/// Whether a colon follows, a label between them allowed outside of brackets.
fn declares(rest: &str, in_brackets: bool) -> bool {
    let mut next = past_space(rest);
    if !in_brackets && let Some(end) = quote_end(next) {
        next = past_space(next.get(end..).unwrap_or(""));
    }
    next.starts_with([':', '：'])
}

/// The name and the label that a text begins with, quoted or not.
pub fn heading(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = past_space(text);
    for _ in 0..2 {
        let Some(letter) = rest.chars().next() else {
            break;
        };
        let end = if let Some(end) = quote_end(rest) {
            let inner = rest.get(letter.len_utf8()..end).unwrap_or("");
            let mut inner = inner.chars();
            inner.next_back();
            names.push(inner.as_str().to_owned());
            end
        } else if is_word(letter) && names.is_empty() {
            let run = run_at(rest, 0);
            names.push(super::fold(run).into_owned());
            run.len()
        } else {
            break;
        };
        rest = past_space(rest.get(end..).unwrap_or(""));
    }
    names
}
