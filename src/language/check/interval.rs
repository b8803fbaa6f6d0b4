//! Sets of points as closed ranges, and values as points: enough to see that two
//! conditions on one value exclude each other.

use crate::base::value::Value;

/// Ranges in order, none touching the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ranges(Vec<(i128, i128)>);

/// Below every point.
pub(super) const LOWEST: i128 = i128::MIN / 2;
/// Above every point.
pub(super) const HIGHEST: i128 = i128::MAX / 2;

impl Ranges {
    /// All points from `low` to `high`; none when they are the wrong way round.
    pub(super) fn from(low: i128, high: i128) -> Self {
        if low > high {
            Self(Vec::new())
        } else {
            Self(vec![(low, high)])
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The ranges, lowest first.
    pub(super) fn spans(&self) -> impl Iterator<Item = (i128, i128)> {
        self.0.iter().copied()
    }

    /// Points in both.
    pub(super) fn and(&self, other: &Self) -> Self {
        let mut both = Vec::new();
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some((low, high)), Some((other_low, other_high))) = (left.peek(), right.peek()) {
            let (from, to) = (*low.max(other_low), *high.min(other_high));
            if from <= to {
                both.push((from, to));
            }
            // The one that ends first meets nothing further on.
            if high < other_high {
                left.next();
            } else {
                right.next();
            }
        }
        Self(both)
    }

    /// Points in neither.
    pub(super) fn not(&self) -> Self {
        let mut rest = Vec::new();
        let mut from = LOWEST;
        for (low, high) in &self.0 {
            if from < *low {
                rest.push((from, low - 1));
            }
            from = high + 1;
        }
        if from <= HIGHEST {
            rest.push((from, HIGHEST));
        }
        Self(rest)
    }

    /// All of several, without comparing each with each.
    pub(super) fn any_of(points: Vec<(i128, i128)>) -> Self {
        let mut sorted: Vec<_> = points
            .into_iter()
            .filter(|(low, high)| low <= high)
            .collect();
        sorted.sort_unstable();
        let mut merged: Vec<(i128, i128)> = Vec::with_capacity(sorted.len());
        for (low, high) in sorted {
            match merged.last_mut() {
                Some(last) if low <= last.1.saturating_add(1) => last.1 = last.1.max(high),
                _ => merged.push((low, high)),
            }
        }
        Self(merged)
    }
}

/// Bytes of a text that fit a point beside its length.
const TEXT_POINT_BYTES: usize = 14;

/// The value as a point, in the order of the values of its kind. `None` for what has no room.
pub(super) fn point(value: &Value) -> Option<i128> {
    Some(match value {
        Value::Bool(yes) => i128::from(*yes),
        Value::Int(whole) => i128::from(*whole),
        Value::Number(number) => {
            // Orders as the number does; neighbours are neighbours.
            let number = if *number == 0.0 { 0.0 } else { *number };
            let bits = number.to_bits() as i64;
            i128::from(if bits < 0 { !bits ^ i64::MIN } else { bits })
        }
        Value::Money(money) => i128::from(money.0),
        Value::Enum(code) => i128::from(*code),
        Value::Date(date) => i128::from(date.0),
        Value::Time(instant) => i128::from(instant.0),
        Value::Text(text) => {
            if text.len() > TEXT_POINT_BYTES {
                return None;
            }
            let mut point: i128 = 0;
            for at in 0..TEXT_POINT_BYTES {
                let byte = text.as_bytes().get(at).copied().unwrap_or(0);
                point = point << 8 | i128::from(byte);
            }
            point << 8 | i128::try_from(text.len()).ok()?
        }
        Value::Set(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_keep_the_order_of_values() {
        let numbers = [-1e300, -2.5, -1.0, -0.0, 0.0, 1e-300, 1.0, 2.5, 1e300];
        for pair in numbers.windows(2) {
            let low = point(&Value::Number(pair[0])).unwrap();
            let high = point(&Value::Number(pair[1])).unwrap();
            assert!(
                low <= high && (pair[0] == pair[1]) == (low == high),
                "{pair:?}"
            );
        }
        let texts = ["", "a", "aa", "ab", "b", "上海"];
        for pair in texts.windows(2) {
            let low = point(&Value::Text(pair[0].into())).unwrap();
            assert!(low < point(&Value::Text(pair[1].into())).unwrap());
        }
        assert_eq!(point(&Value::Text("fifteen letters".into())), None);
    }

    #[test]
    fn sets_of_points() {
        let young = Ranges::from(LOWEST, 19);
        let old = Ranges::from(31, HIGHEST);
        assert!(young.and(&old).is_empty());
        assert_eq!(young.not().and(&old.not()), Ranges::from(20, 30));
        assert!(Ranges::from(5, 3).is_empty());
        assert_eq!(
            Ranges::any_of(vec![(4, 6), (1, 3), (9, 8)]),
            Ranges::from(1, 6)
        );
    }
}
