//! `tamis restore`: a store made anew out of a backup and those it follows on.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;

use super::arguments::{Place, Restore, Summary};
use super::failure::Failure;
use super::forget;
use super::format::table::grouped;
use super::output::{Output, say};
use super::workplace::{data_folder, open_without_rules};
use crate::ingest::erasure::{self, Erasures, carried};
use crate::store::backup::{Chain, check_target, restore};
use crate::store::{Options, Store};

#[derive(Serialize)]
struct Report {
    data: String,
    files: Vec<String>,
    commit: u64,
    position: u64,
    customers: u32,
    events: u64,
    records: u64,
    /// Customers of the backup that were erased since.
    erased_since: usize,
}

/// Restores.
pub(super) fn run(
    place: &Place,
    options: &Restore,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let to = data_folder(place);
    check_target(&to)?;
    let chain = Chain::of(&options.from)?;
    let known = erasures_of(options.erased_in.as_deref())?;
    carried::check(&chain, &known)?;
    let mut rows = BTreeSet::new();
    let done = restore(&chain, &to, &Options::default(), &mut |store| {
        rows = carried::carry(store, &known)?;
        forget::records(store, &rows)
    })?;
    let report = Report {
        data: done.folder.display().to_string(),
        files: done
            .files
            .iter()
            .map(|file| file.display().to_string())
            .collect(),
        commit: done.commits,
        position: done.position,
        customers: done.customers,
        events: done.events,
        records: done.records,
        erased_since: rows.len(),
    };
    match options.format {
        Summary::Json => {
            let text = serde_json::to_string(&report);
            output.line(&text.map_err(|error| Failure::Store(error.to_string()))?)?;
        }
        Summary::Table => output.line(&format!(
            "{}: {} customers, {} facts, {} records, as of position {} and commit {}, from {} files",
            report.data,
            grouped(u64::from(report.customers)),
            grouped(report.position),
            grouped(report.records),
            grouped(report.position),
            grouped(report.commit),
            report.files.len()
        ))?,
    }
    match (&options.erased_in, rows.len()) {
        (None, _) => say(
            "customers erased after the backup was made are back; name a store or a newer backup with --erased-in to keep them out",
        ),
        (Some(_), 0) => {}
        (Some(_), count) => say(&format!(
            "{} customers of the backup were erased since and are hidden; `tamis compact` rewrites what is stored of them",
            grouped(count as u64)
        )),
    }
    Ok(ExitCode::SUCCESS)
}

/// Who was erased in a store, or in the one that a backup is of; nobody where none is named.
pub(super) fn erasures_of(path: Option<&Path>) -> Result<Erasures, Failure> {
    let Some(path) = path else {
        return Ok(Erasures::default());
    };
    if !Store::exists(path) {
        return Ok(carried::of_backup(&Chain::of(path)?)?);
    }
    let store = open_without_rules(path)?;
    let known = erasure::load(&store)?;
    store.close()?;
    Ok(known)
}
