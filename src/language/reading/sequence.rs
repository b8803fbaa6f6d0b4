//! Events one after the other, a line a step.

use super::clause::Clause;
use super::lines::Line;
use super::{Reader, say};
use crate::language::typed::{Followed, FollowedStep, Subject, Within};
use crate::language::words::Tongue;

impl Reader<'_> {
    /// That such a sequence happened.
    pub(super) fn followed(&mut self, followed: &Followed, negated: bool) -> Clause {
        let mark = self.set_apart(|reader| {
            let steps = followed.steps.iter().enumerate();
            let steps = steps.map(|(at, step)| reader.step_line(step, at)).collect();
            let head = say!(reader, "one after the other:", "依次发生：");
            Line::of(head, Vec::new()).above(steps)
        });
        match (self.tongue, negated) {
            (Tongue::English, false) => Clause::who(format!("had the events of {mark}")),
            (Tongue::English, true) => Clause::who(format!("did not have the events of {mark}")),
            (Tongue::Chinese, false) => Clause::Whole(format!("先后发生{mark}所列事件")),
            (Tongue::Chinese, true) => Clause::Whole(format!("未先后发生{mark}所列事件")),
        }
    }

    fn step_line(&mut self, step: &FollowedStep, at: usize) -> Line {
        let subject = Subject::Event(step.event);
        self.line(|reader| {
            let (noun, filter) = reader.sort(subject, step.filter.as_ref());
            let which = match &filter {
                None => String::new(),
                Some(filter) => reader.which(subject, filter),
            };
            let called = match &step.name {
                None => String::new(),
                Some(name) => say!(reader, " (called “{name}”)", "（称作“{name}”）"),
            };
            let within = match step.within {
                None => String::new(),
                Some(within) => reader.within(within),
            };
            let (one, with) = (&noun.one, noun.with_article(reader.tongue));
            match (at, step.absent) {
                (0, _) => say!(reader, "{with}{called}{which}", "{which}{one}{called}"),
                (_, false) => say!(
                    reader,
                    "then{within} {with}{called}{which}",
                    "之后{within}有{which}{one}{called}"
                ),
                (_, true) => say!(
                    reader,
                    "and then{within} no {one}{which}",
                    "之后{within}没有{which}{one}"
                ),
            }
        })
    }

    fn within(&self, within: Within) -> String {
        let high = self.length(within.high, within.unit, false);
        let low = within.low;
        match low {
            0 => say!(self, " within {high}", "{high}内"),
            _ => say!(self, " after {low} to {high}", "{low}至{high}内"),
        }
    }
}
