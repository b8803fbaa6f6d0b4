//! A bit for each value of whole runs of 64, by the widest instructions that the machine has; which these are is
//! told once. The bits are the same whichever are taken. What does not fill a run is `words`' own.

use multiversion::multiversion;
use multiversion::target::target_cfg_f;

/// Values to a word.
pub const RUN: usize = 64;

/// A word for each run of values.
pub fn of_values<T: Copy>(runs: &[[T; RUN]], words: &mut [u64], test: impl Fn(T) -> bool) {
    let test = &test;
    let tested = runs.iter().map(|run| |lane| test(at(run, lane)));
    match size_of::<T>() {
        ..4 => narrow(words, tested),
        4..8 => wide::<false, _>(words, tested),
        _ => wide::<true, _>(words, tested),
    }
}

/// A word for each run of pairs, of as many as both have.
pub fn of_pairs<A: Copy, B: Copy>(
    left: &[[A; RUN]],
    right: &[[B; RUN]],
    words: &mut [u64],
    test: impl Fn(A, B) -> bool,
) {
    let test = &test;
    let runs = left.iter().zip(right);
    let tested = runs.map(|(left, right)| |lane| test(at(left, lane), at(right, lane)));
    match size_of::<A>().max(size_of::<B>()) {
        ..4 => narrow(words, tested),
        4..8 => wide::<false, _>(words, tested),
        _ => wide::<true, _>(words, tested),
    }
}

#[inline(always)]
#[expect(clippy::indexing_slicing, reason = "a lane is below RUN")]
fn at<T: Copy>(run: &[T; RUN], lane: usize) -> T {
    run[lane]
}

/// Values of one or two bytes: registers of 32 bytes would bring nothing, as packing across their halves costs more
/// than they save.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl"))]
fn narrow<L: Fn(usize) -> bool>(words: &mut [u64], runs: impl Iterator<Item = L>) {
    for (word, lane) in words.iter_mut().zip(runs) {
        *word = match target_cfg_f!(target_feature = "avx512bw") {
            true => shifted(lane),
            false => gathered(lane),
        };
    }
}

/// Values of four bytes or more; `IS_WORD`: of as many as a word has.
#[multiversion(targets("x86_64+avx512f+avx512bw+avx512dq+avx512vl", "x86_64+avx2"))]
fn wide<const IS_WORD: bool, L: Fn(usize) -> bool>(
    words: &mut [u64],
    runs: impl Iterator<Item = L>,
) {
    let has_masks = target_cfg_f!(target_feature = "avx512bw");
    let has_wide = target_cfg_f!(target_feature = "avx2");
    for (word, lane) in words.iter_mut().zip(runs) {
        *word = match (has_masks, has_wide, IS_WORD) {
            (true, ..) | (_, true, true) => shifted(lane),
            _ => gathered(lane),
        };
    }
}

/// Each bit at its place, then all together: a few instructions where registers have a mask, or lanes as wide as
/// the word.
#[inline(always)]
fn shifted(lane: impl Fn(usize) -> bool) -> u64 {
    (0..RUN).fold(0, |word, index| word | u64::from(lane(index)) << index)
}

/// A byte for each value, then eight bits at a time by one multiplication.
#[inline(always)]
fn gathered(lane: impl Fn(usize) -> bool) -> u64 {
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let mut bytes = [0u8; RUN];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from(lane(index));
    }
    let eights = bytes.as_chunks::<8>().0.iter().enumerate();
    eights.fold(0, |word, (index, eight)| {
        word | (u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56) << (8 * index)
    })
}

#[cfg(test)]
mod tests {
    use super::super::{from_fn, from_pairs, from_slice};
    use super::*;
    use proptest::prelude::*;

    /// Values of one width against what is told lane by lane.
    macro_rules! agrees {
        ($values:expr, $kind:ty, $low:expr, $high:expr) => {{
            let values: Vec<$kind> = $values.iter().map(|value| *value as $kind).collect();
            let (low, high) = ($low as $kind, $high as $kind);
            let inside = |value: $kind| (low <= value) & (value <= high);
            let lanes = from_fn(values.len(), |lane| inside(values[lane]));
            prop_assert_eq!(from_slice(&values, inside), lanes);
            let mixed = |value: $kind, other: i64| inside(value) ^ (other < $low);
            let lanes = from_fn(values.len(), |lane| mixed(values[lane], $values[lane]));
            prop_assert_eq!(from_pairs(&values, &$values, mixed), lanes.clone());
            let swapped = from_pairs(&$values, &values, |other, value| mixed(value, other));
            prop_assert_eq!(swapped, lanes);
        }};
    }

    proptest! {
        #[test]
        fn every_width_gives_the_bits_of_its_lanes(
            values in prop::collection::vec(any::<i64>(), 0..300),
            (low, high) in any::<(i64, i64)>(),
            shift in 0_u32..60,
        ) {
            let values: Vec<i64> = values.iter().map(|value| value >> shift).collect();
            let (low, high) = (low >> shift, high >> shift);
            agrees!(values, u8, low, high);
            agrees!(values, u16, low, high);
            agrees!(values, u32, low, high);
            agrees!(values, i64, low, high);
            agrees!(values, f64, low, high);
        }

        /// Whichever of them this machine takes.
        #[test]
        fn both_ways_to_a_word_give_it(word: u64) {
            let lane = |index: usize| word >> index & 1 == 1;
            prop_assert_eq!(shifted(lane), word);
            prop_assert_eq!(gathered(lane), word);
        }
    }
}
