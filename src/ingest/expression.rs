//! Expressions of sources over raw records: compiled once for a file, evaluated for
//! each record. Nothing here knows of files, routes or the store.

mod arithmetic;
mod call;
mod cell;
mod compile;
mod evaluate;
mod read;

use std::sync::Arc;

use crate::base::calendar::{Unit, Zone};
use crate::base::kind::Kind;
use crate::base::pattern::Pattern;
use crate::base::value::Value;
use crate::language::typed::{ArithmeticOp, CompareOp, Function, Given, TextOp};

pub use cell::Cell;
pub use compile::{Kept, Scope, columns_of, compile, first_column, lookups_of};
pub use evaluate::{Evaluator, UnknownWord, clean};
pub use read::{boolean, exact, number, scalar};

/// A compiled expression. Kinds are those that `check` has given.
#[derive(Debug)]
pub enum Code {
    /// A value.
    Constant(Value),
    /// Always missing.
    Missing,
    /// Assigns missing.
    Clear,
    /// A raw field.
    Column(Column),
    /// In a report: a value of the record's group.
    Given(Given),
    /// The record's number.
    RecordNumber,
    /// A field of the first record of another source with that key.
    Lookup {
        /// Index of the source.
        source: usize,
        /// Place among the columns kept.
        slot: usize,
        /// Text.
        key: Box<Code>,
    },
    /// Kleene.
    Not(Box<Code>),
    /// Kleene.
    And(Vec<Code>),
    /// Kleene.
    Or(Vec<Code>),
    /// Kleene.
    AtLeast {
        /// How many.
        count: u32,
        /// Of these.
        of: Vec<Code>,
    },
    /// Both of one kind.
    Compare {
        /// Which.
        op: CompareOp,
        /// Left side.
        left: Box<Code>,
        /// Right side.
        right: Box<Code>,
    },
    /// All of one kind.
    Between {
        /// value, low, high
        parts: Box<[Code; 3]>,
        /// Whether low and high belong.
        included: (bool, bool),
        /// `not between`
        negated: bool,
    },
    /// Choices of the value's kind.
    In {
        /// What is sought.
        value: Box<Code>,
        /// Where.
        choices: Vec<Choice>,
        /// `not in`
        negated: bool,
    },
    /// A text in a text.
    TextTest {
        /// Never `Matches`.
        op: TextOp,
        /// Whether case, width and surrounding space are ignored.
        folded: bool,
        /// value, pattern
        parts: Box<[Code; 2]>,
    },
    /// A regular expression.
    Matches {
        /// Text.
        value: Box<Code>,
        /// Compiled.
        pattern: Box<Pattern>,
    },
    /// Never unknown.
    IsMissing {
        /// Of what.
        value: Box<Code>,
        /// `is present`
        negated: bool,
    },
    /// value, fallback
    Default(Box<[Code; 2]>),
    /// condition, then, otherwise
    If(Box<[Code; 3]>),
    /// First yes wins.
    Case {
        /// Conditions with values.
        arms: Vec<(Code, Code)>,
        /// `else`
        otherwise: Option<Box<Code>>,
    },
    /// Numbers, money; `+` of texts joins them.
    Arithmetic {
        /// Which.
        op: ArithmeticOp,
        /// left, right
        parts: Box<[Code; 2]>,
    },
    /// Int, Number, Money.
    Negate(Box<Code>),
    /// A value of another kind as this one.
    Convert {
        /// What.
        value: Box<Code>,
        /// The wanted kind.
        kind: Kind,
    },
    /// `opened_on + 90 days`
    DateAdd {
        /// Date or Time.
        base: Box<Code>,
        /// Signed.
        count: i64,
        /// Of what.
        unit: Unit,
    },
    /// later, earlier
    DaysBetween(Box<[Code; 2]>),
    /// A function over values.
    Call {
        /// Which.
        function: Function,
        /// Its arguments.
        arguments: Vec<Code>,
        /// Kind of the result.
        kind: Kind,
        /// Kind of the first argument.
        of: Kind,
    },
    /// A text read as another kind.
    Read(Box<Reading>),
}

/// A raw field.
#[derive(Debug)]
pub struct Column {
    /// Position in the file.
    pub position: usize,
}

/// How a text becomes a value of another kind.
#[derive(Debug)]
pub struct Reading {
    /// The text.
    pub value: Code,
    /// The wanted kind.
    pub kind: Kind,
    /// The first column that the text comes from, for messages.
    pub column: Option<Arc<str>>,
    /// Pattern of a date or an instant; `None` = ISO.
    pub pattern: Option<Arc<str>>,
    /// Zone of an instant; `None` = the business zone.
    pub zone: Option<Zone>,
}

/// A member of `in (…)`.
#[derive(Debug)]
pub enum Choice {
    /// a value
    One(Code),
    /// a range
    Range {
        /// Lower end, belongs.
        low: Option<Code>,
        /// Upper end.
        high: Option<Code>,
        /// Whether the upper end belongs.
        high_included: bool,
    },
}

#[cfg(test)]
mod tests;
