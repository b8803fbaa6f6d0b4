//! Ctrl-C and a polite kill: the first stops an import between two records, the second ends the
//! program at once, which loses nothing that is written either.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::signal::unix::{SignalKind, signal};

use crate::cli::output::say;

/// The exit code of a program that an interrupt has ended.
const INTERRUPTED: i32 = 130;

/// A flag that is set when someone wants the program to stop. Where signals cannot be watched they end
/// the program as ever.
pub(super) fn watch() -> Arc<AtomicBool> {
    let flag = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&flag);
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
    flag
}

async fn listen(told: &AtomicBool) {
    let kinds = (SignalKind::interrupt(), SignalKind::terminate());
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(kinds.0), signal(kinds.1)) else {
        return;
    };
    loop {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        if told.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED);
        }
        say("stopping; once more ends it at once");
    }
}
