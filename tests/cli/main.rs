//! The program as its users run it: exit codes, what goes to standard output and what
//! to standard error, and what bad input is answered with.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on ends with a panic"
)]

mod bad_input;
mod bank;
mod checked;
mod cut;
mod fmt;
mod look;
mod place;
mod preview;
mod shapes;
