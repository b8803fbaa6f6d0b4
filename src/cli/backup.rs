//! `tamis backup`: by the server that holds the store, else by opening it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::arguments::{Backup, Place, Summary};
use super::failure::Failure;
use super::format::table::grouped;
use super::output::Output;
use super::workplace::{data_folder, open_without_rules};
use crate::form::backup::MadeForm;
use crate::store::backup::Job;

/// Makes a backup.
pub(super) fn run(
    place: &Place,
    options: &Backup,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let data = data_folder(place);
    let to = outside(&options.to, &data)?;
    let made = match super::remote::holder(place)? {
        Some(server) => server.backup(&to, options.incremental)?,
        None => {
            let store = open_without_rules(&data)?;
            let job = Job {
                folder: &to,
                incremental: options.incremental,
                stop: &|| false,
            };
            let made = store.backup(&job)?;
            store.close()?;
            MadeForm::from(made)
        }
    };
    match options.format {
        Summary::Json => {
            let text = serde_json::to_string(&made);
            output.line(&text.map_err(|error| Failure::Store(error.to_string()))?)?;
        }
        Summary::Table => output.line(&sentence(&made))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn sentence(made: &MadeForm) -> String {
    let facts = made.position.saturating_sub(made.from);
    let since = match made.from {
        0 => String::new(),
        from => format!(" from position {}", grouped(from)),
    };
    let there = match made.repeated {
        true => "; it was there already, nothing has changed since",
        false => "",
    };
    format!(
        "{}: {} facts{since} and {} records, as of position {} and commit {}, {} bytes{there}",
        made.file,
        grouped(facts),
        grouped(made.records),
        grouped(made.position),
        grouped(made.commit),
        grouped(made.bytes)
    )
}

/// The folder as every process names it; it may not lie in the data folder.
fn outside(to: &Path, data: &Path) -> Result<PathBuf, Failure> {
    let full = std::path::absolute(to)
        .map_err(|error| Failure::Usage(format!("`{}`: {error}", to.display())))?;
    let data = std::path::absolute(data).unwrap_or_else(|_| data.to_owned());
    if full.starts_with(&data) {
        return Err(Failure::Usage(format!(
            "`{}` lies in the data folder\nhelp: a backup belongs on another disk, or at least in another folder",
            to.display()
        )));
    }
    Ok(full)
}
