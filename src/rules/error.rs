//! Why a folder could not be read. No diagnostics: there is no text to point into.

use std::fmt;
use std::path::PathBuf;

use super::{ENDING, codes};
use crate::base::limit;

/// Why a folder could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// The folder or a file could not be read.
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// There is no rule file below the folder.
    NoRules(PathBuf),
    /// A file has more bytes than are read.
    TooLarge {
        /// Which.
        path: PathBuf,
    },
    /// All files together have more bytes than are read.
    TooLargeTogether(PathBuf),
    /// A file is not UTF-8.
    NotUtf8 {
        /// Which.
        path: PathBuf,
        /// The line of the first wrong byte, from 1.
        line: usize,
        /// Its place in that line in characters, from 1.
        column: usize,
        /// The byte.
        byte: u8,
    },
    /// There are more files, or folders inside each other, than are read.
    TooMany(PathBuf),
}

impl LoadError {
    /// Stable code: `R` and three digits.
    pub fn code(&self) -> &'static str {
        match self {
            LoadError::Unreadable { .. } => codes::UNREADABLE_FILE,
            LoadError::NoRules(_) => codes::NO_RULES,
            LoadError::TooLarge { .. } | LoadError::TooLargeTogether(_) => codes::FILE_TOO_LARGE,
            LoadError::NotUtf8 { .. } => codes::NOT_UTF8,
            LoadError::TooMany(_) => codes::TOO_MANY_FILES,
        }
    }

    /// What can be done.
    pub fn help(&self) -> &'static str {
        match self {
            LoadError::Unreadable { .. } => "let the program read it, or take it out of the folder",
            LoadError::NoRules(_) => "put rule files there, or name another folder with --rules",
            LoadError::TooLarge { .. } => "part it over several files",
            LoadError::TooLargeTogether(_) => "take out what is no rule",
            LoadError::NotUtf8 { .. } => "save the file as UTF-8",
            LoadError::TooMany(_) => "look for a link that leads back into the folder",
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Unreadable { path, reason } => {
                write!(out, "{}: cannot be read: {reason}", path.display())
            }
            LoadError::NoRules(path) => {
                write!(out, "{}: there is no *.{ENDING} file below", path.display())
            }
            LoadError::TooLarge { path } => write!(
                out,
                "{}: larger than {} bytes, the largest rule file",
                path.display(),
                limit::RULE_FILE_BYTES_MAX
            ),
            LoadError::TooLargeTogether(path) => write!(
                out,
                "{}: rule files of more than {} bytes together",
                path.display(),
                limit::RULE_SET_BYTES_MAX
            ),
            LoadError::NotUtf8 {
                path,
                line,
                column,
                byte,
            } => write!(
                out,
                "{}:{line}:{column}: byte 0x{byte:02X} is not UTF-8; save the file as UTF-8",
                path.display()
            ),
            LoadError::TooMany(path) => write!(
                out,
                "{}: more than {} rule files or folders, or folders nested deeper than {}",
                path.display(),
                limit::RULE_FILES_MAX,
                limit::RULE_FOLDERS_DEPTH_MAX
            ),
        }
    }
}

impl std::error::Error for LoadError {}
