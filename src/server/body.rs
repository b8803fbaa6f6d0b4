//! Bodies: bounded in bytes packed and unpacked, in time and in form. JSON is read
//! strictly: no unknown field, none twice, nothing after the end.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::refusal::{MALFORMED, MEDIA, Refusal, TOO_LARGE, TOO_SLOW, WRONG_FORM};
use super::state::State;
use crate::base::limit::{SERVER_BODY_SECONDS_MAX, SERVER_QUESTION_BYTES_MAX};

/// A JSON body of a known form.
pub struct Strict<T>(pub T);

/// Lines of JSON, unpacked and unread.
pub struct Lines(pub Bytes);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Strict<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        expect(request.headers(), &["application/json"])?;
        let bytes = read(request.into_body(), SERVER_QUESTION_BYTES_MAX).await?;
        strict(&bytes).map(Strict)
    }
}

impl FromRequest<State> for Lines {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &State) -> Result<Self, Refusal> {
        let kinds = [
            "application/x-ndjson",
            "application/ndjson",
            "application/jsonl",
        ];
        expect(request.headers(), &kinds)?;
        read(request.into_body(), state.body_bytes_max)
            .await
            .map(Lines)
    }
}

/// Reads JSON of a known form.
pub fn strict<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(bytes).map_err(|error| {
        let wrong_form = error.is_data();
        let text = error.to_string();
        match wrong_form {
            true => Refusal::new(WRONG_FORM, format!("the body does not fit: {text}"))
                .help("/openapi.json has the fields of each body"),
            false => Refusal::new(MALFORMED, format!("the body is not JSON: {text}"))
                .help("send one JSON object in UTF-8"),
        }
    })
}

/// Refuses a body of another type.
pub fn expect(headers: &HeaderMap, kinds: &[&str]) -> Result<(), Refusal> {
    let given = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let kind = given.split(';').next().unwrap_or_default().trim();
    if kinds.iter().any(|known| known.eq_ignore_ascii_case(kind)) {
        return Ok(());
    }
    let first = kinds.first().copied().unwrap_or_default();
    Err(
        Refusal::new(MEDIA, format!("the body must be {}", kinds.join(" or ")))
            .help(format!("send the header Content-Type: {first}")),
    )
}

async fn read(body: Body, bytes_max: usize) -> Result<Bytes, Refusal> {
    let limit = Duration::from_secs(SERVER_BODY_SECONDS_MAX);
    match timeout(limit, axum::body::to_bytes(body, bytes_max)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if is_too_long(&error) => Err(too_large(bytes_max)),
        Ok(Err(_)) => Err(Refusal::new(
            MALFORMED,
            "the body broke off or cannot be unpacked",
        )),
        Err(_) => Err(Refusal::new(
            TOO_SLOW,
            format!("the body did not come within {SERVER_BODY_SECONDS_MAX} seconds"),
        )),
    }
}

fn is_too_long(error: &axum::Error) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if error.to_string() == "length limit exceeded" {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The refusal of a body with more bytes than that.
pub fn too_large(bytes_max: usize) -> Refusal {
    Refusal::new(
        TOO_LARGE,
        format!("the body has more than {bytes_max} bytes"),
    )
    .help("send it in parts; packed and unpacked bytes count alike")
}
