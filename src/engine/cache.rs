//! What one run works out once and every block reads: which dictionary codes
//! satisfy a test, what a text function makes of each entry, sorted `in` lists,
//! compiled patterns. Keyed by addresses of the plan and of dictionaries, both of
//! which outlive the run's blocks; never iterated.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::outcome::RunError;
use super::text::Mapped;
use super::words;
use crate::base::pattern::Pattern;

/// The codes of one dictionary that satisfy one test.
#[derive(Debug)]
pub struct CodeSet {
    /// By code.
    pub words: Vec<u64>,
    /// The only code, when there is just one.
    pub single: Option<i64>,
    /// There is none.
    pub empty: bool,
}

impl CodeSet {
    /// From the bits.
    pub fn new(words: Vec<u64>) -> Self {
        let ones = words::ones(&words);
        let first = words::positions(&words).next();
        Self {
            single: first.filter(|_| ones == 1).map(|code| code as i64),
            empty: ones == 0,
            words,
        }
    }
}

/// The constant members of an `in` list, ready for lookup.
#[derive(Debug, Default)]
pub struct Members {
    /// Ranges of keys, both ends included, sorted, apart.
    pub ranges: Vec<(i64, i64)>,
}

/// Address of an operation and of a dictionary.
type Place = (usize, usize);

/// Shared by the threads of one run.
#[derive(Debug, Default)]
pub struct Cache {
    /// Rows asked: a dictionary much longer than that is not tested as a whole.
    rows: usize,
    codes: Mutex<HashMap<Place, Arc<CodeSet>>>,
    mapped: Mutex<HashMap<Place, Arc<Mapped>>>,
    members: Mutex<HashMap<usize, Arc<Members>>>,
    patterns: Mutex<HashMap<usize, Arc<Pattern>>>,
}

fn once<K: std::hash::Hash + Eq, V>(
    map: &Mutex<HashMap<K, Arc<V>>>,
    key: K,
    make: impl FnOnce() -> Result<V, RunError>,
) -> Result<Arc<V>, RunError> {
    // A panic elsewhere leaves whole entries behind: the map stays usable.
    let found = map
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&key)
        .cloned();
    if let Some(found) = found {
        return Ok(found);
    }
    let made = Arc::new(make()?);
    let mut map = map.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(Arc::clone(map.entry(key).or_insert(made)))
}

impl Cache {
    /// For a run over so many rows.
    pub fn new(rows: usize) -> Self {
        Self {
            rows,
            ..Self::default()
        }
    }

    /// Whether testing every entry once costs less than testing the lanes.
    pub fn worth_it(&self, entries: usize) -> bool {
        entries <= 64 || entries / 4 <= self.rows
    }

    /// The codes that satisfy the operation's test.
    pub fn codes(&self, place: Place, make: impl FnOnce() -> CodeSet) -> Arc<CodeSet> {
        let made = once(&self.codes, place, || Ok(make()));
        made.unwrap_or_else(|_| Arc::new(CodeSet::new(Vec::new())))
    }

    /// What the operation makes of each entry.
    pub fn mapped(
        &self,
        place: Place,
        make: impl FnOnce() -> Result<Mapped, RunError>,
    ) -> Result<Arc<Mapped>, RunError> {
        once(&self.mapped, place, make)
    }

    /// The operation's members.
    pub fn members(&self, operation: usize, make: impl FnOnce() -> Members) -> Arc<Members> {
        let made = once(&self.members, operation, || Ok(make()));
        made.unwrap_or_default()
    }

    /// The operation's pattern.
    pub fn pattern(
        &self,
        operation: usize,
        make: impl FnOnce() -> Result<Pattern, RunError>,
    ) -> Result<Arc<Pattern>, RunError> {
        once(&self.patterns, operation, make)
    }
}
