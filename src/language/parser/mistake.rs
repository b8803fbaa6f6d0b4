//! Known mistakes, named: what is said about text that fits nowhere, about signs of
//! other languages, and about forms that two people would read differently.

use super::element::{Element, Sign, called};
use super::precedence::after;
use super::reader::{Part, Reader, shown};
use super::token::fold;
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::LIST_ITEMS_MAX;
use crate::base::span::Span;
use crate::language::syntax::CompareOp;
use crate::language::words::{self, Role};
use crate::language::{codes, foreign};

/// A sign or word of another language that has no single meaning here.
pub fn foreign(written: &str, span: Span) -> Diagnostic {
    let word = fold(written).to_lowercase();
    let (message, help) = match word.as_str() {
        "**" | "^" => ("there is no power sign", "multiply, or use `exp` and `log`"),
        "%" => (
            "`%` belongs to the number before it, without a space",
            "write `3%`; there is no remainder",
        ),
        "?" => (
            "there is no `? :`",
            "write `if CONDITION then A else B`, 若 … 则 … 否则 …",
        ),
        _ => (
            "`like` is not a word here",
            "write `contains \"…\"`, `starts with \"…\"`, `ends with \"…\"` or `matches \"REGEX\"`",
        ),
    };
    Diagnostic::error(codes::FOREIGN_WORD, message, span).help(help)
}

/// `and` beside `or`.
pub fn mixed(reader: &Reader<'_>, parts: &[Part], joins: &[(bool, Span)]) -> Diagnostic {
    let (first_word, first_span) = match joins.first() {
        Some((is_and, span)) => (*is_and, *span),
        None => (true, Span::default()),
    };
    let other = joins
        .iter()
        .find(|(is_and, _)| *is_and != first_word)
        .map(|(_, span)| *span);
    let words: Vec<String> = joins
        .iter()
        .map(|(_, span)| reader.slice(*span).trim().to_owned())
        .collect();
    let texts: Vec<String> = parts
        .iter()
        .map(|part| reader.shown(part.outer).trim_matches('`').to_owned())
        .collect();
    let ands: Vec<bool> = joins.iter().map(|(is_and, _)| *is_and).collect();
    let help = format!(
        "write `{}` or `{}`",
        grouped(&texts, &words, &ands, true),
        grouped(&texts, &words, &ands, false)
    );
    Diagnostic::error(
        codes::MIXED_AND_OR,
        format!(
            "{} and {} stand side by side without brackets",
            reader.shown(first_span),
            other.map_or_else(String::new, |span| reader.shown(span))
        ),
        other.unwrap_or(first_span),
    )
    .also(first_span, "")
    .help(help)
}

/// The text with brackets around each run that `and` (or `or`) joins.
fn grouped(texts: &[String], words: &[String], ands: &[bool], around_and: bool) -> String {
    let mut out = String::new();
    let mut open = false;
    for (at, text) in texts.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| ands.get(at)).copied();
        let next = ands.get(at).copied();
        if let Some(word) = at.checked_sub(1).and_then(|at| words.get(at)) {
            out.push_str(&format!(" {word} "));
        }
        if !open && next == Some(around_and) && before != Some(around_and) {
            out.push('(');
            open = true;
        }
        out.push_str(text);
        if open && next != Some(around_and) {
            out.push(')');
            open = false;
        }
    }
    out
}

/// `a = b = c`, `a < b > c`.
pub fn chain(ops: &[(CompareOp, Span)]) -> Diagnostic {
    let place = ops
        .get(1)
        .or(ops.first())
        .map(|(_, span)| *span)
        .unwrap_or_default();
    Diagnostic::error(
        codes::COMPARE_CHAIN,
        "only a range may have two comparisons",
        place,
    )
    .help("`18 <= age < 65` is a range; join other comparisons with `and`")
}

/// A second test of what is already a condition.
pub fn second_test(place: Span) -> Diagnostic {
    Diagnostic::error(
        codes::COMPARE_CHAIN,
        "a condition is compared once more here",
        place,
    )
    .help("join conditions with `and` or `or`, or put the first one in brackets")
}

/// `a + b default 0`.
pub fn default_beside_arithmetic(span: Span) -> Diagnostic {
    Diagnostic::error(
        codes::DEFAULT_BESIDE_ARITHMETIC,
        "beside arithmetic, `default` could belong to the part or to the whole",
        span,
    )
    .help("write `a + (b default 0)` or `(a + b) default 0`")
}

/// More parts than a list may have.
pub fn too_many(span: Span) -> Diagnostic {
    Diagnostic::error(codes::LIST_TOO_LONG, "this list has too many parts", span)
        .help(format!("at most {LIST_ITEMS_MAX}"))
}

/// A sign where an operand is wanted, or the end.
pub fn no_operand(
    reader: &Reader<'_>,
    before: Option<&Element>,
    found: Option<&Element>,
    whole: Span,
) -> Diagnostic {
    let Some(found) = found else {
        let place = before.map_or(whole, |element| element.span);
        let message = format!("a value is missing{}", after(reader, before));
        return Diagnostic::error(codes::MISSING_VALUE, message, place)
            .help("write a name, a value or a call there");
    };
    let name = called(reader, found);
    match (&found.sign, before) {
        (Sign::If, _) => Diagnostic::error(
            codes::MISSING_VALUE,
            "an `if` in the middle of an expression stands in brackets",
            found.span,
        )
        .help("write `a + (if C then A else B)`"),
        (Sign::Not, _) => Diagnostic::error(
            codes::MISSING_VALUE,
            format!("{name} stands before a condition, not before a value"),
            found.span,
        )
        .help("write `not (a = b)`, `not in (…)` or `not between A and B`"),
        (_, Some(before)) if !matches!(before.sign, Sign::Operand(_)) => Diagnostic::error(
            codes::DOUBLE_OPERATOR,
            format!(
                "{} is followed by {name}, with no value between them",
                called(reader, before)
            ),
            found.span,
        )
        .also(before.span, "")
        .help("take one of the two away, or write the value"),
        _ => Diagnostic::error(
            codes::MISSING_VALUE,
            format!("a value is missing before {name}"),
            found.span,
        )
        .help("write a name, a value or a call there"),
    }
}

/// A sign that the tree did not take.
pub fn left_over(reader: &Reader<'_>, element: &Element) -> Diagnostic {
    let name = called(reader, element);
    let (code, help) = match element.sign {
        Sign::Then | Sign::Else => (
            codes::INCOMPLETE_CHOICE,
            "write `if CONDITION then VALUE else VALUE`, 若 … 则 … 否则 …",
        ),
        Sign::BetweenAnd | Sign::BetweenEnd => (
            codes::MISSING_OPERATOR,
            "a range is `X between A and B`, X 介于 A 与 B; conditions are joined by `and`, 且",
        ),
        _ => (
            codes::MISSING_OPERATOR,
            "put the part before it in brackets",
        ),
    };
    Diagnostic::error(code, format!("{name} does not fit here"), element.span).help(help)
}

impl Reader<'_> {
    /// Reports text that fits nowhere. `before` is what it follows, if anything.
    pub fn stray(&mut self, span: Span, before: Option<Span>) {
        let text = self.slice(span);
        let first = text.chars().next().unwrap_or(' ');
        let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
        let diagnostic =
            if is_word(first) || matches!(first, '"' | '“' | '「' | '`' | '【' | '(' | '（') {
                let end = text.find(|letter| !is_word(letter)).filter(|end| *end > 0);
                let word = end.and_then(|end| text.get(..end)).unwrap_or(text);
                let place = Span::new(span.source, span.start, span.start + word.len() as u32);
                self.stray_word(word, if is_word(first) { place } else { span }, before)
            } else {
                let place = Span::new(
                    span.source,
                    span.start,
                    span.start + first.len_utf8() as u32,
                );
                stray_sign(first, place, before.map(|before| self.shown(before)))
            };
        self.report(diagnostic);
    }

    fn stray_word(&self, written: &str, place: Span, before: Option<Span>) -> Diagnostic {
        let word = fold(written);
        let name = shown(written);
        let previous = before.map(|before| self.slice(before).trim()).unwrap_or("");
        if let Some(help) = misplaced(&word) {
            let message = format!("{name} does not fit here");
            return Diagnostic::error(codes::MISSING_OPERATOR, message, place).help(help);
        }
        if previous.eq_ignore_ascii_case("all") && word.eq_ignore_ascii_case("time") {
            let advice =
                "leave it out: without a window an aggregate looks at all events up to now";
            return brought("`all time`", place, advice);
        }
        if words::find(previous, &[Role::Quantifier]).is_some() {
            return Diagnostic::error(
                codes::RELATION_FORM,
                "a relation test needs its brackets",
                place,
            )
            .help(format!(
                "write `{previous} {word} (CONDITION)`, or `{previous}({word})`"
            ));
        }
        if words::unit(&word).is_some() && previous.ends_with(|letter: char| letter.is_numeric()) {
            return Diagnostic::error(
                codes::WRONG_COUNT,
                format!("a count of {name} is a whole number"),
                place,
            )
            .help(format!(
                "write `90 {word}`; before `=` it stands in brackets: `(90 {word}) = …`"
            ));
        }
        if previous.eq_ignore_ascii_case("distinct") {
            return brought(
                &shown(previous),
                place,
                "write `distinct(EVENT.FIELD)`, 去重数（事件.字段）",
            );
        }
        if words::CASE.is(&word) {
            let help =
                "branches stand in { }: `case { CONDITION: VALUE, else: VALUE }`, 分档 { … }";
            return Diagnostic::error(
                codes::INCOMPLETE_CHOICE,
                format!("{name} lacks its branches"),
                place,
            )
            .help(help);
        }
        if let Some(advice) = foreign::advice(&word) {
            return brought(&name, place, advice);
        }
        match before {
            Some(before) => Diagnostic::error(
                codes::MISSING_OPERATOR,
                format!("nothing joins {} and {name}", self.shown(before)),
                place,
            )
            .help("put `and`, `or` or a sign between them; a name of several words stands in backticks or 【】"),
            None => Diagnostic::error(codes::MISSING_OPERATOR, format!("{name} does not fit here"), place),
        }
    }
}

/// Where a word of the language stands that is met in another place.
fn misplaced(word: &str) -> Option<&'static str> {
    let is_one_of = |entries: &[words::Word]| entries.iter().any(|entry| entry.is(word));
    let has_role = |roles: &[Role]| words::find(word, roles).is_some();
    if is_one_of(&[words::WHERE]) {
        Some("`where` stands inside the brackets of an aggregate: `sum(purchase.amount where C)`")
    } else if is_one_of(&[words::BY, words::PER, words::AMONG]) {
        Some(
            "`by day` stands in an aggregate, `by X` after `top 10%`, and `among F per A` after either `by X` or the value that is ranked",
        )
    } else if has_role(&[Role::Item]) {
        Some("an item starts in column 1")
    } else if has_role(&[Role::CompareAfter]) {
        Some("it follows the number that a name is compared with: 资产 50万以上")
    } else if is_one_of(&[words::NOT]) {
        Some("write `not in (…)`, `not between A and B`, `!=`, or `not (…)` around the condition")
    } else {
        None
    }
}

/// A word of another language where a sign or the end is wanted.
pub fn brought(name: &str, place: Span, advice: &str) -> Diagnostic {
    let message = format!("{name} is not a word here");
    Diagnostic::error(codes::FOREIGN_WORD, message, place).help(advice)
}

/// A construct of a later version.
pub fn not_yet(name: &str, place: Span) -> Diagnostic {
    Diagnostic::error(
        codes::NOT_YET,
        format!("{name} is not yet understood by this version"),
        place,
    )
}

fn stray_sign(sign: char, place: Span, before: Option<String>) -> Diagnostic {
    let message = format!("`{sign}` does not fit here");
    let after = before
        .map(|before| format!(" after {before}"))
        .unwrap_or_default();
    match &*fold(&sign.to_string()) {
        "," | "、" => Diagnostic::error(codes::MISSING_OPERATOR, message, place)
            .help("one expression is wanted; the parts of a list stand in brackets"),
        ";" | "。" => Diagnostic::error(codes::WRONG_SEPARATOR, message, place)
            .help("an item ends where the next one starts, without a mark"),
        "." => Diagnostic::error(
            codes::MISSING_VALUE,
            format!("the name of a field is missing{after}"),
            place,
        )
        .help("write `EVENT.FIELD`"),
        ":" => Diagnostic::error(codes::MISSING_OPERATOR, message, place).help(
            "`:` stands in the head of an item, after the name of a field and in `case { C: A }`",
        ),
        "{" | "}" => Diagnostic::error(codes::MISSING_OPERATOR, message, place)
            .help("conditions are grouped by ( ); { } belong to items and `case`"),
        "[" | "]" => {
            Diagnostic::error(codes::FOREIGN_WORD, message, place).help("lists stand in ( )")
        }
        "=" | "<" | ">" | "+" | "-" | "*" | "/" | "!" | "~" => {
            Diagnostic::error(codes::DOUBLE_OPERATOR, message, place)
                .help("one sign stands between two values")
        }
        "'" => Diagnostic::error(codes::SINGLE_QUOTE, "text stands in double quotes", place)
            .help("write `\"text\"` or “text”"),
        _ => Diagnostic::error(
            codes::UNKNOWN_CHARACTER,
            format!("`{sign}` means nothing here"),
            place,
        )
        .help(
            "a name of other characters than letters, digits and `_` stands in backticks or 【】",
        ),
    }
}
