//! The plugin folders that could not be used when they were last read: shared between who
//! reads them and who tells of them.

use std::sync::{Arc, Mutex, PoisonError};

use super::set::LoadFault;

/// A list that all its clones see.
#[derive(Clone, Debug, Default)]
pub struct Refused(Arc<Mutex<Vec<LoadFault>>>);

impl Refused {
    /// They were read anew.
    pub fn note(&self, faults: &[LoadFault]) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *noted = faults.to_vec();
    }

    /// As last noted.
    pub fn list(&self) -> Vec<LoadFault> {
        let noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.clone()
    }
}
