//! Members of saved filters as facts come and time passes: named cases, and random
//! stories held against what is computed from nothing.
//!
//! `TAMIS_LIVE_STORIES` sets the number of stories, `TAMIS_LIVE_SEED` another seed.

mod chance;
mod dues;
mod exact;
mod named;
mod rules;
mod world;
