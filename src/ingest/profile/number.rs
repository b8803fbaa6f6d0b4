//! Numbers of a column: whether all are, how they are written, their ends, the odd ones.

use super::Guess;
use crate::base::decimal::Decimal;

/// Years that nobody has lived beyond.
const AGE_MAX: i128 = 120;
/// Of so many positive numbers one negative is odd.
const POSITIVE_FOR_NEGATIVE_MIN: u64 = 100;

#[derive(Debug)]
pub struct Numbers {
    is_age: bool,
    all: bool,
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
            all: true,
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

    pub fn see(&mut self, value: &str) {
        if !self.all {
            return;
        }
        let digits = value.trim_start_matches('-');
        // A zero in front would be lost, a plus too: such are numbers of things, not of how many.
        let is_coded = value.starts_with('+')
            || digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
        let Some(decimal) = Decimal::parse(value).filter(|_| !is_coded) else {
            self.all = false;
            return;
        };
        let places = value.split_once('.').map_or(0, |(_, places)| places.len());
        self.has_two |= places == 2;
        self.whole &= places == 0 && decimal.to_int().is_some();
        self.has_long |=
            decimal.to_int().is_none() && digits.bytes().all(|byte| byte.is_ascii_digit());
        self.places_max = self
            .places_max
            .max(u32::try_from(places).unwrap_or(u32::MAX));
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

    pub fn guess(&self) -> Option<Guess> {
        match (self.all, self.whole) {
            (false, _) => None,
            (true, true) => Some(Guess::Int),
            // Names made of digits: as numbers they would lose their last ones.
            (true, false) if self.has_long && self.places_max == 0 => None,
            (true, false) => Some(Guess::Decimal(self.places_max)),
        }
    }

    pub fn is_amount(&self) -> bool {
        self.all && self.has_two && self.places_max <= 2
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
