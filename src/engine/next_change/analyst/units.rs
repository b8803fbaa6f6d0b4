//! When the complete units of a window become others: what trends and their like
//! look at. The facts inside are followed as those of every aggregate: here when they
//! happen, which an aggregate of two kinds asks of both.

use super::{Analyst, bounds, duration};
use crate::engine::next_change::side::Side;
use crate::engine::next_change::term::{Base, Term};
use crate::language::typed::{AggregateFunction, Subject};
use crate::plan::operation::{AggregateOp, WindowOp};

impl Analyst<'_> {
    /// Events dated ahead are seen once their instant has come.
    pub(super) fn happening(&mut self, aggregate: &AggregateOp) {
        let answer = match aggregate.function {
            AggregateFunction::Elapsed(elapsed) => Some(Subject::Event(elapsed.answer)),
            _ => None,
        };
        for subject in std::iter::once(aggregate.subject).chain(answer) {
            if let Subject::Event(_) = subject {
                let happens = Term::At {
                    base: Base::At,
                    offset: 0,
                };
                self.of_facts(subject, happens);
            }
        }
    }

    /// Units are complete once they are over and while a window holds them whole: besides the date change,
    /// an end of the window that moves with the clock passes from date to date. A window may hold its end or
    /// not, hence the seconds around each.
    pub(super) fn complete_units(&mut self, window: &WindowOp) {
        self.reads.clock.date = true;
        let mut ends = Vec::new();
        for reach in duration(window).into_iter().flatten() {
            ends.push(reach.saturating_neg());
        }
        for bound in bounds(window) {
            match self.side(bound) {
                Side::Clock(moved) => ends.push(moved),
                Side::Calendar { offset, .. } => ends.push(offset),
                _ => {}
            }
            if let WindowOp::WithinAfter { count, unit, .. } = window
                && let (Side::Clock(moved), Some(seconds)) = (self.side(bound), unit.seconds())
            {
                ends.push(moved.saturating_add(count.saturating_mul(seconds)));
            }
        }
        for end in ends {
            for around in [-1, 0, 1] {
                self.moved_dates(end.saturating_add(around));
            }
        }
    }
}
