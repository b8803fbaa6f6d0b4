//! Words without spaces: a run of letters that is neither a name nor a word is cut into
//! names, words and numbers, if there is one way to do it. The text is read with spaces at
//! the cuts; places are mapped back, so that carets stand in the text as typed.
//!
//! Sources and schema are never cut: there any run may be the name of a column or a field.

mod class;
mod run;
mod token;
mod ways;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use class::Class;

use run::{Context, Run};
use ways::{Failure, Ways};

use super::token::fold;
use crate::base::diagnostic::Diagnostic;
use crate::base::limit::RUN_CHARACTERS_MAX;
use crate::base::span::{SourceId, Span};
use crate::language::codes;
use crate::language::lexicon::Lexicon;
use crate::language::suggest;
use crate::language::words;

/// What is cut, which decides where names are declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    /// One expression, or several parted by commas.
    Expression,
    /// An item whose lines declare names before their colons.
    Lines,
    /// An item whose lines have an expression before their colons.
    Rows,
    /// A care plan, whose clauses open with words of their own.
    Care,
}

/// A text with spaces at the cuts.
#[derive(Debug)]
pub struct Cut<'t> {
    /// The text that is read.
    pub text: Cow<'t, str>,
    /// Where in it the added spaces lie, ascending.
    pub spaces: Vec<usize>,
}

impl<'t> Cut<'t> {
    /// The text as it is.
    pub fn without(text: &'t str) -> Self {
        Self {
            text: Cow::Borrowed(text),
            spaces: Vec::new(),
        }
    }
}

/// The place in the text as typed of a place in the text that is read.
pub fn place_as_typed(spaces: &[usize], at: usize) -> usize {
    at - spaces.partition_point(|space| *space < at)
}

/// Cuts what lies at `base` of a source.
pub fn cut<'t>(
    text: &'t str,
    base: usize,
    source: SourceId,
    body: Body,
    names: &Lexicon,
) -> Result<Cut<'t>, Vec<Diagnostic>> {
    if text.is_ascii() {
        return Ok(Cut::without(text));
    }
    let runs = run::runs(text, body);
    let mut declared = Lexicon::default();
    for run in runs.iter().filter(|run| run.declared) {
        declared.add(&fold(run.text));
    }
    let cutter = Cutter {
        base,
        source,
        body,
        names: [names, &declared],
    };
    let mut cuts = Vec::new();
    let mut found = Vec::new();
    for run in runs.iter().filter(|run| !run.declared) {
        match cutter.cuts(run) {
            Ok(inside) => cuts.extend(inside.into_iter().map(|at| run.start + at)),
            Err(diagnostic) => found.push(diagnostic),
        }
    }
    if !found.is_empty() {
        return Err(found);
    }
    if cuts.is_empty() {
        return Ok(Cut::without(text));
    }
    let mut spaced = String::with_capacity(text.len() + cuts.len());
    let mut spaces = Vec::with_capacity(cuts.len());
    let mut from = 0;
    for at in cuts {
        spaced.push_str(text.get(from..at).unwrap_or(""));
        spaces.push(spaced.len());
        spaced.push(' ');
        from = at;
    }
    spaced.push_str(text.get(from..).unwrap_or(""));
    Ok(Cut {
        text: Cow::Owned(spaced),
        spaces,
    })
}

/// What may follow a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// A value, or what opens one.
    pub value: bool,
    /// What joins a value to another, or tests it.
    pub joint: bool,
    /// The name of a field.
    pub field: bool,
    /// The name of a relation.
    pub relation: bool,
    /// A unit of time.
    pub unit: bool,
}

/// What may follow; `None` inside of a comment or a quote, or where words cannot be cut.
pub fn expected(text: &str, names: &Lexicon) -> Option<Expected> {
    let (runs, before) = run::ending(text)?;
    let last = runs.last().filter(|_| before == run::Before::Open);
    let states = match last {
        None => class::first(before),
        Some(run) => {
            let letters: Vec<char> = run.text.chars().map(folded).collect();
            let none = Lexicon::default();
            match ways::states_behind(&letters, run.context, [names, &none]) {
                // A name that the rules do not know yet.
                0 if letters.iter().all(char::is_ascii) => class::HAS,
                0 => return None,
                // What may stand on a new line is not known by what stands before it.
                states => states,
            }
        }
    };
    Some(Expected {
        value: states & class::WANTS != 0,
        joint: states & class::HAS != 0,
        field: states & class::FIELD != 0,
        relation: states & class::RELATION != 0,
        unit: states & class::UNIT != 0,
    })
}

/// What a word may be where a run is cut; nothing for words that only stand alone.
pub fn classes_of(word: &words::Word) -> &'static [Class] {
    class::classes(word, true)
}

/// The names that lines of an item declare before their colons.
pub fn declared_in(text: &str, names: &mut Lexicon) {
    for run in run::runs(text, Body::Lines) {
        if run.declared && !run.in_brackets {
            names.add(&fold(run.text));
        }
    }
}

/// The name and the label that stand behind the word of an item.
pub fn heading(text: &str) -> Vec<String> {
    run::heading(text)
}

struct Cutter<'n> {
    base: usize,
    source: SourceId,
    body: Body,
    names: [&'n Lexicon; 2],
}

impl Cutter<'_> {
    /// Bytes of the run at which a space belongs.
    fn cuts(&self, run: &Run<'_>) -> Result<Vec<usize>, Diagnostic> {
        let letters: Vec<char> = run.text.chars().map(folded).collect();
        if self.stands_whole(&letters) {
            return Ok(Vec::new());
        }
        if letters.len() > RUN_CHARACTERS_MAX {
            return Err(self.too_long(run));
        }
        let context = Context {
            care: self.body == Body::Care,
            ..run.context
        };
        match ways::ways(&letters, context, self.names) {
            Ways::None(failure) => match failure {
                Some(failure) => Err(self.unknown_part(run, &letters, &failure)),
                None => Ok(Vec::new()),
            },
            Ways::One(cuts) => Ok(bytes(run.text, &cuts)),
            Ways::Two(one, other) => Err(self.two_readings(run, &letters, &one, &other)),
        }
    }

    /// A known name, a word, or letters that need no space between them.
    fn stands_whole(&self, letters: &[char]) -> bool {
        let plain = letters.iter().all(char::is_ascii);
        plain || self.names.iter().any(|names| names.has(letters)) || token::whole(letters)
    }

    fn span(&self, run: &Run<'_>, start: usize, end: usize) -> Span {
        let place = |at: usize| u32::try_from(self.base + run.start + at).unwrap_or(u32::MAX);
        Span::new(self.source, place(start), place(end))
    }

    fn too_long(&self, run: &Run<'_>) -> Diagnostic {
        Diagnostic::error(
            codes::TEXT_TOO_LONG,
            "a run of words without spaces is too long",
            self.span(run, 0, run.text.len()),
        )
        .help(format!(
            "at most {RUN_CHARACTERS_MAX} characters; put spaces between its words"
        ))
    }

    fn two_readings(
        &self,
        run: &Run<'_>,
        letters: &[char],
        one: &[usize],
        other: &[usize],
    ) -> Diagnostic {
        Diagnostic::error(
            codes::TWO_READINGS,
            "these words without spaces can be read in two ways",
            self.span(run, 0, run.text.len()),
        )
        .help(format!(
            "write `{}` or `{}`",
            spaced(letters, one),
            spaced(letters, other)
        ))
    }

    /// A condition without spaces, one part of which nobody knows.
    fn unknown_part(&self, run: &Run<'_>, letters: &[char], failure: &Failure) -> Diagnostic {
        let ends = bytes(run.text, &[failure.from, failure.to]);
        let (start, end) = match ends.as_slice() {
            [start, end] => (*start, *end),
            _ => (0, run.text.len()),
        };
        let unknown: String = letters
            .get(failure.from..failure.to)
            .unwrap_or_default()
            .iter()
            .collect();
        let known: Vec<String> = self.names.iter().flat_map(|names| names.all()).collect();
        let help = suggest::help(
            &unknown,
            known.iter().map(String::as_str),
            "names that the rules do not know are set apart by spaces",
        );
        Diagnostic::error(
            codes::UNKNOWN_PART,
            format!("`{unknown}` is neither a name nor a word"),
            self.span(run, start, end),
        )
        .also(
            self.span(run, 0, run.text.len()),
            "words without spaces are cut where names and words meet",
        )
        .help(help)
    }
}

/// Full width read as half width, one letter for one.
fn folded(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        other => other,
    }
}

/// Places counted in letters, as bytes of the run.
fn bytes(text: &str, places: &[usize]) -> Vec<usize> {
    let mut ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    ends.push(text.len());
    places
        .iter()
        .filter_map(|at| ends.get(*at).copied())
        .collect()
}

fn spaced(letters: &[char], cuts: &[usize]) -> String {
    let mut text = String::new();
    for (at, letter) in letters.iter().enumerate() {
        if cuts.contains(&at) {
            text.push(' ');
        }
        text.push(*letter);
    }
    text
}
