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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::care::outbox::OutboxKey;
    use crate::care::record::PlanKey;

    #[test]
    fn records_about_one_customer_name_its_row() {
        let (plan, key) = (PlanKey(7), OutboxKey([9; 16]));
        let about = [
            Key::Contact {
                row: 3,
                at: -5,
                message: key,
            },
            Key::Enrolment {
                row: 3,
                plan,
                entered_at: 1,
            },
            Key::Awaited {
                row: 3,
                plan,
                at: 1,
            },
            Key::Hold { row: 3, plan },
            Key::Tag { row: 3, tag: 1 },
            Key::Task { row: 3, key },
        ];
        for one in about {
            let (shelf, bytes) = one.place();
            assert_eq!(row_of(shelf, &bytes, &[]), Some(3), "{one:?}");
        }
        for one in [Key::Plan(plan), Key::Position(plan), Key::Message(key)] {
            let (shelf, bytes) = one.place();
            assert_eq!(row_of(shelf, &bytes, &[]), None, "{one:?}");
        }
        assert_eq!(row_of(Shelf::Customer, b"\0erased/key", &[]), None);
    }
}
