//! One plugin: its manifest and its guest held against each other, its calls cut into
//! batches, its faults counted. Which rules call it is not known here.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::compiler::Compiler;
use super::guest::{Budget, Failure, Guest, LogLine, Usage, sentence};
use super::interface::{Fault, Signature, WireKind, wire_kind};
use super::manifest::{self, Manifest, ManifestFunction};
use super::quarantine::{Quarantine, Standing};
use super::sandbox::Sandbox;
use super::wire::{self, Answers};
use crate::base::calendar::Instant;
use crate::base::kind::Kind;
use crate::base::limit::{
    PLUGIN_BATCH_ROWS, PLUGIN_COMPONENT_BYTES_MAX, PLUGIN_LOG_LINES_MAX, PLUGIN_MANIFEST_BYTES_MAX,
};
use crate::base::secret::{hex, sha256, sha256_of_pieces};
use crate::engine::external::{Account, PluginFault, Scored, Told};
use crate::language::typed::{PluginCall, PluginFunction, PluginInput};

/// The file that makes a folder a plugin.
pub const MANIFEST: &str = "plugin.toml";

/// A plugin that is ready to be asked.
pub struct Plugin {
    manifest: Manifest,
    /// Of the component, in small hexadecimal digits.
    sha256: String,
    revision: Arc<str>,
    /// Its id and version, as answers name it.
    by: Arc<str>,
    guest: Guest,
    record: Mutex<Record>,
}

impl std::fmt::Debug for Plugin {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} ({})", self.by, self.revision)
    }
}

/// What became of its calls.
#[derive(Debug, Default)]
struct Record {
    quarantine: Quarantine,
    counts: Counts,
    last_fault: Option<(Instant, PluginFault)>,
    log: VecDeque<LogLine>,
}

/// Figures of all calls since the plugin was loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Calls that went ahead.
    pub calls: u64,
    /// Batches of them.
    pub batches: u64,
    /// Customers told of.
    pub customers: u64,
    /// Customers without an answer.
    pub missing: u64,
    /// Calls that failed.
    pub faults: u64,
    /// Time of all batches, by the clock.
    pub took: Duration,
}

/// How a plugin stands, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// For people.
    pub description: String,
    /// Of the component.
    pub sha256: String,
    /// As rules call them.
    pub functions: Vec<String>,
    /// Whether it is asked.
    pub standing: Standing,
    /// Figures.
    pub counts: Counts,
    /// The last call that failed, with when.
    pub last_fault: Option<(Instant, PluginFault)>,
    /// The last lines it wrote.
    pub log: Vec<LogLine>,
}

/// The bytes of one plugin's folder.
pub(super) struct Files {
    manifest: Manifest,
    component: Vec<u8>,
    sha256: String,
    pub revision: Arc<str>,
}

impl Files {
    /// Reads a plugin's folder.
    pub fn read(folder: &Path) -> Result<Self, Failure> {
        let text = bounded(&folder.join(MANIFEST), PLUGIN_MANIFEST_BYTES_MAX)?;
        let text = String::from_utf8(text)
            .map_err(|_| Failure::new("plugin_manifest", format!("{MANIFEST} is not UTF-8")))?;
        let manifest = manifest::read(&text)
            .map_err(|fault| Failure::new("plugin_manifest", format!("{MANIFEST}: {fault}")))?;
        let component = bounded(
            &folder.join(&manifest.component),
            PLUGIN_COMPONENT_BYTES_MAX,
        )?;
        Self::of(manifest, &text, component)
    }

    /// The same of texts and bytes that are at hand.
    pub fn of(manifest: Manifest, text: &str, component: Vec<u8>) -> Result<Self, Failure> {
        let hash = hex(&sha256(&component));
        if manifest
            .sha256
            .as_ref()
            .is_some_and(|pinned| *pinned != hash)
        {
            let reason = format!("{} is not the file that `sha256` pins", manifest.component);
            return Err(Failure::new("plugin_hash", reason));
        }
        let revision = hex(&sha256_of_pieces(&[text.as_bytes(), &component]));
        Ok(Self {
            manifest,
            component,
            sha256: hash,
            revision: revision.get(..16).unwrap_or(&revision).into(),
        })
    }
}

fn bounded(path: &Path, bytes_max: u64) -> Result<Vec<u8>, Failure> {
    use std::io::Read;
    let unreadable = |error: std::io::Error| {
        let reason = format!("{}: cannot be read: {error}", path.display());
        Failure::new("plugin_unreadable", reason)
    };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(bytes_max + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > bytes_max {
        let reason = format!("{}: larger than {bytes_max} bytes", path.display());
        return Err(Failure::new("plugin_unreadable", reason));
    }
    Ok(bytes)
}

impl Plugin {
    /// Compiles, links, and asks the guest what it is: it has to say what its manifest says.
    pub(super) fn new(
        files: Files,
        sandbox: &Arc<Sandbox>,
        compiler: &Compiler,
    ) -> Result<Self, Failure> {
        let code = compiler.code(sandbox.engine(), &files.component)?;
        let plugin = Self {
            by: format!("{} {}", files.manifest.id, files.manifest.version).into(),
            guest: Guest::new(sandbox, &code)?,
            manifest: files.manifest,
            sha256: files.sha256,
            revision: files.revision,
            record: Mutex::default(),
        };
        let (described, _) = plugin.guest.ask(plugin.budget(None), |store, guest| {
            guest.tamis_plugin_scorer().call_describe(store).map(Ok)
        });
        agree(&plugin.manifest, &described?)?;
        Ok(plugin)
    }

    /// What it is called.
    pub fn id(&self) -> &str {
        &self.manifest.id
    }

    /// Another one whenever it may answer otherwise.
    pub fn revision(&self) -> &Arc<str> {
        &self.revision
    }

    /// Its manifest.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// What rules may know of its functions.
    pub fn signatures(&self) -> impl Iterator<Item = PluginFunction> + '_ {
        let only = self.manifest.functions.len() == 1;
        self.manifest.functions.iter().map(move |function| {
            let inputs = function.inputs.iter().map(|input| PluginInput {
                name: input.name.as_str().into(),
                expression: input.expression.as_str().into(),
                kind: input.kind.clone(),
                optional: input.optional,
            });
            PluginFunction {
                call: Arc::new(PluginCall {
                    plugin: self.manifest.id.as_str().into(),
                    function: function.name.as_str().into(),
                    only,
                    revision: Arc::clone(&self.revision),
                }),
                inputs: inputs.collect(),
                output: function.output.clone(),
            }
        })
    }

    /// How it stands.
    pub fn status(&self) -> Status {
        let record = self.record();
        Status {
            id: self.manifest.id.clone(),
            version: self.manifest.version.clone(),
            description: self.manifest.description.clone(),
            sha256: self.sha256.clone(),
            functions: self.signatures().map(|it| it.call.to_string()).collect(),
            standing: record.quarantine.standing(),
            counts: record.counts,
            last_fault: record.last_fault.clone(),
            log: record.log.iter().cloned().collect(),
        }
    }

    /// Forgets its faults: it is asked again at once.
    pub fn release(&self) {
        self.record().quarantine.release();
    }

    /// Answers a call, unless it is set aside.
    pub fn score(&self, told: Told<'_>, now: Instant) -> Result<Scored, PluginFault> {
        if let Err(until) = self.record().quarantine.admit(now) {
            let seconds = until.0.saturating_sub(now.0);
            let reason =
                format!("it is set aside after repeated faults and tried again in {seconds} s");
            let failure = Failure::new("plugin_set_aside", reason);
            return Err(self.fault(told.call, None, failure));
        }
        let (answer, usages) = self.answer(told);
        self.note(&answer, usages, told.rows, now);
        answer
    }

    fn note(
        &self,
        answer: &Result<Scored, PluginFault>,
        usages: Vec<Usage>,
        customers: usize,
        now: Instant,
    ) {
        let mut record = self.record();
        record.counts.calls += 1;
        record.counts.batches += usages.len() as u64;
        record.counts.customers += customers as u64;
        for usage in usages {
            record.counts.took += usage.took;
            record.log.extend(usage.log);
        }
        while record.log.len() > PLUGIN_LOG_LINES_MAX {
            record.log.pop_front();
        }
        match answer {
            Ok(scored) => {
                record.counts.missing += scored.missing.values().sum::<u64>();
                record.quarantine.went_well();
            }
            Err(fault) if fault.code == "plugin_cancelled" => record.quarantine.given_up(),
            Err(fault) => {
                record.counts.faults += 1;
                record.quarantine.failed(now);
                record.last_fault = Some((now, fault.clone()));
            }
        }
    }

    /// Answers a call, with what each batch took; faults are neither counted nor remembered.
    pub fn answer(&self, told: Told<'_>) -> (Result<Scored, PluginFault>, Vec<Usage>) {
        let mut usages = Vec::new();
        let answer = self.answered(told, &mut usages);
        let answer = answer.map_err(|(batch, failure)| self.fault(told.call, batch, failure));
        (answer, usages)
    }

    fn answered(
        &self,
        told: Told<'_>,
        usages: &mut Vec<Usage>,
    ) -> Result<Scored, (Option<u32>, Failure)> {
        let functions = (0_u32..).zip(&self.manifest.functions);
        let found = functions
            .into_iter()
            .find(|(_, function)| *function.name == *told.call.function);
        let Some((index, function)) = found else {
            let failure = Failure::new("plugin_absent", "it has no such function any more");
            return Err((None, failure));
        };
        let mut answers = Answers::new(function, told.rows, told.explain);
        let mut accounts = vec![Account::default(); if told.explain { told.rows } else { 0 }];
        let places = sendable(function, told, &mut answers);
        for (number, places) in (1_u32..).zip(places.chunks(PLUGIN_BATCH_ROWS)) {
            let batch = Batch {
                index,
                function,
                told,
                places,
            };
            let (taken, usage) = self.batch(&batch, &mut answers, &mut accounts);
            usages.push(usage);
            taken.map_err(|failure| (Some(number), failure))?;
        }
        for (place, note) in std::mem::take(&mut answers.notes) {
            if let Some(account) = accounts.get_mut(place as usize) {
                account.note = Some(note);
            }
        }
        let (data, present, missing) = answers.data();
        Ok(Scored {
            data,
            present,
            missing,
            accounts,
            by: Arc::clone(&self.by),
        })
    }

    fn batch(
        &self,
        batch: &Batch<'_>,
        answers: &mut Answers,
        accounts: &mut [Account],
    ) -> (Result<(), Failure>, Usage) {
        let Batch { told, places, .. } = *batch;
        let kinds: Vec<Kind> = batch
            .function
            .inputs
            .iter()
            .map(|it| it.kind.clone())
            .collect();
        let columns = wire::batch(told.inputs, &kinds, places);
        let settings: Vec<(String, String)> = self.manifest.settings.clone().into_iter().collect();
        let budget = self.budget(told.cancel.cloned());
        let (answer, usage) = self.guest.ask(budget, |store, guest| {
            let guest = guest.tamis_plugin_scorer();
            if let Err(fault) = guest.call_open(&mut *store, &settings)? {
                return Ok(Err(refused(fault)));
            }
            let scores = match guest.call_score(&mut *store, batch.index, &columns)? {
                Ok(scores) => scores,
                Err(fault) => return Ok(Err(refused(fault))),
            };
            if !told.explain {
                return Ok(Ok((scores, None)));
            }
            Ok(
                match guest.call_explain(&mut *store, batch.index, &columns)? {
                    Ok(explanation) => Ok((scores, Some(explanation))),
                    Err(fault) => Err(refused(fault)),
                },
            )
        });
        let taken = answer.and_then(|(scores, explanation)| {
            answers.take(&scores, places)?;
            let Some(explanation) = explanation else {
                return Ok(());
            };
            let explained = answers.accounts(&explanation, places)?;
            for (place, account) in places.iter().zip(explained) {
                if let Some(slot) = accounts.get_mut(*place as usize) {
                    *slot = account;
                }
            }
            Ok(())
        });
        (taken, usage)
    }

    fn budget(&self, cancel: Option<Arc<std::sync::atomic::AtomicBool>>) -> Budget {
        Budget {
            memory_bytes: self.manifest.memory_bytes,
            batch_ms: self.manifest.batch_ms,
            cancel,
        }
    }

    fn fault(&self, call: &PluginCall, batch: Option<u32>, failure: Failure) -> PluginFault {
        PluginFault {
            plugin: Arc::clone(&call.plugin),
            function: Arc::clone(&call.function),
            version: self.manifest.version.as_str().into(),
            batch,
            code: failure.code,
            reason: failure.reason,
        }
    }

    fn record(&self) -> MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One batch of one call.
struct Batch<'a> {
    index: u32,
    function: &'a ManifestFunction,
    told: Told<'a>,
    places: &'a [u32],
}

/// Places that have everything the function cannot do without; the others have no answer.
fn sendable(function: &ManifestFunction, told: Told<'_>, answers: &mut Answers) -> Vec<u32> {
    let mut places = Vec::with_capacity(told.rows);
    for (place, at) in (0_u32..).zip(0..told.rows) {
        let mut inputs = function.inputs.iter().zip(told.inputs);
        let lacking = inputs.find(|(input, told)| !input.optional && !wire::is_told(told, at));
        match lacking {
            None => places.push(place),
            Some((input, _)) => answers.lacks(place, &format!("lacks {}", input.name)),
        }
    }
    places
}

fn refused(fault: Fault) -> Failure {
    let (what, said) = match fault {
        Fault::BadInput(said) => ("it refused the input", said),
        Fault::BadSettings(said) => ("it refused its settings", said),
        Fault::Failed(said) => ("it gave up", said),
    };
    Failure::new("plugin_refused", format!("{what}: {}", sentence(&said)))
}

/// A guest has to describe itself as its manifest does.
fn agree(manifest: &Manifest, described: &[Signature]) -> Result<(), Failure> {
    let differ = |what: String| {
        let reason = format!("it is not what its manifest says: {what}");
        Err(Failure::new("plugin_interface", reason))
    };
    if described.len() != manifest.functions.len() {
        return differ(format!(
            "{} functions instead of {}",
            described.len(),
            manifest.functions.len()
        ));
    }
    for (own, told) in described.iter().zip(&manifest.functions) {
        let name = &told.name;
        if own.name != *name {
            return differ(format!(
                "function `{}` instead of `{name}`",
                sentence(&own.name)
            ));
        }
        if own.output != wire_kind(&told.output) {
            return differ(format!("`{name}` gives {}", worded(own.output)));
        }
        let inputs: Vec<(&str, WireKind, bool)> = own
            .inputs
            .iter()
            .map(|input| (input.name.as_str(), input.kind, input.optional))
            .collect();
        let wanted: Vec<(&str, WireKind, bool)> = told
            .inputs
            .iter()
            .map(|input| (input.name.as_str(), wire_kind(&input.kind), input.optional))
            .collect();
        if inputs != wanted {
            let shown = inputs.iter().map(|(name, kind, optional)| {
                let optional = if *optional { ", optional" } else { "" };
                format!("{} ({}{optional})", sentence(name), worded(*kind))
            });
            let shown: Vec<String> = shown.collect();
            return differ(format!("`{name}` reads {}", shown.join(", ")));
        }
    }
    Ok(())
}

fn worded(kind: WireKind) -> &'static str {
    match kind {
        WireKind::Number => "number",
        WireKind::Int => "int",
        WireKind::Flag => "bool",
        WireKind::Text => "text",
        WireKind::Time => "time",
    }
}
