//! What became of each record of a source, two bits a record: several routes, and two
//! passes over the file, speak about the same record.

/// Greater wins where several speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// No route took it, or `skip` did.
    Skipped,
    /// All its facts were there already.
    Repeated,
    /// At least one of its facts was new.
    Accepted,
    /// At least one of its facts was refused, or the whole record.
    Rejected,
}

const RECORDS_A_WORD: u64 = 32;

/// By record number from 1.
#[derive(Debug, Default)]
pub struct Outcomes {
    words: Vec<u64>,
    records: u64,
}

/// How many records came to what; their sum is the number of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// All records.
    pub rows: u64,
    /// See [`Outcome::Accepted`].
    pub accepted: u64,
    /// See [`Outcome::Repeated`].
    pub repeated: u64,
    /// See [`Outcome::Rejected`].
    pub rejected: u64,
    /// See [`Outcome::Skipped`].
    pub skipped: u64,
}

impl Outcomes {
    /// Notes that a record exists.
    pub fn see(&mut self, number: u64) {
        self.records = self.records.max(number);
        let words = self.records.div_ceil(RECORDS_A_WORD) as usize;
        if self.words.len() < words {
            self.words.resize(words, 0);
        }
    }

    /// What is known of a record.
    pub fn get(&self, number: u64) -> Outcome {
        let (word, shift) = place(number);
        match self.words.get(word).map_or(0, |word| word >> shift & 3) {
            0 => Outcome::Skipped,
            1 => Outcome::Repeated,
            2 => Outcome::Accepted,
            _ => Outcome::Rejected,
        }
    }

    /// Adds what one fact came to.
    pub fn add(&mut self, number: u64, outcome: Outcome) {
        self.see(number);
        if outcome <= self.get(number) {
            return;
        }
        let (word, shift) = place(number);
        if let Some(word) = self.words.get_mut(word) {
            *word = (*word & !(3 << shift)) | (outcome as u64) << shift;
        }
    }

    /// Counts.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally {
            rows: self.records,
            ..Tally::default()
        };
        for number in 1..=self.records {
            *match self.get(number) {
                Outcome::Skipped => &mut tally.skipped,
                Outcome::Repeated => &mut tally.repeated,
                Outcome::Accepted => &mut tally.accepted,
                Outcome::Rejected => &mut tally.rejected,
            } += 1;
        }
        tally
    }
}

fn place(number: u64) -> (usize, u64) {
    let at = number.saturating_sub(1);
    ((at / RECORDS_A_WORD) as usize, at % RECORDS_A_WORD * 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_word_about_a_record_counts_and_the_sum_is_right() {
        let mut outcomes = Outcomes::default();
        for number in 1..=100 {
            outcomes.see(number);
        }
        outcomes.add(32, Outcome::Accepted);
        outcomes.add(33, Outcome::Rejected);
        outcomes.add(33, Outcome::Accepted);
        outcomes.add(34, Outcome::Repeated);
        outcomes.add(34, Outcome::Accepted);
        outcomes.add(101, Outcome::Repeated);
        assert_eq!(outcomes.get(33), Outcome::Rejected);
        assert_eq!(
            outcomes.tally(),
            Tally {
                rows: 101,
                accepted: 2,
                repeated: 1,
                rejected: 1,
                skipped: 97
            }
        );
    }
}
