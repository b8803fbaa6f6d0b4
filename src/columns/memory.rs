//! How many bytes a snapshot holds, by part. Parts that snapshots share are
//! counted in full for each.

/// Bytes by part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Memory {
    /// Ids of customers, with their index.
    pub ids_bytes: usize,
    /// Attributes with their history and texts.
    pub attributes_bytes: usize,
    /// Events with their texts.
    pub events_bytes: usize,
    /// Holdings with their history, keys and texts.
    pub holdings_bytes: usize,
    /// Edges in both directions with their texts.
    pub relations_bytes: usize,
    /// Versions of dated facts as held at instants asked for.
    pub versions_bytes: usize,
    /// How many events.
    pub events: u64,
}

impl Memory {
    /// All of it.
    pub fn total_bytes(&self) -> usize {
        self.ids_bytes
            + self.attributes_bytes
            + self.events_bytes
            + self.holdings_bytes
            + self.relations_bytes
            + self.versions_bytes
    }

    /// Bytes of one event, on average; 0 without events.
    pub fn event_bytes(&self) -> f64 {
        if self.events == 0 {
            return 0.0;
        }
        self.events_bytes as f64 / self.events as f64
    }
}
