//! The program as a server: started as its users start it, asked over real HTTP, killed
//! without warning.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on ends with a panic"
)]

#[path = "../support/disk/mod.rs"]
mod disk;
#[path = "../support/receivers/mod.rs"]
mod receivers;

mod answers;
mod bad_input;
mod care;
mod crowd;
mod damaged;
mod described;
mod doors;
mod facts;
mod full_disk;
mod http;
mod import;
mod keeping;
mod kill;
mod matches;
mod place;
mod plan_kill;
mod plugins;
mod scores;
mod stopping;
mod time;
