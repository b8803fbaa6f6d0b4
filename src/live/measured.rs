//! What a check of rules is told of the data: how often fields lack a value, and where each kind of
//! event begins. Reads presence bits and dates, no values.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::calendar::{Date, Instant};
use crate::columns::Snapshot;
use crate::columns::cell::Events;
use crate::columns::holding::Holdings;
use crate::columns::packed::Packed;
use crate::language::compile::Measured;
use crate::schema::{AttributeId, EventId, Field, HoldingId};

/// Measures a snapshot as held at an instant; by names, so that any rule set may be held against it.
pub fn measure(snapshot: &Snapshot, now: Instant) -> Measured {
    let schema = snapshot.schema();
    let living = u64::from(snapshot.living());
    let mut measured = Measured {
        today: Some(snapshot.zone().date_of(now)),
        ..Measured::default()
    };
    for (id, attribute) in (0..).map(AttributeId).zip(&schema.attributes) {
        let present = snapshot.attribute(id, now).present();
        let lacks = lacks(present, living);
        measured
            .attributes
            .insert(Arc::clone(&attribute.name), lacks);
    }
    for (id, event) in (0..).map(EventId).zip(&schema.events) {
        let events = snapshot.events(id);
        let rates = rates(&event.fields, events.count, |field| {
            of_events(events, field)
        });
        measured.fields.insert(Arc::clone(&event.name), rates);
        let first = first(events);
        let entry = first.map(|first| (Arc::clone(&event.name), first));
        measured.first.extend(entry);
    }
    for (id, holding) in (0..).map(HoldingId).zip(&schema.holdings) {
        let held = snapshot.holdings(id, now);
        let rates = rates(&holding.fields, held.count, |field| {
            of_holdings(&held, field)
        });
        measured.fields.insert(Arc::clone(&holding.name), rates);
    }
    measured
}

fn rates(fields: &[Field], count: u64, present: impl Fn(usize) -> u64) -> BTreeMap<Arc<str>, f64> {
    let rate = |(at, field): (usize, &Field)| (Arc::clone(&field.name), lacks(present(at), count));
    fields.iter().enumerate().map(rate).collect()
}

/// Nothing lacks where nothing is.
fn lacks(present: u64, of: u64) -> f64 {
    match of {
        0 => 0.0,
        of => (1.0 - present as f64 / of as f64).max(0.0),
    }
}

fn of_events(events: &Events, field: usize) -> u64 {
    let cells = events.cells.iter();
    cells.map(|cell| present(cell.fields.get(field))).sum()
}

fn of_holdings(holdings: &Holdings, field: usize) -> u64 {
    let chunks = holdings.chunks.iter().flatten();
    chunks.map(|chunk| present(chunk.fields.get(field))).sum()
}

fn present(values: Option<&Option<Packed>>) -> u64 {
    values.and_then(Option::as_ref).map_or(0, Packed::present)
}

fn first(events: &Events) -> Option<Date> {
    let bucket = events.cells.iter().map(|cell| cell.bucket).min()?;
    let oldest = events.cells.iter().filter(|cell| cell.bucket == bucket);
    let day = |cell: &Arc<crate::columns::cell::Cell>| {
        let day = cell.days.iter().min()?;
        Some(Date(cell.day_start() + i32::from(*day)))
    };
    oldest.filter_map(day).min()
}
