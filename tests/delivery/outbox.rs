//! An outbox in memory: begins, ends and restarts as care does.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tamis::base::clock::Clock;
use tamis::care::outbox::{DeliveryResult, OutboxEntry, OutboxKey, Standing, TemplateValue};
use tamis::delivery::Hands;

/// Every result that was told, in order.
pub type Told = Vec<(OutboxKey, u32, DeliveryResult)>;

#[derive(Default)]
pub struct Outbox {
    entries: Mutex<BTreeMap<OutboxKey, OutboxEntry>>,
    /// Counts the processes that have ended.
    ended: Mutex<u64>,
    told: Mutex<Told>,
    /// So many calls of `end` fail first.
    pub end_failures: Mutex<u32>,
    /// Nothing is given out while it is set.
    pub quiet: Mutex<bool>,
}

/// A message of a plan `plan`, step `hello`, template `hello`, to `c{row}@example.org`.
pub fn entry(row: u32, channel: &str) -> OutboxEntry {
    let key = OutboxKey::of(&format!("plan {channel}"), row, 0, "hello");
    OutboxEntry {
        key,
        plan: "plan".to_owned(),
        step: "hello".to_owned(),
        channel: channel.to_owned(),
        template: "hello".to_owned(),
        row,
        customer: format!("c{row}"),
        address: (channel == "email").then(|| format!("c{row}@example.org")),
        entered_at: 0,
        due_at: 0,
        attempt: 0,
        standing: Standing::Waiting,
        values: BTreeMap::from([
            ("name".to_owned(), TemplateValue::Text(format!("王 {row}"))),
            (
                "assets".to_owned(),
                TemplateValue::Money("12.50".to_owned()),
            ),
        ]),
    }
}

impl Outbox {
    pub fn add(&self, entries: impl IntoIterator<Item = OutboxEntry>) {
        let mut held = self.entries.lock().unwrap();
        held.extend(entries.into_iter().map(|entry| (entry.key, entry)));
    }

    /// What was told so far.
    pub fn told(&self) -> Told {
        self.told.lock().unwrap().clone()
    }

    pub fn results(&self) -> Vec<DeliveryResult> {
        self.told()
            .into_iter()
            .map(|(_, _, result)| result)
            .collect()
    }

    /// Entries that wait or are begun.
    pub fn open(&self) -> usize {
        let held = self.entries.lock().unwrap();
        held.values()
            .filter(|entry| matches!(entry.standing, Standing::Waiting | Standing::Started { .. }))
            .count()
    }

    pub fn uncertain(&self) -> Vec<OutboxKey> {
        let held = self.entries.lock().unwrap();
        held.values()
            .filter(|entry| matches!(entry.standing, Standing::Uncertain { .. }))
            .map(|entry| entry.key)
            .collect()
    }

    /// What care does when the process starts: what was begun and may be repeated waits again, the rest
    /// is uncertain.
    pub fn restart(&self) {
        let mut held = self.entries.lock().unwrap();
        *self.ended.lock().unwrap() += 1;
        for entry in held.values_mut() {
            if let Standing::Started { at } = entry.standing {
                entry.standing = if entry.is_repeatable() {
                    Standing::Waiting
                } else {
                    Standing::Uncertain {
                        at,
                        reason: "the process ended".to_owned(),
                    }
                };
            }
        }
    }
}

/// The hands of one process: with its end they reach the outbox no more, whatever threads are left of it.
struct Process {
    outbox: Arc<Outbox>,
    life: u64,
}

impl Hands for Process {
    fn begin(&self, channel: &str, count_max: usize) -> Result<Vec<OutboxEntry>, String> {
        self.outbox.begin(self.life, channel, count_max)
    }

    fn end(&self, key: OutboxKey, attempt: u32, result: DeliveryResult) -> Result<(), String> {
        self.outbox.end(self.life, key, attempt, result)
    }
}

impl Outbox {
    /// Of the process that begins now.
    pub fn hands(self: &Arc<Self>) -> Arc<dyn Hands> {
        Arc::new(Process {
            outbox: Arc::clone(self),
            life: *self.ended.lock().unwrap(),
        })
    }

    /// Asked while the entries are held, so that nothing ends between the question and what follows.
    fn alive(&self, life: u64) -> Result<(), String> {
        match *self.ended.lock().unwrap() == life {
            true => Ok(()),
            false => Err("the process has ended".to_owned()),
        }
    }

    fn begin(
        &self,
        life: u64,
        channel: &str,
        count_max: usize,
    ) -> Result<Vec<OutboxEntry>, String> {
        if *self.quiet.lock().unwrap() {
            return Ok(Vec::new());
        }
        let now = Clock::System.now().0;
        let mut held = self.entries.lock().unwrap();
        self.alive(life)?;
        let due = held.values_mut().filter(|entry| {
            entry.channel == channel && entry.standing == Standing::Waiting && entry.due_at <= now
        });
        Ok(due
            .take(count_max)
            .map(|entry| {
                entry.attempt += 1;
                entry.standing = Standing::Started { at: now };
                entry.clone()
            })
            .collect())
    }

    fn end(
        &self,
        life: u64,
        key: OutboxKey,
        attempt: u32,
        result: DeliveryResult,
    ) -> Result<(), String> {
        {
            let mut failures = self.end_failures.lock().unwrap();
            if *failures > 0 {
                *failures -= 1;
                return Err("the disk is full".to_owned());
            }
        }
        let mut held = self.entries.lock().unwrap();
        self.alive(life)?;
        let entry = held.get_mut(&key).expect("only what was begun ends");
        assert_eq!(entry.attempt, attempt, "the attempt as begun");
        assert!(
            matches!(entry.standing, Standing::Started { .. }),
            "an attempt ends once"
        );
        self.told
            .lock()
            .unwrap()
            .push((key, attempt, result.clone()));
        match result {
            DeliveryResult::Delivered | DeliveryResult::Bounced { .. } => {
                held.remove(&key);
            }
            DeliveryResult::Failed { retry_at, .. } => {
                entry.standing = Standing::Waiting;
                entry.due_at = retry_at;
            }
            DeliveryResult::Dead { reason } => entry.standing = Standing::Dead { at: 0, reason },
            DeliveryResult::Uncertain { reason } => {
                entry.standing = Standing::Uncertain { at: 0, reason };
            }
        }
        Ok(())
    }
}
