//! Everything known of one customer as plain records, with its history: what the
//! reference evaluator and `why` read. Made from a snapshot, or by hand in tests.

use std::sync::Arc;

use crate::base::calendar::Instant;
use crate::base::value::Value;
use crate::store::fact::{Row, Target};

/// A value that holds from an instant on (`None`: timelessly); `None` = cleared.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// From when.
    pub since: Option<Instant>,
    /// What.
    pub value: Option<Value>,
}

/// One event.
#[derive(Clone, Debug, PartialEq)]
pub struct PastEvent {
    /// When.
    pub at: Instant,
    /// Order within the instant.
    pub sequence: i64,
    /// By `FieldId`.
    pub fields: Vec<Option<Value>>,
}

/// State of one holding from an instant on.
#[derive(Clone, Debug, PartialEq)]
pub struct HoldingState {
    /// From when.
    pub since: Option<Instant>,
    /// Whose it is in this state.
    pub owner: Row,
    /// By `FieldId`.
    pub fields: Vec<Option<Value>>,
}

/// A key with its states.
#[derive(Clone, Debug, PartialEq)]
pub struct HoldingHistory {
    /// The key.
    pub key: Arc<str>,
    /// By (since, log order), undated first; the last one not after the instant counts.
    pub states: Vec<HoldingState>,
}

/// One edge seen from this customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Edge {
    /// The other end.
    pub other: Target,
    /// From when.
    pub since: Option<Instant>,
}

/// One customer.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Person {
    /// The id.
    pub id: Arc<str>,
    /// By `AttributeId`; by (since, log order), undated first; the last one not after the instant counts.
    pub attributes: Vec<Vec<Held>>,
    /// By `EventId`; by (at, sequence, log order).
    pub events: Vec<Vec<PastEvent>>,
    /// By `HoldingId`; keys that are or were this customer's, sorted by key.
    pub holdings: Vec<Vec<HoldingHistory>>,
    /// By `RelationId`: edges from this customer, sorted by other end.
    pub relations_out: Vec<Vec<Edge>>,
    /// By `RelationId`: edges to this customer, sorted by other end.
    pub relations_in: Vec<Vec<Edge>>,
}
