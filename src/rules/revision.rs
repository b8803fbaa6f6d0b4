//! Names for what a text says and for what a whole rule set says: SHA-256, so that anyone
//! can recompute them with `sha256sum`.

use std::fmt;

use crate::base::secret::{from_hex, hex, sha256};

/// SHA-256 of a text, or of the list of a set's files.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(pub [u8; 32]);

impl Revision {
    /// Of one text.
    pub fn of(text: &str) -> Self {
        Self(sha256(text.as_bytes()))
    }

    /// Reads 64 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        from_hex(text)?.try_into().ok().map(Self)
    }
}

impl fmt::Display for Revision {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Revision {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// One file of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRevision {
    /// Path below the rules folder, `/` separated.
    pub name: String,
    /// Of its text.
    pub revision: Revision,
}

/// The files of a set as `sha256sum` lists them, in the order of their names: a line each,
/// `HEX  NAME`. The revision of the set is that of this text.
pub fn list(files: &[FileRevision]) -> String {
    files
        .iter()
        .map(|file| format!("{}  {}\n", file.revision, file.name))
        .collect()
}

/// Reads [`list`] back.
pub fn parse_list(text: &str) -> Option<Vec<FileRevision>> {
    text.lines()
        .map(|line| {
            let (revision, name) = line.split_once("  ")?;
            Some(FileRevision {
                name: name.to_owned(),
                revision: Revision::parse(revision)?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_reads_back_and_is_what_sha256sum_prints() {
        let files: Vec<FileRevision> = ["a.tamis", "saved/两  格.tamis"]
            .iter()
            .map(|name| FileRevision {
                name: (*name).to_owned(),
                revision: Revision::of("abc"),
            })
            .collect();
        let text = list(&files);
        assert!(text.starts_with(
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a.tamis\n"
        ));
        assert_eq!(parse_list(&text), Some(files));
        assert_eq!(parse_list("x  a"), None);
        assert_eq!(Revision::parse("ab"), None);
    }
}
