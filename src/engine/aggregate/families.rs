//! Which aggregates of a program are swept together: those of one kind of events, without a filter, whose
//! windows now alone decides. How they are swept is said in `together`.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::base::kind::Kind;
use crate::base::limit::SWEEP_BOUNDS_MAX;
use crate::columns::Snapshot;
use crate::engine::window::{self, DAY_STAMPS, Moment, Span};
use crate::language::typed::{AggregateFunction, Subfield, Subject};
use crate::plan::operation::{AggregateOp, Op, Program, Slot};
use crate::schema::{EventId, FieldId};

/// What one aggregate makes of the facts in its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// `count`, `any` or `none`.
    Count(AggregateFunction),
    /// The sum of the family's field.
    Sum,
}

/// One aggregate of a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Whose it is.
    pub slot: Slot,
    /// What it makes.
    pub what: What,
    /// The planes its window holds.
    pub planes: Range<usize>,
}

/// Aggregates swept together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// Of which events.
    pub event: EventId,
    /// What is summed, if anything.
    pub field: Option<FieldId>,
    /// Where a window begins or ends, ascending stamps. Plane 0 lies before the first, plane p from bound p - 1 on.
    pub bounds: Vec<i64>,
    /// At least two.
    pub members: Vec<Member>,
}

/// All families of a program, by the slots of their members.
#[derive(Debug, Default)]
pub struct Families {
    families: Vec<Family>,
    by_slot: BTreeMap<Slot, usize>,
}

/// An aggregate that may belong to a family.
#[derive(Clone, Copy)]
struct Candidate {
    slot: Slot,
    what: What,
    span: Span,
}

impl Families {
    /// Of a program over customers, among the slots that are wanted.
    pub fn of(
        program: &Program,
        wanted: &[bool],
        snapshot: &Snapshot,
        moment: &Moment<'_>,
    ) -> Self {
        let mut found: BTreeMap<(EventId, Option<FieldId>), Vec<Candidate>> = BTreeMap::new();
        let operations = (0..).map(Slot).zip(&program.operations).zip(wanted);
        for ((slot, operation), wanted) in operations {
            if *wanted
                && let Op::Aggregate(op) = &operation.op
                && let Some((event, field, candidate)) = candidate(slot, op, snapshot, moment)
            {
                found.entry((event, field)).or_default().push(candidate);
            }
        }
        let mut families = Self::default();
        while let Some(((event, field), mut candidates)) = found.pop_last() {
            // Counts go along with the sums of a field, so that rows are read once for both.
            if field.is_some() {
                candidates.extend(found.remove(&(event, None)).unwrap_or_default());
            }
            candidates.sort_by_key(|candidate| (candidate.span.from, candidate.span.to));
            let mut rest = candidates.as_slice();
            while let Some(family) = Family::first(event, field, &mut rest) {
                families.add(family);
            }
        }
        families
    }

    fn add(&mut self, family: Family) {
        if family.members.len() < 2 {
            return;
        }
        let slots = family.members.iter().map(|member| member.slot);
        self.by_slot
            .extend(slots.map(|slot| (slot, self.families.len())));
        self.families.push(family);
    }

    /// The family of an aggregate.
    pub fn get(&self, slot: Slot) -> Option<&Family> {
        self.families.get(*self.by_slot.get(&slot)?)
    }
}

impl Family {
    /// Of the first candidates, as many as a family holds.
    fn first(event: EventId, field: Option<FieldId>, rest: &mut &[Candidate]) -> Option<Self> {
        let mut bounds: Vec<i64> = Vec::new();
        let mut count = 0;
        for candidate in *rest {
            let mut more = bounds.clone();
            more.extend([candidate.span.from, candidate.span.to]);
            more.sort_unstable();
            more.dedup();
            if more.len() > SWEEP_BOUNDS_MAX {
                break;
            }
            bounds = more;
            count += 1;
        }
        let (taken, later) = rest
            .split_at_checked(count)
            .filter(|(own, _)| !own.is_empty())?;
        *rest = later;
        let plane = |stamp: i64| bounds.partition_point(|bound| *bound <= stamp);
        let members = taken.iter().map(|candidate| Member {
            slot: candidate.slot,
            what: candidate.what,
            planes: plane(candidate.span.from)..plane(candidate.span.to),
        });
        let members: Vec<Member> = members.collect();
        let sums = members.iter().any(|member| member.what == What::Sum);
        Some(Self {
            event,
            field: field.filter(|_| sums),
            members,
            bounds,
        })
    }

    /// Whether any window holds the plane.
    pub fn uses(&self, plane: usize) -> bool {
        let mut members = self.members.iter();
        members.any(|member| member.planes.contains(&plane))
    }
}

fn candidate(
    slot: Slot,
    op: &AggregateOp,
    snapshot: &Snapshot,
    moment: &Moment<'_>,
) -> Option<(EventId, Option<FieldId>, Candidate)> {
    let (Subject::Event(event), None) = (op.subject, &op.filter) else {
        return None;
    };
    let mut span = window::fixed(&op.window, moment)?;
    span.to = span.to.min(moment.end());
    let (what, field) = match (op.function, op.field) {
        (AggregateFunction::Count, _) => (What::Count(op.function), None),
        (AggregateFunction::Any | AggregateFunction::None, _) => {
            let is_dated = span.from == Span::ALL.from || span.from.rem_euclid(DAY_STAMPS) == 0;
            // Last instants tell these without a sweep.
            if span.to == moment.end() && is_dated {
                return None;
            }
            (What::Count(op.function), None)
        }
        (AggregateFunction::Sum, Some(Subfield::Field(field))) => {
            let declared = snapshot.schema().event(event)?;
            let kind = &declared.fields.get(usize::from(field.0))?.kind;
            if !matches!(kind, Kind::Int | Kind::Money) {
                return None;
            }
            (What::Sum, Some(field))
        }
        _ => return None,
    };
    let candidate = Candidate { slot, what, span };
    (span.from < span.to).then_some((event, field, candidate))
}
