//! Filters saved and removed over HTTP.

use axum::extract::State as Given;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::form::noted::Noted;
use crate::form::problem::Problem;
use crate::live::reload::Saved;
use crate::live::saved::{Draft, Expected, SaveError};
use crate::rules::revision::Revision;
use crate::server::accept::Accepted;
use crate::server::body::Strict;
use crate::server::chunks::json;
use crate::server::heart;
use crate::server::parameters::Name;
use crate::server::refusal::{Answered, Refusal, WRONG_FORM};
use crate::server::state::State;

/// Who is named as the author of what comes over HTTP.
const AUTHOR: &str = "api";

/// A filter as someone wants it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FilterBody {
    /// A condition, in either tongue.
    expression: String,
    /// Second name.
    label: Option<String>,
}

/// A filter as it was saved.
#[derive(Serialize, ToSchema)]
struct SavedForm {
    name: String,
    label: Option<String>,
    expression: String,
    /// For If-Match.
    revision: Option<String>,
    /// Below the rules folder.
    file: String,
    /// What someone should look at.
    warnings: Vec<Noted>,
    /// Customers that entered a filter because of it.
    entered: u64,
    /// Customers that left one.
    left: u64,
}

/// Save a filter; it serves when this returns. If-Match names the revision changed, If-None-Match: * wants a new one
#[utoipa::path(put, path = "/v1/filters/{name}", tag = "filters", request_body = FilterBody,
    params(("name" = String, Path, description = "Its name"),
    ("If-Match" = Option<String>, Header, description = "The revision that is changed, as the ETag had it"),
    ("If-None-Match" = Option<String>, Header, description = "`*`: only if there is none of that name")), responses(
    (status = 200, description = "It serves", body = SavedForm),
    (status = 409, description = "The name is taken, or the filter is written by hand", body = Problem),
    (status = 412, description = "Someone else has changed it", body = Problem),
    (status = 422, description = "The expression has faults", body = Problem),
))]
pub async fn put(
    Given(state): Given<State>,
    Name(name): Name,
    headers: HeaderMap,
    accepted: Accepted,
    Strict(body): Strict<FilterBody>,
) -> Answered {
    let expected = expected(&headers)?;
    let shared = state.clone();
    let saved = state.taking.run(move |_| {
        let draft = Draft {
            name: &name,
            label: body.label.as_deref(),
            expression: &body.expression,
        };
        shared
            .heart
            .reloader()
            .save_filter(draft, expected, AUTHOR)
            .map_err(|error| refused(error, accepted.color))
    });
    written(saved.await?)
}

/// Remove a saved filter
#[utoipa::path(delete, path = "/v1/filters/{name}", tag = "filters",
    params(("name" = String, Path, description = "Its name"),
    ("If-Match" = Option<String>, Header, description = "The revision that is removed, as the ETag had it")), responses(
    (status = 204, description = "It is no more"),
    (status = 404, description = "No filter has that name", body = Problem),
    (status = 409, description = "Others use it, or it is written by hand", body = Problem),
    (status = 412, description = "Someone else has changed it", body = Problem),
))]
pub async fn delete(
    Given(state): Given<State>,
    Name(name): Name,
    headers: HeaderMap,
    accepted: Accepted,
) -> Answered {
    let expected = expected(&headers)?;
    let shared = state.clone();
    let removed = state.taking.run(move |_| {
        shared
            .heart
            .reloader()
            .delete_filter(&name, expected, AUTHOR)
            .map_err(|error| refused(error, accepted.color))
    });
    removed.await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn expected(headers: &HeaderMap) -> Answered<Expected> {
    let wrong = |detail| Err(Refusal::new(WRONG_FORM, detail));
    if let Some(value) = headers.get(header::IF_NONE_MATCH) {
        return match value.as_bytes() {
            b"*" => Ok(Expected::New),
            _ => wrong("If-None-Match can only be *"),
        };
    }
    let Some(value) = headers.get(header::IF_MATCH) else {
        return Ok(Expected::Any);
    };
    let text = value.to_str().unwrap_or_default().trim();
    match Revision::parse(text.trim_matches('"')) {
        Some(revision) => Ok(Expected::Revision(revision)),
        None => wrong("If-Match is not the revision of a filter"),
    }
}

fn written(saved: Saved) -> Answered {
    let Some(filter) = saved.filter else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let response = json(&SavedForm {
        name: filter.name,
        label: filter.label,
        expression: filter.expression,
        revision: filter.revision.map(|revision| revision.to_string()),
        file: filter.file,
        warnings: saved.warnings.iter().map(Noted::of).collect(),
        entered: saved.accepted.entered,
        left: saved.accepted.left,
    })?;
    Ok(tagged(response, filter.revision))
}

/// Adds the revision, for a later If-Match.
pub fn tagged(mut response: Response, revision: Option<Revision>) -> Response {
    if let Some(revision) = revision
        && let Ok(value) = HeaderValue::from_str(&format!("\"{revision}\""))
    {
        response.headers_mut().insert(header::ETAG, value);
    }
    response
}

fn refused(error: SaveError, color: bool) -> Refusal {
    let status = match &error {
        SaveError::Text(sources, found) => return Refusal::text(sources, found, color),
        SaveError::Core(fault) => return heart::refused(fault),
        SaveError::Name { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        SaveError::Stale { .. } => StatusCode::PRECONDITION_FAILED,
        SaveError::Missing { .. } => StatusCode::NOT_FOUND,
        SaveError::Taken { .. }
        | SaveError::HandWritten { .. }
        | SaveError::Used { .. }
        | SaveError::ChangedOnDisk { .. } => StatusCode::CONFLICT,
        SaveError::Unwritable { .. } => StatusCode::INTERNAL_SERVER_ERROR,
    };
    Refusal::foreign(error.code(), status, error.to_string()).help(error.help())
}
