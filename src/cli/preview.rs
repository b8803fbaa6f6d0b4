//! `tamis preview`: what a rule file would do if it took the place of what serves.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use super::arguments::{Place, Preview as Options, Summary};
use super::failure::Failure;
use super::output::{Output, failed, say};
use super::plugins;
use super::remote;
use super::workplace::{data_folder, going_on, rules_folder};
use crate::base::calendar::Zone;
use crate::base::clock::Clock;
use crate::engine::RunOptions;
use crate::form::Form;
use crate::form::care::write;
use crate::form::preview::PreviewForm;
use crate::host::PluginSet;
use crate::ingest::erasure;
use crate::live::accepted;
use crate::live::moment::Moment;
use crate::live::preview::{self, Edit, PreviewError};
use crate::live::review_records;
use crate::rules::{self, Loaded, Texts};
use crate::schema::Schema;
use crate::store::Store;

/// Shows who would enter and who would leave.
pub(super) fn run(
    place: &Place,
    options: &Options,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    let server = remote::find(place)?;
    let folder = match &server {
        Some(server) => server.rules_folder()?,
        None => rules_folder(place),
    };
    let text = std::fs::read_to_string(&options.path)
        .map_err(|error| Failure::Input(format!("{}: {error}", options.path.display())))?;
    let name = name_of(&folder, &options.path)?;
    let text = text.trim_start_matches('\u{feff}');
    if let Some(server) = server {
        return server.preview(options, &name, text, output);
    }
    let data = data_folder(place);
    let plugins = plugins::load(place, &folder, &data)?;
    let moment = moment(&data, &folder, &name, &plugins)?.with_plugins(plugins);
    let edit = Edit::File {
        name: &name,
        text: Some(text),
    };
    let found = preview::preview(&moment, edit, options.samples, &RunOptions::default())?;
    let as_of = moment.zone().format(found.at);
    let form = match options.format {
        Summary::Table => Form::Table,
        Summary::Json => Form::Json,
    };
    let answer = PreviewForm::new(&found, as_of);
    write(output, &answer, form).map_err(failed)?;
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
    let snapshot = erasure::snapshot(&store, schema, zone.clone())?;
    let clock = Clock::new(schema.settings.clock_starts);
    let now = going_on(&store, clock.now(), &zone)?;
    let reviews = review_records::load(&store)?;
    store.close()?;
    let moment = Moment::new(loaded.sources, loaded.rules, snapshot, now);
    Ok(moment.with_reviews(Arc::new(reviews)))
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
