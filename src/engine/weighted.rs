//! `weighted`: the mean of the values that are there, each counted by its weight.

use super::arithmetic::each;
use super::function::{Argument, Call};
use super::outcome::RunError;
use super::vector::Vector;
use super::words;
use crate::base::math::finite;

/// Values and weights by turns; missing where no value is there.
pub(super) fn weighted<'a>(
    call: &Call<'_, '_>,
    arguments: &[Argument<'a, '_>],
) -> Result<Vector<'a>, RunError> {
    let len = call.len;
    let mut sums = vec![(0.0, 0.0); len];
    for pair in arguments.chunks_exact(2) {
        let [(value, value_kind), (weight, weight_kind)] = pair else {
            continue;
        };
        let values = value.as_numbers(value_kind, len)?;
        let weights = weight.as_numbers(weight_kind, len)?;
        let (values, weights) = (values.wide(len), weights.wide(len));
        let present = value.presence();
        for (lane, (sum, (value, weight))) in sums
            .iter_mut()
            .zip(values.iter().zip(weights.iter()))
            .enumerate()
        {
            if present.as_ref().is_none_or(|words| words::get(words, lane)) {
                sum.0 += value * weight;
                sum.1 += weight;
            }
        }
    }
    let (means, present) = each(&sums, None, |(sum, weight)| match weight > 0.0 {
        true => finite(sum / weight),
        false => None,
    });
    Ok(Vector::numbers(means, present))
}
