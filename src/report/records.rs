//! Reports over the raw records of a source: read as they stand in the file, a batch at a
//! time. A value that cannot be read as what is asked counts as missing and is counted.

use std::sync::Arc;

use super::layout::Layout;
use super::part::{Batch, Before, Part};
use super::run::{Files, ReportError, View};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::columns::bits::Bits;
use crate::columns::code;
use crate::engine::RunError;
use crate::engine::outcome::{Condition, ResultColumn, ResultData};
use crate::engine::rows::Gathered;
use crate::ingest::raw::{GivenValues, Raw, RawRecord};
use crate::language::typed::{Given, Report, SourceFileId, Typed};

/// Records of one batch.
const BATCH_RECORDS: usize = 4_096;

/// A batch of records with what is asked of them.
struct Records<'r> {
    asked: &'r [&'r Typed],
    /// By what is asked, by record.
    values: Vec<Vec<Option<Value>>>,
    /// The records as they stand, when they are wanted.
    whole: Vec<Option<Value>>,
    len: usize,
}

impl Batch for Records<'_> {
    fn counted(&self) -> Bits {
        Bits::all(self.len)
    }

    fn column(&mut self, at: usize) -> Result<Gathered, RunError> {
        let nothing = RunError::Malformed("an output that is none");
        let (Some(typed), Some(values)) = (self.asked.get(at), self.values.get(at)) else {
            return Err(nothing);
        };
        gathered(values, &typed.kind)
    }

    fn blame(&mut self, _at: usize, among: &Bits) -> Result<Vec<(Arc<str>, u64)>, RunError> {
        Ok(vec![("a value that cannot be read".into(), among.count())])
    }

    fn whole(&mut self) -> Result<Gathered, RunError> {
        gathered(&self.whole, &Kind::Text)
    }

    fn give(&mut self, _given: Given, _values: Vec<Option<Value>>, _kind: &Kind) {}
}

/// Values as a column.
fn gathered(values: &[Option<Value>], kind: &Kind) -> Result<Gathered, RunError> {
    let mut present = Bits::none(values.len());
    for (at, value) in values.iter().enumerate() {
        present.set(at, value.is_some());
    }
    let data = match kind {
        Kind::Bool => {
            let mut yes = Bits::none(values.len());
            for (at, value) in values.iter().enumerate() {
                yes.set(at, *value == Some(Value::Bool(true)));
            }
            let mut no = present;
            no.and_not(&yes);
            return Ok(Gathered::Condition(Condition { yes, no, hidden: 0 }));
        }
        Kind::Number => ResultData::Numbers(
            values
                .iter()
                .map(|value| match value {
                    // Minus zero is zero, so that equal numbers have equal bits.
                    Some(Value::Number(number)) => number + 0.0,
                    _ => 0.0,
                })
                .collect(),
        ),
        Kind::Text => ResultData::Texts(
            values
                .iter()
                .map(|value| match value {
                    Some(Value::Text(text)) => Arc::clone(text),
                    _ => Arc::from(""),
                })
                .collect(),
        ),
        Kind::Set(_) => return Err(RunError::Malformed("a set in a report")),
        _ => {
            let keys = values
                .iter()
                .map(|value| value.as_ref().and_then(code::key).unwrap_or(0));
            ResultData::Keys(keys.collect())
        }
    };
    Ok(Gathered::Values(ResultColumn {
        kind: kind.clone(),
        data,
        presence: present,
    }))
}

/// One pass over the file; with records that are none, and values that could not be read.
pub fn pass(
    report: &Report,
    source: SourceFileId,
    view: View<'_>,
    files: &Files,
    layout: &Layout<'_>,
    before: Option<Before<'_>>,
) -> Result<(Part, u64, u64), ReportError> {
    let zone = view.snapshot.zone();
    let mut raw = Raw::open(
        view.rules,
        source,
        &files.rules,
        &report.columns,
        &layout.asked,
    )?;
    let takes_whole = layout.tallies.iter().any(|at| {
        let tally = report.tallies.get(at.tally);
        tally.is_some_and(|tally| tally.is_whole())
    });
    let mut part = Part::new(report, layout);
    let mut batch = Vec::with_capacity(BATCH_RECORDS);
    let mut unreadable = 0;
    loop {
        let head = layout.keys + report.groups.len();
        let more = raw.next(zone, takes_whole, head, &mut |values| {
            before.map_or_else(GivenValues::new, |before| {
                let keys = values.get(layout.keys..).unwrap_or_default();
                before.of(report, keys).unwrap_or_default()
            })
        })?;
        let ended = more.is_none();
        batch.extend(more);
        if batch.len() >= BATCH_RECORDS || (ended && !batch.is_empty()) {
            unreadable += batch
                .iter()
                .map(|record: &RawRecord| record.unreadable)
                .sum::<u64>();
            let mut records = records(&layout.asked, std::mem::take(&mut batch));
            part.take(&mut records, report, layout, None)?;
            if let Some(cancel) = &view.options.cancel
                && cancel.load(std::sync::atomic::Ordering::Relaxed)
            {
                return Err(RunError::Cancelled.into());
            }
        }
        if ended {
            return Ok((part, raw.broken(), unreadable));
        }
    }
}

/// Columns of the batch.
fn records<'r>(asked: &'r [&'r Typed], batch: Vec<RawRecord>) -> Records<'r> {
    let len = batch.len();
    let mut values: Vec<Vec<Option<Value>>> = vec![Vec::with_capacity(len); asked.len()];
    let mut whole = Vec::with_capacity(len);
    for record in batch {
        for (column, value) in values.iter_mut().zip(record.values) {
            column.push(value);
        }
        whole.push(record.whole.map(Value::Text));
    }
    Records {
        asked,
        values,
        whole,
        len,
    }
}
