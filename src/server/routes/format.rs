//! Texts laid out as the language prints them. The layout itself is the language's.

use axum::extract::State as Given;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::source::Sources;
use crate::form::problem::Problem;
use crate::language::layout;
use crate::language::lexicon::Lexicon;
use crate::language::words::Tongue;
use crate::server::accept::Accepted;
use crate::server::body::Strict;
use crate::server::chunks::json;
use crate::server::refusal::{Answered, Refusal, WRONG_FORM};
use crate::server::state::State;

/// Name of the text in findings.
const UNNAMED: &str = "<text>";

/// The tongue of the words of a text.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum To {
    /// 中文
    Zh,
    /// English
    En,
}

/// What is to be laid out: items of a rule file, or one expression.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FormatBody {
    /// Items as a rule file has them.
    text: Option<String>,
    /// A condition or a value.
    expression: Option<String>,
    /// Tongue of the words; as they stand unless said.
    to: Option<To>,
}

/// The text in its canonical layout.
#[derive(Serialize, ToSchema)]
struct Formatted {
    /// What it is now.
    text: String,
    /// Whether that is another text than the one sent.
    changed: bool,
}

/// Bring a text into its canonical layout, or into the words of the other tongue
#[utoipa::path(post, path = "/v1/format", tag = "rules", request_body = FormatBody, responses(
    (status = 200, description = "The text as the language prints it; comments and names stay", body = Formatted),
    (status = 422, description = "The text has faults, or there is neither or both of text and expression", body = Problem),
))]
pub async fn format(
    Given(state): Given<State>,
    accepted: Accepted,
    Strict(body): Strict<FormatBody>,
) -> Answered {
    let shared = state.clone();
    let formatted = state
        .gate
        .run(move |_| {
            let moment = shared.heart.moment(None)?;
            let names = Lexicon::of_rules(&moment.rules);
            let to = body.to.map(|to| match to {
                To::Zh => Tongue::Chinese,
                To::En => Tongue::English,
            });
            let mut sources = Sources::default();
            let (typed, laid_out) = match (&body.text, &body.expression) {
                (Some(text), None) => {
                    let id = sources.add(UNNAMED, text.as_str());
                    (text, layout::file(text, id, &names, to))
                }
                (None, Some(text)) => {
                    let id = sources.add(UNNAMED, text.as_str());
                    (text, layout::expression(text, id, &names, to))
                }
                _ => {
                    return Err(Refusal::new(
                        WRONG_FORM,
                        "the body has either `text` or `expression`",
                    ));
                }
            };
            let text = laid_out.map_err(|found| Refusal::text(&sources, &found, accepted.color))?;
            let changed = text != *typed;
            Ok(Formatted { text, changed })
        })
        .await?;
    json(&formatted)
}
