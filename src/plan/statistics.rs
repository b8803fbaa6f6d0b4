//! What is known of the data before a question runs. Everything is optional; the
//! passes guess what is not said. Measured elsewhere and passed in.

use std::collections::BTreeMap;

use crate::base::value::Value;
use crate::schema::{AttributeId, EventId, HoldingId, RelationId};

/// Counts over one snapshot.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Statistics {
    /// Customers.
    pub customers: Option<u64>,
    /// By attribute.
    pub attributes: BTreeMap<AttributeId, AttributeStatistics>,
    /// Events of each kind over all customers.
    pub events: BTreeMap<EventId, u64>,
    /// Holdings of each kind over all customers.
    pub holdings: BTreeMap<HoldingId, u64>,
    /// Edges of each kind.
    pub relations: BTreeMap<RelationId, u64>,
}

/// One attribute.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct AttributeStatistics {
    /// A promise, not an estimate: every customer has it at the very instant the
    /// plan will be run at, in the very snapshot. A plan made with it answers
    /// wrongly elsewhere.
    pub always_present: bool,
    /// Share of customers without it, 0..1; an estimate.
    pub missing_share: Option<f64>,
    /// Least value; an estimate.
    pub low: Option<Value>,
    /// Greatest value; an estimate.
    pub high: Option<Value>,
    /// Different values; an estimate.
    pub distinct: Option<u64>,
}
