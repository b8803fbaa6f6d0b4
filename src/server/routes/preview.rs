//! What a change of the rules would do to the members of filters.

use axum::extract::State as Given;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::limit::{SERVER_PREVIEW_SAMPLES, SERVER_PREVIEW_SAMPLES_MAX};
use crate::form::preview::PreviewForm;
use crate::form::problem::Problem;
use crate::live::preview::{self, Edit, PreviewError};
use crate::server::accept::Accepted;
use crate::server::body::Strict;
use crate::server::chunks::told;
use crate::server::refusal::{Answered, Refusal, WRONG_FORM};
use crate::server::state::State;

/// A change to try.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewBody {
    /// Items, which take the place of those of the same name; or all of `file`.
    text: String,
    /// The file below the rules folder that would say `text`.
    file: Option<String>,
    /// Customers named for each filter and direction: 10 unless said, at most 1,000.
    samples: Option<usize>,
}

/// Try a change of the rules: who would enter and leave each filter, with samples and reasons
#[utoipa::path(post, path = "/v1/rules/preview", tag = "rules", request_body = PreviewBody, responses(
    (status = 200, description = "What it would do; as text if the request accepts text/plain", body = PreviewForm),
    (status = 422, description = "The text has faults, or changes the kinds of facts", body = Problem),
))]
pub async fn preview(
    Given(state): Given<State>,
    accepted: Accepted,
    Strict(body): Strict<PreviewBody>,
) -> Answered {
    let samples = body.samples.unwrap_or(SERVER_PREVIEW_SAMPLES);
    if samples > SERVER_PREVIEW_SAMPLES_MAX {
        let detail = format!("at most {SERVER_PREVIEW_SAMPLES_MAX} samples are given");
        return Err(Refusal::new(WRONG_FORM, detail));
    }
    let shared = state.clone();
    told(&state.gate, accepted, move |turn| {
        let live = shared.heart.settled()?;
        let edit = match &body.file {
            Some(name) => Edit::File {
                name,
                text: Some(&body.text),
            },
            None => Edit::Items(&body.text),
        };
        let found = preview::preview(&live.moment, edit, samples, &turn.options);
        let found = found.map_err(|error| match error {
            PreviewError::Ask(error) => Refusal::ask(error, accepted.color),
            PreviewError::Schema => Refusal::new(WRONG_FORM, error.to_string()),
        })?;
        let as_of = live.moment.zone().format(found.at);
        let form = PreviewForm::new(&found, as_of);
        Ok((form, Vec::new()))
    })
    .await
}
