//! `min` and `max`. Missing values are skipped; of nothing they are missing.
#![expect(
    clippy::indexing_slicing,
    reason = "a lane is below the block's length, an index below the batch's: rows of a batch are rows of the block"
)]

use super::facts::Batch;
use super::fold::{Fold, Shape};
use crate::base::kind::Kind;
use crate::engine::outcome::RunError;
use crate::engine::vector::Vector;
use crate::engine::words;
use crate::language::typed::{AggregateFunction, Subfield};

/// The best so far.
pub struct Extreme<'p> {
    greatest: bool,
    field: Subfield,
    kind: &'p Kind,
    seen: Vec<bool>,
    keys: Vec<i64>,
    numbers: Vec<f64>,
}

impl<'p> Extreme<'p> {
    /// Nothing yet.
    pub fn new(shape: Shape<'p>, field: Subfield) -> Self {
        let greatest = shape.function == AggregateFunction::Max;
        let is_number = matches!(shape.kind, Kind::Number);
        let (worst_key, worst_number) = if greatest {
            (i64::MIN, f64::NEG_INFINITY)
        } else {
            (i64::MAX, f64::INFINITY)
        };
        Self {
            greatest,
            field,
            kind: shape.kind,
            seen: vec![false; shape.len],
            keys: vec![worst_key; if is_number { 0 } else { shape.len }],
            numbers: vec![worst_number; if is_number { shape.len } else { 0 }],
        }
    }
}

/// Keeps the better of what is there and what comes.
fn better<T: PartialOrd + Copy>(
    greatest: bool,
    batch: &Batch<'_, '_>,
    vector: &Vector<'_>,
    values: &[T],
    best: &mut [T],
    seen: &mut [bool],
) {
    batch.each_present(vector, |index, lane| {
        seen[lane] = true;
        let value = values[index];
        if (greatest && value > best[lane]) || (!greatest && value < best[lane]) {
            best[lane] = value;
        }
    });
}

impl<'a> Fold<'a> for Extreme<'a> {
    fn take(&mut self, batch: &Batch<'a, '_>) -> Result<(), RunError> {
        let vector = batch.table.subfield(self.field, self.kind, batch.place);
        let (seen, len) = (self.seen.as_mut_slice(), batch.lanes.len());
        if let Vector::Numbers(numbers) = &vector {
            let (wide, best) = (numbers.wide(len), self.numbers.as_mut_slice());
            better(self.greatest, batch, &vector, &wide, best, seen);
        } else {
            let (wide, best) = (vector.as_keys()?.data.wide(len), self.keys.as_mut_slice());
            better(self.greatest, batch, &vector, &wide, best, seen);
        }
        Ok(())
    }

    fn finish(self: Box<Self>, presence: Option<Vec<u64>>) -> Result<Vector<'a>, RunError> {
        let seen = words::from_slice(&self.seen, |seen| seen);
        let presence = words::both(presence.as_deref(), Some(&seen));
        Ok(if let Kind::Number = self.kind {
            Vector::numbers(self.numbers, presence)
        } else {
            Vector::keys(self.keys, presence)
        })
    }
}
