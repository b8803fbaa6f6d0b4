//! Why facts cannot become columns: the log cannot be read, or they contradict the
//! schema, the rows before them, or a limit. The log was checked on its way in, so
//! each of these is a fault of the store or of the schema it is read with.

use std::fmt;
use std::sync::Arc;

use crate::base::calendar::Instant;
use crate::store::StoreError;

/// What is wrong with a fact; facts before it have been taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnsError {
    /// The log cannot be read.
    Store(StoreError),
    /// Facts do not go on where the last ones ended.
    Position {
        /// Log position that should come.
        expected: u64,
        /// Log position that came.
        found: u64,
    },
    /// A customer does not take the next row.
    CustomerOrder {
        /// The next row.
        expected: u32,
        /// The row of the fact.
        found: u32,
    },
    /// A customer's id is taken.
    CustomerRepeated {
        /// The id.
        id: Arc<str>,
    },
    /// A fact of a customer that has not entered.
    UnknownRow {
        /// The row of the fact.
        row: u32,
        /// Rows there are.
        rows: u32,
    },
    /// A fact of a kind, or an attribute, that the schema has not.
    UnknownKind {
        /// `attribute`, `event`, `holding` or `relation`.
        what: &'static str,
        /// Its number.
        id: u16,
    },
    /// A fact with more or fewer fields than its kind has.
    FieldCount {
        /// Name of the kind.
        kind: Arc<str>,
        /// Fields of the kind.
        expected: usize,
        /// Fields of the fact.
        found: usize,
    },
    /// A value that its field cannot hold.
    Mismatch {
        /// `purchase.amount`, or the attribute's name.
        field: String,
        /// What the field holds.
        expected: &'static str,
    },
    /// An edge to a text where the relation leads to customers, or the reverse.
    EndMismatch {
        /// Name of the relation.
        relation: Arc<str>,
    },
    /// An event before the year 1 or after the year 9999.
    OutOfCalendar {
        /// Name of the event.
        event: Arc<str>,
        /// When.
        at: Instant,
    },
    /// A limit is reached.
    Full {
        /// What there is too much of.
        what: String,
        /// How many there may be.
        max: u64,
    },
}

impl fmt::Display for ColumnsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Store(error) => error.fmt(f),
            Self::Position { expected, found } => {
                write!(
                    f,
                    "facts should go on at log position {expected}, not {found}"
                )
            }
            Self::CustomerOrder { expected, found } => {
                write!(
                    f,
                    "the next customer should have row {expected}, not {found}"
                )
            }
            Self::CustomerRepeated { id } => write!(f, "the customer id `{id}` enters twice"),
            Self::UnknownRow { row, rows } => {
                write!(f, "a fact of row {row}, but there are {rows} customers")
            }
            Self::UnknownKind { what, id } => {
                write!(f, "the schema has no {what} with number {id}")
            }
            Self::FieldCount {
                kind,
                expected,
                found,
            } => write!(
                f,
                "`{kind}` has {expected} fields, a fact of it has {found}"
            ),
            Self::Mismatch { field, expected } => {
                write!(f, "a value of `{field}` is not {expected} that it can hold")
            }
            Self::EndMismatch { relation } => {
                write!(f, "an edge of `{relation}` leads to the wrong sort of end")
            }
            Self::OutOfCalendar { event, at } => write!(
                f,
                "an event `{event}` lies outside the years 1 to 9999 ({} seconds from 1970)",
                at.0
            ),
            Self::Full { what, max } => write!(f, "more than {max} {what}"),
        }
    }
}

impl std::error::Error for ColumnsError {}

impl From<StoreError> for ColumnsError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
