//! `tamis verify`: every stored byte, and the columns against a rebuild.

use std::process::ExitCode;

use serde::Serialize;

use super::arguments::{Place, Summary, Verify};
use super::failure::Failure;
use super::format::table::grouped;
use super::output::Output;
use super::workplace::Workplace;
use crate::ingest::erasure;

#[derive(Serialize)]
struct Report {
    customers: u32,
    facts: u64,
    blocks: u64,
    disk_bytes: u64,
    sound: bool,
}

/// Verifies the store.
pub(super) fn run(
    place: &Place,
    options: &Verify,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let workplace = Workplace::load(place)?;
    let store = workplace.open_store()?;
    let verified = store.verify()?;
    let snapshot = erasure::snapshot(&store, &workplace.rules.schema, workplace.zone.clone())?;
    let size = store.size()?;
    let report = Report {
        customers: snapshot.living(),
        facts: verified.facts,
        blocks: verified.blocks,
        disk_bytes: size.disk_bytes,
        sound: true,
    };
    store.close()?;
    match options.format {
        Summary::Json => {
            let text = serde_json::to_string(&report).map_err(|error| Failure::Store(error.to_string()))?;
            output.line(&text)?;
        }
        Summary::Table => output.line(&format!(
            "sound: {} customers, {} facts in {} blocks, {} bytes on the disk; every checksum holds, positions have no gap, the witness agrees",
            grouped(u64::from(report.customers)),
            grouped(report.facts),
            grouped(report.blocks),
            grouped(report.disk_bytes)
        ))?,
    }
    Ok(ExitCode::SUCCESS)
}
