//! HTTP out: posts with a time limit, to listed hosts alone, past no proxy and along no
//! redirect. Knows nothing of messages.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::RETRY_AFTER;
use reqwest::redirect::Policy;

use crate::base::limit;
use crate::settings::url::Url;

/// A client for one receiver.
pub(super) struct Client {
    client: reqwest::Client,
}

/// What a receiver answered, as far as it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// The status.
    pub(super) status: u16,
    /// `Retry-After` in seconds, when it is given so.
    pub(super) retry_after_seconds: Option<u64>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum HttpFault {
    /// No connection was made: nothing has left this machine.
    NotSent(String),
    /// It may have arrived.
    Doubtful(String),
}

impl Client {
    /// A client for that address. `hosts` are those that may be reached; `certificates` a PEM file to
    /// trust beside what the machine trusts.
    pub(super) fn new(
        url: &Url,
        hosts: &[String],
        certificates: Option<&Path>,
        attempt_seconds_max: u32,
        at_once_max: usize,
    ) -> Result<Self, String> {
        if !hosts.contains(&url.host) {
            return Err(format!("the host `{}` is not listed", url.host));
        }
        // The address is read here once more by the client itself: both must see the same host.
        let parsed = reqwest::Url::parse(&url.text).map_err(|error| error.to_string())?;
        let host = parsed.host_str().unwrap_or_default();
        if host.trim_start_matches('[').trim_end_matches([']', '.']) != url.host {
            return Err(format!("`{}` is not read as the host `{host}`", url.host));
        }
        // Another part of the program may have been first; either is the same provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = reqwest::Client::builder()
            .user_agent(concat!("tamis/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .retry(reqwest::retry::never())
            .timeout(Duration::from_secs(u64::from(attempt_seconds_max)))
            .connect_timeout(Duration::from_millis(u64::from(attempt_seconds_max) * 500))
            .pool_idle_timeout(Duration::from_secs(limit::DELIVERY_IDLE_SECONDS_MAX))
            .pool_max_idle_per_host(at_once_max)
            .dns_resolver(Arc::new(Guarded));
        if !url.protected {
            // Nothing is protected, and a machine without certificates can still post to itself.
            builder = builder.tls_certs_only([]);
        } else if let Some(path) = certificates {
            let pem = std::fs::read(path)
                .map_err(|error| format!("{}: cannot be read: {error}", path.display()))?;
            let list = reqwest::Certificate::from_pem_bundle(&pem)
                .map_err(|_| format!("{}: holds no certificates", path.display()))?;
            builder = builder.tls_certs_merge(list);
        }
        let client = builder.build().map_err(|error| words(&error))?;
        Ok(Self { client })
    }

    /// Posts the body and waits for the head of the answer.
    pub(super) async fn post(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> Result<Answer, HttpFault> {
        let mut request = self.client.post(url).body(body);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let response = request.send().await.map_err(|error| {
            if error.is_connect() || error.is_builder() {
                HttpFault::NotSent(words(&error))
            } else {
                HttpFault::Doubtful(words(&error))
            }
        })?;
        let answer = Answer {
            status: response.status().as_u16(),
            retry_after_seconds: response
                .headers()
                .get(RETRY_AFTER)
                .and_then(|value| value.to_str().ok())
                .and_then(|text| text.trim().parse().ok()),
        };
        drain(response).await;
        Ok(answer)
    }
}

/// Reads a short answer to its end, so that the connection can be used again. What is long or slow
/// is left, and its connection with it.
async fn drain(mut response: reqwest::Response) {
    let reading = async {
        let mut bytes = 0;
        while let Ok(Some(chunk)) = response.chunk().await {
            bytes += chunk.len();
            if bytes > limit::DELIVERY_ANSWER_BYTES_MAX {
                break;
            }
        }
    };
    let most = Duration::from_millis(limit::DELIVERY_ANSWER_MS_MAX);
    let _ = tokio::time::timeout(most, reading).await;
}

/// The library's error without the address, and with its causes.
fn words(error: &reqwest::Error) -> String {
    let mut parts = Vec::new();
    if error.is_timeout() {
        parts.push("no answer within the time limit".to_owned());
    }
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let text = inner.to_string();
        if parts.last() != Some(&text) {
            parts.push(text);
        }
        cause = inner.source();
    }
    if parts.is_empty() {
        parts.push("the request failed".to_owned());
    }
    let text = parts.join(": ");
    text.chars()
        .take(limit::DELIVERY_REASON_CHARACTERS_MAX)
        .collect()
}

/// Looks names up and drops addresses that no name on a network should lead to: those of this
/// machine and of its link. `localhost` is this machine by its meaning.
struct Guarded;

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let is_local = name.as_str().eq_ignore_ascii_case("localhost");
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0))
                .await?
                .filter(|address| is_local || is_outside(address.ip()))
                .collect();
            if found.is_empty() {
                return Err("the name leads to no address that may be reached".into());
            }
            let addresses: Addrs = Box::new(found.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether a name may lead to that address.
fn is_outside(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            !(v4.is_loopback() || v4.is_unspecified() || v4.is_link_local() || v4.is_multicast())
        }
        IpAddr::V6(v6) => {
            !(v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_unicast_link_local()
                || v6.is_multicast())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_do_not_lead_to_this_machine_or_its_link() {
        for inside in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "169.254.169.254",
            "::1",
            "::",
            "fe80::1",
            "::ffff:127.0.0.1",
            "224.0.0.1",
        ] {
            assert!(!is_outside(inside.parse().unwrap()), "{inside}");
        }
        for outside in [
            "10.0.0.1",
            "192.168.1.1",
            "93.184.216.34",
            "fd00::1",
            "2606:2800::1",
        ] {
            assert!(is_outside(outside.parse().unwrap()), "{outside}");
        }
    }

    #[test]
    fn only_listed_hosts_have_a_client() {
        let url = Url::parse("http://127.0.0.1:9/x").unwrap();
        let listed = vec!["127.0.0.1".to_owned()];
        assert!(Client::new(&url, &listed, None, 1, 1).is_ok());
        let error = Client::new(&url, &[], None, 1, 1).err().unwrap();
        assert_eq!(error, "the host `127.0.0.1` is not listed");
    }
}
