//! `tamis import`: the sources of the rule files into the store; what a dry run and a sketch say
//! instead is in their own files.

mod dry;
mod interrupt;

use std::io::{ErrorKind, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::arguments::{Import, Place, Summary};
use super::failure::Failure;
use super::format::table::{draw, grouped};
use super::output::{Output, say};
use super::workplace::Workplace;
use crate::base::span::SourceId;
use crate::base::text::visible;
use crate::ingest::{self, Files, ImportError, Note, Progress, SourceReport, Stage};
use crate::language::layout;
use crate::language::lexicon::Lexicon;
use crate::language::typed::SourceFile;
use crate::store::Store;

/// One source's line of the summary, as programs read it.
#[derive(Serialize)]
struct Line<'a> {
    source: &'a str,
    rows: u64,
    accepted: u64,
    repeated: u64,
    rejected: u64,
    skipped: u64,
    /// Those of the rejected that speak of erased customers; left out when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    erased: Option<u64>,
    rejects_file: Option<String>,
}

/// Imports what was named, or every source.
pub(super) fn run(
    place: &Place,
    options: &Import,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    if let Some(file) = &options.sketch {
        return sketch(file, output);
    }
    if options.dry_run {
        return dry::run(place, options, output);
    }
    if super::remote::find(place)?.is_some() {
        let help = "stop it and import, or send it the file: POST /v1/import/SOURCE";
        return Err(super::remote::held(place, help));
    }
    let workplace = Workplace::load(place)?;
    if let Some(source) = &options.give_up {
        return give_up(&workplace, source, output);
    }
    let given = given(&workplace, &options.files)?;
    let started = Instant::now();
    let (store, reports) = import(&workplace, given, Some(interrupt::watch()))?;
    let size = store.size()?;
    store.close()?;
    summary(output, &reports, options.format)?;
    let seconds = started.elapsed().as_secs_f64();
    say(&format!(
        "{} facts in the store, {} bytes on the disk, {seconds:.1} s",
        grouped(size.facts),
        grouped(size.disk_bytes)
    ));
    Ok(ended(&reports))
}

/// 3 where of some source records were rejected and none was good, as a request with such a file is refused.
fn ended(reports: &[SourceReport]) -> ExitCode {
    let is_refused =
        |report: &SourceReport| report.rejected > 0 && report.accepted + report.repeated == 0;
    let mut refused = reports
        .iter()
        .filter(|report| is_refused(report))
        .peekable();
    if refused.peek().is_none() {
        return ExitCode::SUCCESS;
    }
    for report in refused {
        say(&format!("error: of {} no record was taken", report.source));
    }
    ExitCode::from(3)
}

/// Prints a first rule text for a file.
fn sketch(file: &Path, output: &mut Output) -> Result<ExitCode, Failure> {
    let text = ingest::sketch(file)?;
    let laid_out = layout::file(&text, SourceId(0), &Lexicon::default(), None);
    // No rule can be written with other control characters, and a terminal would do what they say.
    for line in laid_out.unwrap_or(text).lines() {
        output.line(&visible(line))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Notes that nobody waits for the rest of what was cut off of a source.
fn give_up(workplace: &Workplace, source: &str, output: &mut Output) -> Result<ExitCode, Failure> {
    let known = known(workplace, source);
    let name = known.map_or(source, |known| &*known.name);
    let store = workplace.open_store()?;
    let given_up = ingest::give_up(&store, name)?;
    store.close()?;
    // The rules may have lost a source since its import was cut off.
    if known.is_none() && given_up.files == 0 {
        return Err(no_source(workplace, source));
    }
    let source = name;
    output.line(&match (given_up.files, given_up.is_seen) {
        (0, _) => format!("no import of {source} was cut off"),
        (_, true) => {
            format!("the rest of {source} is not waited for; what was seen of it stays")
        }
        (_, false) => {
            format!("{source} is not waited for; nothing is kept of the import that was cut off")
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Opens or makes the store and imports into it, until whoever watches wants it to stop.
pub(super) fn import(
    workplace: &Workplace,
    given: Vec<(String, PathBuf)>,
    watch: Option<interrupt::Watch>,
) -> Result<(Store, Vec<SourceReport>), Failure> {
    let data = &workplace.data_folder;
    let files = Files {
        rules: workplace.rules_folder.clone(),
        given,
        rejects: data.join("rejects"),
        cancel: watch.as_ref().map(|watch| Arc::clone(&watch.cancel)),
        is_read: watch.map(|watch| watch.is_read),
    };
    let store = Store::open(data, &workplace.rules.schema)?;
    super::workplace::tell_unfinished(&store)?;
    let bar = bar();
    let result = ingest::import(store, &workplace.rules, &files, &|progress: Progress| {
        show(&bar, &progress)
    });
    bar.finish_and_clear();
    result.map_err(Failure::from)
}

/// `SOURCE=FILE` pairs; every source must be one of the rules'.
fn given(workplace: &Workplace, pairs: &[String]) -> Result<Vec<(String, PathBuf)>, Failure> {
    let mut given = Vec::new();
    for pair in pairs {
        let Some((name, file)) = pair.split_once('=') else {
            return Err(Failure::Usage(format!(
                "`{pair}` is not SOURCE=FILE\nhelp: `tamis import transactions=trans.csv`; without arguments every source is read from beside its rule file"
            )));
        };
        let Some(source) = known(workplace, name) else {
            return Err(no_source(workplace, name));
        };
        if file.is_empty() {
            return Err(Failure::Usage(format!(
                "`{pair}` names no file\nhelp: `tamis import {name}=FILE`; `tamis import` alone reads every source from beside its rule file"
            )));
        }
        given.push((source.name.to_string(), PathBuf::from(file)));
    }
    Ok(given)
}

/// The source of that name or label.
fn known<'a>(workplace: &'a Workplace, name: &str) -> Option<&'a SourceFile> {
    let mut sources = workplace.rules.sources.iter();
    sources.find(|source| &*source.name == name || source.label.as_deref() == Some(name))
}

fn no_source(workplace: &Workplace, name: &str) -> Failure {
    let sources = workplace.rules.sources.iter();
    let known: Vec<&str> = sources.map(|source| &*source.name).collect();
    let help = match known.is_empty() {
        true => "the rules have no source".to_owned(),
        false => format!("the rules have: {}", known.join(", ")),
    };
    Failure::Usage(format!("no source is called `{name}`\nhelp: {help}"))
}

/// Writes the summary.
pub(super) fn summary(
    output: &mut Output,
    reports: &[SourceReport],
    form: Summary,
) -> Result<(), Failure> {
    let lines: Vec<Line<'_>> = reports
        .iter()
        .map(|report| Line {
            source: &report.source,
            rows: report.rows,
            accepted: report.accepted,
            repeated: report.repeated,
            rejected: report.rejected,
            skipped: report.skipped,
            erased: Some(report.erased).filter(|count| *count > 0),
            rejects_file: report
                .rejects_file
                .as_ref()
                .map(|path| path.display().to_string()),
        })
        .collect();
    match form {
        Summary::Json => {
            let text =
                serde_json::to_string(&lines).map_err(|error| Failure::Store(error.to_string()))?;
            output.line(&text)?;
        }
        Summary::Table => {
            let rows: Vec<Vec<String>> = lines
                .iter()
                .map(|line| {
                    let figures = [
                        line.rows,
                        line.accepted,
                        line.repeated,
                        line.rejected,
                        line.skipped,
                    ];
                    std::iter::once(line.source.to_owned())
                        .chain(figures.map(grouped))
                        .collect()
                })
                .collect();
            let header = [
                "source", "rows", "accepted", "repeated", "rejected", "skipped",
            ];
            output.line(&draw(&header, &rows, &[1, 2, 3, 4, 5]))?;
        }
    }
    reports.iter().for_each(tell);
    Ok(())
}

/// Notes, and what was refused, as talk.
fn tell(report: &SourceReport) {
    let notes = report.notes.iter();
    notes.for_each(|note| say(&note_line(&report.source, note)));
    if report.erased > 0 {
        say(&format!(
            "{} in {} speak of customers who were erased, and are kept nowhere",
            grouped(report.erased),
            report.source
        ));
    }
    if let Some(path) = &report.rejects_file {
        say(&format!(
            "{} rejected in {}: see {}",
            grouped(report.rejected),
            report.source,
            path.display()
        ));
    }
}

/// A note with where to look.
fn note_line(source: &str, note: &Note) -> String {
    if note.lines.is_empty() {
        return format!("note[{}]: {source}: {}", note.code, visible(&note.message));
    }
    let lines: Vec<String> = note.lines.iter().map(u64::to_string).collect();
    let more = if (note.lines.len() as u64) < note.count {
        ", …"
    } else {
        ""
    };
    let places = if lines.is_empty() {
        String::new()
    } else {
        format!(" (line {}{more})", lines.join(", "))
    };
    format!(
        "note[{}]: {source}: {}, {} times{places}",
        note.code,
        visible(&note.message),
        grouped(note.count)
    )
}

/// A progress line where someone can see it.
fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) =
        ProgressStyle::with_template("{prefix:16} {bar:30} {percent:>3}% {msg}, {eta} left")
    {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn show(bar: &ProgressBar, progress: &Progress) {
    bar.set_prefix(progress.source.to_string());
    bar.set_length(progress.bytes_total);
    bar.set_position(progress.bytes_done);
    let what = match progress.stage {
        Stage::Lookups => "looked up",
        Stage::Customers => "customers",
        Stage::Facts => "facts",
        Stage::Columns => "columns",
    };
    bar.set_message(format!(
        "{what}: {} rows, {}/s",
        HumanCount(progress.rows),
        HumanCount(progress.rows_per_second as u64)
    ));
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        let (code, exit) = (error.code(), error.exit_code());
        if exit == 1 {
            return Failure::Stopped(error.to_string());
        }
        let cause = match &error {
            ImportError::Partly { error, .. } => error,
            error => error,
        };
        let mut pages = ingest::codes::import::PAGES.iter();
        let help = match cause {
            ImportError::Store(error) => error.help().to_owned(),
            ImportError::Unreadable { error, .. } if error.kind() == ErrorKind::NotFound => {
                "name a file that is there".to_owned()
            }
            _ => pages
                .find(|page| page.code == code)
                .map_or_else(String::new, |page| page.mend.to_owned()),
        };
        Failure::Coded {
            code: code.to_owned(),
            text: format!("{error}\nhelp: {help}"),
            exit,
        }
    }
}
