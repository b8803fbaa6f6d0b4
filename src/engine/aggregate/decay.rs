//! `decay`: a sum, or a count, in which each fact weighs half as much for every
//! half-life of its age in whole dates. Adds in order of time; of nothing it is 0.
#![expect(
    clippy::indexing_slicing,
    reason = "a lane is below the block's length, an index below the batch's: rows of a batch are rows of the block"
)]

use super::facts::Batch;
use super::fold::{Fold, Shape};
use crate::base::kind::Kind;
use crate::base::math::{exp, finite};
use crate::engine::arithmetic::each;
use crate::engine::dates;
use crate::engine::outcome::RunError;
use crate::engine::vector::Vector;
use crate::engine::window::Moment;
use crate::language::typed::{Decay, Subfield};

/// Weighed sums a lane.
pub struct Decaying<'p> {
    field: Option<Subfield>,
    taken: &'p Kind,
    moment: Moment<'p>,
    today: i64,
    half_life_days: f64,
    sums: Vec<f64>,
    /// By age in days; few ages are asked for again and again.
    weights: Vec<Option<f64>>,
}

/// Ages whose weights are kept.
const WEIGHTS_KEPT: usize = 4_096;

impl<'p> Decaying<'p> {
    /// Nothing yet.
    pub fn new(shape: Shape<'p>, decay: Decay) -> Self {
        let today = shape.moment.zone.date_of(shape.moment.now);
        Self {
            field: shape.field,
            taken: shape.taken,
            moment: shape.moment,
            today: i64::from(today.0),
            half_life_days: f64::from(decay.half_life_days),
            sums: vec![0.0; shape.len],
            weights: vec![None; WEIGHTS_KEPT],
        }
    }

    fn weight(&mut self, age: i64) -> f64 {
        let half_life = self.half_life_days;
        let weigh = || exp(-(age as f64) * std::f64::consts::LN_2 / half_life);
        match usize::try_from(age)
            .ok()
            .and_then(|age| self.weights.get_mut(age))
        {
            Some(kept) => *kept.get_or_insert_with(weigh),
            None => weigh(),
        }
    }
}

impl<'a> Fold<'a> for Decaying<'a> {
    fn take(&mut self, batch: &Batch<'a, '_>) -> Result<(), RunError> {
        let len = batch.lanes.len();
        let at = batch.table.at(batch.place);
        let days = dates::days(&at, &Kind::Time, self.moment.zone, len)?.into_owned();
        let mut sums = std::mem::take(&mut self.sums);
        match self.field {
            None => batch.each(|index, lane| sums[lane] += self.weight(self.today - days[index])),
            Some(field) => {
                let vector = batch.table.subfield(field, self.taken, batch.place);
                let numbers = vector.as_numbers(self.taken, len)?;
                let wide = numbers.wide(len);
                batch.each_present(&vector, |index, lane| {
                    sums[lane] += wide[index] * self.weight(self.today - days[index]);
                });
            }
        }
        self.sums = sums;
        Ok(())
    }

    fn finish(self: Box<Self>, presence: Option<Vec<u64>>) -> Result<Vector<'a>, RunError> {
        let (sums, presence) = each(&self.sums, presence, finite);
        Ok(Vector::numbers(sums, presence))
    }
}
