//! Hashes that came before, eight bytes each and little room between them: many millions of them
//! are kept while one file is read. They lie by size, so that growing moves them along in order.

/// Parts that grow each by itself; the highest bits of a hash say which.
const PARTS: usize = 64;
const PART_BITS: u32 = PARTS.trailing_zeros();
/// Slots of a part that has any.
const SLOTS_MIN: usize = 64;

/// A set of hashes.
#[derive(Debug)]
pub struct Seen {
    parts: Vec<Part>,
    len: usize,
    /// Zero marks a free slot, and is a hash like others.
    has_zero: bool,
}

#[derive(Clone, Debug, Default)]
struct Part {
    slots: Vec<u64>,
    filled: usize,
}

impl Default for Seen {
    fn default() -> Self {
        Self {
            parts: vec![Part::default(); PARTS],
            len: 0,
            has_zero: false,
        }
    }
}

impl Seen {
    /// How many.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Adds a hash; whether it is new.
    pub fn insert(&mut self, hash: u64) -> bool {
        let is_new = match hash {
            0 => !std::mem::replace(&mut self.has_zero, true),
            _ => self
                .parts
                .get_mut(part_of(hash))
                .is_some_and(|part| part.insert(hash)),
        };
        self.len += usize::from(is_new);
        is_new
    }

    /// Reads the slots at which these will be looked for. They lie anywhere in memory: asked for together,
    /// their waits overlap.
    pub fn expect(&self, hashes: impl Iterator<Item = u64>) {
        let slots = hashes.map(|hash| {
            let part = self.parts.get(part_of(hash));
            let slot = part.and_then(|part| part.slots.get(home(hash, part.slots.len())));
            slot.copied().unwrap_or(0)
        });
        std::hint::black_box(slots.fold(0, |all, slot| all ^ slot));
    }
}

fn part_of(hash: u64) -> usize {
    (hash >> (u64::BITS - PART_BITS)) as usize
}

/// The slot at which a search begins: as far among the slots as the hash is among all.
fn home(hash: u64, slots: usize) -> usize {
    let within = hash << PART_BITS;
    ((u128::from(within) * slots as u128) >> u64::BITS) as usize
}

impl Part {
    fn insert(&mut self, hash: u64) -> bool {
        if self.filled * 4 >= self.slots.len() * 3 {
            self.grow();
        }
        let is_new = put(&mut self.slots, hash);
        self.filled += usize::from(is_new);
        is_new
    }

    /// Half as many again: between a half and three quarters are filled.
    fn grow(&mut self) {
        let slots = (self.slots.len() * 3 / 2).max(SLOTS_MIN);
        let before = std::mem::replace(&mut self.slots, vec![0; slots]);
        for hash in before.into_iter().filter(|hash| *hash != 0) {
            put(&mut self.slots, hash);
        }
    }
}

/// Puts a hash into the first free slot from its home on; whether it was not there. Some slots are free.
fn put(slots: &mut [u64], hash: u64) -> bool {
    let mut at = home(hash, slots.len());
    while !slots.is_empty() {
        match slots.get_mut(at) {
            Some(slot) if *slot == 0 => {
                *slot = hash;
                return true;
            }
            Some(slot) if *slot == hash => return false,
            Some(_) => at += 1,
            None => at = 0,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_knows_what_came(hashes in prop::collection::vec(prop_oneof![any::<u64>(), 0u64..40, (u64::MAX - 40)..], 0..3_000)) {
            let (mut seen, mut model) = (Seen::default(), HashSet::new());
            for hash in hashes {
                seen.expect([hash].into_iter());
                prop_assert_eq!(seen.insert(hash), model.insert(hash));
                prop_assert_eq!(seen.len(), model.len());
            }
        }
    }

    #[test]
    fn many_take_little_room() {
        let mut seen = Seen::default();
        let hash = |number: u64| crate::base::checksum::xxh3(&number.to_le_bytes());
        for number in 0..100_000 {
            assert!(seen.insert(hash(number)));
        }
        assert!((0..100_000).all(|number| !seen.insert(hash(number))));
        let slots: usize = seen.parts.iter().map(|part| part.slots.len()).sum();
        assert!(slots < 200_000, "{slots}");
    }
}
