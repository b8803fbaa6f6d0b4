//! `share`: of the facts in the window of which the filter knows, the part for which
//! it says yes.
#![expect(
    clippy::indexing_slicing,
    reason = "a lane is below the block's length: rows of a batch are rows of the block"
)]

use super::facts::Batch;
use super::fold::{Fold, Shape};
use crate::base::math::finite;
use crate::engine::arithmetic::each;
use crate::engine::outcome::RunError;
use crate::engine::vector::Vector;

/// Facts of either verdict a lane.
pub struct Share {
    yes: Vec<u32>,
    no: Vec<u32>,
}

impl Share {
    /// None yet.
    pub fn new(shape: Shape<'_>) -> Self {
        Self {
            yes: vec![0; shape.len],
            no: vec![0; shape.len],
        }
    }
}

impl<'a> Fold<'a> for Share {
    fn take(&mut self, batch: &Batch<'a, '_>) -> Result<(), RunError> {
        let yes = self.yes.as_mut_slice();
        batch.each(|_, lane| yes[lane] += 1);
        Ok(())
    }

    fn pass_over(&mut self, batch: &Batch<'a, '_>) {
        let no = self.no.as_mut_slice();
        batch.each(|_, lane| no[lane] += 1);
    }

    fn finish(self: Box<Self>, presence: Option<Vec<u64>>) -> Result<Vector<'a>, RunError> {
        let counts = self.yes.iter().copied().zip(self.no.iter().copied());
        let counts: Vec<(u32, u32)> = counts.collect();
        // Nothing at all divides by zero and is missing.
        let (shares, presence) = each(&counts, presence, |(yes, no)| {
            let (yes, no) = (f64::from(yes), f64::from(no));
            finite(yes / (yes + no))
        });
        Ok(Vector::numbers(shares, presence))
    }
}
