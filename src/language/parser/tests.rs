//! What is read from texts of both tongues, and what is said of faulty ones.

mod mistakes;
mod nasty;
mod trees;

use super::*;
use crate::base::render::render;
use crate::base::source::Sources;

/// A tree on one line without its places.
pub(in crate::language) fn outline(tree: &impl std::fmt::Debug) -> String {
    let text = format!("{tree:?}");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("Span { source") {
        let before = &rest[..at];
        let before = before
            .strip_suffix(", span: ")
            .or(before.strip_suffix("span: "))
            .unwrap_or(before);
        out.push_str(before);
        rest = &rest[at + rest[at..].find('}').unwrap() + 1..];
    }
    out.push_str(rest);
    unwrapped(&out)
}

/// Wrappers that say nothing to a reader of a snapshot are left out with their brace.
fn unwrapped(text: &str) -> String {
    const WRAPPERS: [&str; 4] = [
        "Expr { node: ",
        "Window { node: ",
        "Decimal { mantissa: ",
        "Name { text: ",
    ];
    let mut out = String::new();
    let mut open: Vec<bool> = Vec::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if letter == '"' {
            let mut end = 1;
            while !rest[end..].starts_with('"') {
                end += if rest[end..].starts_with('\\') { 2 } else { 1 };
                while !rest.is_char_boundary(end) {
                    end += 1;
                }
            }
            out.push_str(&rest[..=end]);
            rest = &rest[end + 1..];
        } else if let Some(wrapper) = WRAPPERS.iter().find(|wrapper| rest.starts_with(**wrapper)) {
            open.push(true);
            rest = &rest[wrapper.len()..];
        } else if let Some(after) = rest.strip_prefix(" }") {
            if open.pop() == Some(false) {
                out.push_str(" }");
            }
            rest = after;
        } else {
            if letter == '{' {
                open.push(false);
            }
            if letter == '}' {
                open.pop();
            }
            out.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    out.replace(", quoted: false", "")
        .replace(", quoted: true", " quoted")
        .replace(", places: 0", "")
}

/// Findings as a person sees them.
pub(in crate::language) fn drawn(text: &str, diagnostics: &[Diagnostic]) -> String {
    let mut sources = Sources::default();
    sources.add("rules.tamis", text);
    render(&sources, diagnostics, false)
}

#[track_caller]
fn expr(text: &str) -> Expr {
    parse_expression(text, SourceId(0)).unwrap_or_else(|found| panic!("{}", drawn(text, &found)))
}

#[track_caller]
fn items(text: &str) -> Vec<Item> {
    let (items, found) = parse_items(text, SourceId(0));
    assert!(found.is_empty(), "{}", drawn(text, &found));
    items
}
