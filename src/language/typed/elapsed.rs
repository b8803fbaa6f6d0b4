//! `elapsed(a: question, b: reply where b.case = a.case)`: from events of one kind to
//! the answers among those of another.

use crate::schema::{EventId, FieldId};

/// Fields that a question and its answer may share.
pub const ELAPSED_FIELDS_MAX: usize = 2;

/// What answers an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Elapsed {
    /// Events of which kind, each after the question by (instant, sequence).
    pub answer: EventId,
    /// The question's field and the answer's of the same kind, both present and equal; of several all.
    pub equal: [Option<(FieldId, FieldId)>; ELAPSED_FIELDS_MAX],
}

impl Elapsed {
    /// The question's field and the answer's, of each pair.
    pub fn pairs(&self) -> impl Iterator<Item = (FieldId, FieldId)> {
        self.equal.iter().copied().flatten()
    }
}
