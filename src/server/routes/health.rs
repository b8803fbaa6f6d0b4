//! Whether the server lives and whether it can answer.

use axum::extract::State as Given;
use serde::Serialize;
use utoipa::ToSchema;

use crate::server::VERSION;
use crate::server::chunks::json;
use crate::server::refusal::{Answered, Refusal, STOPPING};
use crate::server::state::State;

/// The server lives.
#[derive(Serialize, ToSchema)]
struct Health {
    /// `ok`
    status: &'static str,
    /// Version of the program.
    version: &'static str,
    /// Folder of its rule files.
    rules: String,
}

/// The server lives
#[utoipa::path(get, path = "/healthz", tag = "server", responses((status = 200, description = "It lives", body = Health)))]
pub async fn healthz(Given(state): Given<State>) -> Answered {
    json(&Health {
        status: "ok",
        version: VERSION,
        rules: state.rules_folder.display().to_string(),
    })
}

/// The server can answer.
#[derive(Serialize, ToSchema)]
struct Ready {
    /// `ready`
    status: &'static str,
    /// The present instant.
    now: String,
}

/// The server takes questions and facts
#[utoipa::path(get, path = "/readyz", tag = "server", responses(
    (status = 200, description = "It does", body = Ready),
    (status = 503, description = "It is stopping, the writing side has stopped, or the disk is full", body = crate::form::problem::Problem),
))]
pub async fn readyz(Given(state): Given<State>) -> Answered {
    if *state.stopping.borrow() {
        return Err(Refusal::new(STOPPING, "the server is stopping"));
    }
    state.heart.ready()?;
    let zone = state.heart.zone();
    json(&Ready {
        status: "ready",
        now: zone.format(state.heart.now()),
    })
}
