//! The plan of a filter.

use axum::extract::State as Given;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::form::count::{self, Figures};
use crate::form::explain;
use crate::form::problem::Problem;
use crate::form::{Form, json};
use crate::language::words::Tongue;
use crate::server::accept::Accepted;
use crate::server::body::Strict;
use crate::server::chunks::{Head, answer};
use crate::server::refusal::{Answered, Refusal};
use crate::server::state::State;

/// What is to be explained.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExplainBody {
    /// A filter's name or any condition; with `words` any rule's name or expression.
    filter: String,
    /// Run it, and show rows and times of every operation.
    #[serde(default)]
    analyze: bool,
    /// Say in plain words of that tongue what it means, and show no plan.
    words: Option<WordsOf>,
    /// An instant, or a date, which means its end; now unless said.
    as_of: Option<String>,
}

/// A tongue to be read in.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum WordsOf {
    /// English.
    En,
    /// 中文.
    Zh,
}

impl WordsOf {
    fn tongue(self) -> Tongue {
        match self {
            WordsOf::En => Tongue::English,
            WordsOf::Zh => Tongue::Chinese,
        }
    }
}

/// The plan.
#[derive(Serialize, ToSchema)]
struct Explained<'a> {
    /// An operation a line.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<String>,
    /// What it means, in plain words.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
    /// When it was run.
    answer: Option<Figures<'a>>,
}

/// Show the plan of a filter, with `analyze` its rows and times, with `words` its meaning in plain words
#[utoipa::path(post, path = "/v1/explain", tag = "questions", request_body = ExplainBody, responses(
    (status = 200, description = "The plan; as text if the request accepts text/plain", body = Explained),
    (status = 422, description = "A text has faults", body = Problem),
))]
pub async fn explain(
    Given(state): Given<State>,
    accepted: Accepted,
    Strict(body): Strict<ExplainBody>,
) -> Answered {
    let form = match accepted.form {
        Form::Table => Form::Table,
        _ => Form::Json,
    };
    let shared = state.clone();
    let words = body.words;
    answer(
        &state.gate,
        move |turn| {
            let moment = shared.heart.moment(body.as_of.as_deref())?;
            let refused = |error| Refusal::ask(error, accepted.color);
            let (text, answer) = if let Some(words) = body.words {
                let words = explain::words(&moment, &body.filter, words.tongue());
                (words.map_err(refused)?, None)
            } else if body.analyze {
                let analyzed = explain::analyzed(&moment, &body.filter, &turn.options);
                let analyzed = analyzed.map_err(refused)?;
                (analyzed.plan, Some((analyzed.answer, analyzed.elapsed_us)))
            } else {
                (explain::plan(&moment, &body.filter).map_err(refused)?, None)
            };
            let notes = Vec::new();
            Ok((Head { form, notes }, (moment, text, answer)))
        },
        move |out, (moment, text, answer)| {
            if form == Form::Json {
                let answer = answer
                    .as_ref()
                    .map(|(answer, elapsed_us)| count::figures(&moment, answer, *elapsed_us));
                let (plan, words) = match words {
                    None => (Some(text), None),
                    Some(_) => (None, Some(text)),
                };
                return json(
                    out,
                    &Explained {
                        plan,
                        words,
                        answer,
                    },
                );
            }
            out.write_all(text.as_bytes())?;
            for line in answer
                .iter()
                .flat_map(|(answer, _)| count::lines(&moment, answer))
            {
                writeln!(out, "{line}")?;
            }
            Ok(())
        },
    )
    .await
}
