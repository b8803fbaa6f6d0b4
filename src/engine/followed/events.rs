//! The events of one step for the customers of a block, in the order of one customer's
//! events, and how far they lie from each other.

use std::ops::Range;

use crate::base::calendar::{Date, Instant, Unit, Zone};
use crate::base::kind::Kind;
use crate::base::value::Value;
use crate::engine::aggregate::facts::Table;
use crate::engine::aggregate::sweep::Sweep;
use crate::engine::block::Block;
use crate::engine::evaluate::{Around, Outer, Run};
use crate::engine::meter;
use crate::engine::outcome::RunError;
use crate::engine::window::{Span, Spans};
use crate::engine::words;
use crate::language::typed::{Subfield, Subject, Within};
use crate::plan::operation::StepOp;

/// Where an event stands among all events of its customer.
pub type Order = (i64, i64);

/// One event.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    /// Lane of its customer.
    pub lane: u16,
    /// Its instant, then its sequence.
    pub order: Order,
    /// Its date in the business zone.
    pub date: Date,
    /// Which table.
    pub table: u32,
    /// Where in the table.
    pub fact: u32,
}

/// All of one step.
pub struct Events<'a> {
    /// Where they lie.
    pub tables: Vec<Table<'a>>,
    /// By lane, then in their order.
    pub list: Vec<Event>,
}

impl<'a> Events<'a> {
    /// Events not after now. Of a step whose condition reads no other events, those that qualify.
    pub fn new(
        run: &'a Run<'a>,
        block: &Block<'a>,
        step: &'a StepOp,
        outer: &[Outer<'a>],
        around: &Around<'a>,
    ) -> Result<Self, RunError> {
        let sweep = Sweep {
            run,
            block,
            subject: Subject::Event(step.event),
            spans: &Spans::Fixed(Span::ALL).cut(run.moment.end()),
            filter: step.filter.as_ref().filter(|_| step.reads().is_empty()),
            outer,
            around,
        };
        let mut events = Self {
            tables: Vec::new(),
            list: Vec::new(),
        };
        let zone = run.moment.zone;
        sweep.each(false, &mut |batch, verdicts| {
            let Table::Cell { cell, .. } = batch.table else {
                return Err(RunError::Malformed("a sequence of what are no events"));
            };
            if let Some(verdicts) = verdicts {
                match &mut batch.selected {
                    Some(selected) => words::and_into(selected, &verdicts.yes),
                    None => batch.selected = Some(verdicts.yes.clone()),
                }
            }
            let is_plain = cell.starts.is_plain();
            let table = u32::try_from(events.tables.len()).unwrap_or(u32::MAX);
            events.tables.push(batch.table);
            meter::read(1, cell.time_bytes(batch.lanes.len()));
            batch.each(|index, lane| {
                let fact = batch.place.at(index);
                let at = cell.instant(fact);
                events.list.push(Event {
                    lane: lane as u16,
                    order: (at.0, cell.sequence(fact)),
                    date: match cell.days.get(fact) {
                        Some(day) if is_plain => Date(cell.day_start() + i32::from(*day)),
                        _ => zone.date_of(at),
                    },
                    table,
                    fact: fact as u32,
                });
            });
            Ok(true)
        })?;
        events.list.sort_by_key(|event| (event.lane, event.order));
        Ok(events)
    }

    /// Something of an event.
    pub fn value(&self, at: u32, take: Subfield, kind: &Kind) -> Option<Value> {
        let event = self.list.get(at as usize)?;
        match (take, self.tables.get(event.table as usize)?) {
            (Subfield::At, _) => Some(Value::Time(Instant(event.order.0))),
            (Subfield::Field(field), Table::Cell { cell, events }) => {
                events.value(cell, event.fact as usize, usize::from(field.0), kind)
            }
            _ => None,
        }
    }

    /// Places of a lane's events after an order; of those that may lie as far from it as said.
    pub fn after(&self, lane: u16, order: Order, within: Option<(Within, &Zone)>) -> Range<usize> {
        let from = self
            .list
            .partition_point(|event| (event.lane, event.order) <= (lane, order));
        let reach = within.and_then(|(within, zone)| reach(order, within, zone));
        let last = match reach {
            Some(last) => (last, i64::MAX),
            None => (i64::MAX, i64::MAX),
        };
        let to = self
            .list
            .partition_point(|event| (event.lane, event.order) <= (lane, last));
        from..to.max(from)
    }
}

/// An instant past which nothing lies within; `None` = there is none. A day of room, since the date of an
/// instant may come a second time where the clock is turned back over midnight.
fn reach((at, _): Order, within: Within, zone: &Zone) -> Option<i64> {
    if let Some(seconds) = seconds(within.unit) {
        return at.checked_add(within.high.checked_mul(seconds)?);
    }
    let last = zone.date_of(Instant(at)).add(within.high, within.unit)?;
    let end = zone.start_of(Date(last.0.checked_add(2)?));
    Some(end.0)
}

/// Length of a unit that is a duration.
pub fn seconds(unit: Unit) -> Option<i64> {
    unit.seconds().filter(|_| unit.is_duration())
}

/// Whether an event lies as far from another, which is before it, as said.
pub fn lies(from: &Event, event: &Event, within: Within) -> bool {
    if let Some(seconds) = seconds(within.unit) {
        let passed = event.order.0.saturating_sub(from.order.0);
        return passed >= within.low.saturating_mul(seconds)
            && passed <= within.high.saturating_mul(seconds);
    }
    let moved = |count| from.date.add(count, within.unit);
    moved(within.low).is_some_and(|first| first <= event.date)
        && moved(within.high).is_none_or(|last| event.date <= last)
}

/// Whether the span that begins with an event has passed.
pub fn is_over(from: &Event, within: Within, now: Instant, today: Date) -> bool {
    if let Some(seconds) = seconds(within.unit) {
        let end = from
            .order
            .0
            .saturating_add(within.high.saturating_mul(seconds));
        return now.0 > end;
    }
    let last = from.date.add(within.high, within.unit);
    last.is_some_and(|last| today > last)
}
