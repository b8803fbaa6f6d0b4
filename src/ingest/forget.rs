//! Rejected records that speak of erased customers, taken out of the files that keep them. Files are
//! read and written a record at a time, as bytes: whoever stays, stays as it was.

mod draft;
mod pair;
mod spelling;

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use self::draft::Draft;
use self::spelling::Named;
pub use self::spelling::{spellings, unescaped};
use super::rejects::{FILE, PARTIAL, REASONS, RECORDS};
use crate::base::limit::REJECT_BYTES_MAX;

/// Takes every record that names one of these texts out of the files of a folder of rejects; gives how
/// many. A text is named where it stands between signs that are neither letters nor digits, so that the
/// id `7` is not found in `17`, however a file writes it: escaped, with doubled quotes, in another normal
/// form, case or width. A record that names it by chance goes as well; of one beside which only the path of the
/// imported file names it that path goes. Records that were changed since
/// they were kept go with their whole file when one of its lines names a text; what an import that was
/// killed has left behind goes in any case.
///
/// # Errors
/// A file cannot be read or written; those before it are done.
pub fn rejects<'a>(folder: &Path, texts: impl Iterator<Item = &'a str>) -> io::Result<u64> {
    let named = Named::new(texts);
    let mut removed = 0;
    for path in files(folder)? {
        let name = path.file_name().and_then(|name| name.to_str());
        let name = name.unwrap_or("");
        if name.ends_with(PARTIAL) {
            fs::remove_file(&path)?;
        } else if name.ends_with(FILE) {
            // A length and hashes.
        } else if let Some(stem) = name.strip_suffix(RECORDS) {
            // With its reasons, where there are any.
            if !path.with_file_name(format!("{stem}{REASONS}")).exists() {
                removed += whole(&path, &named)?;
            }
        } else if let Some(stem) = name.strip_suffix(REASONS) {
            let records = path.with_file_name(format!("{stem}{RECORDS}"));
            removed += pair::clean(&path, &records, &named)?;
        } else {
            removed += lines(&path, &mut |line| !named.is_in(line))?;
        }
    }
    Ok(removed)
}

/// Keeps the lines of a file that are wanted; gives how many went.
///
/// # Errors
/// The file cannot be read or written; then it is as it was.
pub fn rewrite_lines(path: &Path, wanted: &mut dyn FnMut(&str) -> bool) -> io::Result<u64> {
    lines(path, &mut |line| wanted(&String::from_utf8_lossy(line)))
}

/// The plain files of a folder by name; none when there is no folder.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn lines(path: &Path, wanted: &mut dyn FnMut(&[u8]) -> bool) -> io::Result<u64> {
    let mut input = BufReader::new(File::open(path)?);
    let mut draft = Draft::of(path);
    let mut line = Vec::new();
    while next_line(&mut input, &mut line)? {
        match wanted(&line) {
            true => draft.keep(&line)?,
            false => draft.leave_out()?,
        }
    }
    draft.settle()
}

/// Removes a file in which one line names a text; gives how many lines it had.
fn whole(path: &Path, named: &Named) -> io::Result<u64> {
    let found = look(path, named)?;
    if !found.is_named {
        return Ok(0);
    }
    fs::remove_file(path)?;
    Ok(found.lines)
}

/// What stands in a file.
struct Found {
    lines: u64,
    is_named: bool,
}

fn look(path: &Path, named: &Named) -> io::Result<Found> {
    let mut input = BufReader::new(File::open(path)?);
    let mut line = Vec::new();
    let mut found = Found {
        lines: 0,
        is_named: false,
    };
    while next_line(&mut input, &mut line)? {
        found.lines += 1;
        found.is_named = found.is_named || named.is_in(&line);
    }
    Ok(found)
}

/// Puts the next line with its end in the place of the last one; `false` at the end.
fn next_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    more_line(input, line)
}

/// Adds the next line with its end.
fn more_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    let room = REJECT_BYTES_MAX as u64;
    let count = io::Read::take(&mut *input, room).read_until(b'\n', line)?;
    match count as u64 == room || line.len() > REJECT_BYTES_MAX {
        true => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            format!("a record is longer than {REJECT_BYTES_MAX} bytes; remove the file"),
        )),
        false => Ok(count > 0),
    }
}

#[cfg(test)]
mod tests;
