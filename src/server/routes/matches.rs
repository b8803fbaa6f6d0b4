//! Who enters and leaves, as server-sent events. Records are read from the history in the
//! store, by number, at the reader's own pace: what a reader has seen decides where it
//! goes on, so that nothing is lost and nothing comes twice.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State as Given;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_stream::wrappers::ReceiverStream;
use utoipa::{IntoParams, ToSchema};

use super::filters::find_set;
use crate::base::calendar::Zone;
use crate::base::limit::{SERVER_HEART_BEAT_SECONDS, SERVER_MATCHES_READ, SERVER_MATCHES_WAITING};
use crate::form::problem::Problem;
use crate::live::history::{Match, What};
use crate::live::members::Cause;
use crate::server::SEQUENCE_HEADER;
use crate::server::heart::too_old;
use crate::server::parameters::Parameters;
use crate::server::refusal::{Answered, Refusal, WRONG_FORM};
use crate::server::state::State;

/// Header in which a browser names the last record it saw.
const LAST_EVENT: &str = "last-event-id";

/// Which records.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MatchesParameters {
    /// Records after this number; those to come unless said. The header Last-Event-ID goes before.
    after: Option<u64>,
    /// Only this filter, by name or label, or this stage, as `LIST = STAGE`.
    rule: Option<String>,
}

/// The data of one event; its id is `sequence`.
#[derive(Serialize, ToSchema)]
pub struct MatchForm<'a> {
    /// Number of the record; numbers rise.
    sequence: u64,
    /// The filter; of a stage `LIST = STAGE`.
    rule: &'a str,
    /// Who; null for `initial` and `dropped`, and where that customer was erased before the reader came.
    customer: Option<&'a str>,
    /// `entered`, `left`; `initial`: the filter is new; `dropped`: it is no more.
    what: &'static str,
    /// Of `initial`: with how many members it starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<u64>,
    /// When it became so.
    at: String,
    /// `fact`, `time`, `rule`, `plugin`, `restart`, `erasure`, `ranks`
    cause: &'static str,
    /// Of `fact`: its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    fact: Option<&'a str>,
}

impl<'a> MatchForm<'a> {
    fn new(record: &'a Match, zone: &Zone) -> Self {
        let (what, members) = match record.what {
            What::Entered => ("entered", None),
            What::Left => ("left", None),
            What::Initial { members } => ("initial", Some(members)),
            What::Dropped => ("dropped", None),
        };
        let (cause, fact) = match &record.cause {
            Cause::Fact { kind } => ("fact", Some(&**kind)),
            Cause::Time => ("time", None),
            Cause::Rule => ("rule", None),
            Cause::Plugin => ("plugin", None),
            Cause::Restart => ("restart", None),
            Cause::Erasure => ("erasure", None),
            Cause::Ranks => ("ranks", None),
        };
        Self {
            sequence: record.sequence,
            rule: &record.rule,
            customer: record.customer.as_deref(),
            what,
            members,
            at: zone.format(record.at),
            cause,
            fact,
        }
    }
}

/// Who enters and leaves the saved filters and stages, as it happens
#[utoipa::path(get, path = "/v1/matches", tag = "filters", params(MatchesParameters,
    ("Last-Event-ID" = Option<u64>, Header, description = "The last record seen")), responses(
    (status = 200, description = "Events `match` with a record as data and its number as id; comments as heart-beat", body = MatchForm, content_type = "text/event-stream"),
    (status = 410, description = "Those records are not kept; `oldest` is", body = Problem),
))]
pub async fn matches(
    Given(state): Given<State>,
    Parameters(asked): Parameters<MatchesParameters>,
    headers: HeaderMap,
) -> Answered<Response> {
    let place = state.gate.stream()?;
    let live = state.heart.published();
    let after = after(&headers, asked.after)?.unwrap_or(live.sequence);
    if after > live.sequence || after + 1 < live.sequence_oldest {
        return Err(too_old(after, live.sequence_oldest));
    }
    let rule = match &asked.rule {
        Some(name) => Some(Arc::clone(find_set(&live, name)?)),
        None => None,
    };
    let (sender, receiver) = mpsc::channel(SERVER_MATCHES_WAITING);
    let reader = Reader {
        state: state.clone(),
        after,
        heard_after: live.sequence,
        rule,
        sender,
        _place: place,
    };
    tokio::spawn(reader.run());
    let heart_beat = KeepAlive::new().interval(Duration::from_secs(SERVER_HEART_BEAT_SECONDS));
    let begins = [(SEQUENCE_HEADER, after.to_string())];
    let events = Sse::new(ReceiverStream::new(receiver)).keep_alive(heart_beat);
    Ok((begins, events).into_response())
}

fn after(headers: &HeaderMap, parameter: Option<u64>) -> Answered<Option<u64>> {
    let Some(header) = headers.get(LAST_EVENT) else {
        return Ok(parameter);
    };
    let number = header
        .to_str()
        .ok()
        .and_then(|text| text.trim().parse().ok());
    number.map(Some).ok_or_else(|| {
        Refusal::new(
            WRONG_FORM,
            "the header Last-Event-ID is not the number of a record",
        )
    })
}

struct Reader {
    state: State,
    after: u64,
    /// The last record when it came: what follows it hears as it happens.
    heard_after: u64,
    rule: Option<Arc<str>>,
    sender: mpsc::Sender<Result<Event, Infallible>>,
    _place: OwnedSemaphorePermit,
}

impl Reader {
    /// Sends what is there, waits for more; ends with the reader or the server.
    async fn run(mut self) {
        let mut published = self.state.heart.follow();
        let mut stopping = self.state.stopping.clone();
        // A head that goes out at once tells the reader that it is heard.
        let hello = Event::default().comment("matches");
        if self.sender.send(Ok(hello)).await.is_err() {
            return;
        }
        loop {
            let Some(events) = self.read().await else {
                return;
            };
            for event in events {
                tokio::select! {
                    sent = self.sender.send(Ok(event)) => if sent.is_err() { return },
                    _ = stopping.wait_for(|stop| *stop) => return,
                }
            }
            let after = self.after;
            tokio::select! {
                more = published.wait_for(|sequence| *sequence > after) => if more.is_err() { return },
                () = self.sender.closed() => return,
                _ = stopping.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// The next records as events; `None` when they cannot be read. The reader then comes again and is told why.
    async fn read(&mut self) -> Option<Vec<Event>> {
        let (state, after, heard_after) = (self.state.clone(), self.after, self.heard_after);
        let read = tokio::task::spawn_blocking(move || {
            let found = state
                .heart
                .matches(after, heard_after, SERVER_MATCHES_READ)?;
            Ok::<_, Refusal>((found, state.heart.zone()))
        });
        let ((records, seen), zone) = read.await.ok()?.ok()?;
        // What was looked at counts as seen even where nothing of it is told.
        self.after = self.after.max(seen);
        let wanted = records
            .iter()
            .filter(|record| self.rule.as_ref().is_none_or(|rule| *rule == record.rule));
        wanted
            .map(|record| {
                Event::default()
                    .id(record.sequence.to_string())
                    .event("match")
                    .json_data(MatchForm::new(record, &zone))
                    .ok()
            })
            .collect()
    }
}
