//! Columns saved while the server runs and when it ends, so that the next start has little of
//! the log to read. A thread of its own writes them; nothing waits for it but the end.

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use super::core::lock;
use crate::base::limit::COLUMNS_SAVED_FACTS;
use crate::columns::Snapshot;
use crate::columns::saved::Saver;
use crate::store::Store;

/// What is saved of the running server's columns.
#[derive(Default)]
pub(super) struct Saving {
    saver: Arc<Mutex<Saver>>,
    /// Log position last saved, or about to be.
    position: u64,
    thread: Option<JoinHandle<()>>,
}

impl Saving {
    /// After columns that were saved up to there.
    pub fn after(position: u64) -> Self {
        Self {
            position,
            ..Self::default()
        }
    }

    /// Begins to save when enough has come since the last time and that is done.
    pub fn when_due(&mut self, store: &Store, snapshot: &Arc<Snapshot>) {
        let due = snapshot.position() >= self.position.saturating_add(COLUMNS_SAVED_FACTS);
        let busy = self
            .thread
            .as_ref()
            .is_some_and(|thread| !thread.is_finished());
        if !due || busy {
            return;
        }
        self.position = snapshot.position();
        let bytes = snapshot.memory().total_bytes() as u64;
        let folder = store.check_room(bytes).ok().and(store.columns_folder());
        let Some(folder) = folder else {
            return;
        };
        let (saver, snapshot) = (Arc::clone(&self.saver), Arc::clone(snapshot));
        let save = move || {
            // Without them the next start is slower, and nothing else.
            let _ = lock(&saver).save(&folder, &snapshot);
        };
        let thread = std::thread::Builder::new().name("columns".to_owned());
        self.thread = thread.spawn(save).ok();
    }

    /// Saves the last ones.
    pub fn finish(mut self, store: &Store, snapshot: &Snapshot) {
        if let Some(thread) = self.thread.take() {
            // A thread that failed has saved nothing, which is made up for here.
            let _ = thread.join();
        }
        let bytes = snapshot.memory().total_bytes() as u64;
        if let (Ok(()), Some(folder)) = (store.check_room(bytes), store.columns_folder()) {
            // As above.
            let _ = lock(&self.saver).save(&folder, snapshot);
        }
    }
}
