//! Receivers on loopback that record what they get and misbehave on demand: a mail server and
//! an HTTP receiver. For any test that sends: `#[path = "../support/receivers/mod.rs"] mod receivers;`.

#![allow(
    dead_code,
    reason = "each test that takes these uses what it needs of them"
)]

mod connections;
pub mod http;
pub mod smtp;

use std::time::{Duration, Instant};

/// Waits until it holds; panics with the words after a minute.
pub fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let limit = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < limit, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}
