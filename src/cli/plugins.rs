//! The plugins a verb works with: which folder, where compiled code is kept, and what
//! is told of plugins that cannot be used or that left customers without a score.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::arguments::Place;
use super::failure::Failure;
use super::output::say;
use super::workplace::bundled_folder;
use crate::base::clock::Clock;
use crate::base::diagnostic::Severity;
use crate::host::{Compiler, Loaded, Options, PluginSet, Refused};
use crate::live::reload;
use crate::live::rule_set::Finding;

/// Ends of the names of files whose change is a change of plugins.
pub(super) const ENDINGS: &[&str] = &["toml", "wasm"];

/// What a checkout and a folder of rules call their plugins.
const PLUGINS: &str = "plugins";

/// What was said; else the checkout's beside its bundled bank; else those beside the rules.
pub(super) fn folder(place: &Place, rules_folder: &Path) -> PathBuf {
    if let Some(named) = &place.plugins {
        return named.clone();
    }
    let canonical = |path: &Path| path.canonicalize().ok();
    let bundled = bundled_folder();
    let checkout = bundled
        .as_deref()
        .filter(|bundled| canonical(bundled) == canonical(rules_folder))
        .and_then(|bundled| bundled.parent()?.parent());
    match checkout {
        Some(checkout) => checkout.join(PLUGINS),
        None => rules_folder
            .canonicalize()
            .unwrap_or_else(|_| rules_folder.to_owned())
            .parent()
            .map_or_else(|| PathBuf::from(PLUGINS), |above| above.join(PLUGINS)),
    }
}

/// How plugins are loaded here: compiled by a process of this program, the code kept with the data, or
/// where programs keep such things when there are no data yet.
pub(super) fn options(data_folder: &Path) -> Options {
    let kept = "plugin-code";
    let home = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let cache = || home("XDG_CACHE_HOME").or_else(|| Some(home("HOME")?.join(".cache")));
    let code = match data_folder.is_dir() {
        true => data_folder.join(kept),
        false => match cache() {
            Some(cache) => cache.join("tamis").join(kept),
            None => std::env::temp_dir().join(format!("tamis-{kept}-{}", std::process::id())),
        },
    };
    let compiler = match std::env::current_exe() {
        Ok(program) => Compiler::child(code, program),
        Err(_) => Compiler::here(code),
    };
    Options {
        compiler,
        clock: Clock::System,
        before: None,
    }
}

/// The plugins; those that cannot be used are told, and missed by rules that call them.
pub(super) fn load(
    place: &Place,
    rules_folder: &Path,
    data_folder: &Path,
) -> Result<Arc<PluginSet>, Failure> {
    load_noting(place, rules_folder, data_folder, &Refused::default())
}

/// As [`load`]; those that cannot be used are noted too.
pub(super) fn load_noting(
    place: &Place,
    rules_folder: &Path,
    data_folder: &Path,
    refused: &Refused,
) -> Result<Arc<PluginSet>, Failure> {
    let loaded = read(place, rules_folder, data_folder)?;
    for fault in &loaded.faults {
        say(&format!("warning[{}]: {fault}", fault.code));
    }
    refused.note(&loaded.faults);
    Ok(Arc::new(loaded.set))
}

/// What reads the folder anew while a server runs. A plugin that went wrong since the last reading refuses the
/// whole: those that serve go on. What was wrong before is told once and passed over.
pub(super) fn reloading(
    folder: PathBuf,
    options: Options,
    present: Arc<PluginSet>,
    refused: Refused,
) -> reload::LoadPlugins {
    let known = match folder.is_dir() {
        true => PluginSet::load(&folder, &after(&options, &present)).faults,
        false => Vec::new(),
    };
    let last = Mutex::new((present, known));
    Box::new(move || {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        let (present, known) = &mut *last;
        if !folder.is_dir() {
            return Ok(Arc::clone(present));
        }
        let loaded = PluginSet::load(&folder, &after(&options, present));
        refused.note(&loaded.faults);
        let new = loaded.faults.iter().find(|fault| !known.contains(fault));
        if let Some(fault) = new {
            return Err(Finding {
                code: fault.code.to_owned(),
                severity: Severity::Error,
                message: fault.to_string(),
                places: Vec::new(),
                help: Some("the plugins before go on serving".to_owned()),
            });
        }
        *known = loaded.faults;
        if !present.is_same(&loaded.set) {
            *present = Arc::new(loaded.set);
        }
        Ok(Arc::clone(present))
    })
}

fn after(options: &Options, present: &Arc<PluginSet>) -> Options {
    Options {
        before: Some(Arc::clone(present)),
        ..options.clone()
    }
}

/// The folder as it stands. One that nobody named need not be there.
pub(super) fn read(
    place: &Place,
    rules_folder: &Path,
    data_folder: &Path,
) -> Result<Loaded, Failure> {
    let folder = folder(place, rules_folder);
    if !folder.is_dir() {
        return match &place.plugins {
            None => Ok(Loaded::default()),
            Some(named) => Err(Failure::Input(format!(
                "there is no plugin folder at `{}`",
                named.display()
            ))),
        };
    }
    Ok(PluginSet::load(&folder, &options(data_folder)))
}
