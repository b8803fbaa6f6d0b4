//! Texts that nobody would write: a committed corpus, and mutants of it from a fixed seed.
//! Nothing panics, what is laid out stays laid out, and work grows with the text. The same
//! corpus feeds libFuzzer, see `README.md` beside it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on ends with a panic"
)]

mod calls;
mod corpus;
mod mutant;

use std::sync::{Mutex, MutexGuard, PoisonError};

use tamis::base::span::SourceId;
use tamis::language::layout;
use tamis::language::lexicon::Lexicon;
use tamis::language::parser;
use tamis::language::words::Tongue;

/// The limit of the parser's calls is one for the process.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads a text in every way, and lays out what can be laid out.
fn try_text(text: &str) {
    let names = parser::names_of([text].into_iter());
    let _ = parser::parse_items(text, SourceId(0));
    let _ = parser::expression_among(text, SourceId(0), &names);
    let _ = parser::parse_list(text, SourceId(0), &names);
    let _ = parser::parse_order(text, SourceId(0), &names);
    for to in [None, Some(Tongue::English), Some(Tongue::Chinese)] {
        let file = |text: &str| layout::file(text, SourceId(0), &Lexicon::default(), to);
        if let Ok(laid_out) = file(text) {
            assert_eq!(file(&laid_out).as_ref(), Ok(&laid_out), "of\n{text}");
        }
        let expression = |text: &str| layout::expression(text, SourceId(0), &names, to);
        if let Ok(laid_out) = expression(text) {
            assert_eq!(expression(&laid_out).as_ref(), Ok(&laid_out), "of\n{text}");
        }
    }
}

#[test]
fn the_corpus_is_read_and_laid_out() {
    let _alone = alone();
    let texts = corpus::texts();
    assert!(texts.len() > 10);
    texts.iter().for_each(|text| try_text(text));
}

#[test]
fn mutants_bring_nothing_down() {
    let _alone = alone();
    let count: u64 = std::env::var("TAMIS_CASES")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(300);
    let texts = corpus::texts();
    for seed in 0..count {
        try_text(&mutant::of(&texts, seed));
    }
}
