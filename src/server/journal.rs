//! One line of the log a request, and what every answer carries. The line has the method,
//! the pattern of the route, the status, the time, the bytes and the request's number: no
//! path, no id, no text of a question ever reaches it.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State as Given};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use uuid::Uuid;

use super::state::State;
use super::{VERSION, VERSION_HEADER};

/// Header that names a request in the log.
const REQUEST_HEADER: &str = "tamis-request";

/// What a browser must not do with answers.
const SECURITY: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "content-security-policy",
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
    ("cache-control", "no-store"),
];

/// Logs, counts and completes.
pub async fn keep(Given(state): Given<State>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = Uuid::now_v7().simple().to_string();
    let method = method(request.method());
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("none", |path| path.as_str())
        .to_owned();
    let mut response = next.run(request).await;
    let status = response.status().as_u16();
    let seconds = started.elapsed().as_secs_f64();
    let bytes = response
        .headers()
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    state.metrics.request(method, &route, status, seconds);
    tracing::info!(
        target: "tamis::request",
        method,
        route,
        status,
        ms = seconds * 1e3,
        bytes,
        id,
    );
    let headers = response.headers_mut();
    for (name, value) in SECURITY {
        headers
            .entry(HeaderName::from_static(name))
            .or_insert(HeaderValue::from_static(value));
    }
    headers.insert(
        HeaderName::from_static(VERSION_HEADER),
        HeaderValue::from_static(VERSION),
    );
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static(REQUEST_HEADER), value);
    }
    response
}

/// A method under one of few names, so that nobody writes into the log.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        Method::PATCH => "PATCH",
        _ => "OTHER",
    }
}
