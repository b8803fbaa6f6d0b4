//! Messages of care plans that wait for a person's decision: nobody knows whether they
//! went out, or they were given up.

use axum::extract::State as Given;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::base::text::nfc;
use crate::care::order::Order;
use crate::care::outbox::OutboxKey;
use crate::care::status::undecided;
use crate::form::care::MessagesForm;
use crate::form::problem::Problem;
use crate::server::accept::Accepted;
use crate::server::body::Strict;
use crate::server::chunks::told;
use crate::server::parameters::{Name, Parameters};
use crate::server::refusal::{Answered, NO_MESSAGE, Refusal};
use crate::server::state::State;

/// Which messages.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MessagesParameters {
    /// Only of this plan, by its name or label.
    plan: Option<String>,
}

/// What is decided about a message.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageBody {
    /// `true` sends it once more, `false` takes it away.
    again: bool,
}

/// Messages that wait for a decision: `uncertain` ones may have gone out, `dead` ones were given up
#[utoipa::path(get, path = "/v1/messages", tag = "care", params(MessagesParameters), responses(
    (status = 200, description = "The messages", body = MessagesForm),
))]
pub async fn list(
    Given(state): Given<State>,
    Parameters(asked): Parameters<MessagesParameters>,
    accepted: Accepted,
) -> Answered {
    let shared = state.clone();
    told(&state.gate, accepted, move |_| {
        let rules = &shared.heart.published().moment.rules;
        let asked = asked.plan.as_deref().map(nfc);
        let plan = asked.as_deref().map(|name| {
            let plan = rules.care_plan(name);
            plan.map_or(name, |plan| &plan.name)
        });
        let kept = shared.heart.care()?;
        let found = undecided(&kept, &shared.heart.zone(), plan);
        Ok((MessagesForm::from(found), Vec::new()))
    })
    .await
}

/// Decide about a message: send it once more, or take it away
#[utoipa::path(post, path = "/v1/messages/{id}", tag = "care", request_body = MessageBody,
    params(("id" = String, Path, description = "Its id")), responses(
    (status = 204, description = "It is decided and on the disk"),
    (status = 404, description = "No message that waits for a decision has that id", body = Problem),
    (status = 409, description = "It may not be sent", body = Problem),
))]
pub async fn settle(
    Given(state): Given<State>,
    Name(id): Name,
    Strict(body): Strict<MessageBody>,
) -> Answered {
    let shared = state.clone();
    let settled = state.taking.run(move |_| {
        let key = OutboxKey::parse(&id).ok_or_else(|| {
            Refusal::new(NO_MESSAGE, "this is no id of a message").help(
                "`tamis care messages` and GET /v1/messages list those that wait for a decision",
            )
        })?;
        shared.heart.order(Order::Settle {
            key,
            again: body.again,
        })
    });
    settled.await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
