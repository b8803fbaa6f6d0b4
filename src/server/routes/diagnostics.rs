//! The pages of diagnostics.

use axum::http::header;
use axum::response::IntoResponse;
use serde::Serialize;
use utoipa::ToSchema;

use crate::form::Form;
use crate::form::problem::Problem;
use crate::manual::{self, Entry};
use crate::server::accept::{Accepted, media_type};
use crate::server::chunks::json;
use crate::server::parameters::Name;
use crate::server::refusal::{Answered, NO_CODE, Refusal};

/// What a code means.
#[derive(Serialize, ToSchema)]
struct DiagnosticPage {
    /// The code.
    code: &'static str,
    /// `false`: what it is told of is taken all the same.
    refuses: bool,
    /// Its sentence.
    meaning: &'static str,
    /// Why it is told.
    why: &'static str,
    /// What to do.
    mend: &'static str,
    /// A text that raises it.
    example: Option<String>,
    /// What is printed for the example.
    answer: Option<String>,
    /// For what no text alone raises: the test that does.
    test: Option<String>,
    /// For what no test brings about: in words, what does.
    brought_by: Option<&'static str>,
}

impl From<Entry> for DiagnosticPage {
    fn from(entry: Entry) -> Self {
        Self {
            code: entry.code,
            refuses: entry.refuses,
            meaning: entry.meaning,
            why: entry.why,
            mend: entry.mend,
            example: entry.example,
            answer: entry.answer,
            test: entry.test,
            brought_by: entry.brought_by,
        }
    }
}

/// What the code of a finding means, with an example and how to mend it
#[utoipa::path(get, path = "/v1/diagnostics/{code}", tag = "rules",
    params(("code" = String, Path, description = "Such as E203; letters of either case")), responses(
    (status = 200, description = "The page; as text if the request accepts text/plain", body = DiagnosticPage),
    (status = 404, description = "No diagnostic has that code", body = Problem),
))]
pub async fn diagnostic(Name(code): Name, accepted: Accepted) -> Answered {
    let Some(page) = manual::find(&code) else {
        let detail = format!("no diagnostic has the code `{code}`");
        return Err(Refusal::new(NO_CODE, detail).help("a code is a letter and three digits: E203"));
    };
    let entry = Entry::of(page);
    if accepted.form == Form::Table {
        let head = [(header::CONTENT_TYPE, media_type(Form::Table))];
        return Ok((head, manual::text(&entry)).into_response());
    }
    json(&DiagnosticPage::from(entry))
}
