//! Choices read off a tape of numbers, so that a failing case shrinks by shortening
//! its tapes. Past the end every choice is the first, which callers make the simplest.

use proptest::prelude::*;

/// Where the next choice comes from.
pub struct Tape<'a> {
    items: &'a [u32],
    at: usize,
}

impl<'a> Tape<'a> {
    /// From its first item.
    pub fn new(items: &'a [u32]) -> Self {
        Self { items, at: 0 }
    }

    fn next(&mut self) -> u32 {
        let item = self.items.get(self.at).copied().unwrap_or(0);
        self.at += 1;
        item
    }

    /// Whether nothing is left.
    pub fn ended(&self) -> bool {
        self.at >= self.items.len()
    }

    /// A number below `count`, which is at least 1.
    pub fn below(&mut self, count: usize) -> usize {
        self.next() as usize % count
    }

    /// True in about so many of a hundred cases.
    pub fn chance(&mut self, percent: u32) -> bool {
        let item = self.next();
        item != 0 && item % 100 < percent
    }

    /// One of the list, which is not empty.
    pub fn one<'b, T>(&mut self, list: &'b [T]) -> &'b T {
        &list[self.below(list.len())]
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = (high - low + 1) as u64;
        let wide = u64::from(self.next());
        low + (wide % span) as i64
    }
}

/// Tapes of at most so many items.
pub fn tape(length_max: usize) -> impl Strategy<Value = Vec<u32>> {
    proptest::collection::vec(any::<u32>(), 0..=length_max)
}
