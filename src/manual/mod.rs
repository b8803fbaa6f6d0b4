//! The manual of diagnostics: every code with its sentence, why it exists, an example with the
//! answer as it is printed, and how to mend it. What is said by hand stands beside the codes;
//! the answers are made by asking, so that no page tells of another program.

mod entry;
mod text;
mod world;

#[cfg(test)]
mod tests;

use crate::base::code::Page;
use crate::form::codes as requests;
use crate::live::codes as running;
use crate::store::codes as stored;
use crate::{ingest, language, letters, rules, settings};

pub use entry::Entry;
pub use text::text;

/// The rules that examples are added to.
pub const BANK: &str = include_str!("bank.tamis");

/// Every page: of the language, of settings and templates, of data that come in, of rules folders,
/// the store, the core, saved filters and requests.
pub fn pages() -> impl Iterator<Item = &'static Page> {
    language::codes::pages()
        .chain(settings::codes::PAGES)
        .chain(letters::codes::PAGES)
        .chain(ingest::codes::pages())
        .chain(rules::codes::PAGES)
        .chain(stored::PAGES)
        .chain(running::CORE)
        .chain(running::SAVED)
        .chain(requests::PAGES)
}

/// The page of a code; letters of either case.
pub fn find(code: &str) -> Option<&'static Page> {
    pages().find(|page| page.code.eq_ignore_ascii_case(code.trim()))
}

/// Whether a text has the form of a code, known or not: a letter and three digits.
pub fn is_code(text: &str) -> bool {
    let mut letters = text.trim().chars();
    let first = letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic());
    let rest = letters.as_str();
    first && rest.len() == 3 && rest.bytes().all(|digit| digit.is_ascii_digit())
}
