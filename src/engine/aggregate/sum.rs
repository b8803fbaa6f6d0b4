//! `sum` and `avg`. Missing values are skipped. Int and Money are summed exactly in
//! 128 bits and fitted back, else missing; numbers add in order of time. The sum of
//! nothing is 0, its average missing.
#![expect(
    clippy::indexing_slicing,
    reason = "a lane is below the block's length, an index below the batch's: rows of a batch are rows of the block"
)]

use super::facts::{Batch, LANE_MASK, LANES, visit};
use super::fold::{Fold, Shape};
use crate::base::kind::Kind;
use crate::base::math::finite;
use crate::base::money::Money;
use crate::columns::packed::{Values, key_of};
use crate::engine::arithmetic::each;
use crate::engine::meter;
use crate::engine::outcome::RunError;
use crate::engine::vector::{KeyData, Keys, Place, Vector, View};
use crate::engine::words;
use crate::language::typed::{AggregateFunction, Subfield};

/// Sums and, for averages, counts.
pub struct Sum<'p> {
    average: bool,
    field: Subfield,
    taken: &'p Kind,
    kind: &'p Kind,
    len: usize,
    counts: Vec<u32>,
    is_number: bool,
    numbers: Vec<f64>,
    whole: WholeSums,
}

/// Exact sums of keys: 64 bits wide while all of them surely fit.
#[derive(Default)]
struct WholeSums {
    narrow: Vec<i64>,
    /// What any of the narrow sums may have reached.
    reach: i128,
    /// Sums of what was taken before `narrow` was emptied.
    wide: Option<Vec<i128>>,
}

impl WholeSums {
    /// Makes room for a batch that may add `reach` to one sum; whether the narrow sums can take it.
    fn room(&mut self, len: usize, reach: i128) -> bool {
        self.narrow.resize(len, 0);
        let limit = i128::from(i64::MAX);
        if self.reach.saturating_add(reach) <= limit {
            self.reach += reach;
            return true;
        }
        let wide = self.wide.get_or_insert_with(|| vec![0; len]);
        for (wide, narrow) in wide.iter_mut().zip(&mut self.narrow) {
            *wide += i128::from(*narrow);
            *narrow = 0;
        }
        let fits = reach <= limit;
        self.reach = if fits { reach } else { 0 };
        fits
    }

    fn take(&mut self, len: usize, batch: &Batch<'_, '_>, keys: &Keys<'_>) {
        let count = batch.lanes.len();
        let most = match &keys.data {
            KeyData::Stored(view) => view.packed.bounds.map_or(0, |(least, most)| {
                least.unsigned_abs().max(most.unsigned_abs())
            }),
            data => data
                .wide(count)
                .iter()
                .map(|key| key.unsigned_abs())
                .max()
                .unwrap_or(0),
        };
        let reach = i128::from(most).saturating_mul(count as i128);
        let selected = words::both(batch.selected.as_deref(), keys.presence.as_deref());
        let selected = selected.as_deref();
        if self.room(len, reach) {
            add_keys(&mut self.narrow, batch, selected, &keys.data);
        } else {
            let sums = self.wide.get_or_insert_with(|| vec![0; len]);
            let keys = keys.data.wide(count);
            visit(batch.lanes, selected, |index, lane| {
                sums[lane] += i128::from(keys[index])
            });
        }
    }

    fn totals(&self, len: usize) -> Vec<i128> {
        (0..len)
            .map(|lane| {
                let narrow = self.narrow.get(lane).map_or(0, |sum| i128::from(*sum));
                let wide = self.wide.as_ref().and_then(|sums| sums.get(lane));
                narrow + wide.copied().unwrap_or(0)
            })
            .collect()
    }
}

/// Adds keys in the width in which they are stored; the sums have room.
fn add_keys(sums: &mut [i64], batch: &Batch<'_, '_>, selected: Option<&[u64]>, keys: &KeyData<'_>) {
    let len = batch.lanes.len();
    if let KeyData::Stored(View {
        packed,
        place: Place::Range { from, .. },
    }) = keys
    {
        let run = *from..*from + len;
        match &packed.values {
            Values::U8 { base, step, values } => {
                meter::read(len, 1);
                return add(sums, batch, selected, &values[run], |value| {
                    key_of(*base, *step, u32::from(value))
                });
            }
            Values::U16 { base, step, values } => {
                meter::read(len, 2);
                return add(sums, batch, selected, &values[run], |value| {
                    key_of(*base, *step, u32::from(value))
                });
            }
            Values::U32 { base, step, values } => {
                meter::read(len, 4);
                return add(sums, batch, selected, &values[run], |value| {
                    key_of(*base, *step, value)
                });
            }
            _ => {}
        }
    }
    add(sums, batch, selected, &keys.wide(len), |key| key);
}

fn add<T: Copy>(
    sums: &mut [i64],
    batch: &Batch<'_, '_>,
    selected: Option<&[u64]>,
    values: &[T],
    wide: impl Fn(T) -> i64,
) {
    match (<&mut [i64; LANES]>::try_from(&mut *sums), selected) {
        (Ok(sums), None) => {
            for (lane, value) in batch.lanes.iter().zip(values) {
                let sum = &mut sums[usize::from(lane & LANE_MASK)];
                *sum = sum.wrapping_add(wide(*value));
            }
        }
        _ => visit(batch.lanes, selected, |index, lane| {
            sums[lane] = sums[lane].wrapping_add(wide(values[index]));
        }),
    }
}

impl<'p> Sum<'p> {
    /// Nothing yet.
    pub fn new(shape: Shape<'p>, field: Subfield) -> Self {
        let average = shape.function == AggregateFunction::Avg;
        let is_number = matches!(shape.taken, Kind::Number);
        Self {
            average,
            field,
            kind: shape.kind,
            len: shape.len,
            counts: vec![0; if average { shape.len } else { 0 }],
            taken: shape.taken,
            numbers: vec![0.0; if is_number { shape.len } else { 0 }],
            is_number,
            whole: WholeSums::default(),
        }
    }

    fn sums<'a>(self, presence: Option<Vec<u64>>) -> Vector<'a> {
        if self.is_number {
            let (sums, presence) = each(&self.numbers, presence, finite);
            return Vector::numbers(sums, presence);
        }
        if self.whole.wide.is_none() {
            let mut sums = self.whole.narrow;
            sums.resize(self.len, 0);
            return Vector::keys(sums, presence);
        }
        let totals = self.whole.totals(self.len);
        let (sums, presence) = each(&totals, presence, |sum| i64::try_from(sum).ok());
        Vector::keys(sums, presence)
    }

    fn means<'a>(self, presence: Option<Vec<u64>>) -> Vector<'a> {
        let some = words::from_slice(&self.counts, |count| count > 0);
        let counted = words::both(presence.as_deref(), Some(&some));
        let counts = self.counts.iter().copied();
        if self.is_number {
            let pairs: Vec<(f64, u32)> = self.numbers.iter().copied().zip(counts).collect();
            let mean = |(sum, count)| finite(sum / f64::from(count));
            let (means, presence) = each(&pairs, counted, mean);
            return Vector::numbers(means, presence);
        }
        let totals = self.whole.totals(self.len);
        let pairs: Vec<(i128, u32)> = totals.into_iter().zip(counts).collect();
        if let Kind::Money = self.kind {
            let (means, presence) = each(&pairs, counted, |(sum, count)| {
                Money::average(sum, u64::from(count)).map(|money| money.0)
            });
            return Vector::keys(means, presence);
        }
        let (means, presence) = each(&pairs, counted, |(sum, count)| {
            finite(sum as f64 / f64::from(count))
        });
        Vector::numbers(means, presence)
    }
}

impl<'a> Fold<'a> for Sum<'a> {
    fn take(&mut self, batch: &Batch<'a, '_>) -> Result<(), RunError> {
        let vector = batch.table.subfield(self.field, self.taken, batch.place);
        if self.average {
            let counts = self.counts.as_mut_slice();
            batch.each_present(&vector, |_, lane| counts[lane] += 1);
        }
        let len = batch.lanes.len();
        if let Vector::Numbers(numbers) = &vector {
            let wide = numbers.wide(len);
            let sums = self.numbers.as_mut_slice();
            batch.each_present(&vector, |index, lane| sums[lane] += wide[index]);
            return Ok(());
        }
        self.whole.take(self.len, batch, vector.as_keys()?);
        Ok(())
    }

    fn finish(self: Box<Self>, presence: Option<Vec<u64>>) -> Result<Vector<'a>, RunError> {
        Ok(if self.average {
            self.means(presence)
        } else {
            self.sums(presence)
        })
    }
}
