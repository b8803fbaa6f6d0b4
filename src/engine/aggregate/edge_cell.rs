//! A cell of events that lies partly within the window: which of its events do. Where the window
//! is the same for all, stamps are counted from the cell's first date, so that 32 bits hold them.

use super::facts::LANE_MASK;
use crate::columns::cell::{CELL_DAYS, Cell};
use crate::engine::meter;
use crate::engine::vector::Place;
use crate::engine::window::{DAY_STAMPS, Spans};
use crate::engine::words;

/// Stamps of one cell; of a date so many.
const CELL_STAMPS: i64 = CELL_DAYS as i64 * DAY_STAMPS;
const DATE_STAMPS: u32 = DAY_STAMPS as u32;

/// What is to be tested.
enum Window<'c> {
    /// Dates of the cell from one up to, not including, another.
    Dates(u8, u8),
    /// Stamps of the cell likewise.
    Stamps(u32, u32),
    /// Whole stamps likewise, one pair a lane.
    PerLane(&'c [i64], &'c [i64]),
}

/// A cell with what has to be tested of its events.
pub struct EdgeCell<'c> {
    cell: &'c Cell,
    /// Stamp of its first date.
    first: i64,
    window: Window<'c>,
}

impl<'c> EdgeCell<'c> {
    /// `first`: the stamp of the cell's first date.
    pub fn new(cell: &'c Cell, first: i64, spans: &'c Spans) -> Self {
        let window = match spans {
            Spans::Fixed(span) => {
                let local = |bound: i64| bound.saturating_sub(first).clamp(0, CELL_STAMPS) as u32;
                let (low, high) = (local(span.from), local(span.to));
                let whole_dates =
                    low.is_multiple_of(DATE_STAMPS) && high.is_multiple_of(DATE_STAMPS);
                if whole_dates || cell.seconds.is_none() {
                    // Without seconds every event is at its date's start: round both ends up to dates.
                    let up = |bound: u32| bound.div_ceil(DATE_STAMPS) as u8;
                    Window::Dates(up(low), up(high))
                } else {
                    Window::Stamps(low, high)
                }
            }
            Spans::PerLane { from, to, .. } => Window::PerLane(from, to),
        };
        Self {
            cell,
            first,
            window,
        }
    }

    /// Which events at those places lie in the window; `lanes` are those of their customers.
    pub fn inside(&self, place: Place<'_>, lanes: &[u16]) -> Vec<u64> {
        let count = place.len();
        meter::read(
            1,
            match self.window {
                Window::Dates(..) => count,
                _ => self.cell.time_bytes(count),
            },
        );
        let Place::Range { from, len } = place else {
            return words::from_fn(place.len(), |index| {
                let lane = lanes.get(index).copied().unwrap_or(0);
                let at = place.at(index);
                let day = self.cell.days.get(at).copied().unwrap_or(0);
                self.holds(lane, day, stamp(day, self.cell.seconds_at(at)))
            });
        };
        let run = from..from + len;
        let days = self.cell.days.get(run.clone()).unwrap_or_default();
        if let Window::Dates(low, high) = &self.window {
            return words::from_slice(days, |day| (*low <= day) & (day < *high));
        }
        let seconds = self.cell.seconds.as_ref();
        let seconds = seconds.map(|seconds| seconds.unpack(run));
        match (&self.window, seconds) {
            (Window::Stamps(low, high), Some(seconds)) => {
                words::from_pairs(days, &seconds, |day, seconds| {
                    let stamp = stamp(day, seconds);
                    (*low <= stamp) & (stamp < *high)
                })
            }
            (Window::PerLane(from, to), Some(seconds)) => {
                let stamps = days.iter().zip(seconds);
                let stamps: Vec<u32> = stamps.map(|(day, at)| stamp(*day, at)).collect();
                words::from_pairs(&stamps, lanes, |stamp, lane| {
                    between(from, to, lane, self.first + i64::from(stamp))
                })
            }
            _ => words::from_pairs(days, lanes, |day, lane| {
                self.holds(lane, day, stamp(day, 0))
            }),
        }
    }

    fn holds(&self, lane: u16, day: u8, stamp: u32) -> bool {
        match &self.window {
            Window::Dates(low, high) => (*low <= day) & (day < *high),
            Window::Stamps(low, high) => (*low <= stamp) & (stamp < *high),
            Window::PerLane(from, to) => between(from, to, lane, self.first + i64::from(stamp)),
        }
    }
}

#[inline]
fn between(from: &[i64], to: &[i64], lane: u16, stamp: i64) -> bool {
    let lane = usize::from(lane & LANE_MASK);
    match (from.get(lane), to.get(lane)) {
        (Some(from), Some(to)) => (*from <= stamp) & (stamp < *to),
        _ => false,
    }
}

#[inline]
fn stamp(day: u8, seconds: u32) -> u32 {
    u32::from(day) * DATE_STAMPS + seconds
}
