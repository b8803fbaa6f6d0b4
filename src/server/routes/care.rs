//! Care plans: how they stand, and what people decide about them.

use axum::extract::{Path, State as Given};
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::calendar::{Instant, Zone};
use crate::care::order::{Order, Reply};
use crate::form::problem::Problem;
use crate::live::present::Live;
use crate::server::chunks::json;
use crate::server::parameters::Name;
use crate::server::plans::{PlanFigures, figures};
use crate::server::refusal::{Answered, NO_ENDPOINT, NO_PLAN, Refusal};
use crate::server::state::State;

/// All plans.
#[derive(Serialize, ToSchema)]
struct PlansForm {
    /// In the order of the rules.
    plans: Vec<PlanForm>,
}

/// One plan.
#[derive(Serialize, ToSchema)]
struct PlanForm {
    name: String,
    label: Option<String>,
    description: Option<String>,
    /// Whether customers enter and steps are taken.
    running: bool,
    /// When it was first started.
    started_at: Option<String>,
    /// Customers that entered the steps.
    recipients: u64,
    /// Customers only watched.
    held_out: u64,
    /// Customers that wait for an approval.
    held: u64,
    /// Of those that entered, in a step or before one.
    active: u64,
    /// Of those that entered, at the end.
    finished: u64,
    /// Of those that entered, taken out: by reason.
    left: Vec<CountForm>,
    /// Customers that did not enter: by reason.
    suppressed: Vec<CountForm>,
    /// Messages in the outbox: `waiting`, `started`, `uncertain`, `dead`.
    messages: Vec<CountForm>,
    /// Tasks that are not done.
    tasks: u64,
}

/// A word and how many.
#[derive(Serialize, ToSchema)]
struct CountForm {
    what: String,
    count: u64,
}

/// What an order did.
#[derive(Serialize, ToSchema)]
struct OrderedForm {
    /// Customers that entered the steps because of it.
    recipients: u64,
    /// Customers only watched.
    held_out: u64,
    /// Customers that wait for an approval.
    held: u64,
}

/// The care plans and how they stand
#[utoipa::path(get, path = "/v1/care", tag = "care", responses((status = 200, description = "The plans", body = PlansForm)))]
pub async fn plans(Given(state): Given<State>) -> Answered {
    let shared = state.clone();
    let read = state.gate.run(move |_| {
        let live = shared.heart.published();
        let figures = shared.heart.read(figures)??;
        let plans = live.moment.rules.care.iter();
        Ok(PlansForm {
            plans: plans
                .map(|plan| form(&live, plan, figures.of(&plan.name)))
                .collect(),
        })
    });
    json(&read.await?)
}

/// One care plan and how it stands
#[utoipa::path(get, path = "/v1/care/{name}", tag = "care",
    params(("name" = String, Path, description = "Name or label")), responses(
    (status = 200, description = "The plan", body = PlanForm),
    (status = 404, description = "No plan has that name", body = Problem),
))]
pub async fn plan(Given(state): Given<State>, Name(name): Name) -> Answered {
    let shared = state.clone();
    let read = state.gate.run(move |_| {
        let live = shared.heart.published();
        let plan = find(&live, &name)?;
        let figures = shared.heart.read(figures)??;
        Ok(form(&live, plan, figures.of(&plan.name)))
    });
    json(&read.await?)
}

/// Decide about a plan: `start`, `pause`, `approve` those held, `dismiss` them, let all `enter` by hand
#[utoipa::path(post, path = "/v1/care/{name}/{order}", tag = "care",
    params(("name" = String, Path, description = "Name or label"),
    ("order" = String, Path, description = "`start`, `pause`, `approve`, `dismiss` or `enter`")), responses(
    (status = 200, description = "It is done and on the disk", body = OrderedForm),
    (status = 404, description = "No plan has that name", body = Problem),
    (status = 409, description = "It cannot be done", body = Problem),
))]
pub async fn order(
    Given(state): Given<State>,
    Path((name, word)): Path<(String, String)>,
) -> Answered {
    let shared = state.clone();
    let ordered = state.taking.run(move |_| {
        let plan = find(&shared.heart.published(), &name)?.name.to_string();
        let order = match word.as_str() {
            "start" => Order::Start { plan },
            "pause" => Order::Pause { plan },
            "approve" => Order::Approve { plan },
            "dismiss" => Order::Dismiss { plan },
            "enter" => Order::Enter {
                plan,
                customers: None,
            },
            _ => {
                return Err(Refusal::new(NO_ENDPOINT, "no order is called so")
                    .help("the orders are start, pause, approve, dismiss and enter"));
            }
        };
        Ok(match shared.heart.order(order)? {
            Reply::Entered {
                recipients,
                held_out,
                held,
            } => OrderedForm {
                recipients,
                held_out,
                held,
            },
            _ => OrderedForm {
                recipients: 0,
                held_out: 0,
                held: 0,
            },
        })
    });
    json(&ordered.await?)
}

/// The plan of that name, else of that label.
fn find<'a>(live: &'a Live, name: &str) -> Answered<&'a crate::language::typed::CarePlan> {
    let plans = || live.moment.rules.care.iter();
    plans()
        .find(|plan| &*plan.name == name)
        .or_else(|| plans().find(|plan| plan.label.as_deref() == Some(name)))
        .ok_or_else(|| {
            Refusal::new(NO_PLAN, format!("no care plan is called `{name}`"))
                .help("GET /v1/care lists them")
        })
}

fn form(
    live: &Live,
    plan: &crate::language::typed::CarePlan,
    figures: Option<&PlanFigures>,
) -> PlanForm {
    let zone: &Zone = live.moment.zone();
    let none = PlanFigures::default();
    let figures = figures.unwrap_or(&none);
    let counts = |counts: &std::collections::BTreeMap<String, u64>| {
        let counts = counts.iter().map(|(what, count)| CountForm {
            what: what.clone(),
            count: *count,
        });
        counts.collect()
    };
    PlanForm {
        name: plan.name.to_string(),
        label: plan.label.as_ref().map(ToString::to_string),
        description: plan.description.as_ref().map(ToString::to_string),
        running: figures.running,
        started_at: figures.started_at.map(|at| zone.format(Instant(at))),
        recipients: figures.recipients,
        held_out: figures.held_out,
        held: figures.held,
        active: figures.active,
        finished: figures.finished,
        left: counts(&figures.left),
        suppressed: counts(&figures.suppressed),
        messages: counts(&figures.messages),
        tasks: figures.tasks,
    }
}
