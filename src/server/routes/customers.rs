//! One customer as known.

use axum::extract::State as Given;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::form::customer::CustomerForm;
use crate::form::problem::Problem;
use crate::form::{Form, json};
use crate::live::moment::AskError;
use crate::server::chunks::{Head, answer};
use crate::server::parameters::{Id, Parameters};
use crate::server::refusal::{Answered, Refusal};
use crate::server::state::State;

/// When.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AsOf {
    /// An instant, or a date, which means its end; now unless said. The filters are those of now.
    as_of: Option<String>,
}

/// Erase a customer: gone from every answer at once, and refused if it is sent again
#[utoipa::path(delete, path = "/v1/customers/{id}", tag = "customers",
    params(("id" = String, Path, description = "The customer's id")), responses(
    (status = 204, description = "It is gone"),
    (status = 404, description = "No customer has that id", body = Problem),
))]
pub async fn erase(Given(state): Given<State>, Id(id): Id) -> Answered {
    let shared = state.clone();
    let erased = state.taking.run(move |_| match shared.heart.erase(&id)? {
        true => Ok(()),
        false => Err(Refusal::ask(AskError::NoCustomer(id), false)),
    });
    erased.await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// What is known of a customer, and the filters it is a member of
#[utoipa::path(get, path = "/v1/customers/{id}", tag = "customers",
    params(("id" = String, Path, description = "The customer's id"), AsOf), responses(
    (status = 200, description = "The customer", body = CustomerForm),
    (status = 404, description = "No customer has that id", body = Problem),
))]
pub async fn customer(
    Given(state): Given<State>,
    Id(id): Id,
    Parameters(asked): Parameters<AsOf>,
) -> Answered {
    let shared = state.clone();
    answer(
        &state.gate,
        move |_| {
            let live = shared.heart.settled()?;
            let moment = shared.heart.moment(asked.as_of.as_deref())?;
            let row = moment
                .snapshot
                .row(&id)
                .ok_or_else(|| Refusal::ask(AskError::NoCustomer(id), false))?;
            let person = moment.snapshot.person(row);
            let head = Head {
                form: Form::Json,
                notes: Vec::new(),
            };
            Ok((head, (moment, live, row, person)))
        },
        |out, (moment, live, row, person)| {
            let filters = live
                .members
                .iter()
                .filter(|(_, set)| set.contains(row))
                .map(|(name, _)| &**name)
                .collect();
            json(out, &CustomerForm::new(&moment, row, &person, filters))
        },
    )
    .await
}
