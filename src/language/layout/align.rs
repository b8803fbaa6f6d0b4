//! Which token of the canonical text stands for which of the text as written: the longest
//! common sequence, words of both tongues counting as the same, numbers by their value.

use super::token::{Kind, Token};
use crate::base::decimal::Decimal;
use crate::base::limit::LAYOUT_PAIRS_MAX;
use crate::language::words;

/// What makes two tokens the same.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Text(String),
    Number(Decimal),
}

/// For each token of the one text its like in the other.
pub fn align(one: &[Token<'_>], other: &[Token<'_>]) -> Vec<Option<usize>> {
    let left: Vec<Key> = one.iter().map(key).collect();
    let right: Vec<Key> = other.iter().map(key).collect();
    let mut pairs = vec![None; left.len()];
    let start = left.iter().zip(&right).take_while(|(a, b)| a == b).count();
    let end = left
        .iter()
        .rev()
        .zip(right.iter().rev())
        .take(left.len().min(right.len()) - start)
        .take_while(|(a, b)| a == b)
        .count();
    for (at, pair) in pairs.iter_mut().enumerate() {
        if at < start {
            *pair = Some(at);
        } else if at + end >= left.len() {
            *pair = Some(at + right.len() - left.len());
        }
    }
    let inner_left = left.get(start..left.len() - end).unwrap_or_default();
    let inner_right = right.get(start..right.len() - end).unwrap_or_default();
    let inner = if inner_left.len().saturating_mul(inner_right.len()) <= LAYOUT_PAIRS_MAX {
        common(inner_left, inner_right)
    } else {
        near(inner_left, inner_right)
    };
    for (pair, found) in pairs.iter_mut().skip(start).zip(inner) {
        *pair = found.map(|at| at + start);
    }
    pairs
}

fn key(token: &Token<'_>) -> Key {
    match token.kind {
        Kind::Number => match value(token.text) {
            Some(value) => Key::Number(value),
            None => Key::Text(token.text.to_owned()),
        },
        Kind::Word => match words::ALL.iter().find(|word| word.is(token.text)) {
            // What stands behind 开头为 stands behind the last part of `starts with`.
            Some(word) if !word.english.is_empty() => {
                let last = word.english.rsplit(' ').next().unwrap_or(word.english);
                Key::Text(last.to_owned())
            }
            _ => Key::Text(folded(token.text)),
        },
        Kind::Quote => {
            let mut inner = token.text.chars();
            inner.next();
            inner.next_back();
            Key::Text(inner.as_str().to_owned())
        }
        Kind::Sign => Key::Text(match token.text {
            "、" => ",".to_owned(),
            "×" => "*".to_owned(),
            "÷" => "/".to_owned(),
            text => folded(text),
        }),
    }
}

fn folded(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
            other => other,
        })
        .collect()
}

/// What a number says: `50%`, `5万`, `1_000`.
fn value(text: &str) -> Option<Decimal> {
    let text: String = folded(text)
        .chars()
        .filter(|letter| *letter != '_')
        .collect();
    let end = text
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
        .unwrap_or(text.len());
    let (digits, scale) = text.split_at_checked(end)?;
    let power = |letter| match letter {
        '百' => 2,
        '千' | 'k' | 'K' => 3,
        '万' => 4,
        'm' | 'M' => 6,
        '亿' => 8,
        '%' => -2,
        _ => 0,
    };
    Decimal::parse(digits)?.shifted(scale.chars().map(power).sum())
}

/// The longest common sequence.
fn common(left: &[Key], right: &[Key]) -> Vec<Option<usize>> {
    let width = right.len() + 1;
    let mut lengths = vec![0u32; (left.len() + 1) * width];
    let get = |lengths: &[u32], row: usize, column: usize| {
        lengths.get(row * width + column).copied().unwrap_or(0)
    };
    for (row, one) in left.iter().enumerate().rev() {
        for (column, other) in right.iter().enumerate().rev() {
            let longest = if one == other {
                get(&lengths, row + 1, column + 1) + 1
            } else {
                get(&lengths, row + 1, column).max(get(&lengths, row, column + 1))
            };
            if let Some(cell) = lengths.get_mut(row * width + column) {
                *cell = longest;
            }
        }
    }
    let mut pairs = vec![None; left.len()];
    let (mut row, mut column) = (0, 0);
    while let (Some(one), Some(other)) = (left.get(row), right.get(column)) {
        if one == other {
            if let Some(pair) = pairs.get_mut(row) {
                *pair = Some(column);
            }
            row += 1;
            column += 1;
        } else if get(&lengths, row + 1, column) >= get(&lengths, row, column + 1) {
            row += 1;
        } else {
            column += 1;
        }
    }
    pairs
}

/// Each token's next like within reach: for texts whose square is too large.
fn near(left: &[Key], right: &[Key]) -> Vec<Option<usize>> {
    const REACH: usize = 64;
    let mut next = 0;
    left.iter()
        .map(|one| {
            let ahead = right.get(next..).unwrap_or_default().iter().take(REACH);
            let found = ahead.enumerate().find(|(_, other)| *other == one);
            found.map(|(at, _)| {
                let place = next + at;
                next = place + 1;
                place
            })
        })
        .collect()
}
