//! A diagnostic as programs read it: code, sentence, places by line and column, help.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::source::Sources;
use crate::base::span::Span;
use crate::base::text::width;

/// One finding.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// Stable: `E…` of errors, `W…` of warnings.
    pub code: String,
    /// `error` refuses the text, `warning` does not.
    pub severity: String,
    /// One sentence.
    pub message: String,
    /// Where, the primary place first.
    pub places: Vec<Place>,
    /// What to do.
    pub help: Option<String>,
}

/// A place in a text.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Place {
    /// A rule file below the rules folder, or the name of a part of the question: `<filter>`.
    pub file: String,
    /// From 1.
    pub line: u64,
    /// In characters, from 1.
    pub column: u64,
    /// In columns of a terminal, from 1: a Chinese character takes two.
    pub display_column: u64,
    /// In characters.
    pub length: u64,
    /// Byte of the text at which it starts, from 0.
    pub start: u32,
    /// One past its last byte.
    pub end: u32,
    /// What is said there; may be empty.
    pub message: String,
}

impl Finding {
    /// The finding over its texts.
    pub fn new(sources: &Sources, diagnostic: &Diagnostic) -> Self {
        Self {
            code: diagnostic.code.to_owned(),
            severity: match diagnostic.severity {
                Severity::Error => "error".to_owned(),
                Severity::Warning => "warning".to_owned(),
            },
            message: diagnostic.message.clone(),
            places: diagnostic
                .labels
                .iter()
                .filter_map(|label| Place::new(sources, label.span, &label.message))
                .collect(),
            help: diagnostic.help.clone(),
        }
    }

    /// All of them.
    pub fn list(sources: &Sources, diagnostics: &[Diagnostic]) -> Vec<Self> {
        diagnostics
            .iter()
            .map(|diagnostic| Self::new(sources, diagnostic))
            .collect()
    }
}

impl Place {
    fn new(sources: &Sources, span: Span, message: &str) -> Option<Self> {
        let source = sources.get(span.source)?;
        let before = source.text.get(..span.start as usize)?;
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let left = before.get(line_start..)?;
        Some(Self {
            file: source.name.clone(),
            line: before.matches('\n').count() as u64 + 1,
            column: left.chars().count() as u64 + 1,
            display_column: width(left) as u64 + 1,
            length: sources.slice(span).chars().count() as u64,
            start: span.start,
            end: span.end,
            message: message.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_characters_and_columns() {
        let mut sources = Sources::default();
        let source = sources.add("a.tamis", "x\n年龄 > 三十 且");
        let at = "x\n年龄 > ".len() as u32;
        let span = Span::new(source, at, at + "三十".len() as u32);
        let diagnostic = Diagnostic::error("E101", "no number", span).saying("this");
        let finding = Finding::new(&sources, &diagnostic);
        insta::assert_json_snapshot!(finding, @r#"
        {
          "code": "E101",
          "severity": "error",
          "message": "no number",
          "places": [
            {
              "file": "a.tamis",
              "line": 2,
              "column": 6,
              "display_column": 8,
              "length": 2,
              "start": 11,
              "end": 17,
              "message": "this"
            }
          ],
          "help": null
        }
        "#);
    }
}
