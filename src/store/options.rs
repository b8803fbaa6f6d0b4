//! What may be set when a store is opened: what a failed write does, how free space is asked,
//! and, for tests that prove the need of a rule, the rules themselves.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use super::engine::Tuning;
use super::error::{EXIT_CODE, StoreError};
use super::space;
use crate::base::limit;

/// Called once when a write or an fsync failed. The usual one ends the process: after a failed
/// fsync nobody can tell what the disk holds, and a second one proves nothing.
pub type Fault = Arc<dyn Fn(&StoreError) + Send + Sync>;
/// Called with trouble that stops nothing: stored bytes that nobody asked for are damaged, or what only
/// makes a start quick could not be written. The usual one says it on standard error.
pub type Heed = Arc<dyn Fn(&StoreError) + Send + Sync>;
/// Bytes free for the folder.
pub type FreeBytes = Arc<dyn Fn(&Path) -> std::io::Result<u64> + Send + Sync>;

/// How a store is opened.
#[derive(Clone)]
pub struct Options {
    /// What a failed write does.
    pub fault: Fault,
    /// What is done with trouble that stops nothing.
    pub heed: Heed,
    /// How free space is asked.
    pub free_bytes: FreeBytes,
    /// Whether a schema may be laid over it that knows none of the kinds of facts in it.
    pub other_kinds: bool,
    /// Bytes of the ballast; 0 = none.
    pub ballast_bytes: u64,
    /// Payload of one commit, in bytes.
    #[doc(hidden)]
    pub commit_bytes_max: usize,
    /// The engine's rules.
    #[doc(hidden)]
    pub tuning: Tuning,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            fault: Arc::new(end_process),
            heed: Arc::new(|error| tell("warning", error)),
            free_bytes: Arc::new(space::free_bytes),
            other_kinds: true,
            ballast_bytes: limit::STORE_BALLAST_BYTES,
            commit_bytes_max: limit::STORE_COMMIT_BYTES_MAX,
            tuning: Tuning::default(),
        }
    }
}

fn end_process(error: &StoreError) {
    tell("error", error);
    std::process::exit(i32::from(EXIT_CODE));
}

fn tell(severity: &str, error: &StoreError) {
    let text = format!(
        "{severity}[{}]: {error}\n  help: {}\n",
        error.code(),
        error.help()
    );
    // Nothing is left to be done when this cannot be written either.
    let _ = std::io::stderr().write_all(text.as_bytes());
}
