//! How far numbers scatter about their mean: the standard deviation of a sample,
//! as spreadsheets and SQL reckon `STDDEV`. In two passes, each in the order given,
//! so that the same numbers in the same order give the same bytes.

use super::math::finite;

/// The root of the squared distances from the mean, summed and divided by n − 1; `None` below two
/// numbers, and where a sum does not fit.
pub fn deviation(numbers: &[f64]) -> Option<f64> {
    let count = numbers.len();
    if count < 2 {
        return None;
    }
    let mut sum = 0.0;
    for number in numbers {
        sum += number;
    }
    let mean = finite(sum / count as f64)?;
    let mut squares = 0.0;
    for number in numbers {
        let distance = number - mean;
        squares += distance * distance;
    }
    finite((squares / (count - 1) as f64).sqrt())
}

#[cfg(test)]
mod tests {
    use super::deviation;

    #[test]
    fn it_is_that_of_a_sample() {
        let numbers = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0];
        assert_eq!(deviation(&numbers), Some((32.0_f64 / 7.0).sqrt()));
        assert_eq!(deviation(&[5.0, 5.0, 5.0]), Some(0.0));
        assert_eq!(deviation(&[1.0]), None);
        assert_eq!(deviation(&[f64::MAX, f64::MAX]), None);
    }
}
