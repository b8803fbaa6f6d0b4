//! Answers that the last instant of each customer gives: the time of the last event, and whether
//! there is one in a window that reaches up to now.

use super::sweep::Cells;
use crate::base::calendar::Date;
use crate::base::kind::Kind;
use crate::columns::packed::Packed;
use crate::engine::block::Block;
use crate::engine::compare;
use crate::engine::evaluate::Run;
use crate::engine::vector::{KeyData, Place, Truth, Vector, View};
use crate::engine::window::{DAY_STAMPS, Span, Spans};
use crate::engine::words;
use crate::language::typed::{AggregateFunction, Subfield, Subject};
use crate::plan::operation::AggregateOp;

/// The aggregate of each lane, if last instants tell it: of everyone, and where no event lies after now.
pub fn latest<'a>(
    run: &'a Run<'a>,
    block: &Block<'a>,
    op: &AggregateOp,
    spans: &Spans,
) -> Option<(Vector<'a>, Cells)> {
    let (Subject::Event(event), None) = (op.subject, &op.filter) else {
        return None;
    };
    let (Place::Range { .. }, Spans::Fixed(span)) = (block.place, spans) else {
        return None;
    };
    let moment = &run.moment;
    if span.to != moment.end() {
        return None;
    }
    let from = match (op.function, op.field) {
        (AggregateFunction::Last, Some(Subfield::At)) if span.from == Span::ALL.from => None,
        (AggregateFunction::Any | AggregateFunction::None, _) => Some(start(run, *span)?),
        _ => return None,
    };
    let events = run.snapshot.events(event);
    let cells = Cells {
        skipped: events.cells_of(block.chunk).len() as u64,
        ..Cells::default()
    };
    let instants = events.latest(block.chunk, moment.now)?;
    let vector = match from {
        None => Vector::stored(&Kind::Time, instants, None, block.place),
        Some(from) => {
            let yes = since(instants, from, block);
            let is_none = op.function == AggregateFunction::None;
            Vector::Truth(Truth::of(yes, None).turned(is_none, block.len()))
        }
    };
    Some((vector, cells))
}

/// The instant at which a window begins that begins with a date.
fn start(run: &Run<'_>, span: Span) -> Option<i64> {
    if span.from == Span::ALL.from {
        return Some(i64::MIN);
    }
    let date = i32::try_from(span.from.div_euclid(DAY_STAMPS)).ok()?;
    let is_date = span.from.rem_euclid(DAY_STAMPS) == 0;
    is_date.then(|| run.moment.zone.start_of(Date(date)).0)
}

/// Lanes whose last instant is not before that one.
fn since(instants: Option<&Packed>, from: i64, block: &Block<'_>) -> Vec<u64> {
    let len = block.len();
    let Some(packed) = instants else {
        return words::none(len);
    };
    let view = View {
        packed,
        place: block.place,
    };
    let mut yes = compare::within(&KeyData::Stored(view), from, i64::MAX, len);
    if let Some(present) = view.presence() {
        words::and_into(&mut yes, &present);
    }
    yes
}
