//! Answers: a plan run over a snapshot at an instant, over all rows or a list.
//! The reference evaluator beside it is the oracle and the explainer. Never sees
//! the store, a file or a clock.

pub mod reference;
pub mod trace;
