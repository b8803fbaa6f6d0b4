//! Ctrl-C and a polite kill: the first stops an import between two records, the second ends the
//! program at once, which loses nothing that is written either.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{SignalKind, signal};

use crate::cli::output::say;

/// The exit code of a program that an interrupt has ended.
const INTERRUPTED: i32 = 130;

/// What an import and whoever watches the signals tell each other.
#[derive(Clone, Default)]
pub(in crate::cli) struct Watch {
    /// Someone wants the program to stop.
    pub(super) cancel: Arc<AtomicBool>,
    /// Nothing is left that could be stopped.
    pub(super) is_read: Arc<AtomicBool>,
}

/// Watches. Where signals cannot be watched they end the program as ever.
pub(super) fn watch() -> Watch {
    let watch = Watch::default();
    let told = watch.clone();
    let watching = std::thread::Builder::new().name("tamis-signals".to_owned());
    // Without the thread nobody listens, and a signal does what it always does.
    let _ = watching.spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        if let Ok(runtime) = runtime {
            runtime.block_on(listen(&told));
        }
    });
    watch
}

async fn listen(told: &Watch) {
    let kinds = (SignalKind::interrupt(), SignalKind::terminate());
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(kinds.0), signal(kinds.1)) else {
        return;
    };
    loop {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        if told.cancel.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED);
        }
        say(answer(told.is_read.load(Ordering::Relaxed)));
    }
}

/// What is said to the first signal.
fn answer(is_read: bool) -> &'static str {
    match is_read {
        false => "stopping; once more ends it at once",
        true => "every record is taken, the last step is not stopped; once more ends it at once",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_of_a_stop_that_does_not_come() {
        assert!(answer(false).starts_with("stopping"));
        assert!(!answer(true).contains("stopping"));
    }
}
