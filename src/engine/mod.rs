//! Answers: a plan run over a snapshot at an instant, over all rows or a list.
//! The reference evaluator beside it is the oracle and the explainer. Never sees
//! the store, a file or a clock.

mod aggregate;
mod arithmetic;
mod aside;
mod blame;
mod block;
mod cache;
mod choose;
mod compare;
mod dates;
mod evaluate;
pub mod external;
mod followed;
mod function;
mod gather;
mod logic;
mod membership;
mod meter;
pub mod next_change;
pub mod outcome;
mod pairs;
mod pool;
pub mod rank;
mod reach;
pub mod reference;
mod relation;
pub mod reviewed;
pub mod rows;
mod run;
mod scalar;
mod set;
mod summary;
mod tally;
#[cfg(test)]
mod tests;
mod text;
pub mod trace;
mod two_steps;
mod vector;
mod weighted;
mod window;
mod words;

pub use external::{External, PluginFault, Scorer};
pub use outcome::{Outcome, OutputResult, Rows, RunError, RunOptions};
pub use run::run;
