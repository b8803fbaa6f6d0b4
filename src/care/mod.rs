//! Care plans at work: who is in which step, what falls due, and what is to be sent. Who
//! may enter is decided in `enrol`; how a message travels in `delivery`.

pub mod order;
pub mod outbox;
