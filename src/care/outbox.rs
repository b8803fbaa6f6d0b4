//! What waits to be sent: one entry a message, as plain data, and the results that come
//! back. The record's bytes are made here; when an entry is made, handed over and taken
//! away is decided in `care`, and how a channel carries it in `delivery`.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::secret::sha256_of_pieces;

/// The channel that carries mail. Every other channel is a webhook by its name.
pub const EMAIL: &str = "email";

/// First byte of an entry's record, so that later layouts can be told apart.
const LAYOUT: u8 = 1;

/// Names one action for ever: the same plan, customer, entry and step give the same key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct OutboxKey(pub [u8; 16]);

impl OutboxKey {
    /// The key of one step of one entry. `entered_at` is in seconds since 1970, UTC. The rules'
    /// text has no part in it: a plan that is edited does not act again on those already in.
    pub fn of(plan: &str, row: u32, entered_at: i64, step: &str) -> Self {
        let hash = sha256_of_pieces(&[
            plan.as_bytes(),
            step.as_bytes(),
            &row.to_be_bytes(),
            &entered_at.to_be_bytes(),
        ]);
        Self(hash.first_chunk::<16>().copied().unwrap_or_default())
    }

    /// Reads what [`fmt::Display`] writes: 32 hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        u128::from_str_radix(text, 16)
            .ok()
            .map(|number| Self(number.to_be_bytes()))
    }
}

impl fmt::Display for OutboxKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:032x}", u128::from_be_bytes(self.0))
    }
}

/// A value that a template may name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TemplateValue {
    /// Text, a date (`2024-06-30`), an instant with its offset, a listed value by its first name.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// Any number.
    Number(f64),
    /// Money as written: `1234.50`.
    Money(String),
    /// Yes or no.
    Yes(bool),
    /// A set, sorted.
    List(Vec<String>),
}

/// Where a message stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// To be handed over from [`OutboxEntry::due_at`] on.
    Waiting,
    /// Handed to its channel; no result has come back yet.
    Started {
        /// Seconds since 1970, UTC.
        at: i64,
    },
    /// Nobody knows whether it went out, and its channel cannot be asked twice. It waits for a
    /// person and is never repeated by itself.
    Uncertain {
        /// Seconds since 1970, UTC.
        at: i64,
        /// What is known.
        reason: String,
    },
    /// Given up; kept to be looked at.
    Dead {
        /// Seconds since 1970, UTC.
        at: i64,
        /// Why.
        reason: String,
    },
}

/// One message to one customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutboxEntry {
    /// Its name, and the `Idempotency-Key` of a webhook.
    pub key: OutboxKey,
    /// First name of the plan.
    pub plan: String,
    /// First name of the step.
    pub step: String,
    /// [`EMAIL`], or the name of a webhook.
    pub channel: String,
    /// Name of the template.
    pub template: String,
    /// Row of the customer.
    pub row: u32,
    /// Id of the customer.
    pub customer: String,
    /// Where to: the attribute that is declared `as email`; `None` for webhooks.
    pub address: Option<String>,
    /// When the customer entered the plan: seconds since 1970, UTC.
    pub entered_at: i64,
    /// Not to be handed over before: seconds since 1970, UTC.
    pub due_at: i64,
    /// How often it was handed over.
    pub attempt: u32,
    /// Where it stands.
    pub standing: Standing,
    /// By the first names of the customer's attributes, and `id`, `plan`, `step`. What is missing is left out.
    pub values: BTreeMap<String, TemplateValue>,
}

impl OutboxEntry {
    /// Whether handing it over again after an attempt of unknown result does no harm: the receiver
    /// knows it by its key. Mail has no such receiver.
    pub fn is_repeatable(&self) -> bool {
        self.channel != EMAIL
    }

    /// The value of its record.
    ///
    /// # Errors
    /// A sentence, when it cannot be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, String> {
        postcard::to_extend(self, vec![LAYOUT])
            .map_err(|fault| format!("an outbox entry cannot be written: {fault}"))
    }

    /// Reads the value of its record.
    ///
    /// # Errors
    /// A sentence, when it is none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        match bytes.split_first() {
            Some((&LAYOUT, rest)) => postcard::from_bytes(rest)
                .map_err(|fault| format!("an outbox entry cannot be read: {fault}")),
            _ => Err("an outbox entry has an unknown layout".to_owned()),
        }
    }
}

/// What became of one attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeliveryResult {
    /// The receiver took it.
    Delivered,
    /// The receiver refused the address or the message for good.
    Bounced {
        /// The receiver's words.
        reason: String,
    },
    /// It did not go out and may be tried again.
    Failed {
        /// Why.
        reason: String,
        /// Not before: seconds since 1970, UTC.
        retry_at: i64,
    },
    /// It did not go out and will not be tried again.
    Dead {
        /// Why.
        reason: String,
    },
    /// The channel lost sight of it: it may have gone out.
    Uncertain {
        /// What is known.
        reason: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> OutboxEntry {
        OutboxEntry {
            key: OutboxKey::of("win_back", 7, 1_000, "hello"),
            plan: "win_back".to_owned(),
            step: "hello".to_owned(),
            channel: EMAIL.to_owned(),
            template: "win_back_1".to_owned(),
            row: 7,
            customer: "c7".to_owned(),
            address: Some("c7@example.org".to_owned()),
            entered_at: 1_000,
            due_at: 2_000,
            attempt: 1,
            standing: Standing::Started { at: 2_001 },
            values: BTreeMap::from([
                ("name".to_owned(), TemplateValue::Text("王芳".to_owned())),
                (
                    "assets".to_owned(),
                    TemplateValue::Money("12.50".to_owned()),
                ),
            ]),
        }
    }

    #[test]
    fn a_key_names_plan_customer_entry_and_step() {
        let key = OutboxKey::of("win_back", 7, 1_000, "hello");
        // Stored records and receivers hang on this value: it must never change.
        assert_eq!(key.to_string(), "01c038117557ebca05975e3052e0288d");
        assert_eq!(OutboxKey::parse(&key.to_string()), Some(key));
        assert_eq!(OutboxKey::parse("+0000000000000000000000000000000"), None);
        let others = [
            OutboxKey::of("win_bac", 7, 1_000, "khello"),
            OutboxKey::of("win_back", 8, 1_000, "hello"),
            OutboxKey::of("win_back", 7, 1_001, "hello"),
            OutboxKey::of("win_back", 7, 1_000, "hell"),
        ];
        assert!(others.iter().all(|other| *other != key));
    }

    #[test]
    fn an_entry_comes_back_from_its_record() {
        let entry = entry();
        let bytes = entry.to_bytes().unwrap();
        assert_eq!(OutboxEntry::from_bytes(&bytes), Ok(entry));
        assert!(OutboxEntry::from_bytes(&[]).is_err());
        assert!(OutboxEntry::from_bytes(&[2, 0]).is_err());
        assert!(OutboxEntry::from_bytes(bytes.get(..9).unwrap()).is_err());
    }
}
