//! The events that care fills.

use super::outbox::OutboxKey;
use super::record::short_hash;
use crate::base::calendar::Instant;
use crate::base::value::Value;
use crate::live::moment::Moment;
use crate::schema::EventId;
use crate::store::fact::{Fact, Row};

/// Who entered a plan, or is only watched.
pub const ENTERED: &str = "campaign_entered";
/// A channel took a message.
pub const SENT: &str = "campaign_sent";
/// A channel refused a message for good.
pub const BOUNCE: &str = "campaign_bounce";
/// A person did a task.
pub const TASK_DONE: &str = "task_done";

/// What the channel of [`ENTERED`] says of customers who are only watched.
pub const HELD_OUT: &str = "held out";

/// What an event says.
#[derive(Clone, Copy, Debug)]
pub struct Said<'a> {
    /// Which event.
    pub event: &'a str,
    /// Whose.
    pub row: u32,
    /// When.
    pub at: Instant,
    /// First name of the plan.
    pub plan: &'a str,
    /// First name of the step.
    pub step: Option<&'a str>,
    /// Name of the channel.
    pub channel: Option<&'a str>,
    /// Of what: one event of a kind for each.
    pub about: OutboxKey,
}

/// The fact; `None` when the rules hold no care plan, and so no such event.
pub fn fact(moment: &Moment, said: Said<'_>) -> Option<Fact> {
    let schema = moment.snapshot.schema();
    let at = schema
        .events
        .iter()
        .position(|event| &*event.name == said.event)?;
    let text = |text: &str| Value::Text(text.into());
    Some(Fact::Event {
        event: EventId(u16::try_from(at).ok()?),
        row: Row(said.row),
        at: said.at,
        sequence: None,
        identity: short_hash(&format!("{} {}", said.event, said.about)),
        fields: vec![
            Some(text(said.plan)),
            said.step.map(text),
            said.channel.map(text),
        ],
    })
}
