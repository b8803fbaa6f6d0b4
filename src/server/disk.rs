//! A disk without room for facts: the log is told once when that begins and once when it ends, whether
//! anybody asks or not.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use super::state::State;
use crate::base::limit::SERVER_DISK_SECONDS;
use crate::store::StoreError;

/// What the log was told last.
#[derive(Default)]
pub struct Disk {
    is_full: AtomicBool,
}

/// What has changed since then.
#[derive(Debug, PartialEq, Eq)]
enum Turn {
    Begins,
    Ends,
}

impl Disk {
    /// Tells the log what was found, where that is news.
    pub fn tell(&self, found: &Result<(), StoreError>) {
        match (self.turn(found.is_err()), found) {
            (Some(Turn::Begins), Err(error)) => tracing::warn!(
                target: "tamis::store",
                code = error.code(),
                help = error.help(),
                "facts are refused: {error}"
            ),
            (Some(Turn::Ends), _) => tracing::warn!(
                target: "tamis::store",
                "the disk has room again, facts are taken"
            ),
            _ => {}
        }
    }

    fn turn(&self, is_full: bool) -> Option<Turn> {
        let was_full = self.is_full.swap(is_full, Ordering::AcqRel);
        match (was_full, is_full) {
            (false, true) => Some(Turn::Begins),
            (true, false) => Some(Turn::Ends),
            _ => None,
        }
    }
}

/// Looks at the disk from time to time until the server stops.
pub async fn watch(state: State, mut stopping: watch::Receiver<bool>) {
    let pause = Duration::from_secs(SERVER_DISK_SECONDS);
    loop {
        let shared = state.clone();
        // A disk that does not answer keeps no other request waiting.
        let asked = tokio::task::spawn_blocking(move || shared.heart.room().is_ok());
        if asked.await.is_err() {
            return;
        }
        if timeout(pause, stopping.wait_for(|stop| *stop))
            .await
            .is_ok()
        {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_news_are_told() {
        let disk = Disk::default();
        let told = [false, true, true, false, false, true].map(|is_full| disk.turn(is_full));
        let (begins, ends) = (|| Some(Turn::Begins), || Some(Turn::Ends));
        assert_eq!(told, [None, begins(), None, ends(), None, begins()]);
    }
}
