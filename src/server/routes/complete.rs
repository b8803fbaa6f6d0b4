//! What fits where somebody types.

use axum::extract::State as Given;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::form::problem::Problem;
use crate::language::complete::{self, CandidateKind};
use crate::server::body::Strict;
use crate::server::chunks::json;
use crate::server::refusal::{Answered, Refusal, WRONG_FORM};
use crate::server::state::State;

/// An unfinished text and a place in it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompleteBody {
    /// Items as a rule file has them.
    text: Option<String>,
    /// A condition or a value.
    expression: Option<String>,
    /// The byte before which something is typed; the end unless said.
    at: Option<usize>,
}

/// What fits.
#[derive(Serialize, ToSchema)]
struct Completed {
    /// First byte of what a candidate takes the place of.
    start: usize,
    /// One past its last byte.
    end: usize,
    /// The likeliest first.
    candidates: Vec<Offer>,
}

/// One candidate.
#[derive(Serialize, ToSchema)]
struct Offer {
    /// What is put in.
    text: String,
    /// `choice`, `field`, `subject`, `attribute`, `rule`, `param`, `function` or `word`.
    kind: &'static str,
    /// Its other name, its kind, or how it is called.
    about: String,
}

/// Ask what fits at a place of an unfinished text
#[utoipa::path(post, path = "/v1/complete", tag = "rules", request_body = CompleteBody, responses(
    (status = 200, description = "Names, words and values that fit there, in the tongue of the text", body = Completed),
    (status = 422, description = "Neither or both of text and expression", body = Problem),
))]
pub async fn complete(Given(state): Given<State>, Strict(body): Strict<CompleteBody>) -> Answered {
    let shared = state.clone();
    let completed = state
        .gate
        .run(move |_| {
            let (text, items) = match (&body.text, &body.expression) {
                (Some(text), None) => (text, true),
                (None, Some(text)) => (text, false),
                _ => {
                    return Err(Refusal::new(
                        WRONG_FORM,
                        "the body has either `text` or `expression`",
                    ));
                }
            };
            let moment = shared.heart.moment(None)?;
            let at = body.at.unwrap_or(text.len());
            Ok(complete::complete(&moment.rules, text, at, items))
        })
        .await?;
    let offers = completed.candidates.into_iter().map(|candidate| Offer {
        text: candidate.text,
        kind: kind(candidate.kind),
        about: candidate.about,
    });
    json(&Completed {
        start: completed.start,
        end: completed.end,
        candidates: offers.collect(),
    })
}

fn kind(kind: CandidateKind) -> &'static str {
    match kind {
        CandidateKind::Choice => "choice",
        CandidateKind::Field => "field",
        CandidateKind::Subject => "subject",
        CandidateKind::Attribute => "attribute",
        CandidateKind::Rule => "rule",
        CandidateKind::Param => "param",
        CandidateKind::Function => "function",
        CandidateKind::Word => "word",
    }
}
