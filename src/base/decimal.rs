//! An exact decimal as written in a rule or a file: `2.5m`, `1.2亿`, `3%`, `1_000`.

/// `mantissa / 10^places`. `2.5m` is 2_500_000 / 10^0, `3%` is 3 / 10^2.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Decimal {
    /// Signed digits.
    pub mantissa: i128,
    /// Digits after the point, 0..=18; trailing zeros removed.
    pub places: u32,
}
