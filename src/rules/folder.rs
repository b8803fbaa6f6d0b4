//! Reads the texts of a folder: every rule file, or why not. What they say is looked at
//! elsewhere.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::Path;

use super::{ENDING, LoadError, Texts, is_rule_file};
use crate::base::limit;
use crate::letters;

/// Readings begun anew when a file goes while it is read, before that is an error: editors that replace
/// files make one vanish for a moment.
const READINGS_MAX: usize = 5;

/// The text of every `*.tamis` below the folder and of every message template, by its path below it
/// with `/` between. Files and folders whose names start with a dot are passed over.
pub fn read(folder: &Path) -> Result<Texts, LoadError> {
    let mut readings = 1;
    loop {
        match read_once(folder) {
            Err(Fault::Gone(_)) if readings < READINGS_MAX => readings += 1,
            Err(Fault::Gone(error) | Fault::Stays(error)) => return Err(error),
            Ok(texts) => return Ok(texts),
        }
    }
}

/// Why a reading failed.
enum Fault {
    /// A file that was listed is not there any more.
    Gone(LoadError),
    Stays(LoadError),
}

impl From<LoadError> for Fault {
    fn from(error: LoadError) -> Self {
        Fault::Stays(error)
    }
}

fn read_once(folder: &Path) -> Result<Texts, Fault> {
    let mut search = Search::default();
    search.below(folder, "", 0)?;
    if !search.files.iter().any(|name| is_rule_file(name)) {
        return Err(LoadError::NoRules(folder.to_owned()).into());
    }
    let mut texts = BTreeMap::new();
    let mut bytes = 0;
    for name in search.files {
        let text = text_of(&folder.join(&name))?;
        bytes += text.len();
        if bytes > limit::RULE_SET_BYTES_MAX {
            return Err(LoadError::TooLargeTogether(folder.to_owned()).into());
        }
        texts.insert(name, text);
    }
    Ok(texts)
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
        let is_wanted = path.extension().is_some_and(|ending| ending == ENDING)
            || entry
                .file_name()
                .to_str()
                .is_some_and(|name| letters::is_template(&format!("{prefix}{name}")));
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            return passed_over(is_wanted, &path, "its name is not UTF-8");
        };
        if name.starts_with('.') {
            return Ok(());
        }
        // Follows links, as a person does who looks into the folder.
        let Ok(about) = fs::metadata(&path) else {
            return passed_over(is_wanted, &path, "it leads nowhere");
        };
        if about.is_dir() {
            return self.below(&path, &format!("{prefix}{name}/"), depth + 1);
        }
        if !is_wanted {
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

/// What is neither a rule file nor a template may be passed over; these never.
fn passed_over(is_wanted: bool, path: &Path, reason: &str) -> Result<(), LoadError> {
    if is_wanted {
        return Err(unreadable(path, &reason));
    }
    Ok(())
}

fn text_of(path: &Path) -> Result<String, Fault> {
    let file = fs::File::open(path).map_err(|error| {
        let gone = error.kind() == ErrorKind::NotFound;
        let error = unreadable(path, &error);
        if gone {
            Fault::Gone(error)
        } else {
            Fault::Stays(error)
        }
    })?;
    let mut bytes = Vec::new();
    // One byte more than allowed tells a file that is too large.
    file.take(limit::RULE_FILE_BYTES_MAX as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(path, &error))?;
    if bytes.len() > limit::RULE_FILE_BYTES_MAX {
        return Err(Fault::Stays(LoadError::TooLarge {
            path: path.to_owned(),
        }));
    }
    // A mark that some editors put first; it is no part of the text.
    if bytes.starts_with(b"\xEF\xBB\xBF") {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).map_err(|error| Fault::Stays(not_utf8(path, &error)))
}

fn not_utf8(path: &Path, error: &std::string::FromUtf8Error) -> LoadError {
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
}
