//! Why one customer matches a rule or not.

use axum::extract::State as Given;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::engine::trace;
use crate::form::problem::Problem;
use crate::form::trace::{Why, tongue_of};
use crate::form::{Form, json};
use crate::language::words::Tongue;
use crate::server::accept::Accepted;
use crate::server::chunks::{Head, answer};
use crate::server::parameters::{Id, Parameters};
use crate::server::refusal::{Answered, Refusal, WRONG_FORM};
use crate::server::state::State;

/// What is asked.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WhyParameters {
    /// A rule's name.
    rule: Option<String>,
    /// Any expression.
    expr: Option<String>,
    /// An instant, or a date, which means its end; now unless said.
    as_of: Option<String>,
    /// Tongue of the answer; that of the question unless said.
    words: Option<Words>,
}

/// Tongues.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Words {
    /// Chinese
    Zh,
    /// English
    En,
}

/// Why a customer matches a rule or an expression, or not
#[utoipa::path(get, path = "/v1/customers/{id}/why", tag = "customers",
    params(("id" = String, Path, description = "The customer's id"), WhyParameters), responses(
    (status = 200, description = "The parts with their values; as text if the request accepts text/plain", body = Why),
    (status = 404, description = "No customer has that id", body = Problem),
    (status = 422, description = "The text has faults", body = Problem),
))]
pub async fn why(
    Given(state): Given<State>,
    Id(id): Id,
    Parameters(asked): Parameters<WhyParameters>,
    accepted: Accepted,
) -> Answered {
    let ((Some(text), None) | (None, Some(text))) = (asked.rule, asked.expr) else {
        return Err(Refusal::new(
            WRONG_FORM,
            "either `rule` or `expr` says what is asked",
        ));
    };
    let tongue = match asked.words {
        Some(Words::Zh) => Tongue::Chinese,
        Some(Words::En) => Tongue::English,
        None => tongue_of(&text),
    };
    let form = match accepted.form {
        Form::Table => Form::Table,
        _ => Form::Json,
    };
    let shared = state.clone();
    answer(
        &state.gate,
        move |_| {
            let moment = shared.heart.moment(asked.as_of.as_deref())?;
            let trace = moment
                .why(&id, &text)
                .map_err(|error| Refusal::ask(error, accepted.color))?;
            let notes = Vec::new();
            Ok((Head { form, notes }, (moment, trace)))
        },
        move |out, (moment, trace)| match form {
            Form::Json => json(out, &Why::new(&trace, tongue, moment.zone())),
            _ => out.write_all(trace::render(&trace, tongue, moment.zone()).as_bytes()),
        },
    )
    .await
}
