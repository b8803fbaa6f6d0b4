//! Care plans: how they stand, what one would do, what one achieved, and what people
//! decide about them.

use axum::extract::{Path, State as Given};

use crate::base::text::nfc;
use crate::care::order::{Order, Reply};
use crate::care::preview::{self, Preview};
use crate::care::report::{self, Report};
use crate::care::status::status;
use crate::form::care::{OrderedForm, PlanForm, PlansForm, warning_lines};
use crate::form::problem::Problem;
use crate::language::typed::{CarePlan, Rules};
use crate::live::moment::Moment;
use crate::server::accept::Accepted;
use crate::server::chunks::told;
use crate::server::parameters::Name;
use crate::server::refusal::{Answered, NO_ANSWER, NO_ENDPOINT, NO_PLAN, Refusal};
use crate::server::state::State;

/// The care plans and how they stand
#[utoipa::path(get, path = "/v1/care", tag = "care", responses((status = 200, description = "The plans", body = PlansForm)))]
pub async fn plans(Given(state): Given<State>, accepted: Accepted) -> Answered {
    let shared = state.clone();
    told(&state.gate, accepted, move |_| {
        let plans = standing(&shared)?;
        let warnings = plans.iter().flat_map(|plan| plan.warnings.iter().cloned());
        let notes = warning_lines(&warnings.collect::<Vec<_>>());
        Ok((PlansForm { plans }, notes))
    })
    .await
}

/// One care plan and how it stands
#[utoipa::path(get, path = "/v1/care/{name}", tag = "care",
    params(("name" = String, Path, description = "Name or label")), responses(
    (status = 200, description = "The plan", body = PlanForm),
    (status = 404, description = "No plan has that name", body = Problem),
))]
pub async fn plan(Given(state): Given<State>, Name(name): Name, accepted: Accepted) -> Answered {
    let shared = state.clone();
    told(&state.gate, accepted, move |_| {
        let name = match shared.heart.published().moment.rules.care_plan(&name) {
            Some(plan) => plan.name.to_string(),
            // One that was started and then left the rules is known by its first name.
            None => name,
        };
        let mut plans = standing(&shared)?.into_iter();
        let plan = plans.find(|plan| plan.status.plan == name);
        let plan = plan.ok_or_else(|| no_plan(&name))?;
        let notes = warning_lines(&plan.warnings);
        Ok((plan, notes))
    })
    .await
}

/// What a plan would do if everyone it is for came now; nothing is changed and nothing is sent
#[utoipa::path(post, path = "/v1/care/{name}/preview", tag = "care",
    params(("name" = String, Path, description = "Name or label")), responses(
    (status = 200, description = "members = recipients + held_out + suppressed, exactly", body = Preview),
    (status = 404, description = "No plan has that name", body = Problem),
    (status = 409, description = "Who the plan is for is not known now", body = Problem),
))]
pub async fn preview(Given(state): Given<State>, Name(name): Name, accepted: Accepted) -> Answered {
    let shared = state.clone();
    told(&state.gate, accepted, move |_| {
        let live = shared.heart.settled()?;
        let kept = shared.heart.care()?;
        let moment = present(&shared, &live.moment);
        let plan = find(&moment.rules, &name)?;
        let found = preview::preview(&moment, &live.members, &kept, plan);
        let found = found.map_err(|why| {
            Refusal::new(NO_ANSWER, why).help("GET /v1/plugins says how its plugins stand")
        })?;
        let notes = warning_lines(&shared.heart.warnings().of_plan(&live, plan));
        Ok((found, notes))
    })
    .await
}

/// What a plan achieved: those who entered its steps against those only watched, on its goal
#[utoipa::path(get, path = "/v1/care/{name}/report", tag = "care",
    params(("name" = String, Path, description = "Name or label")), responses(
    (status = 200, description = "Both sides and their difference", body = Report),
    (status = 404, description = "No plan has that name", body = Problem),
    (status = 409, description = "The plan has no goal, or the goal has no answer", body = Problem),
))]
pub async fn report(Given(state): Given<State>, Name(name): Name, accepted: Accepted) -> Answered {
    let shared = state.clone();
    told(&state.gate, accepted, move |_| {
        let live = shared.heart.settled()?;
        let kept = shared.heart.care()?;
        let moment = present(&shared, &live.moment);
        let plan = find(&moment.rules, &name)?;
        let found = report::report(&moment, &kept, plan);
        let found = found.map_err(|why| Refusal::new(NO_ANSWER, why))?;
        Ok((found, Vec::new()))
    })
    .await
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
    accepted: Accepted,
) -> Answered {
    let shared = state.clone();
    told(&state.taking, accepted, move |_| {
        let live = shared.heart.published();
        let found = find(&live.moment.rules, &nfc(&name))?;
        let plan = found.name.to_string();
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
        let notes = match word.as_str() {
            "start" => warning_lines(&shared.heart.warnings().of_plan(&live, found)),
            _ => Vec::new(),
        };
        let mut ordered = OrderedForm {
            plan: found.name.to_string(),
            order: word,
            ..OrderedForm::default()
        };
        if let Reply::Entered {
            recipients,
            held_out,
            held,
        } = shared.heart.order(order)?
        {
            (ordered.recipients, ordered.held_out, ordered.held) = (recipients, held_out, held);
        }
        Ok((ordered, notes))
    })
    .await
}

/// All plans with their warnings.
fn standing(state: &State) -> Answered<Vec<PlanForm>> {
    let live = state.heart.published();
    let kept = state.heart.care()?;
    let warnings = state.heart.warnings();
    let plans = status(&live.moment, &live.members, &kept).into_iter();
    let forms = plans.map(|status| {
        let plan = live.moment.rules.care_plan(&status.plan);
        let plan = plan.filter(|_| status.in_rules);
        let warnings = plan.map(|plan| warnings.of_plan(&live, plan));
        PlanForm {
            status,
            warnings: warnings.unwrap_or_default(),
        }
    });
    Ok(forms.collect())
}

/// The moment at this very instant.
fn present(state: &State, moment: &Moment) -> Moment {
    moment.at(state.heart.now().max(moment.now))
}

/// The plan of that name, else of that label.
fn find<'a>(rules: &'a Rules, name: &str) -> Answered<&'a CarePlan> {
    rules.care_plan(name).ok_or_else(|| no_plan(name))
}

fn no_plan(name: &str) -> Refusal {
    Refusal::new(NO_PLAN, format!("no care plan is called `{name}`"))
        .help("`tamis care status` and GET /v1/care list them")
}
