//! Deliveries over real sockets: a mail server, an HTTP receiver, the recorder's file, and every
//! way in which they fail. The outbox is one in memory that keeps care's promises.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test: panicking is how it speaks"
)]

#[path = "../support/receivers/mod.rs"]
mod receivers;

mod breaks;
mod mails;
mod outbox;
mod stage;
mod webhooks;
