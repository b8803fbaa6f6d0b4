//! One lane a channel: asks for due messages when it has room for them, carries them, tells
//! what became of each. A message is asked for only when it can be sent at once, so that little
//! time lies between its mark on the disk and its sending. Starts and ends the threads.

use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::channels::Channels;
use super::figures::ChannelFigures;
use super::hands::Hands;
use super::lane::Lane;
use crate::base::clock::Clock;
use crate::base::limit;
use crate::letters::Letters;

/// Carries messages until it is stopped. Dropping it breaks off what runs; the messages stay marked
/// as begun, as they do when the process ends.
pub struct Courier {
    lanes: Vec<Arc<Lane>>,
    loops: Mutex<Vec<JoinHandle<()>>>,
    letters: Arc<Mutex<Arc<Letters>>>,
    stopping: watch::Sender<bool>,
    runtime: Mutex<Option<Runtime>>,
}

/// How stopping went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// Messages whose attempt was broken off: they stay marked as begun.
    pub unfinished: u64,
}

impl Courier {
    /// Starts the lanes. `clock` is the one by which messages fall due.
    ///
    /// # Errors
    /// The system gives no threads.
    pub fn start(
        channels: Channels,
        letters: Arc<Letters>,
        hands: Arc<dyn Hands>,
        clock: Clock,
    ) -> Result<Self, String> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(limit::DELIVERY_THREADS)
            .thread_name("courier")
            .enable_all()
            .build()
            .map_err(|error| format!("the courier cannot start: {error}"))?;
        let (stopping, stop) = watch::channel(false);
        let letters = Arc::new(Mutex::new(letters));
        let mut lanes = Vec::new();
        let mut loops = Vec::new();
        for (name, channel) in channels.lanes {
            let lane = Arc::new(Lane {
                name,
                pace: channel.pace.clone(),
                way: channel.way,
                hands: Arc::clone(&hands),
                letters: Arc::clone(&letters),
                clock: clock.clone(),
                slots: Arc::new(tokio::sync::Semaphore::new(channel.pace.at_once_max)),
                wake: Notify::new(),
                retries: Mutex::default(),
                counters: super::figures::Counters::default(),
            });
            loops.push(runtime.spawn(Arc::clone(&lane).run(stop.clone())));
            lanes.push(lane);
        }
        Ok(Self {
            lanes,
            loops: Mutex::new(loops),
            letters,
            stopping,
            runtime: Mutex::new(Some(runtime)),
        })
    }

    /// Something may have become due: every lane looks. Never blocks. A look is an order to care, so
    /// this is called when there are new messages, not after every round.
    pub fn wake(&self) {
        for lane in &self.lanes {
            lane.wake.notify_one();
        }
    }

    /// Other texts, from the next message on.
    pub fn use_letters(&self, letters: Arc<Letters>) {
        let mut held = self.letters.lock().unwrap_or_else(PoisonError::into_inner);
        *held = letters;
    }

    /// What each channel has done, by name.
    pub fn figures(&self) -> Vec<ChannelFigures> {
        self.lanes
            .iter()
            .map(|lane| lane.counters.read(&lane.name))
            .collect()
    }

    /// Begins nothing more and waits for what runs, at most so long; then breaks it off. Blocks: not
    /// to be called from asynchronous code.
    pub fn stop(&self, longest: Duration) -> Stopped {
        let runtime = self
            .runtime
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(runtime) = runtime else {
            return Stopped { unfinished: 0 };
        };
        self.stopping.send_replace(true);
        let loops = std::mem::take(&mut *self.loops.lock().unwrap_or_else(PoisonError::into_inner));
        let lanes = self.lanes.clone();
        let (done, ended) = mpsc::channel();
        runtime.spawn(async move {
            for lane in loops {
                let _ = lane.await;
            }
            for lane in lanes {
                lane.wait_for_running().await;
            }
            let _ = done.send(());
        });
        let _ = ended.recv_timeout(longest);
        let unfinished = self.lanes.iter().map(|lane| lane.counters.running()).sum();
        runtime.shutdown_background();
        Stopped { unfinished }
    }
}

impl Drop for Courier {
    fn drop(&mut self) {
        self.stop(Duration::ZERO);
    }
}
