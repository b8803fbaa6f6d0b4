//! When the complete units of a window become others: what trends and their like
//! look at. The facts inside are followed as those of every aggregate.

use super::{Analyst, bounds, duration};
use crate::engine::next_change::side::Side;
use crate::plan::operation::WindowOp;

impl Analyst<'_> {
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
