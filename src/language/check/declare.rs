//! Declared names: unique in their space, short enough, not built in, and not to be
//! mistaken for another.

use std::collections::BTreeMap;

use crate::base::diagnostic::Diagnostic;
use crate::base::limit;
use crate::base::span::Span;
use crate::base::text;

use super::super::codes;
use super::super::lookalike;
use super::super::resolve::BuiltIn;
use super::super::syntax::{Name, Quoted};

/// Where a name must be unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Space {
    /// Attributes, params, definitions, relations to text; also the fields of one event.
    Value,
    /// Events, holdings, relations.
    Subject,
    /// Sources.
    Source,
    /// Care plans.
    Plan,
    /// Reports.
    Report,
}

/// The names declared so far.
#[derive(Debug, Default)]
pub(in super::super) struct Declarations {
    taken: BTreeMap<(Space, String), (Span, &'static str)>,
    shapes: BTreeMap<(Space, String), (String, Span)>,
    /// What was found wrong.
    pub(in super::super) found: Vec<Diagnostic>,
}

impl Declarations {
    /// Takes a name and its label; `what` says of what ("an event").
    pub(super) fn declare(
        &mut self,
        space: Space,
        name: &Name,
        label: Option<&Quoted>,
        what: &'static str,
    ) {
        self.take(space, &name.text, name.span, what);
        if let Some(label) = label {
            let text = text::nfc(&label.text);
            if *text != *name.text {
                self.take(space, &text, label.span, what);
            }
        }
    }

    fn take(&mut self, space: Space, word: &str, span: Span, what: &'static str) {
        if word.chars().count() > limit::NAME_CHARACTERS_MAX {
            self.found.push(Diagnostic::error(
                codes::TEXT_TOO_LONG,
                format!(
                    "a name has at most {} characters",
                    limit::NAME_CHARACTERS_MAX
                ),
                span,
            ));
            return;
        }
        let key = (space, word.to_owned());
        if let Some((first, kind)) = self.taken.get(&key) {
            self.found.push(
                Diagnostic::error(
                    codes::DUPLICATE,
                    format!("`{word}` is declared twice"),
                    span,
                )
                .also(*first, format!("already the name of {kind}")),
            );
            return;
        }
        self.taken.insert(key, (span, what));
        self.look(space, word, span);
    }

    /// Whether nothing has that name yet.
    pub(super) fn is_free(&self, space: Space, word: &str) -> bool {
        !self.taken.contains_key(&(space, word.to_owned()))
    }

    fn look(&mut self, space: Space, word: &str, span: Span) {
        if lookalike::mixes_scripts(word) {
            self.found.push(
                Diagnostic::warning(
                    codes::LOOKALIKE,
                    format!("`{word}` mixes letters of scripts that look alike"),
                    span,
                )
                .help("write it in one script, so that a reader sees what it says"),
            );
        }
        let shape = lookalike::skeleton(word);
        if let Some((other, first)) = self.shapes.get(&(space, shape.clone())) {
            // Within ASCII a reader is used to telling `l1` from `ll`.
            if !(word.is_ascii() && other.is_ascii()) {
                self.found.push(
                    Diagnostic::warning(
                        codes::LOOKALIKE,
                        format!("`{word}` looks like another name"),
                        span,
                    )
                    .also(*first, "the other one"),
                );
            }
            return;
        }
        self.shapes.insert((space, shape), (word.to_owned(), span));
    }

    /// Refuses a name that is built in at that place.
    pub(super) fn reserve(&mut self, name: &Name, built_in: &[BuiltIn], place: &str) {
        if let Some(word) = BuiltIn::of(name).filter(|word| built_in.contains(word)) {
            self.reserved(name, &format!("`{}` is built into {place}", word.word()));
        }
    }

    /// Refuses a name for a reason.
    pub(super) fn reserved(&mut self, name: &Name, why: &str) {
        self.found
            .push(Diagnostic::error(codes::RESERVED, why, name.span).help("choose another name"));
    }
}
