//! Orders of people and channels, each within one round.

use super::campaign::{self, Said};
use super::entry::{Arrival, By, Came};
use super::order::{Order, Refusal, Reply};
use super::outbox::OutboxKey;
use super::record::{Kept, Key, PlanKey, PlanState};
use super::work::Work;
use crate::base::calendar::Instant;
use crate::language::typed::{CarePlan, CareWhen, Rules};

impl Work<'_> {
    /// Carries an order out.
    pub fn carry_out(&mut self, order: Order) -> Result<Reply, String> {
        let rules = std::sync::Arc::clone(&self.rules);
        let rules = &*rules;
        match order {
            Order::Start { plan } => self.with_plan(rules, &plan, Self::start),
            Order::Pause { plan } => self.with_plan(rules, &plan, |work, plan| {
                work.set_plan(PlanKey::of(&plan.name), |state| state.running = false)?;
                Ok(Reply::Done)
            }),
            Order::Approve { plan } => self.with_plan(rules, &plan, Self::approve),
            Order::Dismiss { plan } => self.with_plan(rules, &plan, |work, plan| {
                let key = PlanKey::of(&plan.name);
                // One each: all of them together may be more than one write takes.
                for row in work.state.held(key) {
                    let draft = work.draft(None);
                    work.set(draft, Key::Hold { row, plan: key }, None)?;
                }
                Ok(Reply::Done)
            }),
            Order::Enter { plan, customers } => self.with_plan(rules, &plan, |work, plan| {
                work.enter_by_hand(plan, customers.as_deref())
            }),
            Order::TaskDone { task } => self.task_done(task),
            Order::Begin { channel, count_max } => {
                self.begin(rules, &channel, count_max).map(Reply::Begun)
            }
            Order::Delivery {
                key,
                attempt,
                result,
            } => self.end(rules, key, attempt, result).map(|()| Reply::Done),
            Order::Settle { key, again } => self.settle(rules, key, again),
        }
    }

    fn with_plan(
        &mut self,
        rules: &Rules,
        name: &str,
        work: impl FnOnce(&mut Self, &CarePlan) -> Result<Reply, String>,
    ) -> Result<Reply, String> {
        match rules.care_plan(name) {
            Some(plan) => work(self, plan),
            None => Ok(Reply::Refused(Refusal {
                code: "no_plan",
                message: format!("no care plan is called `{name}`"),
                help: "`tamis care status` lists them".to_owned(),
            })),
        }
    }

    fn start(&mut self, plan: &CarePlan) -> Result<Reply, String> {
        let key = PlanKey::of(&plan.name);
        let now = self.now().0;
        let known = self.state.plan(key).cloned();
        if known.as_ref().is_some_and(|state| state.running) {
            return Ok(entered(Came::default()));
        }
        let state = PlanState {
            name: plan.name.to_string(),
            running: true,
            started_at: known.as_ref().map_or(now, |state| state.started_at),
            occasions_until: now,
            approved_date: known.as_ref().and_then(|state| state.approved_date),
        };
        let already = known.is_none() && plan.those_already_in && plan.when == CareWhen::Enters;
        let came = if already {
            let arrivals = self.audience(plan)?;
            // Whoever is known came by an order that a crash cut short.
            self.let_come(plan, &arrivals, Some(Instant(i64::MIN)))?
        } else {
            Came::default()
        };
        // Written last: a plan that runs has let in those it begins with.
        let draft = self.draft(None);
        self.count_suppressed(draft, key, &came)?;
        self.set(draft, Key::Plan(key), Some(Kept::Plan(state)))?;
        if matches!(plan.when, CareWhen::AfterEvent(..)) {
            let position = self.round.moment.snapshot.position();
            self.set(draft, Key::Position(key), Some(Kept::Position(position)))?;
        }
        Ok(entered(came))
    }

    /// All members of a plan's audience.
    ///
    /// # Errors
    /// It is not known who they are now.
    pub fn audience(&self, plan: &CarePlan) -> Result<Vec<Arrival>, String> {
        let set = self.round.members.of(&plan.audience_name());
        let Some(set) = set else {
            return Ok(Vec::new());
        };
        if let Some(why) = &set.stale {
            return Err(format!("who this plan is for is not known now: {why}"));
        }
        let rows = set.rows();
        let by = By::Occasion;
        Ok(rows.map(|row| Arrival { row, by }).collect())
    }

    fn let_come(
        &mut self,
        plan: &CarePlan,
        arrivals: &[Arrival],
        since: Option<Instant>,
    ) -> Result<Came, String> {
        let mut turns = Vec::new();
        let came = self.enter(plan, arrivals, since, &mut turns)?;
        self.take_steps(turns)?;
        Ok(came)
    }

    fn approve(&mut self, plan: &CarePlan) -> Result<Reply, String> {
        let key = PlanKey::of(&plan.name);
        if !self.state.is_running(key) {
            return Ok(not_running(plan));
        }
        let date = self.round.moment.zone().date_of(self.now()).0;
        self.set_plan(key, |state| state.approved_date = Some(date))?;
        let audience = self.round.members.of(&plan.audience_name());
        let mut arrivals = Vec::new();
        for row in self.state.held(key) {
            if audience.is_some_and(|set| set.contains(row)) {
                let by = By::Hold;
                arrivals.push(Arrival { row, by });
            } else {
                self.release(key, row)?;
            }
        }
        self.let_come(plan, &arrivals, None).map(entered)
    }

    fn enter_by_hand(
        &mut self,
        plan: &CarePlan,
        customers: Option<&[String]>,
    ) -> Result<Reply, String> {
        if plan.when != CareWhen::ByHand {
            return Ok(Reply::Refused(Refusal {
                code: "not_by_hand",
                message: format!("customers do not enter `{}` by hand", plan.name),
                help: "a plan with `when by hand` lets them in".to_owned(),
            }));
        }
        if !self.state.is_running(PlanKey::of(&plan.name)) {
            return Ok(not_running(plan));
        }
        let mut arrivals = match self.audience(plan) {
            Ok(arrivals) => arrivals,
            Err(message) => {
                return Ok(Reply::Refused(Refusal {
                    code: "unknown_audience",
                    message,
                    help: "try again once the plugin answers".to_owned(),
                }));
            }
        };
        if let Some(customers) = customers {
            let mut rows = std::collections::BTreeSet::new();
            for id in customers {
                match self.round.moment.snapshot.row(id) {
                    Some(row) if !self.is_gone(row) => rows.insert(row),
                    _ => {
                        return Ok(Reply::Refused(Refusal {
                            code: "no_customer",
                            message: "one of these ids is no customer's".to_owned(),
                            help: String::new(),
                        }));
                    }
                };
            }
            arrivals.retain(|arrival| rows.contains(&arrival.row));
        }
        let came = self.let_come(plan, &arrivals, None)?;
        let draft = self.draft(None);
        self.count_suppressed(draft, PlanKey::of(&plan.name), &came)?;
        Ok(entered(came))
    }

    fn task_done(&mut self, key: OutboxKey) -> Result<Reply, String> {
        let found = {
            let mut tasks = self.state.tasks();
            let found = tasks.find(|(_, known, _)| *known == key);
            found.map(|(row, _, task)| (row, task.clone()))
        };
        let Some((row, task)) = found else {
            return Ok(Reply::Refused(Refusal {
                code: "no_task",
                message: "no open task has this key".to_owned(),
                help: "GET /v1/tasks lists them".to_owned(),
            }));
        };
        let draft = self.draft(None);
        let at = self.now();
        self.tell(
            draft,
            Said {
                event: campaign::TASK_DONE,
                row,
                at,
                plan: &task.plan,
                step: Some(&task.step),
                channel: Some(&task.queue),
                about: key,
            },
        );
        self.set(draft, Key::Task { row, key }, None)?;
        Ok(Reply::Done)
    }
}

fn entered(came: Came) -> Reply {
    Reply::Entered {
        recipients: came.recipients,
        held_out: came.held_out,
        held: came.held,
    }
}

fn not_running(plan: &CarePlan) -> Reply {
    Reply::Refused(Refusal {
        code: "not_running",
        message: format!("`{}` is not running", plan.name),
        help: "start it first".to_owned(),
    })
}
