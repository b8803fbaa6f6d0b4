//! Money: fixed point with four places in one currency, exact.
//!
//! Sums are taken in `i128` and fitted back; what does not fit is an overflow,
//! which callers turn into a missing value with that reason.

/// Ten-thousandths of the currency unit.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Money(pub i64);

/// How many parts one unit has.
pub const MONEY_SCALE: i64 = 10_000;
/// Digits after the point.
pub const MONEY_PLACES: u32 = 4;
