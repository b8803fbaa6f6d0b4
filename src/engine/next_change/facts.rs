//! Instants that follow from single facts: events dated ahead, events that leave
//! a window, and facts whose own dates are compared with the clock.

use std::collections::BTreeSet;

use super::View;
use super::term::{Base, Term, instant_of};
use crate::base::calendar::Instant;
use crate::base::kind::Kind;
use crate::columns::cell::{Cell, Events};
use crate::columns::column::CHUNK_ROWS;
use crate::language::typed::Subject;
use crate::schema::{EventId, Field, FieldId, HoldingId};

/// Adds (row, instant) for the facts of one kind; `rows`: everyone, or these, ascending.
pub fn found(
    subject: Subject,
    terms: &BTreeSet<Term>,
    view: View<'_>,
    rows: Option<&[u32]>,
    found: &mut Vec<(u32, i64)>,
) {
    if terms.is_empty() {
        return;
    }
    match subject {
        Subject::Event(id) => of_events(id, terms, view, rows, found),
        Subject::Holding(id) => of_holdings(id, terms, view, rows, found),
    }
}

/// Events before this instant have no term ahead; `None` = any may have.
fn reach(terms: &BTreeSet<Term>, now: i64) -> Option<i64> {
    let mut longest = 0;
    for term in terms {
        match term {
            Term::At {
                base: Base::At,
                offset,
            } => longest = longest.max(*offset),
            _ => return None,
        }
    }
    Some(now.saturating_sub(longest))
}

fn kind(fields: &[Field], field: FieldId) -> Option<&Kind> {
    fields.get(usize::from(field.0)).map(|field| &field.kind)
}

fn of_events(
    id: EventId,
    terms: &BTreeSet<Term>,
    view: View<'_>,
    rows: Option<&[u32]>,
    found: &mut Vec<(u32, i64)>,
) {
    let events = view.snapshot.events(id);
    let from = reach(terms, view.now.0);
    let fields = view.snapshot.schema().events.get(usize::from(id.0));
    let fields = fields.map_or(&[][..], |kind| &kind.fields);
    let recent = |cell: &Cell| from.is_none_or(|from| cell.starts.end().0 > from);
    let mut take = |events: &Events, cell: &Cell, at: usize, row: u32| {
        let instant = cell.instant(at);
        for term in terms {
            let base = match term.base() {
                Base::Field(field) => kind(fields, field)
                    .and_then(|kind| events.value(cell, at, usize::from(field.0), kind))
                    .and_then(|value| instant_of(&value, view.snapshot.zone())),
                _ => Some(instant.0),
            };
            let next = base.and_then(|base| term.next(base, view.now.0, view.snapshot.zone()));
            found.extend(next.map(|next| (row, next)));
        }
    };
    let Some(list) = rows else {
        for cell in events.cells.iter().filter(|cell| recent(cell)) {
            for (at, row) in cell.rows.iter().enumerate() {
                take(events, cell, at, cell.row_start() + u32::from(*row));
            }
        }
        return;
    };
    for row in list {
        for cell in events.cells_of(row / CHUNK_ROWS).iter().rev() {
            if !recent(cell) {
                break;
            }
            let range = cell.row_range((row % CHUNK_ROWS) as u16);
            let start = match from {
                Some(from) => cell.from_instant(range.clone(), Instant(from)),
                None => range.start,
            };
            for at in start..range.end {
                take(events, cell, at, *row);
            }
        }
    }
}

fn of_holdings(
    id: HoldingId,
    terms: &BTreeSet<Term>,
    view: View<'_>,
    rows: Option<&[u32]>,
    found: &mut Vec<(u32, i64)>,
) {
    let holdings = view.snapshot.holdings(id, view.now);
    let fields = view.snapshot.schema().holdings.get(usize::from(id.0));
    let fields = fields.map_or(&[][..], |kind| &kind.fields);
    super::each_row(view, rows, |_, row| {
        let Some((chunk, range)) = holdings.of(row) else {
            return;
        };
        for at in range {
            for term in terms {
                let base = match term.base() {
                    Base::Field(field) => kind(fields, field)
                        .and_then(|kind| holdings.value(chunk, at, usize::from(field.0), kind))
                        .and_then(|value| instant_of(&value, view.snapshot.zone())),
                    _ => chunk.since(at).map(|since| since.0),
                };
                let next = base.and_then(|base| term.next(base, view.now.0, view.snapshot.zone()));
                found.extend(next.map(|next| (row, next)));
            }
        }
    });
}
