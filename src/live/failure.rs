//! Why the writing side has no answer.

use std::fmt;
use std::sync::Arc;

use super::codes;
use crate::columns::ColumnsError;
use crate::engine::RunError;
use crate::ingest::facts::ResolveError;
use crate::store::StoreError;

/// Trouble of the core. [`fmt::Display`] gives the sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CoreError {
    /// Too much waits already; the caller should come again.
    Busy,
    /// The core is closing or closed.
    Stopped,
    /// The writing side has stopped for good; reading goes on.
    Halted(Arc<str>),
    /// The store; a full disk among it.
    Store(StoreError),
    /// Facts that do not become columns.
    Columns(ColumnsError),
    /// A run of the engine.
    Run(RunError),
    /// What follows the memberships refused the round.
    Follower(String),
    /// No thread could be started.
    Thread(String),
    /// The rules name a time zone that does not exist.
    Zone(String),
    /// No key for the hashes of erased ids could be made.
    Key(String),
    /// A rule set that would change what is stored.
    Schema(String),
}

impl CoreError {
    /// Stable code: `L` and three digits; the store's own for trouble of the store.
    pub fn code(&self) -> &'static str {
        match self {
            CoreError::Busy => codes::BUSY,
            CoreError::Stopped => codes::CORE_STOPPED,
            CoreError::Halted(_) => codes::HALTED,
            CoreError::Store(fault) => fault.code(),
            CoreError::Columns(_) => codes::COLUMNS,
            CoreError::Run(_) => codes::RUN,
            CoreError::Follower(_) => codes::FOLLOWER,
            CoreError::Thread(_) => codes::THREAD,
            CoreError::Zone(_) => codes::ZONE,
            CoreError::Schema(_) => codes::SCHEMA,
            CoreError::Key(_) => codes::KEY,
        }
    }

    /// What can be done.
    pub fn help(&self) -> &'static str {
        match self {
            CoreError::Busy => {
                "wait a little and send it again; what was taken already is counted as repeated"
            }
            CoreError::Stopped => "start the server again",
            CoreError::Halted(_) => {
                "mend the cause and start the server again; nothing acknowledged is lost"
            }
            CoreError::Store(fault) => fault.help(),
            CoreError::Columns(_) => {
                "run `tamis verify`; the store holds facts that contradict each other"
            }
            CoreError::Run(_) => "run `tamis check`; a rule cannot be answered",
            CoreError::Follower(_) => "look at the care plans; nothing of this round was written",
            CoreError::Thread(_) => "the system allows no more threads; raise its limit",
            CoreError::Zone(_) => "write an IANA name such as \"Asia/Shanghai\" in settings",
            CoreError::Key(_) => "the system gives no random bytes; look at its log",
            CoreError::Schema(_) => "widen the schema only, or import into a new store",
        }
    }

    /// Whether the disk is too full to write.
    pub fn is_full(&self) -> bool {
        matches!(self, CoreError::Store(StoreError::NoSpace { .. }))
    }
}

impl fmt::Display for CoreError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CoreError::Busy => write!(out, "too much waits to be written already"),
            CoreError::Stopped => write!(out, "the server is stopping"),
            CoreError::Halted(why) => write!(out, "nothing is written any more: {why}"),
            CoreError::Store(fault) => fault.fmt(out),
            CoreError::Columns(fault) => fault.fmt(out),
            CoreError::Run(fault) => fault.fmt(out),
            CoreError::Follower(why) => write!(out, "the care plans could not follow: {why}"),
            CoreError::Thread(why) => write!(out, "no thread could be started: {why}"),
            CoreError::Zone(name) => write!(out, "there is no time zone {name}"),
            CoreError::Key(why) => write!(out, "no key could be made: {why}"),
            CoreError::Schema(why) => out.write_str(why),
        }
    }
}

impl std::error::Error for CoreError {}

impl From<StoreError> for CoreError {
    fn from(fault: StoreError) -> Self {
        CoreError::Store(fault)
    }
}

impl From<ResolveError> for CoreError {
    fn from(fault: ResolveError) -> Self {
        match fault {
            ResolveError::Store(fault) => CoreError::Store(fault),
            ResolveError::Columns(fault) => CoreError::Columns(fault),
        }
    }
}

impl From<ColumnsError> for CoreError {
    fn from(fault: ColumnsError) -> Self {
        CoreError::Columns(fault)
    }
}

impl From<RunError> for CoreError {
    fn from(fault: RunError) -> Self {
        CoreError::Run(fault)
    }
}
