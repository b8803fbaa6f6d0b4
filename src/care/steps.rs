//! Steps: customers whose step is due take it, and those after it that are due at once, all in one
//! group for each customer.

use std::collections::BTreeMap;

use super::ask;
use super::message;
use super::outbox::{OutboxKey, Standing};
use super::record::{Kept, Key, PlanKey, Stage, Tag, Task, short_hash};
use super::work::Work;
use crate::base::calendar::Instant;
use crate::base::limit::{CARE_AGAIN_SECONDS, CARE_STEPS_MAX, CARE_STEPS_OF_ROUND_MAX};
use crate::enrol::pressure::earliest;
use crate::enrol::quiet::Quiet;
use crate::enrol::{Reason, length};
use crate::language::typed::{CHANNEL_EMAIL, CareAction, CarePlan, Rules};

/// A customer who is to take a step.
#[derive(Clone, Copy, Debug)]
pub struct Turn<'p> {
    /// Where what comes of it is gathered.
    pub draft: usize,
    /// The plan.
    pub plan: &'p CarePlan,
    /// Its key.
    pub key: PlanKey,
    /// Who.
    pub row: u32,
    /// When the customer entered.
    pub entered_at: i64,
    /// Place of the step; past the last one the customer is through.
    pub step: usize,
    /// Whether it was decided in this very round that the plan may turn to the customer.
    pub fresh: bool,
}

impl Turn<'_> {
    fn entry(&self) -> (u32, PlanKey, i64) {
        (self.row, self.key, self.entered_at)
    }

    fn step_name(&self) -> &str {
        self.plan.steps.get(self.step).map_or("", |step| &step.name)
    }

    /// Names what the step does.
    fn action_key(&self) -> OutboxKey {
        OutboxKey::of(&self.plan.name, self.row, self.entered_at, self.step_name())
    }
}

impl Work<'_> {
    /// Customers of running plans whose step is due. Those that exceed one round come in the next.
    pub fn due_turns<'p>(
        &mut self,
        rules: &'p Rules,
        turns: &mut Vec<Turn<'p>>,
    ) -> Result<(), String> {
        for (key, plan) in self.running(rules) {
            for (row, entered_at) in self.state.steps_due(key, self.now()) {
                if turns.len() >= CARE_STEPS_OF_ROUND_MAX {
                    return Ok(());
                }
                let stage = self.state.enrolment(key, row, entered_at);
                let Some(Stage::Active { step, .. }) = stage.map(|it| it.stage.clone()) else {
                    continue;
                };
                let place = match &step {
                    None => Some(plan.steps.len()),
                    Some(name) => plan.steps.iter().position(|step| *step.name == **name),
                };
                let draft = self.draft(None);
                match place {
                    Some(step) => turns.push(Turn {
                        draft,
                        plan,
                        key,
                        row,
                        entered_at,
                        step,
                        fresh: false,
                    }),
                    None => {
                        let left = self.left("step_removed");
                        self.set_stage(draft, (row, key, entered_at), left)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn left(&self, reason: &str) -> Stage {
        Stage::Left {
            at: self.now().0,
            reason: reason.to_owned(),
        }
    }

    /// Takes all steps that are due, wave by wave: each condition is asked once for all who come to it.
    pub fn take_steps(&mut self, turns: Vec<Turn<'_>>) -> Result<(), String> {
        let mut wave = turns;
        for _ in 0..=CARE_STEPS_MAX {
            if wave.is_empty() {
                return Ok(());
            }
            let mut by_step: BTreeMap<(PlanKey, usize), Vec<Turn<'_>>> = BTreeMap::new();
            for turn in std::mem::take(&mut wave) {
                by_step.entry((turn.key, turn.step)).or_default().push(turn);
            }
            for ((_, step), turns) in by_step {
                let action = turns
                    .first()
                    .and_then(|turn| turn.plan.steps.get(step))
                    .map(|step| &step.action);
                match action {
                    Some(action) => self.act(action, turns, &mut wave)?,
                    None => {
                        for turn in turns {
                            let at = self.now().0;
                            self.set_stage(turn.draft, turn.entry(), Stage::Finished { at })?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn act<'p>(
        &mut self,
        action: &'p CareAction,
        turns: Vec<Turn<'p>>,
        next: &mut Vec<Turn<'p>>,
    ) -> Result<(), String> {
        match action {
            CareAction::If {
                condition,
                then,
                otherwise,
            } => {
                let rows: Vec<u32> = turns.iter().map(|turn| turn.row).collect();
                let Ok(answers) = ask::condition(self.round.moment, condition, &rows) else {
                    return self.put_off(turns);
                };
                let (mut yes, mut no) = (Vec::new(), Vec::new());
                for (turn, answer) in turns.into_iter().zip(answers) {
                    if answer == Some(true) {
                        yes.push(turn);
                    } else {
                        no.push(turn);
                    }
                }
                self.act_on(then, yes, next)?;
                self.act_on(otherwise, no, next)
            }
            CareAction::Stop => {
                for turn in turns {
                    let at = self.now().0;
                    self.set_stage(turn.draft, turn.entry(), Stage::Finished { at })?;
                }
                Ok(())
            }
            CareAction::Wait(wait) => {
                let until = length::after(self.now(), *wait, self.round.moment.zone());
                turns
                    .into_iter()
                    .try_for_each(|turn| self.go_on(turn, until, next))
            }
            CareAction::Send { .. } | CareAction::Task { .. } | CareAction::Tag(_) => {
                self.act_if_allowed(action, turns, next)
            }
        }
    }

    fn act_on<'p>(
        &mut self,
        action: &'p CareAction,
        turns: Vec<Turn<'p>>,
        next: &mut Vec<Turn<'p>>,
    ) -> Result<(), String> {
        if turns.is_empty() {
            return Ok(());
        }
        self.act(action, turns, next)
    }

    /// A condition has no answer: the step is tried again later, nothing is done in the meantime.
    fn put_off(&mut self, turns: Vec<Turn<'_>>) -> Result<(), String> {
        for turn in turns {
            let stage = Stage::Active {
                step: Some(turn.step_name().to_owned()),
                due_at: self.now().0.saturating_add(CARE_AGAIN_SECONDS),
            };
            self.set_stage(turn.draft, turn.entry(), stage)?;
        }
        Ok(())
    }

    fn act_if_allowed<'p>(
        &mut self,
        action: &CareAction,
        turns: Vec<Turn<'p>>,
        next: &mut Vec<Turn<'p>>,
    ) -> Result<(), String> {
        let (fresh, older): (Vec<_>, Vec<_>) = turns.into_iter().partition(|turn| turn.fresh);
        let mut allowed = fresh;
        if let Some(first) = older.first() {
            let rows: Vec<u32> = older.iter().map(|turn| turn.row).collect();
            match self.silenced(first.plan, &rows) {
                Err(_) => self.put_off(older)?,
                Ok(reasons) => {
                    for (turn, reason) in older.into_iter().zip(reasons) {
                        match reason {
                            None => allowed.push(turn),
                            Some(reason) => {
                                let left = self.left(reason.word());
                                self.set_stage(turn.draft, turn.entry(), left)?;
                            }
                        }
                    }
                }
            }
        }
        for turn in allowed {
            let ready_at = match action {
                CareAction::Send { channel, template } => {
                    match self.send(&turn, channel, template)? {
                        Ok(due_at) => due_at,
                        Err(reason) => {
                            let left = self.left(reason.word());
                            self.set_stage(turn.draft, turn.entry(), left)?;
                            continue;
                        }
                    }
                }
                CareAction::Task { queue, title } => {
                    self.assign(&turn, queue, title)?;
                    self.now()
                }
                CareAction::Tag(tag) => {
                    self.mark(&turn, tag)?;
                    self.now()
                }
                _ => self.now(),
            };
            self.go_on(turn, ready_at, next)?;
        }
        Ok(())
    }

    /// To the next step: in this round, or once the instant has come.
    fn go_on<'p>(
        &mut self,
        turn: Turn<'p>,
        ready_at: Instant,
        next: &mut Vec<Turn<'p>>,
    ) -> Result<(), String> {
        let turn = Turn {
            step: turn.step + 1,
            ..turn
        };
        if ready_at <= self.now() {
            next.push(turn);
            return Ok(());
        }
        let step = turn.plan.steps.get(turn.step);
        let stage = Stage::Active {
            step: step.map(|step| step.name.to_string()),
            due_at: ready_at.0,
        };
        self.set_stage(turn.draft, turn.entry(), stage)
    }

    /// Puts a message into the outbox; gives when it is due, or why there can be none.
    fn send(
        &mut self,
        turn: &Turn<'_>,
        channel: &str,
        template: &str,
    ) -> Result<Result<Instant, Reason>, String> {
        let address = if channel == CHANNEL_EMAIL {
            match self.parts.email(turn.row) {
                Some(address) => Some(address),
                None => return Ok(Err(Reason::NoAddress)),
            }
        } else {
            None
        };
        let key = turn.action_key();
        if let Some(entry) = self.state.message(key) {
            return Ok(Ok(Instant(entry.due_at)));
        }
        let Some(due_at) = self.when_allowed(turn.plan, turn.row, self.now(), None) else {
            return Ok(Err(Reason::CustomerLimit));
        };
        let mut entry = message::entry(self.round.moment, turn, turn.step_name(), template);
        entry.key = key;
        channel.clone_into(&mut entry.channel);
        entry.address = address;
        entry.due_at = due_at.0;
        if !message::fits(&entry)? {
            entry.values.clear();
            entry.standing = Standing::Dead {
                at: self.now().0,
                reason: "the customer's attributes are too long for one message".to_owned(),
            };
        }
        let contact = Key::Contact {
            row: turn.row,
            at: due_at.0,
            message: key,
        };
        if entry.standing == Standing::Waiting {
            self.set(turn.draft, contact, Some(Kept::Mark))?;
        }
        let message = Kept::Message(Box::new(entry));
        self.set(turn.draft, Key::Message(key), Some(message))?;
        Ok(Ok(due_at))
    }

    /// When a message of a plan may go to a customer, not before `from`: outside quiet hours, within the
    /// limit, not counting one message.
    pub fn when_allowed(
        &mut self,
        plan: &CarePlan,
        row: u32,
        from: Instant,
        without: Option<OutboxKey>,
    ) -> Option<Instant> {
        let business = self.zone();
        let zone = self.parts.zone(row, &business);
        let quiet = plan.quiet.map(|(from, to)| Quiet {
            from,
            to,
            zone: &zone,
        });
        let contacts = match plan.limit_customer {
            Some(_) => self.state.contacts(row, without),
            None => Vec::new(),
        };
        earliest(from, &contacts, plan.limit_customer, quiet, &business)
    }

    fn assign(&mut self, turn: &Turn<'_>, queue: &str, title: &str) -> Result<(), String> {
        let key = turn.action_key();
        let task = Task {
            queue: queue.to_owned(),
            manager: self.parts.manager(turn.row),
            title: title.to_owned(),
            customer: self.round.moment.snapshot.id(turn.row).to_owned(),
            plan: turn.plan.name.to_string(),
            step: turn.step_name().to_owned(),
            at: self.now().0,
        };
        let record = Key::Task { row: turn.row, key };
        self.set(turn.draft, record, Some(Kept::Task(task)))
    }

    fn mark(&mut self, turn: &Turn<'_>, tag: &str) -> Result<(), String> {
        let mark = Tag {
            tag: tag.to_owned(),
            customer: self.round.moment.snapshot.id(turn.row).to_owned(),
            plan: turn.plan.name.to_string(),
            step: turn.step_name().to_owned(),
            at: self.now().0,
        };
        let record = Key::Tag {
            row: turn.row,
            tag: short_hash(tag),
        };
        self.set(turn.draft, record, Some(Kept::Tag(mark)))
    }
}
