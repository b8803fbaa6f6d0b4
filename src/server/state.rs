//! What every handler sees.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::watch;

use super::Heart;
use super::gate::Gate;
use super::metrics::Metrics;

/// Shared by all requests.
#[derive(Clone)]
pub struct State(Arc<Inside>);

/// The parts.
pub struct Inside {
    /// Rules, data and members.
    pub heart: Heart,
    /// Turns of questions.
    pub gate: Gate,
    /// Turns of facts, which wait for the disk rather than for the processor.
    pub taking: Gate,
    /// Files that are imported.
    pub imports: Gate,
    /// Backups.
    pub backups: Gate,
    /// Figures for operations.
    pub metrics: Metrics,
    /// Turns true when the server stops.
    pub stopping: watch::Receiver<bool>,
    /// Folder of the rule files.
    pub rules_folder: PathBuf,
    /// Folder of the store.
    pub data_folder: PathBuf,
    /// Bytes of one body of facts.
    pub body_bytes_max: usize,
}

impl State {
    /// Shares the parts.
    pub fn new(inside: Inside) -> Self {
        Self(Arc::new(inside))
    }
}

impl std::ops::Deref for State {
    type Target = Inside;

    fn deref(&self) -> &Inside {
        &self.0
    }
}
