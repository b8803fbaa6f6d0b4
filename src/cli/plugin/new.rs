//! `tamis plugin new`: a folder that builds at once and needs nothing from a network.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use crate::cli::arguments::{NewPlugin, PluginLanguage};
use crate::cli::failure::Failure;
use crate::cli::output::Output;
use crate::host::manifest;

/// Files of a plugin in Rust; `NAME` stands for its name.
const RUST: [(&str, &str); 7] = [
    (
        "Cargo.toml",
        include_str!("../../../plugins/new/rust/Cargo.toml.txt"),
    ),
    (
        "plugin.toml",
        include_str!("../../../plugins/new/rust/plugin.toml.txt"),
    ),
    (
        "src/lib.rs",
        include_str!("../../../plugins/new/rust/lib.rs.txt"),
    ),
    (
        "sample.csv",
        include_str!("../../../plugins/new/rust/sample.csv"),
    ),
    (
        "sdk/Cargo.toml",
        include_str!("../../../plugins/sdk/Cargo.toml"),
    ),
    (
        "sdk/src/lib.rs",
        include_str!("../../../plugins/sdk/src/lib.rs"),
    ),
    (
        "sdk/src/wire.rs",
        include_str!("../../../plugins/sdk/src/wire.rs"),
    ),
];

/// Writes the folder; one that is there already is left alone.
pub(super) fn run(options: &NewPlugin, output: &mut Output) -> Result<ExitCode, Failure> {
    let folder = &options.name;
    let name = folder.file_name().and_then(|name| name.to_str());
    let name = name.filter(|name| is_name(name)).ok_or_else(|| {
        Failure::Usage(format!(
            "`{}` is no name for a plugin in Rust\nhelp: small letters, digits and `_`, a letter first",
            folder.display()
        ))
    })?;
    if folder.exists() {
        return Err(Failure::Usage(format!(
            "`{}` is there already",
            folder.display()
        )));
    }
    let files = match options.lang {
        PluginLanguage::Rust => &RUST,
    };
    for (path, text) in files {
        let text = text.replace("NAME", name);
        if *path == "plugin.toml" {
            manifest::read(&text).map_err(Failure::Input)?;
        }
        write(&folder.join(path), &text)
            .map_err(|error| Failure::Store(format!("{}: {error}", folder.display())))?;
    }
    let shown = folder.display();
    output.line(&format!(
        "{shown}: a plugin that scores\n\n  tamis plugin build {shown}\n  tamis plugin test {shown} \
         --data {shown}/sample.csv\n\nIn rules it is plugin.{name}()."
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// What both cargo and rules take.
fn is_name(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_lowercase())
        && name
            .bytes()
            .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'_')
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}
