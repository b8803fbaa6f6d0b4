//! Members in the order of their keys. Keys near each other are counted, others sorted digit by
//! digit: both take time by the number of members alone, where comparing takes n log n.

use crate::base::limit::RANK_KEYS_COUNTED_MAX;

/// A key and a row.
pub type Member = (i64, u32);

/// Bits of one digit: its counts stay in the first-level cache.
const DIGIT_BITS: u32 = 11;
/// Members below which comparing them is quicker.
const DIGITS_MEMBERS_MIN: usize = 4_096;

/// Least and greatest key.
pub fn extent(members: &[Member]) -> Option<(i64, i64)> {
    let keys = members.iter().map(|(key, _)| (*key, *key));
    keys.reduce(|all, one| (all.0.min(one.0), all.1.max(one.1)))
}

/// How many members have each key from `least` on; `None` where there are too many different keys.
pub fn counts(members: &[Member], (least, greatest): (i64, i64)) -> Option<Vec<u32>> {
    let last = greatest.wrapping_sub(least) as u64;
    if last >= RANK_KEYS_COUNTED_MAX || last > 4 * members.len() as u64 {
        return None;
    }
    let mut counts = vec![0_u32; last as usize + 1];
    for (key, _) in members {
        if let Some(count) = counts.get_mut(key.wrapping_sub(least) as usize) {
            *count = count.wrapping_add(1);
        }
    }
    Some(counts)
}

/// The members by key, equal ones in the order given.
pub fn by_key(mut members: Vec<Member>, (least, greatest): (i64, i64)) -> Vec<Member> {
    if members.len() < DIGITS_MEMBERS_MIN {
        members.sort_by_key(|(key, _)| *key);
        return members;
    }
    let bits = u64::BITS - (greatest.wrapping_sub(least) as u64).leading_zeros();
    let mut other = vec![(0, 0); members.len()];
    let mut shift = 0;
    while shift < bits {
        by_digit(&members, &mut other, |key| {
            (key.wrapping_sub(least) as u64 >> shift) as usize & ((1 << DIGIT_BITS) - 1)
        });
        std::mem::swap(&mut members, &mut other);
        shift += DIGIT_BITS;
    }
    members
}

/// The members by one digit, equal ones in the order given.
fn by_digit(from: &[Member], to: &mut [Member], digit: impl Fn(i64) -> usize) {
    let mut next = [0_usize; 1 << DIGIT_BITS];
    for (key, _) in from {
        if let Some(count) = next.get_mut(digit(*key)) {
            *count += 1;
        }
    }
    let mut start = 0;
    for place in &mut next {
        start += std::mem::replace(place, start);
    }
    for member in from {
        if let Some(place) = next.get_mut(digit(member.0))
            && let Some(free) = to.get_mut(*place)
        {
            *free = *member;
            *place += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn members(keys: Vec<i64>) -> Vec<Member> {
        keys.into_iter().zip(0..).collect()
    }

    proptest! {
        #[test]
        fn both_ways_give_the_order_of_comparing(
            near in prop::collection::vec(-300_i64..300, 1..6_000),
            far in prop::collection::vec(any::<i64>(), 1..6_000),
        ) {
            for members in [members(near.clone()), members(near.into_iter().chain(far).collect())] {
                let mut expected = members.clone();
                expected.sort_by_key(|(key, _)| *key);
                let extent = extent(&members).unwrap();
                if let Some(counts) = counts(&members, extent) {
                    let keys = (extent.0..).zip(&counts);
                    let keys: Vec<i64> = keys.flat_map(|(key, count)| vec![key; *count as usize]).collect();
                    prop_assert!(keys.iter().eq(expected.iter().map(|(key, _)| key)));
                }
                prop_assert_eq!(by_key(members, extent), expected);
            }
        }
    }
}
