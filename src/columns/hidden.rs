//! Customers that are erased: their facts may still lie in columns, but nobody sees
//! them. Edges to and from them are taken out; the rest stays in its place, so that
//! rows keep their numbers.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::dictionary::Dictionary;
use super::snapshot::Snapshot;

/// Rows nobody sees, with what is made for those that are seen.
#[derive(Clone, Debug, Default)]
pub(super) struct Hidden {
    rows: Arc<BTreeSet<u32>>,
    /// The others by the bytes of their ids.
    order: Arc<OnceLock<Arc<[u32]>>>,
}

impl Hidden {
    /// With more rows.
    fn with(&self, rows: impl IntoIterator<Item = u32>) -> Self {
        let mut all = BTreeSet::clone(&self.rows);
        all.extend(rows);
        Self {
            rows: Arc::new(all),
            order: Arc::default(),
        }
    }

    /// The same rows among others than before.
    pub fn among_others(&self) -> Self {
        Self {
            rows: Arc::clone(&self.rows),
            order: Arc::default(),
        }
    }

    pub fn contains(&self, row: u32) -> bool {
        !self.rows.is_empty() && self.rows.contains(&row)
    }

    /// The rows that are seen, in the order of their ids.
    pub fn order<'a>(&'a self, ids: &'a Dictionary) -> &'a [u32] {
        if self.rows.is_empty() {
            return ids.order();
        }
        self.order.get_or_init(|| {
            let seen = ids.order().iter().copied();
            seen.filter(|row| !self.rows.contains(row)).collect()
        })
    }
}

impl Snapshot {
    /// The same without some customers, in this and in every snapshot refreshed from it. Rows that it
    /// does not have are left out.
    #[must_use]
    pub fn hide(&self, rows: impl IntoIterator<Item = u32>) -> Self {
        let fresh: BTreeSet<u32> = rows
            .into_iter()
            .filter(|row| *row < self.rows && !self.hidden.contains(*row))
            .collect();
        if fresh.is_empty() {
            return self.clone();
        }
        let relations = self.relations.iter();
        Self {
            relations: relations
                .map(|links| {
                    links
                        .without(&fresh)
                        .map_or_else(|| Arc::clone(links), Arc::new)
                })
                .collect(),
            hidden: self.hidden.with(fresh),
            ..self.clone()
        }
    }

    /// Whether nobody sees the customer of that row.
    pub fn is_hidden(&self, row: u32) -> bool {
        self.hidden.contains(row)
    }

    /// Rows nobody sees.
    pub fn hidden(&self) -> &BTreeSet<u32> {
        &self.hidden.rows
    }

    /// How many customers are seen: all but the hidden.
    pub fn living(&self) -> u32 {
        let hidden = u32::try_from(self.hidden.rows.len()).unwrap_or(u32::MAX);
        self.rows.saturating_sub(hidden)
    }

    /// Whether a customer of that id is hidden.
    pub fn hides(&self, id: &str) -> bool {
        let row = self.ids.code(id);
        row.is_some_and(|row| self.hidden.contains(row))
    }
}
