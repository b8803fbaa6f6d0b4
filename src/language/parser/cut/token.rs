//! What may stand at one place of a run: names, words, numbers, dates, lengths of time and
//! windows. Which of them belong together is decided in `ways`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::class::{Class, classes};
use super::run::date_tail;
use crate::language::lexicon::Lexicon;
use crate::language::words::{self, Word};

/// Characters of the longest form that stands in a run; a test holds it.
const WORD_CHARACTERS_MAX: usize = 16;

/// A part of a run that may stand at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// One past its last letter.
    pub end: usize,
    /// What it is.
    pub class: Class,
    /// Whether it is a word that says that the run is an expression.
    pub tells: bool,
}

/// The words that may stand in a run, by their letters.
struct Table {
    forms: Lexicon,
    /// Every form of every word, also of those that only stand alone.
    whole: BTreeSet<String>,
    by_form: BTreeMap<String, Vec<&'static Word>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table {
        forms: Lexicon::default(),
        whole: BTreeSet::new(),
        by_form: BTreeMap::new(),
    };
    for word in words::ALL {
        let whole = word.forms().filter(|form| !form.is_empty());
        table.whole.extend(whole.map(str::to_ascii_lowercase));
        if classes(word, true).is_empty() {
            continue;
        }
        let forms = word.forms();
        for form in forms.filter(|form| form.chars().all(char::is_alphanumeric) && !form.is_empty())
        {
            table.forms.add(form);
            table.by_form.entry(form.to_owned()).or_default().push(word);
        }
    }
    table
});

/// Everything that may stand at `at`, between letters where a run may be cut.
pub fn tokens(letters: &[char], at: usize, care: bool, names: [&Lexicon; 2]) -> Vec<Token> {
    let mut found = Vec::new();
    let rest = letters.get(at..).unwrap_or_default();
    let mut put = |length: usize, class, tells| {
        let end = at + length;
        if may_cut(letters, end) {
            found.push(Token { end, class, tells });
        }
    };
    for names in names {
        names
            .lengths(rest)
            .for_each(|length| put(length, Class::Name, false));
    }
    let lower: Vec<char> = rest
        .iter()
        .take(WORD_CHARACTERS_MAX)
        .map(char::to_ascii_lowercase)
        .collect();
    for length in TABLE.forms.lengths(&lower) {
        let form: String = lower.iter().take(length).collect();
        for word in TABLE.by_form.get(&form).into_iter().flatten() {
            for class in classes(word, care) {
                put(length, *class, length > 1 && *class == Class::Infix);
            }
        }
    }
    for (length, class) in valued(rest) {
        put(length, class, false);
    }
    found
}

/// Whether these letters as a whole are one word or one value: 不低于, 近90天, 50万.
pub fn whole(letters: &[char]) -> bool {
    let text: String = letters.iter().map(char::to_ascii_lowercase).collect();
    TABLE.whole.contains(&text)
        || valued(letters)
            .iter()
            .any(|(length, _)| *length == letters.len())
}

/// Latin letters and digits that touch are one word in any text; others may be cut.
fn may_cut(letters: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| letters.get(at));
    match (before, letters.get(at)) {
        (Some(before), Some(after)) => is_dense(*before) || is_dense(*after),
        _ => true,
    }
}

/// Letters of scripts that are written without spaces.
fn is_dense(letter: char) -> bool {
    letter >= '\u{2e80}' || letter == '%'
}

/// Numbers, dates, lengths of time and windows that these letters begin with.
fn valued(letters: &[char]) -> Vec<(usize, Class)> {
    let mut found = Vec::new();
    let mut put = |length, class| found.push((length, class));
    if let Some(length) = dated(letters) {
        put(length, Class::Value);
        return found;
    }
    for length in numbers(letters) {
        put(length, Class::Value);
        // 资产50万以上: no sign stands between the value and the number.
        let after = letters.get(length..).unwrap_or_default();
        for word in [words::OR_MORE, words::OR_LESS] {
            if let Some(end) = form(after, word) {
                put(length + end, Class::Postfix);
            }
        }
    }
    if let Some(length) = counted(letters) {
        put(length, Class::Value);
        let after = letters.get(length..).unwrap_or_default();
        if after.first() == Some(&'前') {
            put(length + 1, Class::Value);
        }
        if let Some(end) = form(after, words::WITHIN_END) {
            put(length + end, Class::Postfix);
        }
    }
    let count = count(letters);
    if count > 0 {
        let after = letters.get(count..).unwrap_or_default();
        if let Some(steps) = form(after, words::STEPS)
            && let Some(end) = form(after.get(steps..).unwrap_or_default(), words::WITHIN_END)
        {
            put(count + steps + end, Class::Steps);
        }
    }
    for opener in [words::LAST, words::PREVIOUS, words::ROLLING, words::NEXT] {
        if let Some(length) = window(letters, opener) {
            put(length, Class::Value);
        }
    }
    if let Some(open) = form(letters, words::AFTER)
        && let Some(length) = counted(letters.get(open..).unwrap_or_default())
        && let Some(end) = form(
            letters.get(open + length..).unwrap_or_default(),
            words::WITHIN_END,
        )
    {
        put(open + length + end, Class::Postfix);
    }
    if let Some(open) = form(letters, words::AT_LEAST) {
        let count = self::count(letters.get(open..).unwrap_or_default());
        let end = open + count;
        if count > 0 {
            put(end, Class::Call);
            if letters.get(end) == Some(&'项') {
                put(end + 1, Class::Call);
            }
        }
    }
    found
}

/// Letters of the longest form of the word that these begin with; glued forms have no space.
fn form(letters: &[char], word: Word) -> Option<usize> {
    word.forms()
        .filter(|form| !form.is_empty() && !form.is_ascii())
        .filter(|form| form.chars().zip(letters).all(|(one, other)| one == *other))
        .map(|form| form.chars().count())
        .filter(|length| *length <= letters.len())
        .max()
}

fn digits(letters: &[char]) -> usize {
    letters
        .iter()
        .take_while(|letter| letter.is_ascii_digit())
        .count()
}

/// 2024-06-30, 2024-06-30T09:30, 2024年6月30日
fn dated(letters: &[char]) -> Option<usize> {
    if digits(letters) != 4 {
        return None;
    }
    let tail: String = letters.iter().skip(4).take(15).collect();
    let iso = date_tail(&tail);
    if iso > 0 {
        return Some(4 + iso);
    }
    let mut at = 4;
    for (unit, last) in [("年", false), ("月", false), ("日号", true)] {
        if at > 4 || last {
            let count = digits(letters.get(at..).unwrap_or_default());
            if !(1..=2).contains(&count) {
                return None;
            }
            at += count;
        }
        if !letters.get(at).is_some_and(|letter| unit.contains(*letter)) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// Ends of the numbers that stand there: with its scale and `%`, and with a counting word.
fn numbers(letters: &[char]) -> Vec<usize> {
    let is = |at: usize, wanted: &str| {
        letters
            .get(at)
            .is_some_and(|letter| wanted.contains(*letter))
    };
    let mut at = digits(letters);
    if at == 0 {
        return Vec::new();
    }
    while is(at, "_") && letters.get(at + 1).is_some_and(char::is_ascii_digit) {
        at += 1 + digits(letters.get(at + 1..).unwrap_or_default());
    }
    if is(at, ".") {
        at += 1 + digits(letters.get(at + 1..).unwrap_or_default());
    }
    while is(at, "百千万亿") {
        at += 1;
    }
    if is(at, "kKmM") && !letters.get(at + 1).is_some_and(char::is_ascii_alphanumeric) {
        at += 1;
    }
    if is(at, "%") {
        at += 1;
    }
    let mut ends = vec![at];
    if is(at, "元岁次笔个人户") {
        ends.push(at + 1);
    }
    ends
}

/// Letters of a count: digits, or a numeral up to 99, or 半.
fn count(letters: &[char]) -> usize {
    match digits(letters) {
        0 => letters
            .iter()
            .take_while(|letter| "一二两三四五六七八九十半".contains(**letter))
            .count()
            .min(3),
        length => length,
    }
}

/// 90天, 三个月, 半年
fn counted(letters: &[char]) -> Option<usize> {
    let count = count(letters);
    if count == 0 {
        return None;
    }
    let after = letters.get(count..)?;
    unit(after).map(|length| count + length)
}

fn unit(letters: &[char]) -> Option<usize> {
    [
        words::MINUTE,
        words::HOUR,
        words::DAY,
        words::WEEK,
        words::MONTH,
        words::QUARTER,
        words::YEAR,
    ]
    .into_iter()
    .filter_map(|word| form(letters, word))
    .max()
}

/// 近90天, 近6整月, 未来7天
fn window(letters: &[char], opener: Word) -> Option<usize> {
    let open = form(letters, opener)?;
    let after = letters.get(open..)?;
    let count = count(after);
    if count == 0 {
        return None;
    }
    let whole = form(after.get(count..)?, words::WHOLE).unwrap_or(0);
    let unit = unit(after.get(count + whole..)?)?;
    Some(open + count + whole + unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_is_longer_than_what_is_looked_at() {
        for form in TABLE.by_form.keys() {
            assert!(form.chars().count() <= WORD_CHARACTERS_MAX, "{form}");
        }
    }
}
