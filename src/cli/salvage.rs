//! `tamis verify --salvage`: a new store of what can still be read of a damaged one.

use std::path::Path;
use std::process::ExitCode;

use serde::Serialize;

use super::arguments::{Summary, Verify};
use super::backup::not_in_a_store;
use super::failure::Failure;
use super::forget;
use super::format::table::grouped;
use super::output::{Output, say};
use super::restore::{close, other};
use crate::ingest::erasure::{self, Erasures, carried};
use crate::store::Options;
use crate::store::backup::Chain;
use crate::store::lineage::{Lineage, Log};
use crate::store::salvage::{Lost, Records, salvage};

#[derive(Serialize)]
struct Report {
    data: String,
    position: u64,
    customers: u32,
    /// `sound`, `of_backup`, `doubtful`
    records: &'static str,
    /// Customers whom one of the sources knows as erased: they are hidden.
    erased: usize,
    lost_facts: u64,
    lost: Vec<LostForm>,
    tried: Vec<String>,
}

#[derive(Serialize)]
struct LostForm {
    positions: (u64, u64),
    /// Numbers of customers whose ids are lost: the first and the one after the last.
    customers: Option<(u32, u32)>,
}

/// Salvages.
pub(super) fn run(
    data: &Path,
    to: &Path,
    options: &Verify,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    not_in_a_store(to, Some(data))?;
    let chain = options.backup.as_deref().map(Chain::of).transpose()?;
    let known = known(options.erased_in.as_deref(), chain.as_ref())?;
    let (mut erased, mut came) = (0, 0);
    let had = salvage(
        data,
        to,
        (chain.as_ref(), known.erasures.key()),
        &Options::default(),
        &mut |store| {
            if let Some(lineage) = &known.unproven {
                carried::prove(lineage, Log::Store(store))?;
            }
            came = carried::carry(store, &known.erasures)?.len();
            // Older records may speak of persons whom only another source knows as erased.
            let all = erasure::load(store)?;
            erased = all.len();
            forget::records(store, all.rows())
        },
    )?;
    had.tried.iter().for_each(|line| say(line));
    if had.records != Records::Sound && came == 0 {
        say(&may_be_back(options.erased_in.as_deref(), &known));
    }
    let facts = |lost: &Lost| lost.positions.1 - lost.positions.0;
    let report = Report {
        data: had.folder.display().to_string(),
        position: had.position,
        customers: had.customers,
        records: match had.records {
            Records::Sound => "sound",
            Records::OfBackup => "of_backup",
            Records::Doubtful => "doubtful",
        },
        erased,
        lost_facts: had.lost.iter().map(facts).sum(),
        lost: had
            .lost
            .iter()
            .map(|lost| LostForm {
                positions: lost.positions,
                customers: lost.customers,
            })
            .collect(),
        tried: had.tried,
    };
    match options.format {
        Summary::Json => {
            let text = serde_json::to_string(&report);
            output.line(&text.map_err(|error| Failure::Store(error.to_string()))?)?;
        }
        Summary::Table => table(&report, output)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Whom another state of the store knows as erased.
#[derive(Default)]
struct Known {
    erasures: Erasures,
    /// Its log, where only facts can show that it is of the store that is salvaged.
    unproven: Option<Lineage>,
}

fn known(path: Option<&Path>, chain: Option<&Chain>) -> Result<Known, Failure> {
    let Some(path) = path else {
        return Ok(Known::default());
    };
    let other = other(path)?;
    let erasures = other.erasures()?;
    let own = chain.map(carried::of_backup).transpose()?;
    let has_one_key = match own {
        Some(own) => carried::same_key(&own, &erasures)?,
        None => false,
    };
    let unproven = match has_one_key {
        true => None,
        false => Some(Lineage::of(other.log())?),
    };
    close(other)?;
    Ok(Known { erasures, unproven })
}

fn may_be_back(path: Option<&Path>, known: &Known) -> String {
    let back = "customers erased since these records were written may be back";
    match path {
        None => {
            format!("{back}; name a store or a newer backup with --erased-in to keep them out")
        }
        Some(path) => format!(
            "{back}: nobody was kept out by what {} knows (erasures known there: {})",
            path.display(),
            grouped(known.erasures.len() as u64)
        ),
    }
}

fn table(report: &Report, output: &mut Output) -> Result<(), Failure> {
    output.line(&format!(
        "{}: {} customers, {} facts; lost: {}",
        report.data,
        grouped(u64::from(report.customers)),
        grouped(report.position),
        grouped(report.lost_facts)
    ))?;
    for lost in &report.lost {
        let (from, until) = lost.positions;
        let customers = match lost.customers {
            None => String::new(),
            Some((first, end)) => format!(
                ", with the ids of customers number {first} to {}, who are called lost:{first} and so on",
                end - 1
            ),
        };
        output.line(&format!(
            "  facts from position {from} to {until}{customers}"
        ))?;
    }
    let records = match report.records {
        "sound" => "  records beside the facts: all there",
        "of_backup" => {
            "  records beside the facts (memberships told, care plans, messages, rule sets): as old as the backup"
        }
        _ => {
            "  records beside the facts (memberships told, care plans, messages, rule sets): some may be missing or old"
        }
    };
    output.line(records)
}
