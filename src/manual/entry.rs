//! One page with the answer to its example.

use super::world;
use crate::base::code::{Page, Raised};

/// What is to be told of a code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The code.
    pub code: &'static str,
    /// Whether it refuses the text; what begins with `W`, and a note of an import, does not.
    pub refuses: bool,
    /// Its sentence.
    pub meaning: &'static str,
    /// Why it is told.
    pub why: &'static str,
    /// What to do.
    pub mend: &'static str,
    /// A text that raises it.
    pub example: Option<String>,
    /// What is printed for the example.
    pub answer: Option<String>,
    /// For what no text alone raises: the test that does, as `FILE NAME`.
    pub test: Option<String>,
    /// For what no test brings about: in words, what does.
    pub brought_by: Option<&'static str>,
}

impl Entry {
    /// Asks for the answer to the example.
    pub fn of(page: &Page) -> Self {
        let (example, test, brought_by) = match page.raised {
            Raised::Rules(text)
            | Raised::Alone(text)
            | Raised::Letter(text)
            | Raised::Settings(text) => (Some(text.trim_end().to_owned()), None, None),
            Raised::Test { file, name } => (None, Some(format!("{file} {name}")), None),
            Raised::System(what) => (None, None, Some(what)),
        };
        Self {
            code: page.code,
            refuses: !page.code.starts_with('W') && !page.code.starts_with("I2"),
            meaning: page.meaning,
            why: page.why,
            mend: page.mend,
            example,
            answer: world::answer(page),
            test,
            brought_by,
        }
    }
}
