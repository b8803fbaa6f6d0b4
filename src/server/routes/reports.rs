//! Reports: which there are, and the table of one.

use axum::extract::State as Given;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::form::problem::Problem;
use crate::form::report;
use crate::language::typed::Report;
use crate::live::moment::Moment;
use crate::report::Files;
use crate::server::accept::Accepted;
use crate::server::chunks::{Head, answer, json};
use crate::server::parameters::{Name, Parameters};
use crate::server::refusal::{Answered, Refusal};
use crate::server::state::State;

/// All reports.
#[derive(Serialize, ToSchema)]
struct ReportsForm<'a> {
    /// In the order of the rules.
    reports: Vec<ReportForm<'a>>,
}

/// One report.
#[derive(Serialize, ToSchema)]
struct ReportForm<'a> {
    name: &'a str,
    label: Option<&'a str>,
    description: Option<&'a str>,
    /// The item as written.
    text: &'a str,
    /// The file it stands in, below the rules folder.
    file: &'a str,
    /// Names of its columns: groups, then measures.
    columns: Vec<&'a str>,
}

/// Of which instant.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportParameters {
    /// An instant, or a date, which means its end; now unless said.
    as_of: Option<String>,
}

/// The reports of the rule set
#[utoipa::path(get, path = "/v1/reports", tag = "questions", responses((status = 200, description = "The reports", body = ReportsForm)))]
pub async fn reports(Given(state): Given<State>) -> Answered {
    let moment = state.heart.moment(None)?;
    let reports = moment.rules.reports.iter();
    json(&ReportsForm {
        reports: reports.map(|report| form(&moment, report)).collect(),
    })
}

/// The table of a report, by its name or its label: a list of objects
#[utoipa::path(get, path = "/v1/reports/{name}", tag = "questions",
    params(("name" = String, Path, description = "Name or label"), ReportParameters), responses(
    (status = 200, description = "The rows; as CSV, NDJSON or a table if the request accepts one of these. What was left out is said in the header Tamis-Notes", body = Vec<Object>),
    (status = 404, description = "No report has that name", body = Problem),
    (status = 422, description = "The report cannot be worked out", body = Problem),
))]
pub async fn report(
    Given(state): Given<State>,
    accepted: Accepted,
    Name(name): Name,
    Parameters(parameters): Parameters<ReportParameters>,
) -> Answered {
    let shared = state.clone();
    let (form, columns, color) = (accepted.form, accepted.columns, accepted.color);
    answer(
        &state.gate,
        move |turn| {
            let moment = shared.heart.moment(parameters.as_of.as_deref())?;
            let files = Files {
                rules: shared.rules_folder.clone(),
            };
            let dated = parameters.as_of.is_some();
            let table = moment
                .table_of(&name, dated, &files, &turn.options)
                .map_err(|error| Refusal::ask(error, color))?;
            let head = Head {
                form,
                notes: report::notes(&moment, &table),
            };
            Ok((head, (moment, table)))
        },
        move |out, (moment, table)| report::write(out, &moment, &table, form, columns),
    )
    .await
}

fn form<'a>(moment: &'a Moment, report: &'a Report) -> ReportForm<'a> {
    let source = moment.sources.get(report.span.source);
    let groups = report.groups.iter().map(|group| &*group.name);
    let measures = report.measures.iter().map(|measure| &*measure.name);
    ReportForm {
        name: &report.name,
        label: report.label.as_deref(),
        description: report.description.as_deref(),
        text: moment.sources.slice(report.span),
        file: source.map_or("", |source| source.name.as_str()),
        columns: groups.chain(measures).collect(),
    }
}
