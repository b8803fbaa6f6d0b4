//! Numbers and counts of units as people of either tongue write them.

use crate::base::calendar::Unit;
use crate::base::decimal::Decimal;
use crate::language::words::{self, Tongue};

/// `50k`, `2.5m`, `50万`, `1.2亿`; digits where a scale would not be shorter.
pub fn number(value: Decimal, tongue: Tongue) -> String {
    // From this size on a scale reads better than digits.
    const SCALED_FROM: u128 = 10_000;
    let scales: &[(i32, &str)] = match tongue {
        Tongue::English => &[(6, "m"), (3, "k")],
        Tongue::Chinese => &[(8, "亿"), (4, "万")],
    };
    if value.places == 0 && value.mantissa.unsigned_abs() >= SCALED_FROM {
        for (power, letter) in scales {
            let scaled = value.shifted(-power);
            if let Some(scaled) = scaled
                && scaled.places <= 2
                && scaled.mantissa.unsigned_abs() >= 10u128.saturating_pow(scaled.places)
            {
                return format!("{scaled}{letter}");
            }
        }
    }
    value.to_string()
}

/// `90 days`, `1 day`, `90天`.
pub fn span(count: i64, unit: Unit, tongue: Tongue) -> String {
    match tongue {
        Tongue::English => format!("{count} {}", unit_after(count, unit)),
        Tongue::Chinese => format!("{count}{}", words::unit_word(unit).chinese),
    }
}

/// `day` after 1, `days` after any other count.
pub fn unit_after(count: i64, unit: Unit) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{}{plural}", words::unit_word(unit).english)
}
