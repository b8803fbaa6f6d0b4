//! Figures for operations.

use axum::extract::State as Given;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::server::metrics::MEDIA_TYPE;
use crate::server::refusal::{Answered, FAULT, Refusal};
use crate::server::state::State;

/// Figures for operations in OpenMetrics text
#[utoipa::path(get, path = "/metrics", tag = "server", responses((status = 200, description = "OpenMetrics text", body = String, content_type = "application/openmetrics-text")))]
pub async fn metrics(Given(state): Given<State>) -> Answered<Response> {
    state.heart.measure(&state.metrics);
    state
        .metrics
        .streams
        .set(i64::try_from(state.gate.streams_open()).unwrap_or(i64::MAX));
    let page = state
        .metrics
        .page()
        .map_err(|_| Refusal::new(FAULT, "the figures could not be written"))?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], page).into_response())
}
