//! What is asked of a run and what it gives back, as plain data.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::external::PluginFault;
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::columns::bits::Bits;
use crate::columns::code;

/// Which customers are asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows {
    /// Everyone, by row.
    All,
    /// These, in any order; answers stand in the order given.
    List(Vec<u32>),
}

/// How to run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Worker threads, at least 1.
    pub threads: usize,
    /// Looked at before each block; a run that sees it set ends with [`RunError::Cancelled`].
    pub cancel: Option<Arc<AtomicBool>>,
    /// Measure each operation.
    pub analyze: bool,
    /// Count the facts that aggregates could not judge.
    pub left_aside: bool,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            threads: 2,
            cancel: None,
            analyze: false,
            left_aside: false,
        }
    }
}

/// Why there is no answer. Never the fault of a value: those are missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunError {
    /// The cancel flag was set.
    Cancelled,
    /// A row that the snapshot does not have.
    UnknownRow(u32),
    /// A plan that no checked expression compiles to; says what does not fit.
    Malformed(&'static str),
    /// The worker threads could not be started.
    Threads(String),
    /// The answer would hold more than is allowed.
    Full {
        /// Of what.
        what: &'static str,
        /// At most so many.
        max: usize,
    },
    /// A plugin that the answer needs gave none.
    Plugin(Box<PluginFault>),
}

impl std::fmt::Display for RunError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            RunError::Cancelled => write!(out, "the query was cancelled"),
            RunError::UnknownRow(row) => write!(out, "there is no customer row {row}"),
            RunError::Malformed(what) => write!(out, "the plan does not fit together: {what}"),
            RunError::Threads(why) => write!(out, "worker threads could not be started: {why}"),
            RunError::Full { what, max } => write!(out, "there are more than {max} {what}"),
            RunError::Plugin(fault) => write!(out, "{fault}"),
        }
    }
}

impl std::error::Error for RunError {}

/// The three sets of a condition; unknown is what is in neither and not hidden.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Condition {
    /// Known to hold; by row, or by position in the list asked.
    pub yes: Bits,
    /// Known not to hold.
    pub no: Bits,
    /// How many of the rows asked are hidden: they are in none of the sets.
    pub hidden: u64,
}

impl Condition {
    /// Yes, no and unknown rows.
    pub fn counts(&self) -> (u64, u64, u64) {
        let ones = |bits: &Bits| super::words::ones(&bits.words);
        let (yes, no) = (ones(&self.yes), ones(&self.no));
        (yes, no, self.yes.len as u64 - yes - no - self.hidden)
    }

    /// One row; `None` = unknown, or hidden.
    pub fn get(&self, index: usize) -> Option<bool> {
        if super::words::get(&self.yes.words, index) {
            return Some(true);
        }
        super::words::get(&self.no.words, index).then_some(false)
    }
}

/// Values by row, in the layout of their kind. Places without presence mean nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum ResultData {
    /// Int, Money in ten-thousandths, Enum code, Date days, Time seconds.
    Keys(Vec<i64>),
    /// Number.
    Numbers(Vec<f64>),
    /// Text.
    Texts(Vec<Arc<str>>),
    /// Set; absent ones are empty.
    Sets(Vec<Arc<[Value]>>),
}

/// One value a row, or missing.
#[derive(Clone, Debug, PartialEq)]
pub struct ResultColumn {
    /// Kind of the values; never Bool.
    pub kind: Kind,
    /// The values.
    pub data: ResultData,
    /// Which are present.
    pub presence: Bits,
}

impl ResultColumn {
    /// How many rows.
    pub fn len(&self) -> usize {
        self.presence.len
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.presence.len == 0
    }

    /// The value of that row (or position in the list asked); `None` = missing.
    pub fn get(&self, index: usize) -> Option<Value> {
        if !super::words::get(&self.presence.words, index) {
            return None;
        }
        match &self.data {
            ResultData::Keys(keys) => code::value(&self.kind, *keys.get(index)?, None),
            ResultData::Numbers(numbers) => numbers.get(index).copied().map(Value::Number),
            ResultData::Texts(texts) => texts.get(index).cloned().map(Value::Text),
            ResultData::Sets(sets) => sets.get(index).cloned().map(Value::Set),
        }
    }
}

/// The answer to one output of the plan: a condition or values.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct OutputResult {
    /// For Bool.
    pub condition: Option<Condition>,
    /// For every other kind.
    pub values: Option<ResultColumn>,
    /// Label of what is missing, with the number of unknown (or missing) rows in which it is
    /// missing though all it is made of is present; greatest first, then by label.
    pub missing_because: Vec<(Arc<str>, u64)>,
}

impl OutputResult {
    /// The same of one row alone.
    #[must_use]
    pub fn one(&self, index: usize) -> Self {
        let bit = |bits: &Bits| {
            let mut one = Bits::none(1);
            one.set(0, bits.get(index));
            one
        };
        let take = |keys: &[i64]| keys.get(index).copied().unwrap_or(0);
        Self {
            condition: self.condition.as_ref().map(|condition| Condition {
                yes: bit(&condition.yes),
                no: bit(&condition.no),
                hidden: 0,
            }),
            values: self.values.as_ref().map(|values| ResultColumn {
                kind: values.kind.clone(),
                presence: bit(&values.presence),
                data: match &values.data {
                    ResultData::Keys(keys) => ResultData::Keys(vec![take(keys)]),
                    ResultData::Numbers(numbers) => {
                        ResultData::Numbers(numbers.get(index).copied().into_iter().collect())
                    }
                    ResultData::Texts(texts) => {
                        ResultData::Texts(texts.get(index).cloned().into_iter().collect())
                    }
                    ResultData::Sets(sets) => {
                        ResultData::Sets(sets.get(index).cloned().into_iter().collect())
                    }
                },
            }),
            missing_because: Vec::new(),
        }
    }
}

/// Facts within an aggregate's window that its `where` could not judge, because of a missing field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftAside {
    /// The aggregate, as printed.
    pub aggregate: Arc<str>,
    /// The field.
    pub field: Arc<str>,
    /// How many facts.
    pub events: u64,
}

/// What one operation cost.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct SlotProfile {
    /// Lanes it was evaluated for.
    pub rows: u64,
    /// Blocks it was evaluated in.
    pub blocks: u64,
    /// Blocks of the outputs in which nobody needed it.
    pub blocks_skipped: u64,
    /// Its own time, without that of its inputs; over all threads.
    pub nanoseconds: u64,
    /// Event cells it went through.
    pub cells_read: u64,
    /// Event cells outside its window.
    pub cells_skipped: u64,
    /// Facts that lie in what it went through.
    pub facts: u64,
    /// Bytes of stored columns and of facts that it read, its filter's among them.
    pub bytes: u64,
    /// Lanes, and facts of its filter, of which the bounds of a chunk or cell told a comparison all: nothing
    /// was read of them.
    pub rows_spared: u64,
    /// Facts that its filter looked at one by one.
    pub where_facts: u64,
    /// Bytes its filter read.
    pub where_bytes: u64,
    /// Facts its filter judged by the bounds of their cells alone.
    pub where_facts_spared: u64,
    /// Cells all of whose facts it judged so, counted for each block of customers.
    pub where_cells_spared: u64,
    /// Pairs of events that a sequence looked at.
    pub pairs: u64,
}

impl SlotProfile {
    /// Adds what another block cost.
    pub fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.blocks += other.blocks;
        self.nanoseconds += other.nanoseconds;
        self.cells_read += other.cells_read;
        self.cells_skipped += other.cells_skipped;
        self.facts += other.facts;
        self.bytes += other.bytes;
        self.rows_spared += other.rows_spared;
        self.where_facts += other.where_facts;
        self.where_bytes += other.where_bytes;
        self.where_facts_spared += other.where_facts_spared;
        self.where_cells_spared += other.where_cells_spared;
        self.pairs += other.pairs;
    }
}

/// What a run cost, by slot of the plan's program.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Profile {
    /// As long as the program.
    pub slots: Vec<SlotProfile>,
    /// Blocks of the outputs.
    pub blocks: u64,
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Outcome {
    /// By output of the plan.
    pub outputs: Vec<OutputResult>,
    /// When asked; sorted.
    pub left_aside: Vec<LeftAside>,
    /// When asked.
    pub profile: Option<Profile>,
}
