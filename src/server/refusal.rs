//! Refused requests: every one is a problem with a stable code, whoever refused it.

use axum::body::Body;
use axum::extract::{Request, State as Given};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::state::State;
use crate::base::diagnostic::Diagnostic;
use crate::base::source::Sources;
use crate::engine::RunError;
use crate::form::codes;
use crate::form::problem::Problem;
use crate::live::moment::AskError;

/// Media type of refusals.
const MEDIA_TYPE: &str = "application/problem+json";

/// A problem on its way out.
#[derive(Debug)]
pub struct Refusal(pub Box<Problem>);

/// What a handler gives.
pub type Answered<T = Response> = Result<T, Refusal>;

/// Code, status and title of each refusal of the server's own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code(pub &'static str, pub StatusCode);

/// The body is not what its type says.
pub const MALFORMED: Code = Code(codes::MALFORMED, StatusCode::BAD_REQUEST);
/// The body or a parameter does not have the form that the endpoint takes.
pub const WRONG_FORM: Code = Code(codes::WRONG_FORM, StatusCode::UNPROCESSABLE_ENTITY);
/// `as_of` is neither a date nor an instant.
pub const AS_OF: Code = Code(codes::AS_OF, StatusCode::UNPROCESSABLE_ENTITY);
/// There is no such endpoint.
pub const NO_ENDPOINT: Code = Code(codes::NO_ENDPOINT, StatusCode::NOT_FOUND);
/// The endpoint does not take the method.
pub const METHOD: Code = Code(codes::METHOD, StatusCode::METHOD_NOT_ALLOWED);
/// No customer has that id.
pub const NO_CUSTOMER: Code = Code(codes::NO_CUSTOMER, StatusCode::NOT_FOUND);
/// No filter has that name.
pub const NO_FILTER: Code = Code(codes::NO_FILTER, StatusCode::NOT_FOUND);
/// The body is too large.
pub const TOO_LARGE: Code = Code(codes::TOO_LARGE, StatusCode::PAYLOAD_TOO_LARGE);
/// The body has another type than the endpoint takes.
pub const MEDIA: Code = Code(codes::MEDIA, StatusCode::UNSUPPORTED_MEDIA_TYPE);
/// The request is meant for another host.
pub const HOST: Code = Code(codes::HOST, StatusCode::FORBIDDEN);
/// The request comes from a page of another site.
pub const ORIGIN: Code = Code(codes::ORIGIN, StatusCode::FORBIDDEN);
/// Too many requests a second.
pub const RATE: Code = Code(codes::RATE, StatusCode::TOO_MANY_REQUESTS);
/// Too many questions at once.
pub const BUSY: Code = Code(codes::BUSY, StatusCode::SERVICE_UNAVAILABLE);
/// The answer took too long.
pub const TOO_LONG: Code = Code(codes::TOO_LONG, StatusCode::GATEWAY_TIMEOUT);
/// The body came too slowly.
pub const TOO_SLOW: Code = Code(codes::TOO_SLOW, StatusCode::REQUEST_TIMEOUT);
/// No form that the request accepts.
pub const ACCEPT: Code = Code(codes::ACCEPT, StatusCode::NOT_ACCEPTABLE);
/// Too many streams at once.
pub const STREAMS: Code = Code(codes::STREAMS, StatusCode::SERVICE_UNAVAILABLE);
/// What was asked for is no longer kept.
pub const TOO_OLD: Code = Code(codes::TOO_OLD, StatusCode::GONE);
/// No line of the body was good.
pub const NO_GOOD_LINE: Code = Code(codes::NO_GOOD_LINE, StatusCode::UNPROCESSABLE_ENTITY);
/// The texts of the request have faults; the diagnostics say which.
pub const TEXT: Code = Code(codes::TEXT, StatusCode::UNPROCESSABLE_ENTITY);
/// The server is stopping.
pub const STOPPING: Code = Code(codes::STOPPING, StatusCode::SERVICE_UNAVAILABLE);
/// A question could not be answered; the fault is the server's.
pub const FAULT: Code = Code(codes::FAULT, StatusCode::INTERNAL_SERVER_ERROR);

/// No care plan has that name.
pub const NO_PLAN: Code = Code(codes::NO_PLAN, StatusCode::NOT_FOUND);
/// No task has that id.
pub const NO_TASK: Code = Code(codes::NO_TASK, StatusCode::NOT_FOUND);
/// No message that waits for a decision has that id.
pub const NO_MESSAGE: Code = Code(codes::NO_MESSAGE, StatusCode::NOT_FOUND);
/// No source of the rules has that name.
pub const NO_SOURCE: Code = Code(codes::NO_SOURCE, StatusCode::NOT_FOUND);
/// What is asked of a care plan has no answer as things stand.
pub const NO_ANSWER: Code = Code(codes::NO_ANSWER, StatusCode::CONFLICT);
/// No score has that name, or it cannot be asked so.
pub const NO_SCORE: Code = Code(codes::NO_SCORE, StatusCode::NOT_FOUND);
/// No report has that name.
pub const NO_REPORT: Code = Code(codes::NO_REPORT, StatusCode::NOT_FOUND);
/// No diagnostic has that code.
pub const NO_CODE: Code = Code(codes::NO_CODE, StatusCode::NOT_FOUND);
/// A report has no table: its file cannot be read, or an instant has no meaning for it.
pub const NO_TABLE: Code = Code(codes::NO_TABLE, StatusCode::UNPROCESSABLE_ENTITY);
/// The answer would hold more groups or values than are held.
pub const FULL: Code = Code(codes::FULL, StatusCode::UNPROCESSABLE_ENTITY);

impl Refusal {
    /// A refusal with its sentence.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let title = code.1.canonical_reason().unwrap_or("Error");
        Self(Box::new(Problem::new(
            code.1.as_u16(),
            title,
            code.0,
            detail,
        )))
    }

    /// A refusal whose code comes from elsewhere: the store, the core.
    pub fn foreign(code: &str, status: StatusCode, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Error");
        Self(Box::new(Problem::new(status.as_u16(), title, code, detail)))
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// A text with faults.
    pub fn text(sources: &Sources, found: &[Diagnostic], color: bool) -> Self {
        let errors = found.iter().filter(|one| one.is_error()).count();
        let detail = match (errors, found.first()) {
            (0 | 1, Some(first)) => first.message.clone(),
            _ => format!("{errors} errors"),
        };
        let Self(problem) = Self::new(TEXT, detail);
        Self(Box::new(problem.finding(sources, found, color)))
    }

    /// A question without an answer.
    pub fn ask(error: AskError, color: bool) -> Self {
        match error {
            AskError::Text(sources, found) => Self::text(&sources, &found, color),
            AskError::NoCustomer(id) => {
                Self::new(NO_CUSTOMER, format!("no customer has the id `{id}`"))
                    .help("ids are compared exactly, case and width included")
            }
            AskError::NoScore { message, help } => Self::new(NO_SCORE, message).help(help),
            AskError::Run(RunError::Cancelled) => {
                Self::new(TOO_LONG, "the question was called off")
            }
            AskError::NoReport(name) => {
                Self::new(NO_REPORT, format!("no report is called `{name}`"))
                    .help("GET /v1/reports lists them")
            }
            AskError::Report(error) => Self::new(NO_TABLE, error.to_string()),
            AskError::Run(error @ RunError::Full { .. }) => Self::new(FULL, error.to_string())
                .help("group by something coarser, or leave rows out with `where`"),
            AskError::Run(error) => Self::new(FAULT, error.to_string()),
        }
    }

    /// `as_of` that cannot be read.
    pub fn as_of(text: &str) -> Self {
        Self::new(AS_OF, format!("`{text}` is neither a date nor an instant"))
            .help("write as_of as 2024-06-30 or 2024-06-30T09:30")
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // A problem is made of texts and numbers, which always have a form.
        let body = serde_json::to_vec(&self.0).unwrap_or_default();
        let mut response = (status, Body::from(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        if [RATE.1, BUSY.1].contains(&status) {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// Turns what axum and its layers refuse into problems.
pub async fn mend(Given(state): Given<State>, request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let ours = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == MEDIA_TYPE);
    if ours || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let allow = response.headers().get(header::ALLOW).cloned();
    let mut mended = by_status(status, state.body_bytes_max).into_response();
    if let Some(allow) = allow {
        mended.headers_mut().insert(header::ALLOW, allow);
    }
    mended
}

fn by_status(status: StatusCode, body_bytes_max: usize) -> Refusal {
    match status {
        StatusCode::NOT_FOUND => Refusal::new(NO_ENDPOINT, "there is no such endpoint")
            .help("/openapi.json lists what there is"),
        StatusCode::METHOD_NOT_ALLOWED => {
            Refusal::new(METHOD, "the endpoint does not take this method")
        }
        StatusCode::PAYLOAD_TOO_LARGE => super::body::too_large(body_bytes_max),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => {
            Refusal::new(MEDIA, "the body is packed in a way that is not understood")
                .help("send it plain or with Content-Encoding: gzip")
        }
        StatusCode::BAD_REQUEST => Refusal::new(MALFORMED, "the request cannot be read")
            .help("escapes in the path must be UTF-8: %E5%AE%A2"),
        status if status.is_client_error() => {
            Refusal::foreign(codes::REFUSED, status, "the request was refused")
        }
        status => Refusal::foreign(FAULT.0, status, "the server failed at this request"),
    }
}
