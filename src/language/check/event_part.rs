//! Named parts of events: `event own_move = transaction where C`. Checked when first
//! referred to, like metrics, since both may refer to each other.

use crate::base::diagnostic::Diagnostic;
use crate::base::limit;
use crate::base::span::Span;
use crate::schema::EventId;

use super::super::codes;
use super::super::resolve::Counted;
use super::super::syntax::{Item, ItemNode, Name};
use super::super::typed::{EventPart, EventPartId, Node, Subject, Typed};
use super::schema::{description_of, label_of, shared};
use super::{Checker, Scope, boolean};

/// One part on its way.
#[derive(Clone, Debug)]
pub(in super::super) enum PartSlot<'r> {
    /// Not looked at.
    Waiting(&'r Item),
    /// Being checked; a reference to it closes a circle.
    Busy(&'r Item),
    /// Checked.
    Done(EventPart),
    /// Reported.
    Failed(&'r Item),
}

/// All named parts of events.
#[derive(Clone, Debug)]
pub(in super::super) enum EventParts<'r> {
    /// Of a compiled set.
    Ready(&'r [EventPart]),
    /// Of a set that is being compiled.
    Checking(Vec<PartSlot<'r>>),
}

impl<'r> EventParts<'r> {
    /// Of items that are all named parts.
    pub(in super::super) fn waiting(items: &[&'r Item]) -> Self {
        EventParts::Checking(items.iter().copied().map(PartSlot::Waiting).collect())
    }
}

/// The items that are named parts, in order.
pub(in super::super) fn event_part_items<'i>(items: &[&'i Item]) -> Vec<&'i Item> {
    let parts = items.iter().copied();
    parts
        .filter(|item| matches!(item.node, ItemNode::EventPart { .. }))
        .collect()
}

impl<'r> Checker<'r> {
    /// Of which event the part is. `None`: it failed, which is reported elsewhere.
    pub(super) fn event_part(&mut self, id: EventPartId, span: Span) -> Option<EventId> {
        let at = id.0 as usize;
        let slots = match &mut self.parts {
            EventParts::Ready(list) => return list.get(at).map(|part| part.event),
            EventParts::Checking(slots) => slots,
        };
        let slot = slots.get_mut(at)?;
        match slot {
            PartSlot::Done(part) => Some(part.event),
            PartSlot::Failed(_) => None,
            PartSlot::Busy(item) => {
                let (name, place) = (item.name.text.clone(), item.name.span);
                self.fail(
                    Diagnostic::error(
                        codes::CYCLE,
                        format!("the part `{name}` is told by itself"),
                        span,
                    )
                    .saying("this closes the circle")
                    .also(place, ""),
                )
            }
            PartSlot::Waiting(item) => {
                let item = *item;
                *slot = PartSlot::Busy(item);
                let part = crate::base::recursion::deep(|| self.check_part(item));
                let event = part.as_ref().map(|part| part.event);
                if let EventParts::Checking(slots) = &mut self.parts
                    && let Some(slot) = slots.get_mut(at)
                {
                    *slot = part.map_or(PartSlot::Failed(item), PartSlot::Done);
                }
                event
            }
        }
    }

    fn check_part(&mut self, item: &'r Item) -> Option<EventPart> {
        let ItemNode::EventPart { of, condition } = &item.node else {
            return None;
        };
        let (event, part) = self.whole_of(of)?;
        let subject = Subject::Event(event);
        let scope = Scope::Fact {
            subject,
            other: false,
        };
        let condition = self.afresh(|checker| {
            checker.within(scope, |checker| {
                checker.under(None, subject, |checker| {
                    checker.condition(condition, "`where`")
                })
            })
        })?;
        Some(EventPart {
            name: shared(&item.name),
            label: label_of(item.label.as_ref()),
            description: description_of(item.description.as_ref()),
            event,
            condition: with_part(part, of.span, Some(condition))?,
            span: item.span,
        })
    }

    /// The event that a part is of, and the part that it is a part of.
    fn whole_of(&mut self, of: &Name) -> Option<(EventId, Option<EventPartId>)> {
        match self.world.names.find_subject(&of.text) {
            Some(Counted::Event(event)) => Some((event, None)),
            Some(Counted::Part(id)) => Some((self.event_part(id, of.span)?, Some(id))),
            Some(_) => self.fail(
                Diagnostic::error(
                    codes::UNKNOWN_SUBJECT,
                    format!("`{}` is no event", of.text),
                    of.span,
                )
                .help("a part is one of an event: `event own_move = transaction where …`"),
            ),
            None => self.unknown_subject(of, None),
        }
    }

    /// Checks them all.
    pub(in super::super) fn check_event_parts(&mut self, parts: EventParts<'r>) {
        self.parts = parts;
        let EventParts::Checking(slots) = &self.parts else {
            return;
        };
        let count = u32::try_from(slots.len().min(limit::FACT_KINDS_MAX)).unwrap_or(u32::MAX);
        for id in (0..count).map(EventPartId) {
            self.event_part(id, Span::default());
        }
    }

    /// The parts, those that failed as parts in which nothing is.
    pub(in super::super) fn take_event_parts(&mut self) -> Vec<EventPart> {
        let parts = std::mem::replace(&mut self.parts, EventParts::Ready(&[]));
        let EventParts::Checking(slots) = parts else {
            return Vec::new();
        };
        let part = |slot| match slot {
            PartSlot::Done(part) => part,
            PartSlot::Waiting(item) | PartSlot::Busy(item) | PartSlot::Failed(item) => EventPart {
                name: shared(&item.name),
                label: label_of(item.label.as_ref()),
                description: description_of(item.description.as_ref()),
                event: EventId(0),
                condition: boolean(Node::Missing, item.span),
                span: item.span,
            },
        };
        slots.into_iter().map(part).collect()
    }
}

/// A condition behind the part that it speaks of.
pub(super) fn with_part(
    part: Option<EventPartId>,
    span: Span,
    condition: Option<Typed>,
) -> Option<Typed> {
    let Some(part) = part.map(|part| boolean(Node::Part(part), span)) else {
        return condition;
    };
    Some(match condition {
        None => part,
        Some(condition) => {
            let whole = condition.span;
            boolean(Node::And(vec![part, condition]), whole)
        }
    })
}
