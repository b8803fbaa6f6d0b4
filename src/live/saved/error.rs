//! Why a filter was not saved or not removed.

use std::fmt;
use std::path::PathBuf;

use crate::base::diagnostic::Diagnostic;
use crate::base::source::Sources;
use crate::live::codes;
use crate::live::failure::CoreError;
use crate::rules::revision::Revision;

/// Why a filter was not saved or not removed; nothing was changed.
#[derive(Clone, Debug)]
pub enum SaveError {
    /// The name or the label cannot be one.
    Name {
        /// One sentence.
        why: String,
    },
    /// The expression is wrong, or other rules would be; the sources hold the expression as typed under
    /// `<expression>`, beside the texts of the rules.
    Text(Box<Sources>, Vec<Diagnostic>),
    /// The filter is not in the state that the caller changed.
    Stale {
        /// In which it is; `None` when there is none of that name.
        current: Option<Revision>,
    },
    /// Something else has that name or label.
    Taken {
        /// The name or label.
        word: String,
        /// What has it: "a filter".
        what: &'static str,
        /// The file that declares it.
        file: String,
    },
    /// The filter is written by hand; it is changed in its file.
    HandWritten {
        /// Which.
        name: String,
        /// The file that declares it.
        file: String,
    },
    /// There is no filter of that name.
    Missing {
        /// Which.
        name: String,
    },
    /// Other rules use it.
    Used {
        /// Which.
        name: String,
        /// Those that do.
        by: Vec<String>,
    },
    /// The file of the filter was changed by someone else and is not taken yet.
    ChangedOnDisk {
        /// Below the rules folder.
        file: String,
    },
    /// The rules folder cannot be written.
    Unwritable {
        /// What was to be written.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The set is sound, but could not take the place of the one that serves.
    Core(CoreError),
}

impl SaveError {
    /// Stable code: `V` and three digits; the finding's or the core's own for what they found.
    pub fn code(&self) -> &'static str {
        match self {
            SaveError::Name { .. } => codes::SAVED_NAME,
            SaveError::Text(_, findings) => findings
                .first()
                .map_or(codes::SAVED_TEXT, |found| found.code),
            SaveError::Stale { .. } => codes::STALE,
            SaveError::Taken { .. } => codes::TAKEN,
            SaveError::HandWritten { .. } => codes::HAND_WRITTEN,
            SaveError::Missing { .. } => codes::NO_SAVED,
            SaveError::Used { .. } => codes::USED,
            SaveError::ChangedOnDisk { .. } => codes::CHANGED_ON_DISK,
            SaveError::Unwritable { .. } => codes::UNWRITABLE,
            SaveError::Core(fault) => fault.code(),
        }
    }

    /// What can be done.
    pub fn help(&self) -> &'static str {
        match self {
            SaveError::Name { .. } => {
                "letters of any script, digits and `_`, not starting with a digit"
            }
            SaveError::Text(..) => "mend what the findings name",
            SaveError::Stale { .. } => "read it again, and change what it says now",
            SaveError::Taken { .. } => "choose another name or label",
            SaveError::HandWritten { .. } => "change the file, or save under another name",
            SaveError::Missing { .. } => "ask for the list of filters",
            SaveError::Used { .. } => "change the rules that use it first",
            SaveError::ChangedOnDisk { .. } => {
                "look at the file; it is taken once all rule files are sound"
            }
            SaveError::Unwritable { .. } => {
                "let the program write the folder `saved` in the rules folder"
            }
            SaveError::Core(fault) => fault.help(),
        }
    }
}

impl fmt::Display for SaveError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SaveError::Name { why } => out.write_str(why),
            SaveError::Text(_, findings) => match findings.first() {
                Some(first) => out.write_str(&first.message),
                None => out.write_str("the expression is wrong"),
            },
            SaveError::Stale { current: Some(_) } => {
                out.write_str("the filter was changed by someone else")
            }
            SaveError::Stale { current: None } => out.write_str("the filter is no more"),
            SaveError::Taken { word, what, file } => {
                write!(out, "`{word}` is the name of {what} in {file} already")
            }
            SaveError::HandWritten { name, file } => {
                write!(out, "`{name}` is written by hand in {file}")
            }
            SaveError::Missing { name } => write!(out, "no filter is called `{name}`"),
            SaveError::Used { name, by } => {
                let by: Vec<String> = by.iter().map(|user| format!("`{user}`")).collect();
                write!(out, "`{name}` is used by {}", by.join(", "))
            }
            SaveError::ChangedOnDisk { file } => {
                write!(
                    out,
                    "{file} was changed by someone else and is not taken yet"
                )
            }
            SaveError::Unwritable { path, reason } => {
                write!(out, "cannot write {}: {reason}", path.display())
            }
            SaveError::Core(fault) => fault.fmt(out),
        }
    }
}

impl std::error::Error for SaveError {}

impl From<CoreError> for SaveError {
    fn from(fault: CoreError) -> Self {
        SaveError::Core(fault)
    }
}
