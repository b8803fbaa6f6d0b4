//! Care plans: for whom, when, within which bounds, which steps.

use super::lines::Line;
use super::{Reader, say};
use crate::language::check::every_node_mut;
use crate::language::typed::{
    CareAction, CareGoal, CareLength, CarePlan, CareStep, CareWhen, Node, Subject, Typed, Window,
};
use crate::language::words::{self, Tongue};

/// The event that tells of an entry; a window from there on is a goal's.
const CARE_ENTERED: &str = "campaign_entered";

impl Reader<'_> {
    /// A care plan with its name.
    pub(super) fn care(&mut self, plan: &CarePlan) -> Line {
        let name = self.title(&plan.name, plan.label.as_deref());
        let head = self.head(words::CARE.text(self.tongue), &name);
        let mut below = vec![self.whom(words::FOR.chinese, "for", &plan.audience)];
        if let Some(exclude) = &plan.exclude {
            below.push(self.whom(words::EXCLUDE.chinese, "not for", exclude));
        }
        below.push(plain(self.when(plan)));
        below.extend(self.bounds(plan).into_iter().map(plain));
        if let Some(goal) = &plan.goal {
            below.push(self.goal(goal));
        }
        let steps: Vec<Line> = plan.steps.iter().map(|step| self.care_step(step)).collect();
        let steps_head = say!(self, "steps:", "步骤：");
        below.push(plain(steps_head).above(steps));
        let intro = say!(self, "a care plan", "关怀计划");
        plain(format!("{head}{intro}")).above(below)
    }

    fn whom(&mut self, chinese: &str, english: &str, condition: &Typed) -> Line {
        let head = match self.tongue {
            Tongue::English => format!("{english} "),
            Tongue::Chinese => format!("{chinese}："),
        };
        self.customers(condition).after(&head)
    }

    fn when(&self, plan: &CarePlan) -> String {
        let at = |minute: u16| self.clock(u32::from(minute));
        let mut text = match &plan.when {
            CareWhen::Enters => say!(
                self,
                "a customer enters on becoming one of them",
                "客户成为上述对象时进入"
            ),
            CareWhen::EveryDay { minute } => {
                let at = at(*minute);
                say!(self, "they enter every day at {at}", "每天{at}进入")
            }
            CareWhen::EveryMonth { day, minute } => {
                let at = at(*minute);
                say!(
                    self,
                    "they enter every month on day {day} at {at}",
                    "每月{day}日{at}进入"
                )
            }
            CareWhen::EveryYear { month, day, minute } => {
                let at = at(*minute);
                say!(
                    self,
                    "they enter every year on {month:02}-{day:02} at {at}",
                    "每年{month}月{day}日{at}进入"
                )
            }
            CareWhen::AfterEvent(event, part) => {
                let noun = match part {
                    Some(part) => self.part(*part),
                    None => self.subject(Subject::Event(*event)),
                };
                let (one, with) = (&noun.one, noun.with_article(self.tongue));
                say!(self, "they enter after {with}", "发生{one}后进入")
            }
            CareWhen::ByHand => say!(self, "they enter when a person says so", "由人工指定进入"),
        };
        if plan.those_already_in {
            text += &say!(
                self,
                ", including those who are so already at the start",
                "，含启动时已符合的客户"
            );
        }
        if plan.rule_changes {
            text += &say!(
                self,
                ", including those whom a change of rules lets in",
                "，含因规则变更而符合的客户"
            );
        }
        text
    }

    fn care_length(&self, length: CareLength) -> String {
        self.length(length.count, length.unit, false)
    }

    fn bounds(&self, plan: &CarePlan) -> Vec<String> {
        let mut texts = Vec::new();
        if let Some(length) = plan.once_per {
            let length = self.care_length(length);
            texts.push(say!(
                self,
                "each customer at most once in {length}",
                "每位客户{length}内最多进入一次"
            ));
        }
        if let Some(limit) = plan.limit_day {
            let limit = self.digits(&limit.to_string());
            texts.push(say!(
                self,
                "at most {limit} customers begin the steps on one day",
                "每天最多{limit}位客户开始步骤"
            ));
        }
        if let Some((limit, length)) = plan.limit_customer {
            let (limit, length) = (self.digits(&limit.to_string()), self.care_length(length));
            texts.push(say!(
                self,
                "at most {limit} messages to a customer in {length}, of all plans together",
                "同一客户{length}内最多{limit}条消息（各计划合计）"
            ));
        }
        if let Some((from, to)) = plan.quiet {
            let (from, to) = (self.clock(u32::from(from)), self.clock(u32::from(to)));
            texts.push(say!(
                self,
                "nothing is sent from {from} to {to}",
                "{from}至{to}免打扰"
            ));
        }
        if plan.holdout_millionths > 0 {
            let part = f64::from(plan.holdout_millionths) / 1_000_000.0;
            let written = part.to_string();
            let percent = self.percent(&written).unwrap_or(written);
            texts.push(say!(
                self,
                "{percent} of the customers are only watched, for comparison",
                "{percent}的客户作为对照组，只观察不触达"
            ));
        }
        if let Some(expect) = plan.expect_day {
            let expect = self.digits(&expect.to_string());
            texts.push(say!(
                self,
                "if more than {expect} enter on one day, they wait until a person approves",
                "单日进入超过{expect}位时，先由人工确认"
            ));
        }
        texts
    }

    fn goal(&mut self, goal: &CareGoal) -> Line {
        let length = self.care_length(goal.within);
        let mut condition = goal.condition.clone();
        every_node_mut(&mut condition, &mut |part| self.without_entering(part));
        self.line(|reader| {
            let condition = reader.in_a_clause(&condition);
            say!(
                reader,
                "the goal, within {length} after entering: {condition}",
                "目标：进入后{length}内，{condition}"
            )
        })
    }

    /// The time since entering is said once, before the whole goal.
    fn without_entering(&self, typed: &mut Typed) {
        let Node::Aggregate(aggregate) = &mut typed.node else {
            return;
        };
        let Window::Between(from, _) = &aggregate.window else {
            return;
        };
        let Node::Aggregate(entry) = &from.node else {
            return;
        };
        let Subject::Event(event) = entry.subject else {
            return;
        };
        let event = self.rules.schema.event(event);
        if event.is_some_and(|event| &*event.name == CARE_ENTERED) {
            aggregate.window = Window::All;
        }
    }

    fn care_step(&mut self, step: &CareStep) -> Line {
        let name = self.title(&step.name, None);
        self.line(|reader| {
            let action = reader.action(&step.action);
            say!(reader, "{name}: {action}", "{name}：{action}")
        })
    }

    fn action(&mut self, action: &CareAction) -> String {
        match action {
            CareAction::Send { channel, template } => {
                let channel = match words::EMAIL_CHANNEL.is(channel) {
                    true => words::EMAIL_CHANNEL.text(self.tongue),
                    false => channel,
                };
                say!(
                    self,
                    "send the message “{template}” by {channel}",
                    "通过{channel}发送“{template}”"
                )
            }
            CareAction::Task { queue, title } => say!(
                self,
                "a task for “{queue}”: “{title}”",
                "给“{queue}”的任务：“{title}”"
            ),
            CareAction::Tag(tag) => say!(self, "mark the customer “{tag}”", "给客户加标签“{tag}”"),
            CareAction::Wait(length) => {
                let length = self.care_length(*length);
                say!(self, "wait for {length}", "等待{length}")
            }
            CareAction::If {
                condition,
                then,
                otherwise,
            } => {
                let condition = self.in_a_clause(condition);
                let then = self.branch(then);
                let otherwise = self.branch(otherwise);
                say!(
                    self,
                    "if {condition}, {then}; otherwise {otherwise}",
                    "若{condition}，则{then}；否则{otherwise}"
                )
            }
            CareAction::Stop => say!(self, "the customer leaves the plan", "退出计划"),
        }
    }

    /// What is done in one of two cases; a choice within a choice stands apart.
    fn branch(&mut self, action: &CareAction) -> String {
        match action {
            CareAction::If { .. } => {
                self.set_apart(|reader| reader.line(|reader| reader.action(action)))
            }
            _ => self.action(action),
        }
    }
}

fn plain(text: String) -> Line {
    Line::of(text, Vec::new())
}
