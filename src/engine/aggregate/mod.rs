//! Facts folded per customer: which facts, in which order, into what.

pub mod facts;
pub mod families;
pub mod fold;
pub mod sweep;
pub mod together;

mod count;
mod decay;
mod distinct;
mod edge_cell;
mod elapsed;
mod ends;
mod extreme;
mod latest;
mod points;
mod series;
mod share;
mod sum;

use self::fold::Shape;
use self::sweep::{Cells, Sweep};
use super::block::Block;
use super::evaluate::{Around, Outer, Run};
use super::meter;
use super::outcome::RunError;
use super::vector::Vector;
use super::window::Spans;
use super::words;
use crate::base::kind::Kind;
use crate::language::typed::{AggregateFunction, Subfield, Subject};
use crate::plan::operation::AggregateOp;

/// What the lanes of a block give an aggregate.
#[derive(Clone, Copy)]
pub struct Given<'g, 'a> {
    /// What each lane sees, cut at now.
    pub spans: &'g Spans,
    /// What the filter reads of the program around it.
    pub outer: &'g [Outer<'a>],
    /// What it knows of other customers.
    pub around: &'g Around<'a>,
}

/// The aggregate of each lane of a block, and the cells it took.
pub fn aggregate<'a>(
    run: &'a Run<'a>,
    block: &Block<'a>,
    op: &'a AggregateOp,
    kind: &'a Kind,
    given: Given<'_, 'a>,
) -> Result<(Vector<'a>, Cells), RunError> {
    if let AggregateFunction::Elapsed(of) = op.function {
        return elapsed::elapsed(run, block, op, of, given);
    }
    let Given {
        spans,
        outer,
        around,
    } = given;
    if let Some(known) = latest::latest(run, block, op, spans) {
        return Ok(known);
    }
    let taken = match op.field {
        Some(field) => kind_of(run, op.subject, field),
        None => Some(kind),
    };
    let shape = Shape {
        function: op.function,
        field: op.field,
        taken: taken.ok_or(RunError::Malformed("an aggregate of an unknown field"))?,
        kind,
        len: block.len(),
        bounds: bounds(run, block, op),
        moment: run.moment,
    };
    let mut fold = fold::fold(shape, spans, &run.moment)?;
    let sweep = Sweep {
        run,
        block,
        subject: op.subject,
        spans,
        filter: op.filter.as_ref(),
        outer,
        around,
    };
    let cells = sweep.each(shape.newest_first(), &mut |batch, verdicts| {
        if let Some(verdicts) = verdicts {
            if op.function == AggregateFunction::Share {
                let mut others = batch.clone();
                let no = verdicts.no(batch.lanes.len()).into_owned();
                others.selected = words::both(Some(&no), batch.selected.as_deref());
                meter::read(others.lanes.len(), size_of::<u16>());
                fold.pass_over(&others);
            }
            if words::is_none(&verdicts.yes) {
                return Ok(true);
            }
            match &mut batch.selected {
                Some(selected) => words::and_into(selected, &verdicts.yes),
                None => batch.selected = Some(verdicts.yes.clone()),
            }
        }
        fold.take(batch)?;
        Ok(!fold.is_full())
    })?;
    Ok((fold.finish(spans.presence().cloned())?, cells))
}

/// The declared kind of what is taken.
fn kind_of<'a>(run: &'a Run<'a>, subject: Subject, field: Subfield) -> Option<&'a Kind> {
    let fields = || match subject {
        Subject::Event(id) => run.snapshot.schema().event(id).map(|event| &event.fields),
        Subject::Holding(id) => {
            let holding = run.snapshot.schema().holding(id);
            holding.map(|holding| &holding.fields)
        }
    };
    match field {
        Subfield::Field(id) => fields()?.get(usize::from(id.0)).map(|field| &field.kind),
        Subfield::At => Some(&Kind::Time),
        Subfield::Key => Some(&Kind::Text),
    }
}

/// Keys a field of the block's facts may have; only counting different ones asks.
fn bounds(run: &Run<'_>, block: &Block<'_>, op: &AggregateOp) -> Option<(i64, i64)> {
    let (AggregateFunction::Distinct, Some(Subfield::Field(field))) = (op.function, op.field)
    else {
        return None;
    };
    let at = usize::from(field.0);
    match op.subject {
        Subject::Event(id) => {
            let cells = run.snapshot.events(id).cells_of(block.chunk);
            sweep::bounds(cells.iter().map(|cell| cell.fields.get(at)?.as_ref()))
        }
        Subject::Holding(id) => {
            let chunk = run.holdings.get(&id)?.chunks.get(block.chunk as usize)?;
            sweep::bounds(chunk.iter().map(|chunk| chunk.fields.get(at)?.as_ref()))
        }
    }
}
