//! Where work leaves the runtime's threads: so many questions at once, so many more
//! waiting, a time limit, and a flag that calls off what nobody waits for any more.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use super::refusal::{Answered, BUSY, FAULT, Refusal, STREAMS, TOO_LONG};
use crate::base::limit::{SERVER_ANSWER_SECONDS_MAX, SERVER_STREAMS_MAX, SERVER_WAITING_MAX};
use crate::engine::RunOptions;

/// Counts what runs, waits and streams.
#[derive(Clone)]
pub struct Gate {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    streams: Arc<Semaphore>,
}

/// Sets the flag when the request goes away.
struct CallOff(Arc<AtomicBool>);

impl Drop for CallOff {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What work is given: its place, which it may leave early, and how to run.
pub struct Turn {
    /// Freed when dropped.
    pub place: OwnedSemaphorePermit,
    /// With the flag of the request.
    pub options: RunOptions,
}

impl Gate {
    /// So many run at once; nothing runs yet.
    pub fn new(running_max: usize) -> Self {
        Self {
            running: Arc::new(Semaphore::new(running_max)),
            waiting: Arc::new(Semaphore::new(SERVER_WAITING_MAX)),
            streams: Arc::new(Semaphore::new(SERVER_STREAMS_MAX)),
        }
    }

    /// Does work on a thread of its own when it is its turn.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(Turn) -> Answered<T> + Send + 'static,
    ) -> Answered<T> {
        let queued = Arc::clone(&self.waiting)
            .try_acquire_owned()
            .map_err(|_| busy())?;
        let limit = Duration::from_secs(SERVER_ANSWER_SECONDS_MAX);
        let cancel = Arc::new(AtomicBool::new(false));
        let call_off = CallOff(Arc::clone(&cancel));
        let answered = timeout(limit, async {
            let place = Arc::clone(&self.running)
                .acquire_owned()
                .await
                .map_err(|_| busy())?;
            drop(queued);
            let options = RunOptions {
                cancel: Some(cancel),
                ..RunOptions::default()
            };
            spawn_blocking(move || work(Turn { place, options }))
                .await
                .unwrap_or_else(|_| Err(Refusal::new(FAULT, "the server failed at this request")))
        })
        .await;
        drop(call_off);
        answered.unwrap_or_else(|_| {
            Err(Refusal::new(
                TOO_LONG,
                format!("there was no answer within {SERVER_ANSWER_SECONDS_MAX} seconds"),
            )
            .help("ask for less at once, or narrow the filter"))
        })
    }

    /// A place for long work, now or not at all.
    pub fn place_at_once(&self) -> Answered<OwnedSemaphorePermit> {
        Arc::clone(&self.running).try_acquire_owned().map_err(|_| {
            Refusal::new(BUSY, "other work of this kind is under way")
                .help("try again when it is done")
        })
    }

    /// Does long work on a thread of its own, without a limit to its time. The flag is set when the request goes away,
    /// and when the server stops.
    pub async fn run_long<T: Send + 'static>(
        &self,
        place: OwnedSemaphorePermit,
        mut stopping: watch::Receiver<bool>,
        work: impl FnOnce(Arc<AtomicBool>) -> Answered<T> + Send + 'static,
    ) -> Answered<T> {
        let cancel = Arc::new(AtomicBool::new(false));
        let call_off = CallOff(Arc::clone(&cancel));
        let mut done = spawn_blocking(move || {
            let _place = place;
            work(cancel)
        });
        let stops = async {
            let _ = stopping.wait_for(|stop| *stop).await;
        };
        let done = tokio::select! {
            done = &mut done => done,
            () = stops => {
                drop(call_off);
                done.await
            }
        };
        done.unwrap_or_else(|_| Err(Refusal::new(FAULT, "the server failed at this request")))
    }

    /// A place for a stream of any length.
    pub fn stream(&self) -> Answered<OwnedSemaphorePermit> {
        Arc::clone(&self.streams).try_acquire_owned().map_err(|_| {
            Refusal::new(
                STREAMS,
                format!("{SERVER_STREAMS_MAX} streams are open already"),
            )
            .help("close one and try again")
        })
    }

    /// How many streams are open.
    pub fn streams_open(&self) -> usize {
        SERVER_STREAMS_MAX.saturating_sub(self.streams.available_permits())
    }
}

fn busy() -> Refusal {
    Refusal::new(BUSY, format!("{SERVER_WAITING_MAX} requests wait already"))
        .help("try again in a second")
}
