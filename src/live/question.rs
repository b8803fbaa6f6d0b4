//! A filter asked of a moment: how many, who, in which order, with what shown.
//! The count, the ids and the rows come from one run of one plan.

use std::cmp::Ordering;
use std::sync::Arc;

use super::answer::{Answer, AnswerRow, Blame, ScoredBy, Shown};
use super::moment::{AskError, Moment};
use super::run::{Prepared, View};
use crate::base::diagnostic::Diagnostic;
use crate::base::value::Value;
use crate::columns::bits::Bits;
use crate::engine::{self, External, OutputResult, Rows, RunError, RunOptions};
use crate::language::compile;
use crate::language::typed::Typed;
use crate::plan::{self, Asked, Plan};

/// A question as text.
#[derive(Clone, Debug, Default)]
pub struct Question<'a> {
    /// A condition: a filter's name or any expression of the language.
    pub filter: &'a str,
    /// Expressions separated by top-level commas.
    pub show: Option<&'a str>,
    /// `E desc, F`.
    pub order_by: Option<&'a str>,
    /// Only rows whose ids come after this one, by bytes; the figures stay whole.
    pub after: Option<&'a str>,
    /// Rows given at most.
    pub limit: Option<usize>,
    /// Whether rows are wanted at all.
    pub rows: bool,
    /// Whether facts that a `where` could not judge are to be counted.
    pub left_aside: bool,
}

/// A question whose texts are checked.
pub(super) struct Compiled {
    pub(super) condition: Typed,
    shown: Vec<(String, Typed)>,
    order: Vec<(Typed, bool)>,
}

impl Moment {
    /// Answers a question over all customers.
    pub fn ask(&self, question: &Question<'_>, options: &RunOptions) -> Result<Answer, AskError> {
        let compiled = self.compile(question)?;
        let plan = self.plan(&[Asked {
            name: question.filter.into(),
            typed: &compiled.condition,
        }]);
        let mut options = options.clone();
        options.left_aside = question.left_aside;
        let mut heard = External::default();
        let outcome = self.run(plan, &Rows::All, &options, &mut heard)?;
        let output = outcome.outputs.into_iter().next().ok_or_else(no_output)?;
        let OutputResult {
            condition,
            missing_because,
            ..
        } = output;
        let condition = condition.ok_or_else(no_output)?;
        let total = u64::from(self.snapshot.living());
        let (count, no) = (condition.yes.count(), condition.no.count());
        let rows = if question.rows {
            Some(self.rows(&condition.yes, &compiled, question, &options, &mut heard)?)
        } else {
            None
        };
        Ok(Answer {
            count,
            no,
            unknown: total - count - no,
            unknown_because: missing_because
                .into_iter()
                .map(|(field, count)| Blame { field, count })
                .collect(),
            left_aside: outcome.left_aside,
            total,
            as_of: self.now,
            shown: compiled
                .shown
                .iter()
                .map(|(name, typed)| Shown {
                    name: name.clone(),
                    kind: typed.kind.clone(),
                })
                .collect(),
            rows,
            scored: scored(&heard),
            ranks_at: heard.ranks_at(),
            tiers: heard.tiers_shown(),
            profile: outcome.profile,
        })
    }

    /// Checks the texts of a question without asking it.
    pub fn check(&self, question: &Question<'_>) -> Result<(), AskError> {
        self.compile(question).map(|_| ())
    }

    /// Checks the texts of a question; all faults of all its parts together.
    pub(super) fn compile(&self, question: &Question<'_>) -> Result<Compiled, AskError> {
        let (mut sources, filter_id) = self.with_text("<filter>", question.filter);
        let mut faults: Vec<Diagnostic> = Vec::new();
        let condition = compile::condition(&self.rules, question.filter, filter_id)
            .map_err(|found| faults.extend(found))
            .ok();
        let mut shown = Vec::new();
        if let Some(text) = question.show {
            let id = sources.add("<show>", text);
            match compile::list(&self.rules, text, id) {
                Ok(list) => shown = list,
                Err(found) => faults.extend(found),
            }
        }
        let mut order = Vec::new();
        if let Some(text) = question.order_by {
            let id = sources.add("<order by>", text);
            match compile::order(&self.rules, text, id) {
                Ok(list) => order = list,
                Err(found) => faults.extend(found),
            }
        }
        match condition {
            Some(condition) if faults.is_empty() => Ok(Compiled {
                condition: condition.typed,
                shown,
                order,
            }),
            _ => Err(AskError::Text(Box::new(sources), faults)),
        }
    }

    /// The optimised plan of some expressions.
    pub(super) fn plan(&self, asked: &[Asked<'_>]) -> Plan {
        plan::optimise(plan::compile(&self.rules, asked), &self.statistics)
    }

    /// Runs a plan; what plugins say is kept in `heard` and not asked again.
    pub(super) fn run(
        &self,
        plan: Plan,
        rows: &Rows,
        options: &RunOptions,
        heard: &mut External,
    ) -> Result<engine::Outcome, AskError> {
        let prepared = Prepared::new(plan);
        let view = self.view(options);
        prepared
            .ask(view, rows, false, heard)
            .and_then(|()| prepared.answer(view, rows, heard))
            .map_err(AskError::Run)
    }

    /// What runs of this moment stand on.
    pub(super) fn view<'a>(&'a self, options: &'a RunOptions) -> View<'a> {
        View {
            snapshot: &self.snapshot,
            plugins: &*self.plugins,
            now: self.now,
            ranks: Some(&self.ranks),
            options,
        }
    }

    /// The values of some expressions for a list of rows, by row.
    pub(super) fn values(
        &self,
        typed: &[&Typed],
        rows: &[u32],
        options: &RunOptions,
        heard: &mut External,
    ) -> Result<Vec<Vec<Option<Value>>>, AskError> {
        if typed.is_empty() || rows.is_empty() {
            return Ok(vec![Vec::new(); rows.len()]);
        }
        let name: Arc<str> = "value".into();
        let asked: Vec<Asked<'_>> = typed
            .iter()
            .map(|typed| Asked {
                name: Arc::clone(&name),
                typed,
            })
            .collect();
        let plan = self.plan(&asked);
        let outcome = self.run(plan, &Rows::List(rows.to_vec()), options, heard)?;
        Ok((0..rows.len())
            .map(|at| {
                outcome
                    .outputs
                    .iter()
                    .map(|output| value(output, at))
                    .collect()
            })
            .collect())
    }

    /// Rows by the bytes of their ids, after one id, at most so many.
    fn by_id(&self, yes: &Bits, after: Option<&str>, limit: usize) -> Vec<u32> {
        let order = self.snapshot.by_id();
        let from = after.map_or(0, |after| {
            order.partition_point(|row| self.snapshot.id(*row).as_bytes() <= after.as_bytes())
        });
        let rest = order.get(from..).unwrap_or_default().iter().copied();
        rest.filter(|row| yes.get(*row as usize))
            .take(limit)
            .collect()
    }

    /// The rows in the order asked for (missing last, then id), cut at the limit, with what is shown.
    fn rows(
        &self,
        yes: &Bits,
        compiled: &Compiled,
        question: &Question<'_>,
        options: &RunOptions,
        heard: &mut External,
    ) -> Result<Vec<AnswerRow>, AskError> {
        let mut options = options.clone();
        (options.left_aside, options.analyze) = (false, false);
        let limit = question.limit.unwrap_or(usize::MAX);
        let rows = if compiled.order.is_empty() {
            self.by_id(yes, question.after, limit)
        } else {
            let yes = self.by_id(yes, question.after, usize::MAX);
            let keys: Vec<&Typed> = compiled.order.iter().map(|(typed, _)| typed).collect();
            let values = self.values(&keys, &yes, &options, heard)?;
            let mut keyed: Vec<(u32, Vec<Option<Value>>)> = yes.into_iter().zip(values).collect();
            keyed.sort_by(|a, b| self.compare(a, b, &compiled.order));
            keyed.truncate(limit);
            keyed.into_iter().map(|(row, _)| row).collect()
        };
        let shown: Vec<&Typed> = compiled.shown.iter().map(|(_, typed)| typed).collect();
        let values = self.values(&shown, &rows, &options, heard)?;
        Ok(rows
            .into_iter()
            .zip(values)
            .map(|(row, values)| AnswerRow { row, values })
            .collect())
    }

    fn compare(
        &self,
        (row_a, keys_a): &(u32, Vec<Option<Value>>),
        (row_b, keys_b): &(u32, Vec<Option<Value>>),
        order: &[(Typed, bool)],
    ) -> Ordering {
        for ((a, b), (_, descending)) in keys_a.iter().zip(keys_b).zip(order) {
            let by_key = match (a, b) {
                (None, None) => Ordering::Equal,
                (None, Some(_)) => Ordering::Greater,
                (Some(_), None) => Ordering::Less,
                (Some(a), Some(b)) if *descending => b.order(a),
                (Some(a), Some(b)) => a.order(b),
            };
            if by_key.is_ne() {
                return by_key;
            }
        }
        self.snapshot
            .id(*row_a)
            .as_bytes()
            .cmp(self.snapshot.id(*row_b).as_bytes())
    }
}

/// Who scored, and of how many there is no score.
fn scored(heard: &External) -> Vec<ScoredBy> {
    let columns = heard.columns().map(|(call, column)| {
        let scored = column.scored();
        ScoredBy {
            call: call.to_string(),
            by: Arc::clone(&scored.by),
            customers: scored.present.len as u64,
            missing: scored.missing.clone().into_iter().collect(),
        }
    });
    columns.collect()
}

/// The value of one row of an output; a condition's is yes or no.
fn value(output: &OutputResult, at: usize) -> Option<Value> {
    match (&output.condition, &output.values) {
        (Some(condition), _) => condition.get(at).map(Value::Bool),
        (None, Some(values)) => values.get(at),
        (None, None) => None,
    }
}

/// A run without the output that was asked for is a fault of the plan.
fn no_output() -> AskError {
    AskError::Run(RunError::Malformed("the plan gave no condition"))
}
