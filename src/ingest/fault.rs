//! Why one record, or one fact of it, is refused: code, column, sentence.
//! What stops a whole import is in [`super::error`].

use std::fmt;
use std::sync::Arc;

use crate::base::limit::CELL_EXCERPT_CHARACTERS_MAX;

pub use super::codes::record::*;

/// One refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Stable, `I1xx`.
    pub code: &'static str,
    /// The column it lies in, when it lies in one.
    pub column: Option<Arc<str>>,
    /// The cell, cut to a readable length; taken out where the field is sensitive.
    pub value: Option<String>,
    /// What is wrong, to be read after the cell: `is not a date`.
    pub problem: String,
}

impl Fault {
    /// A fault of the record as a whole: a full sentence.
    pub fn record(code: &'static str, sentence: impl Into<String>) -> Self {
        Self {
            code,
            column: None,
            value: None,
            problem: sentence.into(),
        }
    }

    /// A fault of a cell.
    pub fn cell(code: &'static str, value: &str, problem: impl Into<String>) -> Self {
        Self {
            code,
            column: None,
            value: Some(excerpt(value)),
            problem: problem.into(),
        }
    }

    /// Of a record about a customer who was erased.
    pub fn erased() -> Self {
        Self::record(ERASED, "the customer was erased; nothing is taken about it")
    }

    /// Names the column, unless one is named already.
    #[must_use]
    pub fn within(mut self, column: Option<&Arc<str>>) -> Self {
        if self.column.is_none() {
            self.column = column.cloned();
        }
        self
    }

    /// The same without the cell.
    #[must_use]
    pub fn redacted(mut self) -> Self {
        if self.value.is_some() {
            self.value = Some(String::new());
        }
        self
    }
}

/// The head of a cell, for messages.
pub fn excerpt(value: &str) -> String {
    let mut characters = value.chars();
    let mut head: String = characters
        .by_ref()
        .take(CELL_EXCERPT_CHARACTERS_MAX)
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect();
    if characters.next().is_some() {
        head.push('…');
    }
    head
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value.as_deref() {
            None => out.write_str(&self.problem),
            Some("") => write!(out, "the value {}", self.problem),
            Some(value) => write!(out, "`{value}` {}", self.problem),
        }
    }
}
