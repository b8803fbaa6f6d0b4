//! Values of a column that are not of the kind that the others could be: how many, and where.

use crate::base::limit::{FINDING_EXAMPLES_MAX, PROFILE_MISSES_MIN};

/// Of so many values one may be another thing, and the column is still called by the kind of the others.
const VALUES_FOR_MISS: u64 = 100;
/// Of so many values one may be another thing, and the kind of the others is worth a word.
const VALUES_FOR_HINT: u64 = 10;

/// What is known of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Misses {
    /// How many.
    pub count: u64,
    /// The lines of the first.
    pub lines: Vec<u64>,
}

impl Misses {
    /// Notes one.
    pub fn add(&mut self, line: u64) {
        self.count += 1;
        if self.lines.len() < FINDING_EXAMPLES_MAX {
            self.lines.push(line);
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether the column is still called by the kind of the others.
    pub fn are_few(&self, values: u64) -> bool {
        self.count.saturating_mul(VALUES_FOR_MISS) <= values
    }

    /// Whether the kind of the others is worth a word.
    pub fn are_some(&self, values: u64) -> bool {
        self.count.saturating_mul(VALUES_FOR_HINT) <= values
    }

    /// Whether so many of the values so far are other things that the kind need not be tried any more.
    pub fn are_too_many(&self, values: u64) -> bool {
        self.count > PROFILE_MISSES_MIN + values / VALUES_FOR_HINT
    }

    /// `line 5, 9, …`
    pub fn place(&self) -> String {
        let lines: Vec<String> = self.lines.iter().map(u64::to_string).collect();
        let more = match (self.lines.len() as u64) < self.count {
            true => ", …",
            false => "",
        };
        format!("line {}{more}", lines.join(", "))
    }
}
