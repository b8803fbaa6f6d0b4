//! The store under kills, power cuts, damage and failing disks. Counts are small here and
//! larger by `TAMIS_KILLS`, `TAMIS_CUTS` and `TAMIS_DAMAGES`; `TAMIS_SEED` changes the moments.
//! A C compiler is needed: what a process does to its files is recorded by a preloaded library.
#![allow(missing_docs, reason = "tests")]
#![allow(clippy::print_stdout, reason = "each run prints its seed and counts")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "../support/disk/mod.rs"]
mod disk;

mod child;
mod damage;
mod failing;
mod formats;
mod full;
mod kill;
mod measure;
mod model;
mod power;
mod recorder;
mod replay;
