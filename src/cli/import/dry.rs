//! `tamis import --dry-run`: what the files of an import are like, and what of them would be refused.

use std::process::ExitCode;

use serde::Serialize;

use super::{bar, given, note_line, show};
use crate::base::limit::RECORD_COLUMNS_MAX;
use crate::base::text::visible;
use crate::cli::arguments::{Import, Place, Summary};
use crate::cli::failure::Failure;
use crate::cli::format::table::{draw, grouped};
use crate::cli::output::{Output, say};
use crate::cli::workplace::Workplace;
use crate::ingest::{
    self, ColumnQuality, Files, Listed, Note, Progress, Quality, RepeatedKey, RepeatedKeys,
};

/// One source, as programs read it.
#[derive(Serialize)]
struct SourceForm<'a> {
    source: &'a str,
    file: String,
    rows: u64,
    accepted: u64,
    repeated: u64,
    rejected: u64,
    skipped: u64,
    reasons: Vec<ReasonForm<'a>>,
    repeated_keys: Vec<KeysForm<'a>>,
    columns: Vec<ColumnForm<'a>>,
    /// Columns that no source can read.
    unread: &'a [String],
    /// There are more columns than were looked at.
    more_columns: bool,
    /// The first records that would be refused.
    refused: Vec<RefusedForm<'a>>,
    notes: Vec<NoteForm<'a>>,
}

/// A record that would be refused.
#[derive(Serialize)]
struct RefusedForm<'a> {
    line: u64,
    column: Option<&'a str>,
    code: &'a str,
    message: &'a str,
}

/// Something that someone should look at.
#[derive(Serialize)]
struct NoteForm<'a> {
    code: &'a str,
    message: &'a str,
    count: u64,
    lines: &'a [u64],
}

/// Records rejected for one reason.
#[derive(Serialize)]
struct ReasonForm<'a> {
    code: &'a str,
    count: u64,
}

/// Keys that stand more than once.
#[derive(Serialize)]
struct KeysForm<'a> {
    of: &'a str,
    count: u64,
    more: bool,
    first: Vec<KeyForm<'a>>,
}

/// One of them; `key` is null where it comes from a column that feeds a sensitive field.
#[derive(Serialize)]
struct KeyForm<'a> {
    key: Option<&'a str>,
    count: u64,
    lines: &'a [u64],
}

/// One column. `distinct_more`: there are more different values than `distinct`.
#[derive(Serialize)]
struct ColumnForm<'a> {
    column: &'a str,
    kind: &'a str,
    rows: u64,
    missing: u64,
    distinct: u64,
    distinct_more: bool,
    least: Option<&'a str>,
    greatest: Option<&'a str>,
    doubtful: Vec<DoubtForm<'a>>,
}

/// A doubtful value, or a kind of them.
#[derive(Serialize)]
struct DoubtForm<'a> {
    what: &'a str,
    count: u64,
}

/// Looks and says; writes nothing.
pub(super) fn run(
    place: &Place,
    options: &Import,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let workplace = Workplace::load(place)?;
    let files = Files {
        rules: workplace.rules_folder.clone(),
        given: given(&workplace, &options.files)?,
        cancel: Some(super::interrupt::watch().cancel),
        ..Files::default()
    };
    let bar = bar();
    let found = ingest::examine(&workplace.rules, &files, &|progress: Progress| {
        show(&bar, &progress)
    });
    bar.finish_and_clear();
    let found = found?;
    match options.format {
        Summary::Json => {
            let forms: Vec<SourceForm<'_>> = found.iter().map(form).collect();
            let text =
                serde_json::to_string(&forms).map_err(|error| Failure::Store(error.to_string()))?;
            output.line(&text)?;
        }
        Summary::Table => {
            for quality in &found {
                table(quality, output)?;
            }
        }
    }
    say(
        "nothing was written; whether customers exist and facts are stored already was not looked at",
    );
    Ok(ExitCode::SUCCESS)
}

fn form(quality: &Quality) -> SourceForm<'_> {
    let report = &quality.report;
    let reasons = report.reasons.iter();
    let repeated = quality.repeated.iter();
    SourceForm {
        source: &report.source,
        file: report.file.display().to_string(),
        rows: report.rows,
        accepted: report.accepted,
        repeated: report.repeated,
        rejected: report.rejected,
        skipped: report.skipped,
        reasons: reasons
            .map(|(code, count)| ReasonForm {
                code,
                count: *count,
            })
            .collect(),
        repeated_keys: repeated
            .map(|keys| KeysForm {
                of: &keys.of,
                count: keys.count,
                more: keys.is_partial,
                first: keys.first.iter().map(key_form).collect(),
            })
            .collect(),
        columns: quality.columns.iter().map(column_form).collect(),
        unread: &quality.unread,
        more_columns: quality.has_more_columns,
        refused: quality.refused.iter().map(refused_form).collect(),
        notes: report.notes.iter().map(note_form).collect(),
    }
}

fn key_form(one: &RepeatedKey) -> KeyForm<'_> {
    KeyForm {
        key: one.key.as_deref(),
        count: one.count,
        lines: &one.lines,
    }
}

fn refused_form(one: &Listed) -> RefusedForm<'_> {
    RefusedForm {
        line: one.line,
        column: one.column.as_deref(),
        code: one.code,
        message: &one.message,
    }
}

fn note_form(note: &Note) -> NoteForm<'_> {
    NoteForm {
        code: note.code,
        message: &note.message,
        count: note.count,
        lines: &note.lines,
    }
}

fn column_form(column: &ColumnQuality) -> ColumnForm<'_> {
    let ends = column.ends.as_ref();
    let doubtful = column.doubtful.iter();
    ColumnForm {
        column: &column.name,
        kind: column.kind,
        rows: column.rows,
        missing: column.missing,
        distinct: column.distinct,
        distinct_more: column.distinct_more,
        least: ends.map(|(least, _)| least.as_str()),
        greatest: ends.map(|(_, greatest)| greatest.as_str()),
        doubtful: doubtful
            .map(|(what, count)| DoubtForm {
                what,
                count: *count,
            })
            .collect(),
    }
}

fn table(quality: &Quality, output: &mut Output) -> Result<(), Failure> {
    let report = &quality.report;
    let repeated_rows = match report.repeated {
        0 => String::new(),
        count => format!(" {} stand in it before,", grouped(count)),
    };
    output.line(&format!(
        "{} ({}): {} rows, {} can be taken,{repeated_rows} {} would be rejected, {} skipped",
        report.source,
        report.file.display(),
        grouped(report.rows),
        grouped(report.accepted),
        grouped(report.rejected),
        grouped(report.skipped)
    ))?;
    for (code, count) in &report.reasons {
        output.line(&format!(
            "  {code} {} times; `tamis explain {code}` says what it means",
            grouped(*count)
        ))?;
    }
    refused(quality, output)?;
    for keys in &quality.repeated {
        output.line(&repeated(keys))?;
    }
    for note in &report.notes {
        output.line(&format!("  {}", note_line(&report.source, note)))?;
    }
    if !quality.unread.is_empty() {
        let names = quality.unread.join(", ");
        let names = visible(&names);
        output.line(&format!("  columns that no source can read: {names}"))?;
    }
    if quality.has_more_columns {
        output.line(&format!(
            "  there are more than {} columns; those met first are here",
            grouped(RECORD_COLUMNS_MAX as u64)
        ))?;
    }
    let rows: Vec<Vec<String>> = quality.columns.iter().map(row).collect();
    let header = [
        "column", "kind", "missing", "distinct", "least", "greatest", "doubtful",
    ];
    output.line(&draw(&header, &rows, &[2, 3]))?;
    output.line("")
}

/// Keys that stand more than once, the first of them by name.
fn repeated(keys: &RepeatedKeys) -> String {
    let more = if keys.is_partial { " or more" } else { "" };
    let named = keys.first.iter().map(|one| {
        let lines: Vec<String> = one.lines.iter().map(u64::to_string).collect();
        let places = match (lines.as_slice(), one.count > one.lines.len() as u64) {
            (lines, true) => format!("lines {}, …", lines.join(", ")),
            ([line], false) => format!("line {line}"),
            (lines, false) => format!("lines {}", lines.join(", ")),
        };
        match &one.key {
            Some(key) => format!("`{}` ({places})", visible(key)),
            None => places,
        }
    });
    let named: Vec<String> = named.collect();
    let rest = keys.count.saturating_sub(named.len() as u64);
    let rest = match (named.is_empty(), rest) {
        (true, _) | (_, 0) => String::new(),
        (_, rest) => format!(", and {} more", grouped(rest)),
    };
    let names = match named.is_empty() {
        true => String::new(),
        false => format!(": {}", named.join(", ")),
    };
    format!(
        "  {} keys of {} stand more than once{more}{names}{rest}",
        grouped(keys.count),
        keys.of
    )
}

/// The first records that would be refused.
fn refused(quality: &Quality, output: &mut Output) -> Result<(), Failure> {
    for one in &quality.refused {
        let column = match &one.column {
            Some(column) => format!(", column {}", visible(column)),
            None => String::new(),
        };
        output.line(&format!(
            "  line {}{column}: {}: {}",
            one.line,
            one.code,
            visible(&one.message)
        ))?;
    }
    let rest = quality
        .report
        .rejected
        .saturating_sub(quality.refused.len() as u64);
    if rest > 0 && !quality.refused.is_empty() {
        output.line(&format!("  and {} more", grouped(rest)))?;
    }
    Ok(())
}

fn row(column: &ColumnQuality) -> Vec<String> {
    let distinct = match column.distinct_more {
        true => format!("more than {}", grouped(column.distinct)),
        false => grouped(column.distinct),
    };
    let (least, greatest) = column.ends.clone().unwrap_or_default();
    let doubtful: Vec<String> = column
        .doubtful
        .iter()
        .map(|(what, count)| format!("{what}: {}", grouped(*count)))
        .collect();
    vec![
        column.name.clone(),
        column.kind.to_owned(),
        grouped(column.missing),
        distinct,
        least,
        greatest,
        doubtful.join(", "),
    ]
}
