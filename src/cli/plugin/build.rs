//! `tamis plugin build`: cargo makes a core module, we make a component of it.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::base::secret::{hex, sha256};
use crate::cli::arguments::BuildPlugin;
use crate::cli::failure::Failure;
use crate::cli::format::table::grouped;
use crate::cli::output::{Output, say};
use crate::host::{MANIFEST, component, manifest};

/// What guests are compiled for: no system at all.
const TARGET: &str = "wasm32-unknown-unknown";

/// How a small and quick guest is compiled, whatever its own profile says. Its stack lies first in its
/// memory, and fresh memory is what a batch pays for.
const SETTINGS: [(&str, &str); 8] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "3"),
    ("CARGO_PROFILE_RELEASE_LTO", "fat"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1"),
    ("CARGO_PROFILE_RELEASE_PANIC", "abort"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
    ("CARGO_PROFILE_RELEASE_STRIP", "symbols"),
    ("CARGO_PROFILE_RELEASE_OVERFLOW_CHECKS", "false"),
    ("RUSTFLAGS", "-C link-arg=-zstack-size=65536"),
];

/// Builds one folder.
pub(super) fn run(options: &BuildPlugin, output: &mut Output) -> Result<ExitCode, Failure> {
    let folder = &options.folder;
    let text = read(&folder.join(MANIFEST))?;
    let manifest = manifest::read(&text)
        .map_err(|fault| Failure::Input(format!("{}: {fault}", folder.join(MANIFEST).display())))?;
    let package = package(&read(&folder.join("Cargo.toml"))?)
        .ok_or_else(|| Failure::Input("Cargo.toml names no package".to_owned()))?;
    compile(folder, &package)?;
    let module = folder
        .join("target")
        .join(TARGET)
        .join("release")
        .join(format!("{}.wasm", package.replace('-', "_")));
    let module = fs::read(&module).map_err(|error| {
        Failure::Input(format!(
            "{}: {error}\nhelp: Cargo.toml needs `[lib] crate-type = [\"cdylib\"]`",
            module.display()
        ))
    })?;
    let component = component::from_module(&module).map_err(|fault| {
        Failure::Input(format!(
            "{fault}\nhelp: the library ends with `tamis_plugin::export!(TYPE);`"
        ))
    })?;
    let surface = component::surface(&component).map_err(Failure::Input)?;
    let path = folder.join(&manifest.component);
    fs::write(&path, &component)
        .map_err(|error| Failure::Store(format!("{}: {error}", path.display())))?;
    let asks = surface
        .imports
        .iter()
        .filter(|name| !name.contains("/types@"));
    let asks: Vec<&str> = asks.map(String::as_str).collect();
    output.line(&format!(
        "{}: {} bytes, asks for {}",
        path.display(),
        grouped(component.len() as u64),
        if asks.is_empty() {
            "nothing".to_owned()
        } else {
            asks.join(", ")
        }
    ))?;
    output.line(&format!("sha256 = \"{}\"", hex(&sha256(&component))))?;
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::Input(format!("{}: {error}", path.display())))
}

/// The name of the package, as cargo has it.
fn package(text: &str) -> Option<String> {
    let table: toml::Table = text.parse().ok()?;
    let name = table.get("package")?.get("name")?.as_str()?;
    Some(name.to_owned())
}

fn compile(folder: &Path, package: &str) -> Result<(), Failure> {
    let mut cargo = Command::new("cargo");
    cargo
        .args([
            "build",
            "--release",
            "--target",
            TARGET,
            "--target-dir",
            "target",
        ])
        .args(["--package", package])
        .current_dir(folder)
        .envs(SETTINGS)
        // Both would come before what is set here.
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET");
    let status = cargo.status().map_err(|error| {
        Failure::Store(format!(
            "cargo cannot be started: {error}\nhelp: install Rust from https://rustup.rs"
        ))
    })?;
    if status.success() {
        return Ok(());
    }
    say(&format!(
        "when the target is missing: rustup target add {TARGET}"
    ));
    Err(Failure::Input(
        "cargo could not build the plugin".to_owned(),
    ))
}
