//! What the values of a column are like: how many there are, what kind all of them could be, the
//! least and the greatest, and those that someone should doubt. Judges values, not routes.

mod dates;
mod misses;
mod number;

use std::collections::{BTreeMap, HashSet};

use self::dates::Dates;
use self::number::Numbers;
use super::expression::boolean;
use crate::base::checksum::xxh3;
use crate::base::limit::{PROFILE_DISTINCT_MAX, PROFILE_MARKS_MAX, PROFILE_VALUES_MAX};

pub use self::dates::Written;
pub use self::misses::Misses;

/// Texts that others write where nothing is known; case counts for nothing.
const MARKS: [&str; 13] = [
    "?", "-", "--", ".", "null", "n/a", "na", "#n/a", "nan", "none", "nil", "\\n", "#null!",
];
/// Characters of the least and the greatest value that are kept.
const SHOWN_CHARACTERS_MAX: usize = 40;

/// The first values that are kept.
const FIRST_MAX: usize = 20;

/// The kind that every value of a column could be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Guess {
    /// No value at all.
    Nothing,
    /// Words for yes and no.
    Bool,
    /// Whole numbers that fit; none begins with a zero that would be lost.
    Int,
    /// Decimals with at most so many places.
    Decimal(u32),
    /// Days.
    Date(Written),
    /// Instants.
    Time(Written),
    /// Anything else.
    Text,
}

impl Guess {
    /// A word for people and programs.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Decimal(_) => "number",
            Self::Date(_) => "date",
            Self::Time(_) => "time",
            Self::Text => "text",
        }
    }
}

/// Whether each row has a value that no other row has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Each has.
    Yes,
    /// Some row has none, or one that another has.
    No,
    /// There are more values than could be told apart.
    Unknown,
}

/// A column while its values are looked at.
#[derive(Debug)]
pub struct Profile {
    /// What it is called.
    pub name: String,
    /// Rows seen.
    pub rows: u64,
    /// Rows whose field is empty or blank.
    pub missing: u64,
    /// Texts that stand for missing, as written, and how often.
    pub marks: BTreeMap<String, u64>,
    /// Bytes of the longest value.
    pub bytes_max: usize,
    /// Different values, hashed; as many as are told apart.
    distinct: HashSet<u64>,
    distinct_max: usize,
    /// As many as are told apart while no row is without a value of its own.
    keys_max: usize,
    has_more: bool,
    /// Some value stands in two rows.
    has_equal: bool,
    /// Values with how often each stands, while they are few.
    values: Option<BTreeMap<String, u64>>,
    /// Values that are no words for yes and no.
    no_bools: Misses,
    /// The first values.
    first: Vec<String>,
    numbers: Numbers,
    dates: Dates,
    texts: Option<(String, String)>,
}

impl Profile {
    /// Of one column of `columns` in all, which share the room for different values.
    pub fn new(name: String, columns: usize) -> Self {
        Self {
            numbers: Numbers::new(&name),
            dates: Dates::new(&name),
            name,
            rows: 0,
            missing: 0,
            marks: BTreeMap::new(),
            bytes_max: 0,
            distinct: HashSet::new(),
            distinct_max: (PROFILE_DISTINCT_MAX * 40 / columns.max(1)).min(PROFILE_DISTINCT_MAX),
            keys_max: 0,
            has_more: false,
            has_equal: false,
            values: Some(BTreeMap::new()),
            no_bools: Misses::default(),
            first: Vec::new(),
            texts: None,
        }
    }

    /// Tells so many rows apart while each has a value of its own.
    #[must_use]
    pub fn counting_keys(self, rows: u64) -> Self {
        Self {
            keys_max: usize::try_from(rows).unwrap_or(usize::MAX),
            ..self
        }
    }

    /// Looks at the field of the next row, which begins on that line.
    pub fn see(&mut self, raw: &str, line: u64) {
        self.rows += 1;
        let value = raw.trim();
        if value.is_empty() {
            self.missing += 1;
            return;
        }
        if MARKS.iter().any(|mark| value.eq_ignore_ascii_case(mark)) {
            if self.marks.len() < PROFILE_MARKS_MAX || self.marks.contains_key(value) {
                *self.marks.entry(value.to_owned()).or_default() += 1;
            }
            return;
        }
        self.bytes_max = self.bytes_max.max(value.len());
        if self.first.len() < FIRST_MAX {
            self.first.push(shown(value));
        }
        self.see_distinct(xxh3(value.as_bytes()));
        if let Some(values) = &mut self.values {
            if let Some(count) = values.get_mut(value) {
                *count += 1;
            } else if values.len() < PROFILE_VALUES_MAX {
                values.insert(value.to_owned(), 1);
            } else {
                self.values = None;
            }
        }
        if boolean(value).is_none() || matches!(value, "0" | "1") {
            self.no_bools.add(line);
        }
        self.numbers.see(value, line);
        self.dates.see(value, line);
        self.see_text(value);
    }

    fn see_distinct(&mut self, hash: u64) {
        let is_candidate = self.distinct.len() as u64 + 1 == self.rows;
        let room = match is_candidate {
            true => self.distinct_max.max(self.keys_max),
            false => self.distinct_max,
        };
        if self.distinct.len() < room {
            self.has_equal |= !self.distinct.insert(hash);
        } else if !(self.has_more && self.has_equal) {
            let is_known = self.distinct.contains(&hash);
            self.has_equal |= is_known;
            self.has_more |= !is_known;
        }
    }

    fn see_text(&mut self, value: &str) {
        match &mut self.texts {
            None => self.texts = Some((shown(value), shown(value))),
            Some((least, greatest)) => {
                if value < least.as_str() {
                    *least = shown(value);
                }
                if value > greatest.as_str() {
                    *greatest = shown(value);
                }
            }
        }
    }

    /// Rows that say something.
    pub fn filled(&self) -> u64 {
        self.rows - self.missing - self.marks.values().sum::<u64>()
    }

    /// How many different values there are; `true` when there are more than could be told apart.
    pub fn distinct(&self) -> (u64, bool) {
        (self.distinct.len() as u64, self.has_more)
    }

    /// Whether each row has a value that no other row has, as far as that is known.
    pub fn key(&self) -> Key {
        if self.rows == 0 || self.has_equal || self.filled() < self.rows {
            return Key::No;
        }
        match self.has_more {
            true => Key::Unknown,
            false => Key::Yes,
        }
    }

    /// Whether each row certainly has a value that no other row has.
    pub fn is_key(&self) -> bool {
        self.key() == Key::Yes
    }

    /// The first values, cut to a readable length.
    pub fn first(&self) -> &[String] {
        &self.first
    }

    /// The values with how often each stands; `None` when there are more than are kept.
    pub fn values(&self) -> Option<&BTreeMap<String, u64>> {
        self.values.as_ref()
    }

    /// The kind that all values could be.
    pub fn guess(&self) -> Guess {
        match self.best() {
            Some((guess, misses)) if misses.is_empty() => guess,
            _ => Guess::Text,
        }
    }

    /// The kind that at least 99 of 100 values could be, and those that are not of it.
    pub fn mostly(&self) -> (Guess, Misses) {
        match self.best() {
            Some((guess, misses)) if misses.are_few(self.filled()) => (guess, misses.clone()),
            _ => (Guess::Text, Misses::default()),
        }
    }

    /// The kind that many values could be where not all of them are, and those that are not of it.
    pub fn nearly(&self) -> Option<(Guess, &Misses)> {
        self.best()
            .filter(|(_, misses)| !misses.is_empty() && misses.are_some(self.filled()))
    }

    /// The kind other than text that the most values could be, and those that are not of it.
    fn best(&self) -> Option<(Guess, &Misses)> {
        const NONE: &Misses = &Misses {
            count: 0,
            lines: Vec::new(),
        };
        let filled = self.filled();
        if filled == 0 {
            return Some((Guess::Nothing, NONE));
        }
        let bools = (self.no_bools.count < filled).then_some((Guess::Bool, &self.no_bools));
        let dates = self.dates.guess(filled).map(|(written, misses)| {
            let guess = match written.has_clock() {
                true => Guess::Time(written),
                false => Guess::Date(written),
            };
            (guess, misses)
        });
        let numbers = self.numbers.guess();
        let numbers = numbers.map(|guess| (guess, self.numbers.misses()));
        let kinds = [bools, dates, numbers].into_iter().flatten();
        kinds.min_by_key(|(_, misses)| misses.count)
    }

    /// Whether every number has two places at most and some have exactly two, as amounts are written.
    pub fn is_amount(&self) -> bool {
        self.numbers.is_amount()
    }

    /// The least and the greatest value by the kind of nearly all.
    pub fn ends(&self) -> Option<(String, String)> {
        match self.mostly().0 {
            Guess::Int | Guess::Decimal(_) => self.numbers.ends(),
            Guess::Date(written) | Guess::Time(written) => self.dates.ends(&written),
            _ => self.texts.clone(),
        }
    }

    /// What someone should doubt, with how often it stands.
    pub fn doubtful(&self) -> Vec<(String, u64)> {
        let marks = self.marks.iter();
        let mut found: Vec<(String, u64)> = marks
            .map(|(mark, count)| (format!("`{mark}`"), *count))
            .collect();
        let (guess, misses) = self.mostly();
        match &guess {
            Guess::Int | Guess::Decimal(_) => found.extend(self.numbers.doubtful()),
            Guess::Date(written) | Guess::Time(written) => {
                found.extend(self.dates.doubtful(written));
            }
            _ => {}
        }
        if !misses.is_empty() {
            let what = format!("no {} ({})", guess.word(), misses.place());
            found.push((what, misses.count));
        }
        found
    }
}

fn shown(value: &str) -> String {
    value.chars().take(SHOWN_CHARACTERS_MAX).collect()
}

/// Whether a column's name holds one of these words, in any case.
fn is_called(name: &str, words: &[&str]) -> bool {
    let name = name.to_lowercase();
    words.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests;
