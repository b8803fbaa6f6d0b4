//! Facts that come in as lines of JSON, each with its own outcome.

use axum::body::Bytes;
use axum::extract::State as Given;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::limit::SERVER_REJECTED_SHOWN_MAX;
use crate::form::problem::{Problem, Rejected};
use crate::ingest::facts::{IncomingKind, LineFault, LineOutcome, parse_lines};
use crate::server::body::Lines;
use crate::server::chunks::json;
use crate::server::refusal::{Answered, NO_GOOD_LINE, Refusal, TOO_LARGE};
use crate::server::state::State;

/// What became of the lines.
#[derive(Serialize, ToSchema)]
struct Taken {
    /// Lines that say something new; they are on the disk and in every answer from here on.
    accepted: u64,
    /// Lines that say what holds already.
    repeated: u64,
    /// Lines of which nothing was taken; the first 1,000.
    rejected: Vec<Rejected>,
    /// How many were rejected.
    rejected_count: u64,
}

/// Customers and their attributes, one JSON object a line: `{"id", "since"?, ATTRIBUTE: VALUE…}`
#[utoipa::path(post, path = "/v1/customers", tag = "facts", request_body(content = String, content_type = "application/x-ndjson"), responses(
    (status = 200, description = "What became of the lines", body = Taken),
    (status = 422, description = "No line was good", body = Problem),
    (status = 429, description = "Too much waits to be written", body = Problem),
    (status = 507, description = "The disk is full", body = Problem),
))]
pub async fn customers(Given(state): Given<State>, Lines(lines): Lines) -> Answered {
    take(state, IncomingKind::Customers, lines).await
}

/// Events, one JSON object a line: `{"event", "customer", "at", "id"?, FIELD: VALUE…}`
#[utoipa::path(post, path = "/v1/events", tag = "facts", request_body(content = String, content_type = "application/x-ndjson"), responses(
    (status = 200, description = "What became of the lines", body = Taken),
    (status = 422, description = "No line was good", body = Problem),
    (status = 429, description = "Too much waits to be written", body = Problem),
    (status = 507, description = "The disk is full", body = Problem),
))]
pub async fn events(Given(state): Given<State>, Lines(lines): Lines) -> Answered {
    take(state, IncomingKind::Events, lines).await
}

/// Holdings, one JSON object a line: `{"holding", "customer", "key", "since"?, FIELD: VALUE…}`
#[utoipa::path(post, path = "/v1/holdings", tag = "facts", request_body(content = String, content_type = "application/x-ndjson"), responses(
    (status = 200, description = "What became of the lines", body = Taken),
    (status = 422, description = "No line was good", body = Problem),
    (status = 429, description = "Too much waits to be written", body = Problem),
    (status = 507, description = "The disk is full", body = Problem),
))]
pub async fn holdings(Given(state): Given<State>, Lines(lines): Lines) -> Answered {
    take(state, IncomingKind::Holdings, lines).await
}

/// Relations, one JSON object a line: `{"relation", "from", "to", "since"?}`
#[utoipa::path(post, path = "/v1/relations", tag = "facts", request_body(content = String, content_type = "application/x-ndjson"), responses(
    (status = 200, description = "What became of the lines", body = Taken),
    (status = 422, description = "No line was good", body = Problem),
    (status = 429, description = "Too much waits to be written", body = Problem),
    (status = 507, description = "The disk is full", body = Problem),
))]
pub async fn relations(Given(state): Given<State>, Lines(lines): Lines) -> Answered {
    take(state, IncomingKind::Relations, lines).await
}

async fn take(state: State, kind: IncomingKind, bytes: Bytes) -> Answered {
    let shared = state.clone();
    let taken = state
        .taking
        .run(move |_| submit(&shared, kind, &bytes))
        .await?;
    for (outcome, count) in [
        ("accepted", taken.accepted),
        ("repeated", taken.repeated),
        ("rejected", taken.rejected_count),
    ] {
        state.metrics.facts(name(kind), outcome, count);
    }
    let none_good = taken.rejected_count > 0 && taken.accepted + taken.repeated == 0;
    if none_good {
        let mut refusal = Refusal::new(
            NO_GOOD_LINE,
            format!("none of the {} lines was taken", taken.rejected_count),
        );
        refusal.0.rejected = taken.rejected;
        return Err(refusal);
    }
    json(&taken)
}

fn submit(state: &State, kind: IncomingKind, bytes: &[u8]) -> Answered<Taken> {
    let lines = parse_lines(kind, bytes)
        .map_err(|fault| Refusal::foreign(fault.code, TOO_LARGE.1, fault.message))?;
    let mut taken = Taken {
        accepted: 0,
        repeated: 0,
        rejected: Vec::new(),
        rejected_count: 0,
    };
    let (mut numbers, mut facts) = (Vec::new(), Vec::new());
    for (number, parsed) in lines {
        match parsed {
            Ok(fact) => {
                numbers.push(number);
                facts.push(fact);
            }
            Err(fault) => taken.reject(number, fault),
        }
    }
    for (number, outcome) in numbers.into_iter().zip(state.heart.submit(facts)?) {
        match outcome {
            LineOutcome::Accepted => taken.accepted += 1,
            LineOutcome::Repeated => taken.repeated += 1,
            LineOutcome::Rejected(fault) => taken.reject(number, fault),
        }
    }
    taken.rejected.sort_by_key(|rejected| rejected.line);
    taken.rejected.truncate(SERVER_REJECTED_SHOWN_MAX);
    Ok(taken)
}

impl Taken {
    fn reject(&mut self, line: u64, fault: LineFault) {
        self.rejected_count += 1;
        self.rejected.push(Rejected {
            line,
            code: fault.code.to_owned(),
            message: fault.message,
            field: fault.field,
        });
    }
}

fn name(kind: IncomingKind) -> &'static str {
    match kind {
        IncomingKind::Customers => "customers",
        IncomingKind::Events => "events",
        IncomingKind::Holdings => "holdings",
        IncomingKind::Relations => "relations",
    }
}
