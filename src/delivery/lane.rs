//! The life of one channel: when it asks, what it makes of the end of an attempt, how it tells
//! the result until the outbox has it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep, sleep_until};

use super::channels::Way;
use super::figures::Counters;
use super::hands::Hands;
use super::message::Message;
use super::outcome::Outcome;
use super::pace::Rate;
use super::retry;
use crate::base::clock::Clock;
use crate::base::limit;
use crate::care::outbox::{DeliveryResult, OutboxEntry};
use crate::letters::Letters;
use crate::settings::Pace;

/// One channel at work.
pub(super) struct Lane {
    pub(super) name: String,
    pub(super) pace: Pace,
    pub(super) way: Way,
    pub(super) hands: Arc<dyn Hands>,
    pub(super) letters: Arc<Mutex<Arc<Letters>>>,
    pub(super) clock: Clock,
    /// One for each attempt that may run.
    pub(super) slots: Arc<Semaphore>,
    pub(super) wake: Notify,
    /// When messages that failed may be tried again, as far as that is before the next look.
    pub(super) retries: Mutex<BinaryHeap<Reverse<Instant>>>,
    pub(super) counters: Counters,
}

impl Lane {
    /// Until it is told to stop. What it began goes on in tasks of its own.
    pub(super) async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut rate = Rate::new(self.pace.per_minute_max);
        loop {
            let pause = tokio::select! {
                biased;
                () = told(&mut stop) => return,
                permits = self.room() => {
                    let Some(pause) = self.look(&mut rate, permits).await else {
                        continue;
                    };
                    pause
                }
            };
            tokio::select! {
                biased;
                () = told(&mut stop) => return,
                () = self.rest(pause) => {}
            }
        }
    }

    /// Every free slot, at least one.
    async fn room(&self) -> Vec<OwnedSemaphorePermit> {
        let mut permits = Vec::new();
        // The semaphore is never closed.
        permits.extend(Arc::clone(&self.slots).acquire_owned().await.ok());
        while let Ok(permit) = Arc::clone(&self.slots).try_acquire_owned() {
            permits.push(permit);
        }
        permits
    }

    /// Asks for as many messages as may be sent now and begins to carry them. `None`: there may be more.
    async fn look(
        self: &Arc<Self>,
        rate: &mut Rate,
        permits: Vec<OwnedSemaphorePermit>,
    ) -> Option<Rest> {
        let now = Instant::now();
        let count = rate.take(now.into_std(), permits.len());
        if count == 0 {
            let next = rate.next(now.into_std()).map_or(now, Instant::from_std);
            // The timer's own grain: never a busy loop.
            return Some(Rest::Until(next.max(now + Duration::from_millis(1))));
        }
        let hands = Arc::clone(&self.hands);
        let name = self.name.clone();
        let begun = spawn_blocking(move || hands.begin(&name, count)).await;
        match begun.unwrap_or_else(|_| Err("the outbox broke off".to_owned())) {
            Ok(entries) => {
                self.counters.trouble(None);
                let begun = entries.len();
                rate.give_back(count.saturating_sub(begun));
                let mut permits = permits.into_iter();
                for entry in entries {
                    self.counters.begun();
                    let permit = permits.next();
                    tokio::spawn(Arc::clone(self).deliver(entry, permit));
                }
                (begun < count).then_some(Rest::UntilWoken)
            }
            Err(sentence) => {
                self.counters.trouble(Some(sentence));
                rate.give_back(count);
                let pause = Duration::from_secs(limit::DELIVERY_LOOK_SECONDS_MAX);
                Some(Rest::Until(now + pause))
            }
        }
    }

    async fn rest(&self, rest: Rest) {
        match rest {
            Rest::Until(at) => sleep_until(at).await,
            Rest::UntilWoken => {
                // Looking may itself wake whoever wakes us.
                sleep(Duration::from_millis(limit::DELIVERY_LOOK_MS_MIN)).await;
                let longest = Duration::from_secs(limit::DELIVERY_LOOK_SECONDS_MAX);
                let latest = Instant::now() + longest;
                let at = self.next_retry().map_or(latest, |retry| retry.min(latest));
                tokio::select! {
                    () = self.wake.notified() => {}
                    () = sleep_until(at) => self.forget_retries(Instant::now()),
                }
            }
        }
    }

    fn next_retry(&self) -> Option<Instant> {
        let retries = self.retries.lock().unwrap_or_else(PoisonError::into_inner);
        retries.peek().map(|Reverse(at)| *at)
    }

    fn forget_retries(&self, now: Instant) {
        let mut retries = self.retries.lock().unwrap_or_else(PoisonError::into_inner);
        while retries.peek().is_some_and(|Reverse(at)| *at <= now) {
            retries.pop();
        }
    }

    /// One attempt from its mark to its result. The slot is free again when the outbox has the result.
    async fn deliver(self: Arc<Self>, entry: OutboxEntry, slot: Option<OwnedSemaphorePermit>) {
        let about = About {
            attempt: entry.attempt,
            is_repeatable: entry.is_repeatable(),
        };
        let key = entry.key;
        let letters = Arc::clone(&self.letters.lock().unwrap_or_else(PoisonError::into_inner));
        let outcome = match Message::new(entry, &letters) {
            Ok(message) => self.way.carry(&message, self.clock.now()).await,
            Err(outcome) => outcome,
        };
        let now = self.clock.now().0;
        let result = conclude(outcome, about, &self.pace, |asked| {
            let wait = retry::wait_seconds(&self.pace, key, about.attempt, asked);
            now.saturating_add(i64::try_from(wait).unwrap_or(i64::MAX))
        });
        let mut pause = Duration::from_millis(limit::DELIVERY_TELL_MS_MIN);
        loop {
            let hands = Arc::clone(&self.hands);
            let told = result.clone();
            let answer = spawn_blocking(move || hands.end(key, about.attempt, told)).await;
            match answer.unwrap_or_else(|_| Err("the outbox broke off".to_owned())) {
                Ok(()) => break,
                Err(sentence) => self.counters.trouble(Some(sentence)),
            }
            sleep(pause).await;
            pause = (pause * 2).min(Duration::from_millis(limit::DELIVERY_TELL_MS_MAX));
        }
        self.counters.ended(&result);
        if let DeliveryResult::Failed { retry_at, .. } = result {
            self.remember_retry(retry_at.saturating_sub(now));
        }
        drop(slot);
    }

    /// Has the lane look again then, if it would not do so by itself before.
    fn remember_retry(&self, seconds: i64) {
        let seconds = u64::try_from(seconds).unwrap_or(0);
        if seconds >= limit::DELIVERY_LOOK_SECONDS_MAX {
            return;
        }
        let at = Instant::now() + Duration::from_secs(seconds);
        let mut retries = self.retries.lock().unwrap_or_else(PoisonError::into_inner);
        retries.push(Reverse(at));
        drop(retries);
        // The lane may be resting until later than that.
        self.wake.notify_one();
    }

    /// Ends when no attempt runs; nothing may begin meanwhile.
    pub(super) async fn wait_for_running(&self) {
        let all = u32::try_from(self.pace.at_once_max).unwrap_or(u32::MAX);
        let _ = self.slots.acquire_many(all).await;
    }
}

/// Until it is said to stop, or nobody is left who could say so.
async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stopping| *stopping).await;
}

/// What a lane waits for before it looks again.
enum Rest {
    /// That instant.
    Until(Instant),
    /// Somebody who knows of a due message, a retry, or the longest time between two looks.
    UntilWoken,
}

/// What the conclusion needs to know of a message.
#[derive(Clone, Copy)]
struct About {
    attempt: u32,
    is_repeatable: bool,
}

/// What the outbox is told of an attempt. `retry_at` gives the next instant from what the receiver asks.
fn conclude(
    outcome: Outcome,
    about: About,
    pace: &Pace,
    retry_at: impl Fn(Option<u64>) -> i64,
) -> DeliveryResult {
    let is_last = about.attempt >= pace.attempts_max;
    match outcome {
        Outcome::Taken => DeliveryResult::Delivered,
        Outcome::Refused(reason) => DeliveryResult::Bounced { reason },
        Outcome::Impossible(reason) => DeliveryResult::Dead { reason },
        Outcome::Later { reason, .. } if is_last => DeliveryResult::Dead {
            reason: format!(
                "given up after {} attempts; the last: {reason}",
                about.attempt
            ),
        },
        Outcome::Later {
            reason,
            after_seconds,
        } => DeliveryResult::Failed {
            reason,
            retry_at: retry_at(after_seconds),
        },
        Outcome::Doubtful(reason) if about.is_repeatable && !is_last => DeliveryResult::Failed {
            reason,
            retry_at: retry_at(None),
        },
        Outcome::Doubtful(reason) => DeliveryResult::Uncertain { reason },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_each_outcome_means() {
        let pace = Pace {
            at_once_max: 1,
            per_minute_max: None,
            attempts_max: 3,
            attempt_seconds_max: 1,
            retry_seconds: 1,
            retry_seconds_max: 1,
        };
        let told = |outcome: Outcome, attempt: u32, is_repeatable: bool| {
            let about = About {
                attempt,
                is_repeatable,
            };
            conclude(outcome, about, &pace, |asked| {
                1_000 + i64::try_from(asked.unwrap_or(0)).unwrap()
            })
        };
        let reason = || "r".to_owned();
        assert_eq!(told(Outcome::Taken, 9, false), DeliveryResult::Delivered);
        assert_eq!(
            told(Outcome::Refused(reason()), 1, true),
            DeliveryResult::Bounced { reason: reason() }
        );
        assert_eq!(
            told(Outcome::Impossible(reason()), 1, true),
            DeliveryResult::Dead { reason: reason() }
        );
        let later = Outcome::Later {
            reason: reason(),
            after_seconds: Some(7),
        };
        assert_eq!(
            told(later.clone(), 2, false),
            DeliveryResult::Failed {
                reason: reason(),
                retry_at: 1_007
            }
        );
        assert!(matches!(told(later, 3, true), DeliveryResult::Dead { .. }));
        let doubtful = || Outcome::Doubtful(reason());
        assert_eq!(
            told(doubtful(), 1, true),
            DeliveryResult::Failed {
                reason: reason(),
                retry_at: 1_000
            }
        );
        for (attempt, is_repeatable) in [(1, false), (3, false), (3, true)] {
            assert_eq!(
                told(doubtful(), attempt, is_repeatable),
                DeliveryResult::Uncertain { reason: reason() }
            );
        }
    }
}
