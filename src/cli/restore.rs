//! `tamis restore`: a store made anew out of a backup and those it follows on.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;

use super::arguments::{Place, Restore, Summary};
use super::backup::not_in_a_store;
use super::failure::Failure;
use super::forget;
use super::format::table::grouped;
use super::output::{Output, say};
use super::workplace::{data_folder, open_without_rules};
use crate::ingest::erasure::Erasures;
use crate::ingest::erasure::carried::{self, Other};
use crate::store::backup::{Chain, check_target, restore};
use crate::store::{Options, Store, StoreError};

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
    /// Customers whom what `--erased-in` names knows as erased.
    erasures_known: usize,
}

/// Restores.
pub(super) fn run(
    place: &Place,
    options: &Restore,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let to = data_folder(place);
    not_in_a_store(&to, None)?;
    check_target(&to)?;
    let chain = Chain::of(&options.from)?;
    let known = known(&chain, options.erased_in.as_deref())?;
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
        erasures_known: known.len(),
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
    match &options.erased_in {
        None => say(
            "customers erased after the backup was made are back; name a store or a newer backup with --erased-in to keep them out",
        ),
        Some(from) => say(&taken_over(from, &report)),
    }
    Ok(ExitCode::SUCCESS)
}

/// What came over of the erasures that are known elsewhere.
fn taken_over(from: &Path, report: &Report) -> String {
    let known = format!(
        "erasures known in {}: {}",
        from.display(),
        grouped(report.erasures_known as u64)
    );
    match report.erased_since {
        0 => format!(
            "no customer of the backup was erased since ({known}); customers erased later than that are back"
        ),
        count => format!(
            "{} customers of the backup were erased since and are hidden ({known}); `tamis compact` rewrites what is stored of them",
            grouped(count as u64)
        ),
    }
}

/// Whom a newer state of the store that was backed up knows as erased; nobody where none is named.
fn known(chain: &Chain, path: Option<&Path>) -> Result<Erasures, Failure> {
    let Some(path) = path else {
        return Ok(Erasures::default());
    };
    let other = other(path)?;
    let known = carried::check(chain, &other)?;
    close(other)?;
    Ok(known)
}

/// A store, or a backup.
pub(super) fn other(path: &Path) -> Result<Other, Failure> {
    if Store::exists(path) {
        return Ok(Other::Store(open_without_rules(path)?));
    }
    if path.is_dir() {
        return Err(Failure::from(StoreError::NotAStore {
            folder: path.to_owned(),
            reason: "--erased-in takes the folder of a store, or one backup".to_owned(),
        }));
    }
    Ok(Other::Backup(Chain::of(path)?))
}

/// Lets go of it.
pub(super) fn close(other: Other) -> Result<(), Failure> {
    match other {
        Other::Store(store) => Ok(store.close()?),
        Other::Backup(_) => Ok(()),
    }
}
