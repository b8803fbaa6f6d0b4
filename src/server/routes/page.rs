//! The console in the browser: the page, its style and its script. What stands on the
//! page comes from one moment; how it looks is the console's business.

use std::sync::LazyLock;

use axum::extract::{Path, State as Given};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::base::limit::CONSOLE_ROWS;
use crate::base::render::render;
use crate::base::template::TemplateFault;
use crate::base::text::nfc;
use crate::console::{self, Address, Console, Found, Member, Page, Reader, Saved};
use crate::engine::{RunOptions, trace};
use crate::form::explain;
use crate::language::words::Tongue;
use crate::live::answer::Answer;
use crate::live::history;
use crate::live::moment::{AskError, Moment};
use crate::live::present::Live;
use crate::live::question::Question;
use crate::live::rule_set::Outcome;
use crate::server::parameters::Parameters;
use crate::server::refusal::{Answered, FAULT, NO_ENDPOINT, Refusal};
use crate::server::state::State;

/// Reads its template once.
static CONSOLE: LazyLock<Result<Console, TemplateFault>> = LazyLock::new(Console::new);

/// The state of the page, as the address bar holds it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageParameters {
    /// The filter's text.
    #[serde(default)]
    q: String,
    /// Expressions to show, separated by commas.
    #[serde(default)]
    show: String,
    /// A customer to explain.
    #[serde(default)]
    who: String,
    /// Members after this id.
    #[serde(default)]
    after: String,
    /// `en` or `zh`.
    #[serde(default)]
    lang: String,
}

/// The page.
pub async fn page(
    Given(state): Given<State>,
    Parameters(asked): Parameters<PageParameters>,
) -> Answered {
    let address = Address {
        filter: asked.q,
        show: asked.show,
        who: nfc(asked.who.trim()).into_owned(),
        after: nfc(&asked.after).into_owned(),
        reader: Reader::of(&asked.lang),
    };
    let shared = state.clone();
    let drawn = state
        .gate
        .run(move |turn| {
            let live = shared.heart.settled()?;
            draw(&content(&live, shared.heart.now(), address, &turn.options)?)
        })
        .await?;
    let policy = HeaderValue::from_static(console::POLICY);
    Ok((
        [
            (
                header::CONTENT_TYPE,
                HeaderValue::from_static("text/html; charset=utf-8"),
            ),
            (header::CONTENT_SECURITY_POLICY, policy),
        ],
        drawn,
    )
        .into_response())
}

/// A file of the page.
pub async fn asset(Path(name): Path<String>) -> Answered {
    match console::asset(&name) {
        Some((media_type, text)) => Ok(file(media_type, text)),
        None => Err(Refusal::new(NO_ENDPOINT, "the page has no such file")),
    }
}

fn file(media_type: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        // Another version of the program brings other files under the same names.
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, text).into_response()
}

fn draw(page: &Page) -> Answered<String> {
    let fault = |_: &TemplateFault| Refusal::new(FAULT, "the page could not be drawn");
    let console = CONSOLE.as_ref().map_err(fault)?;
    console.page(page).map_err(|error| fault(&error))
}

/// What stands on the page.
fn content(
    live: &Live,
    now: crate::base::calendar::Instant,
    address: Address,
    options: &RunOptions,
) -> Answered<Page> {
    let moment = live.moment.later(now.max(live.members.at()));
    let mut page = Page {
        as_of: moment.zone().format(moment.now),
        saved: saved(live),
        sequence: live.sequence,
        rules_problem: rules_problem(live),
        address,
        ..Page::default()
    };
    if page.address.filter.trim().is_empty() {
        return Ok(page);
    }
    match ask(&moment, &page.address, options) {
        Ok(answer) => {
            page.found = Some(found(&moment, answer));
            let tongue = tongue_of(page.address.reader);
            page.words = explain::words(&moment, &page.address.filter, tongue).ok();
        }
        Err(AskError::Text(sources, faults)) => {
            page.problem = Some(render(&sources, &faults, false))
        }
        Err(other) => return Err(Refusal::ask(other, false)),
    }
    if page.found.is_some() && !page.address.who.is_empty() {
        match moment.why(&page.address.who, &page.address.filter) {
            Ok(parts) => {
                let tongue = tongue_of(page.address.reader);
                page.why = Some(trace::render(&parts, tongue, moment.zone()));
            }
            Err(AskError::NoCustomer(id)) => {
                page.why_problem = Some(match page.address.reader {
                    Reader::English => format!("no customer has the id {id}"),
                    Reader::Chinese => format!("没有客户号为 {id} 的客户"),
                });
            }
            Err(other) => return Err(Refusal::ask(other, false)),
        }
    }
    Ok(page)
}

fn tongue_of(reader: Reader) -> Tongue {
    match reader {
        Reader::English => Tongue::English,
        Reader::Chinese => Tongue::Chinese,
    }
}

fn ask(moment: &Moment, address: &Address, options: &RunOptions) -> Result<Answer, AskError> {
    let some = |text: &str| !text.trim().is_empty();
    moment.ask(
        &Question {
            filter: &address.filter,
            show: Some(address.show.as_str()).filter(|text| some(text)),
            after: Some(address.after.as_str()).filter(|text| !text.is_empty()),
            limit: Some(CONSOLE_ROWS + 1),
            rows: true,
            ..Question::default()
        },
        options,
    )
}

fn found(moment: &Moment, answer: Answer) -> Found {
    let mut rows = answer.rows.unwrap_or_default();
    let more = rows.len() > CONSOLE_ROWS;
    rows.truncate(CONSOLE_ROWS);
    let member = |row: crate::live::answer::AnswerRow| Member {
        id: moment.snapshot.id(row.row).to_owned(),
        values: row
            .values
            .iter()
            .zip(&answer.shown)
            .map(|(value, shown)| {
                let value = value.as_ref()?;
                Some(value.display(&shown.kind, moment.zone()))
            })
            .collect(),
    };
    Found {
        yes: answer.count,
        no: answer.no,
        unknown: answer.unknown,
        total: answer.total,
        because: answer
            .unknown_because
            .into_iter()
            .map(|blame| (blame.field, blame.count))
            .collect(),
        columns: answer
            .shown
            .iter()
            .map(|shown| shown.name.clone())
            .collect(),
        members: rows.into_iter().map(member).collect(),
        more,
    }
}

fn saved(live: &Live) -> Vec<Saved> {
    let sets = live.members.iter();
    sets.filter(|(name, _)| !history::is_audience(name))
        .map(|(name, set)| Saved {
            name: name.clone(),
            label: live
                .moment
                .rules
                .find(name)
                .and_then(|id| live.moment.rules.definition(id))
                .and_then(|definition| definition.label.clone()),
            members: set.count(),
            stale: set.stale.clone(),
        })
        .collect()
}

fn rules_problem(live: &Live) -> Option<String> {
    let attempt = live.rule_set.attempt()?;
    (attempt.outcome == Outcome::Refused).then(|| attempt.rendered.clone())
}
