//! Work for people that care plans have set.

use axum::extract::State as Given;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::calendar::Instant;
use crate::care::order::Order;
use crate::care::outbox::OutboxKey;
use crate::form::problem::Problem;
use crate::server::body::Strict;
use crate::server::chunks::json;
use crate::server::parameters::{Name, Parameters};
use crate::server::plans::tasks;
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

/// Tasks that are not done.
#[derive(Serialize, ToSchema)]
struct TasksForm {
    /// The oldest first.
    tasks: Vec<TaskForm>,
}

/// One task.
#[derive(Serialize, ToSchema)]
struct TaskForm {
    id: String,
    queue: String,
    /// The person in charge of the customer.
    manager: Option<String>,
    title: String,
    customer: String,
    plan: String,
    step: String,
    at: String,
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
        let zone = shared.heart.zone();
        let mut found = shared.heart.read(tasks)??;
        found.retain(|(_, task)| {
            let is = |wanted: &Option<String>, have: Option<&str>| {
                wanted.is_none() || wanted.as_deref() == have
            };
            is(&asked.queue, Some(&task.queue)) && is(&asked.manager, task.manager.as_deref())
        });
        found.sort_by(|(a, one), (b, two)| (one.at, a).cmp(&(two.at, b)));
        let tasks = found.into_iter().map(|(id, task)| TaskForm {
            id,
            queue: task.queue,
            manager: task.manager,
            title: task.title,
            customer: task.customer,
            plan: task.plan,
            step: task.step,
            at: zone.format(Instant(task.at)),
        });
        Ok(TasksForm {
            tasks: tasks.collect(),
        })
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
        let none =
            || Refusal::new(NO_TASK, "there is no such task").help("GET /v1/tasks lists them");
        let task = OutboxKey::parse(&id).ok_or_else(none)?;
        let known = shared.heart.read(tasks)??;
        if !known.iter().any(|(known, _)| *known == id) {
            return Err(none());
        }
        shared.heart.order(Order::TaskDone { task })
    });
    noted.await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
