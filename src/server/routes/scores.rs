//! A score over all customers.

use std::time::Instant;

use axum::extract::State as Given;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::base::limit::SERVER_PAGE_ROWS_MAX;
use crate::form::problem::Problem;
use crate::form::score::{self, ScoreForm};
use crate::live::score::ScoreWanted;
use crate::server::accept::Accepted;
use crate::server::chunks::{Head, answer};
use crate::server::parameters::{Name, Parameters};
use crate::server::refusal::{Answered, Refusal, WRONG_FORM};
use crate::server::state::State;

/// What of a score.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ScoreParameters {
    /// So many of the highest, by score and then by id; 10,000 at most.
    top: Option<usize>,
    /// An instant, or a date, which means its end; now unless said.
    as_of: Option<String>,
}

/// When a score is asked.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistogramParameters {
    /// An instant, or a date, which means its end; now unless said.
    as_of: Option<String>,
}

/// How a score spreads, who has none and why, and with `top` who is highest; of stages how many stand in each
#[utoipa::path(get, path = "/v1/scores/{name}", tag = "questions",
    params(("name" = String, Path, description = "Name or label of a score, a scorecard, stages or tiers"), ScoreParameters), responses(
    (status = 200, description = "The figures; as CSV or a table if the request accepts one of these", body = ScoreForm),
    (status = 404, description = "No score has that name", body = Problem),
    (status = 422, description = "A parameter has faults", body = Problem),
))]
pub async fn score(
    Given(state): Given<State>,
    Name(name): Name,
    Parameters(asked): Parameters<ScoreParameters>,
    accepted: Accepted,
) -> Answered {
    if asked.top.is_some_and(|top| top > SERVER_PAGE_ROWS_MAX) {
        let detail = format!("`top` is at most {SERVER_PAGE_ROWS_MAX}");
        return Err(Refusal::new(WRONG_FORM, detail)
            .help("POST /v1/query with order_by and accept text/csv gives everyone"));
    }
    let wanted = asked.top.map_or(ScoreWanted::Figures, ScoreWanted::Top);
    ask(state, name, wanted, asked.as_of, accepted).await
}

/// How many customers have about which score
#[utoipa::path(get, path = "/v1/scores/{name}/histogram", tag = "questions",
    params(("name" = String, Path, description = "Name or label of a score or a scorecard"), HistogramParameters), responses(
    (status = 200, description = "The figures with a histogram; as CSV or a table if the request accepts one of these", body = ScoreForm),
    (status = 404, description = "No score has that name", body = Problem),
    (status = 422, description = "A parameter has faults", body = Problem),
))]
pub async fn histogram(
    Given(state): Given<State>,
    Name(name): Name,
    Parameters(asked): Parameters<HistogramParameters>,
    accepted: Accepted,
) -> Answered {
    ask(state, name, ScoreWanted::Histogram, asked.as_of, accepted).await
}

async fn ask(
    state: State,
    name: String,
    wanted: ScoreWanted,
    as_of: Option<String>,
    accepted: Accepted,
) -> Answered {
    let form = accepted.form;
    let shared = state.clone();
    answer(
        &state.gate,
        move |turn| {
            let moment = shared.heart.moment(as_of.as_deref())?;
            let started = Instant::now();
            let answer = moment
                .score(&name, wanted, &turn.options)
                .map_err(|error| Refusal::ask(error, accepted.color))?;
            let elapsed_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
            let notes = Vec::new();
            Ok((Head { form, notes }, (moment, answer, elapsed_us)))
        },
        move |out, (moment, answer, elapsed_us)| {
            score::write(out, &moment, &answer, elapsed_us, form)
        },
    )
    .await
}
