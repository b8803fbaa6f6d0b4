//! Treated against held out: the difference of two shares with its 95 % interval.
//!
//! The interval is Newcombe's hybrid of two Wilson score intervals (R. G. Newcombe, "Interval
//! estimation for the difference between independent proportions", Statistics in Medicine 17,
//! 1998, method 10, without continuity correction). It stays within -1..1 and says something
//! sensible for small groups and for shares of 0 and 1, where the usual formula does not.

/// 97.5 % of a normal distribution lie below it.
const Z: f64 = 1.959_963_984_540_054;

/// How many of a group reached the goal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Group {
    /// All of them.
    pub members: u64,
    /// Those who reached it; at most [`Group::members`].
    pub reached: u64,
}

/// A difference of shares and where it lies with 95 % confidence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uplift {
    /// Share of the treated less that of the held out, -1..=1.
    pub difference: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// The uplift; `None` when a group is empty.
pub fn uplift(treated: Group, held_out: Group) -> Option<Uplift> {
    let (one, two) = (share(treated)?, share(held_out)?);
    let (low_one, high_one) = wilson(treated, one);
    let (low_two, high_two) = wilson(held_out, two);
    let difference = one - two;
    let joined = |a: f64, b: f64| (a * a + b * b).sqrt();
    let below = joined(one - low_one, high_two - two);
    let above = joined(high_one - one, two - low_two);
    Some(Uplift {
        difference,
        low: difference - below,
        high: difference + above,
    })
}

/// The share of those who reached the goal; `None` when nobody could.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of customers lie far below 2^53"
)]
pub fn share(group: Group) -> Option<f64> {
    (group.members > 0).then(|| group.reached as f64 / group.members as f64)
}

/// Wilson's score interval of one share.
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of customers lie far below 2^53"
)]
fn wilson(group: Group, share: f64) -> (f64, f64) {
    let count = group.members as f64;
    let square = Z * Z;
    let middle = 2.0 * count * share + square;
    let reach = Z * (square + 4.0 * count * share * (1.0 - share)).sqrt();
    let whole = 2.0 * (count + square);
    (
        ((middle - reach) / whole).max(0.0),
        ((middle + reach) / whole).min(1.0),
    )
}
