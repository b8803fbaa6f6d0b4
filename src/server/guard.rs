//! Who may ask over TCP: this machine only, under its own name, from its own pages, and
//! not too often. The control socket is guarded by the file system instead.

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Uri, header};
use axum::middleware::Next;
use axum::response::Response;
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};

use super::refusal::{HOST, ORIGIN, RATE, Refusal};

/// Names under which this machine is asked.
const HOSTS: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The guard of one TCP door.
#[derive(Clone)]
pub struct Guard {
    rate: Arc<DefaultDirectRateLimiter>,
    requests_a_second_max: u32,
}

impl Guard {
    /// Takes so many requests a second, and as many at once.
    pub fn new(requests_a_second_max: u32) -> Self {
        let count = NonZeroU32::new(requests_a_second_max).unwrap_or(NonZeroU32::MIN);
        Self {
            rate: Arc::new(RateLimiter::direct(Quota::per_second(count))),
            requests_a_second_max,
        }
    }
}

/// Lets a request pass or refuses it.
pub async fn watch(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    match allowed(&guard, request.headers(), request.uri()) {
        Ok(()) => next.run(request).await,
        Err(refusal) => axum::response::IntoResponse::into_response(refusal),
    }
}

fn allowed(guard: &Guard, headers: &HeaderMap, uri: &Uri) -> Result<(), Refusal> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = uri
        .authority()
        .map(|authority| authority.as_str())
        .or_else(|| text(header::HOST));
    let Some(host) = host.filter(|host| HOSTS.contains(&name_of(host))) else {
        return Err(Refusal::new(HOST, "the request names another host")
            .help("ask for http://127.0.0.1 or http://localhost: only this machine is served"));
    };
    if let Some(origin) = headers.get(header::ORIGIN) {
        let same = origin
            .to_str()
            .ok()
            .and_then(|origin| origin.strip_prefix("http://"))
            .is_some_and(|origin| origin.eq_ignore_ascii_case(host));
        if !same {
            return Err(Refusal::new(
                ORIGIN,
                "the request comes from a page of another site",
            ));
        }
    }
    if guard.rate.check().is_err() {
        return Err(Refusal::new(
            RATE,
            format!(
                "more than {} requests a second",
                guard.requests_a_second_max
            ),
        )
        .help("send more facts with each request, or raise --rate"));
    }
    Ok(())
}

/// A host without its port.
fn name_of(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn code(host: &'static str, origin: Option<&'static str>) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static(host));
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
        }
        allowed(&Guard::new(1_000), &headers, &Uri::from_static("/"))
            .err()
            .map(|refusal| refusal.0.code.clone())
    }

    #[test]
    fn only_this_machine_under_its_own_name() {
        for host in ["127.0.0.1:7171", "localhost", "[::1]:80", "[::1]"] {
            assert_eq!(code(host, None), None, "{host}");
        }
        for host in [
            "evil.example:7171",
            "127.0.0.1.evil.example",
            "localhost:x",
            "",
        ] {
            assert_eq!(code(host, None).as_deref(), Some("A010"), "{host}");
        }
    }

    #[test]
    fn only_its_own_pages() {
        assert_eq!(code("localhost:1", Some("http://localhost:1")), None);
        for origin in [
            "http://localhost:2",
            "https://localhost:1",
            "null",
            "http://evil.example",
        ] {
            assert_eq!(
                code("localhost:1", Some(origin)).as_deref(),
                Some("A011"),
                "{origin}"
            );
        }
    }

    #[test]
    fn not_too_often() {
        let guard = Guard::new(2);
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static("localhost"));
        let refused = (0..5)
            .filter(|_| allowed(&guard, &headers, &Uri::from_static("/")).is_err())
            .count();
        assert!((2..=3).contains(&refused), "{refused}");
    }
}
