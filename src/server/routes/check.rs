//! Texts checked against the rules that serve.

use std::sync::Arc;

use axum::extract::State as Given;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::diagnostic::Diagnostic;
use crate::base::render::render;
use crate::base::source::Sources;
use crate::form::finding::Finding;
use crate::form::problem::Problem;
use crate::language::compile;
use crate::live::measured;
use crate::live::moment::Moment;
use crate::rules;
use crate::server::accept::Accepted;
use crate::server::body::Strict;
use crate::server::chunks::json;
use crate::server::refusal::{Answered, Refusal, WRONG_FORM};
use crate::server::state::State;

/// Name of a text that replaces no file.
const UNNAMED: &str = "<text>";

/// What is to be checked: items of a rule file, or one expression.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckBody {
    /// Items as a rule file has them.
    text: Option<String>,
    /// The file below the rules folder whose place the text takes.
    file: Option<String>,
    /// A condition or a value.
    expression: Option<String>,
}

/// What was found.
#[derive(Serialize, ToSchema)]
struct Checked {
    /// Whether nothing refuses the text.
    sound: bool,
    /// Everything found in it, and what it breaks elsewhere.
    diagnostics: Vec<Finding>,
    /// The same as a terminal shows it.
    rendered: String,
}

/// Check a text against the rules that serve
#[utoipa::path(post, path = "/v1/check", tag = "rules", request_body = CheckBody, responses(
    (status = 200, description = "What was found", body = Checked),
    (status = 422, description = "Neither or both of text and expression", body = Problem),
))]
pub async fn check(
    Given(state): Given<State>,
    accepted: Accepted,
    Strict(body): Strict<CheckBody>,
) -> Answered {
    let shared = state.clone();
    let (sources, found) = state
        .gate
        .run(move |_| {
            let moment = shared.heart.moment(None)?;
            match (&body.text, &body.expression, &body.file) {
                (Some(text), None, file) => Ok(rule_file(&moment, text, file.as_deref())),
                (None, Some(text), None) => Ok(expression(&moment, text)),
                _ => Err(Refusal::new(
                    WRONG_FORM,
                    "the body has either `text` (and `file`) or `expression`",
                )),
            }
        })
        .await?;
    json(&Checked {
        sound: !found.iter().any(Diagnostic::is_error),
        diagnostics: Finding::list(&sources, &found),
        rendered: render(&sources, &found, accepted.color),
    })
}

fn expression(moment: &Moment, text: &str) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::clone(&moment.sources);
    let id = sources.add("<expression>", text);
    let measured = measured::measure(&moment.snapshot, moment.now);
    let found = match compile::expression_measured(&moment.rules, text, id, Some(&measured)) {
        Ok(checked) => checked.warnings,
        Err(faults) => faults,
    };
    (sources, found)
}

/// The whole set with the text in it; what the set said before is left out.
fn rule_file(moment: &Moment, text: &str, file: Option<&str>) -> (Sources, Vec<Diagnostic>) {
    let mut sources = Sources::default();
    let name = file.unwrap_or(UNNAMED);
    for (_, source) in moment.sources.iter() {
        if source.name != name && rules::is_rule_file(&source.name) {
            sources.add(source.name.as_str(), source.text.as_str());
        }
    }
    let id = sources.add(name, text);
    let measured = measured::measure(&moment.snapshot, moment.now);
    let plugins = Arc::clone(moment.plugins.signatures());
    let compiled = compile::rules_measured(&sources, plugins, Some(&measured));
    let found = compiled
        .diagnostics
        .into_iter()
        .chain(compiled.unused)
        .filter(|one| one.is_error() || one.labels.iter().any(|label| label.span.source == id))
        .collect();
    (sources, found)
}
