//! Why a file is not what it is taken for: no text, no record that can be read, no rows.

use std::fmt;

use super::codes::import as codes;

/// What is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// I030: no text; what it is instead, to be read after *is*.
    Foreign(&'static str),
    /// I031: not one record can be read.
    Unreadable {
        /// How many there are.
        broken: u64,
        /// The line of the first.
        line: u64,
        /// Why the first is refused.
        problem: String,
        /// What the file seems to be.
        hint: Option<&'static str>,
    },
    /// I032: columns, and no rows.
    Rowless,
}

impl Unfit {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Foreign(_) => codes::NO_TEXT,
            Self::Unreadable { .. } => codes::NO_RECORD,
            Self::Rowless => codes::NO_ROWS,
        }
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign(what) => write!(out, "is {what}; save it as CSV or JSON lines"),
            Self::Unreadable {
                broken,
                line,
                problem,
                hint,
            } => {
                let what = match broken {
                    1 => "the only one",
                    _ => "the first",
                };
                write!(
                    out,
                    "has no record that can be read; {what}, on line {line}: {problem}"
                )?;
                hint.map_or(Ok(()), |hint| write!(out, "; {hint}"))
            }
            Self::Rowless => out.write_str("has columns and no rows to guess from"),
        }
    }
}
