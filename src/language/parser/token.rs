//! Single words, numbers, dates and quotes: from what is written to what it says.
//! Full width is folded here.

use std::borrow::Cow;

use super::grammar::{Node, Rule};
use super::reader::{Reader, shown};
use crate::base::calendar::{Date, Unit};
use crate::base::decimal::Decimal;
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::{NAME_CHARACTERS_MAX, TEXT_BYTES_MAX};
use crate::base::span::Span;
use crate::base::text::nfc;
use crate::language::codes;
use crate::language::syntax::{ExprNode, LocalTime, Name, Quoted};
use crate::language::words;

/// Full-width signs, digits and letters as their half-width forms.
pub fn fold(text: &str) -> Cow<'_, str> {
    // There is nothing to fold then.
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    text.chars()
        .map(|letter| match letter {
            '\u{3000}' => ' ',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
            '−' | '–' => '-',
            other => other,
        })
        .collect()
}

/// A word of several parts as the table has it: folded, one blank between its parts, whatever
/// blanks, line breaks and comments stood there.
pub fn plain(text: &str) -> String {
    let lines = text
        .lines()
        .map(|line| line.split(['#', '＃']).next().unwrap_or(""));
    let parts: Vec<Cow<'_, str>> = lines.flat_map(str::split_whitespace).map(fold).collect();
    parts.join(" ")
}

/// Numbers from Chinese numerals up to 99; 半 is no number.
fn numeral(text: &str) -> Option<i64> {
    let one = |letter: char| {
        "一二三四五六七八九"
            .chars()
            .position(|numeral| numeral == letter)
            .map(|at| at as i64 + 1)
            .or(if letter == '两' { Some(2) } else { None })
    };
    let letters: Vec<char> = text.chars().collect();
    match letters.as_slice() {
        ['十'] => Some(10),
        [digit] => one(*digit),
        ['十', low] => Some(10 + one(*low)?),
        [high, '十'] => Some(10 * one(*high)?),
        [high, '十', low] => Some(10 * one(*high)? + one(*low)?),
        _ => None,
    }
}

impl Reader<'_> {
    /// A name that is one word or quoted.
    pub fn name(&mut self, node: &Node<'_>) -> Name {
        let inner = match node.as_rule() {
            Rule::word | Rule::quoted_name | Rule::quote_text => None,
            _ => node.clone().into_inner().next(),
        };
        let leaf = inner.as_ref().unwrap_or(node);
        let span = self.span(leaf);
        let written = leaf.as_str();
        let quoted = leaf.as_rule() != Rule::word;
        let text = match leaf.as_rule() {
            Rule::word => composed(fold(written)),
            _ => composed(unquote(written)),
        };
        if text.chars().count() > NAME_CHARACTERS_MAX {
            self.report(
                Diagnostic::error(codes::TEXT_TOO_LONG, "a name is too long", span)
                    .help(format!("at most {NAME_CHARACTERS_MAX} characters")),
            );
        }
        Name { text, quoted, span }
    }

    /// A text in quotes.
    pub fn quoted(&mut self, node: &Node<'_>) -> Quoted {
        let inner = match node.as_rule() {
            Rule::quote_text => None,
            _ => node.clone().into_inner().next(),
        };
        let leaf = inner.as_ref().unwrap_or(node);
        let span = self.span(leaf);
        let text = composed(unquote(leaf.as_str()));
        if text.len() > TEXT_BYTES_MAX {
            self.report(
                Diagnostic::error(codes::TEXT_TOO_LONG, "a text is too long", span)
                    .help(format!("at most {TEXT_BYTES_MAX} bytes")),
            );
        }
        Quoted { text, span }
    }

    /// `50k`, `3%`, `1.2亿元`.
    pub fn number(&mut self, node: &Node<'_>) -> Option<Decimal> {
        let mut folded = fold(node.as_str());
        if folded.contains('_') {
            folded = Cow::Owned(folded.replace('_', ""));
        }
        let digits_end = folded
            .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
            .unwrap_or(folded.len());
        let (digits, rest) = folded.split_at_checked(digits_end)?;
        let power: i32 = rest.chars().map(power_of).sum();
        let value = Decimal::parse(digits).and_then(|value| value.shifted(power));
        if value.is_none() {
            let span = self.span(node);
            self.report(
                Diagnostic::error(
                    codes::MALFORMED_NUMBER,
                    "a number has too many digits",
                    span,
                )
                .help("at most 30 digits, 18 of them after the point"),
            );
        }
        value
    }

    /// A number that is none: says why.
    pub fn bad_number(&mut self, node: &Node<'_>) {
        let span = self.span(node);
        let folded = fold(node.as_str());
        let end = folded
            .find(|letter: char| !letter.is_ascii_digit() && letter != '.' && letter != '_')
            .unwrap_or(folded.len());
        let (digits, letters) = folded.split_at_checked(end).unwrap_or((&folded, ""));
        let diagnostic = if digits.starts_with('.') {
            Diagnostic::error(
                codes::MALFORMED_NUMBER,
                "a number starts with a digit",
                span,
            )
            .help(format!("write `0{digits}`"))
        } else if digits.matches('.').count() > 1 {
            Diagnostic::error(
                codes::MALFORMED_NUMBER,
                "a number has one point at most",
                span,
            )
            .help("a date is written like 2024-06-30")
        } else if letters.is_empty() {
            Diagnostic::error(codes::MALFORMED_NUMBER, "this number cannot be read", span)
                .help("`_` stands between digits: `1_000_000`")
        } else {
            let message = format!(
                "{} is glued to the number {}",
                shown(letters),
                shown(digits)
            );
            Diagnostic::error(codes::MALFORMED_NUMBER, message, span).help(
                "a number may end in `k`, `m`, `%`, 千, 万 or 亿; put a space before any other word",
            )
        };
        self.report(diagnostic);
    }

    /// `count` and a unit, as in `90 days` and 近半年.
    pub fn counted(&mut self, node: &Node<'_>) -> Option<(i64, Unit)> {
        let mut count = None;
        let mut unit = None;
        for inner in node.clone().into_inner() {
            match inner.as_rule() {
                Rule::count => count = Some(fold(inner.as_str())),
                _ => unit = words::unit(&fold(inner.as_str())).or(unit),
            }
        }
        let span = self.span(node);
        let count = count?;
        let Some(unit) = unit else {
            let help = format!(
                "write `{} days`, or weeks, months, quarters, years",
                node.as_str().trim()
            );
            self.report(
                Diagnostic::error(codes::INCOMPLETE_WINDOW, "a count without its unit", span)
                    .help(help),
            );
            return None;
        };
        if count == "半" {
            let half = match unit {
                Unit::Year => Some((6, Unit::Month)),
                Unit::Day => Some((12, Unit::Hour)),
                Unit::Hour => Some((30, Unit::Minute)),
                _ => None,
            };
            if half.is_none() {
                self.report(
                    Diagnostic::error(
                        codes::WRONG_COUNT,
                        "half of this unit is not a whole number",
                        span,
                    )
                    .help("write the number of days, such as 15天"),
                );
            }
            return half;
        }
        let count = self.count(&count, span)?;
        Some((count, unit))
    }

    /// A whole number.
    pub fn count(&mut self, text: &str, span: Span) -> Option<i64> {
        let digits: String = text.chars().filter(|letter| *letter != '_').collect();
        let count = numeral(&digits).or_else(|| digits.parse().ok());
        if count.is_none() {
            self.report(Diagnostic::error(
                codes::WRONG_COUNT,
                "this count is too large",
                span,
            ));
        }
        count
    }

    /// `2024-06-30`, `2024年6月30日`, `2024-06-30T09:30`, or a fault named.
    pub fn dated(&mut self, node: &Node<'_>) -> Option<ExprNode> {
        let span = self.span(node);
        let folded = fold(node.as_str());
        let numbers: Vec<u32> = folded
            .split(|letter: char| !letter.is_ascii_digit())
            .filter(|part| !part.is_empty())
            .filter_map(|part| part.parse().ok())
            .collect();
        match node.as_rule() {
            Rule::bad_moment => {
                self.report(
                    Diagnostic::error(codes::MALFORMED_DATE, "an instant is written in another form", span)
                        .help("write `2024-06-30T09:30`, without a zone: the business zone of `settings` is meant"),
                );
                None
            }
            Rule::bad_date => {
                self.bad_date(&numbers, &folded, span);
                None
            }
            Rule::moment => {
                let (date, clock) = numbers.split_at_checked(3)?;
                let date = self.calendar_date(date, span)?;
                let (hour, minute, second) = match clock {
                    [hour, minute] => (*hour, *minute, 0),
                    [hour, minute, second] => (*hour, *minute, *second),
                    _ => return None,
                };
                if hour > 23 || minute > 59 || second > 59 {
                    self.report(
                        Diagnostic::error(
                            codes::MALFORMED_DATE,
                            "there is no such time of day",
                            span,
                        )
                        .help("times of day run from 00:00 to 23:59:59"),
                    );
                    return None;
                }
                let second = hour * 3600 + minute * 60 + second;
                Some(ExprNode::Time(LocalTime { date, second }))
            }
            _ => self.calendar_date(&numbers, span).map(ExprNode::Date),
        }
    }

    fn calendar_date(&mut self, numbers: &[u32], span: Span) -> Option<Date> {
        let [year, month, day] = *numbers else {
            return None;
        };
        let date = i32::try_from(year)
            .ok()
            .and_then(|year| Date::from_ymd(year, month, day));
        if date.is_none() {
            let (message, help) = no_such_date(year, month, day);
            self.report(Diagnostic::error(codes::MALFORMED_DATE, message, span).help(help));
        }
        date
    }

    fn bad_date(&mut self, numbers: &[u32], folded: &str, span: Span) {
        let parts = match *numbers {
            [year, month, day] if year > 31 => Some((year, month, day)),
            [day, month, year] if month <= 12 => Some((year, month, day)),
            [month, day, year] => Some((year, month, day)),
            _ => None,
        };
        let exists = parts
            .and_then(|(year, month, day)| Date::from_ymd(i32::try_from(year).ok()?, month, day));
        let help = match exists {
            Some(date) if folded.contains('/') => {
                format!("write `{date}`; a division has spaces around its `/`")
            }
            Some(date) => format!("write `{date}`"),
            None => "a date is written like 2024-06-30 or 2024年6月30日".to_owned(),
        };
        let message = "a date has four digits, two and two: year-month-day";
        self.report(Diagnostic::error(codes::MALFORMED_DATE, message, span).help(help));
    }
}

fn no_such_date(year: u32, month: u32, day: u32) -> (String, String) {
    if !(1..=12).contains(&month) {
        return (
            format!("there is no month {month}"),
            "months are 01 to 12".to_owned(),
        );
    }
    let last = (28..=31).rev().find(|last| {
        i32::try_from(year).is_ok_and(|year| Date::from_ymd(year, month, *last).is_some())
    });
    match last {
        Some(last) => (
            format!("month {month} of {year} has no day {day}"),
            format!("its last day is {year:04}-{month:02}-{last:02}"),
        ),
        None => (
            "the calendar has no such date".to_owned(),
            "years run from 0001 to 9999".to_owned(),
        ),
    }
}

fn power_of(letter: char) -> i32 {
    match letter {
        'k' | 'K' | '千' => 3,
        'm' | 'M' => 6,
        '百' => 2,
        '万' => 4,
        '亿' => 8,
        '%' => -2,
        _ => 0,
    }
}

/// Without its quotes; `""` between straight quotes is one.
fn unquote(written: &str) -> Cow<'_, str> {
    let mut letters = written.chars();
    let first = letters.next();
    letters.next_back();
    let inner = letters.as_str();
    match first {
        Some('"' | '＂') if inner.contains('"') => {
            // Inside straight quotes a quote is always doubled.
            let mut text = String::with_capacity(inner.len());
            let mut rest = inner.chars();
            while let Some(letter) = rest.next() {
                if letter == '"' {
                    rest.next();
                }
                text.push(letter);
            }
            Cow::Owned(text)
        }
        _ => Cow::Borrowed(inner),
    }
}

/// In the one form of letters that are put together of several.
fn composed(text: Cow<'_, str>) -> String {
    match nfc(&text) {
        Cow::Borrowed(_) => text.into_owned(),
        Cow::Owned(composed) => composed,
    }
}
