//! A backup of the store while it serves. On the control socket alone: it writes files where
//! the caller says.

use std::path::PathBuf;
use std::sync::atomic::Ordering;

use axum::extract::State as Given;
use serde::Deserialize;

use crate::form::backup::MadeForm;
use crate::live::failure::CoreError;
use crate::server::body::Strict;
use crate::server::chunks::json;
use crate::server::heart::refused;
use crate::server::refusal::Answered;
use crate::server::state::State;
use crate::store::backup::Job;

/// What is asked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// The folder, from the root.
    to: PathBuf,
    /// Only what came since the newest backup in it.
    incremental: bool,
}

/// Makes it; facts are taken meanwhile.
pub async fn backup(Given(state): Given<State>, Strict(wanted): Strict<Wanted>) -> Answered {
    let place = state.backups.place_at_once()?;
    let shared = state.clone();
    let made = state
        .backups
        .run_long(place, state.stopping.clone(), move |cancel| {
            let stopped = || shared.heart.store_wanted() || cancel.load(Ordering::Relaxed);
            let job = Job {
                folder: &wanted.to,
                incremental: wanted.incremental,
                stop: &stopped,
            };
            let made = shared.heart.read(|store| store.backup(&job))?;
            made.map_err(|error| refused(&CoreError::Store(error)))
        })
        .await?;
    json(&MadeForm::from(made))
}
