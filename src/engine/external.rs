//! What an answer needs and the engine cannot compute: what plugins say of customers and
//! rank tables, handed in as plain values. Who asks the plugins, and how, is not known here; the
//! trait says only what they are asked and what they answer.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::outcome::{OutputResult, Rows, RunError};
use super::rank::RankTable;
use super::reviewed::{ReviewShown, Reviewed, TiersShown};
use crate::base::calendar::Instant;
use crate::base::value::Value;
use crate::columns::bits::Bits;
use crate::language::typed::PluginCall;

/// What a plugin's function is told of some customers.
#[derive(Clone, Copy, Debug)]
pub struct Told<'a> {
    /// Which function.
    pub call: &'a PluginCall,
    /// In the order of its signature; as many values each as there are customers.
    pub inputs: &'a [OutputResult],
    /// How many customers.
    pub rows: usize,
    /// Whether it shall also say how each answer comes about.
    pub explain: bool,
    /// Set when nobody waits for the answer any more.
    pub cancel: Option<&'a Arc<AtomicBool>>,
}

/// Whoever can ask plugins.
pub trait Scorer: Send + Sync {
    /// The answers for the customers told of, in their order.
    fn score(&self, told: Told<'_>) -> Result<Scored, PluginFault>;
}

/// Nobody: every plugin is unknown.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoPlugins;

impl Scorer for NoPlugins {
    fn score(&self, told: Told<'_>) -> Result<Scored, PluginFault> {
        Err(PluginFault {
            plugin: Arc::clone(&told.call.plugin),
            function: Arc::clone(&told.call.function),
            version: "".into(),
            batch: None,
            code: "plugin_absent",
            reason: "it is not there".to_owned(),
        })
    }
}

/// Answers in the layout of their kind; places without presence mean nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum ScoreData {
    /// Number: finite.
    Numbers(Vec<f64>),
    /// Int.
    Ints(Vec<i64>),
    /// Bool.
    Flags(Bits),
    /// Text.
    Texts(Vec<Arc<str>>),
}

/// What one function said of some customers.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// One answer a customer.
    pub data: ScoreData,
    /// Which customers have one.
    pub present: Bits,
    /// Why the others have none, with how many of them.
    pub missing: BTreeMap<Arc<str>, u64>,
    /// How each answer comes about, when asked; else empty.
    pub accounts: Vec<Account>,
    /// Who answered: the plugin's id and version.
    pub by: Arc<str>,
}

/// How one answer comes about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Account {
    /// Named parts, in the plugin's order.
    pub parts: Vec<(Arc<str>, f64)>,
    /// What their sum means.
    pub link: Link,
    /// Why there is no answer, or what is wrong with the parts.
    pub note: Option<Arc<str>>,
}

/// How the sum of the parts becomes the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// It does not follow from the sum.
    #[default]
    None,
    /// It is the sum.
    Sum,
    /// It is 1 / (1 + exp(−sum)).
    Logistic,
}

/// A call that failed as a whole. No customer has an answer of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginFault {
    /// The plugin's id.
    pub plugin: Arc<str>,
    /// The function's name.
    pub function: Arc<str>,
    /// The plugin's version; empty when it is not known.
    pub version: Arc<str>,
    /// Which batch of the call, from 1; `None` when it never came to one.
    pub batch: Option<u32>,
    /// Stable; what kind of fault it is.
    pub code: &'static str,
    /// A plain sentence.
    pub reason: String,
}

impl fmt::Display for PluginFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "the plugin `{}", self.plugin)?;
        if !self.version.is_empty() {
            write!(out, " {}", self.version)?;
        }
        write!(out, "` failed in `{}`", self.function)?;
        if let Some(batch) = self.batch {
            write!(out, ", batch {batch}")?;
        }
        write!(out, ": {}", self.reason)
    }
}

/// One function's answers by row.
#[derive(Clone, Debug, PartialEq)]
pub struct ExternalColumn {
    /// Ascending; `None` = everyone.
    rows: Option<Vec<u32>>,
    scored: Scored,
}

impl ExternalColumn {
    /// Answers about everyone, in order.
    pub fn whole(scored: Scored) -> Self {
        Self { rows: None, scored }
    }

    /// Where the row's answer stands; `None` = nobody asked about it.
    pub fn index(&self, row: u32) -> Option<usize> {
        match &self.rows {
            None => Some(row as usize).filter(|at| *at < self.scored.present.len),
            Some(rows) => rows.binary_search(&row).ok(),
        }
    }

    /// Whether everyone was asked about, so that places are rows.
    pub fn is_whole(&self) -> bool {
        self.rows.is_none()
    }

    /// All of it.
    pub fn scored(&self) -> &Scored {
        &self.scored
    }

    /// The answer at a place.
    pub fn value(&self, at: usize) -> Option<Value> {
        if !self.scored.present.get(at) {
            return None;
        }
        match &self.scored.data {
            ScoreData::Numbers(numbers) => numbers.get(at).copied().map(Value::Number),
            ScoreData::Ints(numbers) => numbers.get(at).copied().map(Value::Int),
            ScoreData::Flags(flags) => Some(Value::Bool(flags.get(at))),
            ScoreData::Texts(texts) => texts.get(at).cloned().map(Value::Text),
        }
    }
}

/// What plugins said, by function, rank tables by name, and what reviews of tiers said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct External {
    columns: BTreeMap<PluginCall, ExternalColumn>,
    faults: BTreeMap<PluginCall, PluginFault>,
    tables: BTreeMap<Arc<str>, Arc<RankTable>>,
    /// By the names of tiers; `None` = there is no review.
    reviewed: BTreeMap<Arc<str>, Option<Reviewed>>,
    /// By the names of tiers, where someone asks why.
    reviews: BTreeMap<Arc<str>, ReviewShown>,
}

impl External {
    /// Takes a rank table, by the name that operations have for it.
    pub fn put_table(&mut self, name: &Arc<str>, table: Arc<RankTable>) {
        self.tables.insert(Arc::clone(name), table);
    }

    /// Lets go of all rank tables: under another rule set their names mean something else.
    pub fn forget_tables(&mut self) {
        self.tables.clear();
    }

    /// The rank table of that name; an error when it was not built.
    pub fn table(&self, name: &str) -> Result<&Arc<RankTable>, RunError> {
        self.tables
            .get(name)
            .ok_or(RunError::Malformed("a rank table that was not built"))
    }

    /// The instant that the rank tables at hand show; `None` without any.
    pub fn ranks_at(&self) -> Option<Instant> {
        self.tables.values().map(|table| table.at).min()
    }

    /// Takes what the last review of some tiers said; `None` = there was none.
    pub fn put_reviewed(&mut self, name: &Arc<str>, reviewed: Option<Reviewed>) {
        self.reviewed.insert(Arc::clone(name), reviewed);
    }

    /// What the last review of the tiers of that name said.
    pub fn reviewed(&self, name: &str) -> Option<&Reviewed> {
        self.reviewed.get(name)?.as_ref()
    }

    /// Takes what the last review of some tiers came from.
    pub fn put_review(&mut self, name: &Arc<str>, review: ReviewShown) {
        self.reviews.insert(Arc::clone(name), review);
    }

    /// What the last review of the tiers of that name came from.
    pub fn review(&self, name: &str) -> Option<&ReviewShown> {
        self.reviews.get(name)
    }

    /// The tiers that were asked for, by name, with the dates of their reviews.
    pub fn tiers_shown(&self) -> Vec<TiersShown> {
        let tiers = self.reviewed.iter();
        tiers
            .map(|(name, reviewed)| TiersShown {
                name: Arc::clone(name),
                date: reviewed.as_ref().map(|reviewed| reviewed.date),
            })
            .collect()
    }

    /// Takes the answer about some rows, ascending when they are a list.
    pub fn put(&mut self, call: &PluginCall, rows: Rows, answer: Result<Scored, PluginFault>) {
        match answer {
            Ok(scored) => {
                let rows = match rows {
                    Rows::All => None,
                    Rows::List(rows) => Some(rows),
                };
                self.faults.remove(call);
                let column = ExternalColumn { rows, scored };
                self.columns.insert(call.clone(), column);
            }
            Err(fault) => {
                self.columns.remove(call);
                self.faults.insert(call.clone(), fault);
            }
        }
    }

    /// Whether a function has been asked about these rows, with whatever outcome.
    pub fn covers(&self, call: &PluginCall, rows: &Rows) -> bool {
        if self.faults.contains_key(call) {
            return true;
        }
        let Some(column) = self.columns.get(call) else {
            return false;
        };
        match (&column.rows, rows) {
            (None, _) => true,
            (Some(_), Rows::All) => false,
            (Some(_), Rows::List(list)) => list.iter().all(|row| column.index(*row).is_some()),
        }
    }

    /// A function's answers; an error when it failed or was not asked.
    pub fn column(&self, call: &PluginCall) -> Result<&ExternalColumn, RunError> {
        match (self.columns.get(call), self.faults.get(call)) {
            (Some(column), _) => Ok(column),
            (None, Some(fault)) => Err(RunError::Plugin(Box::new(fault.clone()))),
            (None, None) => Err(RunError::Malformed("a plugin that was not asked")),
        }
    }

    /// Every function that answered.
    pub fn columns(&self) -> impl Iterator<Item = (&PluginCall, &ExternalColumn)> {
        self.columns.iter()
    }
}
