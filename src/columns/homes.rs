//! Where the states of each holding key lie: the chunks of its owners. Nearly
//! every key has one owner all its life, so one number a key is kept.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Keys of one segment; a copy that changes rewrites the segments it touches.
const SEGMENT_KEYS: usize = 4_096;
/// No state.
const NOWHERE: u32 = u32::MAX;
/// States in more than one chunk.
const MANY: u32 = u32::MAX - 1;

/// Chunks by key code. A copy shares what is not changed later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Homes {
    pub segments: Vec<Arc<Vec<u32>>>,
    /// Chunks of the keys in more than one.
    pub travellers: Arc<BTreeMap<u32, BTreeSet<u32>>>,
}

impl Homes {
    /// Chunks that hold states of the key, ascending.
    pub fn of(&self, key: u32) -> Vec<u32> {
        let at = key as usize;
        let segment = self.segments.get(at / SEGMENT_KEYS);
        match segment.and_then(|segment| segment.get(at % SEGMENT_KEYS)) {
            None | Some(&NOWHERE) => Vec::new(),
            Some(&MANY) => {
                let chunks = self.travellers.get(&key).into_iter().flatten();
                chunks.copied().collect()
            }
            Some(&chunk) => vec![chunk],
        }
    }

    /// Writes the chunks of a key.
    pub fn set(&mut self, key: u32, chunks: impl Iterator<Item = u32>) {
        let chunks: BTreeSet<u32> = chunks.collect();
        let home = match chunks.len() {
            0 => NOWHERE,
            1 => chunks.first().copied().unwrap_or(NOWHERE),
            _ => MANY,
        };
        let at = key as usize;
        while self.segments.len() <= at / SEGMENT_KEYS {
            self.segments.push(Arc::new(vec![NOWHERE; SEGMENT_KEYS]));
        }
        if let Some(segment) = self.segments.get_mut(at / SEGMENT_KEYS)
            && let Some(place) = Arc::make_mut(segment).get_mut(at % SEGMENT_KEYS)
        {
            if *place == MANY && home != MANY {
                Arc::make_mut(&mut self.travellers).remove(&key);
            }
            *place = home;
        }
        if home == MANY {
            Arc::make_mut(&mut self.travellers).insert(key, chunks);
        }
    }

    /// Bytes it holds.
    pub fn memory_bytes(&self) -> usize {
        let sets: usize = self
            .travellers
            .values()
            .map(|chunks| 64 + chunks.len() * 8)
            .sum();
        self.segments.len() * SEGMENT_KEYS * 4 + sets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_move_and_settle_again() {
        let mut homes = Homes::default();
        homes.set(5_000, [3].into_iter());
        assert_eq!(
            (homes.of(5_000), homes.of(0), homes.of(9_999)),
            (vec![3], vec![], vec![])
        );
        let before = homes.clone();
        homes.set(5_000, [7, 3, 7].into_iter());
        assert_eq!((homes.of(5_000), before.of(5_000)), (vec![3, 7], vec![3]));
        homes.set(5_000, [7].into_iter());
        assert_eq!(homes.of(5_000), vec![7]);
        assert!(homes.travellers.is_empty());
    }
}
