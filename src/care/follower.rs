//! Care as a follower of the rounds: what it keeps between them, and when it wants to be called.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::arrivals::{Happened, events};
use super::order::{Order, Refusal, Reply};
use super::outbox::{OutboxKey, Standing};
use super::record::{Kept, Key, PlanKey};
use super::state::State;
use super::work::Work;
use crate::base::calendar::{Instant, Zone};
use crate::enrol::schedule;
use crate::language::typed::{CareWhen, Rules};
use crate::live::follow::{Brought, Follower, Round};
use crate::live::present::Live;
use crate::store::Store;

/// Called when messages have become due.
pub type Wake = Box<dyn Fn() + Send>;

/// Care plans at work. Its records are its memory; all else follows from them.
pub struct Care {
    state: State,
    rules: Arc<Rules>,
    zone: Zone,
    wake: Wake,
    /// Messages that were under way when the program ended.
    lost: Vec<OutboxKey>,
    /// Events of rounds that were not finished, with their places in the log.
    missed: Vec<(u64, Happened)>,
    /// When the audience of a plan is asked for again that was not known when its time came.
    again: BTreeMap<PlanKey, Instant>,
    /// Customers known to be erased.
    hidden: usize,
    /// Up to when due messages were announced.
    announced: Instant,
    /// Whether messages have become due since the channels were last woken.
    due_came: bool,
    /// What is given up when a round is refused.
    before: Option<Before>,
}

/// What a round may change beside the records.
struct Before {
    lost: Vec<OutboxKey>,
    missed: Vec<(u64, Happened)>,
    again: BTreeMap<PlanKey, Instant>,
    hidden: usize,
    announced: Instant,
}

impl Care {
    /// Care that knows nothing yet; `wake` is called when messages have become due, and must not wait.
    pub fn new(wake: Wake) -> Self {
        Self {
            state: State::new(Zone::utc()),
            rules: Arc::default(),
            zone: Zone::utc(),
            wake,
            lost: Vec::new(),
            missed: Vec::new(),
            again: BTreeMap::new(),
            hidden: 0,
            announced: Instant(i64::MIN),
            due_came: false,
            before: None,
        }
    }

    /// What it keeps.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// One round, with an order or without.
    fn round(
        &mut self,
        round: &Round<'_>,
        order: Option<Order>,
    ) -> Result<(Option<Reply>, Brought), String> {
        self.before.get_or_insert_with(|| Before {
            lost: self.lost.clone(),
            missed: self.missed.clone(),
            again: self.again.clone(),
            hidden: self.hidden,
            announced: self.announced,
        });
        let last = self.announced;
        let lost = std::mem::take(&mut self.lost);
        let missed = std::mem::take(&mut self.missed);
        let mut again = std::mem::take(&mut self.again);
        let mut work = Work::new(&mut self.state, round);
        let rules = Arc::clone(&work.rules);
        self.hidden = work.drop_erased(self.hidden)?;
        for key in lost {
            work.recover(key)?;
        }
        let mut turns = Vec::new();
        work.arrive(&rules, &missed, &mut again, &mut turns)?;
        work.due_turns(&rules, &mut turns)?;
        work.take_steps(turns)?;
        let reply = order.map(|order| work.carry_out(order)).transpose()?;
        let due = work.due_at_once
            || work.running(&rules).into_iter().any(|(plan, _)| {
                let next = work.state.next_message(plan, last);
                next.is_some_and(|at| at <= round.now)
            });
        let brought = work.finish();
        self.due_came |= due;
        self.announced = round.now;
        self.again = again;
        self.rules = rules;
        self.zone = round.moment.zone().clone();
        Ok((reply, brought))
    }

    fn plans(&self) -> impl Iterator<Item = (PlanKey, &CareWhen)> {
        let plans = self.rules.care.iter();
        plans
            .map(|plan| (PlanKey::of(&plan.name), &plan.when))
            .filter(|(key, _)| self.state.is_running(*key))
    }

    fn next_occasion(&self, plan: PlanKey, when: &CareWhen) -> Option<Instant> {
        let until = self.state.plan(plan)?.occasions_until;
        let next = schedule::next_after(when, Instant(until), &self.zone)?;
        Some(self.again.get(&plan).map_or(next, |again| next.max(*again)))
    }

    /// Events after the first position up to which some plan that waits for events looked at them.
    fn missed_events(&self, store: &Store, live: &Live) -> Result<Vec<(u64, Happened)>, String> {
        let waiting = self
            .plans()
            .filter(|(_, when)| matches!(when, CareWhen::AfterEvent(..)));
        let handled = waiting.filter_map(|(plan, _)| match self.state.get(&Key::Position(plan)) {
            Some(Kept::Position(handled)) => Some(*handled),
            _ => None,
        });
        let mut found = Vec::new();
        let from = handled.min().unwrap_or(u64::MAX);
        if from >= live.moment.snapshot.position() {
            return Ok(found);
        }
        let scanned = store.scan(from, &mut |position, facts| {
            found.extend(events(position, &facts).filter(|(at, _)| *at >= from));
            Ok(())
        });
        scanned.map_err(|fault| fault.to_string())?;
        Ok(found)
    }
}

impl Follower for Care {
    type Order = Order;
    type Reply = Reply;

    fn open(&mut self, store: &Store, live: &Live) -> Result<(), String> {
        self.zone = live.moment.zone().clone();
        self.rules = Arc::clone(&live.moment.rules);
        self.state = State::open(store, self.zone.clone())?;
        let under_way = self.state.messages();
        self.lost = under_way
            .filter(|entry| matches!(entry.standing, Standing::Started { .. }))
            .map(|entry| entry.key)
            .collect();
        self.missed = self.missed_events(store, live)?;
        self.announced = Instant(i64::MIN);
        self.hidden = 0;
        Ok(())
    }

    fn follow(&mut self, round: &Round<'_>) -> Result<Brought, String> {
        self.round(round, None).map(|(_, brought)| brought)
    }

    fn order(&mut self, order: Order, round: &Round<'_>) -> (Reply, Brought) {
        match self.round(round, Some(order)) {
            Ok((Some(reply), brought)) => (reply, brought),
            Ok((None, brought)) => (Reply::Done, brought),
            Err(message) => {
                self.refused();
                let refusal = Refusal {
                    code: "care_failed",
                    message,
                    help: "nothing was done".to_owned(),
                };
                (Reply::Refused(refusal), Brought::default())
            }
        }
    }

    fn due(&self) -> Option<Instant> {
        if !(self.lost.is_empty() && self.missed.is_empty()) {
            return Some(Instant(i64::MIN));
        }
        let instants = self.plans().flat_map(|(plan, when)| {
            [
                self.state.next_step(plan),
                self.state.next_message(plan, self.announced),
                self.next_occasion(plan, when),
            ]
        });
        instants.flatten().min()
    }

    fn committed(&mut self, live: &Arc<Live>) {
        self.state.keep();
        self.before = None;
        self.rules = Arc::clone(&live.moment.rules);
        self.zone = live.moment.zone().clone();
        if std::mem::take(&mut self.due_came) {
            (self.wake)();
        }
    }

    fn refused(&mut self) {
        self.state.forget();
        self.due_came = false;
        if let Some(before) = self.before.take() {
            self.lost = before.lost;
            self.missed = before.missed;
            self.again = before.again;
            self.hidden = before.hidden;
            self.announced = before.announced;
        }
    }
}
