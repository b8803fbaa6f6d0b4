//! The rule set that serves, what became of the last attempt to change it, and the sets
//! before.

use axum::extract::State as Given;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::calendar::Zone;
use crate::form;
use crate::form::noted::Noted;
use crate::live::rule_set::{AcceptedSet, Attempt, Outcome};
use crate::server::chunks::json;
use crate::server::refusal::Answered;
use crate::server::state::State;

/// The rules.
#[derive(Serialize, ToSchema)]
struct RulesForm {
    /// The set that serves.
    serving: SetForm,
    /// Names of its files.
    files: Vec<String>,
    /// The last attempt since it serves.
    last_attempt: Option<AttemptForm>,
    /// What someone should look at though the set is sound: steps of care plans that send by channels which the
    /// settings do not have.
    warnings: Vec<form::finding::Finding>,
    /// Sets accepted so far that are kept, newest first.
    history: Vec<SetForm>,
}

/// An accepted set.
#[derive(Serialize, ToSchema)]
struct SetForm {
    /// Counts the accepted sets of the store.
    sequence: u64,
    /// Names what its files say.
    revision: String,
    /// When it was accepted.
    at: String,
    /// `folder`, or who saved a filter.
    author: String,
    /// Saved filters in it.
    filters: u32,
    /// Files it was made of.
    files: u32,
}

/// An attempt to change the rules.
#[derive(Serialize, ToSchema)]
struct AttemptForm {
    at: String,
    author: String,
    /// `accepted`, `unchanged`, `refused`
    outcome: &'static str,
    revision: Option<String>,
    findings: Vec<Noted>,
    /// The findings as a terminal shows them.
    rendered: String,
}

/// The rule set that serves, the last attempt with its diagnostics, the history
#[utoipa::path(get, path = "/v1/rules", tag = "rules", responses((status = 200, description = "The rules", body = RulesForm)))]
pub async fn rules(Given(state): Given<State>) -> Answered {
    let live = state.heart.published();
    let zone = live.moment.zone();
    let set = &live.rule_set;
    json(&RulesForm {
        serving: accepted(&set.accepted, zone),
        files: live
            .moment
            .sources
            .iter()
            .map(|(_, source)| source.name.clone())
            .collect(),
        last_attempt: set.attempt().map(|attempt| attempted(&attempt, zone)),
        warnings: state.heart.warnings().of_all(&live),
        history: set.history.iter().map(|set| accepted(set, zone)).collect(),
    })
}

fn accepted(set: &AcceptedSet, zone: &Zone) -> SetForm {
    SetForm {
        sequence: set.sequence,
        revision: set.revision.to_string(),
        at: zone.format(set.at),
        author: set.author.to_string(),
        filters: set.filters,
        files: set.files,
    }
}

fn attempted(attempt: &Attempt, zone: &Zone) -> AttemptForm {
    AttemptForm {
        at: zone.format(attempt.at),
        author: attempt.author.to_string(),
        outcome: match attempt.outcome {
            Outcome::Accepted => "accepted",
            Outcome::Unchanged => "unchanged",
            Outcome::Refused => "refused",
        },
        revision: attempt.revision.map(|revision| revision.to_string()),
        findings: attempt.findings.iter().map(Noted::of).collect(),
        rendered: attempt.rendered.clone(),
    }
}
