//! `tamis plugin list`: what is there, and what is wrong with the rest.

use std::process::ExitCode;

use crate::cli::arguments::Place;
use crate::cli::failure::Failure;
use crate::cli::format::table;
use crate::cli::output::{Output, say};
use crate::cli::plugins;
use crate::cli::workplace::{data_folder, rules_folder};

/// Loads the folder and shows it. Exit 1 when a plugin cannot be used.
pub(super) fn run(place: &Place, output: &mut Output) -> Result<ExitCode, Failure> {
    let rules = rules_folder(place);
    let loaded = plugins::read(place, &rules, &data_folder(place))?;
    let rows: Vec<Vec<String>> = loaded
        .set
        .status()
        .into_iter()
        .map(|status| {
            let short = status.sha256.get(..12).unwrap_or(&status.sha256).to_owned();
            vec![
                status.id,
                status.version,
                status.functions.join(" "),
                short,
                status.description,
            ]
        })
        .collect();
    if rows.is_empty() {
        let folder = plugins::folder(place, &rules);
        say(&format!("no plugin below {}", folder.display()));
    } else {
        let header = ["plugin", "version", "in rules", "sha256", "what it says"];
        output.line(&table::draw(&header, &rows, &[]))?;
    }
    for fault in &loaded.faults {
        say(&format!("error[{}]: {fault}", fault.code));
    }
    Ok(match loaded.faults.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}
