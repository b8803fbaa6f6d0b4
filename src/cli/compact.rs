//! `tamis compact`: the store written anew while nobody serves it, without what it still holds of
//! erased customers.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;

use super::arguments::{Compact, Place, Summary};
use super::failure::Failure;
use super::forget::{Fate, fate};
use super::format::table::grouped;
use super::output::Output;
use super::workplace::{data_folder, open_without_rules};
use crate::base::limit::STORE_SEGMENT_BYTES;
use crate::delivery::RECORDER_FILE_NAME;
use crate::ingest::{erasure, forget};
use crate::server::INCOMING_FOLDER;
use crate::store::compact::{Gone, Work, compact};
use crate::store::{StoreError, StoreSize};

#[derive(Serialize)]
struct Report {
    facts: u64,
    blocks_before: u64,
    blocks: u64,
    disk_bytes_before: u64,
    disk_bytes: u64,
    erased: usize,
    facts_forgotten: u64,
    records_forgotten: u64,
    lines_forgotten: u64,
}

/// Compacts.
pub(super) fn run(
    place: &Place,
    options: &Compact,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let data = data_folder(place);
    if super::remote::holder(place)?.is_some() {
        return Err(super::remote::held(place, "stop it first"));
    }
    let store = open_without_rules(&data)?;
    let erased = erasure::load(&store)?;
    let mut lines = 0;
    let done = compact(
        store,
        Work {
            erased: erased.rows(),
            fate: &mut |shelf, key, value| match fate(shelf, key, &value, erased.rows()) {
                Fate::Kept => Some(value),
                Fate::Rewritten(value) => Some(value),
                Fate::Removed => None,
            },
            beside: &mut |gone| {
                lines = clean(&data, gone)?;
                Ok(())
            },
        },
    )?;
    let StoreSize {
        blocks, disk_bytes, ..
    } = done.before;
    let report = Report {
        facts: done.after.facts,
        blocks_before: blocks,
        blocks: done.after.blocks,
        disk_bytes_before: disk_bytes,
        disk_bytes: done.after.disk_bytes,
        erased: erased.len(),
        facts_forgotten: done.facts_forgotten,
        records_forgotten: done.records_forgotten,
        lines_forgotten: lines,
    };
    match options.format {
        Summary::Json => {
            let text = serde_json::to_string(&report);
            output.line(&text.map_err(|error| Failure::Store(error.to_string()))?)?;
        }
        Summary::Table => output.line(&sentence(&report))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn sentence(report: &Report) -> String {
    let mut text = format!(
        "{} facts, {} → {} blocks, {} → {} bytes on the disk",
        grouped(report.facts),
        grouped(report.blocks_before),
        grouped(report.blocks),
        grouped(report.disk_bytes_before),
        grouped(report.disk_bytes)
    );
    if report.disk_bytes > report.disk_bytes_before {
        text.push_str(&format!(
            " (more than before: the log lies in pieces of {} bytes, of which a new one may take one more)",
            grouped(STORE_SEGMENT_BYTES as u64)
        ));
    }
    if report.erased > 0 {
        text.push_str(&format!(
            "; of {} erased customers {} facts, {} records and {} lines of other files were rewritten",
            grouped(report.erased as u64),
            grouped(report.facts_forgotten),
            grouped(report.records_forgotten),
            grouped(report.lines_forgotten)
        ));
    }
    text
}

/// Takes them out of the files beside the store; gives how many lines went.
fn clean(data: &Path, gone: &Gone) -> Result<u64, StoreError> {
    let texts = gone.ids.iter().chain(&gone.keys).map(|text| &**text);
    let rejects = data.join("rejects");
    let failed = |path: &Path, error: &std::io::Error| StoreError::Io {
        action: "clean".to_owned(),
        path: path.to_owned(),
        reason: error.to_string(),
    };
    let mut lines = forget::rejects(&rejects, texts).map_err(|error| failed(&rejects, &error))?;
    let incoming = data.join(INCOMING_FOLDER);
    if incoming.exists() {
        // What a server that was killed had not finished to read.
        fs::remove_dir_all(&incoming).map_err(|error| failed(&incoming, &error))?;
    }
    let recorded = data.join(RECORDER_FILE_NAME);
    if !gone.ids.is_empty() && recorded.exists() {
        let is_of_others = &mut |line: &str| {
            let read: Option<serde_json::Value> = serde_json::from_str(line).ok();
            let customer = read
                .as_ref()
                .and_then(|line| line.get("customer")?.as_str());
            !customer.is_some_and(|id| gone.ids.contains(id))
        };
        lines += forget::rewrite_lines(&recorded, is_of_others)
            .map_err(|error| failed(&recorded, &error))?;
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_grew_says_why() {
        let said = |before, after| {
            sentence(&Report {
                facts: 1,
                blocks_before: 1,
                blocks: 1,
                disk_bytes_before: before,
                disk_bytes: after,
                erased: 0,
                facts_forgotten: 0,
                records_forgotten: 0,
                lines_forgotten: 0,
            })
        };
        assert!(said(8, 16).contains("more than before: the log lies in pieces of 8,388,608"));
        assert!(!said(16, 8).contains("more than before"));
    }
}
