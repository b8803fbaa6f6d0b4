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
use crate::ingest::erasure::{self, SavedColumns};
use crate::store::Store;

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
    /// `equal` to a rebuild; `absent`: there were none to compare; `damaged`; `unread`: the log is.
    columns: &'static str,
    /// Why there were none to compare.
    columns_absent: Option<String>,
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
    let columns = match verified.is_log_sound() {
        true => Columns::beside(&store, &workplace),
        false => Columns::unread(verified.customers),
    };
    let is_beside = !verified.beside.is_empty();
    damage.extend(verified.beside.into_iter().map(Damage::of));
    damage.extend(columns.damage);
    store.close()?;
    let report = Report {
        customers: columns.customers,
        facts: verified.facts,
        blocks: verified.blocks,
        records: verified.records,
        disk_bytes: size.disk_bytes,
        sound: damage.is_empty(),
        damage,
        more_damage: verified.more_damage,
        columns: columns.found,
        columns_absent: columns.absent,
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
    let data = data_folder(place);
    Err(Failure::Store(match report.columns {
        "damaged" => format!(
            "the saved columns of the store `{}` are damaged, the log is sound\nhelp: remove `{}` while no server runs; they are made anew",
            data.display(),
            data.join("columns").display()
        ),
        "equal" | "absent" if is_beside => format!(
            "files beside the log of the store `{}` are not as they were written, the log is sound\nhelp: the next fact that is taken writes the witness anew; move what lies in `{}` away while no server runs",
            data.display(),
            data.join("sled/blobs").display()
        ),
        _ => format!(
            "the store `{}` is damaged\nhelp: keep the folder as it is; restore a backup into a new one, or make one of what can be read: tamis verify --salvage NEW --backup FILE",
            data.display()
        ),
    }))
}

/// What the columns say.
struct Columns {
    customers: u32,
    found: &'static str,
    absent: Option<String>,
    damage: Option<Damage>,
}

impl Columns {
    /// None are made of a damaged log.
    fn unread(customers: u32) -> Self {
        Self {
            customers,
            found: "unread",
            absent: None,
            damage: None,
        }
    }

    /// Those that are saved, beside a rebuild.
    fn beside(store: &Store, workplace: &Workplace) -> Self {
        let zone = workplace.zone.clone();
        let (snapshot, found) = match erasure::rebuilt(store, &workplace.rules.schema, zone) {
            Ok(rebuilt) => rebuilt,
            Err(error) => {
                return Self {
                    damage: Some(Damage::of(error.to_string())),
                    ..Self::unread(store.customers())
                };
            }
        };
        let unread = Self::unread(snapshot.living());
        match found {
            SavedColumns::Equal => Self {
                found: "equal",
                ..unread
            },
            SavedColumns::Absent(why) => Self {
                found: "absent",
                absent: Some(why),
                ..unread
            },
            SavedColumns::Damaged(what) => Self {
                found: "damaged",
                damage: Some(Damage::of(format!("saved columns: {what}"))),
                ..unread
            },
        }
    }
}

fn table(report: &Report, data: &Path, output: &mut Output) -> Result<(), Failure> {
    if report.sound {
        let columns = match &report.columns_absent {
            None => "columns equal a rebuild".to_owned(),
            Some(why) => format!("no saved columns to compare ({why})"),
        };
        return output.line(&format!(
            "sound: {} customers, {} facts in {} blocks, {} records, {} bytes on the disk; every checksum holds, positions have no gap, the witness agrees, {columns}",
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

impl Damage {
    /// Of no place.
    fn of(what: String) -> Self {
        Self {
            positions: None,
            customers: None,
            what,
        }
    }
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
