//! A filter asked over all customers.

use std::time::Instant;

use axum::extract::State as Given;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::form::count::Figures;
use crate::form::problem::Problem;
use crate::form::query::{self, Style, Wanted};
use crate::form::report;
use crate::live::question::Question;
use crate::live::table::TableQuestion;
use crate::server::accept::Accepted;
use crate::server::body::Strict;
use crate::server::chunks::{Head, answer};
use crate::server::refusal::{Answered, Refusal, WRONG_FORM};
use crate::server::state::State;

/// A question.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QueryBody {
    /// A filter's name or any condition, in English or Chinese.
    filter: String,
    /// An instant, or a date, which means its end; now unless said.
    as_of: Option<String>,
    /// Expressions to show for each customer: a list, or one text separated by commas.
    show: Option<Show>,
    /// Groups of a table: a list, or one text separated by commas.
    by: Option<Show>,
    /// Measures of each group, written like `by`; with `by` alone the count. Then `order_by` is over measures
    /// and groups, and rows carry the groups' values and the measures.
    measures: Option<Show>,
    /// `E desc, F`; missing last, then by id.
    order_by: Option<String>,
    /// Rows given at most; the figures stay whole.
    limit: Option<usize>,
    /// Only the figures.
    #[serde(default)]
    count_only: bool,
    /// Only a list of ids.
    #[serde(default)]
    ids_only: bool,
}

/// A list or one text.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
enum Show {
    /// One text, separated by top-level commas.
    Text(String),
    /// One expression each.
    List(Vec<String>),
}

/// The figures, and the rows unless `count_only`.
#[derive(Serialize, ToSchema)]
struct QueryAnswer<'a> {
    #[serde(flatten)]
    figures: Figures<'a>,
    /// `id` and what was to be shown; money is a decimal text, missing is null.
    rows: Option<Vec<Object>>,
}

/// Any object.
#[derive(Serialize, ToSchema)]
pub struct Object {}

impl Show {
    fn text(&self) -> String {
        match self {
            Show::Text(text) => text.clone(),
            Show::List(list) => list.join(", "),
        }
    }
}

impl QueryBody {
    fn show(&self) -> Option<String> {
        self.show.as_ref().map(Show::text)
    }

    /// Whether a table of groups is asked for.
    fn is_table(&self) -> Answered<bool> {
        let table = self.by.is_some() || self.measures.is_some();
        if table && (self.count_only || self.ids_only || self.show.is_some()) {
            return Err(Refusal::new(
                WRONG_FORM,
                "by and measures ask for groups of customers, and show, count_only and ids_only for single ones",
            ));
        }
        Ok(table)
    }

    fn wanted(&self) -> Answered<Wanted> {
        let wrong = |detail: &str| Err(Refusal::new(WRONG_FORM, detail));
        match (self.count_only, self.ids_only, &self.show) {
            (true, true, _) => wrong("count_only and ids_only exclude each other"),
            (true, false, _) if self.limit.is_some() || self.order_by.is_some() => {
                wrong("limit and order_by say how rows are given, and count_only asks for none")
            }
            (true, _, Some(_)) | (_, true, Some(_)) => {
                wrong("show says what rows have, and count_only or ids_only asks for no such rows")
            }
            (true, false, None) => Ok(Wanted::Count),
            (false, true, None) => Ok(Wanted::Ids),
            (false, false, _) => Ok(Wanted::Rows),
        }
    }
}

/// Ask a filter: how many, who, and what is known of them
#[utoipa::path(post, path = "/v1/query", tag = "questions", request_body = QueryBody, responses(
    (status = 200, description = "The answer; as CSV, NDJSON or a table if the request accepts one of these", body = QueryAnswer),
    (status = 422, description = "A text has faults", body = Problem),
))]
pub async fn query(
    Given(state): Given<State>,
    accepted: Accepted,
    Strict(body): Strict<QueryBody>,
) -> Answered {
    if body.is_table()? {
        return table(&state, accepted, body).await;
    }
    let style = Style {
        wanted: body.wanted()?,
        form: accepted.form,
        columns: accepted.columns,
    };
    let shared = state.clone();
    answer(
        &state.gate,
        move |turn| {
            let moment = shared.heart.moment(body.as_of.as_deref())?;
            let show = body.show();
            let question = Question {
                filter: &body.filter,
                show: show.as_deref(),
                order_by: body.order_by.as_deref(),
                limit: body.limit,
                rows: style.wanted != Wanted::Count,
                left_aside: true,
                ..Question::default()
            };
            let started = Instant::now();
            let answer = moment
                .ask(&question, &turn.options)
                .map_err(|error| Refusal::ask(error, accepted.color))?;
            let elapsed_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
            let head = Head {
                form: style.form,
                notes: query::notes(&moment, &answer, style),
            };
            Ok((head, (moment, answer, elapsed_us)))
        },
        move |out, (moment, answer, elapsed_us)| {
            query::write(out, &moment, &answer, elapsed_us, style)
        },
    )
    .await
}

/// Groups of customers with their measures.
async fn table(state: &State, accepted: Accepted, body: QueryBody) -> Answered {
    let (form, columns, color) = (accepted.form, accepted.columns, accepted.color);
    let shared = state.clone();
    answer(
        &state.gate,
        move |turn| {
            let moment = shared.heart.moment(body.as_of.as_deref())?;
            let by = body.by.as_ref().map(Show::text);
            let measures = body.measures.as_ref().map(Show::text);
            let question = TableQuestion {
                filter: &body.filter,
                by: by.as_deref(),
                measures: measures.as_deref().unwrap_or("count"),
                order_by: body.order_by.as_deref(),
                limit: body.limit,
            };
            let started = Instant::now();
            let table = moment
                .check_table(&question)
                .and_then(|checked| moment.tabled(&checked, None, &turn.options))
                .map_err(|error| Refusal::ask(error, color))?;
            let elapsed_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
            let head = Head {
                form,
                notes: report::notes(&moment, &table),
            };
            Ok((head, (moment, table, elapsed_us)))
        },
        move |out, (moment, table, elapsed_us)| {
            report::write_nameless(out, &moment, &table, elapsed_us, form, columns)
        },
    )
    .await
}
