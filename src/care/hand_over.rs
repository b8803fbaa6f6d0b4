//! Messages on their way: a channel takes them when they are due and still wanted, and tells what
//! became of them.

use super::campaign::{self, Said};
use super::order::{Refusal, Reply};
use super::outbox::{DeliveryResult, OutboxEntry, OutboxKey, Standing};
use super::record::{Kept, Key, PlanKey, Stage};
use super::work::Work;
use crate::base::calendar::Instant;
use crate::base::limit::CARE_REASON_BYTES_MAX;
use crate::language::typed::{CarePlan, Rules};

impl Work<'_> {
    /// Hands due messages of a channel over: each is marked as begun in the same round.
    pub fn begin(
        &mut self,
        rules: &Rules,
        channel: &str,
        count_max: usize,
    ) -> Result<Vec<OutboxEntry>, String> {
        let mut begun = Vec::new();
        let now = self.now();
        for (key, plan) in self.running(rules) {
            let due: Vec<OutboxKey> = self.state.messages_due(key, now).collect();
            let of_channel = due.into_iter().filter_map(|key| self.state.message(key));
            let entries: Vec<OutboxEntry> = of_channel
                .filter(|entry| entry.channel == channel)
                .take(count_max.saturating_sub(begun.len()))
                .cloned()
                .collect();
            if !entries.is_empty() {
                self.begin_of_plan(plan, entries, &mut begun)?;
            }
            if begun.len() >= count_max {
                break;
            }
        }
        begun.sort_by_key(|(due_at, entry)| (*due_at, entry.key));
        Ok(begun.into_iter().map(|(_, entry)| entry).collect())
    }

    fn begin_of_plan(
        &mut self,
        plan: &CarePlan,
        entries: Vec<OutboxEntry>,
        begun: &mut Vec<(i64, OutboxEntry)>,
    ) -> Result<(), String> {
        let rows: Vec<u32> = entries.iter().map(|entry| entry.row).collect();
        // Without an answer nothing goes out; it is asked again when the channel asks again.
        let Ok(reasons) = self.silenced(plan, &rows) else {
            return Ok(());
        };
        for (entry, reason) in entries.into_iter().zip(reasons) {
            let draft = self.draft(None);
            if self.is_gone(entry.row) {
                self.drop_message(draft, entry.key)?;
                continue;
            }
            if let Some(reason) = reason {
                self.drop_message(draft, entry.key)?;
                self.take_out(draft, &entry, reason.word())?;
                continue;
            }
            let allowed = self.when_allowed(plan, entry.row, self.now(), Some(entry.key));
            match allowed {
                Some(at) if at == self.now() => {
                    let mut next = entry.clone();
                    next.attempt = next.attempt.saturating_add(1);
                    next.standing = Standing::Started { at: at.0 };
                    next.due_at = at.0;
                    self.replace_message(draft, next.clone())?;
                    begun.push((entry.due_at, next));
                }
                Some(later) => self.move_message(draft, entry, later)?,
                None => {
                    let reason = "the customer gets too many messages".to_owned();
                    self.bury(draft, entry, reason)?;
                }
            }
        }
        Ok(())
    }

    /// The customer leaves the plan. Also one who had come to its end with this message still to go
    /// out: nobody is told to have been through a plan whose last message was withdrawn.
    fn take_out(&mut self, draft: usize, entry: &OutboxEntry, reason: &str) -> Result<(), String> {
        let plan = PlanKey::of(&entry.plan);
        let enrolment = self.state.enrolment(plan, entry.row, entry.entered_at);
        let in_plan = enrolment.is_some_and(|it| !matches!(it.stage, Stage::Left { .. }));
        if !in_plan {
            return Ok(());
        }
        let stage = Stage::Left {
            at: self.now().0,
            reason: reason.to_owned(),
        };
        self.set_stage(draft, (entry.row, plan, entry.entered_at), stage)
    }

    /// Writes a message with the contact that it counts as at its due instant.
    fn replace_message(&mut self, draft: usize, entry: OutboxEntry) -> Result<(), String> {
        self.drop_contact(draft, entry.key)?;
        let contact = Key::Contact {
            row: entry.row,
            at: entry.due_at,
            message: entry.key,
        };
        self.set(draft, contact, Some(Kept::Mark))?;
        self.set(
            draft,
            Key::Message(entry.key),
            Some(Kept::Message(Box::new(entry))),
        )
    }

    fn move_message(
        &mut self,
        draft: usize,
        mut entry: OutboxEntry,
        to: Instant,
    ) -> Result<(), String> {
        entry.due_at = to.0;
        entry.standing = Standing::Waiting;
        self.replace_message(draft, entry)
    }

    /// Gives a message up: it is kept to be looked at, and counts as no contact.
    fn bury(&mut self, draft: usize, mut entry: OutboxEntry, reason: String) -> Result<(), String> {
        self.drop_contact(draft, entry.key)?;
        entry.standing = Standing::Dead {
            at: self.now().0,
            reason: shortened(reason),
        };
        self.set(
            draft,
            Key::Message(entry.key),
            Some(Kept::Message(Box::new(entry))),
        )
    }

    /// What became of a message. One that is not under way, or of an earlier attempt, changes nothing.
    pub fn end(
        &mut self,
        rules: &Rules,
        key: OutboxKey,
        attempt: u32,
        result: DeliveryResult,
    ) -> Result<(), String> {
        let Some(entry) = self.state.message(key).cloned() else {
            return Ok(());
        };
        let under_way = matches!(entry.standing, Standing::Started { .. });
        if !under_way || entry.attempt != attempt {
            return Ok(());
        }
        let draft = self.draft(None);
        match result {
            DeliveryResult::Delivered => self.sent(draft, &entry, campaign::SENT),
            DeliveryResult::Bounced { .. } => self.sent(draft, &entry, campaign::BOUNCE),
            DeliveryResult::Failed { retry_at, .. } => {
                let from = Instant(retry_at).max(self.now());
                let plan = rules.care_plan(&entry.plan);
                let at = match plan {
                    Some(plan) => self.when_allowed(plan, entry.row, from, Some(key)),
                    None => Some(from),
                };
                match at {
                    Some(at) => self.move_message(draft, entry, at),
                    None => self.bury(
                        draft,
                        entry,
                        "the customer gets too many messages".to_owned(),
                    ),
                }
            }
            DeliveryResult::Dead { reason } => self.bury(draft, entry, reason),
            DeliveryResult::Uncertain { reason } => self.lose_sight(draft, entry, reason),
        }
    }

    /// The message is through: it leaves the outbox, and counts as a contact for ever.
    fn sent(&mut self, draft: usize, entry: &OutboxEntry, event: &str) -> Result<(), String> {
        let at = self.now();
        let said = Said {
            event,
            row: entry.row,
            at,
            plan: &entry.plan,
            step: Some(&entry.step),
            channel: Some(&entry.channel),
            about: entry.key,
        };
        self.tell(draft, said);
        self.set(draft, Key::Message(entry.key), None)
    }

    fn lose_sight(
        &mut self,
        draft: usize,
        mut entry: OutboxEntry,
        reason: String,
    ) -> Result<(), String> {
        entry.standing = Standing::Uncertain {
            at: self.now().0,
            reason: shortened(reason),
        };
        self.set(
            draft,
            Key::Message(entry.key),
            Some(Kept::Message(Box::new(entry))),
        )
    }

    /// A message was being handed over when the program ended. Where the receiver knows it by its key it
    /// is handed over again; mail is not, as nobody can tell whether it went out.
    pub fn recover(&mut self, key: OutboxKey) -> Result<(), String> {
        let Some(entry) = self.state.message(key).cloned() else {
            return Ok(());
        };
        if !matches!(entry.standing, Standing::Started { .. }) {
            return Ok(());
        }
        let draft = self.draft(None);
        if entry.is_repeatable() {
            let at = Instant(entry.due_at);
            return self.move_message(draft, entry, at);
        }
        let reason = "the program ended while it was being sent".to_owned();
        self.lose_sight(draft, entry, reason)
    }

    /// A person decides about a message that nobody knows of, or that was given up.
    pub fn settle(&mut self, rules: &Rules, key: OutboxKey, again: bool) -> Result<Reply, String> {
        let settled = |entry: &&OutboxEntry| {
            matches!(
                entry.standing,
                Standing::Uncertain { .. } | Standing::Dead { .. }
            )
        };
        let Some(entry) = self.state.message(key).filter(settled).cloned() else {
            return Ok(Reply::Refused(Refusal {
                code: "no_message",
                message: "no message that waits for a decision has this key".to_owned(),
                help: "`tamis care messages` and GET /v1/messages list them".to_owned(),
            }));
        };
        let draft = self.draft(None);
        if !again {
            // What may have gone out still counts as a contact.
            self.set(draft, Key::Message(key), None)?;
            return Ok(Reply::Done);
        }
        let plan = rules.care_plan(&entry.plan);
        let at = plan.and_then(|plan| self.when_allowed(plan, entry.row, self.now(), Some(key)));
        match at {
            Some(at) => self.move_message(draft, entry, at)?,
            None => {
                return Ok(Reply::Refused(Refusal {
                    code: "not_allowed",
                    message: "this message may not be sent".to_owned(),
                    help: "its plan is gone, or the customer gets too many messages".to_owned(),
                }));
            }
        }
        Ok(Reply::Done)
    }
}

fn shortened(mut reason: String) -> String {
    let mut end = reason.len().min(CARE_REASON_BYTES_MAX);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    reason.truncate(end);
    reason
}
