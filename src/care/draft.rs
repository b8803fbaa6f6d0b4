//! One group on its way: what becomes true together for one customer.

use std::collections::BTreeMap;

use super::record::{Kept, Key, record};
use super::state::State;
use crate::live::follow::Group;
use crate::store::Record;
use crate::store::fact::Fact;

/// Facts and records that will be one group. Each record belongs to one draft of a round, tallies
/// aside, which only groups that keep their order write.
#[derive(Debug, Default)]
pub struct Draft {
    /// Place of the change that brought it about.
    pub change: Option<usize>,
    /// In the order in which they happened.
    pub facts: Vec<Fact>,
    /// The last value of each.
    records: BTreeMap<Key, Record>,
}

impl Draft {
    /// A draft that belongs to a change, or to none.
    pub fn of(change: Option<usize>) -> Self {
        Self {
            change,
            ..Self::default()
        }
    }

    /// Sets or removes a record, here and in the state.
    ///
    /// # Errors
    /// A sentence, when it cannot be written.
    pub fn set(&mut self, state: &mut State, key: Key, value: Option<Kept>) -> Result<(), String> {
        let record = record(&key, value.as_ref())?;
        self.records.insert(key, record);
        state.set(key, value);
        Ok(())
    }

    /// The group; `None` when there is nothing in it.
    pub fn finish(self) -> Option<Group> {
        let empty = self.facts.is_empty() && self.records.is_empty();
        (!empty).then(|| Group {
            change: self.change,
            facts: self.facts,
            records: self.records.into_values().collect(),
        })
    }
}
