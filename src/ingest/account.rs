//! The books of one source while it is imported: what became of each record, why some
//! were refused, what someone should look at.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::error::ImportError;
use super::expression::UnknownWord;
use super::fault::{ERASED, TOO_LONG, excerpt};
use super::outcome::{Outcome, Outcomes};
use super::reading::Closing;
use super::record::Broken;
use super::rejects::{Left, Reject, Rejects};
use super::report::{
    Findings, KEPT_STILL, LOOKUP_ONLY, NEVER_SEEN, NO_RECORDS, Note, SPANNING, SourceReport,
};
use super::source::Source;
use crate::base::limit::FINDING_EXAMPLES_MAX;

/// How refused records are kept.
#[derive(Clone, Copy, Debug)]
pub enum Books {
    /// Whole, in files.
    Files,
    /// Only why and where, and only so many.
    List(usize),
}

/// A refused record, without its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Line on which it begins, from 1.
    pub line: u64,
    /// Stable.
    pub code: &'static str,
    /// One sentence. Names no value of a sensitive field.
    pub message: String,
    /// The column it lies in, when it lies in one.
    pub column: Option<String>,
}

enum Kept {
    Files(Box<Rejects>),
    List { listed: Vec<Listed>, max: usize },
}

/// One source.
pub struct Account {
    /// By record.
    pub outcomes: Outcomes,
    /// Notes.
    pub findings: Findings,
    reasons: BTreeMap<&'static str, u64>,
    kept: Kept,
}

impl Account {
    /// An empty one.
    pub fn new(rejects: Rejects) -> Self {
        Self::keeping(Kept::Files(Box::new(rejects)))
    }

    /// An empty one that lists the first of the refused records.
    pub fn listing(max: usize) -> Self {
        let listed = Vec::new();
        Self::keeping(Kept::List { listed, max })
    }

    fn keeping(kept: Kept) -> Self {
        Self {
            outcomes: Outcomes::default(),
            findings: Findings::default(),
            reasons: BTreeMap::new(),
            kept,
        }
    }

    /// The refused records that were listed, by line.
    pub fn take_listed(&mut self) -> Vec<Listed> {
        let Kept::List { listed, .. } = &mut self.kept else {
            return Vec::new();
        };
        let mut listed = std::mem::take(listed);
        listed.sort_by_key(|one| one.line);
        listed
    }

    /// Refuses a record, or a fact of it. A record is kept once, with the first reason.
    pub fn reject(&mut self, source: &Source<'_>, broken: Broken<'_>) -> Result<(), ImportError> {
        let Broken {
            number,
            line,
            raw,
            fault,
        } = broken;
        if self.outcomes.get(number) == Outcome::Rejected {
            return Ok(());
        }
        self.outcomes.add(number, Outcome::Rejected);
        *self.reasons.entry(fault.code).or_default() += 1;
        let hidden = fault
            .column
            .as_deref()
            .is_some_and(|column| source.is_sensitive(column));
        let fault = if hidden { fault.redacted() } else { fault };
        let rejects = match &mut self.kept {
            // Kept among the rejects, the record would bring the person back.
            Kept::Files(_) if fault.code == ERASED => return Ok(()),
            Kept::Files(rejects) => rejects,
            Kept::List { listed, max } => {
                if listed.len() < *max {
                    listed.push(Listed {
                        line,
                        code: fault.code,
                        message: fault.to_string(),
                        column: fault.column.as_deref().map(str::to_owned),
                    });
                }
                return Ok(());
            }
        };
        let reject = Reject {
            line,
            raw,
            is_whole: fault.code != TOO_LONG && !raw.is_empty(),
            fault: &fault,
        };
        rejects.add(reject).map_err(|error| ImportError::Rejects {
            path: source.path.clone(),
            error,
        })
    }

    /// Notes words that are none of their list.
    pub fn note_words(&mut self, source: &Source<'_>, words: Vec<UnknownWord>, line: u64) {
        for UnknownWord { column, word } in words {
            let hidden = column
                .as_deref()
                .is_some_and(|column| source.is_sensitive(column));
            let word = if hidden { "" } else { &word };
            self.findings.unknown_word(column.as_deref(), word, line);
        }
    }

    /// Notes the keys that stood in no line of the file, and the records that span lines.
    pub fn note_closing(&mut self, source: &Source<'_>, closing: &Closing) {
        for place in &closing.never_seen {
            let name = source.header.get(*place).map_or("", String::as_str);
            let message = format!("no line has the key `{}`", excerpt(name));
            self.findings.of_file(NEVER_SEEN, message);
        }
        let spans = &closing.spans;
        if let Some(message) = spans.sentence() {
            let (count, lines) = (spans.count, spans.lines.clone());
            self.findings.of_lines(SPANNING, message, count, lines);
        }
    }

    /// Closes the books.
    pub fn finish(
        mut self,
        source: &Source<'_>,
        keys: Option<usize>,
    ) -> Result<SourceReport, ImportError> {
        let Left { kept, others } = match &mut self.kept {
            Kept::Files(rejects) => rejects.finish().map_err(|error| ImportError::Rejects {
                path: source.path.clone(),
                error,
            })?,
            Kept::List { .. } => Left::default(),
        };
        let tally = self.outcomes.tally();
        let mut notes = self.findings.into_notes();
        let mut note = |code, message: String, count| {
            notes.push(Note {
                code,
                message,
                count,
                lines: Vec::new(),
            });
        };
        if tally.rows == 0 {
            note(NO_RECORDS, "the file has no records".to_owned(), 1);
        }
        if !others.is_empty() {
            note(KEPT_STILL, kept_still(&others), others.len() as u64);
        }
        if let (true, Some(keys)) = (source.routes.is_empty(), keys) {
            let count = keys as u64;
            note(
                LOOKUP_ONLY,
                format!("read to be looked up: {keys} keys"),
                count,
            );
        }
        let (rejects_file, mend_file) = match kept {
            Some(kept) => (Some(kept.reasons), kept.records),
            None => (None, None),
        };
        Ok(SourceReport {
            source: source.file.name.clone(),
            file: source.path.clone(),
            rows: tally.rows,
            accepted: tally.accepted,
            repeated: tally.repeated,
            rejected: tally.rejected,
            erased: self.reasons.get(ERASED).copied().unwrap_or(0),
            skipped: tally.skipped,
            rejects_file,
            mend_file,
            reasons: self.reasons.into_iter().collect(),
            notes,
        })
    }
}

/// Says that rejects of other files are there.
fn kept_still(others: &[PathBuf]) -> String {
    let shown = others.iter().take(FINDING_EXAMPLES_MAX);
    let shown: Vec<String> = shown.map(|path| path.display().to_string()).collect();
    let more = match others.len().saturating_sub(shown.len()) {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    format!(
        "what was rejected of other files is kept still: {}{more}",
        shown.join(", ")
    )
}
