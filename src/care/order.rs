//! What may be asked of care from outside a round, and what it answers. Questions that change
//! nothing are no orders: they read the records.

use super::outbox::{DeliveryResult, OutboxEntry, OutboxKey};

/// An order. Plans go by their first names.
#[derive(Clone, Debug, PartialEq)]
pub enum Order {
    /// Begins or goes on with a plan. Answer: [`Reply::Entered`].
    Start {
        /// Which.
        plan: String,
    },
    /// Nobody enters, no step is taken and nothing is handed over until it is started again. What it
    /// knows is kept. Answer: [`Reply::Done`].
    Pause {
        /// Which.
        plan: String,
    },
    /// Lets those in that `expect` holds. Answer: [`Reply::Entered`].
    Approve {
        /// Which.
        plan: String,
    },
    /// Lets those go that `expect` holds. Answer: [`Reply::Done`].
    Dismiss {
        /// Which.
        plan: String,
    },
    /// Customers enter by hand. Answer: [`Reply::Entered`].
    Enter {
        /// Which plan.
        plan: String,
        /// Ids; `None` is everyone whom the plan is for.
        customers: Option<Vec<String>>,
    },
    /// A task is done. Answer: [`Reply::Done`].
    TaskDone {
        /// Its key, as listed.
        task: OutboxKey,
    },
    /// A channel asks for its messages, as many as it can send at once. Each one answered is marked on the disk as begun before the answer
    /// is given, its attempt counted; each wants an [`Order::Delivery`]. Answer: [`Reply::Begun`].
    Begin {
        /// Messages of this channel alone: one that is slow or down holds up no other.
        channel: String,
        /// How many at most.
        count_max: usize,
    },
    /// The result of a message that was begun. Answer: [`Reply::Done`], also when it came before.
    Delivery {
        /// Which message.
        key: OutboxKey,
        /// Which attempt, as begun.
        attempt: u32,
        /// What became of it.
        result: DeliveryResult,
    },
    /// A person decides about a message that is uncertain or dead. Answer: [`Reply::Done`].
    Settle {
        /// Which message.
        key: OutboxKey,
        /// Send it once more, else take it away.
        again: bool,
    },
}

/// The answer to an order.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// It is done.
    Done,
    /// Who entered.
    Entered {
        /// Customers in the plan's steps.
        recipients: u64,
        /// Customers only watched.
        held_out: u64,
        /// Customers who wait for an approval.
        held: u64,
    },
    /// Messages to hand over now, the longest due first.
    Begun(Vec<OutboxEntry>),
    /// It cannot be done.
    Refused(Refusal),
}

/// Why an order cannot be carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable.
    pub code: &'static str,
    /// A sentence.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
}
