//! What a refused request is answered with (RFC 9457), written by the server and read
//! by the command line.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::finding::Finding;
use crate::base::diagnostic::Diagnostic;
use crate::base::render::render;
use crate::base::source::Sources;

/// A refusal. `code` is stable and what programs should look at.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// A name of the kind of problem: `urn:tamis:problem:CODE`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The status in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// One sentence.
    pub detail: String,
    /// Stable code.
    pub code: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// What is wrong with the texts of the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Finding>,
    /// The diagnostics as a terminal shows them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rendered: Option<String>,
    /// Lines of the body that were refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<Rejected>,
    /// Where a stream may begin at the earliest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest: Option<u64>,
}

/// A line of a body of facts that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Rejected {
    /// From 1.
    pub line: u64,
    /// Stable code.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// The field to blame, if one is.
    pub field: Option<String>,
}

impl Problem {
    /// A problem without particulars.
    pub fn new(status: u16, title: &str, code: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:tamis:problem:{code}"),
            title: title.to_owned(),
            status,
            detail: detail.into(),
            code: code.to_owned(),
            help: None,
            diagnostics: Vec::new(),
            rendered: None,
            rejected: Vec::new(),
            oldest: None,
        }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds what is wrong with the texts.
    #[must_use]
    pub fn finding(mut self, sources: &Sources, found: &[Diagnostic], color: bool) -> Self {
        self.diagnostics = Finding::list(sources, found);
        self.rendered = Some(render(sources, found, color));
        self
    }
}
