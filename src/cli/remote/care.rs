//! Care plans through a running server: the same words as without one, and the orders that
//! only a server carries out.

use std::process::ExitCode;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Asked, Server, escaped};
use crate::cli::arguments::{CareVerb, Summary};
use crate::cli::failure::Failure;
use crate::cli::output::{Output, say};
use crate::form::Form;

/// One request.
struct Request {
    method: Method,
    path: String,
    body: Option<Value>,
}

impl Server {
    /// Asks about plans, or gives an order.
    pub(in crate::cli) fn care(
        &self,
        verb: &CareVerb,
        format: Summary,
        output: &mut Output,
    ) -> Result<ExitCode, Failure> {
        let Request { method, path, body } = request(verb);
        let form = match format {
            Summary::Table => Form::Table,
            Summary::Json => Form::Json,
        };
        let asked = Asked {
            form,
            columns: None,
        };
        let response = self.send(method, &path, body, Some(asked))?;
        let code = self.write(response, None, output)?;
        if let CareVerb::Settle { again, .. } = verb {
            say(match again {
                true => "it goes out once more, as soon as its plan lets it",
                false => "it is taken away; that it may have gone out still counts as a contact",
            });
        }
        Ok(code)
    }
}

fn request(verb: &CareVerb) -> Request {
    let get = |path: String| Request {
        method: Method::GET,
        path,
        body: None,
    };
    let post = |plan: &str, word: &str| Request {
        method: Method::POST,
        path: format!("/v1/care/{}/{word}", escaped(plan)),
        body: None,
    };
    match verb {
        CareVerb::Status => get("/v1/care".to_owned()),
        CareVerb::Report(named) => get(format!("/v1/care/{}/report", escaped(&named.plan))),
        CareVerb::Preview(named) => post(&named.plan, "preview"),
        CareVerb::Start(named) => post(&named.plan, "start"),
        CareVerb::Pause(named) => post(&named.plan, "pause"),
        CareVerb::Approve(named) => post(&named.plan, "approve"),
        CareVerb::Dismiss(named) => post(&named.plan, "dismiss"),
        CareVerb::Enter(named) => post(&named.plan, "enter"),
        CareVerb::Messages { plan: None } => get("/v1/messages".to_owned()),
        CareVerb::Messages { plan: Some(plan) } => {
            get(format!("/v1/messages?plan={}", escaped(plan)))
        }
        CareVerb::Settle { id, again, .. } => Request {
            method: Method::POST,
            path: format!("/v1/messages/{}", escaped(id)),
            body: Some(json!({ "again": again })),
        },
    }
}
