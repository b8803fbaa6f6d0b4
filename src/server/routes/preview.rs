//! What a change of the rules would do to the members of filters.

use axum::extract::State as Given;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::rules::FindingForm;
use crate::base::limit::SERVER_PREVIEW_SAMPLES;
use crate::form::problem::Problem;
use crate::form::trace::{tongue_of, verdict};
use crate::language::words::Tongue;
use crate::live::preview::{self, ChangedFilter, Edit, Movement, Preview, PreviewError, Said};
use crate::server::accept::Accepted;
use crate::server::body::Strict;
use crate::server::chunks::json;
use crate::server::refusal::{Answered, Refusal, WRONG_FORM};
use crate::server::state::State;

/// A change to try.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewBody {
    /// Items, which take the place of those of the same name; or all of `file`.
    text: String,
    /// The file below the rules folder that would say `text`.
    file: Option<String>,
}

/// What it would do.
#[derive(Serialize, ToSchema)]
struct PreviewForm {
    /// The instant of the counts.
    as_of: String,
    /// Filters that would say something else.
    changed: Vec<ChangedForm>,
    /// New filters.
    added: Vec<SizedForm>,
    /// Filters that would be no more.
    dropped: Vec<SizedForm>,
    /// How many filters would say the same.
    same: u64,
    /// Other rules that would be other ones.
    other_rules: Vec<String>,
    /// What someone should look at.
    warnings: Vec<FindingForm>,
}

/// A filter that would say something else.
#[derive(Serialize, ToSchema)]
struct ChangedForm {
    name: String,
    /// Changed rules that it names.
    through: Vec<String>,
    /// Whether its own text is another one.
    own_text: bool,
    /// Members now.
    before: u64,
    /// Members then.
    after: u64,
    entered: MovementForm,
    left: MovementForm,
}

/// Customers that would enter, or leave.
#[derive(Serialize, ToSchema)]
struct MovementForm {
    count: u64,
    /// The first by id.
    samples: Vec<SampleForm>,
}

/// One of them with what decides.
#[derive(Serialize, ToSchema)]
struct SampleForm {
    customer: String,
    /// Of the rule that serves.
    was: Option<SaidForm>,
    /// Of the rule as it would be.
    is: Option<SaidForm>,
}

/// A part of a rule and what it says of the customer.
#[derive(Serialize, ToSchema)]
struct SaidForm {
    text: String,
    /// `yes`, `no`, `unknown`
    verdict: &'static str,
}

/// A filter with its members.
#[derive(Serialize, ToSchema)]
struct SizedForm {
    name: String,
    members: u64,
}

/// Try a change of the rules: who would enter and leave each filter, with samples and reasons
#[utoipa::path(post, path = "/v1/rules/preview", tag = "rules", request_body = PreviewBody, responses(
    (status = 200, description = "What it would do", body = PreviewForm),
    (status = 422, description = "The text has faults, or changes the kinds of facts", body = Problem),
))]
pub async fn preview(
    Given(state): Given<State>,
    accepted: Accepted,
    Strict(body): Strict<PreviewBody>,
) -> Answered {
    let shared = state.clone();
    let form = state.gate.run(move |turn| {
        let live = shared.heart.settled()?;
        let edit = match &body.file {
            Some(name) => Edit::File {
                name,
                text: Some(&body.text),
            },
            None => Edit::Items(&body.text),
        };
        let found = preview::preview(&live.moment, edit, SERVER_PREVIEW_SAMPLES, &turn.options)
            .map_err(|error| match error {
                PreviewError::Ask(error) => Refusal::ask(error, accepted.color),
                PreviewError::Schema => Refusal::new(WRONG_FORM, error.to_string()),
            })?;
        let as_of = live.moment.zone().format(found.at);
        Ok(form(found, as_of, tongue_of(&body.text)))
    });
    json(&form.await?)
}

fn form(found: Preview, as_of: String, tongue: Tongue) -> PreviewForm {
    let sized = |list: Vec<preview::Sized>| {
        let sized = list.into_iter().map(|filter| SizedForm {
            name: filter.name.to_string(),
            members: filter.members,
        });
        sized.collect()
    };
    PreviewForm {
        as_of,
        changed: found
            .changed
            .iter()
            .map(|filter| changed(filter, tongue))
            .collect(),
        added: sized(found.added),
        dropped: sized(found.dropped),
        same: found.same as u64,
        other_rules: found.other_rules.iter().map(ToString::to_string).collect(),
        warnings: found.warnings.iter().map(FindingForm::of).collect(),
    }
}

fn changed(filter: &ChangedFilter, tongue: Tongue) -> ChangedForm {
    ChangedForm {
        name: filter.name.to_string(),
        through: filter.through.iter().map(ToString::to_string).collect(),
        own_text: filter.own_text,
        before: filter.before,
        after: filter.after,
        entered: movement(&filter.entered, tongue),
        left: movement(&filter.left, tongue),
    }
}

fn movement(movement: &Movement, tongue: Tongue) -> MovementForm {
    let said = |said: &Said| SaidForm {
        text: said.text.in_tongue(tongue).to_owned(),
        verdict: verdict(said.verdict),
    };
    let samples = movement.samples.iter().map(|sample| SampleForm {
        customer: sample.customer.to_string(),
        was: sample.reason.was.as_ref().map(said),
        is: sample.reason.is.as_ref().map(said),
    });
    MovementForm {
        count: movement.count,
        samples: samples.collect(),
    }
}
