//! Tamis: a fine sieve for customers.
//!
//! Two rivers meet in [`engine`]: rule text becomes `Syntax`, `Typed`, `Plan`
//! ([`language`], [`plan`]); facts become log blocks, columns, a snapshot
//! ([`store`], [`columns`]). `docs/ARCHITECTURE.md` draws the whole;
//! `tests/house` holds the import law of the folders.

pub mod base;
pub mod care;
pub mod cli;
pub mod columns;
pub mod console;
pub mod delivery;
pub mod engine;
pub mod enrol;
pub mod form;
pub mod host;
pub mod ingest;
pub mod language;
pub mod letters;
pub mod live;
pub mod manual;
pub mod plan;
pub mod report;
pub mod rules;
pub mod schema;
pub mod server;
pub mod settings;
pub mod store;
