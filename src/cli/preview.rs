//! `tamis preview`: what a rule file would do if it took the place of what serves.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use serde::Serialize;

use super::arguments::{Place, Preview as Options, Summary};
use super::failure::Failure;
use super::format::table::grouped;
use super::output::{Output, say};
use super::plugins;
use super::workplace::{data_folder, rules_folder};
use crate::base::calendar::Zone;
use crate::base::clock::Clock;
use crate::engine::RunOptions;
use crate::engine::trace::Verdict;
use crate::host::PluginSet;
use crate::ingest::erasure;
use crate::live::accepted;
use crate::live::moment::Moment;
use crate::live::preview::{self, ChangedFilter, Edit, Movement, Preview, PreviewError, Said};
use crate::rules::{self, Loaded, Texts};
use crate::schema::Schema;
use crate::store::Store;

/// Shows who would enter and who would leave.
pub(super) fn run(
    place: &Place,
    options: &Options,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let folder = rules_folder(place);
    let text = std::fs::read_to_string(&options.path)
        .map_err(|error| Failure::Input(format!("{}: {error}", options.path.display())))?;
    let name = name_of(&folder, &options.path)?;
    let data = data_folder(place);
    let plugins = plugins::load(place, &folder, &data)?;
    let moment = moment(&data, &folder, &name, &plugins)?.with_plugins(plugins);
    let edit = Edit::File {
        name: &name,
        text: Some(text.trim_start_matches('\u{feff}')),
    };
    let samples = options.samples;
    let found = preview::preview(&moment, edit, samples, &RunOptions::default())?;
    match options.format {
        Summary::Table => lines(&found, output)?,
        Summary::Json => {
            let text = serde_json::to_string(&Report::of(&found, moment.zone()))
                .map_err(|error| Failure::Store(error.to_string()))?;
            output.line(&text)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The file's path below the rules folder; a file from elsewhere stands beside the others.
fn name_of(folder: &Path, path: &Path) -> Result<String, Failure> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    if ending != Some(rules::ENDING) {
        return Err(Failure::Usage(format!(
            "`{}` is no rule file\nhelp: rule files end in .{}",
            path.display(),
            rules::ENDING
        )));
    }
    let full = |path: &Path| {
        path.canonicalize()
            .map_err(|error| Failure::Input(format!("{}: {error}", path.display())))
    };
    let (top, file) = (full(folder)?, full(path)?);
    let below = file.strip_prefix(&top).map(Path::to_path_buf);
    let below = below.unwrap_or_else(|_| file.file_name().map(Into::into).unwrap_or_default());
    let parts: Vec<String> = below
        .iter()
        .map(|part| part.to_string_lossy().into_owned())
        .collect();
    Ok(parts.join("/"))
}

/// The set accepted last over the store; where none is kept, the folder without the file.
fn moment(data: &Path, folder: &Path, name: &str, plugins: &PluginSet) -> Result<Moment, Failure> {
    let compiled = |texts| rules::load_texts_with(texts, Arc::clone(plugins.signatures()));
    if !Store::exists(data) {
        return Err(Failure::Store(format!(
            "there is no store at `{}`\nhelp: run `tamis import` first, or name the folder with --data",
            data.display()
        )));
    }
    let store = Store::open(data, &Schema::default())?;
    let loaded = match accepted::last(&store)? {
        Some(kept) => sound(compiled(kept.texts))?,
        None => {
            say("no accepted set is kept; the other files of the folder stand for it");
            let mut texts: Texts =
                rules::read(folder).map_err(|error| Failure::Input(error.to_string()))?;
            texts.remove(name);
            sound(compiled(texts))?
        }
    };
    let schema = &loaded.rules.schema;
    let zone = &schema.settings.time_zone;
    let zone = Zone::load(zone)
        .ok_or_else(|| Failure::Input(format!("no time zone is called `{zone}`")))?;
    let store = store.reopen(schema)?;
    let snapshot = erasure::snapshot(&store, schema, zone)?;
    store.close()?;
    let now = Clock::new(schema.settings.clock_starts).now();
    Ok(Moment::new(loaded.sources, loaded.rules, snapshot, now))
}

fn sound(loaded: Loaded) -> Result<Loaded, Failure> {
    match loaded.is_sound() {
        true => Ok(loaded),
        false => Err(Failure::Rules(Box::new(loaded.sources), loaded.diagnostics)),
    }
}

impl From<PreviewError> for Failure {
    fn from(error: PreviewError) -> Self {
        match error {
            PreviewError::Ask(error) => error.into(),
            schema @ PreviewError::Schema => Failure::Input(format!(
                "{schema}\nhelp: `tamis check` says whether the rules are sound"
            )),
        }
    }
}

fn lines(found: &Preview, output: &mut Output) -> Result<(), Failure> {
    for filter in &found.changed {
        let through = match (filter.own_text, filter.through.is_empty()) {
            (_, true) => String::new(),
            (true, false) => format!("; also through {}", filter.through.join(", ")),
            (false, false) => format!("; through {}", filter.through.join(", ")),
        };
        output.line(&format!(
            "{}: {} → {} members, {} enter, {} leave{through}",
            filter.name,
            grouped(filter.before),
            grouped(filter.after),
            grouped(filter.entered.count),
            grouped(filter.left.count),
        ))?;
        samples("enters", &filter.entered, output)?;
        samples("leaves", &filter.left, output)?;
    }
    for filter in &found.added {
        let members = grouped(filter.members);
        output.line(&format!("{}: new, {members} members", filter.name))?;
    }
    for filter in &found.dropped {
        let members = grouped(filter.members);
        output.line(&format!("{}: no more, had {members} members", filter.name))?;
    }
    if !found.other_rules.is_empty() {
        let names = found.other_rules.join(", ");
        output.line(&format!("other rules that change: {names}"))?;
    }
    output.line(&format!("{} filters say the same", found.same))
}

fn samples(verb: &str, movement: &Movement, output: &mut Output) -> Result<(), Failure> {
    for sample in &movement.samples {
        let reasons = [("was", &sample.reason.was), ("is", &sample.reason.is)];
        let reasons: Vec<String> = reasons
            .iter()
            .filter_map(|(word, said)| {
                let said = said.as_ref()?;
                Some(format!(
                    "{word} {} ({})",
                    said.text.english,
                    verdict(said.verdict)
                ))
            })
            .collect();
        output.line(&format!(
            "  {} {verb}: {}",
            sample.customer,
            reasons.join("; ")
        ))?;
    }
    Ok(())
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Yes => "yes",
        Verdict::No => "no",
        Verdict::Unknown => "unknown",
    }
}

/// For programs.
#[derive(Serialize)]
struct Report {
    as_of: String,
    changed: Vec<ChangedReport>,
    added: Vec<SizeReport>,
    dropped: Vec<SizeReport>,
    same: usize,
    other_rules: Vec<String>,
}

#[derive(Serialize)]
struct ChangedReport {
    filter: String,
    own_text: bool,
    through: Vec<String>,
    before: u64,
    after: u64,
    entered: MovementReport,
    left: MovementReport,
}

#[derive(Serialize)]
struct MovementReport {
    count: u64,
    samples: Vec<SampleReport>,
}

#[derive(Serialize)]
struct SampleReport {
    id: String,
    was: Option<SaidReport>,
    is: Option<SaidReport>,
}

#[derive(Serialize)]
struct SaidReport {
    text: String,
    answer: &'static str,
}

#[derive(Serialize)]
struct SizeReport {
    filter: String,
    members: u64,
}

impl Report {
    fn of(found: &Preview, zone: &Zone) -> Self {
        let sizes = |list: &[preview::Sized]| -> Vec<SizeReport> {
            list.iter()
                .map(|sized| SizeReport {
                    filter: sized.name.to_string(),
                    members: sized.members,
                })
                .collect()
        };
        Self {
            as_of: zone.format(found.at),
            changed: found.changed.iter().map(ChangedReport::of).collect(),
            added: sizes(&found.added),
            dropped: sizes(&found.dropped),
            same: found.same,
            other_rules: texts(&found.other_rules),
        }
    }
}

impl ChangedReport {
    fn of(filter: &ChangedFilter) -> Self {
        Self {
            filter: filter.name.to_string(),
            own_text: filter.own_text,
            through: texts(&filter.through),
            before: filter.before,
            after: filter.after,
            entered: MovementReport::of(&filter.entered),
            left: MovementReport::of(&filter.left),
        }
    }
}

impl MovementReport {
    fn of(movement: &Movement) -> Self {
        let said = |said: &Option<Said>| {
            said.as_ref().map(|said| SaidReport {
                text: said.text.english.clone(),
                answer: verdict(said.verdict),
            })
        };
        let samples = movement.samples.iter();
        Self {
            count: movement.count,
            samples: samples
                .map(|sample| SampleReport {
                    id: sample.customer.to_string(),
                    was: said(&sample.reason.was),
                    is: said(&sample.reason.is),
                })
                .collect(),
        }
    }
}

fn texts(names: &[Arc<str>]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}
