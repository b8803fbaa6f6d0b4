//! Writing one rule file so that a reader finds the old text or the new one, whole, and a
//! power cut leaves one of them.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::SaveError;

/// What the file says at present; `None` when there is none.
pub(super) fn text_of(path: &Path) -> Result<Option<String>, SaveError> {
    match fs::read(path) {
        Ok(bytes) => {
            let text = String::from_utf8_lossy(&bytes);
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            Ok(Some(text.to_owned()))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unwritable(path, &error)),
    }
}

/// Puts the text in the place of what the file says, or takes the file away. On the disk when it returns.
pub(super) fn put(folder: &Path, file: &str, text: Option<&str>) -> Result<(), SaveError> {
    let path = folder.join(file);
    let parent = path.parent().unwrap_or(folder);
    let done = match text {
        Some(text) => fill(folder, parent, &path, text),
        None => take_away(parent, &path),
    };
    done.map_err(|error| unwritable(&path, &error))
}

fn fill(folder: &Path, parent: &Path, path: &Path, text: &str) -> io::Result<()> {
    if !parent.exists() {
        fs::create_dir_all(parent)?;
        sync(folder)?;
    }
    let draft = draft_of(path);
    let written = write(&draft, text).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // What cannot be written can often not be removed either; the reader passes it over.
        let _ = fs::remove_file(&draft);
    }
    written?;
    sync(parent)
}

fn take_away(parent: &Path, path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => sync(parent),
    }
}

/// Beside the file, so that the rename stays on one file system; its dot hides it from readers.
fn draft_of(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{}.new", std::process::id()))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Makes names in a folder durable.
fn sync(folder: &Path) -> io::Result<()> {
    match folder.exists() {
        true => File::open(folder)?.sync_all(),
        false => Ok(()),
    }
}

fn unwritable(path: &Path, error: &io::Error) -> SaveError {
    SaveError::Unwritable {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}
