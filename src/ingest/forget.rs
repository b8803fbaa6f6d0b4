//! Rejected records that speak of erased customers, taken out of the files that keep them.

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

const OWNER_ONLY: u32 = 0o600;
const PARTIAL: &str = "partial";

/// Takes every record that names one of these texts out of the files of a folder of rejects; gives how
/// many. A text is named where it stands between signs that are neither letters nor digits, so that the
/// id `7` is not found in `17`; a record that names it by chance goes as well.
///
/// # Errors
/// A file cannot be read or written; those before it are done.
pub fn rejects<'a>(folder: &Path, texts: impl Iterator<Item = &'a str> + Clone) -> io::Result<u64> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let mut removed = 0;
    for entry in entries {
        let path = entry?.path();
        if path.is_file() {
            let bytes = fs::read(&path)?;
            let text = String::from_utf8_lossy(&bytes);
            removed += keep(&path, records(&text), &mut |record| {
                !texts.clone().any(|text| names(record, text))
            })?;
        }
    }
    Ok(removed)
}

/// Keeps the lines of a file that are wanted; gives how many went.
///
/// # Errors
/// The file cannot be read or written; then it is as it was.
pub fn rewrite_lines(path: &Path, wanted: &mut dyn FnMut(&str) -> bool) -> io::Result<u64> {
    let bytes = fs::read(path)?;
    let text = String::from_utf8_lossy(&bytes);
    keep(path, text.split_inclusive('\n'), wanted)
}

fn keep<'a>(
    path: &Path,
    parts: impl Iterator<Item = &'a str>,
    wanted: &mut dyn FnMut(&str) -> bool,
) -> io::Result<u64> {
    let (mut kept, mut removed) = (String::new(), 0);
    for part in parts {
        match wanted(part) {
            true => kept.push_str(part),
            false => removed += 1,
        }
    }
    if removed == 0 {
        return Ok(0);
    }
    let draft = path.with_added_extension(PARTIAL);
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(OWNER_ONLY)
        .open(&draft)?;
    file.write_all(kept.as_bytes())?;
    file.sync_all()?;
    fs::rename(&draft, path)?;
    if let Some(folder) = path.parent() {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(removed)
}

/// Records with their ends: a line end that is not inside double quotes.
fn records(text: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split_inclusive(move |letter: char| {
        quoted ^= letter == '"';
        letter == '\n' && !quoted
    })
}

/// Whether the text stands in the record as a whole word.
fn names(record: &str, text: &str) -> bool {
    let is_edge = |letter: Option<char>| !letter.is_some_and(char::is_alphanumeric);
    let mut found = record.match_indices(text);
    !text.is_empty()
        && found.any(|(at, _)| {
            let before = record.get(..at).and_then(|part| part.chars().next_back());
            let after = record.get(at + text.len()..);
            is_edge(before) && is_edge(after.and_then(|part| part.chars().next()))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_that_name_them_go_and_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.csv");
        let text = "file,line,column,code,reason,record\na.csv,3,,I1,bad,\"C7,Ada\nLove\"\na.csv,4,,I1,bad,C17\nx,5,,I1,\"no C7!\",y\n";
        fs::write(&path, text).unwrap();
        let removed = rejects(folder.path(), ["C7", "客户-1"].into_iter()).unwrap();
        assert_eq!(removed, 2);
        let left = "file,line,column,code,reason,record\na.csv,4,,I1,bad,C17\n";
        assert_eq!(fs::read_to_string(&path).unwrap(), left);
        assert_eq!(rejects(folder.path(), ["C7"].into_iter()).unwrap(), 0);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(
            rejects(&folder.path().join("none"), [""].into_iter()).unwrap(),
            0
        );
    }

    #[test]
    fn a_text_is_named_as_a_whole_word() {
        assert!(names("a;客户-7;b", "客户-7") && names("7", "7") && names("x,7\n", "7"));
        assert!(!names("17,71", "7") && !names("客户-77", "客户-7") && !names("x", ""));
        assert!(names("17 7", "7"));
    }
}
