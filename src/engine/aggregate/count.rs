//! `count`, `any`, `none`. Facts count whatever they lack; of nothing it is 0.
#![expect(
    clippy::indexing_slicing,
    reason = "a lane is below the block's length: rows of a batch are rows of the block"
)]

use super::facts::{Batch, LANE_MASK, LANES};
use super::fold::{Fold, Shape};
use crate::engine::outcome::RunError;
use crate::engine::vector::{KeyData, Keys, Truth, Vector};
use crate::engine::words;
use crate::language::typed::AggregateFunction;

/// Facts a lane.
pub struct Count {
    function: AggregateFunction,
    counts: Vec<u32>,
}

impl Count {
    /// None yet.
    pub fn new(shape: Shape<'_>) -> Self {
        Self {
            function: shape.function,
            counts: vec![0; shape.len],
        }
    }
}

impl<'a> Fold<'a> for Count {
    fn take(&mut self, batch: &Batch<'a, '_>) -> Result<(), RunError> {
        let counts = self.counts.as_mut_slice();
        match (<&mut [u32; LANES]>::try_from(&mut *counts), &batch.selected) {
            (Ok(counts), None) => {
                for lane in batch.lanes {
                    let count = &mut counts[usize::from(lane & LANE_MASK)];
                    *count = count.wrapping_add(1);
                }
            }
            _ => batch.each(|_, lane| counts[lane] += 1),
        }
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.function != AggregateFunction::Count && self.counts.iter().all(|count| *count > 0)
    }

    fn finish(self: Box<Self>, presence: Option<Vec<u64>>) -> Result<Vector<'a>, RunError> {
        Ok(match self.function {
            AggregateFunction::Any => {
                let yes = words::from_slice(&self.counts, |count| count > 0);
                Vector::Truth(Truth::of(yes, presence))
            }
            AggregateFunction::None => {
                let yes = words::from_slice(&self.counts, |count| count == 0);
                Vector::Truth(Truth::of(yes, presence))
            }
            _ => Vector::Keys(Keys {
                data: KeyData::Counts(self.counts),
                presence,
            }),
        })
    }
}
