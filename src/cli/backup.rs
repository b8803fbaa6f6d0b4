//! `tamis backup`: by the server that holds the store, else by opening it.

use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;

use super::arguments::{Backup, Place, Summary};
use super::failure::Failure;
use super::format::table::grouped;
use super::output::Output;
use super::workplace::{data_folder, open_without_rules};
use crate::form::backup::MadeForm;
use crate::store::Store;
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

/// Refuses a place for a new store that lies in another one's folder: what is written there would be taken for a
/// part of it.
pub(super) fn not_in_a_store(to: &Path, data: Option<&Path>) -> Result<(), Failure> {
    let unnamed = |path: &Path, error| Failure::Usage(format!("`{}`: {error}", path.display()));
    let full = resolved(to).map_err(|error| unnamed(to, error))?;
    // One that is damaged may have lost the file that says what it is.
    let data = data
        .map(|data| resolved(data).map_err(|error| unnamed(data, error)))
        .transpose()?;
    let mut around = full.ancestors().skip(1);
    let found = around.find(|folder| {
        Store::exists(folder) || data.as_deref().is_some_and(|data| data == *folder)
    });
    match found {
        None => Ok(()),
        Some(store) => Err(Failure::Usage(format!(
            "`{}` lies in the folder of the store `{}`\nhelp: name a folder beside it",
            to.display(),
            store.display()
        ))),
    }
}

/// The folder as every process names it; it may not lie in the data folder.
fn outside(to: &Path, data: &Path) -> Result<PathBuf, Failure> {
    let resolved = |path: &Path| {
        resolved(path).map_err(|error| Failure::Usage(format!("`{}`: {error}", path.display())))
    };
    let full = resolved(to)?;
    if full.starts_with(resolved(data)?) {
        return Err(Failure::Usage(format!(
            "`{}` lies in the data folder\nhelp: a backup belongs on another disk, or at least in another folder",
            to.display()
        )));
    }
    Ok(full)
}

/// A path without links and steps back, as far as it exists; the rest is made as it is named.
fn resolved(path: &Path) -> std::io::Result<PathBuf> {
    let mut full = PathBuf::new();
    for part in std::path::absolute(path)?.components() {
        match part {
            Component::ParentDir => drop(full.pop()),
            Component::CurDir => {}
            part => full.push(part),
        }
        match full.canonicalize() {
            Ok(real) => full = real,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
    }
    Ok(full)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_in_the_data_folder_is_refused_by_whatever_name() {
        let place = tempfile::tempdir().unwrap();
        let (data, other) = (place.path().join("data"), place.path().join("other"));
        std::fs::create_dir_all(data.join("deep")).unwrap();
        std::fs::create_dir(&other).unwrap();
        std::os::unix::fs::symlink(&data, other.join("link")).unwrap();
        std::os::unix::fs::symlink(data.join("deep"), other.join("deep")).unwrap();
        let is_refused = |to: &str| outside(&place.path().join(to), &data).is_err();
        for inside in [
            "data",
            "data/kept",
            "x/../data/kept",
            "other/../data/kept",
            "other/link",
            "other/link/new/kept",
            "other/deep/../kept",
        ] {
            assert!(is_refused(inside), "{inside}");
        }
        for beside in [
            "kept",
            "data-kept",
            "other/link/../kept",
            "data/../kept",
            "other/new/x",
        ] {
            assert!(!is_refused(beside), "{beside}");
        }
        let kept = outside(&other.join("link/../kept"), &data).unwrap();
        assert_eq!(kept, place.path().canonicalize().unwrap().join("kept"));
    }
}
