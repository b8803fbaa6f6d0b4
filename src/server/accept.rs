//! Which form of an answer a request takes, and how a terminal wants it drawn.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::refusal::{ACCEPT, Refusal};
use super::{COLOR_HEADER, COLUMNS_HEADER};
use crate::form::Form;

/// What the request's headers say of the answer.
#[derive(Clone, Copy, Debug)]
pub struct Accepted {
    /// JSON unless said.
    pub form: Form,
    /// Columns that a table must fit.
    pub columns: Option<u16>,
    /// Whether diagnostics are drawn in colour.
    pub color: bool,
}

/// Media type of a form.
pub fn media_type(form: Form) -> &'static str {
    match form {
        Form::Json => "application/json",
        Form::Csv => "text/csv; charset=utf-8",
        Form::Ndjson => "application/x-ndjson",
        Form::Table => "text/plain; charset=utf-8",
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Accepted {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        let headers = &parts.headers;
        let number = |name| headers.get(name)?.to_str().ok()?.parse().ok();
        Ok(Self {
            form: form(headers)?,
            columns: number(COLUMNS_HEADER),
            color: headers
                .get(COLOR_HEADER)
                .is_some_and(|value| value == "yes"),
        })
    }
}

/// The first form named that we have; weights are not looked at.
fn form(headers: &HeaderMap) -> Result<Form, Refusal> {
    let Some(accept) = headers.get(header::ACCEPT) else {
        return Ok(Form::Json);
    };
    let accept = accept.to_str().unwrap_or_default();
    let named = accept.split(',').find_map(|entry| {
        let kind = entry.split(';').next().unwrap_or_default().trim();
        match kind {
            "application/json" | "*/*" | "application/*" => Some(Form::Json),
            "text/csv" => Some(Form::Csv),
            "application/x-ndjson" | "application/ndjson" => Some(Form::Ndjson),
            "text/plain" => Some(Form::Table),
            _ => None,
        }
    });
    named.ok_or_else(|| {
        Refusal::new(ACCEPT, "the answer has none of the accepted forms")
            .help("accept application/json, text/csv, application/x-ndjson or text/plain")
    })
}
