//! Why one line of a request is refused. Codes `I1xx` mean what they mean for a record
//! of a file (`ingest::fault`); those of lines alone are `I3xx`.

use std::fmt;

use crate::ingest::fault::Fault;

/// Bytes that are no UTF-8.
pub use crate::ingest::fault::INVALID_TEXT;
/// A line beyond the limit.
pub use crate::ingest::fault::TOO_LONG;

pub use crate::ingest::codes::line::*;

/// One refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineFault {
    /// Stable.
    pub code: &'static str,
    /// A plain sentence with its help. Names no value of a sensitive field.
    pub message: String,
    /// The key it lies in, as sent, when it lies in one.
    pub field: Option<String>,
}

impl LineFault {
    /// Of the line as a whole.
    pub fn line(code: &'static str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: None,
        }
    }

    /// Of one key.
    pub fn key(code: &'static str, key: &str, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: Some(crate::ingest::fault::excerpt(key)),
        }
    }
}

impl From<Box<Fault>> for LineFault {
    fn from(fault: Box<Fault>) -> Self {
        Self::from(*fault)
    }
}

impl From<Fault> for LineFault {
    fn from(fault: Fault) -> Self {
        Self {
            code: fault.code,
            message: fault.to_string(),
            field: fault.column.as_deref().map(str::to_owned),
        }
    }
}

impl fmt::Display for LineFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(out, "{} {field}: {}", self.code, self.message),
            None => write!(out, "{} {}", self.code, self.message),
        }
    }
}

impl std::error::Error for LineFault {}
