//! Care plans: their conditions typed, their numbers held within what makes sense.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::decimal::Decimal;
use crate::base::diagnostic::Diagnostic;
use crate::base::kind::Kind;
use crate::base::limit;
use crate::base::span::Span;
use crate::base::text;
use crate::schema::{Event, EventId, Field, Part, Schema};

use super::super::codes;
use super::super::resolve::Counted;
use super::super::syntax::care::{Action, Care, Length, Step, When};
use super::super::syntax::{Item, ItemNode, Name, Quoted};
use super::super::typed::{
    CHANNEL_EMAIL, CareAction, CareGoal, CareLength, CarePlan, CareStep, CareWhen, EventPartId,
};
use super::declare::{Declarations, Space};
use super::schema::{description_of, label_of, shared};
use super::{Checker, Scope};

/// Events that care plans fill, with their labels.
pub(in super::super) const CARE_EVENTS: [(&str, &str); 7] = [
    ("campaign_entered", "关怀进入"),
    ("campaign_sent", "关怀发送"),
    ("campaign_delivered", "关怀送达"),
    ("campaign_open", "关怀打开"),
    ("campaign_click", "关怀点击"),
    ("campaign_bounce", "关怀退回"),
    ("task_done", "任务完成"),
];

/// Fields of each of them, with their labels.
const CARE_FIELDS: [(&str, &str); 3] = [("plan", "计划"), ("step", "步骤"), ("channel", "渠道")];

/// Millionths of the whole.
const WHOLE_MILLIONTHS: i64 = 1_000_000;

/// The care items with their clauses.
fn plans<'i>(items: &[&'i Item]) -> Vec<(&'i Item, &'i Care)> {
    let plan = |item: &&'i Item| match &item.node {
        ItemNode::Care(care) => Some((*item, &**care)),
        _ => None,
    };
    items.iter().filter_map(plan).collect()
}

/// Takes the names of care plans, and the events that they fill into the schema.
pub(in super::super) fn declare_care(
    items: &[&Item],
    schema: &mut Schema,
    declarations: &mut Declarations,
) {
    let plans = plans(items);
    for (place, (item, _)) in plans.iter().enumerate() {
        let label = item.label.as_ref();
        declarations.declare(Space::Plan, &item.name, label, "a care plan");
        if place == limit::CARE_PLANS_MAX {
            declarations.found.push(Diagnostic::error(
                codes::TOO_MANY,
                format!("at most {} care plans", limit::CARE_PLANS_MAX),
                item.name.span,
            ));
        }
    }
    let Some((first, _)) = plans.first() else {
        return;
    };
    let span = first.span;
    for (name, label) in CARE_EVENTS {
        // A label that the rules give to something else is theirs.
        let free = declarations.is_free(Space::Subject, label);
        let fields = CARE_FIELDS.iter().map(|(name, label)| Field {
            name: Arc::from(*name),
            label: Some(Arc::from(*label)),
            description: None,
            kind: Kind::Text,
            sensitive: false,
            part: None,
            span,
        });
        schema.events.push(Event {
            name: Arc::from(name),
            label: free.then(|| Arc::from(label)),
            description: None,
            fields: fields.collect(),
            span,
        });
    }
}

impl Checker<'_> {
    /// All care plans; those at fault are reported and left out. Goals are bound later.
    pub(in super::super) fn care_plans(&mut self, items: &[&Item]) -> Vec<CarePlan> {
        let plans = plans(items);
        let checked = plans
            .into_iter()
            .map(|(item, care)| self.care_plan(item, care));
        checked.flatten().collect()
    }

    fn care_plan(&mut self, item: &Item, care: &Care) -> Option<CarePlan> {
        let scope = Scope::Customer { other: false };
        let audience = self.within(scope, |checker| checker.condition(&care.audience, "`for`"));
        let exclude = care
            .exclude
            .as_ref()
            .map(|exclude| self.within(scope, |checker| checker.condition(exclude, "`exclude`")));
        let when = self.care_when(&care.when.0);
        let once_per = care.once_per.map(|length| self.care_length(length));
        let limit_day = care
            .limit_day
            .map(|(count, span)| self.care_count(count, span));
        let limit_customer = care
            .limit_customer
            .map(|(count, length)| self.care_limit(count, length));
        let quiet = care
            .quiet
            .map(|(from, to, span)| self.care_quiet(from.0, to.0, span));
        let holdout = care
            .holdout
            .map(|(share, span)| self.care_share(share, span));
        let expect_day = care
            .expect
            .map(|(count, span)| self.care_count(count, span));
        let goal = care.goal.as_ref().map(|(condition, within)| {
            let condition = self.within(scope, |checker| checker.condition(condition, "`goal`"));
            let within = self.care_length(*within);
            Some(CareGoal {
                condition: condition?,
                within: within?,
            })
        });
        let steps = self.care_steps(&care.steps);
        Some(CarePlan {
            name: shared(&item.name),
            label: label_of(item.label.as_ref()),
            description: description_of(item.description.as_ref()),
            audience: audience?,
            exclude: said(exclude)?,
            when: when?,
            those_already_in: care.those_already_in,
            rule_changes: care.rule_changes,
            once_per: said(once_per)?,
            limit_day: said(limit_day)?,
            limit_customer: said(limit_customer)?,
            quiet: said(quiet)?,
            holdout_millionths: said(holdout)?.unwrap_or(0),
            expect_day: said(expect_day)?,
            goal: said(goal)?,
            steps: steps?,
            span: item.span,
        })
    }

    fn care_limit(&mut self, count: i64, length: Length) -> Option<(u64, CareLength)> {
        let most = self.care_count(count, length.span)?;
        if most > limit::CARE_CONTACTS_MAX {
            let help = format!("at most {}", limit::CARE_CONTACTS_MAX);
            return self.bad_number("this limit is too large to be kept", &help, length.span);
        }
        Some((most, self.care_length(length)?))
    }

    fn care_quiet(&mut self, from: u16, to: u16, span: Span) -> Option<(u16, u16)> {
        if from != to {
            return Some((from, to));
        }
        self.bad_number(
            "quiet hours that end when they begin are the whole day or none",
            "write two different times, as in `quiet 21:00 to 08:00`",
            span,
        )
    }

    /// Millionths.
    fn care_share(&mut self, share: Decimal, span: Span) -> Option<u32> {
        let millionths = share.shifted(6).and_then(Decimal::to_int);
        match millionths {
            Some(share) if (0..=WHOLE_MILLIONTHS).contains(&share) => u32::try_from(share).ok(),
            _ => self.bad_number(
                "this is no share of the customers",
                "write `holdout 10%`: from 0% to 100%, with at most four places",
                span,
            ),
        }
    }

    fn bad_number<T>(&mut self, message: &str, help: &str, span: Span) -> Option<T> {
        self.fail(Diagnostic::error(codes::CARE_NUMBER, message, span).help(help))
    }

    fn care_count(&mut self, count: i64, span: Span) -> Option<u64> {
        match u64::try_from(count) {
            Ok(count) if count > 0 => Some(count),
            _ => self.bad_number(
                "a limit is at least 1",
                "a plan that is not started does nothing; `tamis care` lists it",
                span,
            ),
        }
    }

    fn care_length(&mut self, length: Length) -> Option<CareLength> {
        let Length { count, unit, span } = length;
        if count < 1 {
            return self.bad_number(
                "a length of time here is at least 1",
                "as in `180 days`",
                span,
            );
        }
        self.length_within_bounds(count, unit, span)?;
        Some(CareLength { count, unit })
    }

    fn care_when(&mut self, when: &When) -> Option<CareWhen> {
        Some(match when {
            When::Enters => CareWhen::Enters,
            When::ByHand => CareWhen::ByHand,
            When::EveryDay(at) => CareWhen::EveryDay { minute: at.0 },
            When::EveryMonth { day, at } => CareWhen::EveryMonth {
                day: *day,
                minute: at.0,
            },
            When::EveryYear { month, day, at } => CareWhen::EveryYear {
                month: *month,
                day: *day,
                minute: at.map_or(0, |at| at.0),
            },
            When::AfterEvent(name) => {
                let (event, part) = self.care_event(name)?;
                CareWhen::AfterEvent(event, part)
            }
        })
    }

    fn care_event(&mut self, name: &Name) -> Option<(EventId, Option<EventPartId>)> {
        match self.world.names.find_subject(&name.text) {
            Some(Counted::Event(id)) => Some((id, None)),
            Some(Counted::Part(id)) => Some((self.event_part(id, name.span)?, Some(id))),
            Some(_) => {
                let message = format!("`{}` is no event", name.text);
                self.fail(
                    Diagnostic::error(codes::UNKNOWN_SUBJECT, message, name.span).help(
                        "a plan starts after an event; holdings and relations belong into `for`",
                    ),
                )
            }
            None => self.unknown_subject(name, None),
        }
    }

    fn care_steps(&mut self, steps: &[Step]) -> Option<Vec<CareStep>> {
        let mut names: BTreeMap<&str, Span> = BTreeMap::new();
        let mut checked = Vec::with_capacity(steps.len());
        for (place, step) in steps.iter().enumerate() {
            if place == limit::CARE_STEPS_MAX {
                let message = format!("at most {} steps", limit::CARE_STEPS_MAX);
                self.found
                    .push(Diagnostic::error(codes::TOO_MANY, message, step.span));
                return None;
            }
            if let Some(first) = names.insert(&step.name.text, step.name.span) {
                let message = format!("the step `{}` is given twice", step.name.text);
                self.found.push(
                    Diagnostic::error(codes::DUPLICATE, message, step.name.span)
                        .also(first, "the first one")
                        .help(
                            "what was sent is known by the name of its step; choose another name",
                        ),
                );
            }
            checked.push(self.care_action(&step.action).map(|action| CareStep {
                name: shared(&step.name),
                action,
                span: step.span,
            }));
        }
        checked.into_iter().collect()
    }

    fn care_action(&mut self, action: &Action) -> Option<CareAction> {
        Some(match action {
            Action::Send { channel, template } => {
                let mail = channel.text == CHANNEL_EMAIL;
                let addressed = |field: &Field| field.part == Some(Part::Email);
                if mail && !self.world.schema.attributes.iter().any(addressed) {
                    return self.fail(
                        Diagnostic::error(
                            codes::CHANNEL,
                            "mail has no address: no attribute of the customer is declared `as email`",
                            channel.span,
                        )
                        .help("as in `customer { mail: text, sensitive, as email }`"),
                    );
                }
                CareAction::Send {
                    channel: shared(channel),
                    template: words(template),
                }
            }
            Action::Task { queue, title } => CareAction::Task {
                queue: shared(queue),
                title: words(title),
            },
            Action::Tag(tag) => CareAction::Tag(words(tag)),
            Action::Wait(length) => CareAction::Wait(self.care_length(*length)?),
            Action::If {
                condition,
                then,
                otherwise,
            } => {
                let scope = Scope::Customer { other: false };
                let condition = self.within(scope, |checker| checker.condition(condition, "`if`"));
                let (then, otherwise) = (self.care_action(then), self.care_action(otherwise));
                CareAction::If {
                    condition: Box::new(condition?),
                    then: Box::new(then?),
                    otherwise: Box::new(otherwise?),
                }
            }
            Action::Stop => CareAction::Stop,
        })
    }
}

fn words(quoted: &Quoted) -> Arc<str> {
    Arc::from(&*text::nfc(&quoted.text))
}

/// What was not said stays so; what was said and is at fault gives nothing.
#[expect(
    clippy::option_option,
    reason = "not said, said and at fault, said: three cases"
)]
fn said<T>(clause: Option<Option<T>>) -> Option<Option<T>> {
    match clause {
        None => Some(None),
        Some(value) => value.map(Some),
    }
}
