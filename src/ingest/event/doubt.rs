//! What is odd about events with an id that come again: other values under what makes them the same, or the id
//! elsewhere. Neither is refused; whoever sent them is told.

use crate::base::calendar::Instant;
use crate::base::limit::IMPORT_IDS_MET;
use crate::schema::EventId;
use crate::store::fact::{Fact, Row};

/// Something odd about one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Index of its source.
    pub source: usize,
    /// Line on which its record begins.
    pub line: u64,
    /// Its kind.
    pub event: EventId,
    /// What.
    pub what: Other,
}

/// What is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// Customer, kind, instant and id are those of an event that says something else.
    Values,
    /// The id stood at another instant of the customer.
    Instant,
    /// The id stood with another customer.
    Customer,
}

impl Doubt {
    /// `None`: it is no event.
    pub fn other_values(fact: &Fact, source: usize, line: u64) -> Option<Self> {
        Self::of(fact, source, line, Other::Values)
    }

    fn of(fact: &Fact, source: usize, line: u64, what: Other) -> Option<Self> {
        let Fact::Event { event, .. } = fact else {
            return None;
        };
        Some(Self {
            source,
            line,
            event: *event,
            what,
        })
    }
}

/// Where ids of the file that is being read were met, [`IMPORT_IDS_MET`] of them: a newer one may take the place of
/// an older one.
#[derive(Debug, Default)]
pub struct Met {
    source: usize,
    slots: Vec<Slot>,
}

#[derive(Clone, Copy, Debug)]
struct Slot {
    /// Of the id and the kind; 0: none yet.
    key: u64,
    at: Instant,
    row: Row,
}

const FREE: Slot = Slot {
    key: 0,
    at: Instant(0),
    row: Row(0),
};

impl Met {
    /// Notes where an event with an id is; told where that is not where the id was met last.
    pub fn see(&mut self, fact: &Fact, source: usize, line: u64) -> Option<Doubt> {
        let Fact::Event {
            event,
            row,
            at,
            identity,
            ..
        } = fact
        else {
            return None;
        };
        if self.slots.is_empty() || self.source != source {
            self.source = source;
            self.slots.clear();
            self.slots.resize(IMPORT_IDS_MET, FREE);
        }
        // Ids of two kinds are two ids.
        let key = identity.wrapping_add(u64::from(event.0)) | 1;
        let place = (identity >> 1) as usize % IMPORT_IDS_MET;
        let slot = self.slots.get_mut(place)?;
        let before = std::mem::replace(
            slot,
            Slot {
                key,
                at: *at,
                row: *row,
            },
        );
        if before.key != key || (before.row, before.at) == (*row, *at) {
            return None;
        }
        let what = match before.row == *row {
            true => Other::Instant,
            false => Other::Customer,
        };
        Doubt::of(fact, source, line, what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_stands_elsewhere_is_told() {
        let mut met = Met::default();
        let mut see = |source, event, row, at, identity| {
            let fact = Fact::Event {
                event: EventId(event),
                row: Row(row),
                at: Instant(at),
                sequence: None,
                identity,
                fields: Vec::new(),
            };
            met.see(&fact, source, 1).map(|doubt| doubt.what)
        };
        assert_eq!(see(0, 0, 1, 5, 90), None);
        assert_eq!(see(0, 0, 1, 5, 90), None, "the same event");
        assert_eq!(see(0, 4, 1, 6, 90), None, "of another kind");
        assert_eq!(see(0, 0, 1, 5, 90 + 2 * IMPORT_IDS_MET as u64), None);
        assert_eq!(see(0, 0, 2, 5, 90), None, "the older one has made room");
        assert_eq!(see(0, 0, 2, 7, 90), Some(Other::Instant));
        assert_eq!(see(0, 0, 3, 7, 90), Some(Other::Customer));
        assert_eq!(see(1, 0, 4, 7, 90), None, "of another file");
    }
}
