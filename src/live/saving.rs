//! Columns saved while the server runs and when it ends, so that the next start has little of
//! the log to read. A thread of its own writes them; nothing waits for it but the end. What fails is
//! told and counted, and tried again.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use super::core::lock;
use crate::base::limit::{COLUMNS_RETRIED_FACTS, COLUMNS_SAVED_FACTS};
use crate::columns::Snapshot;
use crate::columns::saved::{self, Saver};
use crate::store::{Store, StoreError};

/// What is saved of the running server's columns.
#[derive(Default)]
pub(super) struct Saving {
    saver: Arc<Mutex<Saver>>,
    /// Log position last saved.
    saved: Arc<AtomicU64>,
    /// Log position at which it was tried last.
    tried: u64,
    failures: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl Saving {
    /// After columns that were saved up to there; failures are counted there.
    pub fn after(position: u64, failures: Arc<AtomicU64>) -> Self {
        Self {
            saved: Arc::new(AtomicU64::new(position)),
            tried: position,
            failures,
            ..Self::default()
        }
    }

    /// Begins to save when enough has come since the last time and that is done.
    pub fn when_due(&mut self, store: &Store, snapshot: &Arc<Snapshot>) {
        if !self.is_due(snapshot.position()) {
            return;
        }
        self.tried = snapshot.position();
        let save = self.saving(store, Arc::clone(snapshot));
        let thread = std::thread::Builder::new().name("columns".to_owned());
        match thread.spawn(save) {
            Ok(thread) => self.thread = Some(thread),
            Err(error) => self.failed(store, &error),
        }
    }

    fn is_due(&self, position: u64) -> bool {
        let saved = self.saved.load(Ordering::Acquire);
        let busy = self
            .thread
            .as_ref()
            .is_some_and(|thread| !thread.is_finished());
        // One that failed is tried again earlier, but not with every fact.
        position >= saved.saturating_add(COLUMNS_SAVED_FACTS)
            && (self.tried == saved || position >= self.tried.saturating_add(COLUMNS_RETRIED_FACTS))
            && !busy
    }

    /// What saves a snapshot, and tells when it cannot.
    fn saving(&self, store: &Store, snapshot: Arc<Snapshot>) -> impl FnOnce() + Send + use<> {
        let (saver, position) = (Arc::clone(&self.saver), Arc::clone(&self.saved));
        let (failures, heed) = (Arc::clone(&self.failures), store.heed());
        let bytes = snapshot.memory().total_bytes() as u64;
        let place = store.columns_folder().ok_or(StoreError::Stopped);
        // What an earlier attempt left behind takes up room no longer.
        let place = place.and_then(|folder| {
            saved::tidy(&folder).map_err(|error| saved::refused(&folder, &error))?;
            store.check_room(bytes).map(|()| folder)
        });
        move || {
            let done = place.and_then(|folder| {
                let written = lock(&saver).save(&folder, &snapshot);
                let written = written.map_err(|error| saved::refused(&folder, &error));
                written.map(|_| folder)
            });
            match done {
                Ok(folder) => {
                    position.store(snapshot.position(), Ordering::Release);
                    if let Err(error) = saved::tidy(&folder) {
                        heed(&saved::refused(&folder, &error));
                    }
                }
                // Without them the next start is slower, and nothing else.
                Err(error) => {
                    failures.fetch_add(1, Ordering::Relaxed);
                    heed(&error);
                }
            }
        }
    }

    fn failed(&self, store: &Store, error: &std::io::Error) {
        self.failures.fetch_add(1, Ordering::Relaxed);
        (store.heed())(&StoreError::Io {
            action: "start a thread that saves columns in".to_owned(),
            path: store.columns_folder().unwrap_or_default(),
            reason: error.to_string(),
        });
    }

    /// Saves the last ones.
    pub fn finish(mut self, store: &Store, snapshot: Arc<Snapshot>) {
        if let Some(thread) = self.thread.take() {
            // A thread that failed has saved nothing, which is made up for here.
            let _ = thread.join();
        }
        self.saving(store, snapshot)();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::calendar::Zone;
    use crate::schema::Schema;
    use crate::store::Options;

    #[test]
    fn what_cannot_be_saved_is_told_counted_and_tried_again() {
        let place = tempfile::tempdir().unwrap();
        let told: Arc<Mutex<Vec<StoreError>>> = Arc::default();
        let heard = Arc::clone(&told);
        let options = Options {
            ballast_bytes: 0,
            heed: Arc::new(move |error| lock(&heard).push(error.clone())),
            ..Options::default()
        };
        let schema = Schema::default();
        let data = place.path().join("data");
        let store = Store::open_with(&data, &schema, options).unwrap();
        let snapshot = Snapshot::from_store(&store, &schema, Zone::utc()).unwrap();
        let failures = Arc::<AtomicU64>::default();
        let mut saving = Saving::after(0, Arc::clone(&failures));
        let at = |saving: &Saving| saving.saved.load(Ordering::SeqCst);
        saving.saved.store(7, Ordering::SeqCst);
        // A file where the folder would be.
        let columns = data.join("columns");
        std::fs::write(&columns, "").unwrap();
        saving.saving(&store, Arc::new(snapshot.clone()))();
        assert_eq!((failures.load(Ordering::SeqCst), at(&saving)), (1, 7));
        assert_eq!(
            lock(&told).iter().map(StoreError::code).collect::<Vec<_>>(),
            ["S040"]
        );
        let due = 7 + COLUMNS_SAVED_FACTS;
        saving.tried = due;
        assert!(!saving.is_due(due + 1));
        assert!(saving.is_due(due + COLUMNS_RETRIED_FACTS));
        std::fs::remove_file(&columns).unwrap();
        saving.saving(&store, Arc::new(snapshot))();
        assert_eq!((failures.load(Ordering::SeqCst), at(&saving)), (1, 0));
    }
}
