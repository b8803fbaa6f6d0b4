//! The care plans of a test, walked through from their start to the test's instant: at each date, at
//! each fact, when a plan is due and when a step is. Who enters, who is silenced and when a message
//! may go out is decided by `enrol`, as in a running plan; nobody is held out, and no expectation of
//! a number holds a plan back.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::world::{Stopped, World};
use crate::base::calendar::{Instant, Unit};
use crate::base::limit::CARE_STEPS_MAX;
use crate::base::value::Value;
use crate::enrol::decide::silence;
use crate::enrol::pressure::earliest;
use crate::enrol::quiet::Quiet;
use crate::enrol::{Candidate, Today, Verdict, decide, length, schedule};
use crate::language::typed::{
    CHANNEL_EMAIL, CareAction, CarePlan, CareWhen, EventPartId, Node, RuleTest, Typed,
};
use crate::schema::{AttributeId, EventId, Part};
use crate::store::fact::{Fact, Row};

/// What plans did to customers.
#[derive(Default)]
pub(super) struct Journal {
    /// By plan, customer and step: when.
    taken: BTreeMap<(usize, usize, Arc<str>), Instant>,
    /// By plan and customer: why nothing more came.
    said: BTreeMap<(usize, usize), String>,
}

impl Journal {
    /// When a customer received a step, or any step, until an instant.
    pub fn received(
        &self,
        plan: usize,
        customer: usize,
        step: Option<&str>,
        until: Instant,
    ) -> Option<Instant> {
        let mut taken = self.taken.iter();
        let found = taken.find(|((of, who, name), at)| {
            (*of, *who) == (plan, customer)
                && step.is_none_or(|step| step == &**name)
                && **at <= until
        });
        found.map(|(_, at)| *at)
    }

    /// Why a customer received no more.
    pub fn said(&self, plan: usize, customer: usize) -> Option<&str> {
        self.said.get(&(plan, customer)).map(String::as_str)
    }
}

/// A plan under way.
struct Course<'r> {
    place: usize,
    plan: &'r CarePlan,
    start: Instant,
    /// Whether each customer was in the audience when last looked at; empty before the start.
    inside: Vec<bool>,
    last_entry: Vec<Option<Instant>>,
    /// Place of the next step, when it is due, and when the customer entered.
    under_way: BTreeMap<usize, (usize, Instant, Instant)>,
    recipients: u64,
    recipients_on: Option<crate::base::calendar::Date>,
}

struct Walk<'w, 'r> {
    world: &'w mut World<'r>,
    ids: Vec<Arc<str>>,
    courses: Vec<Course<'r>>,
    contacts: Vec<Vec<Instant>>,
    journal: Journal,
    before: Instant,
    now: Instant,
}

/// Walks through the plans that a test starts.
pub(super) fn walk(test: &RuleTest, world: &mut World<'_>) -> Result<Journal, Stopped> {
    let rules = world.rules;
    let count = test.customers.len();
    let courses = test.starts.iter().filter_map(|(place, start)| {
        Some(Course {
            place: *place,
            plan: rules.care.get(*place)?,
            start: *start,
            inside: Vec::new(),
            last_entry: vec![None; count],
            under_way: BTreeMap::new(),
            recipients: 0,
            recipients_on: None,
        })
    });
    let courses: Vec<Course<'_>> = courses.collect();
    let Some(first) = courses.iter().map(|course| course.start).min() else {
        return Ok(Journal::default());
    };
    let mut walk = Walk {
        ids: test.customers.iter().map(|each| each.id.clone()).collect(),
        world,
        courses,
        contacts: vec![Vec::new(); count],
        journal: Journal::default(),
        before: Instant(first.0.saturating_sub(1)),
        now: first,
    };
    while walk.now <= test.as_of {
        walk.look()?;
        let Some(next) = walk.next() else {
            break;
        };
        walk.before = std::mem::replace(&mut walk.now, next);
    }
    Ok(walk.journal)
}

impl<'r> Walk<'_, 'r> {
    /// The next instant at which something may change.
    fn next(&self) -> Option<Instant> {
        let zone = self.world.zone;
        let today = zone.date_of(self.now);
        let tomorrow = today.add(1, Unit::Day).map(|date| zone.start_of(date));
        let facts = self.world.instants();
        let plans = self.courses.iter().flat_map(|course| {
            let steps = course.under_way.values().map(|(_, due, _)| *due);
            let due = schedule::next_after(&course.plan.when, self.now, zone);
            steps.chain(due).chain([course.start])
        });
        let all = facts.into_iter().chain(tomorrow).chain(plans);
        all.filter(|at| *at > self.now).min()
    }

    fn look(&mut self) -> Result<(), Stopped> {
        let mut courses = std::mem::take(&mut self.courses);
        for course in &mut courses {
            if course.start <= self.now {
                self.arrivals(course)?;
            }
        }
        for _ in 0..=CARE_STEPS_MAX {
            let mut moved = false;
            for course in &mut courses {
                moved |= self.steps(course)?;
            }
            if !moved {
                break;
            }
        }
        self.courses = courses;
        Ok(())
    }

    fn arrivals(&mut self, course: &mut Course<'r>) -> Result<(), Stopped> {
        let plan = course.plan;
        let mut inside = Vec::with_capacity(self.ids.len());
        for customer in 0..self.ids.len() {
            let answer = self.world.truth(customer, &plan.audience, self.now)?;
            inside.push(answer == Some(true));
        }
        let first = course.inside.is_empty();
        let was = std::mem::replace(&mut course.inside, inside);
        let zone = self.world.zone;
        let coming: Vec<usize> = match &plan.when {
            CareWhen::Enters => (0..self.ids.len())
                .filter(|at| match first {
                    true => plan.those_already_in,
                    false => was.get(*at) == Some(&false),
                })
                .collect(),
            CareWhen::AfterEvent(event, part) => self.after_event(*event, *part)?,
            CareWhen::ByHand => Vec::new(),
            when => {
                let from = self.before.max(Instant(course.start.0.saturating_sub(1)));
                match schedule::last_until(when, from, self.now, zone) {
                    Some(_) => (0..self.ids.len()).collect(),
                    None => Vec::new(),
                }
            }
        };
        let coming = coming
            .into_iter()
            .filter(|at| course.inside.get(*at) == Some(&true));
        self.enter(course, coming.collect())
    }

    /// Customers to whom such an event has happened since the instant before, ascending.
    fn after_event(
        &mut self,
        event: EventId,
        part: Option<EventPartId>,
    ) -> Result<Vec<usize>, Stopped> {
        let mut coming = Vec::new();
        for (customer, at) in self.world.happened(event, self.before, self.now) {
            let of_part = match part {
                None => true,
                Some(part) => {
                    let happened = Typed::part_happened(event, part, at);
                    self.world.truth(customer, &happened, self.now)? == Some(true)
                }
            };
            if of_part {
                coming.push(customer);
            }
        }
        coming.dedup();
        Ok(coming)
    }

    fn enter(&mut self, course: &mut Course<'r>, coming: Vec<usize>) -> Result<(), Stopped> {
        if coming.is_empty() {
            return Ok(());
        }
        // A test says what becomes of a customer who is not held out.
        let plan = CarePlan {
            holdout_millionths: 0,
            expect_day: None,
            ..course.plan.clone()
        };
        let mut standings = Vec::new();
        for customer in &coming {
            standings.push(self.standing(course, *customer)?);
        }
        let candidates: Vec<Candidate<'_>> = coming
            .iter()
            .zip(&standings)
            .map(|(customer, standing)| self.candidate(course, *customer, standing))
            .collect();
        let date = self.world.zone.date_of(self.now);
        if course.recipients_on != Some(date) {
            course.recipients_on = Some(date);
            course.recipients = 0;
        }
        let today = Today {
            recipients: course.recipients,
            ..Today::default()
        };
        let verdicts = decide(&plan, self.now, today, &candidates, self.world.zone);
        drop(candidates);
        for (customer, verdict) in coming.into_iter().zip(verdicts) {
            match verdict {
                Verdict::Recipient | Verdict::HeldOut => {
                    course.recipients += 1;
                    if let Some(last) = course.last_entry.get_mut(customer) {
                        *last = Some(self.now);
                    }
                    course.under_way.insert(customer, (0, self.now, self.now));
                    self.tell(
                        "campaign_entered",
                        course.plan,
                        customer,
                        None,
                        None,
                        self.now,
                    );
                }
                Verdict::Suppressed(reason) => {
                    let at = self.world.zone.format(self.now);
                    let said = format!("it does not enter at {at}: {}", reason.word());
                    self.journal.said.insert((course.place, customer), said);
                }
            }
        }
        Ok(())
    }

    /// What is asked of a customer before the plan turns to it.
    fn standing(&mut self, course: &Course<'r>, customer: usize) -> Result<Standing, Stopped> {
        let excluded = match &course.plan.exclude {
            Some(exclude) => self.world.truth(customer, exclude, self.now)?,
            None => Some(false),
        };
        let said = |part, walk: &mut Self| walk.part(customer, part);
        let do_not_contact = said(Part::DoNotContact, self)?;
        let consent = said(Part::Consent, self)?;
        let email = said(Part::Email, self)?;
        let truth = |found: Option<Option<Value>>, absent| match found {
            None => Some(absent),
            Some(Some(Value::Bool(yes))) => Some(yes),
            Some(_) => None,
        };
        Ok(Standing {
            excluded,
            do_not_contact: truth(do_not_contact, false),
            consent: truth(consent, true),
            has_email: matches!(email, Some(Some(_))),
        })
    }

    /// The attribute that plays a part: none such, or its value.
    #[expect(clippy::option_option, reason = "no such attribute, no value, a value")]
    fn part(&mut self, customer: usize, part: Part) -> Result<Option<Option<Value>>, Stopped> {
        let attributes = &self.world.rules.schema.attributes;
        let Some(at) = attributes.iter().position(|field| field.part == Some(part)) else {
            return Ok(None);
        };
        let Some((id, field)) = u16::try_from(at).ok().zip(attributes.get(at)) else {
            return Ok(None);
        };
        let typed = Typed {
            node: Node::Attribute(AttributeId(id)),
            kind: field.kind.clone(),
            span: field.span,
        };
        self.world.value(customer, &typed, self.now).map(Some)
    }

    fn candidate<'c>(
        &'c self,
        course: &Course<'r>,
        customer: usize,
        standing: &Standing,
    ) -> Candidate<'c> {
        Candidate {
            customer: self.ids.get(customer).map_or("", |id| id),
            excluded: standing.excluded,
            do_not_contact: standing.do_not_contact,
            consent: standing.consent,
            reachable: !course.plan.sends_by(CHANNEL_EMAIL) || standing.has_email,
            in_plan: course.under_way.contains_key(&customer),
            last_entry: course.last_entry.get(customer).copied().flatten(),
            contacts: self.contacts.get(customer).map_or(&[], Vec::as_slice),
        }
    }

    /// Takes the steps that are due; whether there was one.
    fn steps(&mut self, course: &mut Course<'r>) -> Result<bool, Stopped> {
        let now = self.now;
        let due = course
            .under_way
            .iter()
            .filter(|(_, (_, due, _))| *due <= now);
        let due: Vec<(usize, usize, Instant)> = due
            .map(|(who, (step, _, entered))| (*who, *step, *entered))
            .collect();
        for (customer, place, entered) in &due {
            let Some(step) = course.plan.steps.get(*place) else {
                course.under_way.remove(customer);
                continue;
            };
            match self.act(course, &step.action, &step.name, *customer, *entered)? {
                Some(ready_at) => {
                    course
                        .under_way
                        .insert(*customer, (place + 1, ready_at, *entered));
                }
                None => {
                    course.under_way.remove(customer);
                }
            }
        }
        Ok(!due.is_empty())
    }

    /// Does what a step says; when the next one may come, `None` when the customer leaves.
    fn act(
        &mut self,
        course: &Course<'r>,
        action: &CareAction,
        step: &Arc<str>,
        customer: usize,
        entered: Instant,
    ) -> Result<Option<Instant>, Stopped> {
        match action {
            CareAction::Wait(wait) => Ok(Some(length::after(self.now, *wait, self.world.zone))),
            CareAction::Stop => {
                self.leave(course, customer, format!("it stops at step `{step}`"));
                Ok(None)
            }
            CareAction::If {
                condition,
                then,
                otherwise,
            } => {
                let yes = self.world.truth(customer, condition, self.now)? == Some(true);
                let action = if yes { then } else { otherwise };
                self.act(course, action, step, customer, entered)
            }
            CareAction::Send { .. } | CareAction::Task { .. } | CareAction::Tag(_) => {
                let standing = self.standing(course, customer)?;
                let candidate = self.candidate(course, customer, &standing);
                // At its own instant the entry has decided.
                if entered != self.now
                    && let Some(reason) = silence(&candidate)
                {
                    let said = format!("it leaves before step `{step}`: {}", reason.word());
                    self.leave(course, customer, said);
                    return Ok(None);
                }
                let CareAction::Send { channel, .. } = action else {
                    self.take(course, step, customer, self.now);
                    return Ok(Some(self.now));
                };
                self.send(course, step, customer, channel, &standing)
            }
        }
    }

    fn send(
        &mut self,
        course: &Course<'r>,
        step: &Arc<str>,
        customer: usize,
        channel: &Arc<str>,
        standing: &Standing,
    ) -> Result<Option<Instant>, Stopped> {
        if **channel == *CHANNEL_EMAIL && !standing.has_email {
            self.leave(
                course,
                customer,
                format!("it has no address for step `{step}`"),
            );
            return Ok(None);
        }
        let zone = self.world.zone;
        let quiet = course.plan.quiet.map(|(from, to)| Quiet { from, to, zone });
        let limit = course.plan.limit_customer;
        let contacts = self.contacts.get(customer).cloned().unwrap_or_default();
        let Some(due) = earliest(self.now, &contacts, limit, quiet, zone) else {
            self.leave(
                course,
                customer,
                format!("its limit leaves no room for step `{step}`"),
            );
            return Ok(None);
        };
        if let Some(contacts) = self.contacts.get_mut(customer) {
            contacts.push(due);
            contacts.sort_unstable();
        }
        self.take(course, step, customer, due);
        let step = Some(&**step);
        self.tell(
            "campaign_sent",
            course.plan,
            customer,
            step,
            Some(channel),
            due,
        );
        Ok(Some(due))
    }

    fn take(&mut self, course: &Course<'r>, step: &Arc<str>, customer: usize, at: Instant) {
        let at_text = self.world.zone.format(at);
        let said = format!("its last step is `{step}`, at {at_text}");
        self.leave(course, customer, said);
        let key = (course.place, customer, step.clone());
        self.journal.taken.entry(key).or_insert(at);
    }

    fn leave(&mut self, course: &Course<'r>, customer: usize, said: String) {
        self.journal.said.insert((course.place, customer), said);
    }

    /// Adds an event that a plan fills.
    fn tell(
        &mut self,
        event: &str,
        plan: &CarePlan,
        customer: usize,
        step: Option<&str>,
        channel: Option<&str>,
        at: Instant,
    ) {
        let events = &self.world.rules.schema.events;
        let Some(id) = events.iter().position(|each| &*each.name == event) else {
            return;
        };
        let text = |text: &str| Value::Text(text.into());
        let fact = Fact::Event {
            event: EventId(u16::try_from(id).unwrap_or(u16::MAX)),
            row: Row(u32::try_from(customer).unwrap_or(u32::MAX)),
            at,
            sequence: None,
            identity: 0,
            fields: vec![Some(text(&plan.name)), step.map(text), channel.map(text)],
        };
        self.world.add([fact]);
    }
}

/// What is known of a customer before a plan turns to it.
struct Standing {
    excluded: Option<bool>,
    do_not_contact: Option<bool>,
    consent: Option<bool>,
    has_email: bool,
}
