//! `tamis verify`: every stored byte, and the columns against a rebuild; and what can be had of a
//! store that is damaged.

use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;

use super::arguments::{Place, Summary, Verify};
use super::failure::Failure;
use super::format::table::grouped;
use super::output::Output;
use super::salvage;
use super::workplace::{Workplace, data_folder};
use crate::ingest::erasure;

#[derive(Serialize)]
struct Report {
    customers: u32,
    facts: u64,
    blocks: u64,
    records: u64,
    disk_bytes: u64,
    sound: bool,
    /// What is not as it was written; empty when all is sound.
    damage: Vec<Damage>,
    /// Damage beyond those listed.
    more_damage: u64,
}

#[derive(Serialize)]
struct Damage {
    /// Log positions affected: the first and the one after the last, where known.
    positions: Option<(u64, u64)>,
    /// Customers affected, by their ids or numbers, where known.
    customers: Option<String>,
    /// In words.
    what: String,
}

/// Verifies the store.
pub(super) fn run(
    place: &Place,
    options: &Verify,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    if let Some(to) = &options.salvage {
        return salvage::run(&data_folder(place), to, options, output);
    }
    if super::remote::holder(place)?.is_some() {
        return Err(super::remote::held(place, "stop it first"));
    }
    let workplace = Workplace::load(place)?;
    let store = workplace.open_store()?;
    let verified = store.verify()?;
    let size = store.size()?;
    let mut damage: Vec<Damage> = verified.damage.iter().map(Damage::from).collect();
    let mut customers = verified.customers;
    if verified.is_sound() {
        match erasure::rebuilt(&store, &workplace.rules.schema, workplace.zone.clone()) {
            Ok((snapshot, differing)) => {
                customers = snapshot.living();
                damage.extend(differing.map(|what| Damage {
                    positions: None,
                    customers: None,
                    what,
                }));
            }
            Err(error) => damage.push(Damage {
                positions: None,
                customers: None,
                what: error.to_string(),
            }),
        }
    }
    store.close()?;
    let report = Report {
        customers,
        facts: verified.facts,
        blocks: verified.blocks,
        records: verified.records,
        disk_bytes: size.disk_bytes,
        sound: damage.is_empty(),
        damage,
        more_damage: verified.more_damage,
    };
    match options.format {
        Summary::Json => {
            let text = serde_json::to_string(&report);
            output.line(&text.map_err(|error| Failure::Store(error.to_string()))?)?;
        }
        Summary::Table => table(&report, &data_folder(place), output)?,
    }
    if report.sound {
        return Ok(ExitCode::SUCCESS);
    }
    output.finish()?;
    Err(Failure::Store(format!(
        "the store `{}` is damaged\nhelp: keep the folder as it is; restore a backup into a new one, or make one of what can be read: tamis verify --salvage NEW --backup FILE",
        data_folder(place).display()
    )))
}

fn table(report: &Report, data: &Path, output: &mut Output) -> Result<(), Failure> {
    if report.sound {
        return output.line(&format!(
            "sound: {} customers, {} facts in {} blocks, {} records, {} bytes on the disk; every checksum holds, positions have no gap, the witness agrees, columns equal a rebuild",
            grouped(u64::from(report.customers)),
            grouped(report.facts),
            grouped(report.blocks),
            grouped(report.records),
            grouped(report.disk_bytes)
        ));
    }
    output.line(&format!("damaged: {}", data.display()))?;
    for one in &report.damage {
        let positions = match one.positions {
            Some((from, until)) => format!("positions {from} to {until}: "),
            None => String::new(),
        };
        let customers = match &one.customers {
            Some(customers) => format!(" ({customers})"),
            None => String::new(),
        };
        output.line(&format!("  {positions}{}{customers}", one.what))?;
    }
    if report.more_damage > 0 {
        output.line(&format!("  and {} more", grouped(report.more_damage)))?;
    }
    Ok(())
}

impl From<&crate::store::Damage> for Damage {
    fn from(found: &crate::store::Damage) -> Self {
        Self {
            positions: found.positions,
            customers: found.customers.map(|(first, end)| match end - first {
                1 => format!("customer number {first}"),
                _ => format!("customers number {first} to {}", end - 1),
            }),
            what: found.what.clone(),
        }
    }
}
