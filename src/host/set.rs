//! All plugins of a folder as one value: loaded whole or with named faults, replaced by
//! another value when the folder changes. A running call keeps the one it began with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::compiler::Compiler;
use super::guest::Failure;
use super::plugin::{Files, MANIFEST, Plugin, Status};
use super::sandbox::Sandbox;
use crate::base::clock::Clock;
use crate::base::limit::PLUGINS_MAX;
use crate::engine::external::{NoPlugins, PluginFault, Scored, Scorer, Told};
use crate::language::typed::PluginSignatures;

/// How plugins are loaded.
#[derive(Clone, Debug)]
pub struct Options {
    /// Who compiles.
    pub compiler: Compiler,
    /// What faults are dated by.
    pub clock: Clock,
    /// What stood before: plugins that are the same are taken over with their record.
    pub before: Option<Arc<PluginSet>>,
}

/// A folder that could not be made a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadFault {
    /// The plugin's folder.
    pub folder: PathBuf,
    /// Stable; what kind of fault it is.
    pub code: &'static str,
    /// A plain sentence.
    pub reason: String,
}

impl std::fmt::Display for LoadFault {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.folder.file_name().unwrap_or(self.folder.as_os_str());
        write!(
            out,
            "the plugin folder `{}`: {}",
            name.display(),
            self.reason
        )
    }
}

/// A folder that was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The plugins that are sound.
    pub set: PluginSet,
    /// The others.
    pub faults: Vec<LoadFault>,
}

/// The plugins at hand.
#[derive(Debug, Default)]
pub struct PluginSet {
    sandbox: Option<Arc<Sandbox>>,
    plugins: BTreeMap<Arc<str>, Arc<Plugin>>,
    signatures: Arc<PluginSignatures>,
    clock: Option<Clock>,
}

impl PluginSet {
    /// The plugins of a folder: each folder in it with a `plugin.toml` is one. What has no manifest is passed
    /// over; what has one and cannot be used is named among the faults.
    pub fn load(folder: &Path, options: &Options) -> Loaded {
        let mut loaded = Loaded::default();
        let folders = match folders(folder) {
            Ok(folders) => folders,
            Err(fault) => {
                loaded.faults.push(fault);
                return loaded;
            }
        };
        if folders.is_empty() {
            return loaded;
        }
        let known = options.before.as_ref();
        let sandbox = match known.and_then(|before| before.sandbox.clone()) {
            Some(sandbox) => sandbox,
            None => match Sandbox::new() {
                Ok(sandbox) => Arc::new(sandbox),
                Err(reason) => {
                    let code = "plugin_system";
                    loaded.faults.push(LoadFault {
                        folder: folder.to_owned(),
                        code,
                        reason: format!("the sandbox cannot be set up: {reason}"),
                    });
                    return loaded;
                }
            },
        };
        for folder in folders {
            let plugin = known_or_new(&folder, options, &sandbox);
            let plugin = plugin.and_then(|plugin| loaded.set.take(plugin));
            if let Err(Failure { code, reason }) = plugin {
                let folder = folder.clone();
                loaded.faults.push(LoadFault {
                    folder,
                    code,
                    reason,
                });
            }
        }
        let functions = loaded.set.plugins.values().flat_map(|it| it.signatures());
        loaded.set.signatures = Arc::new(PluginSignatures {
            functions: functions.collect(),
        });
        loaded.set.sandbox = Some(sandbox);
        loaded.set.clock = Some(options.clock.clone());
        loaded
    }

    /// One plugin's folder, to be tried by itself.
    pub fn open(folder: &Path, options: &Options) -> Result<Plugin, Failure> {
        let files = Files::read(folder)?;
        let sandbox = Sandbox::new().map_err(|reason| Failure::new("plugin_system", reason))?;
        Plugin::new(files, &Arc::new(sandbox), &options.compiler)
    }

    fn take(&mut self, plugin: Arc<Plugin>) -> Result<(), Failure> {
        let id: Arc<str> = plugin.id().into();
        if self.plugins.contains_key(&id) {
            let reason = format!("another folder holds a plugin called `{id}` already");
            return Err(Failure::new("plugin_manifest", reason));
        }
        self.plugins.insert(id, plugin);
        Ok(())
    }

    /// What rules may know of them.
    pub fn signatures(&self) -> &Arc<PluginSignatures> {
        &self.signatures
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.plugins.is_empty()
    }

    /// One of them.
    pub fn get(&self, id: &str) -> Option<&Arc<Plugin>> {
        self.plugins.get(id)
    }

    /// How each of them stands, by id.
    pub fn status(&self) -> Vec<Status> {
        self.plugins
            .values()
            .map(|plugin| plugin.status())
            .collect()
    }

    /// Whether both hold the same plugins, so that nothing needs to be asked anew.
    pub fn is_same(&self, other: &Self) -> bool {
        let revisions = |set: &Self| -> Vec<Arc<str>> {
            set.plugins
                .values()
                .map(|it| Arc::clone(it.revision()))
                .collect()
        };
        revisions(self) == revisions(other)
    }
}

impl Scorer for PluginSet {
    fn score(&self, told: Told<'_>) -> Result<Scored, PluginFault> {
        match (self.plugins.get(&told.call.plugin), &self.clock) {
            (Some(plugin), Some(clock)) => plugin.score(told, clock.now()),
            _ => NoPlugins.score(told),
        }
    }
}

fn known_or_new(
    folder: &Path,
    options: &Options,
    sandbox: &Arc<Sandbox>,
) -> Result<Arc<Plugin>, Failure> {
    let files = Files::read(folder)?;
    let known = options
        .before
        .iter()
        .flat_map(|before| before.plugins.values());
    for plugin in known {
        if *plugin.revision() == files.revision {
            return Ok(Arc::clone(plugin));
        }
    }
    Plugin::new(files, sandbox, &options.compiler).map(Arc::new)
}

/// Folders with a manifest, by name.
fn folders(folder: &Path) -> Result<Vec<PathBuf>, LoadFault> {
    let fault = |reason: String| LoadFault {
        folder: folder.to_owned(),
        code: "plugin_unreadable",
        reason,
    };
    let entries = std::fs::read_dir(folder).map_err(|error| fault(error.to_string()))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.map_err(|error| fault(error.to_string()))?.path();
        if path.join(MANIFEST).is_file() {
            found.push(path);
        }
    }
    if found.len() > PLUGINS_MAX {
        return Err(fault(format!("more than {PLUGINS_MAX} plugins")));
    }
    found.sort();
    Ok(found)
}
