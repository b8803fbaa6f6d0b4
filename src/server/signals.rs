//! The signals that end the server: the first asks, the second insists.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Exit code after a second signal.
const INSISTED: i32 = 4;

/// Listens for SIGTERM and SIGINT and says so.
pub fn listen(stop: watch::Sender<bool>) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        let mut asked = false;
        loop {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = interrupt.recv() => {}
            }
            if asked {
                // What was acknowledged is on the disk.
                std::process::exit(INSISTED);
            }
            asked = true;
            tracing::info!(target: "tamis::server", "stopping");
            let _ = stop.send(true);
        }
    });
    Ok(())
}
