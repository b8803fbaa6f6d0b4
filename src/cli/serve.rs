//! `tamis serve`: the server, until a signal ends it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use tracing_subscriber::EnvFilter;

use super::arguments::{LogForm, Place, Serve};
use super::assembly;
use super::failure::Failure;
use super::output::Output;
use super::workplace::{data_folder, rules_folder};
use crate::base::limit::{SERVER_BODY_BYTES_MAX, SERVER_REQUESTS_A_SECOND_MAX};
use crate::server::{self, Door, ServeError, Setup};
use crate::settings::{self, SettingsError};

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
    let named = options.settings.as_deref();
    let settings = settings::load(named, &rules_folder, &data_folder)?;
    let limits = &settings.settings.limits;
    let listen = settings.settings.listen.map(|address| address.to_string());
    let listen = options.listen.clone().or(listen);
    // Before the store is opened: who cannot serve writes nothing.
    let door = Door::hold(listen.as_deref().unwrap_or(LISTEN))?;
    let folders = (&*data_folder, &*rules_folder);
    let setup = Setup {
        heart: assembly::heart(place, folders, &settings, options.other_kinds)?,
        door,
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

/// A folder as every process names it.
fn full(folder: &Path) -> PathBuf {
    folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
}

/// For somebody who reads a tour rather than a log: only what went wrong.
pub(super) fn log_quietly() {
    let builder = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new("tamis=warn"))
        .with_writer(std::io::stderr);
    let _ = builder.with_ansi(false).try_init();
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
