//! `tamis check`: every finding in the rule files, at once.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use super::arguments::{Check, Place};
use super::failure::Failure;
use super::output::{Output, say, talk_in_color};
use super::plugins;
use super::workplace::{data_folder, not_before, rules_folder};
use crate::base::calendar::Zone;
use crate::base::clock::Clock;
use crate::base::diagnostic::Diagnostic;
use crate::base::render::render;
use crate::base::source::Sources;
use crate::base::span::Span;
use crate::ingest::erasure;
use crate::language::compile::Measured;
use crate::live::measured;
use crate::rules::{Loaded, load_texts_measured};
use crate::store::Store;

/// Checks the whole set, reports on what was named.
pub(super) fn run(
    place: &Place,
    options: &Check,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let folder = rules_folder(place);
    let plugins = plugins::load(place, &folder, &data_folder(place))?;
    let mut loaded = crate::rules::load_with(&folder, Arc::clone(plugins.signatures()))
        .map_err(|error| Failure::Input(error.to_string()))?;
    if loaded.is_sound()
        && let Some(measured) = measured(place, &loaded)
    {
        let signatures = Arc::clone(plugins.signatures());
        loaded = load_texts_measured(loaded.texts(), signatures, Some(&measured));
    }
    let wanted = place_in_rules(&folder, &options.paths)?;
    let found: Vec<Diagnostic> = loaded
        .diagnostics
        .iter()
        .chain(&loaded.unused)
        .filter(|found| wanted.is_empty() || reports(&loaded.sources, found.span(), &wanted))
        .cloned()
        .collect();
    let drawn = render(&loaded.sources, &found, talk_in_color());
    if !found.is_empty() {
        say(drawn.trim_end());
    }
    let errors = found.iter().filter(|found| found.is_error()).count();
    let warnings = found.len() - errors;
    let rules = &loaded.rules;
    if errors == 0 {
        output.line(&format!(
            "{}: {}, {}, {}, {}: fine{}",
            folder.display(),
            of(loaded.sources.iter().count(), "file"),
            of(rules.definitions.len(), "definition"),
            of(rules.params.len(), "param"),
            of(rules.sources.len(), "source"),
            if warnings > 0 {
                format!(", {}", of(warnings, "warning"))
            } else {
                String::new()
            }
        ))?;
        let elsewhere = loaded
            .diagnostics
            .iter()
            .filter(|found| found.is_error())
            .count();
        if elsewhere > 0 {
            say(&format!(
                "{} elsewhere in {}; the set as a whole is refused",
                of(elsewhere, "error"),
                folder.display()
            ));
            return Ok(ExitCode::from(3));
        }
        return Ok(ExitCode::SUCCESS);
    }
    say(&format!(
        "{}, {}; the set is refused",
        of(errors, "error"),
        of(warnings, "warning")
    ));
    Ok(ExitCode::from(3))
}

/// So many of a thing that English gives an `s` to.
fn of(count: usize, thing: &str) -> String {
    match count {
        1 => format!("1 {thing}"),
        _ => format!("{count} {thing}s"),
    }
}

/// What was measured of the store that `--data` names. Without it, or where it cannot be read, the rules
/// are checked by themselves, and that is said.
fn measured(place: &Place, loaded: &Loaded) -> Option<Measured> {
    let folder = place.data.as_deref()?;
    if !folder.exists() {
        return None;
    }
    let measure = || -> Result<Measured, Failure> {
        let schema = &loaded.rules.schema;
        let name = &schema.settings.time_zone;
        let zone = Zone::load(name)
            .ok_or_else(|| Failure::Input(format!("no time zone is called `{name}`")))?;
        let store = Store::open(folder, schema)?;
        let now = not_before(&store, Clock::new(schema.settings.clock_starts).now())?;
        let snapshot = erasure::snapshot(&store, schema, zone)?;
        store.close()?;
        Ok(measured::measure(&snapshot, now))
    };
    match measure() {
        Ok(measured) => Some(measured),
        Err(
            Failure::Store(reason) | Failure::Coded { text: reason, .. } | Failure::Input(reason),
        ) => {
            say(&format!("nothing is measured of the data: {reason}"));
            None
        }
        Err(_) => None,
    }
}

/// The named paths relative to the rules folder; a path outside it is a mistake.
pub(super) fn place_in_rules(folder: &Path, paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let top = folder
        .canonicalize()
        .map_err(|error| Failure::Input(format!("{}: {error}", folder.display())))?;
    paths
        .iter()
        .map(|path| {
            let full = path
                .canonicalize()
                .map_err(|error| Failure::Input(format!("{}: {error}", path.display())))?;
            full.strip_prefix(&top).map(Path::to_path_buf).map_err(|_| {
                Failure::Usage(format!(
                    "`{}` does not lie in the rules folder `{}`\nhelp: name the folder with --rules",
                    path.display(),
                    folder.display()
                ))
            })
        })
        .collect()
}

/// Whether a place lies in one of the named files or folders.
pub(super) fn reports(sources: &Sources, place: Span, wanted: &[PathBuf]) -> bool {
    sources.get(place.source).is_some_and(|source| {
        wanted
            .iter()
            .any(|path| Path::new(&source.name).starts_with(path))
    })
}
