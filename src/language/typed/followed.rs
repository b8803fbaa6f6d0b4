//! Sequences of events: `followed(a: credit, b: withdrawal where C within 3 days)`.

use std::sync::Arc;

use super::Typed;
use crate::base::calendar::Unit;
use crate::schema::EventId;

/// Yes where such events can be picked, each after the one before by (instant, sequence).
#[derive(Clone, Debug, PartialEq)]
pub struct Followed {
    /// Two or more; the first is never absent.
    pub steps: Vec<FollowedStep>,
}

/// One step.
#[derive(Clone, Debug, PartialEq)]
pub struct FollowedStep {
    /// What later steps call it.
    pub name: Option<Arc<str>>,
    /// `no`: after the event picked before it there is no such event, within [`FollowedStep::within`],
    /// which has to be over, or up to the event picked next.
    pub absent: bool,
    /// Events of which kind. Those after `now` are never seen.
    pub event: EventId,
    /// Only events with *yes*. Binds a fact of its own; earlier steps are bound around it.
    pub filter: Option<Typed>,
    /// How far from the event picked before; `None` = however far.
    pub within: Option<Within>,
}

/// `within 3 days`, `within 1 to 3 days`: days and longer count dates, hours and minutes the duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Within {
    /// Not nearer; 0 or more.
    pub low: i64,
    /// Not further; at least `low`.
    pub high: i64,
    /// Of what.
    pub unit: Unit,
}
