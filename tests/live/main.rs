//! Members of saved filters as facts come and time passes: named cases, and random
//! stories held against what is computed from nothing.
//!
//! `TAMIS_LIVE_STORIES` sets the number of stories, `TAMIS_LIVE_SEED` another seed.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test that cannot go on ends with a panic, and tells its seed"
)]

mod chance;
mod dues;
mod exact;
mod named;
mod plugins;
mod ranked;
mod reviews;
mod rules;
mod running;
mod tier_answers;
mod tiers;
mod world;
