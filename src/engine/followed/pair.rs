//! Sequences of two events of which the second's condition does not speak of the first: two lists of
//! stamps a customer, gone through side by side. What does not fit is left to the search of states.

use super::Found;
use crate::base::calendar::{Date, Unit};
use crate::columns::cell::Cell;
use crate::engine::aggregate::facts::{Batch, LANE_MASK, Table};
use crate::engine::aggregate::sweep::Sweep;
use crate::engine::block::Block;
use crate::engine::evaluate::{Around, Outer, Run};
use crate::engine::meter;
use crate::engine::outcome::RunError;
use crate::engine::vector::Place;
use crate::engine::window::{DAY_STAMPS, Span, Spans, day_stamp};
use crate::engine::words;
use crate::language::typed::{Subject, Within};
use crate::plan::operation::{FollowedOp, StepOp};

/// Where the lane stands in an entry; the stamp is below, from [`FIRST_DATE`] on.
const LANE_SHIFT: u32 = 48;
/// 0001-01-01
const FIRST_DATE: i64 = -719_162;

/// Stamps of one step's events, by lane, then in order of time.
struct Line {
    /// Where each lane's stamps begin, and where the last one's end.
    starts: Vec<u32>,
    stamps: Vec<i64>,
}

/// Who has such a sequence, and how many events were looked at; `None` = this way cannot tell.
pub fn pair<'a>(
    run: &'a Run<'a>,
    block: &Block<'a>,
    op: &'a FollowedOp,
    outer: &[Outer<'a>],
    around: &Around<'a>,
) -> Result<Option<Found>, RunError> {
    let [first, second] = op.steps.as_slice() else {
        return Ok(None);
    };
    let by_dates = |within: &Within| !within.unit.is_duration() && within.low >= 0;
    let fits = match &second.within {
        Some(within) => by_dates(within),
        None => !second.absent,
    };
    if !fits || first.within.is_some() || !first.reads().is_empty() || !second.reads().is_empty() {
        return Ok(None);
    }
    let line = |step| line(run, block, step, outer, around);
    let Some(first) = line(first)? else {
        return Ok(None);
    };
    let Some(then) = line(second)? else {
        return Ok(None);
    };
    let today = day_stamp(i64::from(run.moment.today().0));
    let mut yes = words::none(block.len());
    for lane in 0..block.len() {
        let (before, after) = (first.lane(lane), then.lane(lane));
        let Some(has) = (match &second.within {
            None => follows(before, after),
            Some(within) => follows_within(before, after, *within, second.absent.then_some(today)),
        }) else {
            return Ok(None);
        };
        if has {
            words::set(&mut yes, lane);
        }
    }
    let looked = first.stamps.len() + then.stamps.len();
    Ok(Some(Found {
        yes,
        looked: looked as u64,
    }))
}

/// Whether any event comes after the first; `None` where one is at its very instant.
fn follows(before: &[i64], after: &[i64]) -> Option<bool> {
    let (Some(first), Some(last)) = (before.first(), after.last()) else {
        return Some(false);
    };
    (first != last).then_some(first < last)
}

/// Whether an event has another within so many dates after it, or, `absent` being the stamp of today, has
/// none though they are over; `None` where two are at one instant, whose order stamps do not tell.
fn follows_within(
    before: &[i64],
    after: &[i64],
    within: Within,
    absent: Option<i64>,
) -> Option<bool> {
    let (mut next, mut near) = (0, 0);
    for stamp in before {
        while let Some(other) = after.get(next)
            && other <= stamp
        {
            if other == stamp {
                return None;
            }
            next += 1;
        }
        let low = moved(*stamp, within.low, within.unit).unwrap_or(i64::MAX);
        let high = moved(*stamp, within.high, within.unit).map(|date| date + DAY_STAMPS);
        if absent.is_some_and(|today| high.is_none_or(|high| high > today)) {
            // Those that follow end later still.
            break;
        }
        near = near.max(next);
        while after.get(near).is_some_and(|other| *other < low) {
            near += 1;
        }
        let other = after.get(near);
        let has = other.is_some_and(|other| high.is_none_or(|high| *other < high));
        if has != absent.is_some() {
            return Some(true);
        }
    }
    Some(false)
}

/// First stamp of the date that many units after that of a stamp.
fn moved(stamp: i64, count: i64, unit: Unit) -> Option<i64> {
    let date = Date(i32::try_from(stamp.div_euclid(DAY_STAMPS)).ok()?);
    Some(day_stamp(i64::from(date.add(count, unit)?.0)))
}

impl Line {
    fn lane(&self, lane: usize) -> &[i64] {
        let start = |lane: usize| self.starts.get(lane).map_or(0, |start| *start as usize);
        self.stamps
            .get(start(lane)..start(lane + 1))
            .unwrap_or_default()
    }

    /// Entries come in order of time within each lane.
    fn new(entries: &[u64], lanes: usize) -> Self {
        let lane = |entry: u64| (entry >> LANE_SHIFT) as usize;
        let mut starts = vec![0_u32; lanes + 1];
        for entry in entries {
            if let Some(count) = starts.get_mut(lane(*entry) + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut stamps = vec![0_i64; entries.len()];
        for entry in entries {
            if let Some(place) = next.get_mut(lane(*entry))
                && let Some(stamp) = stamps.get_mut(*place as usize)
            {
                let low = entry & ((1 << LANE_SHIFT) - 1);
                *stamp = low as i64 + day_stamp(FIRST_DATE);
                *place += 1;
            }
        }
        Self { starts, stamps }
    }
}

/// The events of a step that qualify; `None` where a date of a cell is not the one on the wall.
fn line<'a>(
    run: &'a Run<'a>,
    block: &Block<'a>,
    step: &'a StepOp,
    outer: &[Outer<'a>],
    around: &Around<'a>,
) -> Result<Option<Line>, RunError> {
    let sweep = Sweep {
        run,
        block,
        subject: Subject::Event(step.event),
        spans: &Spans::Fixed(Span::ALL).cut(run.moment.end()),
        filter: step.filter.as_ref(),
        outer,
        around,
    };
    let mut entries: Vec<u64> = Vec::new();
    let mut is_plain = true;
    sweep.each(false, &mut |batch, verdicts| {
        let Table::Cell { cell, .. } = batch.table else {
            return Err(RunError::Malformed("a sequence of what are no events"));
        };
        is_plain &= cell.starts.is_plain();
        if let Some(verdicts) = verdicts {
            batch.selected = words::both(Some(&verdicts.yes), batch.selected.as_deref());
        }
        take(cell, batch, &mut entries);
        Ok(is_plain)
    })?;
    Ok(is_plain.then(|| Line::new(&entries, block.len())))
}

fn take(cell: &Cell, batch: &Batch<'_, '_>, entries: &mut Vec<u64>) {
    meter::read(1, cell.time_bytes(batch.lanes.len()));
    // The first cell of the calendar begins before its first date.
    let first = day_stamp(i64::from(cell.day_start()) - FIRST_DATE);
    let entry = |lane: usize, day: u8, seconds: u32| {
        let stamp = first + i64::from(day) * DAY_STAMPS + i64::from(seconds);
        ((lane as u64) << LANE_SHIFT) | stamp as u64
    };
    if let (Place::Range { from, len }, None, Some(seconds)) =
        (batch.place, &batch.selected, &cell.seconds)
    {
        let run = from..from + len;
        let days = cell.days.get(run.clone()).unwrap_or_default();
        let seconds = seconds.unpack(run);
        let all = batch.lanes.iter().zip(days).zip(seconds);
        entries.extend(
            all.map(|((lane, day), seconds)| entry(usize::from(lane & LANE_MASK), *day, seconds)),
        );
        return;
    }
    batch.each(|index, lane| {
        let fact = batch.place.at(index);
        let day = cell.days.get(fact).copied().unwrap_or_default();
        entries.push(entry(lane, day, cell.seconds_at(fact)));
    });
}
