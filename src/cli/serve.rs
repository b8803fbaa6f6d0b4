//! `tamis serve`: the server, until a signal ends it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use tracing_subscriber::EnvFilter;

use super::arguments::{LogForm, Place, Serve};
use super::failure::Failure;
use super::output::{Output, say};
use super::plugins;
use super::workplace::{data_folder, rules_folder};
use crate::base::clock::Clock;
use crate::base::limit::{SERVER_BODY_BYTES_MAX, SERVER_REQUESTS_A_SECOND_MAX};
use crate::engine::RunOptions;
use crate::live::core::{Core, Opening};
use crate::live::reload::{self, Origin, Reloader, StartError};
use crate::live::rule_set::Outcome;
use crate::rules::Loaded;
use crate::server::{self, Heart, ServeError, Setup};
use crate::settings::{self, Limits, SettingsError};

/// Address unless said.
const LISTEN: &str = "127.0.0.1:7171";
/// Variable that says what is logged, as `tamis=debug`.
const LOG_VARIABLE: &str = "TAMIS_LOG";

/// Serves. The address is the first line of standard output, the log goes to standard error.
pub(super) fn run(
    place: &Place,
    options: &Serve,
    output: &mut Output,
) -> Result<ExitCode, Failure> {
    log(options.log);
    let (rules_folder, data_folder) = (rules_folder(place), data_folder(place));
    let settings = settings::load(None, &rules_folder, &data_folder)?.settings;
    let limits = &settings.limits;
    let listen = settings.listen.map(|address| address.to_string());
    let setup = Setup {
        heart: heart(place, &data_folder, &rules_folder, limits)?,
        listen: options
            .listen
            .clone()
            .or(listen)
            .unwrap_or_else(|| LISTEN.to_owned()),
        data_folder,
        rules_folder: full(&rules_folder),
        requests_a_second_max: options
            .rate
            .or(limits.requests_per_second_max)
            .unwrap_or(SERVER_REQUESTS_A_SECOND_MAX),
        body_bytes_max: limits.body_bytes_max.unwrap_or(SERVER_BODY_BYTES_MAX),
    };
    server::run(setup, |address| {
        // Whoever started the server may have gone; it serves all the same.
        let told = output.line(&format!("listening on http://{address}"));
        let _ = told.and_then(|()| output.finish());
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The rules of the folder, else those accepted last, over the store; kept as the folder says from then on.
fn heart(
    place: &Place,
    data_folder: &Path,
    rules_folder: &Path,
    limits: &Limits,
) -> Result<Heart, Failure> {
    let mut options = RunOptions::default();
    options.threads = limits.threads.unwrap_or(options.threads);
    let plugins = plugins::load(place, rules_folder, data_folder)?;
    let make = |loaded: Loaded| {
        Core::open(
            Opening {
                store_folder: data_folder.to_owned(),
                clock: Clock::new(loaded.rules.schema.settings.clock_starts),
                loaded,
                plugins: Arc::clone(&plugins),
                options: options.clone(),
            },
            (),
        )
    };
    let core = Arc::new(reload::open(data_folder, rules_folder, &plugins, make)?);
    if let Some(attempt) = core.live().rule_set.attempt()
        && attempt.outcome == Outcome::Refused
    {
        say(attempt.rendered.trim_end());
        say("the rules of the folder are refused; those accepted last serve");
    }
    let folder = plugins::folder(place, rules_folder);
    let origin = Origin {
        rules_folder: rules_folder.to_owned(),
        plugins_folder: folder.is_dir().then(|| (folder.clone(), plugins::ENDINGS)),
        plugins: plugins::reloading(folder, plugins::options(data_folder), plugins),
    };
    let reloader = Reloader::start(Arc::clone(&core), origin)
        .map_err(|error| Failure::Store(format!("the rules folder cannot be watched: {error}")))?;
    Ok(Heart::new(core, reloader))
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Rules(attempt) | StartError::Kept(attempt) => {
                Failure::Drawn(attempt.rendered.clone(), attempt.errors())
            }
            StartError::Core(error) => Failure::Store(format!("{error}\nhelp: {}", error.help())),
        }
    }
}

/// A folder as every process names it.
fn full(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

fn log(form: LogForm) {
    let filter =
        EnvFilter::try_from_env(LOG_VARIABLE).unwrap_or_else(|_| EnvFilter::new("tamis=info"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A log that is set already stays.
    let _ = match form {
        LogForm::Text => builder.with_ansi(false).try_init(),
        LogForm::Json => builder.json().flatten_event(true).try_init(),
    };
}

impl From<ServeError> for Failure {
    fn from(error: ServeError) -> Self {
        match error {
            ServeError::Address(_) | ServeError::NotLoopback(_) => {
                Failure::Usage(error.to_string())
            }
            _ => Failure::Store(error.to_string()),
        }
    }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Wrong(sources, found) => Failure::Rules(sources, found),
            other => Failure::Input(other.to_string()),
        }
    }
}
