//! The durable store: one ordered log of facts on sled, and what makes it safe
//! (own fsync, one committer, witness, guarded opening). Questions never read it;
//! they read [`crate::columns`]. Only `engine.rs` in this folder knows sled.

pub mod fact;
