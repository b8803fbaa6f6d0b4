//! Records that are refused for one thing or another and speak of a customer who was erased: nothing
//! of them is kept, whatever else is wrong with them. Who was erased is in [`super::erasure`].

use super::erasure::Erasures;
use super::expression::Evaluator;
use super::fault::Fault;
use super::forget::spellings;
use super::record::Broken;
use super::source::Source;
use crate::base::limit::{ID_BYTES_MAX, REFUSED_PIECES_MAX};
use crate::base::text::nfc;

/// What is wrong with a record: that it names an erased customer, where any of its routes does, else `faults`.
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
    let names_erased = routes.any(|route| {
        route
            .customers(see)
            .iter()
            .any(|id| erased.refuses(&nfc(id)))
    });
    see.unknown.borrow_mut().truncate(before);
    match names_erased {
        true => vec![Fault::erased()],
        false => faults,
    }
}

/// A record that could not be cut has no fields: each of its pieces may be an id.
pub fn broken<'a>(source: &Source<'_>, broken: Broken<'a>, erased: &Erasures) -> Broken<'a> {
    if erased.is_empty() {
        return broken;
    }
    let delimiter = source.form.delimiter().map(char::from);
    let is_edge = |letter: char| {
        Some(letter) == delimiter
            || letter.is_control()
            || matches!(
                letter,
                ',' | ';' | '|' | '"' | '\'' | ':' | '{' | '}' | '[' | ']'
            )
    };
    let names = |text: &str| !text.is_empty() && text.len() <= ID_BYTES_MAX && erased.refuses(text);
    let names_erased = spellings(broken.raw).any(|text| {
        let text = nfc(&text);
        let mut pieces = text.split(is_edge).take(REFUSED_PIECES_MAX);
        pieces.any(|piece| {
            let piece = piece.trim();
            let mut words = piece.split_whitespace().filter(|word| *word != piece);
            names(piece) || words.any(names)
        })
    });
    match names_erased {
        true => Broken {
            fault: Fault::erased(),
            ..broken
        },
        false => broken,
    }
}
