//! `distinct`: how many different present values. Few possible keys are counted in
//! a bit set a lane, many by sorting (lane, key).
#![expect(
    clippy::indexing_slicing,
    reason = "a lane is below the block's length, an index below the batch's, a key within the bounds given"
)]

use super::facts::Batch;
use super::fold::{Fold, Shape};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::engine::outcome::RunError;
use crate::engine::vector::Vector;
use crate::engine::words;
use crate::language::typed::Subfield;

/// Greatest number of words a lane of a bit set; with 4,096 lanes it stays within the second-level cache.
const WORDS_MAX: usize = 16;

/// Values seen.
pub struct Distinct<'p> {
    taken: &'p Kind,
    field: Subfield,
    len: usize,
    /// First key and words a lane of `bits`; none = by sorting.
    base: i64,
    words: usize,
    bits: Vec<u64>,
    pairs: Vec<(u16, i64)>,
    values: Vec<(u16, Value)>,
}

impl<'p> Distinct<'p> {
    /// None yet.
    pub fn new(shape: Shape<'p>, field: Subfield) -> Self {
        let few = shape.bounds.and_then(|(least, most)| {
            let keys = usize::try_from(most.checked_sub(least)?)
                .ok()?
                .checked_add(1)?;
            (keys <= WORDS_MAX * 64).then_some((least, words::count(keys)))
        });
        let (base, words) = few.unwrap_or((0, 0));
        Self {
            taken: shape.taken,
            field,
            len: shape.len,
            base,
            words,
            bits: vec![0; words * shape.len],
            pairs: Vec::new(),
            values: Vec::new(),
        }
    }

    fn take_keys(&mut self, batch: &Batch<'_, '_>, vector: &Vector<'_>, keys: &[i64]) {
        if self.words == 0 {
            let pairs = &mut self.pairs;
            batch.each_present(vector, |index, lane| pairs.push((lane as u16, keys[index])));
            return;
        }
        let (base, per_lane, bits) = (self.base, self.words, self.bits.as_mut_slice());
        batch.each_present(vector, |index, lane| {
            let key = (keys[index] - base) as usize;
            bits[lane * per_lane + key / 64] |= 1 << (key % 64);
        });
    }
}

impl<'a> Fold<'a> for Distinct<'a> {
    fn take(&mut self, batch: &Batch<'a, '_>) -> Result<(), RunError> {
        let kind = self.taken;
        let vector = batch.table.subfield(self.field, kind, batch.place);
        let len = batch.lanes.len();
        match &vector {
            Vector::Keys(keys) => self.take_keys(batch, &vector, &keys.data.wide(len)),
            Vector::Texts(texts) => self.take_keys(batch, &vector, &texts.codes.wide(len)),
            Vector::Numbers(numbers) => {
                let wide = numbers.wide(len);
                let bits = wide.iter().map(|number| number.to_bits() as i64);
                self.take_keys(batch, &vector, &bits.collect::<Vec<_>>());
            }
            Vector::Truth(truth) => {
                let keys = (0..len).map(|index| i64::from(words::get(&truth.yes, index)));
                self.take_keys(batch, &vector, &keys.collect::<Vec<_>>());
            }
            other => {
                let values = &mut self.values;
                batch.each_present(other, |index, lane| {
                    if let Some(value) = other.value(index, kind) {
                        values.push((lane as u16, value));
                    }
                });
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, presence: Option<Vec<u64>>) -> Result<Vector<'a>, RunError> {
        let mut counts = vec![0i64; self.len];
        if self.words > 0 {
            for (count, bits) in counts.iter_mut().zip(self.bits.chunks(self.words)) {
                *count = words::ones(bits) as i64;
            }
        }
        self.pairs.sort_unstable();
        self.pairs.dedup();
        for (lane, _) in &self.pairs {
            counts[usize::from(*lane)] += 1;
        }
        self.values
            .sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.order(&b.1)));
        self.values
            .dedup_by(|a, b| a.0 == b.0 && a.1.order(&b.1).is_eq());
        for (lane, _) in &self.values {
            counts[usize::from(*lane)] += 1;
        }
        Ok(Vector::keys(counts, presence))
    }
}
