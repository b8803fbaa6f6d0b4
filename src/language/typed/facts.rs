//! Facts as expressions see them: what is aggregated, what is taken of a fact, facts
//! that have a name, named parts of events. What is done with them is elsewhere.

use std::sync::Arc;

use super::{Aggregate, AggregateFunction, CompareOp, Node, Typed, Window};
use crate::base::calendar::Instant;
use crate::base::kind::Kind;
use crate::base::span::Span;
use crate::base::value::Value;
use crate::schema::{EventId, FieldId, HoldingId};

/// What an aggregate reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// Events of one kind.
    Event(EventId),
    /// Holdings of one kind; never with a window.
    Holding(HoldingId),
}

/// What is taken of each fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subfield {
    /// A field.
    Field(FieldId),
    /// The instant (`since` of a holding).
    At,
    /// The key of a holding.
    Key,
}

/// Something of a fact that stands further out than the one at hand: `t.campaign`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct NamedFact {
    /// Which of the facts bound around this place, the innermost is 0. Every `where` of an aggregate
    /// binds one, and each step of a sequence one for itself and all later steps; the condition of a
    /// relation binds none. Never further out than the definition or named part it is written in.
    pub out: u32,
    /// What the rule calls it.
    pub name: Arc<str>,
    /// Its kind.
    pub subject: Subject,
    /// What is taken of it.
    pub take: Subfield,
}

/// Index into [`super::Rules::event_parts`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct EventPartId(pub u32);

impl Typed {
    /// Whether an event of the part happened to the customer at that instant: Bool.
    pub fn part_happened(event: EventId, part: EventPartId, at: Instant) -> Self {
        let bool = |node| Self {
            node,
            kind: Kind::Bool,
            span: Span::default(),
        };
        let time = |node| Self {
            node,
            kind: Kind::Time,
            span: Span::default(),
        };
        let then = Node::Compare {
            op: CompareOp::Equal,
            left: Box::new(time(Node::At)),
            right: Box::new(time(Node::Literal(Value::Time(at)))),
        };
        bool(Node::Aggregate(Box::new(Aggregate {
            function: AggregateFunction::Any,
            subject: Subject::Event(event),
            name: None,
            field: None,
            filter: Some(bool(Node::And(vec![bool(Node::Part(part)), bool(then)]))),
            window: Window::All,
        })))
    }
}

/// `event own_move = transaction where C`: used like an event.
#[derive(Clone, Debug, PartialEq)]
pub struct EventPart {
    /// First name.
    pub name: Arc<str>,
    /// Second name.
    pub label: Option<Arc<str>>,
    /// The comment above.
    pub description: Option<Arc<str>>,
    /// Events of which kind.
    pub event: EventId,
    /// Bool, in the context of such an event: which of them.
    pub condition: Typed,
    /// The whole item.
    pub span: Span,
}
