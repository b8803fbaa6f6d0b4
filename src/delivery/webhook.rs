//! A message as a signed HTTP request. The body of a message is the same at every attempt; what
//! changes stands in the head. Redirects are not followed.

use serde_json::json;

use super::http::{Answer, Client, HttpFault};
use super::message::{Message, values_as_json};
use super::outcome::Outcome;
use crate::base::clock::Clock;
use crate::base::secret::{Secret, hex, hmac_sha256};
use crate::settings::url::Url;

/// One HTTP receiver.
pub(super) struct Webhook {
    client: Client,
    url: Url,
    secret: Secret,
}

impl Webhook {
    pub(super) fn new(client: Client, url: Url, secret: Secret) -> Self {
        Self {
            client,
            url,
            secret,
        }
    }

    pub(super) async fn carry(&self, message: &Message) -> Outcome {
        let body = body(message);
        // The receiver holds it against its own clock: the machine's, whatever clock the rules run by.
        let at = Clock::System.now().0.to_string();
        let headers = [
            ("content-type", "application/json".to_owned()),
            ("idempotency-key", message.entry.key.to_string()),
            ("tamis-attempt", message.entry.attempt.to_string()),
            ("tamis-timestamp", at.clone()),
            ("tamis-signature", signature(&self.secret, &at, &body)),
        ];
        match self.client.post(&self.url.text, &headers, body).await {
            Ok(answer) => judge(&answer),
            Err(HttpFault::NotSent(reason)) => Outcome::later(reason),
            Err(HttpFault::Doubtful(reason)) => Outcome::Doubtful(reason),
        }
    }
}

/// `v1=` and the HMAC-SHA-256 of the timestamp, a dot and the body.
fn signature(secret: &Secret, at: &str, body: &[u8]) -> String {
    let code = hmac_sha256(secret.reveal().as_bytes(), &[at.as_bytes(), b".", body]);
    format!("v1={}", hex(&code))
}

/// The JSON of a message, the same at every attempt.
fn body(message: &Message) -> Vec<u8> {
    let entry = &message.entry;
    json!({
        "key": entry.key.to_string(),
        "channel": entry.channel,
        "plan": entry.plan,
        "step": entry.step,
        "template": entry.template,
        "customer": entry.customer,
        "address": entry.address,
        "entered_at": entry.entered_at,
        "subject": message.letter.subject,
        "text": message.letter.text,
        "html": message.letter.html,
        "values": values_as_json(&entry.values),
    })
    .to_string()
    .into_bytes()
}

/// What a status says of the message.
fn judge(answer: &Answer) -> Outcome {
    let status = answer.status;
    match status {
        200..=299 => Outcome::Taken,
        300..=399 => Outcome::Impossible(format!(
            "HTTP {status}: the receiver leads elsewhere, and redirects are not followed"
        )),
        408 | 425 | 429 => Outcome::Later {
            reason: format!("HTTP {status}"),
            after_seconds: answer.retry_after_seconds,
        },
        400..=499 => {
            Outcome::Impossible(format!("HTTP {status}: the receiver refuses the message"))
        }
        _ => Outcome::Later {
            reason: format!("HTTP {status}"),
            after_seconds: answer.retry_after_seconds,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_any_other_tool() {
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac key
        let secret = Secret::new("key");
        assert_eq!(
            signature(&secret, "1700000000", br#"{"a":1}"#),
            "v1=a438e398bfafc57e4396bb7fc2304422f0f768e965d073ca313cb52e22e6ad03"
        );
    }

    #[test]
    fn statuses() {
        let judged = |status: u16| {
            judge(&Answer {
                status,
                retry_after_seconds: Some(7),
            })
        };
        assert_eq!(judged(204), Outcome::Taken);
        for status in [301, 308, 400, 401, 404, 410, 422] {
            assert!(
                matches!(judged(status), Outcome::Impossible(_)),
                "{status}: {:?}",
                judged(status)
            );
        }
        for status in [408, 425, 429, 500, 502, 503, 504] {
            assert_eq!(
                judged(status),
                Outcome::Later {
                    reason: format!("HTTP {status}"),
                    after_seconds: Some(7),
                }
            );
        }
    }
}
