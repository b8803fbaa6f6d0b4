//! Rules that reload, with real folders, a real store and real threads: what is refused
//! leaves the old set serving, what is mended serves, and a start with broken rules serves
//! what was accepted last.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on ends with a panic"
)]

mod bank;
mod begin;
mod folder;
mod random;
mod saves;
mod schema;
