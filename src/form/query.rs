//! The answer to a question in the form asked for, and what is said beside it.

use std::io::{self, Write};

use super::count::{left_aside_lines, ranks_line, unknown_line};
use super::tiers::tiers_lines;
use super::{Form, count, rows};
use crate::live::answer::Answer;
use crate::live::moment::Moment;

/// What of an answer is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The figures alone.
    Count,
    /// The ids alone.
    Ids,
    /// Rows with what is shown.
    Rows,
}

/// How an answer is written.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// What of it.
    pub wanted: Wanted,
    /// In which form.
    pub form: Form,
    /// Columns of the terminal that a table must fit.
    pub columns: Option<u16>,
}

/// Writes the answer.
pub fn write(
    out: &mut dyn Write,
    moment: &Moment,
    answer: &Answer,
    elapsed_us: u64,
    style: Style,
) -> io::Result<()> {
    match style.wanted {
        Wanted::Count => count::write(out, moment, answer, elapsed_us, style.form),
        Wanted::Ids => rows::write_ids(out, moment, answer, style),
        Wanted::Rows => rows::write(out, moment, answer, elapsed_us, style),
    }
}

/// What the form has no place for: rows cut off, who is unknown, facts left aside, of which instant ranks are,
/// scores that are missing.
pub fn notes(moment: &Moment, answer: &Answer, style: Style) -> Vec<String> {
    let mut notes = Vec::new();
    if style.wanted != Wanted::Count && style.form != Form::Json {
        notes.extend(row_notes(answer));
    }
    let told = match style.wanted {
        Wanted::Count => matches!(style.form, Form::Json | Form::Ndjson | Form::Table),
        Wanted::Rows => style.form == Form::Json,
        Wanted::Ids => false,
    };
    if !told {
        notes.extend(ranks_line(moment, answer.ranks_at));
        notes.extend(tiers_lines(&answer.tiers, answer.as_of, moment.zone()));
    }
    notes.extend(scored_lines(answer));
    notes
}

fn row_notes(answer: &Answer) -> Vec<String> {
    let mut notes = Vec::new();
    let given = answer.rows.as_ref().map_or(0, Vec::len) as u64;
    if given < answer.count {
        notes.push(format!(
            "{given} of {} customers given (--limit)",
            answer.count
        ));
    }
    if answer.unknown > 0 {
        notes.push(unknown_line(answer));
    }
    notes.extend(left_aside_lines(answer));
    notes
}

/// Who scored, and why some customers have no score.
pub fn scored_lines(answer: &Answer) -> Vec<String> {
    let scored = answer
        .scored
        .iter()
        .filter(|scored| !scored.missing.is_empty());
    scored
        .map(|scored| {
            let missing = scored.missing.iter();
            let missing: Vec<String> = missing
                .map(|(reason, count)| format!("{count} ({reason})"))
                .collect();
            format!(
                "{} by {}: no score for {} of {} customers asked about",
                scored.call,
                scored.by,
                missing.join(", "),
                scored.customers
            )
        })
        .collect()
}
