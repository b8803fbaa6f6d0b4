//! Records that span lines: how many there are, and where. Most are texts of several lines, as they were
//! written; one of hundreds is mostly a quote that somebody forgot to close.

use crate::base::limit::FINDING_EXAMPLES_MAX;

/// What is known of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spans {
    /// How many.
    pub count: u64,
    /// The lines on which the first of them begin.
    pub lines: Vec<u64>,
    /// Lines of the longest, and the one on which it begins.
    pub longest: (u64, u64),
}

impl Spans {
    /// Notes a record that begins on `line`, where it has more lines than one.
    pub fn see(&mut self, line: u64, lines: u64) {
        if lines < 2 {
            return;
        }
        self.count += 1;
        if self.lines.len() < FINDING_EXAMPLES_MAX {
            self.lines.push(line);
        }
        if lines > self.longest.0 {
            self.longest = (lines, line);
        }
    }

    /// A sentence; `None` where there are none.
    pub fn sentence(&self) -> Option<String> {
        let (lines, line) = self.longest;
        (self.count > 0).then(|| {
            format!(
                "a value has several lines, the longest {lines} from line {line} on; one that is not meant to has an open quote"
            )
        })
    }
}
