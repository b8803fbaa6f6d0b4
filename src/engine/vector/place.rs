//! Which places of a packed run the lanes of a block are.

use crate::columns::packed::Packed;
use crate::engine::{meter, words};

/// Which places of a packed run the lanes are.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// Neighbours.
    Range {
        /// First place.
        from: usize,
        /// How many.
        len: usize,
    },
    /// One place a lane.
    Picks(&'a [u32]),
}

impl Place<'_> {
    /// How many lanes.
    pub fn len(self) -> usize {
        match self {
            Place::Range { len, .. } => len,
            Place::Picks(picks) => picks.len(),
        }
    }

    /// The place of a lane.
    pub fn at(self, lane: usize) -> usize {
        match self {
            Place::Range { from, .. } => from + lane,
            Place::Picks(picks) => picks.get(lane).map_or(usize::MAX, |pick| *pick as usize),
        }
    }

    /// One past the last place.
    pub fn end(self) -> usize {
        match self {
            Place::Range { from, len } => from + len,
            Place::Picks(picks) => picks.iter().max().map_or(0, |pick| *pick as usize + 1),
        }
    }

    /// The bits of those places.
    pub fn bits(self, all: &[u64]) -> Vec<u64> {
        match self {
            Place::Range { from, len } => words::slice(all, from, len),
            Place::Picks(picks) => words::from_slice(picks, |pick| words::get(all, pick as usize)),
        }
    }

    /// The values of those places.
    pub fn take<T: Copy + Default, R>(self, all: &[T], wide: impl Fn(T) -> R) -> Vec<R> {
        match self {
            Place::Range { from, len } => {
                let run = all.get(from..from + len).unwrap_or_default();
                run.iter().map(|value| wide(*value)).collect()
            }
            Place::Picks(picks) => picks
                .iter()
                .map(|pick| wide(all.get(*pick as usize).copied().unwrap_or_default()))
                .collect(),
        }
    }
}

/// Part of a packed run.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The run.
    pub packed: &'a Packed,
    /// Its lanes.
    pub place: Place<'a>,
}

impl View<'_> {
    /// Presence of the lanes; `None` = all.
    pub fn presence(&self) -> Option<Vec<u64>> {
        let presence = self.packed.presence.as_ref()?;
        meter::read(words::count(self.place.len()), size_of::<u64>());
        let bits = self.place.bits(&presence.words);
        (!words::is_all(&bits, self.place.len())).then_some(bits)
    }
}
