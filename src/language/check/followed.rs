//! Sequences of events: each step an event, bound for the steps after it.

use crate::base::diagnostic::Diagnostic;
use crate::base::limit;
use crate::base::span::Span;

use super::super::codes;
use super::super::resolve::Counted;
use super::super::syntax::{self, Name};
use super::super::typed::{EventPartId, Followed, FollowedStep, Node, Subject, Typed, Within};
use super::bound::{BoundFact, kept};
use super::event_part::with_part;
use super::{Checker, Scope, boolean};
use crate::schema::EventId;

impl Checker<'_> {
    pub(super) fn followed(&mut self, steps: &[syntax::FollowedStep], span: Span) -> Option<Typed> {
        if let Scope::Source(_) = self.scope {
            return self.fail(Diagnostic::error(
                codes::NOT_HERE,
                "a source has no facts yet, so `followed` means nothing here",
                span,
            ));
        }
        if steps.len() < 2 || steps.len() > limit::FOLLOWED_STEPS_MAX {
            let most = limit::FOLLOWED_STEPS_MAX;
            return self.no_sequence(
                span,
                &format!("a sequence has from 2 to {most} steps"),
                "as in `followed(credit, withdrawal within 3 days)`",
            );
        }
        let around = self.bound.len();
        let mut checked = Vec::with_capacity(steps.len());
        for at in 0..steps.len() {
            checked.push(self.followed_step(steps, at));
        }
        self.bound.truncate(around);
        let steps = checked.into_iter().collect::<Option<Vec<FollowedStep>>>()?;
        Some(boolean(Node::Followed(Box::new(Followed { steps })), span))
    }

    fn no_sequence<T>(&mut self, span: Span, message: &str, help: &str) -> Option<T> {
        self.fail(Diagnostic::error(codes::SEQUENCE, message, span).help(help))
    }

    fn followed_step(&mut self, steps: &[syntax::FollowedStep], at: usize) -> Option<FollowedStep> {
        let step = steps.get(at)?;
        let placed = self.step_fits(steps, at, step);
        let within = match &step.within {
            Some(reach) => self.reach(reach).map(Some),
            None => Some(None),
        };
        let fresh = self.fresh_name(step.name.as_ref());
        let found = self.step_event(&step.event);
        let subject = found.map_or(Subject::Event(EventId(0)), |(event, _)| {
            Subject::Event(event)
        });
        let other = self.scope.other();
        self.bound.push(BoundFact {
            name: step.name.clone(),
            subject,
            absent: false,
        });
        // Of an event that does not exist no field is known.
        let filter = match (&step.filter, found) {
            (None, _) => Some(None),
            (Some(_), None) => None,
            (Some(filter), Some(_)) => self
                .within(Scope::Fact { subject, other }, |checker| {
                    checker.condition(filter, "`where`")
                })
                .map(Some),
        };
        if let Some(fact) = self.bound.last_mut() {
            fact.absent = step.absent;
        }
        let ((event, part), filter) = (found?, filter?);
        placed.and(fresh)?;
        Some(FollowedStep {
            name: kept(step.name.as_ref()),
            absent: step.absent,
            event,
            filter: with_part(part, step.event.span, filter),
            within: within?,
        })
    }

    /// Whether a step makes sense in its place.
    fn step_fits(
        &mut self,
        steps: &[syntax::FollowedStep],
        at: usize,
        step: &syntax::FollowedStep,
    ) -> Option<()> {
        if at == 0 && step.absent {
            return self.no_sequence(
                step.span,
                "nothing stands before the first step, so that it cannot be absent",
                "begin with an event; `none(EVENT, WINDOW)` asks for absence alone",
            );
        }
        if at == 0
            && let Some(within) = &step.within
        {
            return self.no_sequence(
                within.span,
                "nothing stands before the first step from which `within` could count",
                "put it behind the second step",
            );
        }
        let mut later = steps.iter().skip(at + 1);
        if step.absent && step.within.is_none() && later.all(|step| step.absent) {
            return self.no_sequence(
                step.span,
                "how long this has to be absent is not said",
                "write `no EVENT within 7 days`, or another event after it",
            );
        }
        Some(())
    }

    fn reach(&mut self, reach: &syntax::Reach) -> Option<Within> {
        if reach.low > reach.high || reach.low < 0 {
            return self.no_sequence(
                reach.span,
                "this span ends before it begins",
                "write the smaller count first: `within 1 to 3 days`",
            );
        }
        self.length_within_bounds(reach.high, reach.unit, reach.span)?;
        Some(Within {
            low: reach.low,
            high: reach.high,
            unit: reach.unit,
        })
    }

    fn step_event(&mut self, name: &Name) -> Option<(EventId, Option<EventPartId>)> {
        match self.world.names.find_subject(&name.text) {
            Some(Counted::Event(event)) => Some((event, None)),
            Some(Counted::Part(id)) => Some((self.event_part(id, name.span)?, Some(id))),
            Some(_) => self.no_sequence(
                name.span,
                &format!(
                    "`{}` is no event, and only events come one after the other",
                    name.text
                ),
                "a holding has a state, a relation has no date",
            ),
            None => self.unknown_subject(name, None),
        }
    }
}
