//! What is known of the rule set that serves: which one it is, since when, by whom, what
//! became of the last attempt to replace it, and the sets accepted before. The rules
//! themselves are in the moment.

use std::sync::{Arc, Mutex, PoisonError};

use crate::base::calendar::Instant;
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::render::render;
use crate::base::source::Sources;
use crate::base::span::Span;
use crate::language::typed::{DefinitionKind, Rules};
use crate::rules::revision::Revision;
use crate::rules::{LoadError, Loaded};

/// A set that was accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AcceptedSet {
    /// Counts the accepted sets of a store from 1; 0 = not kept in a store.
    pub sequence: u64,
    /// What its files say.
    pub revision: Revision,
    /// When it was accepted.
    pub at: Instant,
    /// Who changed the rules: `folder`, or the name of whoever saved a filter.
    pub author: Arc<str>,
    /// Saved filters in it.
    pub filters: u32,
    /// Files it was made of.
    pub files: u32,
}

/// The author of what was found changed in the rules folder.
pub const FOLDER: &str = "folder";

impl AcceptedSet {
    /// A set that no store has kept yet.
    pub fn of(loaded: &Loaded, at: Instant, author: &str) -> Self {
        Self {
            sequence: 0,
            revision: loaded.revision,
            at,
            author: author.into(),
            filters: filters(&loaded.rules),
            files: u32::try_from(loaded.files.len()).unwrap_or(u32::MAX),
        }
    }
}

fn filters(rules: &Rules) -> u32 {
    let filters = rules
        .definitions
        .iter()
        .filter(|definition| definition.kind == DefinitionKind::Filter);
    u32::try_from(filters.count()).unwrap_or(u32::MAX)
}

/// What became of an attempt to put another set in the place of the one that serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It serves.
    Accepted,
    /// The folder says what serves already.
    Unchanged,
    /// It was refused; the findings say why.
    Refused,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// When.
    pub at: Instant,
    /// Who changed the rules.
    pub author: Arc<str>,
    /// What was attempted; `None` when the folder could not be read.
    pub revision: Option<Revision>,
    /// What became of it.
    pub outcome: Outcome,
    /// Errors and warnings, at most [`crate::base::limit::DIAGNOSTICS_MAX`] and one that counts the rest.
    pub findings: Vec<Finding>,
    /// The findings drawn for a terminal, with the lines they mean.
    pub rendered: String,
}

/// A place in a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Path below the rules folder.
    pub file: String,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Line of the first byte, from 1.
    pub line: u32,
    /// Its character in that line, from 1.
    pub column: u32,
    /// What is said there; may be empty.
    pub message: String,
}

/// One finding, free of the texts it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable.
    pub code: String,
    /// Error or warning.
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    /// The primary one first; none when there is no text to point into.
    pub places: Vec<Place>,
    /// What to do.
    pub help: Option<String>,
}

impl Finding {
    /// A diagnostic with its places counted out.
    pub fn of(sources: &Sources, diagnostic: &Diagnostic) -> Self {
        Self {
            code: diagnostic.code.to_owned(),
            severity: diagnostic.severity,
            message: diagnostic.message.clone(),
            places: diagnostic
                .labels
                .iter()
                .filter_map(|label| place(sources, label.span, &label.message))
                .collect(),
            help: diagnostic.help.clone(),
        }
    }

    /// An error about no text.
    pub fn plain(code: &str, message: impl Into<String>, help: &str) -> Self {
        Self {
            code: code.to_owned(),
            severity: Severity::Error,
            message: message.into(),
            places: Vec::new(),
            help: Some(help.to_owned()),
        }
    }

    /// A folder that could not be read.
    pub fn unreadable(error: &LoadError) -> Self {
        Self::plain(error.code(), error.to_string(), error.help())
    }

    /// For a terminal.
    fn drawn(&self) -> String {
        let mut text = format!("error[{}]: {}\n", self.code, self.message);
        if let Some(help) = &self.help {
            text.push_str(&format!("help: {help}\n"));
        }
        text
    }
}

fn place(sources: &Sources, span: Span, message: &str) -> Option<Place> {
    let source = sources.get(span.source)?;
    let before = source.text.get(..span.start as usize).unwrap_or("");
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let count = |number: usize| u32::try_from(number + 1).unwrap_or(u32::MAX);
    Some(Place {
        file: source.name.clone(),
        start: span.start,
        end: span.end,
        line: count(before.matches('\n').count()),
        column: count(before.get(line_start..).unwrap_or("").chars().count()),
        message: message.to_owned(),
    })
}

impl Attempt {
    /// A set that was compiled; its own findings are told whatever became of it.
    pub fn of(loaded: &Loaded, at: Instant, author: &str, outcome: Outcome) -> Self {
        let findings = loaded.diagnostics.iter();
        Self {
            at,
            author: author.into(),
            revision: Some(loaded.revision),
            outcome,
            findings: findings
                .map(|found| Finding::of(&loaded.sources, found))
                .collect(),
            rendered: render(&loaded.sources, &loaded.diagnostics, false),
        }
    }

    /// One that was refused for something that no text shows.
    pub fn refused(
        finding: Finding,
        revision: Option<Revision>,
        at: Instant,
        author: &str,
    ) -> Self {
        Self {
            at,
            author: author.into(),
            revision,
            outcome: Outcome::Refused,
            rendered: finding.drawn(),
            findings: vec![finding],
        }
    }

    /// How many errors it has.
    pub fn errors(&self) -> usize {
        let errors = self.findings.iter();
        errors
            .filter(|finding| finding.severity == Severity::Error)
            .count()
    }
}

/// The set that serves. What became of the last attempt is told beside it and changes
/// while it serves; all else is fixed.
#[derive(Debug)]
pub struct RuleSetState {
    /// The set that serves.
    pub accepted: AcceptedSet,
    /// Accepted sets that are kept, the newest first; the one that serves is the first.
    pub history: Vec<AcceptedSet>,
    attempt: Mutex<Option<Arc<Attempt>>>,
}

impl RuleSetState {
    /// A set that serves from now on.
    pub fn new(accepted: AcceptedSet, history: Vec<AcceptedSet>) -> Self {
        Self {
            accepted,
            history,
            attempt: Mutex::new(None),
        }
    }

    /// What became of the last attempt; `None` when there was none since this set serves.
    pub fn attempt(&self) -> Option<Arc<Attempt>> {
        let attempt = self.attempt.lock().unwrap_or_else(PoisonError::into_inner);
        attempt.clone()
    }

    /// Tells what became of an attempt.
    pub fn note(&self, attempt: Attempt) {
        let mut noted = self.attempt.lock().unwrap_or_else(PoisonError::into_inner);
        *noted = Some(Arc::new(attempt));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Texts, load_texts};

    #[test]
    fn a_refused_set_says_where_and_why() {
        let texts = [
            ("a.tamis", "customer { city: text }\n"),
            ("b.tamis", "# ü\nfilter b: ctiy = \"x\"\n"),
        ];
        let texts: Texts = texts.map(|(n, t)| (n.to_owned(), t.to_owned())).into();
        let loaded = load_texts(texts);
        assert!(!loaded.is_sound());
        let state = RuleSetState::new(AcceptedSet::of(&loaded, Instant(5), FOLDER), Vec::new());
        assert_eq!(state.accepted.filters, 1);
        assert_eq!(state.attempt(), None);
        state.note(Attempt::of(&loaded, Instant(7), FOLDER, Outcome::Refused));
        let attempt = state.attempt().unwrap();
        assert_eq!(attempt.errors(), 1);
        let place = &attempt.findings[0].places[0];
        assert_eq!(
            (place.file.as_str(), place.line, place.column),
            ("b.tamis", 2, 11)
        );
        assert!(attempt.rendered.contains("b.tamis:2:11"));
        assert_eq!(attempt.revision, Some(loaded.revision));
    }

    #[test]
    fn a_folder_that_is_gone_is_a_finding_without_a_place() {
        let error = LoadError::NoRules("x".into());
        let finding = Finding::unreadable(&error);
        let attempt = Attempt::refused(finding, None, Instant(1), FOLDER);
        assert_eq!(attempt.findings[0].code, "R002");
        assert!(
            attempt
                .rendered
                .starts_with("error[R002]: x: there is no *.tamis")
        );
        assert_eq!(attempt.errors(), 1);
    }
}
