//! A finding that was noted with its places, long after the texts it is about may have
//! changed. Findings over texts at hand are in `finding`.

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::diagnostic::Severity;
use crate::live::rule_set::Finding;

/// One finding.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Noted {
    code: String,
    /// `error` or `warning`
    severity: &'static str,
    message: String,
    places: Vec<NotedPlace>,
    help: Option<String>,
}

/// A place in a rule file.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NotedPlace {
    file: String,
    line: u32,
    column: u32,
    start: u32,
    end: u32,
    message: String,
}

impl Noted {
    /// A finding.
    pub fn of(finding: &Finding) -> Self {
        Self {
            code: finding.code.clone(),
            severity: match finding.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            message: finding.message.clone(),
            places: finding
                .places
                .iter()
                .map(|place| NotedPlace {
                    file: place.file.clone(),
                    line: place.line,
                    column: place.column,
                    start: place.start,
                    end: place.end,
                    message: place.message.clone(),
                })
                .collect(),
            help: finding.help.clone(),
        }
    }
}
