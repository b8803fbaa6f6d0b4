//! Bit sets over rows as words of 64, lowest bit first. Bits past the end are zero.
//! Knows nothing of what the bits mean.

use std::ops::Range;

/// A fixed number of bits.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Bits {
    /// `len.div_ceil(64)` words.
    pub words: Vec<u64>,
    /// How many bits.
    pub len: usize,
}

/// The lowest `count` bits of a word, `count` at most 64.
fn low(count: usize) -> u64 {
    if count >= 64 {
        u64::MAX
    } else {
        (1 << count) - 1
    }
}

impl Bits {
    /// All zero.
    pub fn none(len: usize) -> Self {
        Self {
            words: vec![0; len.div_ceil(64)],
            len,
        }
    }

    /// All one.
    pub fn all(len: usize) -> Self {
        let mut bits = Self {
            words: vec![u64::MAX; len.div_ceil(64)],
            len,
        };
        bits.trim();
        bits
    }

    /// Clears what lies past the end, after words were written as a whole.
    pub fn trim(&mut self) {
        let over = self.len % 64;
        if over != 0
            && let Some(last) = self.words.last_mut()
        {
            *last &= low(over);
        }
    }

    /// The bit there; past the end it is zero.
    pub fn get(&self, at: usize) -> bool {
        self.words
            .get(at / 64)
            .is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// Writes one bit; `at` lies within.
    pub fn set(&mut self, at: usize, on: bool) {
        debug_assert!(at < self.len);
        if at < self.len
            && let Some(word) = self.words.get_mut(at / 64)
        {
            let mask = 1 << (at % 64);
            if on {
                *word |= mask;
            } else {
                *word &= !mask;
            }
        }
    }

    /// Writes a range of bits; it lies within.
    pub fn set_range(&mut self, range: Range<usize>, on: bool) {
        debug_assert!(range.end <= self.len);
        let range = range.start..range.end.min(self.len);
        let first = range.start / 64;
        for (at, word) in self.words.iter_mut().enumerate().skip(first) {
            let Some(mask) = part(&range, at) else { break };
            if on {
                *word |= mask;
            } else {
                *word &= !mask;
            }
        }
    }

    /// Adds one bit at the end.
    pub fn push(&mut self, on: bool) {
        if self.len.is_multiple_of(64) {
            self.words.push(0);
        }
        self.len += 1;
        if on {
            self.set(self.len - 1, true);
        }
    }

    /// How many bits are one.
    pub fn count(&self) -> u64 {
        self.words
            .iter()
            .map(|word| u64::from(word.count_ones()))
            .sum()
    }

    /// How many bits of a range are one.
    pub fn count_range(&self, range: Range<usize>) -> u64 {
        let range = range.start..range.end.min(self.len);
        self.words
            .iter()
            .enumerate()
            .skip(range.start / 64)
            .map_while(|(at, word)| part(&range, at).map(|mask| word & mask))
            .map(|word| u64::from(word.count_ones()))
            .sum()
    }

    /// Whether any bit is one.
    pub fn any(&self) -> bool {
        self.words.iter().any(|word| *word != 0)
    }

    /// Keeps what both have; both are of one length.
    pub fn and(&mut self, other: &Self) {
        debug_assert_eq!(self.len, other.len);
        self.join(other, |a, b| a & b);
    }

    /// Takes what either has; both are of one length.
    pub fn or(&mut self, other: &Self) {
        debug_assert_eq!(self.len, other.len);
        self.join(other, |a, b| a | b);
    }

    /// Keeps what the other has not; both are of one length.
    pub fn and_not(&mut self, other: &Self) {
        debug_assert_eq!(self.len, other.len);
        self.join(other, |a, b| a & !b);
    }

    /// Turns every bit.
    pub fn not(&mut self) {
        for word in &mut self.words {
            *word = !*word;
        }
        self.trim();
    }

    fn join(&mut self, other: &Self, op: impl Fn(u64, u64) -> u64) {
        let others = other.words.iter().copied().chain(std::iter::repeat(0));
        for (word, theirs) in self.words.iter_mut().zip(others) {
            *word = op(*word, theirs);
        }
        self.trim();
    }

    /// Positions of ones, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words
            .iter()
            .enumerate()
            .flat_map(|(at, word)| ones(*word).map(move |bit| at * 64 + bit))
    }

    /// Copies `out.len()` words from bit `start` on; past the end they are zero.
    pub fn copy_words(&self, start: usize, out: &mut [u64]) {
        let shift = start % 64;
        let word = |at: usize| self.words.get(at).copied().unwrap_or(0);
        for (at, target) in (start / 64..).zip(out.iter_mut()) {
            *target = if shift == 0 {
                word(at)
            } else {
                word(at) >> shift | word(at + 1) << (64 - shift)
            };
        }
    }

    /// Bytes it holds.
    pub fn memory_bytes(&self) -> usize {
        self.words.capacity() * 8
    }
}

/// Positions of the ones of a word, ascending.
pub fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        if word == 0 {
            return None;
        }
        let bit = word.trailing_zeros() as usize;
        word &= word - 1;
        Some(bit)
    })
}

/// Which bits of word `at` lie in the range; `None` past its end.
fn part(range: &Range<usize>, at: usize) -> Option<u64> {
    let start = at * 64;
    if start >= range.end {
        return None;
    }
    let from = range.start.saturating_sub(start).min(64);
    let to = (range.end - start).min(64);
    Some(low(to) & !low(from))
}

impl FromIterator<bool> for Bits {
    fn from_iter<T: IntoIterator<Item = bool>>(items: T) -> Self {
        let mut bits = Self::default();
        for on in items {
            bits.push(on);
        }
        bits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn list(bits: &Bits) -> Vec<bool> {
        (0..bits.len).map(|at| bits.get(at)).collect()
    }

    proptest! {
        #[test]
        fn behaves_like_a_list_of_truths(
            a in prop::collection::vec(any::<bool>(), 0..300),
            seed in any::<u64>(),
            ends in (0usize..300, 0usize..300),
        ) {
            let b: Vec<bool> = (0..a.len()).map(|at| seed.rotate_left(at as u32 * 7) & 1 == 1).collect();
            let (x, y): (Bits, Bits) = (a.iter().copied().collect(), b.iter().copied().collect());
            prop_assert_eq!(list(&x), a.clone());
            prop_assert_eq!(x.count() as usize, a.iter().filter(|on| **on).count());
            let places: Vec<usize> = a.iter().enumerate().filter(|(_, on)| **on).map(|(at, _)| at).collect();
            prop_assert_eq!(x.iter().collect::<Vec<_>>(), places);
            let both = |op: fn(bool, bool) -> bool| -> Vec<bool> { a.iter().zip(&b).map(|(p, q)| op(*p, *q)).collect() };
            let mut z = x.clone();
            z.and(&y);
            prop_assert_eq!(list(&z), both(|p, q| p && q));
            let mut z = x.clone();
            z.or(&y);
            prop_assert_eq!(list(&z), both(|p, q| p || q));
            let mut z = x.clone();
            z.and_not(&y);
            prop_assert_eq!(list(&z), both(|p, q| p && !q));
            let mut z = x.clone();
            z.not();
            prop_assert_eq!(z.count() + x.count(), a.len() as u64);
            let range = ends.0.min(ends.1).min(a.len())..ends.0.max(ends.1).min(a.len());
            prop_assert_eq!(
                x.count_range(range.clone()) as usize,
                a[range.clone()].iter().filter(|on| **on).count()
            );
            let mut z = x.clone();
            z.set_range(range.clone(), true);
            prop_assert_eq!(list(&z), (0..a.len()).map(|at| a[at] || range.contains(&at)).collect::<Vec<_>>());
            z.set_range(range.clone(), false);
            prop_assert_eq!(list(&z), (0..a.len()).map(|at| a[at] && !range.contains(&at)).collect::<Vec<_>>());
            let mut words = [0; 3];
            x.copy_words(range.start, &mut words);
            for at in 0..192 {
                prop_assert_eq!(words[at / 64] >> (at % 64) & 1 == 1, x.get(range.start + at));
            }
            prop_assert_eq!(Bits::all(a.len()).count() as usize, a.len());
            prop_assert!(!Bits::none(a.len()).any());
        }
    }
}
