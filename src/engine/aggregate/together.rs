//! Several aggregates of one kind of events in one sweep. The bounds of all their windows part time into
//! planes; events are counted and summed plane by plane, and what a window holds is the planes between its
//! bounds. Counts and sums are exact, so that the order of adding is nobody's concern.
#![expect(
    clippy::indexing_slicing,
    reason = "a lane after the mask is below LANES, a plane below the number of planes, each of LANES"
)]

use std::ops::Range;

use super::facts::{LANE_MASK, LANES};
use super::families::{Family, Member, What};
use super::sweep::{Cells, extent};
use crate::columns::cell::{CELL_DAYS, Cell};
use crate::columns::column::BLOCK_ROWS;
use crate::columns::packed::{Packed, Values, key_of};
use crate::engine::block::Block;
use crate::engine::evaluate::Run;
use crate::engine::meter;
use crate::engine::vector::{KeyData, Keys, Place, Truth, Vector};
use crate::engine::window::DAY_STAMPS;
use crate::engine::words;
use crate::language::typed::AggregateFunction;
use crate::plan::operation::Slot;

/// Values by slot, and the cells they took.
pub type Together<'a> = (Vec<(Slot, Vector<'a>)>, Cells);

/// Counts and sums of a block, plane by plane, a lane each.
struct Planes<'f> {
    family: &'f Family,
    /// Empty where nobody counts.
    counts: Vec<u32>,
    /// Empty where nobody sums.
    sums: Vec<i64>,
    /// What any sum over all planes may have reached.
    reach: i128,
}

/// The planes of a cell's events.
enum Of {
    /// All lie in one.
    One(usize),
    /// One an event.
    Each(Vec<u8>),
}

/// The values of every member of a family; `None` = not of this block: customers asked by a list, or sums
/// that may not fit.
pub fn together<'a>(run: &Run<'_>, block: &Block<'_>, family: &Family) -> Option<Together<'a>> {
    let Place::Range { from, .. } = block.place else {
        return None;
    };
    let mut planes = Planes::new(family);
    let mut cells = Cells::default();
    for cell in run.snapshot.events(family.event).cells_of(block.chunk) {
        let whole = extent(cell);
        let first = planes.of(whole.from);
        let last = planes.of(whole.to - 1);
        if !(first..=last).any(|plane| family.uses(plane)) {
            cells.skipped += 1;
            continue;
        }
        let facts = cell.block(from / BLOCK_ROWS as usize);
        cells.read += 1;
        cells.facts += facts.len() as u64;
        if facts.is_empty() {
            continue;
        }
        let of_events = match first == last {
            true => Of::One(first),
            false => Of::Each(planes.of_events(cell, whole.from, facts.clone())),
        };
        planes.take(cell, facts, &of_events)?;
    }
    Some((planes.finish(block.len()), cells))
}

impl<'f> Planes<'f> {
    fn new(family: &'f Family) -> Self {
        let room = (family.bounds.len() + 1) * LANES;
        let is_sum = |member: &Member| member.what == What::Sum;
        let counts = !family.members.iter().all(is_sum);
        Self {
            family,
            counts: vec![0; if counts { room } else { 0 }],
            sums: vec![0; if family.field.is_some() { room } else { 0 }],
            reach: 0,
        }
    }

    /// The plane of a stamp.
    fn of(&self, stamp: i64) -> usize {
        self.family.bounds.partition_point(|bound| *bound <= stamp)
    }

    /// The planes of a cell's events; `first` is the stamp of its first date.
    fn of_events(&self, cell: &Cell, first: i64, facts: Range<usize>) -> Vec<u8> {
        let days = cell.days.get(facts.clone()).unwrap_or_default();
        let end = first + i64::from(CELL_DAYS) * DAY_STAMPS;
        let mut inner = self.family.bounds.iter().copied();
        let has_times =
            inner.any(|bound| first < bound && bound < end && bound.rem_euclid(DAY_STAMPS) != 0);
        let stamp =
            |day: u8, seconds: u32| first + i64::from(day) * DAY_STAMPS + i64::from(seconds);
        // A family has fewer bounds than a byte counts.
        if let (true, Some(seconds)) = (has_times, &cell.seconds) {
            meter::read(1, cell.time_bytes(days.len()));
            let seconds = seconds.unpack(facts);
            let stamps = days.iter().zip(seconds);
            return stamps
                .map(|(day, seconds)| self.of(stamp(*day, seconds)) as u8)
                .collect();
        }
        meter::read(days.len(), 1);
        let mut of_days = [0_u8; 256];
        for (day, plane) in (0..CELL_DAYS as u8).zip(&mut of_days) {
            *plane = self.of(stamp(day, 0)) as u8;
        }
        days.iter().map(|day| of_days[usize::from(*day)]).collect()
    }

    /// Takes the events of a block in a cell; `None` = a sum may not fit.
    fn take(&mut self, cell: &Cell, facts: Range<usize>, of: &Of) -> Option<()> {
        let lanes = cell.rows.get(facts.clone()).unwrap_or_default();
        meter::read(lanes.len(), size_of::<u16>());
        if !self.counts.is_empty() {
            match of {
                Of::One(plane) => {
                    let counts = one_plane(&mut self.counts, *plane)?;
                    for lane in lanes {
                        counts[usize::from(lane & LANE_MASK)] += 1;
                    }
                }
                Of::Each(planes) => {
                    for (lane, plane) in lanes.iter().zip(planes) {
                        self.counts[place(*plane, *lane)] += 1;
                    }
                }
            }
        }
        let field = self.family.field;
        let packed = field.and_then(|field| cell.fields.get(usize::from(field.0))?.as_ref());
        let Some(packed) = packed else {
            return Some(());
        };
        let most = packed.bounds.map_or(0, |(least, most)| {
            least.unsigned_abs().max(most.unsigned_abs())
        });
        self.reach += i128::from(most) * lanes.len() as i128;
        i64::try_from(self.reach).ok()?;
        match of {
            Of::One(plane) => {
                let sums = one_plane(&mut self.sums, *plane)?;
                each_key(packed, facts, |index, key| {
                    sums[usize::from(lanes[index] & LANE_MASK)] += key;
                });
            }
            Of::Each(planes) => {
                let sums = &mut self.sums;
                each_key(packed, facts, |index, key| {
                    sums[place(planes[index], lanes[index])] += key;
                });
            }
        }
        Some(())
    }

    /// What each member holds, of so many lanes.
    fn finish<'a>(mut self, len: usize) -> Vec<(Slot, Vector<'a>)> {
        // From here on a plane holds whatever lies in it and after it.
        gather_up(&mut self.counts, u32::wrapping_add);
        gather_up(&mut self.sums, i64::wrapping_add);
        let member = |member: &Member| (member.slot, self.member(member, len));
        self.family.members.iter().map(member).collect()
    }

    fn member<'a>(&self, member: &Member, len: usize) -> Vector<'a> {
        let planes = &member.planes;
        match member.what {
            What::Sum => {
                let sums = between(&self.sums, planes, len, i64::wrapping_sub);
                Vector::keys(sums, None)
            }
            What::Count(function) => {
                let counts = between(&self.counts, planes, len, u32::wrapping_sub);
                counted(function, counts)
            }
        }
    }
}

/// The places of one plane.
fn one_plane<T>(planes: &mut [T], plane: usize) -> Option<&mut [T; LANES]> {
    let (planes, _) = planes.as_chunks_mut();
    planes.get_mut(plane)
}

/// A lane's place in a plane.
fn place(plane: u8, lane: u16) -> usize {
    usize::from(plane) * LANES + usize::from(lane & LANE_MASK)
}

fn counted<'a>(function: AggregateFunction, counts: Vec<u32>) -> Vector<'a> {
    match function {
        AggregateFunction::Any => Vector::Truth(Truth::of(
            words::from_slice(&counts, |count| count > 0),
            None,
        )),
        AggregateFunction::None => Vector::Truth(Truth::of(
            words::from_slice(&counts, |count| count == 0),
            None,
        )),
        _ => Vector::Keys(Keys {
            data: KeyData::Counts(counts),
            presence: None,
        }),
    }
}

/// Adds each plane to the one before it, from the last on. Nothing wraps: what all planes hold together fits.
fn gather_up<T: Copy>(planes: &mut [T], add: impl Fn(T, T) -> T) {
    let mut rest = planes;
    while rest.len() > LANES {
        let before = rest.len() - 2 * LANES;
        let (low, high) = rest[before..].split_at_mut(LANES);
        for (into, more) in low.iter_mut().zip(high.iter()) {
            *into = add(*into, *more);
        }
        rest = &mut rest[..before + LANES];
    }
}

/// What lies in some planes, of gathered ones.
fn between<T: Copy + Default>(
    planes: &[T],
    of: &Range<usize>,
    len: usize,
    less: impl Fn(T, T) -> T,
) -> Vec<T> {
    let plane = |at: usize| planes.get(at * LANES..at * LANES + len);
    let from = plane(of.start).unwrap_or_default();
    match plane(of.end) {
        None => from.to_vec(),
        Some(to) => from
            .iter()
            .zip(to)
            .map(|(one, two)| less(*one, *two))
            .collect(),
    }
}

/// Gives the present keys of a range with their indices.
#[inline]
fn each_key(packed: &Packed, range: Range<usize>, mut take: impl FnMut(usize, i64)) {
    meter::read(range.len(), packed.values.width_bytes());
    let presence = packed.presence.as_ref().map(|presence| {
        let mut bits = words::none(range.len());
        presence.copy_words(range.start, &mut bits);
        bits
    });
    let mut take = |index: usize, key: i64| {
        let present = presence.as_deref();
        if present.is_none_or(|bits| words::get(bits, index)) {
            take(index, key);
        }
    };
    match &packed.values {
        Values::U8 { base, step, values } => {
            each_stored(values.get(range), (*base, *step), take);
        }
        Values::U16 { base, step, values } => {
            each_stored(values.get(range), (*base, *step), take);
        }
        Values::U32 { base, step, values } => {
            each_stored(values.get(range), (*base, *step), take);
        }
        _ => {
            let mut keys = vec![0; range.len()];
            packed.decode_keys(range.start, &mut keys);
            for (index, key) in keys.into_iter().enumerate() {
                take(index, key);
            }
        }
    }
}

#[inline]
fn each_stored<T: Copy + Into<u32>>(
    stored: Option<&[T]>,
    (base, step): (i64, u32),
    mut take: impl FnMut(usize, i64),
) {
    for (index, stored) in stored.unwrap_or_default().iter().enumerate() {
        take(index, key_of(base, step, (*stored).into()));
    }
}
