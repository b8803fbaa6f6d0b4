//! What an import says of each source: counts that add up, and what someone should look at.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::fault::excerpt;
use crate::base::limit::{FINDING_EXAMPLES_MAX, FINDINGS_MAX};

/// One source. `rows` is the sum of `accepted`, `repeated`, `rejected` and `skipped`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceReport {
    /// Its name.
    pub source: Arc<str>,
    /// The file that was read.
    pub file: PathBuf,
    /// Records.
    pub rows: u64,
    /// Records of which at least one fact was new, and none refused.
    pub accepted: u64,
    /// Records whose facts were all there.
    pub repeated: u64,
    /// Records of which a fact, or all, was refused.
    pub rejected: u64,
    /// Those of the rejected that speak of a customer who was erased; they are kept nowhere.
    pub erased: u64,
    /// Records that no route took.
    pub skipped: u64,
    /// Rejected records with file, line, column and reason (CSV); `None` without any.
    pub rejects_file: Option<PathBuf>,
    /// The same records as they stood in the file, to be mended and imported; `None` without any.
    pub mend_file: Option<PathBuf>,
    /// Reasons with how many records were rejected for each, by code.
    pub reasons: Vec<(&'static str, u64)>,
    /// What someone should look at.
    pub notes: Vec<Note>,
}

/// Something that was taken and should be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Stable, `I2xx`.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    /// How often.
    pub count: u64,
    /// The first lines it was met on.
    pub lines: Vec<u64>,
}

pub use super::codes::note::*;

/// Notes being gathered: equal ones count together.
#[derive(Debug, Default)]
pub struct Findings {
    found: BTreeMap<(&'static str, String), (u64, Vec<u64>)>,
    further: BTreeMap<&'static str, u64>,
}

impl Findings {
    /// Adds one.
    pub fn add(&mut self, code: &'static str, message: String, line: u64) {
        let key = (code, message);
        if self.found.len() >= FINDINGS_MAX && !self.found.contains_key(&key) {
            *self.further.entry(code).or_default() += 1;
            return;
        }
        let (count, lines) = self.found.entry(key).or_default();
        *count += 1;
        if lines.len() < FINDING_EXAMPLES_MAX {
            lines.push(line);
        }
    }

    /// Adds one of the file as a whole, however often it is found.
    pub fn of_file(&mut self, code: &'static str, message: String) {
        self.of_lines(code, message, 1, Vec::new());
    }

    /// Adds one of the file as a whole that is met on `count` lines, the first of them given, however often
    /// the file is read.
    pub fn of_lines(&mut self, code: &'static str, message: String, count: u64, lines: Vec<u64>) {
        self.found.entry((code, message)).or_insert((count, lines));
    }

    /// Adds a word that is none of a list. An empty word is one that may not be shown.
    pub fn unknown_word(&mut self, column: Option<&str>, word: &str, line: u64) {
        let place = column.map_or(String::new(), |column| format!(" in column `{column}`"));
        let word = match word {
            "" => "a value".to_owned(),
            word => format!("`{}`", excerpt(word)),
        };
        self.add(
            UNKNOWN_WORD,
            format!("{word}{place} is none of the list's words; the field is left missing"),
            line,
        );
    }

    /// The most frequent first within one code.
    pub fn into_notes(self) -> Vec<Note> {
        let mut notes: Vec<Note> = self
            .found
            .into_iter()
            .map(|((code, message), (count, lines))| Note {
                code,
                message,
                count,
                lines,
            })
            .collect();
        notes.sort_by(|a, b| a.code.cmp(b.code).then(b.count.cmp(&a.count)));
        notes.extend(self.further.into_iter().map(|(code, count)| Note {
            code,
            message: "more of this kind".to_owned(),
            count,
            lines: Vec::new(),
        }));
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_findings_count_together_and_are_bounded() {
        let mut findings = Findings::default();
        for line in 1..=9 {
            findings.unknown_word(Some("status"), "X", line);
        }
        findings.unknown_word(None, "", 3);
        for line in 0..2_000 {
            findings.add(REPEATED_KEY, format!("key {line}"), line);
        }
        let notes = findings.into_notes();
        assert_eq!(notes.len(), FINDINGS_MAX + 1);
        assert_eq!(
            (notes[0].count, notes[0].lines.as_slice()),
            (9, &[1, 2, 3, 4, 5][..])
        );
        assert_eq!(
            notes[0].message,
            "`X` in column `status` is none of the list's words; the field is left missing"
        );
        assert!(notes[1].message.starts_with("a value is none"));
        assert_eq!(notes[FINDINGS_MAX].count, 2_002 - FINDINGS_MAX as u64);
    }
}
