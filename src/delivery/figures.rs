//! What a channel has done since the start, for metrics and status pages. Holds nothing of
//! persons.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::care::outbox::DeliveryResult;

/// Counts of one channel since the start.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct ChannelFigures {
    /// As care plans write it.
    pub channel: String,
    /// Messages the receiver took.
    pub delivered: u64,
    /// Messages the receiver refused for good.
    pub bounced: u64,
    /// Attempts that will be repeated.
    pub failed: u64,
    /// Messages given up.
    pub dead: u64,
    /// Messages of which nobody knows whether they were taken.
    pub uncertain: u64,
    /// Attempts that run at this moment.
    pub running: u64,
    /// What went wrong between the courier and the outbox the last time; `None` while all is well.
    pub trouble: Option<String>,
}

/// Counters of one channel.
#[derive(Debug, Default)]
pub(super) struct Counters {
    delivered: AtomicU64,
    bounced: AtomicU64,
    failed: AtomicU64,
    dead: AtomicU64,
    uncertain: AtomicU64,
    running: AtomicU64,
    trouble: Mutex<Option<String>>,
}

impl Counters {
    pub(super) fn begun(&self) {
        self.running.fetch_add(1, Ordering::Relaxed);
    }

    /// The result of an attempt that was [`Counters::begun`].
    pub(super) fn ended(&self, result: &DeliveryResult) {
        let counter = match result {
            DeliveryResult::Delivered => &self.delivered,
            DeliveryResult::Bounced { .. } => &self.bounced,
            DeliveryResult::Failed { .. } => &self.failed,
            DeliveryResult::Dead { .. } => &self.dead,
            DeliveryResult::Uncertain { .. } => &self.uncertain,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        self.running.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn running(&self) -> u64 {
        self.running.load(Ordering::Relaxed)
    }

    pub(super) fn trouble(&self, sentence: Option<String>) {
        if let Ok(mut trouble) = self.trouble.lock() {
            *trouble = sentence;
        }
    }

    pub(super) fn read(&self, channel: &str) -> ChannelFigures {
        ChannelFigures {
            channel: channel.to_owned(),
            delivered: self.delivered.load(Ordering::Relaxed),
            bounced: self.bounced.load(Ordering::Relaxed),
            failed: self.failed.load(Ordering::Relaxed),
            dead: self.dead.load(Ordering::Relaxed),
            uncertain: self.uncertain.load(Ordering::Relaxed),
            running: self.running(),
            trouble: self.trouble.lock().ok().and_then(|trouble| trouble.clone()),
        }
    }
}
