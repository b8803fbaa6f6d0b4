//! What is said of the language in words: readings of rules, the reference and the guides, whose every
//! example is checked, run, printed in the other tongue and read.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails says where; its texts lie in the repository"
)]

mod apart;
mod document;
mod fixture;
mod rules;
