//! Records that are refused for one thing or another and speak of a customer who was erased: nothing
//! of them is kept, whatever else is wrong with them. Who was erased is in [`super::erasure`].

use std::collections::HashSet;

use super::erasure::Erasures;
use super::expression::Evaluator;
use super::fault::Fault;
use super::forget::{spellings, unescaped};
use super::form::Form;
use super::record::Broken;
use super::source::Source;
use crate::base::limit::{ID_BYTES_MAX, REFUSED_PIECES_MAX};
use crate::base::text::nfc;

/// What is wrong with a record: that it names an erased customer, where any of its routes does, else `faults`.
/// Where it has no routes, being only looked up, each of its pieces may be an id.
pub fn faults<'r>(
    source: &'r Source<'_>,
    see: &Evaluator<'r>,
    faults: Vec<Fault>,
    erased: &Erasures,
) -> Vec<Fault> {
    if faults.is_empty() || erased.is_empty() {
        return faults;
    }
    let before = see.unknown.borrow().len();
    let mut routes = source.routes.iter();
    let names_erased = match source.routes.is_empty() {
        true => Search::of(source, erased).finds_any(&source.kept(&see.record)),
        false => routes.any(|route| {
            let customers = route.customers(see);
            customers.iter().any(|id| erased.refuses(&nfc(id)))
        }),
    };
    see.unknown.borrow_mut().truncate(before);
    match names_erased {
        true => vec![Fault::erased()],
        false => faults,
    }
}

/// A record that could not be cut has no fields: each of its pieces may be an id.
pub fn broken<'a>(source: &Source<'_>, broken: Broken<'a>, erased: &Erasures) -> Broken<'a> {
    if erased.is_empty() || !Search::of(source, erased).finds_any(broken.raw) {
        return broken;
    }
    Broken {
        fault: Fault::erased(),
        ..broken
    }
}

/// A search of one record for erased customers.
struct Search<'a> {
    erased: &'a Erasures,
    delimiter: Option<char>,
    quote: Option<char>,
    is_json: bool,
    /// Pieces that were held against them.
    asked: HashSet<String>,
}

impl<'a> Search<'a> {
    fn of(source: &Source<'_>, erased: &'a Erasures) -> Self {
        let (delimiter, quote, is_json) = match &source.form {
            Form::Csv(layout) => (layout.delimiter, layout.quote, false),
            Form::Ndjson | Form::Parquet => (None, Some(b'"'), true),
        };
        Self {
            erased,
            delimiter: delimiter.map(char::from),
            quote: quote.map(char::from),
            is_json,
            asked: HashSet::new(),
        }
    }

    fn finds_any(&mut self, raw: &[u8]) -> bool {
        spellings(raw).any(|text| {
            let text = nfc(&text);
            self.finds_field(&text) || self.finds_quoted(&text) || self.finds_part(&text)
        })
    }

    /// What stands between two delimiters: it may hold any other sign.
    fn finds_field(&mut self, text: &str) -> bool {
        let delimiter = self.delimiter;
        let is_edge = |letter: char| letter.is_control() || Some(letter) == delimiter;
        text.split(is_edge).any(|field| self.finds(field))
    }

    /// What stands between two quotes: it may hold delimiters, and quotes that are doubled or escaped.
    fn finds_quoted(&mut self, text: &str) -> bool {
        let Some(quote) = self.quote else {
            return false;
        };
        if self.is_json {
            let mut is_escape = false;
            let is_edge = |letter: char| {
                let is_escaped = std::mem::replace(&mut is_escape, false);
                is_escape = letter == '\\' && !is_escaped;
                letter == quote && !is_escaped
            };
            return text.split(is_edge).any(|part| self.finds(&unescaped(part)));
        }
        let doubled = text.replace(&format!("{quote}{quote}"), DOUBLED);
        let is_edge = |letter: char| letter.is_control() || letter == quote;
        doubled
            .split(is_edge)
            .any(|part| self.finds(&part.replace(DOUBLED, quote.encode_utf8(&mut [0; 4]))))
    }

    /// What stands between any two signs that part.
    fn finds_part(&mut self, text: &str) -> bool {
        let (delimiter, quote) = (self.delimiter, self.quote);
        let is_edge = |letter: char| {
            let edge = Some(letter);
            letter.is_control() || edge == delimiter || edge == quote || PARTING.contains(&letter)
        };
        text.split(is_edge).any(|part| self.finds(part))
    }

    /// Whether a piece, or a word of it, may be the id of one of them.
    fn finds(&mut self, piece: &str) -> bool {
        let piece = piece.trim();
        self.is_one(piece) || piece.split_whitespace().any(|word| self.is_one(word))
    }

    fn is_one(&mut self, piece: &str) -> bool {
        if piece.is_empty() || piece.len() > ID_BYTES_MAX || self.asked.contains(piece) {
            return false;
        }
        // Nobody knows whom the rest names.
        if self.asked.len() == REFUSED_PIECES_MAX {
            return true;
        }
        self.asked.insert(piece.to_owned());
        self.erased.refuses(piece)
    }
}

/// Signs that stand between values in whatever form.
const PARTING: [char; 10] = [',', ';', '|', '"', '\'', ':', '{', '}', '[', ']'];
/// Stands for two quotes in a row; no text has it.
const DOUBLED: &str = "\u{fdd0}";
