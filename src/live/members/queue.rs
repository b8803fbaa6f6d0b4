//! Who has to be looked at again, and when: one instant a row. A copy shares what
//! is not changed later.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::calendar::Instant;

/// Seconds of one bucket of instants.
const BUCKET_SECONDS: i64 = 3_600;
/// Rows of one bucket of rows.
const BUCKET_ROWS: u32 = 1_024;

/// (instant, row) of one bucket.
type Dues = Arc<BTreeSet<(i64, u32)>>;

/// Rows by instant, and instants by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Queue {
    due: Arc<BTreeMap<i64, Dues>>,
    of: Arc<BTreeMap<u32, Arc<BTreeMap<u32, i64>>>>,
}

impl Queue {
    /// The first instant at which anyone is due.
    pub fn first(&self) -> Option<Instant> {
        let (_, bucket) = self.due.first_key_value()?;
        bucket.first().map(|(at, _)| Instant(*at))
    }

    /// Rows due up to an instant, ascending; they are due no more.
    pub fn take(&mut self, until: Instant) -> Vec<u32> {
        let mut rows = Vec::new();
        while let Some((_, bucket)) = self.due.first_key_value() {
            let due: Vec<u32> = bucket
                .iter()
                .take_while(|(at, _)| *at <= until.0)
                .map(|(_, row)| *row)
                .collect();
            if due.is_empty() {
                break;
            }
            for row in due {
                self.set(row, None);
                rows.push(row);
            }
        }
        rows.sort_unstable();
        rows
    }

    /// Writes when a row is due; `None` = never.
    pub fn set(&mut self, row: u32, at: Option<Instant>) {
        let known = self
            .of
            .get(&(row / BUCKET_ROWS))
            .and_then(|bucket| bucket.get(&row))
            .copied();
        let at = at.map(|at| at.0);
        if known == at {
            return;
        }
        let due = Arc::make_mut(&mut self.due);
        if let Some(known) = known {
            let place = known.div_euclid(BUCKET_SECONDS);
            if let Some(bucket) = due.get_mut(&place) {
                Arc::make_mut(bucket).remove(&(known, row));
                if bucket.is_empty() {
                    due.remove(&place);
                }
            }
        }
        let of = Arc::make_mut(&mut self.of);
        let rows = Arc::make_mut(of.entry(row / BUCKET_ROWS).or_default());
        match at {
            Some(at) => {
                rows.insert(row, at);
                let bucket = due.entry(at.div_euclid(BUCKET_SECONDS)).or_default();
                Arc::make_mut(bucket).insert((at, row));
            }
            None => {
                rows.remove(&row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_when_due_and_once() {
        let mut queue = Queue::default();
        queue.set(5, Some(Instant(-1)));
        queue.set(2_000, Some(Instant(7_200)));
        queue.set(7, Some(Instant(7_200)));
        queue.set(9, Some(Instant(10)));
        queue.set(9, Some(Instant(7_201)));
        let before = queue.clone();
        assert_eq!(queue.first(), Some(Instant(-1)));
        assert_eq!(queue.take(Instant(7_200)), [5, 7, 2_000]);
        assert_eq!(queue.take(Instant(7_200)), [0_u32; 0]);
        assert_eq!(queue.first(), Some(Instant(7_201)));
        queue.set(9, None);
        assert_eq!(queue.first(), None);
        assert_eq!(before.first(), Some(Instant(-1)));
    }
}
