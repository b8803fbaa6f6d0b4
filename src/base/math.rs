//! Floating-point functions whose last bit does not depend on the machine.
//! Arithmetic and `sqrt` are exact everywhere and need no help.

/// The natural exponential.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// The natural logarithm.
pub fn log(x: f64) -> f64 {
    libm::log(x)
}

/// The number, unless it is infinite or none.
pub fn finite(x: f64) -> Option<f64> {
    // Zero has one sign, so that equal answers are equal bytes.
    x.is_finite().then_some(if x == 0.0 { 0.0 } else { x })
}

/// Rounded to so many places, 0..=9, half away from zero.
pub fn round_half_away(x: f64, places: u32) -> Option<f64> {
    let factor = 10u64.checked_pow(places.min(9))? as f64;
    if x.abs() >= 9_007_199_254_740_992.0 {
        return finite(x);
    }
    finite(libm::round(x * factor) / factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_goes_away_from_zero() {
        assert_eq!(round_half_away(2.5, 0), Some(3.0));
        assert_eq!(round_half_away(-2.5, 0), Some(-3.0));
        assert_eq!(round_half_away(1.25, 1), Some(1.3));
        assert_eq!(round_half_away(1e300, 2), Some(1e300));
        assert_eq!(round_half_away(f64::INFINITY, 0), None);
        assert_eq!(finite(-0.0).map(f64::to_bits), Some(0));
    }
}
