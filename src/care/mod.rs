//! Care plans at work: who is in which step, what falls due, and what is to be sent. Who
//! may enter is decided in `enrol`; how a message travels in `delivery`.

mod arrivals;
mod ask;
mod campaign;
mod draft;
mod entry;
mod follower;
mod hand_over;
mod message;
pub mod order;
mod orders;
pub mod outbox;
pub mod record;
pub mod state;
mod steps;
#[cfg(test)]
mod tests;
mod work;

pub use follower::{Care, Wake};
