//! A whole file of records, made into facts as a source of the rules says, while others go
//! on asking and sending.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::extract::State as Given;
use axum::http::{HeaderMap, StatusCode, header};
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::limit::{SERVER_IMPORT_BYTES_MAX, SERVER_REJECTED_SHOWN_MAX};
use crate::form::problem::{Problem, Rejected};
use crate::ingest::{self, Files, ImportError, Listed, Mark, SourceReport};
use crate::language::typed::Format;
use crate::manual;
use crate::server::body::expect;
use crate::server::chunks::json;
use crate::server::parameters::Name;
use crate::server::refusal::{Answered, MEDIA, NO_GOOD_LINE, NO_SOURCE, Refusal, STOPPING};
use crate::server::spool::{Spooled, spool};
use crate::server::state::State;

/// What became of the records. `rows` is the sum of `accepted`, `repeated`, `rejected_count` and `skipped`.
#[derive(Serialize, ToSchema)]
struct Imported {
    /// First name of the source.
    source: String,
    /// Records.
    rows: u64,
    /// Records of which at least one fact is new, and none refused; on the disk and in every answer from here on.
    accepted: u64,
    /// Records whose facts hold already.
    repeated: u64,
    /// Records that no route took.
    skipped: u64,
    /// Records of which a fact, or all, was refused; the first 1,000. `field` is the column.
    rejected: Vec<Rejected>,
    /// How many were rejected.
    rejected_count: u64,
    /// What someone should look at.
    notes: Vec<NoteForm>,
}

/// Something that was taken and should be looked at.
#[derive(Serialize, ToSchema)]
struct NoteForm {
    /// Stable.
    code: String,
    /// One sentence.
    message: String,
    /// How often.
    count: u64,
    /// The first lines it was met on.
    lines: Vec<u64>,
}

/// What a file may be sent as; its source says how it is read.
const TYPES: [&str; 3] = [
    "text/csv",
    "application/x-ndjson",
    "application/vnd.apache.parquet",
];

/// A file of a source's form, plain or gzipped; facts are made of it as the rules say
#[utoipa::path(post, path = "/v1/import/{source}", tag = "facts", request_body(content(
    (String = "text/csv"), (String = "application/x-ndjson"), (Vec<u8> = "application/vnd.apache.parquet"))),
    params(("source" = String, Path, description = "Name or label of a source")), responses(
    (status = 200, description = "What became of the records", body = Imported),
    (status = 404, description = "No source has that name", body = Problem),
    (status = 408, description = "The file comes too slowly", body = Problem),
    (status = 413, description = "The file is too large", body = Problem),
    (status = 415, description = "The body is neither CSV nor JSON lines nor Parquet", body = Problem),
    (status = 422, description = "The file cannot be read to its end, is not of the source's form, or no record was good", body = Problem),
    (status = 429, description = "Too much waits to be written", body = Problem),
    (status = 503, description = "Another file is being imported", body = Problem),
    (status = 507, description = "The disk is full", body = Problem),
))]
pub async fn import(
    Given(state): Given<State>,
    Name(source): Name,
    headers: HeaderMap,
    body: Body,
) -> Answered {
    expect(&headers, &TYPES)?;
    plain_or_gzip(&headers)?;
    let name = known(&state, &source, &headers)?;
    let place = state.imports.place_at_once()?;
    let file = spool(body, &state.data_folder, SERVER_IMPORT_BYTES_MAX).await?;
    let shared = state.clone();
    let imported = state
        .imports
        .run_long(place, state.stopping.clone(), move |cancel| {
            read(&shared, &name, &file, cancel)
        })
        .await?;
    for (outcome, count) in [
        ("accepted", imported.accepted),
        ("repeated", imported.repeated),
        ("rejected", imported.rejected_count),
    ] {
        state.metrics.facts("records", outcome, count);
    }
    if imported.rejected_count > 0 && imported.accepted + imported.repeated == 0 {
        let passed = match imported.skipped {
            0 => String::new(),
            skipped => format!(": {} rejected, {skipped} skipped", imported.rejected_count),
        };
        let detail = format!("none of the {} records was taken{passed}", imported.rows);
        let mut refusal = Refusal::new(NO_GOOD_LINE, detail);
        refusal.0.rejected = imported.rejected;
        return Err(refusal);
    }
    json(&imported)
}

fn plain_or_gzip(headers: &HeaderMap) -> Answered<()> {
    let packed = headers.get(header::CONTENT_ENCODING);
    match packed.map(|value| value.as_bytes()) {
        None | Some(b"gzip" | b"identity") => Ok(()),
        Some(_) => Err(
            Refusal::new(MEDIA, "the body is packed in a way that is not understood")
                .help("send it plain or with Content-Encoding: gzip"),
        ),
    }
}

/// Types of what a source reads, its own first: Parquet is known by its first bytes, and mended records of such a
/// source are lines of JSON.
fn types(format: &Format) -> [&'static str; 2] {
    let [csv, lines, parquet] = TYPES;
    match format {
        Format::Csv { .. } => [csv, parquet],
        Format::Ndjson => [lines, parquet],
        Format::Parquet => [parquet, lines],
    }
}

/// Before the body is read: the first name of the source, if there is such a one and it reads that type.
fn known(state: &State, name: &str, headers: &HeaderMap) -> Answered<String> {
    let live = state.heart.published();
    let sources = &live.moment.rules.sources;
    let is = |source: &&crate::language::typed::SourceFile| {
        *source.name == *name || source.label.as_deref() == Some(name)
    };
    if let Some(source) = sources.iter().find(is) {
        expect(headers, &types(&source.format))?;
        return Ok(source.name.to_string());
    }
    let names: Vec<&str> = sources.iter().map(|source| &*source.name).collect();
    Err(
        Refusal::new(NO_SOURCE, format!("no source is called `{name}`")).help(
            match names.is_empty() {
                true => "the rules have no source".to_owned(),
                false => format!("the rules have: {}", names.join(", ")),
            },
        ),
    )
}

/// Reads the file and hands its facts to the thread that writes, round by round.
fn read(state: &State, name: &str, file: &Spooled, cancel: Arc<AtomicBool>) -> Answered<Imported> {
    let rules = Arc::clone(&state.heart.published().moment.rules);
    let files = Files {
        rules: state.rules_folder.clone(),
        given: vec![(name.to_owned(), file.path().to_owned())],
        cancel: Some(Arc::clone(&cancel)),
        ..Files::default()
    };
    let mut trouble = None;
    let mut is_noted = false;
    let mark = Mark::of(name, file.path()).map_err(|error| refused(&error, None, false, file))?;
    let mark = mark.passing();
    let mut submit = |facts| {
        if cancel.load(Ordering::Relaxed) {
            return None;
        }
        let noted = match std::mem::replace(&mut is_noted, true) {
            true => Ok(()),
            false => state.heart.begin_import(&mark),
        };
        match noted.and_then(|()| state.heart.submit(facts)) {
            Ok(outcomes) => Some(outcomes),
            Err(refusal) => {
                trouble = Some(refusal);
                None
            }
        }
    };
    let read = ingest::stream(&rules, &files, SERVER_REJECTED_SHOWN_MAX, &mut submit);
    match read {
        Ok(reports) => {
            let first = reports.into_iter().next();
            let (report, listed) =
                first.ok_or_else(|| Refusal::new(NO_SOURCE, "there is no such source"))?;
            let noted = state.heart.end_import(&mark);
            noted.map_err(|Refusal(mut problem)| {
                problem.detail.push_str(
                    "; every fact of the file is taken, only the note that it is being imported stays: sending it again strikes it out",
                );
                Refusal(problem)
            })?;
            Ok(Imported::new(report, listed))
        }
        Err(error) => Err(refused(&error, trouble, is_noted, file)),
    }
}

/// What stopped an import, in the words of whoever stopped it; and how far it had come. `has_begun`: a round was
/// handed over.
fn refused(
    error: &ImportError,
    trouble: Option<Refusal>,
    has_begun: bool,
    file: &Spooled,
) -> Refusal {
    let so_far = match error {
        ImportError::Partly { stored, .. } => {
            format!("; {stored} facts of the file are taken, sending it again adds the rest")
        }
        _ if has_begun => String::new(),
        _ => "; nothing of the file is taken".to_owned(),
    };
    if let Some(Refusal(mut problem)) = trouble {
        problem.detail.push_str(&so_far);
        return Refusal(problem);
    }
    let cause = match error {
        ImportError::Partly { error, .. } => error,
        error => error,
    };
    if matches!(cause, ImportError::Cancelled) {
        return Refusal::new(STOPPING, format!("the import was stopped{so_far}"));
    }
    let status = match cause.exit_code() {
        3 => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    // The file has a name here that means nothing to its sender.
    let path = file.path().display().to_string();
    let detail = cause.to_string().replace(&path, "the body");
    let refusal = Refusal::foreign(cause.code(), status, detail + &so_far);
    match manual::find(cause.code()) {
        Some(page) => refusal.help(page.mend),
        None => refusal,
    }
}

impl Imported {
    fn new(report: SourceReport, listed: Vec<Listed>) -> Self {
        let rejected = listed.into_iter().map(|one| Rejected {
            line: one.line,
            code: one.code.to_owned(),
            message: one.message,
            field: one.column,
        });
        let notes = report.notes.into_iter().map(|note| NoteForm {
            code: note.code.to_owned(),
            message: note.message,
            count: note.count,
            lines: note.lines,
        });
        Self {
            source: report.source.to_string(),
            rows: report.rows,
            accepted: report.accepted,
            repeated: report.repeated,
            skipped: report.skipped,
            rejected: rejected.collect(),
            rejected_count: report.rejected,
            notes: notes.collect(),
        }
    }
}
