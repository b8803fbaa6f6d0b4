//! All endpoints with what stands around them.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;
use tower_http::decompression::RequestDecompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;

use super::BACKUP_PATH;
use super::bare::Bare;
use super::guard::Guard;
use super::routes::{backup, page};
use super::state::State;
use super::{bare, guard, journal, openapi, refusal};

/// For TCP.
pub fn guarded(state: &State, guard: Guard) -> Router {
    let endpoints = endpoints(state);
    around(
        endpoints.layer(from_fn_with_state(guard, guard::watch)),
        state,
    )
}

/// For the control socket: whoever may open its file may also have files written.
pub fn open(state: &State) -> Router {
    let own = Router::new()
        .route(BACKUP_PATH, post(backup::backup))
        .layer(from_fn_with_state(Bare::known(), bare::refuse));
    around(endpoints(state).merge(own.with_state(state.clone())), state)
}

fn endpoints(state: &State) -> Router {
    let (endpoints, _) = openapi::endpoints().split_for_parts();
    let (imports, _) = openapi::imports().split_for_parts();
    endpoints
        .route("/", get(page::page))
        .route("/{name}", get(page::asset))
        // Unpacked bytes are bounded where bodies are read, packed ones here.
        .layer(RequestDecompressionLayer::new())
        .layer(RequestBodyLimitLayer::new(state.body_bytes_max))
        .merge(imports)
        .layer(from_fn_with_state(Bare::known(), bare::refuse))
        .with_state(state.clone())
}

fn around(endpoints: Router, state: &State) -> Router {
    endpoints
        .layer(from_fn_with_state(state.clone(), refusal::mend))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), journal::keep))
}
