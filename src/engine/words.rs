//! Bit sets of one block as bare words, lowest bit first; bits past the end are
//! zero. Sets over whole snapshots are `columns::bits`.

mod kernel;

/// Words that hold `len` bits.
pub fn count(len: usize) -> usize {
    len.div_ceil(64)
}

/// No bit set.
pub fn none(len: usize) -> Vec<u64> {
    vec![0; count(len)]
}

/// The first `len` bits set.
pub fn all(len: usize) -> Vec<u64> {
    let mut words = vec![u64::MAX; count(len)];
    trim(&mut words, len);
    words
}

/// Clears what lies past the end.
pub fn trim(words: &mut [u64], len: usize) {
    let rest = len % 64;
    if rest != 0
        && let Some(last) = words.last_mut()
    {
        *last &= (1 << rest) - 1;
    }
}

/// One bit for each value.
pub fn from_slice<T: Copy>(values: &[T], test: impl Fn(T) -> bool) -> Vec<u64> {
    let mut words = none(values.len());
    let (runs, rest) = values.as_chunks();
    kernel::of_values(runs, &mut words, &test);
    end_with(&mut words, rest.iter().map(|value| test(*value)));
    words
}

/// One bit for each pair of values, of as many as both have.
pub fn from_pairs<A: Copy, B: Copy>(
    left: &[A],
    right: &[B],
    test: impl Fn(A, B) -> bool,
) -> Vec<u64> {
    let len = left.len().min(right.len());
    let both = (left.get(..len), right.get(..len));
    let (left, right) = (both.0.unwrap_or_default(), both.1.unwrap_or_default());
    let mut words = none(len);
    let ((left, left_rest), (right, right_rest)) = (left.as_chunks(), right.as_chunks());
    kernel::of_pairs(left, right, &mut words, &test);
    let rest = left_rest.iter().zip(right_rest);
    end_with(&mut words, rest.map(|(left, right)| test(*left, *right)));
    words
}

/// Bits of the last word; none when it was a whole one.
fn end_with(words: &mut [u64], bits: impl ExactSizeIterator<Item = bool>) {
    if let (1.., Some(last)) = (bits.len(), words.last_mut()) {
        *last = (0..)
            .zip(bits)
            .fold(0, |word, (index, bit)| word | (u64::from(bit) << index));
    }
}

/// One bit for each position.
pub fn from_fn(len: usize, mut test: impl FnMut(usize) -> bool) -> Vec<u64> {
    (0..count(len))
        .map(|word| {
            let start = word * 64;
            (start..(start + 64).min(len)).fold(0, |bits, index| {
                bits | (u64::from(test(index)) << (index - start))
            })
        })
        .collect()
}

/// Whether the bit is set; past the end: no.
pub fn get(words: &[u64], index: usize) -> bool {
    words
        .get(index / 64)
        .is_some_and(|word| word >> (index % 64) & 1 == 1)
}

/// Sets a bit; past the end nothing.
pub fn set(words: &mut [u64], index: usize) {
    if let Some(word) = words.get_mut(index / 64) {
        *word |= 1 << (index % 64);
    }
}

/// How many are set.
pub fn ones(words: &[u64]) -> u64 {
    words.iter().map(|word| u64::from(word.count_ones())).sum()
}

/// Whether none is set.
pub fn is_none(words: &[u64]) -> bool {
    words.iter().all(|word| *word == 0)
}

/// Whether the first `len` bits are set.
pub fn is_all(words: &[u64], len: usize) -> bool {
    let mut words = words.iter();
    let mut whole = words.by_ref().take(len / 64);
    let rest = len % 64;
    whole.len() == len / 64
        && whole.all(|word| *word == u64::MAX)
        && (rest == 0 || words.next().is_some_and(|word| *word == (1 << rest) - 1))
}

/// `target &= other`
pub fn and_into(target: &mut [u64], other: &[u64]) {
    for (word, by) in target.iter_mut().zip(other) {
        *word &= by;
    }
}

/// `target |= other`
pub fn or_into(target: &mut [u64], other: &[u64]) {
    for (word, by) in target.iter_mut().zip(other) {
        *word |= by;
    }
}

/// `target &= !other`
pub fn and_not_into(target: &mut [u64], other: &[u64]) {
    for (word, by) in target.iter_mut().zip(other) {
        *word &= !by;
    }
}

/// `left & right`
pub fn and(left: &[u64], right: &[u64]) -> Vec<u64> {
    left.iter().zip(right).map(|(a, b)| a & b).collect()
}

/// `left | right`
pub fn or(left: &[u64], right: &[u64]) -> Vec<u64> {
    left.iter().zip(right).map(|(a, b)| a | b).collect()
}

/// `left & !right`
pub fn and_not(left: &[u64], right: &[u64]) -> Vec<u64> {
    left.iter().zip(right).map(|(a, b)| a & !b).collect()
}

/// The complement within `len`.
pub fn not(words: &[u64], len: usize) -> Vec<u64> {
    let mut result: Vec<u64> = words.iter().map(|word| !word).collect();
    trim(&mut result, len);
    result
}

/// Positions of the set bits, ascending.
pub fn positions(words: &[u64]) -> impl Iterator<Item = usize> {
    words.iter().enumerate().flat_map(|(index, word)| {
        let mut rest = *word;
        std::iter::from_fn(move || {
            (rest != 0).then(|| {
                let bit = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                index * 64 + bit
            })
        })
    })
}

/// Bits `from .. from + len` of a longer set.
pub fn slice(words: &[u64], from: usize, len: usize) -> Vec<u64> {
    let (first, shift) = (from / 64, from % 64);
    let at = |index: usize| words.get(index).copied().unwrap_or(0);
    let mut result: Vec<u64> = (0..count(len))
        .map(|index| {
            let low = at(first + index) >> shift;
            if shift == 0 {
                low
            } else {
                low | (at(first + index + 1) << (64 - shift))
            }
        })
        .collect();
    trim(&mut result, len);
    result
}

/// Puts `len` bits at `from`; the place is still zero.
pub fn place(target: &mut [u64], from: usize, bits: &[u64]) {
    let (first, shift) = (from / 64, from % 64);
    let end = (first + bits.len()).min(target.len());
    if let (0, Some(whole)) = (shift, target.get_mut(first..end)) {
        for (word, bits) in whole.iter_mut().zip(bits) {
            *word |= bits;
        }
        return;
    }
    for (index, word) in bits.iter().enumerate() {
        if let Some(low) = target.get_mut(first + index) {
            *low |= word << shift;
        }
        if shift != 0
            && let Some(high) = target.get_mut(first + index + 1)
        {
            *high |= word >> (64 - shift);
        }
    }
}

/// Both presences together; `None` = all present.
pub fn both(left: Option<&[u64]>, right: Option<&[u64]>) -> Option<Vec<u64>> {
    match (left, right) {
        (None, None) => None,
        (Some(one), None) | (None, Some(one)) => Some(one.to_vec()),
        (Some(left), Some(right)) => Some(and(left, right)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_of_values_and_a_function_of_positions_give_the_same_bits() {
        let values: Vec<u8> = (0..200).map(|index| (index * 37 % 251) as u8).collect();
        assert_eq!(
            from_slice(&values, |value| value > 100),
            from_fn(values.len(), |index| values[index] > 100)
        );
    }

    #[test]
    fn pairs_end_with_the_shorter_side() {
        let left: Vec<u8> = (0..150).map(|index| (index * 37 % 251) as u8).collect();
        let right: Vec<u32> = (0..140).map(|index| index * 91 % 251).collect();
        assert_eq!(
            from_pairs(&left, &right, |left, right| u32::from(left) < right),
            from_fn(140, |index| u32::from(left[index]) < right[index])
        );
    }

    #[test]
    fn what_is_placed_is_what_is_sliced() {
        let bits = from_fn(100, |index| index % 3 == 0);
        for from in [0, 1, 63, 64, 70] {
            let mut target = none(300);
            place(&mut target, from, &bits);
            assert_eq!(slice(&target, from, 100), bits);
            assert_eq!(ones(&target), ones(&bits));
        }
    }

    #[test]
    fn all_are_set_when_none_is_missing() {
        for len in [0, 1, 63, 64, 65, 128, 200] {
            let mut words = all(len);
            assert!(is_all(&words, len), "{len}");
            for bit in 0..len {
                words[bit / 64] ^= 1 << (bit % 64);
                assert!(!is_all(&words, len), "{len} {bit}");
                words[bit / 64] ^= 1 << (bit % 64);
            }
        }
        assert!(!is_all(&[], 3) && !is_all(&[], 70));
    }

    #[test]
    fn complement_stays_within_its_length() {
        assert_eq!(ones(&not(&none(70), 70)), 70);
        assert_eq!(positions(&all(66)).count(), 66);
    }
}
