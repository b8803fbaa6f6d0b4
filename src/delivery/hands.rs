//! What the courier asks of the rest of the program, and the way to ask it by care's orders.

use crate::care::order::{Order, Reply};
use crate::care::outbox::{DeliveryResult, OutboxEntry, OutboxKey};

/// The outbox as the courier sees it. Both calls block until it is on the disk.
pub trait Hands: Send + Sync + 'static {
    /// The due messages of a channel, the longest due first, each marked on the disk as begun.
    /// Messages that are no longer wanted (erased, paused, quiet hours) are not among them.
    ///
    /// # Errors
    /// A sentence; nothing was begun, or nobody knows what was.
    fn begin(&self, channel: &str, count_max: usize) -> Result<Vec<OutboxEntry>, String>;

    /// What became of a message that was begun.
    ///
    /// # Errors
    /// A sentence; the courier tells it again.
    fn end(&self, key: OutboxKey, attempt: u32, result: DeliveryResult) -> Result<(), String>;
}

/// Hands that give orders to care.
#[derive(Clone, Debug)]
pub struct ByOrder<F>(pub F);

impl<F> Hands for ByOrder<F>
where
    F: Fn(Order) -> Result<Reply, String> + Send + Sync + 'static,
{
    fn begin(&self, channel: &str, count_max: usize) -> Result<Vec<OutboxEntry>, String> {
        let order = Order::Begin {
            channel: channel.to_owned(),
            count_max,
        };
        match (self.0)(order)? {
            Reply::Begun(entries) => Ok(entries),
            other => Err(unexpected(&other)),
        }
    }

    fn end(&self, key: OutboxKey, attempt: u32, result: DeliveryResult) -> Result<(), String> {
        let order = Order::Delivery {
            key,
            attempt,
            result,
        };
        match (self.0)(order)? {
            Reply::Done => Ok(()),
            other => Err(unexpected(&other)),
        }
    }
}

fn unexpected(reply: &Reply) -> String {
    match reply {
        Reply::Refused(refusal) => refusal.message.clone(),
        _ => "the answer is none to this order".to_owned(),
    }
}
