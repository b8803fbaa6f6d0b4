//! `elapsed`: from each event to the first answer after it. Both sides are gathered by
//! customer; the answers are sorted by what they are sought by, and each event finds
//! its own by halving.

use std::cmp::Ordering;

use super::Given;
use super::facts::{Batch, Table};
use super::sweep::{Cells, Sweep};
use crate::base::kind::Kind;
use crate::base::math::finite;
use crate::base::value::Value;
use crate::engine::block::Block;
use crate::engine::evaluate::Run;
use crate::engine::meter;
use crate::engine::outcome::RunError;
use crate::engine::vector::Vector;
use crate::engine::window::{Span, Spans};
use crate::engine::words;
use crate::language::typed::{Elapsed, Subject};
use crate::plan::operation::AggregateOp;
use crate::schema::{EventId, FieldId};

/// One event of a lane, with what it is joined by.
struct Seen {
    lane: usize,
    key: Vec<Value>,
    at: i64,
    sequence: i64,
}

impl Seen {
    fn sought_by(&self, other: &Self) -> Ordering {
        let keys = self.key.iter().zip(&other.key);
        let keys = keys.map(|(one, other)| one.order(other));
        let by_key = keys.fold(Ordering::Equal, Ordering::then);
        self.lane.cmp(&other.lane).then(by_key)
    }

    fn place(&self) -> (i64, i64) {
        (self.at, self.sequence)
    }
}

/// Mean hours of each lane of a block; `spans` are those of the questions.
pub fn elapsed<'a>(
    run: &'a Run<'a>,
    block: &Block<'a>,
    op: &'a AggregateOp,
    elapsed: Elapsed,
    given: Given<'_, 'a>,
) -> Result<(Vector<'a>, Cells), RunError> {
    let Given {
        spans,
        outer,
        around,
    } = given;
    let Subject::Event(question) = op.subject else {
        return Err(RunError::Malformed("holdings are not answered"));
    };
    let sweep = Sweep {
        run,
        block,
        subject: op.subject,
        spans,
        filter: op.filter.as_ref(),
        outer,
        around,
    };
    let fields = elapsed.pairs().map(|(field, _)| field).collect();
    let (questions, mut cells) = gathered(run, &sweep, question, fields)?;
    let everything = Spans::Fixed(Span::ALL).cut(run.moment.end());
    let sweep = Sweep {
        subject: Subject::Event(elapsed.answer),
        spans: &everything,
        filter: None,
        outer: &[],
        ..sweep
    };
    let fields = elapsed.pairs().map(|(_, field)| field).collect();
    let (mut answers, more) = gathered(run, &sweep, elapsed.answer, fields)?;
    cells.add(&more);
    answers.sort_by(|one, other| {
        let by_place = one.place().cmp(&other.place());
        one.sought_by(other).then(by_place)
    });
    let mut waits = vec![(0i64, 0u32); block.len()];
    for asked in &questions {
        let first = answers.partition_point(|answer| {
            let by_key = answer.sought_by(asked);
            by_key.then(answer.place().cmp(&asked.place())).is_le()
        });
        let found = answers.get(first).filter(|it| it.sought_by(asked).is_eq());
        if let (Some(answer), Some(wait)) = (found, waits.get_mut(asked.lane)) {
            *wait = (wait.0 + answer.at - asked.at, wait.1 + 1);
        }
    }
    let presence = spans.presence().cloned();
    let (hours, presence) =
        crate::engine::arithmetic::each(&waits, presence, |(seconds, answered)| {
            finite(seconds as f64 / f64::from(answered) / 3_600.0)
        });
    Ok((Vector::numbers(hours, presence), cells))
}

/// Events of a sweep that have everything they are joined by.
fn gathered<'a>(
    run: &'a Run<'a>,
    sweep: &Sweep<'_, 'a>,
    event: EventId,
    fields: Vec<FieldId>,
) -> Result<(Vec<Seen>, Cells), RunError> {
    let declared = run.snapshot.schema().event(event);
    let kind = |field: &FieldId| {
        let found = declared.and_then(|event| event.fields.get(usize::from(field.0)));
        found.map(|found| (*field, &found.kind))
    };
    let fields: Option<Vec<(FieldId, &Kind)>> = fields.iter().map(kind).collect();
    let fields = fields.ok_or(RunError::Malformed(
        "an event lacks a field it is joined by",
    ))?;
    let mut seen = Vec::new();
    let cells = sweep.each(false, &mut |batch, verdicts| {
        if let Some(verdicts) = verdicts {
            batch.selected = words::both(Some(&verdicts.yes), batch.selected.as_deref());
        }
        take(batch, &fields, &mut seen);
        Ok(true)
    })?;
    Ok((seen, cells))
}

fn take(batch: &Batch<'_, '_>, fields: &[(FieldId, &Kind)], seen: &mut Vec<Seen>) {
    let Table::Cell { cell, .. } = batch.table else {
        return;
    };
    let columns: Vec<(Vector<'_>, &Kind)> = fields
        .iter()
        .map(|(field, kind)| (batch.table.field(*field, kind, batch.place), *kind))
        .collect();
    meter::read(1, cell.time_bytes(batch.lanes.len()));
    batch.each(|index, lane| {
        let fact = batch.place.at(index);
        let key = columns
            .iter()
            .map(|(column, kind)| column.value(index, kind));
        let key: Option<Vec<Value>> = key.collect();
        seen.extend(key.map(|key| Seen {
            lane,
            key,
            at: cell.instant(fact).0,
            sequence: cell.sequence(fact),
        }));
    });
}
