//! Numbers of a column: whether all are, how they are written, their ends, the odd ones.

use super::{Guess, Misses};
use crate::base::decimal::Decimal;
use crate::ingest::expression::exact;

/// Years that nobody has lived beyond.
const AGE_MAX: i128 = 120;
/// Of so many positive numbers one negative is odd.
const POSITIVE_FOR_NEGATIVE_MIN: u64 = 100;
/// Digits behind a plus from which on they are a number to be called rather than one to be counted.
const CALLED_DIGITS_MIN: usize = 7;

#[derive(Debug)]
pub struct Numbers {
    is_age: bool,
    /// Some value is made of digits and is no number: a zero in front would be lost.
    is_coded: bool,
    /// Values that are no numbers.
    misses: Misses,
    whole: bool,
    /// Some value is digits alone and more of them than a whole number holds.
    has_long: bool,
    places_max: u32,
    /// Some value has exactly two digits behind its point as written.
    has_two: bool,
    ends: Option<(Decimal, Decimal)>,
    negative: u64,
    positive: u64,
    odd_ages: u64,
}

impl Numbers {
    pub fn new(name: &str) -> Self {
        let name = name.to_lowercase();
        let is_age = name == "age" || name.ends_with("_age") || name.contains("年龄");
        Self {
            is_age,
            is_coded: false,
            misses: Misses::default(),
            whole: true,
            has_long: false,
            places_max: 0,
            has_two: false,
            ends: None,
            negative: 0,
            positive: 0,
            odd_ages: 0,
        }
    }

    pub fn see(&mut self, value: &str, line: u64) {
        if self.is_coded {
            return;
        }
        match exact(value) {
            None => self.misses.add(line),
            Some(_) if is_coded(value) => self.is_coded = true,
            Some(decimal) => self.add(value, decimal),
        }
    }

    fn add(&mut self, value: &str, decimal: Decimal) {
        let places = match value.contains(['e', 'E']) {
            true => decimal.places,
            false => {
                let places = value.split_once('.').map_or(0, |(_, places)| places.len());
                u32::try_from(places).unwrap_or(u32::MAX)
            }
        };
        let digits = value.trim_start_matches(['-', '+']);
        self.has_two |= places == 2;
        self.whole &= places == 0 && decimal.to_int().is_some();
        self.has_long |=
            decimal.to_int().is_none() && digits.bytes().all(|byte| byte.is_ascii_digit());
        self.places_max = self.places_max.max(places);
        self.negative += u64::from(decimal.mantissa < 0);
        self.positive += u64::from(decimal.mantissa > 0);
        let years = decimal.mantissa / 10i128.pow(decimal.places);
        self.odd_ages += u64::from(decimal.mantissa < 0 || years > AGE_MAX);
        self.ends = Some(match self.ends {
            None => (decimal, decimal),
            Some((least, greatest)) => (
                if decimal.compared(least).is_lt() {
                    decimal
                } else {
                    least
                },
                if decimal.compared(greatest).is_gt() {
                    decimal
                } else {
                    greatest
                },
            ),
        });
    }

    /// The kind of those that are numbers, where any is.
    pub fn guess(&self) -> Option<Guess> {
        if self.ends.is_none() || self.is_coded {
            return None;
        }
        match self.whole {
            true => Some(Guess::Int),
            // Names made of digits: as numbers they would lose their last ones.
            false if self.has_long && self.places_max == 0 => None,
            false => Some(Guess::Decimal(self.places_max)),
        }
    }

    /// Values that are no numbers.
    pub fn misses(&self) -> &Misses {
        &self.misses
    }

    pub fn is_amount(&self) -> bool {
        self.misses.is_empty() && !self.is_coded && self.has_two && self.places_max <= 2
    }

    pub fn ends(&self) -> Option<(String, String)> {
        let (least, greatest) = self.ends?;
        Some((least.to_string(), greatest.to_string()))
    }

    pub fn doubtful(&self) -> Vec<(String, u64)> {
        let mut found = Vec::new();
        if self.is_age && self.odd_ages > 0 {
            found.push((format!("below 0 or beyond {AGE_MAX} years"), self.odd_ages));
        } else if self.negative > 0 && self.negative * POSITIVE_FOR_NEGATIVE_MIN <= self.positive {
            found.push((
                "negative where nearly all are positive".to_owned(),
                self.negative,
            ));
        }
        found
    }
}

/// Whether a number is rather a name: a zero in front would be lost, and the plus before a number to be called.
fn is_coded(value: &str) -> bool {
    let digits = value.trim_start_matches(['-', '+']);
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    let is_called = value.starts_with('+') && all_digits && digits.len() >= CALLED_DIGITS_MIN;
    is_called || digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.")
}
