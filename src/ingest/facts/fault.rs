//! Why one line of a request is refused. Codes `I1xx` mean what they mean for a record
//! of a file (`ingest::fault`); those of lines alone are `I3xx`.

use std::fmt;

use crate::ingest::fault::Fault;

/// Bytes that are no UTF-8.
pub use crate::ingest::fault::INVALID_TEXT;
/// A line beyond the limit.
pub use crate::ingest::fault::TOO_LONG;

/// No JSON.
pub const NOT_JSON: &str = "I301";
/// JSON, but no object.
pub const NOT_AN_OBJECT: &str = "I302";
/// A key stands twice, by one name or by name and label.
pub const REPEATED_KEY: &str = "I303";
/// An object or a list where one value belongs.
pub const NESTED: &str = "I304";
/// More keys than a fact may have fields.
pub const TOO_MANY_KEYS: &str = "I305";
/// More lines than a request may have.
pub const TOO_MANY_LINES: &str = "I306";
/// Half of a character, written as `\ud800` without its other half.
pub const HALF_CHARACTER: &str = "I307";
/// A number where text belongs, or the like.
pub const WRONG_SORT: &str = "I308";
/// No event, holding or relation of that name.
pub const UNKNOWN_KIND: &str = "I309";
/// No field of that name.
pub const UNKNOWN_FIELD: &str = "I310";
/// A word that is none of a list.
pub const UNKNOWN_WORD: &str = "I311";
/// An id with control characters.
pub const BAD_ID: &str = "I312";
/// The id is that of an event that says something else.
pub const OTHER_CONTENT: &str = "I313";
/// A part that a fact cannot do without is not there.
pub const NO_PART: &str = "I314";
/// An instant outside the years 1 to 9999.
pub const OUT_OF_CALENDAR: &str = "I315";
/// A fact made by kinds that are no longer those of the store.
pub const OTHER_KINDS: &str = "I316";

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
