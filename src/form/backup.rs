//! What a backup says it made.

use serde::{Deserialize, Serialize};

use crate::store::backup::BackedUp;

/// A finished backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeForm {
    /// The file.
    pub file: String,
    /// Its bytes.
    pub bytes: u64,
    /// The commit of the store that it is of.
    pub commit: u64,
    /// The log position that it reaches.
    pub position: u64,
    /// The log position of its first fact.
    pub from: u64,
    /// Records and names beside the facts.
    pub records: u64,
    /// Whether it was there already: nothing had changed since.
    pub repeated: bool,
}

impl From<BackedUp> for MadeForm {
    fn from(made: BackedUp) -> Self {
        Self {
            file: made.path.display().to_string(),
            bytes: made.bytes,
            commit: made.commits,
            position: made.position,
            from: made.from,
            records: made.records,
            repeated: made.repeated,
        }
    }
}
