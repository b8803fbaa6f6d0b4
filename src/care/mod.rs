//! Care plans at work: who is in which step, what falls due, and what is to be sent. Who
//! may enter is decided in `enrol`; how a message travels in `delivery`.

mod arrivals;
mod ask;
mod campaign;
mod draft;
mod entry;
mod follower;
pub mod forget;
mod hand_over;
mod message;
pub mod order;
mod orders;
pub mod outbox;
pub mod preview;
pub mod record;
pub mod report;
pub mod state;
pub mod status;
mod steps;
#[cfg(test)]
mod tests;
mod work;

pub use follower::{Care, Wake};
