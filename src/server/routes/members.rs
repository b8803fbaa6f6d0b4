//! The members of a saved filter: pages by id, or all of them as a stream.

use std::io::{self, Write};
use std::sync::Arc;

use axum::extract::State as Given;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::filters::find_set;
use crate::base::calendar::Instant;
use crate::base::limit::{
    ID_BYTES_MAX, SERVER_EXPORT_ROWS, SERVER_PAGE_ROWS, SERVER_PAGE_ROWS_MAX,
};
use crate::base::text::nfc;
use crate::engine::RunOptions;
use crate::form::count::ranks_line;
use crate::form::problem::Problem;
use crate::form::rows::{List, csv_header, csv_rows, ndjson};
use crate::form::{Form, json};
use crate::live::answer::AnswerRow;
use crate::live::listing::Listing;
use crate::live::members::MemberSet;
use crate::live::present::Live;
use crate::server::accept::Accepted;
use crate::server::chunks::{Head, answer};
use crate::server::parameters::{Name, Parameters};
use crate::server::refusal::{Answered, Refusal, WRONG_FORM};
use crate::server::state::State;

/// Which members, and what of them.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MembersParameters {
    /// Expressions to show, separated by commas.
    show: Option<String>,
    /// `next` of the page before: ids after this one, by bytes.
    after: Option<String>,
    /// Members given: 1,000 unless said and 10,000 at most as JSON; all unless said as CSV or NDJSON.
    limit: Option<usize>,
}

/// A page of members.
#[derive(Serialize, ToSchema)]
struct Page<'a> {
    /// All members.
    count: u64,
    /// The instant at which they are exact.
    as_of: String,
    /// The instant of the rank tables that decided who is one; absent when none did.
    #[serde(skip_serializing_if = "Option::is_none")]
    ranks_at: Option<String>,
    /// `id` and what was to be shown, by the bytes of their ids.
    #[schema(value_type = Vec<Object>)]
    members: List<'a>,
    /// `after` of the next page; null at the end.
    next: Option<&'a str>,
}

/// The members of a saved filter or of a stage, paged by id; as CSV or NDJSON all of them
#[utoipa::path(get, path = "/v1/filters/{name}/members", tag = "filters",
    params(("name" = String, Path, description = "Name or label; of a stage `LIST = STAGE`"), MembersParameters), responses(
    (status = 200, description = "A page; a stream if the request accepts text/csv or application/x-ndjson", body = Page),
    (status = 404, description = "No filter has that name", body = Problem),
    (status = 422, description = "A parameter or a text has faults", body = Problem),
))]
pub async fn members(
    Given(state): Given<State>,
    Name(name): Name,
    Parameters(asked): Parameters<MembersParameters>,
    accepted: Accepted,
) -> Answered {
    let form = match accepted.form {
        Form::Table => Form::Json,
        form => form,
    };
    let limit = limit(&asked, form)?;
    let shared = state.clone();
    answer(
        &state.gate,
        move |turn| {
            let live = shared.heart.settled()?;
            let name = Arc::clone(find_set(&live, &name)?);
            let set = live.members.of(&name).cloned().unwrap_or_default();
            let refused = |error| Refusal::ask(error, accepted.color);
            let listing = live
                .moment
                .listing(asked.show.as_deref())
                .map_err(refused)?;
            let from = asked.after.as_deref().map(nfc);
            let mut rows = after(&live, &set, from.as_deref(), limit.saturating_add(1));
            let more = rows.len() > limit;
            rows.truncate(limit);
            // Later parts of a long stream are made while it is read.
            let first = rows.get(..rows.len().min(SERVER_EXPORT_ROWS));
            let first = live
                .moment
                .list(&listing, first.unwrap_or_default(), &turn.options)
                .map_err(refused)?;
            let ranks_at = live.members.ranks_at(&name);
            let notes = match form {
                Form::Json => None,
                _ => ranks_line(&live.moment, ranks_at),
            };
            let head = Head {
                form,
                notes: notes.into_iter().collect(),
            };
            Ok((
                head,
                Export {
                    live,
                    set,
                    ranks_at,
                    listing,
                    rows,
                    first,
                    more,
                },
            ))
        },
        move |out, export| export.write(out, form),
    )
    .await
}

fn limit(asked: &MembersParameters, form: Form) -> Answered<usize> {
    let wrong = |detail: String| Err(Refusal::new(WRONG_FORM, detail));
    if asked
        .after
        .as_ref()
        .is_some_and(|after| after.len() > ID_BYTES_MAX)
    {
        return wrong(format!(
            "`after` is an id and has at most {ID_BYTES_MAX} bytes"
        ));
    }
    match (asked.limit, form) {
        (Some(0), _) => wrong("`limit` is at least 1".to_owned()),
        (Some(limit), Form::Json) if limit > SERVER_PAGE_ROWS_MAX => wrong(format!(
            "`limit` is at most {SERVER_PAGE_ROWS_MAX}; accept text/csv or application/x-ndjson for all members"
        )),
        (Some(limit), _) => Ok(limit),
        (None, Form::Json) => Ok(SERVER_PAGE_ROWS),
        (None, _) => Ok(usize::MAX),
    }
}

/// Members whose ids come after one, by the bytes of their ids, at most so many.
fn after(live: &Live, set: &MemberSet, after: Option<&str>, count_max: usize) -> Vec<u32> {
    let snapshot = &live.moment.snapshot;
    let order = snapshot.by_id();
    let from = after.map_or(0, |after| {
        order.partition_point(|row| snapshot.id(*row).as_bytes() <= after.as_bytes())
    });
    let rest = order.get(from..).unwrap_or_default().iter().copied();
    rest.filter(|row| set.contains(*row))
        .take(count_max)
        .collect()
}

struct Export {
    live: Arc<Live>,
    set: MemberSet,
    ranks_at: Option<Instant>,
    listing: Listing,
    rows: Vec<u32>,
    first: Vec<AnswerRow>,
    more: bool,
}

impl Export {
    fn write(&self, out: &mut dyn Write, form: Form) -> io::Result<()> {
        let (moment, shown) = (&self.live.moment, self.listing.shown());
        match form {
            Form::Json | Form::Table => {
                let rows = self.all(&self.first)?;
                let last = rows.last().filter(|_| self.more);
                json(
                    out,
                    &Page {
                        count: self.set.count(),
                        as_of: moment.zone().format(self.live.members.at()),
                        ranks_at: self.ranks_at.map(|at| moment.zone().format(at)),
                        members: List {
                            moment,
                            shown,
                            rows: &rows,
                        },
                        next: last.map(|row| moment.snapshot.id(row.row)),
                    },
                )
            }
            Form::Csv => {
                csv_header(out, shown)?;
                self.parts(&mut |rows| csv_rows(out, moment, shown, rows))
            }
            Form::Ndjson => self.parts(&mut |rows| ndjson(out, moment, shown, rows)),
        }
    }

    fn all(&self, first: &[AnswerRow]) -> io::Result<Vec<AnswerRow>> {
        let mut rows = Vec::with_capacity(first.len());
        self.parts(&mut |part| {
            rows.extend_from_slice(part);
            Ok(())
        })?;
        Ok(rows)
    }

    fn parts(&self, take: &mut dyn FnMut(&[AnswerRow]) -> io::Result<()>) -> io::Result<()> {
        take(&self.first)?;
        let rest = self.rows.get(self.first.len()..).unwrap_or_default();
        for part in rest.chunks(SERVER_EXPORT_ROWS) {
            // Nobody calls a stream off but its reader, whose going away ends the writing.
            let rows = self
                .live
                .moment
                .list(&self.listing, part, &RunOptions::default())
                .map_err(|_| io::ErrorKind::Other)?;
            take(&rows)?;
        }
        Ok(())
    }
}
