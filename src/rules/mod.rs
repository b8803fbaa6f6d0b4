//! A folder of rule files becomes a whole compiled set or all diagnostics. Reads
//! files and nothing else; what they mean is the language's business.

use std::fmt;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::base::diagnostic::Diagnostic;
use crate::base::limit;
use crate::base::source::Sources;
use crate::language::compile;
use crate::language::typed::Rules;

#[cfg(test)]
mod tests;

/// The end of a rule file's name.
const ENDING: &str = "tamis";

/// A folder that was read.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The texts, named by their paths below the folder.
    pub sources: Sources,
    /// The set; usable if no diagnostic is an error.
    pub rules: Rules,
    /// What was found.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// Whether the rules may be used.
    pub fn is_sound(&self) -> bool {
        !self.diagnostics.iter().any(Diagnostic::is_error)
    }
}

/// Why a folder could not be read. No diagnostic: there is no text to point into.
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

/// Reads and compiles every `*.tamis` below the folder, in the order of their paths.
/// Files and folders whose names start with a dot are passed over.
pub fn load(folder: &Path) -> Result<Loaded, LoadError> {
    let mut search = Search::default();
    search.below(folder, "", 0)?;
    let mut files = search.files;
    if files.is_empty() {
        return Err(LoadError::NoRules(folder.to_owned()));
    }
    files.sort_unstable();
    let mut sources = Sources::default();
    for name in files {
        let text = read(&folder.join(&name))?;
        sources.add(name, text);
    }
    let compiled = compile::rules(&sources);
    Ok(Loaded {
        sources,
        rules: compiled.rules,
        diagnostics: compiled.diagnostics,
    })
}

fn unreadable(path: &Path, reason: &dyn fmt::Display) -> LoadError {
    LoadError::Unreadable {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

/// Collects paths relative to the first folder, `/` separated.
#[derive(Default)]
struct Search {
    files: Vec<String>,
    folders: usize,
}

impl Search {
    fn below(&mut self, folder: &Path, prefix: &str, depth: usize) -> Result<(), LoadError> {
        self.folders += 1;
        if depth > limit::RULE_FOLDERS_DEPTH_MAX || self.folders > limit::RULE_FILES_MAX {
            return Err(LoadError::TooMany(folder.to_owned()));
        }
        let entries = fs::read_dir(folder).map_err(|error| unreadable(folder, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| unreadable(folder, &error))?;
            self.entry(&entry, prefix, depth)?;
        }
        Ok(())
    }

    fn entry(&mut self, entry: &fs::DirEntry, prefix: &str, depth: usize) -> Result<(), LoadError> {
        let path = entry.path();
        let is_rule = path.extension().is_some_and(|ending| ending == ENDING);
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            return passed_over(is_rule, &path, "its name is not UTF-8");
        };
        if name.starts_with('.') {
            return Ok(());
        }
        // Follows links, as a person does who looks into the folder.
        let Ok(about) = fs::metadata(&path) else {
            return passed_over(is_rule, &path, "it leads nowhere");
        };
        if about.is_dir() {
            return self.below(&path, &format!("{prefix}{name}/"), depth + 1);
        }
        if !is_rule {
            return Ok(());
        }
        if !about.is_file() {
            return Err(unreadable(&path, &"it is not a file"));
        }
        if self.files.len() == limit::RULE_FILES_MAX {
            return Err(LoadError::TooMany(path));
        }
        self.files.push(format!("{prefix}{name}"));
        Ok(())
    }
}

/// What is no rule file may be passed over; a rule file never.
fn passed_over(is_rule: bool, path: &Path, reason: &str) -> Result<(), LoadError> {
    if is_rule {
        return Err(unreadable(path, &reason));
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, LoadError> {
    let file = fs::File::open(path).map_err(|error| unreadable(path, &error))?;
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that is too large.
    file.take(limit::RULE_FILE_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(path, &error))?;
    if bytes.len() > limit::RULE_FILE_BYTES_MAX {
        return Err(LoadError::TooLarge {
            path: path.to_owned(),
        });
    }
    // A mark that some editors put first; it is no part of the text.
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let before = String::from_utf8_lossy(bytes.get(..good).unwrap_or_default());
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        LoadError::NotUtf8 {
            path: path.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or("").chars().count() + 1,
            byte: bytes.get(good).copied().unwrap_or_default(),
        }
    })
}
