//! Endpoints that take no parameters refuse any, as the others refuse those they do not know: one that was
//! passed over would be taken for heard. Which take none is read from the description of the endpoints.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State as Given};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

use super::refusal::{Refusal, WRONG_FORM};
use super::{BACKUP_PATH, openapi};

/// Endpoints that take no parameters.
#[derive(Clone)]
pub struct Bare(Arc<BTreeSet<(&'static str, String)>>);

impl Bare {
    /// All there are.
    pub fn known() -> Self {
        Self::of(&openapi::described())
    }

    /// Those of a description, and the one of the control socket, which is not described.
    fn of(description: &OpenApi) -> Self {
        let mut bare = BTreeSet::from([("POST", BACKUP_PATH.to_owned())]);
        for (path, item) in &description.paths.paths {
            let operations = [
                ("GET", &item.get),
                ("PUT", &item.put),
                ("POST", &item.post),
                ("DELETE", &item.delete),
            ];
            let plain = operations.into_iter().filter(|(_, operation)| {
                operation
                    .as_ref()
                    .is_some_and(|operation| !takes(operation))
            });
            bare.extend(plain.map(|(method, _)| (method, path.clone())));
        }
        Self(Arc::new(bare))
    }

    fn has(&self, request: &Request) -> bool {
        // HEAD asks what GET would answer.
        let asked = match request.method().as_str() {
            "HEAD" => "GET",
            method => method,
        };
        let path = request.extensions().get::<MatchedPath>();
        path.is_some_and(|path| {
            let mut bare = self.0.iter();
            bare.any(|(method, pattern)| *method == asked && pattern == path.as_str())
        })
    }
}

fn takes(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|parameter| match parameter {
        RefOr::T(parameter) => parameter.parameter_in == ParameterIn::Query,
        RefOr::Ref(_) => true,
    })
}

/// Refuses a request with parameters that its endpoint does not take.
pub async fn refuse(Given(bare): Given<Bare>, request: Request, next: Next) -> Response {
    let is_asked = request.uri().query().is_some_and(|query| !query.is_empty());
    if is_asked && bare.has(&request) {
        return Refusal::new(
            WRONG_FORM,
            "the endpoint takes no parameters, and the address has some after `?`",
        )
        .help("/openapi.json has the parameters of each endpoint; what a POST asks stands in its body")
        .into_response();
    }
    next.run(request).await
}
