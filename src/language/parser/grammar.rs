//! The rules of `grammar/` as code. Its own messages stop here.

#![allow(
    missing_docs,
    reason = "the rules are documented where they are written"
)]

use pest::Parser as _;
use pest::iterators::{Pair, Pairs};

use crate::base::recursion::reading;

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/tokens.pest"]
#[grammar = "../grammar/words.pest"]
#[grammar = "../grammar/expressions.pest"]
#[grammar = "../grammar/items.pest"]
#[grammar = "../grammar/care.pest"]
#[grammar = "../grammar/scores.pest"]
#[grammar = "../grammar/tests.pest"]
#[grammar = "../grammar/report.pest"]
#[grammar = "../grammar/heads.pest"]
struct Grammar;

/// One node of what pest found.
pub type Node<'t> = Pair<'t, Rule>;

/// What pest found, or how far it came: the byte at which nothing fitted.
pub fn read(rule: Rule, text: &str) -> Result<Pairs<'_, Rule>, usize> {
    reading(|| Grammar::parse(rule, text)).map_err(|error| match error.location {
        pest::error::InputLocation::Pos(at) => at,
        pest::error::InputLocation::Span((start, _)) => start,
    })
}
