//! Computed keys laid out narrowly, for vectors that many operations compare: a comparison reads a quarter of
//! the bytes, and none where the bounds tell.

use multiversion::multiversion;

use super::super::words;

/// Keys as what lies above the least of them.
#[derive(Clone, Debug)]
pub struct Narrow {
    base: i64,
    greatest: i64,
    offsets: Offsets,
}

#[derive(Clone, Debug)]
enum Offsets {
    Two(Vec<u16>),
    Four(Vec<u32>),
}

impl Narrow {
    /// `None`: they are too far apart, or none.
    pub fn of<K: Copy + Ord + Into<i64>>(keys: &[K]) -> Option<Self> {
        let (base, greatest) = ends(keys)?;
        let (base, greatest) = (base.into(), greatest.into());
        let reach = greatest.checked_sub(base)?;
        // No key is below the base nor further above it than the reach.
        let offsets = if reach <= i64::from(u16::MAX) {
            Offsets::Two(above(keys, |key| key.wrapping_sub(base) as u16))
        } else if reach <= i64::from(u32::MAX) {
            Offsets::Four(above(keys, |key| key.wrapping_sub(base) as u32))
        } else {
            return None;
        };
        Some(Self {
            base,
            greatest,
            offsets,
        })
    }

    /// One key a lane.
    pub fn wide(&self) -> Vec<i64> {
        match &self.offsets {
            Offsets::Two(list) => list.iter().map(|it| self.base + i64::from(*it)).collect(),
            Offsets::Four(list) => list.iter().map(|it| self.base + i64::from(*it)).collect(),
        }
    }

    /// The key of a lane; the base past the end.
    pub fn at(&self, lane: usize) -> i64 {
        let offset = match &self.offsets {
            Offsets::Two(list) => list.get(lane).map(|it| i64::from(*it)),
            Offsets::Four(list) => list.get(lane).map(|it| i64::from(*it)),
        };
        self.base + offset.unwrap_or(0)
    }

    /// Lanes whose key lies in `low ..= high`, which are in order.
    pub fn within(&self, low: i64, high: i64, len: usize) -> Vec<u64> {
        if high < self.base || self.greatest < low {
            return words::none(len);
        }
        let (low, high) = (low.max(self.base), high.min(self.greatest));
        if (low, high) == (self.base, self.greatest) {
            return words::all(len);
        }
        // Both lie between the ends, so that they fit.
        let (first, last) = (low - self.base, high - self.base);
        match &self.offsets {
            Offsets::Two(list) => {
                let (first, reach) = (first as u16, (last - first) as u16);
                words::from_slice(list, |it| it.wrapping_sub(first) <= reach)
            }
            Offsets::Four(list) => {
                let (first, reach) = (first as u32, (last - first) as u32);
                words::from_slice(list, |it| it.wrapping_sub(first) <= reach)
            }
        }
    }
}

/// The least and the greatest; `None` of nothing.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn ends<K: Copy + Ord>(keys: &[K]) -> Option<(K, K)> {
    let mut ends = (*keys.first()?, *keys.first()?);
    for key in keys {
        ends = (ends.0.min(*key), ends.1.max(*key));
    }
    Some(ends)
}

#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn above<K: Copy + Into<i64>, O>(keys: &[K], offset: impl Fn(i64) -> O) -> Vec<O> {
    keys.iter().map(|key| offset((*key).into())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn narrow_keys_compare_as_wide_ones(
            keys in prop::collection::vec(any::<i64>(), 1..200),
            shift in prop_oneof![Just(0u32), Just(31), Just(32), Just(47), Just(48), Just(60)],
            base in prop_oneof![Just(0i64), Just(i64::MIN / 2), Just(1 << 40)],
            ends in (any::<i64>(), any::<i64>()),
            near in any::<bool>(),
        ) {
            let keys: Vec<i64> = keys.iter().map(|key| base.saturating_add(key >> shift)).collect();
            let Some(narrow) = Narrow::of(&keys) else {
                let (least, most) = (keys.iter().min().unwrap(), keys.iter().max().unwrap());
                prop_assert!(most.checked_sub(*least).is_none_or(|reach| reach > i64::from(u32::MAX)));
                return Ok(());
            };
            prop_assert_eq!(narrow.wide(), keys.clone());
            let end = |end: i64| if near { base.saturating_add(end >> shift) } else { end };
            let (low, high) = (end(ends.0.min(ends.1)), end(ends.0.max(ends.1)));
            let found = narrow.within(low, high, keys.len());
            prop_assert_eq!(found, words::from_slice(&keys, |key| low <= key && key <= high));
            for (lane, key) in keys.iter().enumerate() {
                prop_assert_eq!(narrow.at(lane), *key);
            }
        }
    }
}
