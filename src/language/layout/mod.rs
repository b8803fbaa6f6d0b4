//! Whole rule files in their canonical layout: each item printed by the printer, its
//! comments put back where they stood, long lines broken. Before a text is given out it is
//! read again: it says the same and has the same comments, or it is refused.
//!
//! An item's printer gives canonical text without comments; everything here works on the
//! tokens of that text and knows no kinds of items.

mod align;
mod columns;
mod comment;
mod lines;
pub mod token;
mod write;

#[cfg(test)]
mod tests;

use super::codes;
use super::lexicon::Lexicon;
use super::lookalike;
use super::parser::{self, Body, Draft};
use super::printer;
use super::syntax::Item;
use super::words::{self, Role, Tongue};
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::LAYOUT_LOOKS_MAX;
use crate::base::span::{SourceId, Span};
use write::Comments;

/// A rule file in its canonical layout. `to` is the tongue of its words; unsaid, each item
/// keeps that of its first word. Names stay as they are. A file with an error is refused.
pub fn file(
    text: &str,
    source: SourceId,
    names: &Lexicon,
    to: Option<Tongue>,
) -> Result<String, Vec<Diagnostic>> {
    let mut out = once(text, source, names, to)?;
    // A comment between the words of one clause may come to rest at the second look.
    for _ in 0..LAYOUT_LOOKS_MAX {
        let again = once(&out, source, names, to)?;
        if again == out {
            break;
        }
        out = again;
    }
    Ok(out)
}

/// Lays one item out: the item, its text as written, the tongue.
type Way<'w> = dyn Fn(&Item, &str, Tongue) -> String + 'w;

fn once(
    text: &str,
    source: SourceId,
    names: &Lexicon,
    to: Option<Tongue>,
) -> Result<String, Vec<Diagnostic>> {
    refuse_turning(text, source)?;
    let items = read(text, source, names)?;
    let beside = |item: &Item, written: &str, tongue| {
        laid_out(item, written, tongue, Comments::WhereTheyStand)
    };
    // Only for items that do not read back with their comments where they stand.
    let careful = |item: &Item, written: &str, tongue| {
        let printed = beside(item, written, tongue);
        let alone = read(&printed, source, names);
        let same = alone.is_ok_and(|alone| says_the_same(std::slice::from_ref(item), &alone))
            && comment::all(written) == comment::all(&printed);
        match same {
            true => printed,
            false => laid_out(item, written, tongue, Comments::AtLineEnds),
        }
    };
    let ways: [&Way<'_>; 2] = [&beside, &careful];
    for way in ways {
        let out = all(text, &items, to, way);
        let same = read(&out, source, names).is_ok_and(|again| says_the_same(&items, &again))
            && comment::all(text) == comment::all(&out);
        if same {
            return Ok(out);
        }
    }
    Err(vec![unsafe_layout(text, source)])
}

/// Every item with what stands between them.
fn all(text: &str, items: &[Item], to: Option<Tongue>, way: &Way<'_>) -> String {
    let mut out = String::new();
    let mut from = 0;
    let mut before = Before::Start;
    for item in items {
        let (start, end) = (item.span.start as usize, item.span.end as usize);
        let end = end + comment::at_line_end(text.get(end..).unwrap_or(""));
        let written = text.get(start..end).unwrap_or("");
        let tongue = to.unwrap_or_else(|| tongue_of(written));
        let printed = way(item, written, tongue);
        let many = printed.contains('\n');
        comment::between(
            text.get(from..start).unwrap_or(""),
            before,
            Some(many),
            &mut out,
        );
        out.push_str(&printed);
        out.push('\n');
        before = Before::Item { many };
        from = end;
    }
    comment::between(text.get(from..).unwrap_or(""), before, None, &mut out);
    out
}

/// One expression in its canonical layout, as [`file()`].
pub fn expression(
    text: &str,
    source: SourceId,
    names: &Lexicon,
    to: Option<Tongue>,
) -> Result<String, Vec<Diagnostic>> {
    refuse_turning(text, source)?;
    let expr = parser::expression_among(text, source, names)?;
    let tongue = to.unwrap_or_else(|| tongue_among(text, names));
    let canonical = printer::expression(&expr, tongue);
    for comments in [Comments::WhereTheyStand, Comments::AtLineEnds] {
        let out = write::write(text, &canonical, comments);
        let again = parser::expression_among(&out, source, names);
        let same = again.is_ok_and(|again| printer::expression(&again, tongue) == canonical)
            && comment::all(text) == comment::all(&out);
        if same {
            return Ok(out);
        }
    }
    Err(vec![unsafe_layout(text, source)])
}

/// What stood before a stretch between items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    /// The start of the file.
    Start,
    /// An item.
    Item {
        /// Of several lines.
        many: bool,
    },
}

fn read(text: &str, source: SourceId, names: &Lexicon) -> Result<Vec<Item>, Vec<Diagnostic>> {
    let draft = Draft::new(text, source);
    let mut names = names.clone();
    draft.declare(&mut names);
    let (items, found) = draft.items(&names);
    if found.iter().any(Diagnostic::is_error) {
        Err(found)
    } else {
        Ok(items)
    }
}

fn laid_out(item: &Item, written: &str, tongue: Tongue, comments: Comments) -> String {
    let bare = Item {
        description: None,
        ..item.clone()
    };
    write::write(written, &printer::item(&bare, tongue), comments)
}

/// The tongue of the first word of the language in a text.
pub fn tongue_of(text: &str) -> Tongue {
    let tokens = token::tokens(text).tokens;
    let chinese = tokens
        .iter()
        .filter(|token| token.kind == token::Kind::Word)
        .find_map(|token| {
            let word = words::ALL
                .iter()
                .find(|word| word.role != Role::BuiltIn && word.is(token.text))?;
            Some(!token.text.is_ascii() && !word.english.is_empty())
        });
    match chinese {
        Some(true) => Tongue::Chinese,
        Some(false) => Tongue::English,
        // Names and signs alone: those of Chinese text.
        None if text.contains(|letter| letter >= '\u{2e80}') => Tongue::Chinese,
        None => Tongue::English,
    }
}

/// The tongue of most words of the language in a text; labels, texts and names say nothing.
pub fn tongue_of_most(text: &str) -> Tongue {
    let (mut chinese, mut english) = (0_u32, 0_u32);
    let tokens = token::tokens(text).tokens;
    for token in tokens
        .iter()
        .filter(|token| token.kind == token::Kind::Word)
    {
        let mut words = words::ALL.iter();
        let known = words.find(|word| word.role != Role::BuiltIn && word.is(token.text));
        match known {
            Some(word) if !token.text.is_ascii() && !word.english.is_empty() => chinese += 1,
            Some(_) => english += 1,
            None => {}
        }
    }
    match (chinese, english) {
        (0, 0) => tongue_of(text),
        (chinese, english) if chinese > english => Tongue::Chinese,
        _ => Tongue::English,
    }
}

/// As [`tongue_of`], where words without spaces are cut into these names.
pub fn tongue_among(text: &str, names: &Lexicon) -> Tongue {
    match parser::cut(text, 0, SourceId::default(), Body::Lines, names) {
        Ok(cut) => tongue_of(&cut.text),
        Err(_) => tongue_of(text),
    }
}

fn says_the_same(one: &[Item], other: &[Item]) -> bool {
    let printed = |items: &[Item]| -> Vec<String> {
        items
            .iter()
            .map(|item| printer::item(item, Tongue::English))
            .collect()
    };
    printed(one) == printed(other)
}

fn refuse_turning(text: &str, source: SourceId) -> Result<(), Vec<Diagnostic>> {
    let found: Vec<Diagnostic> = lookalike::turning(text)
        .map(|(at, character)| {
            let start = u32::try_from(at).unwrap_or(u32::MAX);
            let end = start.saturating_add(u32::try_from(character.len_utf8()).unwrap_or(1));
            let code = u32::from(character);
            Diagnostic::error(
                codes::DIRECTION,
                format!("the invisible character U+{code:04X} turns the direction of the text"),
                Span::new(source, start, end),
            )
            .help("with it a rule shows other than it reads; delete it")
        })
        .take(crate::base::limit::DIAGNOSTICS_MAX)
        .collect();
    if found.is_empty() { Ok(()) } else { Err(found) }
}

fn unsafe_layout(text: &str, source: SourceId) -> Diagnostic {
    let end = u32::try_from(text.find('\n').unwrap_or(text.len())).unwrap_or(u32::MAX);
    Diagnostic::error(
        codes::LAYOUT,
        "this text cannot be laid out without changing what it says",
        Span::new(source, 0, end),
    )
    .help("it stays as it is; move comments that stand inside of expressions above their items")
}
