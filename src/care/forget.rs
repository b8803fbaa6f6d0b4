//! Which records of care speak of one customer, so that they can be taken away when it is
//! erased for good.

use super::outbox::OutboxEntry;
use super::record::Key;
use crate::store::Shelf;

/// The row of the customer that a record is about; `None`: of nobody in particular.
pub fn row_of(shelf: Shelf, key: &[u8], value: &[u8]) -> Option<u32> {
    match Key::read(shelf, key)? {
        Key::Contact { row, .. }
        | Key::Enrolment { row, .. }
        | Key::Awaited { row, .. }
        | Key::Hold { row, .. }
        | Key::Tag { row, .. }
        | Key::Task { row, .. } => Some(row),
        Key::Message(_) => OutboxEntry::from_bytes(value).ok().map(|entry| entry.row),
        Key::Plan(_) | Key::Tally { .. } | Key::Position(_) => None,
    }
}
