//! Work for people that care plans have set.

use axum::extract::State as Given;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use crate::care::order::Order;
use crate::care::outbox::OutboxKey;
use crate::care::status::tasks;
use crate::form::care::TasksForm;
use crate::form::problem::Problem;
use crate::server::body::Strict;
use crate::server::chunks::json;
use crate::server::parameters::{Name, Parameters};
use crate::server::refusal::{Answered, NO_TASK, Refusal, WRONG_FORM};
use crate::server::state::State;

/// Which tasks.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TasksParameters {
    /// Only of this list.
    queue: Option<String>,
    /// Only of this person in charge.
    manager: Option<String>,
}

/// What became of a task.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TaskBody {
    /// `true`
    done: bool,
}

/// Tasks that are not done
#[utoipa::path(get, path = "/v1/tasks", tag = "care", params(TasksParameters), responses((status = 200, description = "The tasks", body = TasksForm)))]
pub async fn list(
    Given(state): Given<State>,
    Parameters(asked): Parameters<TasksParameters>,
) -> Answered {
    let shared = state.clone();
    let read = state.gate.run(move |_| {
        let kept = shared.heart.care()?;
        let (queue, manager) = (asked.queue.as_deref(), asked.manager.as_deref());
        let found = tasks(&kept, &shared.heart.zone(), queue, manager);
        Ok(TasksForm::from(found))
    });
    json(&read.await?)
}

/// A task is done
#[utoipa::path(post, path = "/v1/tasks/{name}", tag = "care", request_body = TaskBody,
    params(("name" = String, Path, description = "Its id")), responses(
    (status = 204, description = "It is noted"),
    (status = 404, description = "There is no such task", body = Problem),
    (status = 409, description = "It cannot be done", body = Problem),
))]
pub async fn done(
    Given(state): Given<State>,
    Name(id): Name,
    Strict(body): Strict<TaskBody>,
) -> Answered {
    if !body.done {
        return Err(Refusal::new(WRONG_FORM, "`done` can only be true"));
    }
    let shared = state.clone();
    let noted = state.taking.run(move |_| {
        let task = OutboxKey::parse(&id).ok_or_else(|| {
            Refusal::new(NO_TASK, "this is no id of a task").help("GET /v1/tasks lists them")
        })?;
        shared.heart.order(Order::TaskDone { task })
    });
    noted.await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
